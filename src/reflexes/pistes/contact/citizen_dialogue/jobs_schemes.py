"""Work about what is tried that a worker does."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every
from reflexes.core.outbox.models import Job
from reflexes.pistes.contact.citizen_dialogue.messages_schemes import tell_reviews


@every(timedelta(days=1), "citizen_dialogue.watch_reviews")
def watch_reviews(job: Job) -> None:
    """Say which days of judgment come, and which passed without a decision."""
    tell_reviews()
