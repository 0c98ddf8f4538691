"""Work of the journal done by a worker."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.journal import services


@every(timedelta(minutes=1), "journal.seal")
def seal(job: Job) -> None:
    """Seal what a killed process left unsealed."""
    services.seal()
