"""Two plans side by side: who moves, what it gains, who pays (screens.md 3). Counts that anyone can recompute."""

from collections import defaultdict
from dataclasses import dataclass, field

from reflexes.mechanisms.allocation.models import Plan, PlanLine

SATURDAY = 5


@dataclass(slots=True)
class Figures:
    """What one plan asks of people, and what it fills."""

    filled: dict[int, tuple[int, int]] = field(default_factory=dict)
    people: int = 0
    half_days: int = 0
    km: float = 0.0
    weekends: int = 0
    services: int = 0
    preferences_missed: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Move:
    """One person who would not do the same in both plans: slots only in the first, slots only in the second."""

    person_id: int
    before: tuple[int, ...]
    after: tuple[int, ...]


def figures(plan: Plan) -> Figures:
    """Return what ``plan`` fills and what it costs to whom, as its lines are now."""
    found = Figures(filled={one.priority: (one.filled, one.asked) for one in plan.fills.all()})
    people: set[int] = set()
    services: set[int] = set()
    by_priority: dict[int, int] = defaultdict(int)
    lines = plan.lines.filter(dismissed=False).values_list(
        "person_id",
        "km",
        "soft_missed",
        "kept",
        "slot__day",
        "priority",
        "person__offer__capacity__unit_id",
    )
    for person_id, km, soft_missed, kept, day, priority, unit_id in lines:
        people.add(person_id)
        if unit_id is not None:
            services.add(unit_id)
        by_priority[priority] += 1
        found.half_days += 1
        found.km += km or 0.0
        found.weekends += day.weekday() >= SATURDAY
        found.preferences_missed += soft_missed
        found.kept += kept
    found.people, found.services = len(people), len(services)
    found.filled = {priority: (by_priority[priority], asked) for priority, (_filled, asked) in found.filled.items()}
    return found


def moves(first: Plan, second: Plan) -> list[Move]:
    """Return who would do something else in ``second`` than in ``first``, ordered by person."""
    held = {plan.pk: _slots_by_person(plan) for plan in (first, second)}
    found = []
    for person_id in sorted({*held[first.pk], *held[second.pk]}):
        before, after = held[first.pk].get(person_id, set()), held[second.pk].get(person_id, set())
        if before != after:
            found.append(Move(person_id, tuple(sorted(before - after)), tuple(sorted(after - before))))
    return found


def _slots_by_person(plan: Plan) -> dict[int, set[int]]:
    slots: dict[int, set[int]] = defaultdict(set)
    for person_id, slot_id in PlanLine.objects.filter(plan=plan, dismissed=False).values_list("person_id", "slot_id"):
        slots[person_id].add(slot_id)
    return slots
