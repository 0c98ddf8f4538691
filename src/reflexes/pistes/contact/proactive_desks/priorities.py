"""Why somebody is called before somebody else: published criteria, each with its words and its weight (rule 1 and 9).

The weights add up to the place in the queue; nothing else counts. Whoever answers for the campaign reads this very
table on its page, and so may residents.
"""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, tuple[int, "str | Promise"]] = {
    "asked": (5, _("asked to be called")),
    "alone": (4, _("lives alone")),
    "age_80": (3, _("is 80 or older")),
    "no_relative": (2, _("named no relative")),
    "first_time": (2, _("was never called before")),
}
OLD = 80


def weigh(codes: Iterable[str]) -> int:
    """Return the place in the queue that these reasons give together.

    >>> weigh(["alone", "age_80"]), weigh([])
    (7, 0)
    """
    return sum(REASONS[code][0] for code in codes)


def words(reasons: str) -> "list[str | Promise]":
    """Return the reasons kept on a row, in words; a code this version does not know is left out."""
    return [REASONS[code][1] for code in reasons.split() if code in REASONS]
