"""The call list of a half-day that few people can fill: direct contact, with trace (mechanisms.md P09 (12))."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.engines import matching
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Call, Offer, Slot, half_day_starts
from reflexes.mechanisms.allocation.services import nudges
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services.reserve import do_ask_reserve
from reflexes.mechanisms.allocation.services.whom_to_call import look
from reflexes.mechanisms.allocation.states import NeedState, State
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record

SHOWN = 20
# What a person may be asked to go beyond: their half-days and the way. A hard wish, a skill, an age never.
STRETCHES = frozenset({"not_free", "distance", "distance_unknown"})
OF_THE_TEAM = frozenset({"no_mentor", "team_too_small"})
Outcome = Call.Outcome


@dataclass(frozen=True, slots=True)
class ToCall:
    """One person of the list: ``obstacle`` is what they would go beyond, ``asked`` their live proposal."""

    offer: Offer
    km: float | None = None
    obstacle: matching.Reason | None = None
    asked: Assignment | None = None
    last: Call | None = None

    @property
    def being_called(self) -> bool:
        """Tell whether somebody of the cell has this call in hand now."""
        return self.last is not None and is_open(self.last)


@dataclass(frozen=True, slots=True)
class CallList:
    """Whom to call for one half-day: on reserve, not asked yet, asked and silent, who might stretch.

    ``more``: others could be called too, once these were.
    """

    reserve: list[ToCall]
    free: list[ToCall]
    silent: list[ToCall]
    stretch: list[ToCall]
    more: bool

    @property
    def empty(self) -> bool:
        """Tell whether there is nobody at all to call."""
        return not (self.reserve or self.free or self.silent or self.stretch)


def access_slot(actor: Actor, slot_id: int) -> Slot:
    """Return a half-day to come of an open need, for the cell."""
    slot = (
        Slot.objects.filter(pk=slot_id, need__exercise_id=actor.exercise_id)
        .exclude(need__state=NeedState.DRAFT)
        .select_related("need__organisation", "need__place__commune", "skill")
        # Nine tables in one question take PostgreSQL longer to think about than three questions to answer.
        .prefetch_related("need__mentor", "need__contact", "need__exercise")
        .first()
        if perms.is_cell(actor)
        else None
    )
    if slot is None:
        raise Http404
    return slot


def is_open(call: Call) -> bool:
    """Tell whether a call is still kept for whoever took it."""
    return call.outcome == Outcome.OPEN and clock.now() - call.claimed_at < limits.CALL_KEPT


def call_list(actor: Actor, slot: Slot) -> CallList:
    """Return whom to call, those asked least recently first; nobody whom a rule, a limit or a no keeps away."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    asked = {
        one.person_id: one
        for one in slot.assignments.filter(state__in=(State.PROPOSED, State.RESERVE)).order_by("changed_at", "pk")
    }
    if slot.stopped_at is not None or slot.need.state not in {NeedState.OPEN, NeedState.FILLED}:
        return CallList([], [], [], [], more=False)
    found = look(slot, asked=asked.keys(), wanted=SHOWN + 1)
    offers = _offers({*asked, *found.free, *found.stretching})
    last = _last_calls(slot, offers)

    def to_call(pk: int) -> ToCall:
        return ToCall(offers[pk], found.ways.get(pk), found.stretching.get(pk), asked.get(pk), last.get(pk))

    ordered = [pk for pk in offers if pk in set(found.free)]
    beyond = [pk for pk in offers if pk in found.stretching and pk not in asked]
    return CallList(
        [to_call(pk) for pk in asked if asked[pk].state == State.RESERVE and pk in offers],
        [to_call(pk) for pk in ordered[:SHOWN]],
        [to_call(pk) for pk in asked if asked[pk].state == State.PROPOSED and pk in offers],
        [to_call(pk) for pk in beyond[:SHOWN]],
        more=len(ordered) > SHOWN or len(beyond) > SHOWN,
    )


