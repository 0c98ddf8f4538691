"""Quiet hours: nobody's telephone rings at night or on a Sunday for something that can wait."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone


class QuietHours(NamedTuple):
    """From ``starts`` in the evening to ``ends`` in the morning, and on whole ``days`` (Monday is 0)."""

    starts: int
    ends: int
    days: tuple[int, ...]


def next_calm_moment(moment: datetime) -> datetime:
    """Return ``moment`` if people may be disturbed then, else the next morning on which they may.

    Hours are those of the site's time zone, also across a change of summer time. ``settings.QUIET_HOURS`` is
    ``(starts, ends, days)``, or None where nobody has to sleep (the demo).
    """
    if settings.QUIET_HOURS is None:
        return moment
    quiet = QuietHours(*settings.QUIET_HOURS)
    local = timezone.localtime(moment)
    if local.weekday() not in quiet.days and quiet.ends <= local.hour < quiet.starts:
        return moment
    day = local.date() if local.hour < quiet.ends else local.date() + timedelta(days=1)
    while day.weekday() in quiet.days:
        day += timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, time(quiet.ends)))
