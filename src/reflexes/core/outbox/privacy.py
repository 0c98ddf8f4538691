"""What the queue knows of a person: the decisions they took on stuck work. Payloads hold no name."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.core.outbox.services import decisions_by

WHY = _("To know who decided about a message that was stuck.")
UNTIL = _("As long as the message is kept.")


def export(person_key: UUID) -> list[dict[str, object]]:
    """Return what the person decided on stuck work."""
    return [dict(row) for row in decisions_by(person_key).values("kind", "state", "decided_at")]


def erase(person_key: UUID) -> None:
    """Keep the decisions: they hold a pseudonym only, and end with their job."""
