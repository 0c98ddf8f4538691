"""Half-days as people write them."""

import re
from datetime import date, datetime
from functools import lru_cache

from reflexes.core.text import normalised

AM = {"am", "a", "m", "matin", "matinee", "morning"}
PM = {"pm", "p", "apres-midi", "apres midi", "aprem", "afternoon"}
WHOLE = {"journee", "journee entiere", "jour", "day", "all day", "full day", "am+pm"}
WEEKDAYS = (
    ("monday", "lundi", "lun", "mon"),
    ("tuesday", "mardi", "mar", "tue"),
    ("wednesday", "mercredi", "mer", "wed"),
    ("thursday", "jeudi", "jeu", "thu"),
    ("friday", "vendredi", "ven", "fri"),
    ("saturday", "samedi", "sam", "sat"),
    ("sunday", "dimanche", "dim", "sun"),
)
NAMES = {name: number for number, names in enumerate(WEEKDAYS) for name in names}
DATE = r"(?:(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|(?P<d2>\d{1,2})[-/.](?P<m2>\d{1,2})[-/.](?P<y2>\d{4}))"
ONE_DATE = re.compile(DATE, re.ASCII)
HALF_DAY = re.compile(rf"(?:[a-z]{{3,9}}\.? )?{DATE}[ /_,-]+(?P<half>[a-z][a-z +-]*)", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200


class NotUnderstood(ValueError):
    """The text is not a date or a half-day; the argument is the code of the problem."""


@lru_cache(maxsize=8192)
def half_days_of(text: str) -> tuple[str, ...]:
    """Return the half-days a text says: one, or two for a whole day.

    >>> half_days_of("2026-11-23/am"), half_days_of("lundi 23/11/2026 après-midi")
    (('2026-11-23/am',), ('2026-11-23/pm',))
    >>> half_days_of("2026-11-23 journée")
    ('2026-11-23/am', '2026-11-23/pm')
    """
    match = HALF_DAY.fullmatch(normalised(text))
    if match is None:
        raise NotUnderstood("not_half_day")
    word = match["half"].strip()
    halves = ("am",) if word in AM else ("pm",) if word in PM else ("am", "pm") if word in WHOLE else ()
    if not halves:
        raise NotUnderstood("not_half_day")
    day = _day(match)
    return tuple(f"{day.isoformat()}/{half}" for half in halves)


def half_of(text: str) -> str:
    """Return am or pm.

    >>> half_of("Après-midi"), half_of("matin")
    ('pm', 'am')
    """
    word = normalised(text)
    if word in AM or word in PM:
        return "am" if word in AM else "pm"
    raise NotUnderstood("not_half")


def day_of(cell: object) -> date:
    """Return the day a cell holds: a date of a workbook, 2026-11-23 or 23/11/2026.

    >>> day_of("17/05/1984")
    datetime.date(1984, 5, 17)
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = ONE_DATE.fullmatch(str(cell).strip())
    if match is None:
        raise NotUnderstood("not_date")
    return _day(match)


def weekday_of(text: str) -> int:
    """Return the number of a weekday: monday is 0.

    >>> weekday_of("mercredi"), weekday_of("2")
    (2, 2)
    """
    word = normalised(text)
    if word in NAMES:
        return NAMES[word]
    if word in set("0123456"):
        return int(word)
    raise NotUnderstood("not_wish")


def _day(match: re.Match[str]) -> date:
    year, month, day = match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"]
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise NotUnderstood("impossible_date") from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NotUnderstood("impossible_date")
    return found
