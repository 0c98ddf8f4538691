"""What is known of those who keep and read datasets. People in a dataset have no account: see ``services/holdings``."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.evidence.models import Dataset, Export, Holder, Opinion, Prolongation, Reading

WHY = _("To know who answers for personal data, who may read them, and who did.")
UNTIL = _(
    "Until you leave; who read what is kept for a year, under a pseudonym; a file taken out stays in the register."
)


def export(person_key: UUID) -> dict[str, object]:
    """Return the datasets that a person keeps, reads or judged, and their readings, without whom these concerned."""
    known: dict[str, object] = {
        "datasets_kept": list(Dataset.objects.filter(owner__key=person_key).order_by("pk").values("title", "ends_on")),
        "datasets_held": list(
            Holder.objects.filter(person__key=person_key)
            .order_by("pk")
            .values("dataset__title", "role", "what_for", "why", "since", "until", "ended_at")
        ),
        "exports_asked": list(
            Export.objects.filter(asked_by__key=person_key)
            .order_by("pk")
            .values("dataset__title", "what_for", "why", "to_whom", "until", "taken_at", "people", "destroyed_at")
        ),
        "opinions": list(
            Opinion.objects.filter(given_by__key=person_key)
            .order_by("pk")
            .values("dataset__title", "says", "words", "given_at")
        ),
        "prolongations": list(
            Prolongation.objects.filter(given_by__key=person_key)
            .order_by("pk")
            .values("dataset__title", "ends_on", "why", "given_at")
        ),
        "readings": list(
            Reading.objects.filter(reader=person_key)
            .order_by("pk")
            .values("dataset__title", "what", "what_for", "allowed", "at")
        ),
    }
    return {name: rows for name, rows in known.items() if rows}


def erase(person_key: UUID) -> None:
    """End what the person may read; opinions, files and readings keep a pseudonym that names nobody any more."""
    Holder.objects.filter(person__key=person_key, ended_at=None).update(ended_at=clock.now())
    Dataset.objects.filter(owner__key=person_key, state=Dataset.State.DRAFT).update(owner=None)
