"""Work of this piste done by a worker."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every
from reflexes.core.outbox.models import Job
from reflexes.pistes.data.data_trust.services import desk, own


@every(timedelta(hours=6), "data_trust.forget_codes")
def forget_codes(job: Job) -> None:
    """Forget which telephones asked for a code."""
    own.forget_codes()


@every(timedelta(hours=6), "data_trust.remind_files")
def remind_files(job: Job) -> None:
    """Remind whoever took a file to destroy it."""
    desk.remind_files()
