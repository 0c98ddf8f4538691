"""What is kept of those who observe a place, and how it is forgotten."""

from uuid import UUID

from reflexes.core import clock
from reflexes.pistes.contact.citizen_dialogue.models import Booklet, Evaluator, FieldNote, Measure, Outcome


def export(person_key: UUID) -> dict[str, object]:
    """Return what the person observes, what they noted and proposed, and what they decided."""
    observing = Evaluator.objects.filter(person__key=person_key).select_related("scheme").order_by("pk")
    noted = FieldNote.objects.filter(evaluator__person__key=person_key, taken_back_at=None).select_related("scheme")
    decisions = Outcome.objects.filter(by__key=person_key).select_related("scheme").order_by("pk")
    known: dict[str, object] = {
        "observing": [
            {"what": str(one.scheme), "status": one.as_words, "at": one.invited_at, "ended_at": one.left_at}
            for one in observing
        ],
        "field_notes": [
            {
                "what": str(one.scheme),
                "at": one.at,
                "place": one.where,
                "words": one.saw,
                "answer": str(FieldNote.Feeling(one.feeling).label) if one.feeling else "",
            }
            for one in noted.order_by("pk")
        ],
        "outcomes_decided": [
            {
                "what": str(one.scheme),
                "at": one.on,
                "answer": str(Outcome.Verdict(one.verdict).label),
                "reason": one.motive,
            }
            for one in decisions
        ],
    }
    return {name: rows for name, rows in known.items() if rows}


def erase(person_key: UUID) -> None:
    """Forget who observed, typed and decided: notes and decisions were public, and stay without a name."""
    mine = Evaluator.objects.filter(person__key=person_key)
    mine.filter(left_at=None).update(left_at=clock.now())
    mine.update(person=None)
    FieldNote.objects.filter(entered_by__key=person_key).update(entered_by=None)
    Measure.objects.filter(written_by__key=person_key).update(written_by=None)
    Outcome.objects.filter(by__key=person_key).update(by=None)
    Outcome.objects.filter(written_by__key=person_key).update(written_by=None)
    Booklet.objects.filter(published_by__key=person_key).update(published_by=None)
