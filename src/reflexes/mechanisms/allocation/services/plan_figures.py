"""What a plan comes to as its lines are now: places filled, people in it, proposals still to send.

Each figure is one question that reads an index of the lines, never the lines themselves: tens of thousands of them are
counted in a few milliseconds, and nothing is kept that could drift.
"""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from reflexes.mechanisms.allocation.models import Assignment, Plan, PlanLine
from reflexes.mechanisms.allocation.states import LIVE


@dataclass(frozen=True, slots=True)
class Fill:
    """Places a plan fills at one priority, of those asked for."""

    priority: int
    filled: int
    asked: int

    @property
    def short(self) -> int:
        """Places left free."""
        return max(self.asked - self.filled, 0)


def fills(plan: Plan) -> list[Fill]:
    """Return what a plan fills at each priority, the highest first."""
    now = dict(_standing(plan).order_by().values_list("priority").annotate(count=Count("*")))
    return [Fill(one.priority, now.get(one.priority, 0), one.asked) for one in plan.fills.all()]


def people(plan: Plan) -> int:
    """Return how many people a plan counts on."""
    return _standing(plan).order_by().values("person_id").distinct().count()


def asked_already(plan: Plan) -> int:
    """Return how many of the people a plan would ask anew have a proposal or a mission that goes on."""
    lines = _anew(plan).filter(slot=OuterRef("slot"), person=OuterRef("person"))
    going = Assignment.objects.filter(state__in=LIVE, day__range=(plan.starts_on, plan.ends_on))
    return going.filter(Exists(lines)).count()


def asked_anew(plan: Plan) -> int:
    """Return how many proposals a plan makes to people who had not agreed before it."""
    return _anew(plan).count()


def to_send(plan: Plan) -> int:
    """Return how many proposals of a plan nobody received yet."""
    return asked_anew(plan) - asked_already(plan)


def _anew(plan: Plan) -> QuerySet[PlanLine]:
    return _standing(plan).filter(kept=False)


def _standing(plan: Plan) -> QuerySet[PlanLine]:
    return plan.lines.filter(dismissed=False)
