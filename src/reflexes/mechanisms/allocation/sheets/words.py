"""What is said of a line of a sheet that cannot be understood: what was found, what was expected."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from reflexes.core.sheets.problems import Level, Problem

LINES = {
    "missing_column": _("the column “%(found)s” (or “%(titles)s”) is missing. Add it to the first row."),
    "said_twice": _("this column says the same thing as “%(other)s”. Keep one of them."),
    "unknown_column": _("nobody reads this column: it is ignored."),
    "near_column": _("nobody reads this column: it is ignored. If it means “%(near)s”, write it so."),
    "no_id": _("this cell is empty, expected an identifier that no other line has."),
    "duplicate_id": _("found “%(found)s” again, already on row %(other)s. Expected an identifier of its own."),
    "empty_half_day": _("this cell is empty, expected a half-day such as 2026-11-23/am."),
    "not_half_day": _("found “%(found)s”, expected a half-day such as 2026-11-23/am or 23/11/2026 matin."),
    "impossible_date": _("found “%(found)s”, expected a date that exists, such as 2026-11-23."),
    "not_date": _("found “%(found)s”, expected a date such as 1984-05-17 or 17/05/1984."),
    "empty_headcount": _("this cell is empty, expected how many people are needed."),
    "not_whole": _("found “%(found)s”, expected a whole number from %(low)s to %(high)s."),
    "not_number": _("found “%(found)s”, expected a number from %(low)s to %(high)s."),
    "not_yes_no": _("found “%(found)s”, expected yes or no."),
    "not_half": _("found “%(found)s”, expected am or pm."),
    "not_priority": _("found “%(found)s”, expected 3 (vital), 2 (important) or 1 (useful)."),
    "not_wish": _("found “%(found)s”, expected a wish such as %(examples)s."),
    "half_position": _("a position needs both “%(one)s” and “%(two)s”. Fill in the other cell or empty this one."),
    "team_over_headcount": _("found a team of at least %(found)s, expected no more than the %(headcount)s asked."),
    "two_skills": _("found “%(found)s”, expected one skill. Write one line for each skill."),
    "default_cap": _("there is no column “cap”: each person gives at most %(used)s half-days a week."),
    "default_priority": _("there is no column “priority”: each need counts as important (2)."),
    "no_skill_column": _("there is no column “skill”: anyone can do anything."),
    "no_position": ngettext_lazy(
        "%(count)s line has no position: kilometres cannot be counted there, and whoever set a limit of distance is "
        "not proposed when the distance is unknown.",
        "%(count)s lines have no position: kilometres cannot be counted there, and whoever set a limit of distance is "
        "not proposed when the distance is unknown.",
        "count",
    ),
    "skill_nobody_has": _("found “%(found)s”, a skill nobody has in %(people)s."),
    "skill_near": _("found “%(found)s”, a skill nobody has in %(people)s. If it means “%(near)s”, write it so."),
    "two_grids": _(
        "some positions are in degrees (lat, lon), others in kilometres (x_km, y_km). Use one of them in both sheets."
    ),
    "keep_empty": _("this line names no person or no need, expected both identifiers."),
    "keep_no_person": _("found “%(found)s”, a person who is not in %(sheet)s: this line cannot be kept."),
    "keep_no_need": _("found “%(found)s”, a need that is not in %(sheet)s: this line cannot be kept."),
    "keep_several": _("found “%(found)s”, a need over several half-days in %(sheet)s. Add a column half_day."),
}


def said(
    code: str,
    file: str,
    *,
    row: int | None = None,
    column: str = "",
    level: Level = Level.ERROR,
    **params: object,
) -> Problem:
    """Return the problem of a line named ``code``."""
    return Problem(code, LINES[code], file, row, column, params, level)
