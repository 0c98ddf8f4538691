"""Work about proximity units that a worker does."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every
from reflexes.core.outbox.models import Job
from reflexes.pistes.contact.proactive_desks.services.morning_mail import send_due
from reflexes.pistes.contact.proactive_desks.services.units_visits import tell_late


@every(timedelta(minutes=5), "proactive_desks.morning")
def send_morning_sheets(job: Job) -> None:
    """Send the morning sheet to each director once its hour has come."""
    send_due()


@every(timedelta(minutes=30), "proactive_desks.visits")
def tell_late_visits(job: Job) -> None:
    """Tell whoever asked for a visit that its day passed without a word: it came back to them."""
    tell_late()
