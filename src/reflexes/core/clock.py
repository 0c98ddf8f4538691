"""The only place that knows what time it is.

Everything asks ``now()`` or ``today()``; an exercise runs at another date by ``travelling`` (design.md rule 8; habit of
pretix's time machine). The shift lives in a context variable: one request or one job, never the whole process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta

from django.utils import timezone

_shift: ContextVar[timedelta] = ContextVar("reflexes_clock_shift", default=timedelta(0))


def real_now() -> datetime:
    """Return the present moment outside any exercise: for leases, queues and the limits of exercises themselves."""
    return timezone.now()


def real_today() -> date:
    """Return the present day outside any exercise, in the site's time zone."""
    return timezone.localtime(real_now()).date()


def now() -> datetime:
    """Return the present moment, aware, as the current exercise sees it."""
    return timezone.now() + _shift.get()


def today() -> date:
    """Return the present day in the site's time zone, as the current exercise sees it."""
    return timezone.localtime(now()).date()


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Run a block with the clock moved ``by`` this much: how an exercise lives at another date."""
    token = _shift.set(by)
    try:
        yield
    finally:
        _shift.reset(token)


@contextmanager
def travelling(to: datetime) -> Iterator[None]:
    """Run a block as if it were ``to`` (aware); time goes on from there."""
    with shifted(to - timezone.now()):
        yield
