"""Work of the directory done by a worker."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.directory.certificates import remind_of_ends


@every(timedelta(days=1), "directory.certificates")
def remind_of_certificates(job: Job) -> None:
    """Tell people that a certificate of theirs ends soon."""
    remind_of_ends()
