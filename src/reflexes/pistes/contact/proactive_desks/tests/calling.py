"""What tests of calls share: a moment when people may be called, whatever the hour of the test."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone

from reflexes.core import clock

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def tuesday_morning() -> Iterator[None]:
    """Have every test of the module that imports it happen on a Tuesday morning."""
    with clock.travelling(TUESDAY):
        yield


def at_ten() -> datetime:
    """Return ten past ten in the morning of the coming Tuesday."""
    today = clock.real_today()
    day = today + timedelta(days=(1 - today.weekday()) % 7 or 7)
    return timezone.make_aware(datetime.combine(day, time(10, 10)))
