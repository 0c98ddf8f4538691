"""Work of this piste done by a worker."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every
from reflexes.core.outbox.models import Job
from reflexes.pistes.data.data_trust.services import own


@every(timedelta(hours=6), "data_trust.forget_codes")
def forget_codes(job: Job) -> None:
    """Forget which telephones asked for a code."""
    own.forget_codes()
