"""An agreement map in sentences: why there are no groups, what marks one, what unites and what divides.

No table is read here, not even at import.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

if TYPE_CHECKING:
    from reflexes.engines import opinion

NO_GROUPS = {
    "too_few_people": gettext_lazy(
        "Groups are shown from %(needed)s people on; %(people)s voted so far. What each statement gathers can be read "
        "as soon as enough people voted on it."
    ),
    "too_few_statements": gettext_lazy(
        "Groups are looked for from %(needed)s statements on; there are %(statements)s. Add statements that people may "
        "see differently."
    ),
    "too_few_votes": gettext_lazy(
        "Groups are shown once %(needed)s people voted on at least %(votes)s statements; %(people)s did so far."
    ),
    "no_difference": gettext_lazy("Everybody who voted says the same: there is nothing that divides."),
    "no_division": gettext_lazy(
        "People differ, but no more than chance would make them: no lasting groups are drawn from it."
    ),
    "groups_too_small": gettext_lazy(
        "No two groups of at least %(floor)s people can be told apart: showing smaller ones would show who is in them."
    ),
}
SIDES = {1: gettext_lazy("agrees"), -1: gettext_lazy("disagrees")}
UNIFORM = {
    "one_left": gettext_lazy("One statement is left to show."),
    "nothing_shown": gettext_lazy("No statement was shown yet: all have the same chance."),
    "all_alike": gettext_lazy("All statements were shown as often and are as uncertain: they have the same chance."),
}
HIDDEN = gettext_lazy("Too few people voted on it to say more without telling who they are.")


def no_groups_words(reason: "opinion.Reason") -> str:
    """Return why a map has no groups, and what would bring some."""
    return str(NO_GROUPS[reason.code] % dict(reason.params))


def group_words(group: "opinion.Group") -> str:
    """Return how many people a group holds."""
    return ngettext("Group %(letter)s, %(count)s person", "Group %(letter)s, %(count)s people", group.people) % {
        "letter": letter(group.number),
        "count": group.people,
    }


def letter(number: int) -> str:
    """Return what a group is called: A is the largest.

    >>> letter(0), letter(2)
    ('A', 'C')
    """
    return chr(ord("A") + number)


def typical_words(one: "opinion.Typical", text: str) -> str:
    """Return what marks a group, beside what the others say."""
    return _("%(side)s with “%(text)s”: %(share)s %% here, %(elsewhere)s %% elsewhere") % {
        "side": SIDES[one.side],
        "text": text,
        "share": round(100 * one.share),
        "elsewhere": round(100 * one.elsewhere),
    }


def shares_words(said: "opinion.Shares | None") -> str:
    """Return what people said of a statement; that it is hidden when too few voted."""
    if said is None:
        return str(HIDDEN)
    return _("%(agree)s agree, %(disagree)s disagree, %(passed)s pass") % said._asdict()


def uniform_words(found: "opinion.Route") -> str:
    """Return why all statements had the same chance; empty when they had not."""
    return str(UNIFORM[found.uniform]) if found.uniform else ""
