"""Send proposals together, after a person looked at them; end those that nobody answered."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Offer, Plan, PlanLine, Wave
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.missions import _done, _move
from reflexes.mechanisms.allocation.services.plans import asked_already, blocking
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.journal.services import record


@dataclass(frozen=True, slots=True)
class Ready:
    """What sending now would do: lines that can leave, and lines that no longer can, with the first reason."""

    lines: list[PlanLine]
    held_back: list[tuple[PlanLine, str]]


def preview(plan: Plan) -> Ready:
    """Check every line of ``plan`` again against what is true now: wishes, half-days, refusals since then."""
    lines = list(
        plan.lines.filter(dismissed=False, kept=False)
        .select_related("person__offer", "slot__need__place__commune", "slot__skill")
        .order_by("-slot__need__priority", "slot__day", "slot__half", "person__offer__last_asked_at", "pk")
    )
    problem = problems.build(plan)
    demands = {demand.id: demand for demand in problem.demands}
    people = {person.id for person in problem.people}
    asked = asked_already(plan)
    ready, held_back = [], []
    for line in lines:
        pair = (str(line.person_id), str(line.slot_id))
        if pair in problem.pinned or (line.person_id, line.slot_id) in asked:
            held_back.append((line, "asked_already"))
        elif pair[1] not in demands:
            held_back.append((line, "need_closed"))
        elif pair[0] not in people:
            held_back.append((line, "withdrawn"))
        elif line.slot.held >= line.slot.headcount:
            held_back.append((line, "slot_full"))
        else:
            reasons = blocking(problem, person_id=line.person_id, slot_id=line.slot_id)
            (held_back.append((line, reasons[0].code)) if reasons else ready.append(line))
    return Ready(ready, held_back)


def do_send_wave(*, actor: Actor, plan: Plan, answer_by: datetime | None = None, only: set[int] | None = None) -> Wave:
    """Send the plan's proposals, as validated by a person of the cell; each line is checked again just before.

    ``only`` limits the wave to these line ids. Sending twice sends nothing twice: a pair has one live proposal.
    """
    if not perms.can_plan(actor):
        raise PermissionDenied
    answer_by = answer_by or clock.now() + limits.ANSWER_WITHIN
    if answer_by <= clock.now():
        raise Refusal("answer_by_past", _("Give people until a moment to come to answer."))
    ready = [line for line in preview(plan).lines if only is None or line.pk in only]
    if not ready:
        raise Refusal(
            "nothing_to_send",
            _("Nothing is left to send in this plan: everybody was asked, or things changed. Run a new plan."),
        )
    with transaction.atomic():
        wave = Wave.objects.create(
            plan=plan,
            sent_by_id=actor.person_id,
            sent_at=clock.now(),
            answer_by=answer_by,
            exercise_id=actor.exercise_id,
        )
        sent = sum(_propose(wave, line) for line in ready)
        Offer.objects.filter(person__in=[line.person_id for line in ready]).update(last_asked_at=clock.now())
        record(
            actor=actor,
            verb="allocation.wave_sent",
            object_kind="wave",
            object_key=wave.pk,
            params={"plan": plan.number, "count": sent},
        )
    return wave


def _propose(wave: Wave, line: PlanLine) -> bool:
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                slot=line.slot,
                person_id=line.person_id,
                day=line.slot.day,
                half=line.slot.half,
                plan_id=line.plan_id,
                wave=wave,
                returns_on=line.slot.need.returns_on,
                exercise_id=wave.exercise_id,
                created_at=clock.now(),
                changed_at=clock.now(),
            )
    except IntegrityError:
        return False  # somebody else sent the same proposal a moment ago
    announce(assignment, "proposed")
    return True


def expire_unanswered() -> int:
    """End the proposals whose time has passed; return how many. The cell sees them as silences, never as faults."""
    now = clock.now()
    waiting = Assignment.objects.filter(state=State.PROPOSED).select_related("slot__need", "wave").order_by("pk")
    late = waiting.filter(Q(wave__answer_by__lt=now) | Q(day__lte=clock.today()))
    ended = 0
    for assignment in late:
        if assignment.answer_by is None or assignment.answer_by > now:
            continue
        try:
            with transaction.atomic():
                _move(assignment, State.EXPIRED)
                _done(SYSTEM, assignment, "expired")
            ended += 1
        except Refusal:
            continue  # answered at the last second
    return ended
