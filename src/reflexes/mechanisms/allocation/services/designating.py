"""Designated missions: an authority decides, on a stated basis; never mixed with volunteers (mechanisms.md P09 (6))."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.engines import matching
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Objection, Offer, Slot, half_day_starts
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services.eligibility import check_protected
from reflexes.mechanisms.allocation.services.missions import _done, _release_by, _take
from reflexes.mechanisms.allocation.services.plans import waived
from reflexes.mechanisms.allocation.states import ASKED, HOLDING, NeedState, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person

# Working time is decided by the employer: these limits of a volunteer do not bind it. A hard wish, a skill, an age do.
OF_VOLUNTEERS = frozenset(
    {"not_free", "distance", "distance_unknown", "cap", "forbidden:account_spent", "no_mentor", "team_too_small"}
)


def do_designate(*, actor: Actor, slot: Slot, person: Person, authority: str, basis: str) -> Assignment:
    """Write that an authority designates somebody. A limit said and a no already given still hold."""
    if not perms.can_plan(actor):
        raise PermissionDenied
    authority, basis = authority.strip()[:120], basis.strip()[:200]
    if not authority:
        raise Refusal("authority_missing", _("Name the authority that decides: the person reads it."))
    if not basis:
        raise Refusal("basis_missing", _("Say on what basis: a decision, a text, its date. The person reads it."))
    _check_open(slot)
    _known_in_pool(person)
    _check_person(slot, person)
    mission = Assignment(
        slot=slot,
        person=person,
        day=slot.day,
        half=slot.half,
        mode=Assignment.Mode.DESIGNATED,
        authority=authority,
        basis=basis,
        returns_on=slot.back_on,
        exercise_id=slot.need.exercise_id,
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    with transaction.atomic():
        check_protected(mission)
        try:
            with transaction.atomic():
                mission.save()
        except IntegrityError as error:
            raise _asked_already() from error
        _take(mission, to=State.ACCEPTED, release_by=_release_by(mission))
        return _done(actor, mission, "designated", {"authority": authority, "basis": basis})


def _asked_already() -> Refusal:
    return Refusal(
        "asked_already",
        _("This person was asked as a volunteer for that half-day: wait for their answer first."),
        conflict=True,
    )


def _check_open(slot: Slot) -> None:
    if slot.need.state not in (NeedState.OPEN, NeedState.FILLED) or slot.stopped_at is not None:
        raise Refusal("need_closed", _("This half-day is no longer asked for: nobody can be designated."))
    if half_day_starts(slot.day, slot.half) <= clock.now():
        raise Refusal("half_day_begun", _("This half-day has begun: nobody can be designated for it any more."))


def _known_in_pool(person: Person) -> None:
    """Give the person a place in the pool, offering nothing: their manager and their limits are found there."""
    if person.erased_at is not None:
        raise Refusal("person_gone", _("This person is no longer known here. Choose somebody else."))
    work = person.capacities.filter(role__in=(roles.AGENT, roles.MANAGER, roles.HOST)).order_by("pk").first()
    if work is None and not Offer.objects.filter(person=person).exists():
        raise Refusal(
            "not_an_agent", _("Only somebody who works here can be designated: ask residents, they may say no.")
        )
    Offer.objects.get_or_create(
        person=person, defaults={"capacity": work, "active": False, "weekly_cap": limits.WEEKLY_CAP}
    )


def _check_person(slot: Slot, person: Person) -> None:
    elsewhere = Assignment.objects.filter(
        person=person, day=slot.day, half=slot.half, state__in=HOLDING, exercise_id=slot.need.exercise_id
    )
    if elsewhere.exists():
        raise Refusal("half_day_taken", _("This person already has a mission on that half-day."), conflict=True)
    if Assignment.objects.filter(person=person, slot=slot, state__in=ASKED).exists():
        raise _asked_already()
    problem = problems.build_for(person.pk, [slot], exercise_id=slot.need.exercise_id)
    found = [] if problem is None else matching.ledger(problem, str(person.pk), str(slot.pk))
    codes = {one.code for one in found} - OF_VOLUNTEERS - {"busy"}
    if "wish" in codes and waived(person.pk, slot.pk):
        codes.discard("wish")
    if "wish" in codes:
        raise Refusal(
            "designated_wish",
            _("This person set a limit against it: only their own yes, asked for this once, lifts it."),
        )
    freed = Objection.objects.filter(
        assignment__person=person, assignment__slot__need=slot.need, verdict=Objection.Verdict.FREED
    )
    if "forbidden:declined" in codes or freed.exists():
        raise Refusal(
            "designated_after_no",
            _("This person said not this time for this need. A no is never turned round: choose somebody else."),
        )
    if codes:
        raise Refusal(
            "designated_blocked",
            _("A rule of this half-day keeps this person away: the skill, the certificate, the age or the service."),
        )
