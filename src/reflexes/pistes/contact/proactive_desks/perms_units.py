"""Who reads and who writes what proximity units do. Each rule is short and says why."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.pistes.contact.proactive_desks.models import (
    CentreQuestion,
    Doctrine,
    EntrustedVisit,
    Facility,
    FieldNeed,
    ProximityUnit,
    UnitMember,
)
from reflexes.pistes.contact.proactive_desks.perms import supervised

# The centre reads all of its organisation; the director reads and answers, the others also manage.
MANAGERS = frozenset({roles.COORDINATOR, roles.SUPERVISOR})
CENTRE = MANAGERS | {roles.DIRECTOR}
CHIEFS = (UnitMember.Place.LEAD, UnitMember.Place.DEPUTY)


def is_centre(actor: Actor) -> bool:
    """Tell whether ``actor`` reads every unit of their organisation."""
    return actor.role in CENTRE and actor.organisation_id is not None


def is_outreach(actor: Actor) -> bool:
    """Tell whether ``actor`` works in units: a mixed team, so their organisation does not matter."""
    return actor.role == roles.OUTREACH and actor.is_known


def can_manage_all(actor: Actor) -> bool:
    """Coordinators and those in charge of calls open units, write the doctrine, and bring in facilities."""
    return actor.role in MANAGERS and actor.organisation_id is not None


def check_managing(actor: Actor) -> None:
    """Refuse whoever does not manage units: 404 to strangers, 403 to those who read."""
    if not is_centre(actor) and not is_outreach(actor):
        raise Http404
    if not can_manage_all(actor):
        raise PermissionDenied


def check_world(actor: Actor, exercise_id: int | None) -> None:
    """Refuse to change what is real from inside an exercise, and what is played from outside it (ADR 16)."""
    if exercise_id is None:
        check_real(actor)
    elif exercise_id != actor.exercise_id:
        raise Http404


def own_units(actor: Actor) -> QuerySet[ProximityUnit]:
    """Return the units that ``actor`` is a member of today, in the world they act in."""
    mine = UnitMember.objects.filter(person_id=actor.person_id, left_on=None)
    return ProximityUnit.objects.filter(pk__in=mine.values("unit_id"), exercise_id=actor.exercise_id)


def visible_units(actor: Actor) -> QuerySet[ProximityUnit]:
    """Return what the actor may see: the centre all of its organisation, a member their own units."""
    if is_centre(actor):
        return ProximityUnit.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
    return own_units(actor) if is_outreach(actor) else ProximityUnit.objects.none()


def access_unit(actor: Actor, pk: int) -> ProximityUnit:
    """Return a unit within the actor's scope."""
    unit = visible_units(actor).select_related("organisation", "doctrine").filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit


def can_write(actor: Actor, unit: ProximityUnit) -> bool:
    """A member writes for their unit; the cell may type what was said on the telephone or written on paper."""
    if can_manage_all(actor):
        return unit.organisation_id == actor.organisation_id
    return is_outreach(actor) and unit.members.filter(person_id=actor.person_id, left_on=None).exists()


def can_lead(actor: Actor, unit: ProximityUnit) -> bool:
    """The lead and the deputy look after their unit: either one is enough, and so is the cell."""
    if can_manage_all(actor):
        return unit.organisation_id == actor.organisation_id
    chiefs = unit.members.filter(person_id=actor.person_id, left_on=None, place__in=CHIEFS)
    return is_outreach(actor) and chiefs.exists()


def check_writing(actor: Actor, unit: ProximityUnit) -> None:
    """Refuse whoever does not write for the unit, and another world than its own."""
    if not can_write(actor, unit):
        raise PermissionDenied
    check_world(actor, unit.exercise_id)


def check_leading(actor: Actor, unit: ProximityUnit) -> None:
    """Refuse whoever does not look after the unit, and another world than its own."""
    if not can_lead(actor, unit):
        raise PermissionDenied
    check_world(actor, unit.exercise_id)


def visible_facilities(actor: Actor) -> QuerySet[Facility]:
    """Return the facilities the actor may see: all of the centre's, or those that their units support."""
    found = Facility.objects.filter(exercise_id=actor.exercise_id).select_related("commune", "unit")
    if is_centre(actor):
        return found.filter(organisation_id=actor.organisation_id)
    return found.filter(unit__in=own_units(actor)) if is_outreach(actor) else found.none()


