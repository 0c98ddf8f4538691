"""What protects people under age, as one table (Engelsystem's categories of minors; mechanisms.md section 10).

16 and over, with the written consent of a parent under 18, is the rule of the civic reserve. What follows is ours,
more careful than the law, and an instance may set it: never alone, nothing imposed, few half-days. A piste says which
of its kinds of mission are for adults only (``Piste.adult_kinds``). Minors count in the headcount like anybody.
"""

from dataclasses import dataclass
from datetime import date

from reflexes.mechanisms.allocation.limits import _number


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the table: from which age, and what holds until the next line."""

    from_age: int
    may_come: bool = True
    consent: bool = False
    accompanied: bool = False
    may_be_designated: bool = True
    adult_kinds: bool = True
    a_week: int | None = None
    a_day: int = 2


YOUNGEST = _number("REFLEXES_YOUNGEST", 16)
ADULT = 18
BANDS = (
    Band(0, may_come=False),
    Band(
        YOUNGEST,
        consent=True,
        accompanied=True,
        may_be_designated=False,
        adult_kinds=False,
        a_week=_number("REFLEXES_MINOR_HALF_DAYS_A_WEEK", 2),
        a_day=_number("REFLEXES_MINOR_HALF_DAYS_A_DAY", 1),
    ),
    Band(ADULT),
)
MINOR = BANDS[1]


def birthday(born: date, age: int) -> date:
    """Return the day somebody reaches ``age``; those born on 29 February do on 1 March of other years.

    >>> birthday(date(2008, 2, 29), 18)
    datetime.date(2026, 3, 1)
    """
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def is_minor(born: date | None, on: date) -> bool:
    """Tell whether somebody is known to be under age on a day."""
    return born is not None and on < birthday(born, ADULT)


def is_too_young(born: date | None, on: date) -> bool:
    """Tell whether somebody is known to be too young to come at all on a day."""
    return born is not None and on < birthday(born, YOUNGEST)


def caps(born: date | None, on: date, weekly: int) -> tuple[int, int]:
    """Return how many half-days a week and a day somebody may give: what they offer, within the table."""
    if not is_minor(born, on) or MINOR.a_week is None:
        return weekly, BANDS[-1].a_day
    return min(weekly, MINOR.a_week), MINOR.a_day
