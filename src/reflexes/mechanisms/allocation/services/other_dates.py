"""Another half-day that a service proposes when it keeps somebody: an offer the cell answers, not a note.

The service agreed beforehand: once the cell has asked and the agent says yes, nobody is asked to release them again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Offer, OtherHalfDay, Slot, Wave, half_day_starts
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.journal.services import record

# The person is asked whether that half-day suits them, and their service proposed it: neither stands in the way.
ASKED_ANYWAY = frozenset({"not_free", "unit_minimum"})


def open_ones(exercise_id: int | None) -> QuerySet[OtherHalfDay]:
    """Return the half-days proposed that nobody took up yet and that are still to come."""
    return (
        OtherHalfDay.objects.filter(
            closed_at=None, proposal=None, day__gte=clock.today(), assignment__exercise_id=exercise_id
        )
        .filter(assignment__person__erased_at=None)
        .select_related(
            "assignment__person__offer__capacity__unit",
            "assignment__slot__need__organisation",
            "assignment__slot__need__place__commune",
            "assignment__slot__skill",
        )
    )


def access_other(actor: Actor, pk: int) -> OtherHalfDay:
    """Return a half-day proposed instead, for the cell."""
    found = open_ones(actor.exercise_id).filter(pk=pk).first() if perms.is_cell(actor) else None
    if found is None:
        raise Http404
    return found


def of_service(actor: Actor) -> QuerySet[OtherHalfDay]:
    """Return what a manager proposed and may still take back.

    A refusal changes nothing on this list: who said no is none of the manager's business (design.md rule 5).
    """
    agreed = Q(proposal__isnull=False) & ~Q(proposal__state__in=(State.PROPOSED, *perms.UNHEARD))
    return (
        OtherHalfDay.objects.filter(
            closed_at=None, day__gte=clock.today(), assignment__in=perms.missions_of_service(actor)
        )
        .exclude(agreed)
        .select_related("assignment__person", "assignment__slot__need__organisation")
        .order_by("day", "half", "pk")
    )


@dataclass(frozen=True, slots=True)
class Option:
    """One half-day of a need that fits what the service proposed; ``blocked`` is why the person cannot be asked."""

    slot: Slot
    same_need: bool
    blocked: tuple[object, ...]


def options(other: OtherHalfDay) -> list[Option]:
    """Return the free places on that half-day, those of the same need first, each with what stands in the way."""
    need_id = other.assignment.slot.need_id
    slots = list(
        Slot.objects.filter(
            day=other.day,
            half=other.half,
            held__lt=F("headcount"),
            stopped_at=None,
            need__state="open",
            need__exercise_id=other.assignment.exercise_id,
        )
        .select_related("need__organisation", "need__place__commune", "skill")
        .order_by("-need__priority", "pk")
    )
    problem = problems.build_for(other.assignment.person_id, slots, exercise_id=other.assignment.exercise_id)
    if problem is None:
        return []
    found = []
    for slot in slots:
        reasons = plans.blocking(problem, person_id=other.assignment.person_id, slot_id=slot.pk)
        hard = tuple(reason for reason in reasons if reason.code not in ASKED_ANYWAY)
        found.append(Option(slot, slot.need_id == need_id, hard))
    return sorted(found, key=lambda one: (bool(one.blocked), not one.same_need))


def do_propose(*, actor: Actor, other: OtherHalfDay, slot_id: int) -> Assignment:
    """Ask the person for the half-day that their service proposed: a proposal like any other, which they may refuse."""
    if not perms.can_plan(actor):
        raise PermissionDenied
    if OtherHalfDay.objects.filter(pk=other.pk).exclude(proposal=None, closed_at=None).exists():
        raise _meanwhile()
    option = next((one for one in options(other) if one.slot.pk == slot_id), None)
    if option is None:
        raise Refusal(
            "place_gone", _("This place was taken or closed meanwhile. Choose another one below."), conflict=True
        )
    if option.blocked:
        raise Refusal("other_blocked", _("This person cannot be asked for that place. The reasons are below."))
    try:
        with transaction.atomic():
            proposal = _ask(actor, other, option.slot)
    except IntegrityError as error:
        raise _meanwhile() from error
    return proposal


def _meanwhile() -> Refusal:
    return Refusal(
        "asked_meanwhile", _("Somebody asked this person a moment ago. Reload the page to see it."), conflict=True
    )


def _ask(actor: Actor, other: OtherHalfDay, slot: Slot) -> Assignment:
    wave = Wave.objects.create(
        sent_by_id=actor.person_id,
        sent_at=clock.now(),
        answer_by=_answer_by(other),
        exercise_id=actor.exercise_id,
    )
    proposal = Assignment.objects.create(
        slot=slot,
        person_id=other.assignment.person_id,
        day=slot.day,
        half=slot.half,
        wave=wave,
        returns_on=slot.back_on,
        exercise_id=actor.exercise_id,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    taken = OtherHalfDay.objects.filter(pk=other.pk, proposal=None, closed_at=None).update(proposal=proposal)
    if not taken:
        raise _meanwhile()
    if actor.exercise_id is None:
        Offer.objects.filter(person_id=proposal.person_id).update(last_asked_at=clock.now())
    record(
        actor=actor,
        verb="allocation.other_half_day_asked",
        object_kind="assignment",
        object_key=proposal.pk,
        params={"slot": slot.pk, "instead_of": other.assignment_id},
    )
    announce(proposal, "proposed")
    return proposal


def _answer_by(other: OtherHalfDay) -> datetime:
    return min(clock.now() + limits.ANSWER_WITHIN, half_day_starts(other.day, other.half))


def do_close(*, actor: Actor, other: OtherHalfDay, reason: str) -> None:
    """End it without asking: nothing fits. The service and the agent read why on their pages."""
    if not perms.can_plan(actor):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("reason_missing", _("Say in one sentence why nothing is proposed: the service reads it."))
    _close(actor, other, reason)
    announce(other.assignment, "other_half_day_closed")


def do_take_back(*, actor: Actor, other: OtherHalfDay) -> None:
    """The service cannot do without after all: a proposal already sent stands, and will need a release as usual."""
    if not of_service(actor).filter(pk=other.pk).exists():
        raise PermissionDenied
    _close(actor, other, "")


def _close(actor: Actor, other: OtherHalfDay, reason: str) -> None:
    with transaction.atomic():
        if not OtherHalfDay.objects.filter(pk=other.pk, closed_at=None).update(closed_at=clock.now()):
            raise Refusal("closed_already", _("This is already closed. Reload the page."), conflict=True)
        record(
            actor=actor,
            verb="allocation.other_half_day_closed",
            object_kind="assignment",
            object_key=other.assignment_id,
            reason=reason,
        )
