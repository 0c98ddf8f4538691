"""Who may do what with needs, plans and missions. Each rule is short and says why."""

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation.models import Assignment, Need, Offer, Plan
from reflexes.mechanisms.allocation.states import UNHEARD
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.services import units_below


def is_cell(actor: Actor) -> bool:
    """Tell whether ``actor`` belongs to the coordination cell: it serves every host of the territory."""
    return actor.role == roles.COORDINATOR


def can_state_need(actor: Actor) -> bool:
    """Hosts state needs for their organisation; the cell may do it for a host on the phone."""
    return actor.role in {roles.HOST, roles.COORDINATOR} and actor.organisation_id is not None


def visible_needs(actor: Actor) -> QuerySet[Need]:
    """Return the needs ``actor`` may see: the cell all, a host those of its organisation, an agent the open ones."""
    needs = Need.objects.filter(exercise_id=actor.exercise_id)
    if is_cell(actor):
        return needs
    if actor.role == roles.HOST:
        return needs.filter(organisation_id=actor.organisation_id)
    if actor.role in {roles.AGENT, roles.VOLUNTEER}:
        return needs.filter(Q(state="open") | Q(slots__assignments__person_id=actor.person_id)).distinct()
    return needs.none()


def access_need(actor: Actor, need_id: int) -> Need:
    """Return a need within the actor's scope; outside it there is nothing to find."""
    need = (
        visible_needs(actor)
        .select_related("organisation", "place__commune", "mentor", "contact", "unit")
        .filter(pk=need_id)
        .first()
    )
    if need is None:
        raise Http404
    return need


def can_change_need(actor: Actor, need: Need) -> bool:
    """The host that stated a need may change it until it is closed, and so may the cell."""
    hosts_it = actor.role == roles.HOST and actor.organisation_id == need.organisation_id
    return (hosts_it or is_cell(actor)) and need.state != "closed"


def can_plan(actor: Actor) -> bool:
    """Only the cell runs plans and sends waves: people decide, the system proposes."""
    return is_cell(actor)


def access_plan(actor: Actor, number: int) -> Plan:
    """Return a plan of the cell."""
    plans = Plan.objects.filter(number=number, exercise_id=actor.exercise_id)
    # What the plan saw weighs megabytes: it is read when somebody asks for it.
    plan = plans.defer("snapshot").annotate(seen_bytes=Length("snapshot")).first() if can_plan(actor) else None
    if plan is None:
        raise Http404
    return plan


def missions_of_service(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions that a home manager answers for: people of their unit and of the units below it.

    A proposal not yet accepted is none of their business, and a refusal never will be (design.md rule 5). Nobody
    releases themself: a manager who lends a hand is released from above.
    """
    if actor.role != roles.MANAGER or actor.unit_id is None:
        return Assignment.objects.none()
    return (
        Assignment.objects.filter(
            person__offer__capacity__unit_id__in=units_below(actor.unit_id), exercise_id=actor.exercise_id
        )
        .exclude(state__in=UNHEARD)
        .exclude(person_id=actor.person_id)
    )


def visible_assignments(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions ``actor`` may see: their own, their service's, their host's, all for the cell."""
    assignments = Assignment.objects.filter(exercise_id=actor.exercise_id)
    if is_cell(actor):
        return assignments
    if actor.role == roles.MANAGER:
        return missions_of_service(actor)
    if actor.role == roles.HOST:
        return assignments.filter(slot__need__organisation_id=actor.organisation_id).exclude(
            state__in=(*UNHEARD, "accepted", "withheld")
        )
    return assignments.filter(person_id=actor.person_id) if actor.is_known else assignments.none()


def access_assignment(actor: Actor, assignment_id: int) -> Assignment:
    """Return a mission within the actor's scope, with what its pages show."""
    assignment = (
        visible_assignments(actor)
        .select_related("person", "slot__need__organisation", "slot__need__place__commune", "slot__skill")
        .filter(pk=assignment_id)
        .first()
    )
    if assignment is None:
        raise Http404
    return assignment


def is_own(actor: Actor, assignment: Assignment) -> bool:
    """Tell whether the mission is the actor's own."""
    return actor.is_known and actor.person_id == assignment.person_id


def can_answer(actor: Actor, assignment: Assignment) -> bool:
    """The person answers; the cell may write down an answer given by phone or on paper."""
    return is_own(actor, assignment) or is_cell(actor)


def can_release(actor: Actor, assignment: Assignment) -> bool:
    """The home manager decides for their service; the cell may write down what a manager said by phone."""
    return is_cell(actor) or missions_of_service(actor).filter(pk=assignment.pk).exists()


def can_host(actor: Actor, assignment: Assignment) -> bool:
    """The host organisation confirms, prepares, starts and ends; the cell may do it with them."""
    hosts_it = actor.role == roles.HOST and actor.organisation_id == assignment.slot.need.organisation_id
    return hosts_it or is_cell(actor)


def access_offer(actor: Actor, person_id: int) -> Offer:
    """Return what one person offers, to the cell alone: skills and wishes are read by nobody who appraises (rule 5)."""
    offer = (
        Offer.objects.filter(person_id=person_id, person__erased_at=None)
        .select_related("person__commune", "capacity__unit", "capacity__organisation")
        .first()
        if is_cell(actor)
        else None
    )
    if offer is None:
        raise Http404
    return offer
