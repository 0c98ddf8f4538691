"""What is likely in a need before its host says it: their only site, the people named last time."""

from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person, Place


def likely_place(organisation_id: int | None) -> Place | None:
    """Return the only site of an organisation, or that of its last need."""
    places = Place.objects.filter(organisation_id=organisation_id).order_by("pk")
    if len(found := list(places[:2])) == 1:
        return found[0]
    return places.filter(needs__organisation_id=organisation_id).order_by("-needs__pk").first()


def likely_people(organisation_id: int | None, actor: Actor) -> dict[str, Person | None]:
    """Return who probably welcomes and who else is called: the host who writes, then those of the last need."""
    before = Need.objects.filter(organisation_id=organisation_id, exercise_id=actor.exercise_id)
    last = before.exclude(mentor=None).exclude(contact=None).order_by("-pk").select_related("mentor", "contact").first()
    named = [one for one in (last.mentor, last.contact) if one and one.erased_at is None] if last else []
    writer = Person.objects.filter(pk=actor.person_id).first() if actor.role == roles.HOST else None
    mentor = writer or next(iter(named), None)
    return {"mentor": mentor, "contact": next((one for one in reversed(named) if one != mentor), None)}
