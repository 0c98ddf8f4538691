"""Send proposals together, after a person looked at them; end those that nobody answered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, drill
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.engines import matching
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import (
    Assignment,
    Offer,
    Plan,
    PlanLine,
    ServiceMinimum,
    Slot,
    Wave,
    WishWaiver,
)
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services import readings
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.asking import Advice, advise, constrained
from reflexes.mechanisms.allocation.services.missions import _done, _move
from reflexes.mechanisms.allocation.services.reserve import thank_reserve
from reflexes.mechanisms.allocation.states import LIVE, State
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.journal.services import record

# People read beyond those who make a pool thin or not: some said no since the plan.
SPARE = 5


@dataclass(frozen=True, slots=True)
class Ready:
    """What sending now would do: lines that can leave, and lines that no longer can, with the first reason.

    ``advice`` tells where a few more people could be asked than there are places: nobody is unless a person says so.
    ``later`` counts the lines that wait for the next waves.
    """

    lines: list[PlanLine]
    held_back: list[tuple[PlanLine, str]]
    advice: list[Advice] = field(default_factory=list)
    spread: tuple[matching.SpreadRow, ...] = ()
    later: int = 0


def preview(plan: Plan) -> Ready:
    """Check the next lines of ``plan`` again against what is true now: wishes, half-days, refusals since then.

    The most constrained half-day comes first (fewest people who could come for one place), then whoever was asked least
    recently (research/allocation.md 5.5). A wave holds what a person can look at: the other lines are ``later``.
    """
    live = Assignment.objects.filter(slot=OuterRef("slot"), person=OuterRef("person"), state__in=LIVE)
    lines = (
        plan.lines.filter(dismissed=False, kept=False)
        .select_related("person__offer", "slot__need__place__commune", "slot__need__organisation", "slot__skill")
        .order_by(
            "-slot__need__priority",
            "slot__day",
            "slot__half",
            "slot",
            F("person__offer__last_asked_at").asc(nulls_first=True),
            "pk",
        )
    )
    waiting = lines.filter(~Exists(live))
    already = lines.filter(Exists(live)).order_by("turn", "pk")[: limits.WAVE_AT_ONCE]
    held_back = [(line, "asked_already") for line in already]
    whole_pool = Offer.objects.filter(active=True).count() <= limits.POOL_AT_ONCE
    looked_at = limits.WAVE_AT_ONCE
    while True:
        last = _turn(waiting, looked_at)
        here = list(waiting if last is None else waiting.filter(turn__lte=last))
        problem = _problem(plan, here, whole_pool=whole_pool)
        ready, blocked = _sorted_out(problem, here)
        if last is None or len(ready) >= limits.WAVE_AT_ONCE // 2:
            break
        # Most of these can no longer leave: look further, so that they never hide the others.
        looked_at *= 4
    scarce = constrained(problem, ready)
    ready.sort(key=lambda line: scarce[line.slot_id])
    chosen = {str(line.person_id) for line in ready}
    return Ready(
        ready,
        held_back + blocked,
        advise(problem, ready, plan.exercise_id),
        _spread(plan, problem, chosen, whole_pool=whole_pool) if chosen else (),
        0 if last is None else waiting.filter(turn__gt=last).count(),
    )


def _turn(waiting: QuerySet[PlanLine], number: int) -> int | None:
    """Return the last turn of the first ``number`` lines, whole half-days only; nothing when they are all there."""
    turns = list(waiting.order_by("turn", "pk").values_list("turn", flat=True)[: number + 1])
    if len(turns) <= number:
        return None
    return turns[-2] if turns[-1] != turns[-2] or turns[0] == turns[-1] else max(t for t in turns if t < turns[-1])


def _problem(plan: Plan, lines: list[PlanLine], *, whole_pool: bool) -> matching.Problem:
    """Return what the engine needs to check these lines: the whole pool, or in a big one those who are near enough."""
    if whole_pool:
        return problems.build(plan)
    slots = {line.slot_id: line.slot for line in lines}
    among = {line.person_id for line in lines}
    for slot_id, view in readings.seen(plan, slots).items():
        # Enough to tell that a pool is not thin, and whom to ask beyond the places where it is.
        enough = slots[slot_id].headcount * (1 + limits.THIN_POOL) + SPARE
        among |= {person for person, _km in view.nearest[:enough]}
    # Those of the same services who already go use up what their service keeps.
    kept = ServiceMinimum.objects.filter(day__range=(plan.starts_on, plan.ends_on))
    mates = Assignment.objects.filter(
        day__range=(plan.starts_on, plan.ends_on),
        state__in=LIVE,
        exercise_id=plan.exercise_id,
        person__offer__capacity__unit__in=kept.values("unit_id"),
    )
    return problems.build(plan, among=among, only={*slots} | set(mates.values_list("slot_id", flat=True)))


def _sorted_out(problem: matching.Problem, lines: list[PlanLine]) -> tuple[list[PlanLine], list[tuple[PlanLine, str]]]:
    """Return the lines that can leave, and those that no longer can with the first reason."""
    demands = {demand.id for demand in problem.demands}
    people = {person.id for person in problem.people}
    known = [line for line in lines if str(line.person_id) in people and str(line.slot_id) in demands]
    blocked = _blocking(problem, known)
    ready, held_back = [], []
    for line in lines:
        pair = (str(line.person_id), str(line.slot_id))
        if pair[1] not in demands:
            held_back.append((line, "need_closed"))
        elif pair[0] not in people:
            held_back.append((line, "withdrawn"))
        elif line.slot.held >= line.slot.headcount:
            held_back.append((line, "slot_full"))
        elif blocked[pair]:
            held_back.append((line, blocked[pair][0].code))
        else:
            ready.append(line)
    return ready, held_back


def _spread(
    plan: Plan, problem: matching.Problem, chosen: set[str], *, whole_pool: bool
) -> tuple[matching.SpreadRow, ...]:
    """Return the spread of a wave beside everyone who offered."""
    known = None if whole_pool else readings.kept(plan)
    return matching.spread(problem, chosen, pool_of=known.spread if known else ())


def _blocking(
    problem: matching.Problem, lines: Iterable[PlanLine]
) -> dict[tuple[str, str], tuple[matching.Reason, ...]]:
    """Return what forbids each line today, (person, slot) → reasons; a wish gives way to the own yes of the person."""
    given = set(WishWaiver.objects.exclude(given_at=None).values_list("person_id", "slot_id"))
    found = matching.ledgers(problem, [(str(line.person_id), str(line.slot_id)) for line in lines])
    return {
        pair: tuple(reason for reason in reasons if reason.code != "wish" or (int(pair[0]), int(pair[1])) not in given)
        for pair, reasons in found.items()
    }


def do_send_wave(
    *,
    actor: Actor,
    plan: Plan,
    answer_by: datetime | None = None,
    only: set[int] | None = None,
    beyond: Iterable[str] = (),
) -> Wave:
    """Send the plan's proposals, as validated by a person of the cell; each line is checked again just before.

    ``only`` limits the wave to these line ids; ``beyond`` are the keys (``Beyond.key``) of people to ask although there
    are fewer places, among those advised. Sending twice sends nothing twice: a pair has one live proposal.
    """
    if not perms.can_plan(actor):
        raise PermissionDenied
    answer_by = answer_by or clock.now() + limits.ANSWER_WITHIN
    if answer_by <= clock.now():
        raise Refusal("answer_by_past", _("Give people until a moment to come to answer."))
    now = preview(plan)
    ready = [line for line in now.lines if only is None or line.pk in only]
    more = _advised(now.advice, beyond, {line.slot_id for line in ready})
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
        crowded = _crowded(ready, more)
        asked = [(line.slot, line.person_id) for line in ready] + more
        sent = sum(_propose(wave, slot, person_id, over_asked=slot.pk in crowded) for slot, person_id in asked)
        if plan.exercise_id is None:  # being asked in an exercise is not being asked
            Offer.objects.filter(person__in=[pk for _slot, pk in asked]).update(last_asked_at=clock.now())
        record(
            actor=actor,
            verb="allocation.wave_sent",
            object_kind="wave",
            object_key=wave.pk,
            params={"plan": plan.number, "count": sent},
        )
        if more:
            record(
                actor=actor,
                verb="allocation.asked_beyond",
                object_kind="wave",
                object_key=wave.pk,
                params={"count": len(more)},
            )
    return wave


def _advised(advice: list[Advice], beyond: Iterable[str], slots: set[int]) -> list[tuple[Slot, int]]:
    """Return the people to ask beyond the places; refuse anybody whom the advice no longer names."""
    named = {one.key: (each.slot, one.person_id) for each in advice for one in each.people}
    wanted = list(dict.fromkeys(beyond))
    if any(key not in named or named[key][0].pk not in slots for key in wanted):
        raise Refusal(
            "beyond_changed",
            _("Somebody to ask beyond the places can no longer be asked. Nothing was sent: look at the list again."),
            conflict=True,
        )
    return [named[key] for key in wanted]


def _crowded(lines: list[PlanLine], more: list[tuple[Slot, int]]) -> set[int]:
    """Return the half-days for which more people are asked than places are free: everyone there is told so."""
    slots = {line.slot_id: line.slot for line in lines}
    asked = Counter(line.slot_id for line in lines) + Counter(slot.pk for slot, _person in more)
    waiting = Counter(Assignment.objects.filter(slot__in=slots, state=State.PROPOSED).values_list("slot_id", flat=True))
    return {pk for pk, slot in slots.items() if asked[pk] + waiting[pk] > slot.headcount - slot.held}


def _propose(wave: Wave, slot: Slot, person_id: int, *, over_asked: bool) -> bool:
    """Ask one person: a new row, or the same one for somebody who was on reserve."""
    moment = clock.now()
    kept = Assignment.objects.filter(slot=slot, person_id=person_id, state=State.RESERVE).first()
    try:
        with transaction.atomic():
            if kept is not None:
                _move(kept, State.PROPOSED, wave=wave, created_at=moment, over_asked=over_asked)
            assignment = kept or Assignment.objects.create(
                slot=slot,
                person_id=person_id,
                day=slot.day,
                half=slot.half,
                plan_id=wave.plan_id,
                wave=wave,
                over_asked=over_asked,
                returns_on=slot.back_on,
                exercise_id=wave.exercise_id,
                created_at=moment,
                changed_at=moment,
            )
    except (IntegrityError, Refusal):
        return False  # somebody else sent the same proposal a moment ago, or the person left the reserve
    announce(assignment, "proposed")
    return True


def expire_unanswered() -> int:
    """End the proposals whose time has passed, and the reserves; return how many. The cell sees silences, never faults.

    Each exercise that is open has its own clock.
    """
    ended = _expire(None) + thank_reserve(None)
    for exercise in Exercise.objects.filter(ended_at=None).order_by("pk"):
        with clock.shifted(exercise.shift), drill.playing(exercise.pk):
            ended += _expire(exercise.pk) + thank_reserve(exercise.pk)
    return ended


def _expire(exercise_id: int | None) -> int:
    now, proposed = clock.now(), Assignment.objects.filter(state=State.PROPOSED, exercise_id=exercise_id)
    waiting = proposed.select_related("slot__need", "wave").order_by("pk")
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
