"""What tests of calls share: a moment when people may be called, whatever the hour of the test."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from reflexes.core import clock


def at_ten() -> datetime:
    """Return ten past ten in the morning of the coming Tuesday."""
    today = clock.real_today()
    day = today + timedelta(days=(1 - today.weekday()) % 7 or 7)
    return timezone.make_aware(datetime.combine(day, time(10, 10)))
