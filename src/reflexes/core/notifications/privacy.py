"""What the messages know of a person."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core.notifications.models import Message
from reflexes.core.outbox.models import Job

WHY = _("To tell you things the way you prefer, and to know what was said to you.")
UNTIL = _("Until you leave, or ask for it to be erased.")


FIELDS = ("subject", "body", "way", "email", "phone", "state", "created_at", "ended_at")


def export(person_key: UUID) -> list[dict[str, object]]:
    """Return the messages written to the person."""
    messages = Message.objects.filter(person_key=person_key).order_by("created_at", "id")
    return [dict(row) for row in messages.values(*FIELDS)]


def erase(person_key: UUID) -> None:
    """Delete the messages written to the person, sent or not, with the work of sending them."""
    with transaction.atomic():
        messages = Message.objects.filter(person_key=person_key)
        Job.objects.filter(message__in=messages).delete()
        messages.delete()
