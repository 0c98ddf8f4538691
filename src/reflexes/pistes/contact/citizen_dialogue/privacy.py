"""What the dialogue with residents knows of a person."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reflexes.pistes.contact.citizen_dialogue import privacy_schemes
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Feasibility, GoalCard

WHY = _("To mark proposals against the 17 goals when you wish to, and to say for your service what can be done.")
UNTIL = _("Until you leave. What you said in public then stays without your name.")


def export(person_key: UUID) -> dict[str, object]:
    """Return what the person marked, said for their service, and owes an answer to."""
    cards = GoalCard.objects.filter(person__key=person_key).select_related("proposal").prefetch_related("scores")
    said = Feasibility.objects.filter(by__key=person_key).select_related("proposal").order_by("pk")
    owed = Edition.objects.filter(answerer__key=person_key).order_by("pk")
    known: dict[str, object] = {
        "goals_marked": [
            {
                "what": str(card.proposal),
                "shown_name": card.shown_name,
                "at": card.said_at,
                "words": [f"{one.goal}. {one.get_mark_display()}: {one.sentence}" for one in card.scores.all()],
            }
            for card in cards.order_by("pk")
        ],
        "feasibility_said": [{"what": str(one.proposal), "words": one.motive, "at": one.answered_at} for one in said],
        "editions_to_answer": [one.title for one in owed],
    }
    return {name: rows for name, rows in known.items() if rows} | privacy_schemes.export(person_key)


def erase(person_key: UUID) -> None:
    """Forget who marked a proposal; the marks stay, as public words do, without a name."""
    GoalCard.objects.filter(person__key=person_key).update(person=None, shown_name="")
    privacy_schemes.erase(person_key)
