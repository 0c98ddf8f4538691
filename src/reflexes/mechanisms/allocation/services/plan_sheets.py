"""A plan by site and by person: who would come where, and where each stands. Refusals are never on these sheets."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Plan, PlanLine, Wave
from reflexes.mechanisms.allocation.states import LIVE
from reflexes.mechanisms.directory.models import Person


@dataclass(frozen=True, slots=True)
class Going:
    """One line of a plan that still stands: its mission once the person was asked, nothing before."""

    line: PlanLine
    mission: Assignment | None

    @property
    def site(self) -> str:
        """Return what people call where it happens."""
        need = self.line.slot.need
        return need.organisation.name if need.remote or need.place is None else str(need.place)


def access_plan_sheets(actor: Actor, number: int, wave_id: int | None = None) -> tuple[Plan, list[Going]]:
    """Return a plan of the cell and its lines that stand, by half-day; those of one wave when it is given."""
    plan = perms.access_plan(actor, number)
    lines = PlanLine.objects.filter(plan=plan, dismissed=False).select_related(
        "person",
        "slot__skill",
        "slot__need__organisation",
        "slot__need__place__commune",
        "slot__need__mentor",
        "slot__need__contact",
    )
    lines = lines.order_by("slot__day", "slot__half", "slot_id", "person__search", "pk")
    return plan, _standing(plan, lines, wave_id)


def _standing(plan: Plan, lines: QuerySet[PlanLine], wave_id: int | None) -> list[Going]:
    asked = Assignment.objects.filter(slot__plan_lines__plan=plan, exercise_id=plan.exercise_id).select_related(
        "mentor", "host_contact", "hr_contact"
    )
    asked = asked.order_by("pk").distinct()
    known = {(one.slot_id, one.person_id): one for one in asked}
    if wave_id is not None and not Wave.objects.filter(pk=wave_id, plan=plan).exists():
        return []
    found = []
    for line in lines:
        mission = known.get((line.slot_id, line.person_id))
        if mission is not None and mission.state not in LIVE:
            continue
        if wave_id is None or (mission is not None and mission.wave_id == wave_id):
            found.append(Going(line, mission))
    return found


def by_site(lines: Iterable[Going]) -> list[tuple[str, list[Going]]]:
    """Return the lines of each site, sites in the order of their names."""
    found: dict[str, list[Going]] = defaultdict(list)
    for one in lines:
        found[one.site].append(one)
    return sorted(found.items())


def by_person(lines: Iterable[Going]) -> list[tuple[Person, list[Going]]]:
    """Return the lines of each person, people in the order of their names."""
    found: dict[int, list[Going]] = defaultdict(list)
    for one in lines:
        found[one.line.person_id].append(one)
    groups = [(group[0].line.person, group) for group in found.values()]
    return sorted(groups, key=lambda group: (group[0].search, group[0].pk))
