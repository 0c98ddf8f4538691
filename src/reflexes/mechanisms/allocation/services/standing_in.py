"""A stand-in, to the end: who could come instead, one gesture to ask, and the evening before when nobody was found.

The holder keeps the place until the host confirms the stand-in; then one takes it and the other leaves it in the same
transaction (``missions.do_confirm``).
"""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, FreeHalfDay, Offer, Plan, Slot, Wave, half_day_starts
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.missions import _done, _move
from reflexes.mechanisms.allocation.services.plans import blocking
from reflexes.mechanisms.allocation.states import HOLDING, LIVE, State
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import record

# How many people are looked at in depth: enough to find somebody, few enough to answer at once.
LOOKED_AT = 120


def evening_before(day: date) -> datetime:
    """Return the hour at which people must know, the evening before ``day``, whether they go."""
    return timezone.make_aware(datetime.combine(day - timedelta(days=1), time(limits.EVENING_BEFORE)))


def candidates(actor: Actor, holder: Assignment) -> list[Offer]:
    """Return who could come instead: those on reserve first, then those asked least recently. Nobody is ranked.

    Every rule of a plan is checked for each: limits, skills, certificates, distance, week, minimum of the service; a
    no already said to this need ends the asking.
    """
    if not perms.is_cell(actor):
        raise PermissionDenied
    slot = holder.slot
    reserve = Q(person__assignments__slot=slot, person__assignments__state=State.RESERVE)
    free = FreeHalfDay.objects.filter(day=slot.day, half=slot.half)
    taken = Assignment.objects.filter(
        day=slot.day, half=slot.half, state__in=HOLDING, exercise_id=holder.exercise_id
    ).values("person_id")
    asked = slot.assignments.filter(state__in=LIVE).values("person_id")
    found = (
        Offer.objects.filter(active=True, person__erased_at=None)
        .filter(reserve | Q(pk__in=free.values("offer_id")))
        .exclude(Q(person__in=taken) | Q(person__in=asked))
        .select_related("person__commune", "capacity__unit")
        .order_by(F("last_asked_at").asc(nulls_first=True), "pk")
        .distinct()
    )
    on_reserve = set(slot.assignments.filter(state=State.RESERVE).values_list("person_id", flat=True))
    looked_at = sorted(found[:LOOKED_AT], key=lambda offer: offer.person_id not in on_reserve)
    return [offer for offer in looked_at if offer.person_id in _possible(holder, looked_at)] if looked_at else []


def _possible(holder: Assignment, offers: list[Offer]) -> set[int]:
    """Return the people of ``offers`` whom nothing keeps from taking the holder's place."""
    monday = holder.day - timedelta(days=holder.day.weekday())
    week = Plan(starts_on=monday, ends_on=monday + timedelta(days=6), exercise_id=holder.exercise_id)
    problem = problems.build(week, among=[offer.person_id for offer in offers])
    known = {person.id for person in problem.people}
    if str(holder.slot_id) not in {demand.id for demand in problem.demands}:
        return set()
    return {
        offer.person_id
        for offer in offers
        if str(offer.person_id) in known and not blocking(problem, person_id=offer.person_id, slot_id=holder.slot_id)
    }


