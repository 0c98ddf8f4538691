"""Work of the call desk that a worker does."""

from reflexes.core.outbox.handlers import handler
from reflexes.core.outbox.models import Job
from reflexes.pistes.contact.proactive_desks.services.texts import FOREWARN, send_forewarning


@handler(FOREWARN, external=True)
def forewarn(job: Job) -> None:
    """Send the message that says who will call, at most once."""
    send_forewarning(job.payload["callee"])
