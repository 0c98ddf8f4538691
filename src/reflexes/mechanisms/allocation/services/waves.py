"""Send proposals together, after a person looked at them; end those that nobody answered."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
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
    PlanView,
    Slot,
    Wave,
    WishWaiver,
)
from reflexes.mechanisms.allocation.services import plan_figures, readings
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.asking import Advice, advise, constrained, short, yes_rates
from reflexes.mechanisms.allocation.services.missions import _done, _move
from reflexes.mechanisms.allocation.services.reserve import thank_reserve
from reflexes.mechanisms.allocation.states import LIVE, State
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.journal.services import record

# People read beyond those who make a pool thin or not: some said no since the plan.
SPARE = 5
# Half-days for which a wave looks for people to ask beyond the places, unless it is asked about them all.
ADVISED = 6
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ready:
    """What sending now would do: lines that can leave, and lines that no longer can, with the first reason.

    ``asked`` counts the lines whose person has a proposal or a mission already, ``later`` those that wait for the next
    waves. ``expected`` is how many yes to expect; ``advice`` tells where a few more people could be asked than there
    are places: nobody is unless a person says so. ``also_short`` counts the other half-days that may stay short.
    """

    lines: list[PlanLine]
    held_back: list[tuple[PlanLine, str]]
    asked: int
    later: int
    expected: matching.Asking
    advice: list[Advice]
    also_short: int
    spread: tuple[matching.SpreadRow, ...]


def preview(plan: Plan, *, advised: int | None = ADVISED) -> Ready:
    """Check the next lines of ``plan`` again against what is true now: wishes, half-days, refusals since then.

    The most constrained half-day comes first (fewest people who could come for one place), then whoever was asked least
    recently (research/allocation.md 5.5). A wave holds what a person can look at: the other lines are ``later``.
    ``advised`` is for how many half-days to look for people to ask beyond the places: all of them when None.
    """
    live = Assignment.objects.filter(slot=OuterRef("slot"), person=OuterRef("person"), state__in=LIVE)
    waiting = plan.lines.filter(~Exists(live), dismissed=False, kept=False)
    looked_at = limits.WAVE_AT_ONCE
    while True:
        first, later = _first(waiting, looked_at)
        here = _lines(first)
        around = _around(plan, here, advised)
        ready, held_back = _sorted_out(around.problem, here)
        if not later or len(ready) >= limits.WAVE_AT_ONCE // 2:
            break
        # Most of these can no longer leave: look further, so that they never hide the others.
        looked_at *= 4
    ready.sort(key=lambda line: around.scarce.get(line.slot_id, 0.0))
    rates = yes_rates(plan.exercise_id)
    now = short(ready, rates)
    advice = advise(around.problem, ready, now, rates, around.beyond)
    asked = plan_figures.asked_already(plan)
    return Ready(
        ready,
        held_back,
        asked,
        plan_figures.asked_anew(plan) - asked - len(here) if later else 0,
        matching.expect(0, [rates[line.slot.need.kind] for line in ready]),
        advice,
        len(now) - len(advice),
        _spread(plan, around, {str(line.person_id) for line in ready}),
    )


def _first(waiting: QuerySet[PlanLine], number: int) -> tuple[list[int], bool]:
    """Return the first ``number`` lines in their turns, whole half-days only, and whether others come later."""
    found = list(waiting.order_by("turn", "pk").values_list("turn", "pk")[: number + 1])
    if len(found) <= number:
        return [pk for _turn, pk in found], False
    begun = found[-1][0]
    if found[0][0] == begun:  # one half-day alone asks for more people than that
        alone = list(waiting.filter(turn=begun).order_by("pk").values_list("pk", flat=True))
        return alone, waiting.filter(turn__gt=begun).exists()
    return [pk for turn, pk in found if turn < begun], True


def _lines(ids: list[int]) -> list[PlanLine]:
    """Return these lines in the order of the days, each with its person and its half-day: one row for each half-day."""
    lines = list(PlanLine.objects.filter(pk__in=ids).select_related("person__offer").order_by("pk"))
    shown = ("need__place__commune", "need__organisation", "skill")
    slots = Slot.objects.select_related(*shown).in_bulk({line.slot_id for line in lines})
    for line in lines:
        line.slot = slots[line.slot_id]
    return sorted(lines, key=_by_day)


def _by_day(line: PlanLine) -> tuple[object, ...]:
    """Return what orders lines: vital needs first, then the day; on one half-day whoever was asked least recently."""
    slot, offer = line.slot, getattr(line.person, "offer", None)
    asked_at = offer.last_asked_at if offer else None
    return (-slot.need.priority, slot.day, slot.half, slot.pk, asked_at or NEVER, line.pk)


@dataclass(frozen=True, slots=True)
class _Around:
    """What is read to check lines: the problem, how many people could come for one place of each half-day, and who.

    ``beyond`` are the people who could be asked beyond the places, for the half-days where they are looked for, the
    most constrained first.
    """

    problem: matching.Problem
    scarce: dict[int, float]
    beyond: dict[int, set[int]]
    whole: bool


def _around(plan: Plan, lines: list[PlanLine], advised: int | None) -> _Around:
    """Read what these lines depend on: the whole pool, or in a big one only those who go and those near enough."""
    slots = {line.slot_id: line.slot for line in lines}
    if Offer.objects.filter(active=True)[: limits.POOL_AT_ONCE + 1].count() <= limits.POOL_AT_ONCE:
        problem = problems.build(plan)
        scarce = constrained(problem, lines)
        everybody = {int(person.id) for person in problem.people}
        return _Around(problem, scarce, dict.fromkeys(_scarcest(scarce, advised), everybody), whole=True)
    seen = readings.seen(plan, slots)
    scarce = {pk: view.counts["eligible"] / max(slots[pk].headcount - slots[pk].held, 1) for pk, view in seen.items()}
    here = {line.person_id for line in lines}
    beyond = {pk: here | _near(seen[pk], slots[pk]) for pk in _scarcest(scarce, advised)}
    team = _team(plan, list(slots.values()))
    among = here.union(*beyond.values(), [person for _slot, person in team])
    problem = problems.build(plan, among=among, only={*slots} | {slot for slot, _person in team})
    return _Around(problem, scarce, beyond, whole=False)


def _scarcest(scarce: dict[int, float], number: int | None) -> list[int]:
    return sorted(scarce, key=lambda pk: (scarce[pk], pk))[:number]


def _near(view: PlanView, slot: Slot) -> set[int]:
    """Return enough people to tell that a pool is not thin, and whom to ask beyond the places where it is."""
    enough = slot.headcount * (1 + limits.THIN_POOL) + SPARE
    return {person for person, _km in view.nearest[:enough]}


def _team(plan: Plan, slots: list[Slot]) -> list[tuple[int, int]]:
    """Return whom the plan sends to the teams of these half-days, (slot, person): a team is checked whole."""
    teams = {(slot.need_id, slot.day, slot.half) for slot in slots}
    needs = {slot.need_id for slot in slots if slot.mentor_required or slot.minimum_team > 1}
    lines = plan.lines.filter(dismissed=False, slot__need__in=needs).order_by("pk").select_related("slot")
    found = [(line.slot, line.person_id) for line in lines]
    return [(slot.pk, person) for slot, person in found if (slot.need_id, slot.day, slot.half) in teams]


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


def _spread(plan: Plan, around: _Around, chosen: set[str]) -> tuple[matching.SpreadRow, ...]:
    """Return the spread of a wave beside everyone who offered."""
    pool = () if around.whole else readings.pool(plan)
    return matching.spread(around.problem, chosen, pool_of=pool) if chosen else ()


def _blocking(problem: matching.Problem, lines: list[PlanLine]) -> dict[tuple[str, str], tuple[matching.Reason, ...]]:
    """Return what forbids each line today, (person, slot) → reasons; a wish gives way to the own yes of the person."""
    people = [line.person_id for line in lines]
    waivers = WishWaiver.objects.exclude(given_at=None).filter(person__in=people)
    given = set(waivers.values_list("person_id", "slot_id"))
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
    wanted = list(dict.fromkeys(beyond))
    now = preview(plan, advised=None if wanted else 0)
    ready = [line for line in now.lines if only is None or line.pk in only]
    more = _advised(now.advice, wanted, {line.slot_id for line in ready})
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


def _advised(advice: list[Advice], wanted: list[str], slots: set[int]) -> list[tuple[Slot, int]]:
    """Return the people to ask beyond the places; refuse anybody whom the advice no longer names."""
    named = {one.key: (each.slot, one.person_id) for each in advice for one in each.people}
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
