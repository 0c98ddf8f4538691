"""What sending one person more would cost a plan: at once for a small one, by the worker for a big one (docs/adr/0017).

The exact price needs the network of the whole plan: with 50,000 people it takes seconds and most of a gigabyte, which
a web process must not.
"""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.engines import matching
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Plan, PlanPrice, Slot
from reflexes.mechanisms.allocation.services import plans, readings
from reflexes.mechanisms.directory.models import Person


@dataclass(frozen=True, slots=True)
class Told:
    """What a plan answers about a pair: what forbids it, or its price."""

    reasons: tuple[matching.Reason, ...]
    price: matching.Price | None


def is_at_once(plan: Plan) -> bool:
    """Tell whether a price takes a moment only: the page computes it itself."""
    return plan.lines.count() <= readings.AT_ONCE


def told(plan: Plan, *, person_id: int, slot_id: int) -> tuple[Told | None, bool]:
    """Return what is known about a pair for the lines as they are now, and whether the worker is looking for it.

    Raises Refusal, like ``plans.why_not``, when the pair has no price.
    """
    kept = PlanPrice.objects.filter(plan=plan, person=person_id, slot=slot_id, lines=_lines(plan)).first()
    if kept is None:
        return None, False
    return (_read(kept.told), False) if kept.told else (None, True)


def do_ask_price(*, actor: Actor, plan: Plan, person: Person, slot: Slot) -> None:
    """Ask the worker for the price of a pair; asked twice, it is one question."""
    if not perms.can_plan(actor):
        raise PermissionDenied
    with transaction.atomic():
        lines = _lines(plan)
        row, made = PlanPrice.objects.get_or_create(plan=plan, person=person, slot=slot, defaults={"lines": lines})
        if not made and row.lines != lines:
            row.lines, row.told, row.asked_at = lines, {}, clock.now()
            row.save()
        enqueue("allocation.price", {"price": row.pk}, key=f"price:{row.pk}:{lines}", exercise_id=plan.exercise_id)


def compute(price_id: int) -> None:
    """Find the price that was asked; nothing when its plan, its person or its half-day is gone."""
    asked = PlanPrice.objects.select_related("plan").filter(pk=price_id).first()
    if asked is None or asked.told:
        return
    lines = _lines(asked.plan)
    found: dict[str, Any]
    try:
        reasons, price = plans.why_not(asked.plan, person_id=asked.person_id, slot_id=asked.slot_id)
        found = {"reasons": [asdict(one) for one in reasons], "price": asdict(price) if price else None}
    except Refusal as refusal:
        found = {"refusal": refusal.code}
    PlanPrice.objects.filter(pk=price_id).update(lines=lines, told=found)


def _lines(plan: Plan) -> str:
    return f"{plan.lines.filter(dismissed=False).count()}:{readings.mark(plan)}"


def _read(kept: dict[str, Any]) -> Told:
    if "refusal" in kept:
        raise plans.unpriced(kept["refusal"])
    price = kept["price"]
    if price is not None:
        lost = {int(priority): count for priority, count in price["places_lost_by_priority"].items()}
        price = matching.Price(**{**price, "places_lost_by_priority": lost})
    return Told(tuple(matching.Reason(**one) for one in kept["reasons"]), price)
