"""What is kept of those who work in proximity units, and how it is forgotten."""

from uuid import UUID

from reflexes.core import clock
from reflexes.pistes.contact.proactive_desks.models import (
    CentreQuestion,
    DailyReport,
    Doctrine,
    DoctrineReading,
    EntrustedVisit,
    FieldNeed,
    NeedNews,
    Negotiation,
    UnitDecision,
    UnitMember,
    Visit,
)


def export(person_key: UUID) -> dict[str, object]:
    """Return the units of a person, what they visited, reported and decided."""
    places = UnitMember.objects.filter(person__key=person_key).select_related("unit").order_by("joined_on", "pk")
    visits = Visit.objects.filter(by__key=person_key).select_related("facility").order_by("on", "pk")
    reports = DailyReport.objects.filter(by__key=person_key).select_related("unit").order_by("day", "pk")
    decisions = UnitDecision.objects.filter(by__key=person_key).select_related("unit").order_by("at", "pk")
    made = EntrustedVisit.objects.filter(done_by__key=person_key).select_related("unit").order_by("done_at", "pk")
    known: dict[str, object] = {
        "visits_to_people": [{"what": str(one.unit), "at": one.done_at} for one in made],
        "proximity_units": [
            {"what": str(one.unit), "status": one.does, "at": one.joined_on, "ended_at": one.left_on} for one in places
        ],
        "facilities_visited": [{"what": str(one.facility), "at": one.on, "words": one.saw} for one in visits],
        "field_reports": [
            {
                "what": str(one.unit),
                "at": one.day,
                "words": " / ".join(filter(None, (one.went_well, one.stuck, one.wanted))),
            }
            for one in reports
        ],
        "units_decided": [
            {
                "what": str(one.unit),
                "at": one.at,
                "answer": str(UnitDecision.Verdict(one.verdict).label),
                "reason": one.motive,
            }
            for one in decisions
        ],
    }
    return {name: rows for name, rows in known.items() if rows}


def erase(person_key: UUID) -> None:
    """Forget who was in a unit, wrote and decided: what facilities needed and got stays, without a name."""
    mine = UnitMember.objects.filter(person__key=person_key)
    mine.filter(left_on=None).update(left_on=clock.today())
    mine.update(person=None)
    Doctrine.objects.filter(written_by__key=person_key).update(written_by=None)
    Doctrine.objects.filter(published_by__key=person_key).update(published_by=None)
    DoctrineReading.objects.filter(by__key=person_key).update(by=None)
    UnitDecision.objects.filter(by__key=person_key).update(by=None)
    DailyReport.objects.filter(by__key=person_key).update(by=None)
    EntrustedVisit.objects.filter(asked_by__key=person_key).update(asked_by=None)
    EntrustedVisit.objects.filter(done_by__key=person_key).update(done_by=None)
    Visit.objects.filter(by__key=person_key).update(by=None)
    Negotiation.objects.filter(by__key=person_key).update(by=None)
    NeedNews.objects.filter(by__key=person_key).update(by=None)
    FieldNeed.objects.filter(opened_by__key=person_key).update(opened_by=None)
    FieldNeed.objects.filter(closed_by__key=person_key).update(closed_by=None)
    CentreQuestion.objects.filter(asked_by__key=person_key).update(asked_by=None)
    CentreQuestion.objects.filter(answered_by__key=person_key).update(answered_by=None)
