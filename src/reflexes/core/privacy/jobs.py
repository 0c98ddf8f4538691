"""The view journal ends by itself."""

from datetime import timedelta

from reflexes.core import clock
from reflexes.core.outbox.handlers import every
from reflexes.core.outbox.models import Job
from reflexes.core.privacy.models import ViewRecord

KEPT = timedelta(days=365)


@every(timedelta(days=1), "privacy.tidy")
def tidy(job: Job) -> None:
    """Delete the views recorded more than a year ago."""
    ViewRecord.objects.filter(at__lt=clock.now() - KEPT).delete()
