"""What this piste keeps of those who work in it: nothing. People on its lists are told and forgotten through theirs."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

WHY = _("To keep lists of people for a purpose and until a day; who wrote them down is in the journal only.")
UNTIL = _("Until the last day of each list.")


def export(person_key: UUID) -> dict[str, object]:
    """Return nothing: a list names nobody who works with it."""
    return {}


def erase(person_key: UUID) -> None:
    """Delete nothing: a list names nobody who works with it."""
