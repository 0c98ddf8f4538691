"""When people are called: hours that a campaign may widen for a while, and half-days that a next try changes.

The hours are those of the decree 2022-1313 (Monday to Friday, 10 to 13 and 14 to 20). It binds commercial calls; for
calls of public service it is a decent habit (research/outreach.md §3.5), which an emergency may set aside in writing.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

HALVES = ((time(10), time(13)), (time(14), time(20)))
SATURDAY = 5


def is_open(moment: datetime) -> bool:
    """Tell whether ``moment`` (aware) lies in the usual hours.

    >>> from datetime import UTC
    >>> is_open(datetime(2026, 11, 23, 9, 30, tzinfo=UTC)), is_open(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    (True, False)
    """
    here = timezone.localtime(moment)
    return here.weekday() < SATURDAY and any(first <= here.time() < last for first, last in HALVES)


def next_opening(moment: datetime) -> datetime:
    """Return ``moment`` when it lies in the usual hours, else the next moment that does."""
    if is_open(moment):
        return moment
    return next(begins for begins in _halves(timezone.localtime(moment).date()) if begins > moment)


def next_half_day(moment: datetime) -> datetime:
    """Return when to try again: the half-day after the next one begins, so that it is another time of another day.

    Somebody tried on Monday morning is tried on Tuesday afternoon, then on Wednesday morning.

    >>> from datetime import UTC
    >>> timezone.localtime(next_half_day(datetime(2026, 11, 23, 9, 30, tzinfo=UTC))).isoformat()
    '2026-11-24T14:00:00+01:00'
    """
    later = (begins for begins in _halves(timezone.localtime(moment).date()) if begins > moment)
    morning = timezone.localtime(moment).time() < HALVES[1][0]
    today = timezone.localtime(moment).date()
    wanted = HALVES[1][0] if morning else HALVES[0][0]
    return next(begins for begins in later if begins.time() == wanted and begins.date() > today)


def afternoon_of(day: date) -> datetime:
    """Return when the calls of the afternoon begin on ``day``, or on the next day of calls.

    >>> timezone.localtime(afternoon_of(date(2026, 11, 28))).isoformat()
    '2026-11-30T14:00:00+01:00'
    """
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, HALVES[1][0]))


def _halves(first: date) -> Iterator[datetime]:
    """Yield the beginnings of the half-days from the day ``first`` on, two weeks long."""
    for after in range(14):
        day = first + timedelta(days=after)
        if day.weekday() < SATURDAY:
            for begins, _ends in HALVES:
                yield timezone.make_aware(datetime.combine(day, begins))
