"""Reading half-days: ``2026-11-23/am``."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from reflexes.engines.matching.model import ProblemError

HALVES = ("am", "pm")


class HalfDay(NamedTuple):
    """A half-day taken apart; ``week`` is the ISO week, as caps are counted per week."""

    day: date
    half: str
    week: tuple[int, int]


@lru_cache(maxsize=4096)
def read_half_day(text: str) -> HalfDay:
    """Return the parts of a half-day.

    >>> read_half_day("2026-11-23/am").week
    (2026, 48)
    """
    day_text, _, half = text.partition("/")
    try:
        day = date.fromisoformat(day_text)
    except ValueError:
        raise ProblemError("half_day_unreadable", half_day=text) from None
    if half not in HALVES:
        raise ProblemError("half_day_unreadable", half_day=text)
    year, week, _ = day.isocalendar()
    return HalfDay(day, half, (year, week))


def age_on(birth: date, day: date) -> int:
    """Return the age in whole years on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