def access_facility(actor: Actor, pk: int) -> Facility:
    """Return a facility within the actor's scope."""
    facility = visible_facilities(actor).filter(pk=pk).first()
    if facility is None:
        raise Http404
    return facility


def visible_needs(actor: Actor) -> QuerySet[FieldNeed]:
    """Return the needs the actor may see: those of their units, or of a facility they support now."""
    found = FieldNeed.objects.filter(exercise_id=actor.exercise_id).select_related("facility__commune", "unit")
    if is_centre(actor):
        return found.filter(unit__organisation_id=actor.organisation_id)
    if is_outreach(actor):
        return found.filter(Q(unit__in=own_units(actor)) | Q(facility__unit__in=own_units(actor)))
    return found.none()


def access_need(actor: Actor, pk: int) -> FieldNeed:
    """Return a need within the actor's scope."""
    need = visible_needs(actor).filter(pk=pk).first()
    if need is None:
        raise Http404
    return need


def visible_questions(actor: Actor) -> QuerySet[CentreQuestion]:
    """Return the questions of the units that the actor sees."""
    found = CentreQuestion.objects.filter(unit__in=visible_units(actor))
    return found.select_related("unit", "negotiation__facility", "report")


def access_question(actor: Actor, pk: int) -> CentreQuestion:
    """Return a question within the actor's scope."""
    question = visible_questions(actor).filter(pk=pk).first()
    if question is None:
        raise Http404
    return question


def visible_doctrines(actor: Actor) -> QuerySet[Doctrine]:
    """Return the versions the actor may read: published ones, and the draft for those who write it."""
    found = Doctrine.objects.filter(exercise_id=actor.exercise_id).prefetch_related("points")
    if can_manage_all(actor):
        return found.filter(organisation_id=actor.organisation_id)
    found = found.exclude(published_at=None)
    if is_centre(actor):
        return found.filter(organisation_id=actor.organisation_id)
    if is_outreach(actor):
        return found.filter(organisation__in=own_units(actor).values("organisation_id"))
    return found.none()


def access_doctrine(actor: Actor, pk: int) -> Doctrine:
    """Return a version within the actor's scope."""
    doctrine = visible_doctrines(actor).filter(pk=pk).first()
    if doctrine is None:
        raise Http404
    return doctrine


def check_centre(actor: Actor) -> None:
    """Refuse whoever is not the centre: 404 to strangers, 403 to members of units."""
    if is_centre(actor):
        return
    if is_outreach(actor):
        raise PermissionDenied
    raise Http404


def check_concerned(actor: Actor) -> None:
    """Hide what is about units from whoever works neither in one nor at the centre."""
    if not is_centre(actor) and not is_outreach(actor):
        raise Http404


def entrusted_visits(actor: Actor, *, over: bool = False) -> QuerySet[EntrustedVisit]:
    """Return the visits that wait for the units one is in, as long as their data may be read: nobody else's.

    The centre reads figures alone; whoever asked for a visit reads their task. ``over``: also those told or taken back,
    for what is said of them late, never to read them.
    """
    if not is_outreach(actor):
        return EntrustedVisit.objects.none()
    data = "task__campaign__dataset"
    found = EntrustedVisit.objects.filter(
        unit__in=own_units(actor).filter(ended_on=None),
        task__campaign__exercise_id=actor.exercise_id,
        **{f"{data}__state": Dataset.State.OPEN, f"{data}__ends_on__gte": clock.today()},
    )
    found = found if over else found.filter(done_at=None, back_at=None)
    return found.select_related("unit", "task__callee__commune", "task__campaign__organisation", data, "asked_by")


def access_visit(actor: Actor, key: str, *, over: bool = False) -> EntrustedVisit:
    """Return a visit that one's unit has; with ``over``, one that it had."""
    visit = entrusted_visits(actor, over=over).filter(key=key).first()
    if visit is None:
        raise Http404
    return visit


def access_asked_visit(actor: Actor, key: str) -> EntrustedVisit:
    """Return a visit to whoever is in charge of the campaign that asks for it."""
    visits = EntrustedVisit.objects.select_related("unit", "task__campaign__dataset", "task__callee__commune")
    found = visits.filter(key=key, task__campaign__in=supervised(actor)).first()
    if found is None:
        raise Http404
    return found
