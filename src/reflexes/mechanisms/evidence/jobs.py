"""Work of this mechanism done by a worker."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every, handler
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.evidence.models import Destruction
from reflexes.mechanisms.evidence.services import destruction, readings, tries


@handler(destruction.BURN_KEY)
def burn_key(job: Job) -> None:
    """Destroy the key of a destroyed dataset, should the process that ordered it have died in between."""
    destruction.burn_key(Destruction.objects.select_related("dataset").get(pk=job.payload["destruction"]))


@every(timedelta(days=1), "evidence.forget")
def forget(job: Job) -> None:
    """Forget readings of more than a year, and who tried codes yesterday."""
    readings.forget()
    tries.forget()
