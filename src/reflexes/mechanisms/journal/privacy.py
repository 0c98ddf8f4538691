"""What the journal knows of a person: their acts, under a pseudonym. It erases nothing (docs/adr/0004)."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import told

WHY = _("To be able to say who did what, and why.")
UNTIL = _("Kept, under a pseudonym that leads to nobody once you have left.")


def export(person_key: UUID) -> dict[str, object]:
    """Return the acts of the person, as sentences."""
    entries = Entry.objects.filter(actor_key=person_key).order_by("id")
    acts = [{"at": entry.at, "what": sentence} for entry, sentence in told(entries)]
    return {"acts": acts} if acts else {}


def erase(person_key: UUID) -> None:
    """Leave the chain whole: once the directory has forgotten the name, the pseudonym points to nobody."""
