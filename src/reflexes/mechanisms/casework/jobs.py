"""Work of this mechanism done by a worker."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.casework.services import watch


# Hours count in a crisis: a quarter of an hour is how late a reminder may be.
@every(timedelta(minutes=15), "casework.watch")
def watch_referrals(job: Job) -> None:
    """Remind the services that do not answer, and give back to navigators what they let expire."""
    watch.watch()