def do_propose_stand_in(*, actor: Actor, holder: Assignment, person_id: int) -> Assignment:
    """Ask one person to come instead, in one gesture; the holder keeps the mission meanwhile."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    if holder.state not in {State.CONFIRMED, State.STAND_IN}:
        raise Refusal(
            "no_stand_in_sought",
            _("No stand-in is looked for on this mission any more. Reload the page to see where it stands."),
            conflict=True,
        )
    offer = next((one for one in candidates(actor, holder) if one.person_id == person_id), None)
    if offer is None:
        raise Refusal(
            "cannot_stand_in",
            _("This person can no longer be asked for that half-day. Choose somebody else of the list."),
            conflict=True,
        )
    with transaction.atomic():
        if holder.state == State.CONFIRMED:
            _move(holder, State.STAND_IN)
            _done(actor, holder, "stand_in", tell=False)
        asked = _ask(actor, holder, person_id)
        if actor.exercise_id is None:
            Offer.objects.filter(pk=offer.pk).update(last_asked_at=clock.now())
        record(
            actor=actor,
            verb="allocation.stand_in_asked",
            object_kind="assignment",
            object_key=holder.pk,
            params={"slot": holder.slot_id, "asked": asked.pk},
        )
        announce(asked, "proposed")
    return asked


def _ask(actor: Actor, holder: Assignment, person_id: int) -> Assignment:
    """Write the proposal: a new row, or the same one for somebody who was on reserve."""
    wave = Wave.objects.create(
        plan=None,
        sent_by_id=actor.person_id,
        sent_at=clock.now(),
        answer_by=_answer_by(holder),
        exercise_id=holder.exercise_id,
    )
    kept = Assignment.objects.filter(slot_id=holder.slot_id, person_id=person_id, state=State.RESERVE).first()
    if kept is not None:
        _move(kept, State.PROPOSED, wave=wave, stands_in_for=holder)
        return kept
    try:
        with transaction.atomic():
            return Assignment.objects.create(
                slot=holder.slot,
                person_id=person_id,
                day=holder.day,
                half=holder.half,
                wave=wave,
                stands_in_for=holder,
                returns_on=holder.returns_on,
                exercise_id=holder.exercise_id,
                created_at=clock.now(),
                changed_at=clock.now(),
            )
    except IntegrityError as error:
        raise Refusal(
            "asked_already", _("This person was asked a moment ago. Wait for their answer."), conflict=True
        ) from error


def _answer_by(holder: Assignment) -> datetime:
    """Return until when a stand-in may answer: the usual delay, before the evening when everybody must know."""
    latest = evening_before(holder.day)
    if latest <= clock.now():
        latest = half_day_starts(holder.day, holder.half)
    until = min(clock.now() + limits.ANSWER_WITHIN, latest)
    if until <= clock.now():
        raise Refusal("too_late_to_ask", _("This half-day has begun: call people, and write their answer down."))
    return until


def not_found(moment: datetime) -> QuerySet[Assignment]:
    """Return the missions of tomorrow, or of today, whose holder still looks for a stand-in at ``moment``."""
    last = timezone.localtime(moment).date() + timedelta(days=1)
    return (
        Assignment.objects.filter(state=State.STAND_IN, day__gte=clock.today(), day__lte=last)
        .select_related("slot__need")
        .order_by("pk")
    )


def say_nobody_found() -> int:
    """Tell, once and the evening before, each holder for whom nobody was found that they are still expected."""
    now, told = clock.now(), 0
    for holder in not_found(now):
        if now < evening_before(holder.day) or half_day_starts(holder.day, holder.half) <= now:
            continue
        with transaction.atomic():
            Slot.objects.select_for_update().get(pk=holder.slot_id)
            told += _tell_nobody(SYSTEM, holder)
    return told


def do_say_nobody(*, actor: Actor, holder: Assignment) -> None:
    """The cell looked and found nobody: the holder is told that they are still expected, and whom to call."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    with transaction.atomic():
        Slot.objects.select_for_update().get(pk=holder.slot_id)
        if not _tell_nobody(actor, holder):
            raise Refusal(
                "nobody_said", _("They were already told, or look for nobody any more. Reload the page."), conflict=True
            )


def _tell_nobody(actor: Actor, holder: Assignment) -> bool:
    holder.refresh_from_db(fields=["state"])
    said = Entry.objects.about("assignment", str(holder.pk)).filter(
        verb="allocation.nobody_found", at__gte=holder.changed_at
    )
    if holder.state != State.STAND_IN or said.exists():
        return False
    _done(actor, holder, "nobody_found")
    return True
