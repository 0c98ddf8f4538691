"""The queue tidies itself."""

from datetime import timedelta

from reflexes.core import clock
from reflexes.core.outbox.handlers import every, periods
from reflexes.core.outbox.models import Job, State

KEPT_DONE = timedelta(days=90)
KEPT_TICKS = timedelta(days=2)


@every(timedelta(days=1), "outbox.tidy")
def tidy(job: Job) -> None:
    """Delete what is over: a key is remembered for 90 days, a tick for two days or two of its periods."""
    now = clock.real_now()
    over = Job.objects.filter(state__in=(State.DONE, State.SET_ASIDE))
    over.filter(ended_at__lt=now - KEPT_DONE).delete()
    for kind, period in periods().items():
        ticks = Job.objects.filter(kind=kind, key__startswith="tick:").exclude(state__in=(State.WAITING, State.RUNNING))
        ticks.filter(created_at__lt=now - max(KEPT_TICKS, 2 * period)).delete()
