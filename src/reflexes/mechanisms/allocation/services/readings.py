"""What a plan says of itself: written by the worker that computed it, read by pages in a moment (docs/adr/0017).

What a plan saw of each half-day never changes. Its spread and what it lacks follow its lines: adjusted by hand, a small
plan is read again at once, a big one by the worker, and the page says that its figures are from before the last change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q

from reflexes.core import clock
from reflexes.core.outbox.services import enqueue
from reflexes.engines import matching
from reflexes.mechanisms.allocation.geography import flat
from reflexes.mechanisms.allocation.models import Plan, PlanReading, PlanView, Slot
from reflexes.mechanisms.directory.models import Person

# People kept for each half-day beyond its places: what a page shows, and as many again for those taken out by hand.
NEAREST = 30
# Lines up to which reading a plan again takes well under a second.
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two groups chosen more than their share, and how many of the first are of the second too."""

    group: tuple[str, str]
    other: tuple[str, str]
    chosen: int
    both: int


@dataclass(frozen=True, slots=True)
class Facts:
    """The spread of a plan, the groups that overlap in it, what it lacks; ``fresh`` unless its lines changed since."""

    spread: list[matching.SpreadRow]
    overlaps: list[Overlap]
    bottlenecks: list[matching.Bottleneck]
    fresh: bool = True


def compute(problem: matching.Problem, answer: matching.Plan) -> Facts:
    """Ask the engine everything that pages show of a plan."""
    rows = list(matching.spread(problem, answer))
    return Facts(rows, _overlaps(problem, answer, rows), list(matching.bottlenecks(problem, answer)))


def _overlaps(problem: matching.Problem, answer: matching.Plan, rows: list[matching.SpreadRow]) -> list[Overlap]:
    """Return the groups over-represented that are mostly the same people (P09 (5): contract-agent test)."""
    over = [row for row in rows if row.skewed and row.selected > row.expected]
    chosen = {person for person, _slot in answer.assignments}
    people = [one for one in problem.people if one.id in chosen]
    found = []
    for row in over:
        group = [one for one in people if one.traits.get(row.trait) == row.value]
        for other in over:
            both = sum(one.traits.get(other.trait) == other.value for one in group)
            if row.trait < other.trait and group and 2 * both > len(group):
                found.append(Overlap((row.trait, row.value), (other.trait, other.value), len(group), both))
    return found


def views_of(plan: Plan, problem: matching.Problem) -> list[PlanView]:
    """Return what ``plan`` sees of each half-day, to be written: under a millisecond each."""
    return [
        PlanView(
            plan=plan,
            slot_id=int(one.demand),
            counts=dict(one.counts),
            nearest=[(int(person), km) for person, km in one.nearest],
        )
        for one in matching.views(problem, keep=NEAREST)
    ]


def write_views(plan: Plan, views: list[PlanView]) -> None:
    """Write what ``plan`` saw; written again, it replaces."""
    PlanView.objects.filter(plan=plan).delete()
    PlanView.objects.bulk_create(views, batch_size=500)


def turns(problem: matching.Problem, views: list[PlanView]) -> dict[str, int]:
    """Return the turn of each half-day to be asked for: fewest people who could come for one place first."""
    eligible = {str(one.slot_id): one.counts["eligible"] for one in views}
    ordered = sorted(
        problem.demands,
        key=lambda one: (eligible[one.id] / max(one.headcount, 1), -one.priority, one.half_day, int(one.id)),
    )
    return {one.id: turn for turn, one in enumerate(ordered, start=1)}


def write_facts(plan: Plan, found: Facts, lines: str) -> None:
    """Write what a plan says of itself, for its lines as ``lines`` marks them."""
    facts = {name: [asdict(one) for one in getattr(found, name)] for name in ("spread", "overlaps", "bottlenecks")}
    PlanReading.objects.update_or_create(plan=plan, defaults={"lines": lines, "facts": facts, "read_at": clock.now()})


def mark(plan: Plan) -> str:
    """Return a mark of the lines changed by hand: empty while nobody touched the plan."""
    touched = plan.lines.filter(Q(dismissed=True) | Q(by_hand=True)).order_by("pk").values_list("pk", "dismissed")
    told = ",".join(f"{pk}{'-' if dismissed else '+'}" for pk, dismissed in touched)
    return hashlib.sha256(told.encode()).hexdigest() if told else ""


def kept(plan: Plan) -> Facts | None:
    """Return what was written of ``plan``; nothing when it must be read again at once."""
    reading = PlanReading.objects.filter(plan=plan).first()
    if reading is None:
        return None
    fresh = reading.lines == mark(plan)
    if not fresh and plan.lines.count() <= AT_ONCE:
        return None
    try:
        return Facts(
            [matching.SpreadRow(**row) for row in reading.facts["spread"]],
            [_overlap(row) for row in reading.facts["overlaps"]],
            [matching.Bottleneck(**row) for row in reading.facts["bottlenecks"]],
            fresh,
        )
    except (KeyError, TypeError):  # written by another version
        return None


def pool(plan: Plan) -> list[matching.SpreadRow]:
    """Return the spread as it was written, for its pool: those who offered stay the same when lines change."""
    facts = PlanReading.objects.filter(plan=plan).values_list("facts", flat=True).first() or {}
    try:
        return [matching.SpreadRow(**row) for row in facts.get("spread", ())]
    except TypeError:  # written by another version
        return []


def _overlap(row: dict[str, Any]) -> Overlap:
    return Overlap(tuple(row["group"]), tuple(row["other"]), row["chosen"], row["both"])


def read_again_later(plan: Plan) -> None:
    """Ask the worker to read a plan again after a change by hand, in the caller's transaction; small ones need none."""
    if plan.lines.count() > AT_ONCE:
        enqueue("allocation.plan_reading", {"plan": plan.pk}, key=f"plan_reading:{plan.pk}:{clock.now().isoformat()}")


def seen(plan: Plan, slot_ids: Iterable[int]) -> dict[int, PlanView]:
    """Return what ``plan`` saw of these half-days, leaving out those it did not look at."""
    return {one.slot_id: one for one in PlanView.objects.filter(plan=plan, slot__in=list(slot_ids))}


def distances(plan: Plan, slot_id: int, person_ids: Iterable[int]) -> dict[int, float | None]:
    """Return the way of each person to one half-day: as the plan saw it, else from where they live now."""
    wanted = set(person_ids)
    known: dict[int, float | None] = dict(plan.lines.filter(slot=slot_id).values_list("person_id", "km"))
    view = seen(plan, [slot_id]).get(slot_id)
    known |= dict(view.nearest) if view else {}
    slot = Slot.objects.select_related("need__place").filter(pk=slot_id).first()
    if slot is not None:
        for person in Person.objects.filter(pk__in=wanted.difference(known)):
            known[person.pk] = _way(person, slot)
    return {pk: known[pk] for pk in wanted if pk in known}


def _way(person: Person, slot: Slot) -> float | None:
    place = slot.need.place
    if slot.need.remote:
        return 0.0
    if place is None or person.latitude is None or person.longitude is None:
        return None
    here = flat(person.latitude, person.longitude, place.latitude)
    there = flat(place.latitude, place.longitude, place.latitude)
    return round(((here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2) ** 0.5, 2)
