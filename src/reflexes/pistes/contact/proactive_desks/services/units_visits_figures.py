"""How many visits calls asked of units: by unit and place, never by person (ADR 31)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from reflexes.pistes.contact.proactive_desks.models import EntrustedVisit


@dataclass(frozen=True, slots=True)
class Homes:
    """Visits of one day at one place: asked and made that day, waiting at its end, of which some past their day."""

    unit_id: int
    place: str
    asked: int
    made: int
    waiting: int
    late: int


def homes(units: Iterable[int], day: date, start: datetime, end: datetime) -> list[Homes]:
    """Return the visits of some units on ``day`` (from ``start`` to ``end``), in one question."""
    waits = Q(asked_at__lt=end) & (Q(done_at=None) | Q(done_at__gte=end)) & (Q(back_at=None) | Q(back_at__gte=end))
    asked, made = Q(asked_at__gte=start, asked_at__lt=end), Q(done_at__gte=start, done_at__lt=end)
    rows = (
        EntrustedVisit.objects.filter(waits | asked | made, unit__in=list(units))
        .values_list("unit_id", "task__callee__commune__name")
        .annotate(
            asked=Count("pk", filter=asked),
            made=Count("pk", filter=made),
            waiting=Count("pk", filter=waits),
            late=Count("pk", filter=waits & Q(due_on__lt=day)),
        )
        .order_by("unit_id", "task__callee__commune__name")
    )
    return [Homes(unit_id, place or "–", *counted) for unit_id, place, *counted in rows]
