"""Ask for a plan, compute it in a worker, read its reasons, adjust it by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import BinaryField, Max
from django.db.models.functions import Length, Substr
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.engines import matching
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Plan, PlanFill, PlanLine, WishWaiver
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services import readings
from reflexes.mechanisms.allocation.services.announcing import announce_plan
from reflexes.mechanisms.journal.services import record

TIME_LIMIT = 60.0
# Bytes of the checksum that ends what zlib compressed: the Adler-32 of what was compressed (RFC 1950).
CHECKSUM = 4
# Lines from which PostgreSQL is told at once how many there are, instead of when it next looks.
MANY_LINES = 1000
# Why a pair that nothing forbids has no price.
UNPRICED = {
    "not_seen": _("This plan did not see this person or this half-day: they came later. Ask for a new plan."),
    "places_pinned": _("Every place of this half-day is held by somebody who said yes: nobody else goes there."),
    "cannot_be_forced": _("With this person no team could be complete on this half-day: too few, or without a mentor."),
}
Seal = tuple[datetime | None, int, bytes]


def do_request_plan(
    *,
    actor: Actor,
    starts_on: date,
    ends_on: date,
    seed: int,
    price_km: int = 10,
    price_soft_wish: int = 50,
    based_on: Plan | None = None,
    frozen: bool = False,
) -> Plan:
    """Ask for a plan of the open needs between two days; a worker computes it, the page follows its progress.

    ``seed`` draws the exact ties and is kept in the journal. ``based_on`` re-plans after refusals or drop-outs:
    surviving missions are kept unless moving one fills a place; ``frozen`` keeps every one of them.
    """
    if not perms.can_plan(actor):
        raise PermissionDenied
    if ends_on < starts_on or (ends_on - starts_on).days > 62:
        raise Refusal("span", _("Choose a first and a last day at most two months apart."))
    for _attempt in range(20):
        try:
            with transaction.atomic():
                number = (Plan.objects.aggregate(last=Max("number"))["last"] or 0) + 1
                plan = Plan.objects.create(
                    number=number,
                    made_by_id=actor.person_id,
                    starts_on=starts_on,
                    ends_on=ends_on,
                    seed=seed,
                    price_km=price_km,
                    price_soft_wish=price_soft_wish,
                    based_on=based_on,
                    frozen=frozen,
                    exercise_id=actor.exercise_id,
                    created_at=clock.now(),
                )
                record(
                    actor=actor,
                    verb="allocation.plan_asked",
                    object_kind="plan",
                    object_key=plan.pk,
                    params={"number": number, "seed": seed},
                )
                announce_plan(plan, "allocation.plan")
                return plan
        except IntegrityError:
            continue  # two people asked at once and drew the same number: take the next one
    raise Refusal("busy", _("Many plans are being asked for at once. Try again in a moment."))


def do_cancel_plan(*, actor: Actor, plan: Plan) -> None:
    """Ask the computation to stop; the best answer so far is kept."""
    if not perms.can_plan(actor):
        raise PermissionDenied
    with transaction.atomic():
        asked = Plan.objects.filter(pk=plan.pk, state__in=("queued", "running")).update(cancel_asked=True)
        if not asked:
            raise Refusal("already_ended", _("This plan is already computed."), conflict=True)
        record(actor=actor, verb="allocation.plan_stopped", object_kind="plan", object_key=plan.pk)


def compute(plan_id: int, *, renew: Callable[[], None] = lambda: None) -> None:
    """Compute a plan and keep lines, figures and what the engine saw. Harmless to start again from nothing."""
    plan = Plan.objects.get(pk=plan_id)
    if plan.state not in {Plan.State.QUEUED, Plan.State.RUNNING}:
        return
    Plan.objects.filter(pk=plan_id).update(state=Plan.State.RUNNING)
    watch = _Watch(plan_id, renew)
    problem = _without_set_aside(plan, problems.build(plan))
    result = _solve(plan, problem, watch)
    violations = _broken(plan, problem, result)
    if violations:
        _fail(plan, violations)
        return
    _keep(plan, problem, result)


def _without_set_aside(plan: Plan, problem: matching.Problem) -> matching.Problem:
    """Return the problem where nobody is proposed again for what they were taken out of by hand."""
    pairs = {(str(person), str(slot)) for person, slot in problems.set_aside(plan)} - problem.pinned
    return replace(problem, forbidden={**dict.fromkeys(pairs, problems.SET_ASIDE), **problem.forbidden})


def _solve(plan: Plan, problem: matching.Problem, watch: _Watch) -> matching.Plan:
    """Return the plan, or the new plan after refusals: all survivors frozen, or moved where that fills a place."""
    asked: dict[str, Any] = {
        "prices": prices_of(plan),
        "seed": plan.seed,
        "time_limit": TIME_LIMIT,
        "progress": watch.progress,
        "cancelled": watch.cancelled,
    }
    if plan.based_on is None:
        return matching.plan(problem, **asked)
    both = matching.replan(problem, _pairs_before(plan), **asked)
    return both.frozen if plan.frozen else both.full


def _pairs_before(plan: Plan) -> list[tuple[str, str]]:
    """Return what the plan it is based on would ask."""
    if plan.based_on is None:
        return []
    lines = plan.based_on.lines.filter(dismissed=False).order_by("pk").values_list("person_id", "slot_id")
    return [(str(person), str(slot)) for person, slot in lines]


def _broken(plan: Plan, problem: matching.Problem, result: matching.Plan) -> list[matching.Violation]:
    """Return the rules that the plan itself breaks.

    A team may already be short because somebody said no after another said yes: what stands, or what was asked to be
    frozen, is for people to see to, and never stops a plan that adds nothing to it.
    """
    stands = set(problem.pinned)
    if plan.frozen:
        stands |= set(_pairs_before(plan)).intersection(result.assignments)
    already = {_key(one) for one in matching.check(problem, stands)}
    return [one for one in matching.check(problem, result) if _key(one) not in already]


def _key(violation: matching.Violation) -> tuple[object, ...]:
    return (violation.code, *sorted(violation.params.items()))


def prices_of(plan: Plan) -> matching.Prices:
    """Return the prices a plan was asked with."""
    return matching.Prices(km=plan.price_km, soft=plan.price_soft_wish)


class _Watch:
    """Follows a computation: writes its progress, renews the job's lease, listens for a stop."""

    def __init__(self, plan_id: int, renew: Callable[[], None]) -> None:
        self.plan_id, self.renew, self.last = plan_id, renew, -1

    def progress(self, step: matching.Step, /) -> None:
        percent = min(99, 100 * step.done // max(step.total, 1))
        if percent != self.last:
            self.last = percent
            Plan.objects.filter(pk=self.plan_id).update(progress=percent)
            self.renew()

    def cancelled(self) -> bool:
        return Plan.objects.filter(pk=self.plan_id, cancel_asked=True).exists()


def _fail(plan: Plan, violations: list[matching.Violation]) -> None:
    """A plan that the verifier refuses is never shown: it says so instead."""
    with transaction.atomic():
        Plan.objects.filter(pk=plan.pk).update(
            state=Plan.State.FAILED, failure=violations[0].code, finished_at=clock.now()
        )
        record(
            actor=SYSTEM,
            verb="allocation.plan_failed",
            object_kind="plan",
            object_key=plan.pk,
            params={"code": violations[0].code},
        )


def _keep(plan: Plan, problem: matching.Problem, result: matching.Plan) -> None:
    people = {person.id: person for person in problem.people}
    demands = {demand.id: demand for demand in problem.demands}
    # All that takes seconds is done before anything is locked.
    said, views = readings.compute(problem, result), readings.views_of(plan, problem)
    snapshot, turns = problems.packed(problem), readings.turns(problem, views)
    lines = [
        PlanLine(
            plan=plan,
            slot_id=int(demand_id),
            person_id=int(person_id),
            km=matching.distance_km(people[person_id], demands[demand_id]),
            soft_missed=matching.soft_missed(people[person_id], demands[demand_id]),
            times_before=int(demands[demand_id].kind in people[person_id].experience),
            kept=(person_id, demand_id) in problem.pinned,
            turn=turns[demand_id],
            priority=demands[demand_id].priority,
        )
        for person_id, demand_id in result.assignments
    ]
    with transaction.atomic():
        locked = Plan.objects.select_for_update().get(pk=plan.pk)
        if locked.state != Plan.State.RUNNING:
            return  # another worker finished the same job first
        locked.lines.all().delete()
        locked.fills.all().delete()
        PlanLine.objects.bulk_create(lines, batch_size=1000)
        PlanFill.objects.bulk_create(
            [
                PlanFill(plan=plan, priority=priority, filled=filled, asked=asked)
                for priority, (filled, asked) in sorted(result.filled_by_priority.items())
            ]
        )
        readings.write_views(plan, views)
        readings.write_facts(plan, said, readings.mark(plan))
        locked.state = Plan.State.CANCELLED if locked.cancel_asked and not result.optimal else Plan.State.READY
        locked.progress, locked.engine, locked.optimal = 100, result.engine, result.optimal
        locked.gap, locked.km, locked.finished_at = result.gap, result.km, clock.now()
        locked.snapshot = snapshot
        locked.save()
        record(
            actor=SYSTEM,
            verb="allocation.plan_ready",
            object_kind="plan",
            object_key=plan.pk,
            params={"number": plan.number, "people": len(lines)},
        )
    if connection.vendor == "postgresql" and len(lines) >= MANY_LINES:
        # Until it knows, it plans for a few dozen lines: the first pages of a big plan take twice their time.
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {PlanLine._meta.db_table}")


@dataclass(frozen=True, slots=True)
class Read:
    """A plan as the engine can question it again: what it saw and what it answered."""

    problem: matching.Problem
    plan: matching.Plan
    prices: matching.Prices


def read(plan: Plan) -> Read:
    """Return the kept problem and answer of ``plan``, with the lines as they are now (adjusted by hand or not)."""
    return _read(*_now(plan))


def _now(plan: Plan) -> tuple[int, Seal, str, int]:
    """Return what tells this plan, as its lines are now, from any other."""
    return plan.pk, _seal(plan), readings.mark(plan), plan.lines.filter(dismissed=False).count()


@lru_cache(maxsize=2)  # half a gigabyte each with 50,000 people
def _read(plan_id: int, seal: Seal, by_hand: str, lines: int) -> Read:
    """Read once for all the questions asked about a plan, until its lines change: their number and ``by_hand`` say so.

    The engine that proved the plan still does when nobody changed it since: its prices are then exact.
    """
    plan = Plan.objects.defer("snapshot").get(pk=plan_id)
    problem = _unpacked(plan_id, seal)
    known = {demand.id for demand in problem.demands}
    pairs = [
        (str(person), str(slot))
        for person, slot in plan.lines.filter(dismissed=False).order_by("pk").values_list("person_id", "slot_id")
        if str(slot) in known
    ]
    asked = set(pairs)
    # Somebody put back by hand is no longer set aside.
    back = {pair: code for pair, code in problem.forbidden.items() if code != problems.SET_ASIDE or pair not in asked}
    problem = problem if len(back) == len(problem.forbidden) else replace(problem, forbidden=back)
    prices = prices_of(plan)
    answer = matching.plan_from_pairs(problem, pairs, seed=plan.seed, prices=prices)
    if plan.optimal and not by_hand:
        answer = replace(answer, optimal=True, engine=plan.engine, gap=0.0)
    return Read(problem, answer, prices)


def _seen(plan: Plan) -> matching.Problem:
    """Return what ``plan`` saw when it was computed."""
    return _unpacked(plan.pk, _seal(plan))


def _seal(plan: Plan) -> Seal:
    """Return what tells a snapshot from any other without reading it: when, its length, the checksum it ends with."""
    checksum = Substr("snapshot", Length("snapshot") - CHECKSUM + 1, output_field=BinaryField())
    kept = Plan.objects.filter(pk=plan.pk).annotate(size=Length("snapshot"))
    finished_at, size = kept.values_list("finished_at", "size").get()
    if not size:
        raise not_ready()
    return finished_at, size, bytes(kept.values_list(checksum, flat=True).get())


def not_ready() -> Refusal:
    """Return the refusal of whoever asks too early."""
    return Refusal("not_ready", _("This plan is not computed yet. Wait for it, or ask for another."))


@lru_cache(maxsize=2)
def _unpacked(plan_id: int, seal: Seal) -> matching.Problem:
    """Unpack once for all the questions asked about a plan: what it saw, which ``seal`` marks, never changes."""
    return problems.unpacked(Plan.objects.values_list("snapshot", flat=True).get(pk=plan_id))


def why_not(plan: Plan, *, person_id: int, slot_id: int) -> tuple[tuple[matching.Reason, ...], matching.Price | None]:
    """Return why a pair is refused (all the reasons) or, when nothing forbids it, the exact cost of forcing it."""
    reasons = _ledger(_seen(plan), person_id, slot_id)
    if reasons:
        return reasons, None
    try:
        return (), _pricer(*_now(plan)).price(str(person_id), str(slot_id))
    except matching.ProblemError as impossible:
        raise unpriced(impossible.code) from impossible


def unpriced(code: str) -> Refusal:
    """Return the refusal of a price that does not exist."""
    return Refusal(code, UNPRICED[code])


@lru_cache(maxsize=1)
def _pricer(plan_id: int, seal: Seal, by_hand: str, lines: int) -> matching.Pricer:
    """Build the network once for all the prices asked of a plan, until its lines change: nine tenths of each price."""
    kept = _read(plan_id, seal, by_hand, lines)
    return matching.Pricer(kept.problem, kept.plan)


def _ledger(problem: matching.Problem, person_id: int, slot_id: int) -> tuple[matching.Reason, ...]:
    try:
        return matching.ledger(problem, str(person_id), str(slot_id))
    except matching.ProblemError as unknown:
        raise unpriced("not_seen") from unknown


def candidates(plan: Plan, slot_id: int, *, limit: int = 30) -> list[tuple[int, bool]]:
    """Return the people nothing forbids for one slot, nearest first: (person id, whether the plan asks them)."""
    view = readings.seen(plan, [slot_id]).get(slot_id)
    if view is None:
        return []
    chosen = set(plan.lines.filter(slot=slot_id, dismissed=False).values_list("person_id", flat=True))
    eligible = [person for person, _km in view.nearest]
    asked = [one for one in eligible if one in chosen]
    asked += sorted(chosen.difference(eligible)) if view.counts["eligible"] > len(eligible) else []
    ordered = [*asked, *[one for one in eligible if one not in chosen]]
    return [(person, person in chosen) for person in ordered[: max(limit, len(asked))]]


def why_empty(plan: Plan, slot_id: int) -> dict[str, int]:
    """Return how many have the skill, are free, accept the distance… for one slot: counts by ledger code."""
    return why_empty_all(plan, [slot_id])[slot_id]


def why_empty_all(plan: Plan, slot_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Return ``why_empty`` for several slots, leaving out those the plan did not look at."""
    found = readings.seen(plan, slot_ids)
    if not found and not plan.snapshot:
        raise not_ready()
    return {slot: dict(view.counts) for slot, view in found.items()}


def distances(plan: Plan, slot_id: int, person_ids: Iterable[int]) -> dict[int, float | None]:
    """Return the way of each person to one slot, as the plan saw it when it did."""
    return readings.distances(plan, slot_id, person_ids)


def facts(plan: Plan) -> readings.Facts:
    """Return the spread of a plan, the groups that overlap in it and what it lacks."""
    found = readings.kept(plan)
    if found is None:
        again = read(plan)
        found = readings.compute(again.problem, again.plan)
    return found


def read_again(plan_id: int) -> None:
    """Write what a plan says of itself after changes by hand; harmless to start again, and nothing when it is known."""
    plan = Plan.objects.get(pk=plan_id)
    lines = readings.mark(plan)
    known = readings.kept(plan)
    if plan.snapshot and (known is None or not known.fresh):
        again = read(plan)
        readings.write_facts(plan, readings.compute(again.problem, again.plan), lines)


def bottlenecks(plan: Plan) -> list[matching.Bottleneck]:
    """Return which skill, half-day or place, trained or freed by one more person, fills most places."""
    return facts(plan).bottlenecks


def spread(plan: Plan) -> list[matching.SpreadRow]:
    """Return selected / pool by status, category, age band, sex and unit, skews flagged (P09 (5))."""
    return facts(plan).spread


def overlaps(plan: Plan) -> list[readings.Overlap]:
    """Return the groups over-represented in ``plan`` that are mostly the same people (P09 (5): contract-agent test)."""
    return facts(plan).overlaps


def blocking(problem: matching.Problem, *, person_id: int, slot_id: int) -> tuple[matching.Reason, ...]:
    """Return what forbids a pair today. A hard wish forbids until the person's own recorded yes (P09 (2))."""
    reasons = _ledger(problem, person_id, slot_id)
    if any(reason.code == "wish" for reason in reasons) and waived(person_id, slot_id):
        return tuple(reason for reason in reasons if reason.code != "wish")
    return reasons


def waived(person_id: int, slot_id: int) -> bool:
    """Tell whether the person said yes, for this half-day, beyond their own limit."""
    return WishWaiver.objects.filter(person_id=person_id, slot_id=slot_id).exclude(given_at=None).exists()
