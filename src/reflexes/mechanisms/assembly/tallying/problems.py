"""What is said of a Pabulib file that cannot be understood: what was found, what was expected."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reflexes.core.sheets.problems import Level, Problem

LINES = {
    "not_text": _("this is not a text file in UTF-8. Pabulib files (.pb) are plain text: export it again."),
    "no_section": _("there is no line “%(section)s”. A Pabulib file has three parts: META, PROJECTS and VOTES."),
    "outside": _("found “%(found)s” before any of the lines META, PROJECTS and VOTES."),
    "quotes": _("a quotation mark is opened and never closed on this row. Remove it or double it."),
    "no_titles": _("the part %(section)s has no row of titles. Put one right below its name."),
    "no_column": _("the part %(section)s has no column “%(found)s”. Add it to its row of titles."),
    "beyond_titles": _(
        "found “%(found)s” beyond the last title. A cell that holds a semicolon goes in quotation marks."
    ),
    "no_key": _("the part META has no line “%(found)s”. Add it."),
    "not_amount": _("found “%(found)s”, expected an amount such as 12500 or 12500.50."),
    "not_budget": _("found “%(found)s”, expected an amount above 0."),
    "not_whole": _("found “%(found)s”, expected a whole number."),
    "not_vote_type": _("found “%(found)s”, expected one of: %(known)s."),
    "no_projects": _("the part PROJECTS holds no project. Add at least one."),
    "no_votes": _("the part VOTES holds no vote. Add at least one."),
    "no_id": _("this cell is empty, expected an identifier that no other project has."),
    "project_again": _("found “%(found)s” again, already on row %(other)s. Each project has one row."),
    "unknown_project": _("found “%(found)s”, which is no project of the part PROJECTS."),
    "chosen_again": _("found “%(found)s” twice in the same vote. Keep it once."),
    "chosen_again_counted_once": _("found “%(found)s” twice in the same vote: it counts once."),
    "points_apart": _("found %(points)s numbers of points for %(projects)s projects. Write one for each."),
    "not_points": _("found “%(found)s”, expected a number of points from 0, with six decimals at most."),
    "too_fine": _("the amounts or the points have too many digits to be counted exactly. Round them."),
    "no_threshold": _(
        "the rule greedy-threshold needs the fewest votes a project must have. Add the line "
        "“min_project_score_threshold” to META, or --threshold to the command."
    ),
    "no_rule": _(
        "the line “rule” of META says “%(found)s”, which is not one we count. Say which one with --rule: %(known)s."
    ),
    "count_differs": _("META says %(found)s and there are %(counted)s. The rows were counted."),
    "votes_differ": _("the row says %(found)s and the votes give %(counted)s. The votes were counted."),
    "budget_parts": _("the budget is split by category or by neighbourhood in META: it was counted as one."),
    "too_long": ngettext_lazy(
        "%(count)s vote has more than %(limit)s projects, the first on this row. It was counted as it is.",
        "%(count)s votes have more than %(limit)s projects, the first on this row. They were counted as they are.",
        "count",
    ),
    "too_many_points": ngettext_lazy(
        "%(count)s vote has more than %(limit)s points, the first on this row. It was counted as it is.",
        "%(count)s votes have more than %(limit)s points, the first on this row. They were counted as they are.",
        "count",
    ),
    "empty_votes": ngettext_lazy(
        "%(count)s vote chooses nothing, on this row. It counts as a voter.",
        "%(count)s votes choose nothing, the first on this row. They count as voters.",
        "count",
    ),
    "voter_again": ngettext_lazy(
        "%(count)s voter has several rows, the first on this one. Each row was counted.",
        "%(count)s voters have several rows, the first on this one. Each row was counted.",
        "count",
    ),
    "other_winners": _(
        "the column “selected” names other winners than the rule: it adds %(added)s and leaves out %(removed)s. "
        "Nothing was changed; whoever decided otherwise owes the reason."
    ),
    "tie": _("%(projects)s are exactly equal and not all of them are funded. %(rule)s"),
    "too_many_steps": _("the completion takes more than %(steps)s steps of %(step)s. Give a larger --step."),
}


def problem(
    code: str, file: str, *, row: int | None = None, column: str = "", level: Level = Level.ERROR, **params: object
) -> Problem:
    """Return the problem named ``code``."""
    return Problem(code, LINES[code], file, row, column, params, level)
