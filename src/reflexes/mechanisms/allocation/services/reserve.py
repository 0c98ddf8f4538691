"""People on reserve: they said yes when every place was taken. They hold nothing, and are the first to be asked."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Offer, Wave, half_day_starts
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.missions import _done, _move
from reflexes.mechanisms.allocation.states import HOLDING, NeedState, State
from reflexes.mechanisms.journal.services import record


def reserve_for_free_places(exercise_id: int | None) -> QuerySet[Assignment]:
    """Return the people on reserve of half-days to come where a place is free and nobody else is asked for it."""
    asked = Assignment.objects.filter(slot=OuterRef("slot"), state=State.PROPOSED).order_by()
    waiting = Coalesce(Subquery(asked.values("slot").annotate(count=Count("pk")).values("count")), 0)
    return Assignment.objects.filter(
        state=State.RESERVE,
        exercise_id=exercise_id,
        day__gte=clock.today(),
        slot__headcount__gt=F("slot__held") + waiting,
        slot__stopped_at=None,
        slot__need__state__in=(NeedState.OPEN, NeedState.FILLED),
    )


def do_ask_reserve(*, actor: Actor, assignment: Assignment, answer_by: datetime | None = None) -> Assignment:
    """Ask somebody on reserve now that a place is free: the same question, on the same row. The cell decides."""
    if not perms.can_plan(actor):
        raise PermissionDenied
    slot = assignment.slot
    starts = half_day_starts(slot.day, slot.half)
    answer_by = min(answer_by or clock.now() + limits.ANSWER_WITHIN, starts)
    if answer_by <= clock.now():
        raise Refusal("too_late_to_ask", _("This half-day has begun: call people, and write their answer down."))
    slot.refresh_from_db()
    if slot.held >= slot.headcount or slot.stopped_at is not None:
        raise Refusal(
            "slot_full", _("No place is free on that half-day any more: they stay on reserve."), conflict=True
        )
    elsewhere = Assignment.objects.filter(
        person_id=assignment.person_id,
        day=slot.day,
        half=slot.half,
        state__in=HOLDING,
        exercise_id=assignment.exercise_id,
    )
    if elsewhere.exists():
        raise Refusal("half_day_taken", _("This person has another mission on that half-day now. Ask somebody else."))
    with transaction.atomic():
        wave = Wave.objects.create(
            plan_id=assignment.plan_id,
            sent_by_id=actor.person_id,
            sent_at=clock.now(),
            answer_by=answer_by,
            exercise_id=assignment.exercise_id,
        )
        _move(assignment, State.PROPOSED, only=(State.RESERVE,), wave=wave, created_at=clock.now(), over_asked=False)
        if assignment.exercise_id is None:
            Offer.objects.filter(person_id=assignment.person_id).update(last_asked_at=clock.now())
        record(
            actor=actor,
            verb="allocation.reserve_asked",
            object_kind="assignment",
            object_key=assignment.pk,
            params={"slot": slot.pk},
        )
        announce(assignment, "proposed")
    return assignment


def thank_reserve(exercise_id: int | None) -> int:
    """Free and thank those on reserve whose half-day begins, was called off, or whose need closed; return how many."""
    now = clock.now()
    over = Q(day__lte=clock.today()) | Q(slot__need__state=NeedState.CLOSED) | ~Q(slot__stopped_at=None)
    waiting = (
        Assignment.objects.filter(over, state=State.RESERVE, exercise_id=exercise_id)
        .select_related("slot__need")
        .order_by("pk")
    )
    thanked = 0
    for assignment in waiting:
        ended = assignment.slot.need.state == NeedState.CLOSED or assignment.slot.stopped_at is not None
        if not ended and half_day_starts(assignment.day, assignment.half) > now:
            continue
        try:
            with transaction.atomic():
                _move(assignment, State.NOT_NEEDED)
                _done(SYSTEM, assignment, "not_needed")
            thanked += 1
        except Refusal:
            continue  # asked again or left at the last second
    return thanked