def _offers(ids: set[int]) -> dict[int, Offer]:
    """Return the offers behind these people, asked least recently first."""
    found = (
        Offer.objects.filter(person__erased_at=None, person_id__in=ids)
        .select_related("person__commune", "capacity__unit", "capacity__organisation")
        .order_by(F("last_asked_at").asc(nulls_first=True), "pk")
    )
    return {offer.person_id: offer for offer in found}


def _last_calls(slot: Slot, offers: Mapping[int, Offer]) -> dict[int, Call]:
    """Return the last call of today to each person, or the last one about this half-day."""
    today = Call.objects.filter(exercise_id=slot.need.exercise_id, claimed_at__date=clock.today())
    about = Call.objects.filter(slot=slot)
    calls = (today | about).exclude(outcome=Outcome.LEFT).select_related("made_by").order_by("claimed_at", "pk")
    return {call.person_id: call for call in calls if call.person_id in offers}


def do_claim_call(*, actor: Actor, slot: Slot, person: Person) -> Call:
    """Take a call: for a few minutes nobody else of the cell can call the same person."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    _check_callable(slot, person)
    with transaction.atomic():
        _free_stale(person, slot.need.exercise_id)
        standing = Call.objects.filter(
            person=person, exercise_id=slot.need.exercise_id, outcome=Outcome.OPEN
        ).select_related("made_by")
        mine = standing.filter(slot=slot, made_by_id=actor.person_id).first()
        if mine is not None:
            return mine
        try:
            with transaction.atomic():
                call = Call.objects.create(
                    slot=slot,
                    person=person,
                    made_by_id=actor.person_id,
                    claimed_at=clock.now(),
                    exercise_id=slot.need.exercise_id,
                )
        except IntegrityError as error:
            other = standing.first()
            raise Refusal(
                "being_called",
                _("%(who)s is calling this person now. Call somebody else, or come back in a few minutes.")
                % {"who": other.made_by if other and other.made_by else _("Somebody of the cell")},
                conflict=True,
            ) from error
        record(
            actor=actor,
            verb="allocation.call_taken",
            object_kind="slot",
            object_key=slot.pk,
            params={"person": str(person.key)},
        )
    return call


def _check_callable(slot: Slot, person: Person) -> None:
    """Refuse to call for what nothing could change: a rule, a limit, a no already said."""
    if slot.need.state == NeedState.CLOSED or slot.stopped_at is not None:
        raise Refusal("need_closed", _("This half-day is no longer asked for: there is nobody to call."))
    if half_day_starts(slot.day, slot.half) <= clock.now():
        raise Refusal("half_day_begun", _("This half-day has begun: call the host first."))
    if _asked(slot, person) is not None:
        return
    problem = problems.build_for(person.pk, [slot], exercise_id=slot.need.exercise_id)
    reasons = [] if problem is None else matching.ledger(problem, str(person.pk), str(slot.pk))
    left = [reason for reason in reasons if reason.code not in OF_THE_TEAM]
    if problem is None or len(left) > 1 or any(reason.code not in STRETCHES for reason in left):
        raise Refusal(
            "not_to_call",
            _("This person is not to be called for that half-day: a rule, a limit or an answer already given."),
        )


def _asked(slot: Slot, person: Person) -> Assignment | None:
    return Assignment.objects.filter(slot=slot, person=person, state__in=(State.PROPOSED, State.RESERVE)).first()


def _free_stale(person: Person, exercise_id: int | None) -> None:
    """Free the calls that were taken and not finished: nobody blocks somebody else by forgetting."""
    Call.objects.filter(
        person=person,
        exercise_id=exercise_id,
        outcome=Outcome.OPEN,
        claimed_at__lt=clock.now() - limits.CALL_KEPT,
    ).update(outcome=Outcome.LEFT, ended_at=clock.now())


def do_end_call(*, actor: Actor, call: Call, outcome: str, call_back_at: datetime | None = None) -> Call:
    """Write how the call ended. A yes or a no is the same answer as any other, said by telephone."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    if outcome not in (Outcome.YES, Outcome.NO, Outcome.NO_ANSWER, Outcome.LATER, Outcome.LEFT):
        raise Refusal("outcome_missing", _("Choose how the call ended."))
    if outcome == Outcome.LATER and (call_back_at is None or call_back_at <= clock.now()):
        raise Refusal("call_back_missing", _("Say when to call again: a moment to come."))
    with transaction.atomic():
        ended = Call.objects.filter(pk=call.pk, outcome=Outcome.OPEN).update(
            outcome=outcome,
            ended_at=clock.now(),
            call_back_at=call_back_at if outcome == Outcome.LATER else None,
        )
        if not ended:
            raise Refusal(
                "call_ended",
                _("This call was closed meanwhile. Take it again to write what was said."),
                conflict=True,
            )
        if outcome in (Outcome.YES, Outcome.NO):
            _write_answer(actor, call, said=outcome)
        if call.exercise_id is None and outcome in (Outcome.YES, Outcome.NO, Outcome.LATER):
            Offer.objects.filter(person_id=call.person_id).update(last_asked_at=clock.now())
        record(
            actor=actor,
            verb=f"allocation.call_{Outcome(outcome).value}",
            object_kind="slot",
            object_key=call.slot_id,
            params={"person": str(call.person.key)},
        )
    call.refresh_from_db()
    return call


