"""From what lacks most in the latest plans to what could be learnt: one more person trained fills so many places."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import LearningWish, Plan
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.directory.models import PersonSkill, Skill

PLANS = 5
# Below this a count could name somebody: it is said in words.
FEW = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A skill worth learning: the places one more person would fill, in how many of the latest plans it lacked."""

    skill: Skill
    places: int
    half_day: str
    plans: int
    latest: Plan
    holders: int
    wanted: int

    @property
    def few_want(self) -> bool:
        """Tell whether so few would like to learn it that a number could name them."""
        return 0 < self.wanted < FEW


def latest_plans(actor: Actor) -> list[Plan]:
    """Return the latest plans that were computed, newest first, for the cell."""
    if not perms.can_plan(actor):
        raise Http404
    ready = Plan.objects.filter(state=Plan.State.READY, exercise_id=actor.exercise_id)
    return list(ready.order_by("-number")[:PLANS])


def suggestions(actor: Actor) -> list[Suggestion]:
    """Return what to train for, what fills most places first. A skill under certificate is not learnt in a half-day."""
    seen: dict[str, list[tuple[Plan, int, str]]] = {}
    for plan in latest_plans(actor):
        try:
            found = plans.bottlenecks(plan)
        except Refusal:
            continue
        best: dict[str, tuple[int, str]] = {}
        for one in found:
            if one.kind == "skill":
                best[one.value] = max(best.get(one.value, (0, "")), (one.places, one.half_day))
        for slug, (places, half_day) in best.items():
            seen.setdefault(slug, []).append((plan, places, half_day))
    skills = {one.slug: one for one in Skill.objects.filter(slug__in=seen, regulated=False)}
    holders, wanted = _counts(skills.values())
    lines = []
    for slug, rows in seen.items():
        if slug in skills:
            plan, places, half_day = max(rows, key=lambda row: (row[1], row[0].number))
            pk = skills[slug].pk
            lines.append(
                Suggestion(skills[slug], places, half_day, len(rows), plan, holders.get(pk, 0), wanted.get(pk, 0))
            )
    return sorted(lines, key=lambda one: (-one.places, -one.plans, one.skill.search))


def _counts(skills: object) -> tuple[dict[int, int], dict[int, int]]:
    ids = [one.pk for one in skills]  # type: ignore[attr-defined]
    today = clock.today()
    held = PersonSkill.objects.filter(
        Q(expires_on=None) | Q(expires_on__gte=today), skill_id__in=ids, person__offer__active=True
    )
    return _people_by_skill(held), how_many_would_learn(ids)


def how_many_would_learn(skill_ids: Iterable[int]) -> dict[int, int]:
    """Return how many people would like to learn each skill, by its id: numbers, never names."""
    return _people_by_skill(LearningWish.objects.filter(skill_id__in=skill_ids, person__erased_at=None))


def _people_by_skill(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("skill_id").annotate(Count("person_id", distinct=True)))