def _write_answer(actor: Actor, call: Call, *, said: str) -> None:
    """Ask and answer by the usual path, so that every rule of a yes holds, with who wrote it and by which channel."""
    slot = Slot.objects.select_related("need").get(pk=call.slot_id)
    assignment = _asked(slot, call.person)
    if assignment is None:
        _check_callable(slot, call.person)
        assignment = _propose(slot, call.person)
    elif assignment.state == State.RESERVE and said == Outcome.YES:
        assignment = do_ask_reserve(actor=actor, assignment=assignment)
    nudges.do_write_answer(actor=actor, assignment=assignment, said=said, channel=nudges.Channel.PHONE)


def _propose(slot: Slot, person: Person) -> Assignment:
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                slot=slot,
                person=person,
                day=slot.day,
                half=slot.half,
                returns_on=slot.back_on,
                exercise_id=slot.need.exercise_id,
                created_at=clock.now(),
                changed_at=clock.now(),
            )
    except IntegrityError as error:
        raise Refusal(
            "asked_already", _("This person is asked or expected on that half-day already."), conflict=True
        ) from error


def calls_due(exercise_id: int | None) -> QuerySet[Call]:
    """Return the calls to make again now: promised for a moment that has come, and not made since."""
    since = Call.objects.filter(slot=OuterRef("slot"), person=OuterRef("person"), pk__gt=OuterRef("pk"))
    return (
        Call.objects.filter(outcome=Outcome.LATER, call_back_at__lte=clock.now(), exercise_id=exercise_id)
        .filter(slot__day__gte=clock.today(), slot__stopped_at=None)
        .filter(slot__held__lt=F("slot__headcount"))
        .exclude(Exists(since.exclude(outcome=Outcome.LEFT)))
        .select_related("person", "made_by", "slot__need__organisation", "slot__skill")
        .annotate(since=F("call_back_at"))
    )


def search(actor: Actor, *, q: str = "", outcome: str = "") -> QuerySet[Call]:
    """Return the calls of the cell, last first, by words and by how they ended."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    found = Call.objects.filter(exercise_id=actor.exercise_id).exclude(outcome=Outcome.LEFT)
    if outcome:
        found = found.filter(outcome=outcome)
    for word in normalised(q).split():
        found = found.filter(Q(person__search__contains=word) | Q(slot__need__title__icontains=word))
    return found.select_related("person", "made_by", "slot__need__organisation").order_by("-claimed_at", "-pk")


def calls_of(person: Person) -> QuerySet[Call]:
    """Return what the cell called somebody about, last first."""
    return (
        Call.objects.filter(person=person)
        .exclude(outcome__in=(Outcome.OPEN, Outcome.LEFT))
        .select_related("made_by", "slot__need")
        .order_by("-claimed_at", "-pk")
    )
