"""How many people a home service keeps on each half-day, and what is left when people go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Half, ServiceMinimum
from reflexes.mechanisms.allocation.states import HOLDING, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Unit
from reflexes.mechanisms.directory.services import units_below
from reflexes.mechanisms.journal.services import record

MOST = 2000
# Someone who waits for the manager's answer is still at work; once released they are away.
AWAY = tuple(state for state in HOLDING if state != State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Kept:
    """One half-day of one unit: people expected at work, and how many the unit keeps."""

    day: date
    half: str
    present: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Left:
    """What a half-day leaves: expected, the minimum (None when none is set), already away, asking to go."""

    present: int | None
    minimum: int | None
    away: int
    asking: int

    @property
    def left(self) -> int | None:
        """People at work once those already released are gone."""
        return None if self.present is None else self.present - self.away

    @property
    def if_one_more_goes(self) -> int | None:
        """People at work if one of those who ask goes too."""
        return None if self.left is None else self.left - 1

    @property
    def keeps_one_more(self) -> bool | None:
        """Tell whether the minimum holds when one more goes; None when the service set none."""
        return None if self.minimum is None or self.left is None else self.left - 1 >= self.minimum

    @property
    def kept(self) -> bool | None:
        """Tell whether the minimum holds with those released so far."""
        return None if self.minimum is None or self.left is None else self.left >= self.minimum


def can_set_minimum(actor: Actor, unit: Unit) -> bool:
    """The unit's manager, or one above, says what the service keeps; the cell may write it for them."""
    below = actor.role == roles.MANAGER and unit.pk in units_below(actor.unit_id)
    return below or perms.is_cell(actor)


def do_set_minimums(*, actor: Actor, unit: Unit, kept: Iterable[Kept]) -> int:
    """Say how many people a unit keeps on each half-day; return how many half-days were set (issue 2, section 2)."""
    if not can_set_minimum(actor, unit):
        raise PermissionDenied
    check_real(actor)
    rows = list(kept)
    for one in rows:
        if one.half not in Half.values or not 0 <= one.minimum <= MOST or not 0 <= one.present <= MOST:
            raise Refusal("minimum_out_of_range", _("Give whole numbers of people between 0 and 2000."))
        if one.minimum > one.present:
            raise Refusal(
                "minimum_above_present",
                _("The service cannot keep more people than those expected at work that half-day."),
            )
    with transaction.atomic():
        for one in rows:
            ServiceMinimum.objects.update_or_create(
                unit=unit, day=one.day, half=one.half, defaults={"present": one.present, "minimum": one.minimum}
            )
        record(
            actor=actor,
            verb="allocation.minimum_set",
            object_kind="unit",
            object_key=unit.pk,
            params={"count": len(rows)},
        )
    return len(rows)


def left_at(
    unit_ids: Iterable[int], first: date, last: date, *, exercise_id: int | None
) -> dict[tuple[int, date, str], Left]:
    """Return what each half-day between two days leaves in each unit: two queries whatever the size of the service."""
    units = set(unit_ids)
    span = (first, last)
    set_ = {
        (one.unit_id, one.day, one.half): one
        for one in ServiceMinimum.objects.filter(unit_id__in=units, day__range=span).order_by("pk")
    }
    counts: dict[tuple[int, date, str], dict[str, int]] = {}
    rows = (
        Assignment.objects.filter(
            day__range=span, state__in=HOLDING, person__offer__capacity__unit_id__in=units, exercise_id=exercise_id
        )
        .values_list("person__offer__capacity__unit_id", "day", "half", "state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for unit_id, day, half, state, count in rows:
        found = counts.setdefault((unit_id, day, half), {"away": 0, "asking": 0})
        found["away" if state in AWAY else "asking"] += count
    return {
        key: Left(
            present=set_[key].present if key in set_ else None,
            minimum=set_[key].minimum if key in set_ else None,
            away=counts.get(key, {}).get("away", 0),
            asking=counts.get(key, {}).get("asking", 0),
        )
        for key in {*set_, *counts}
    }
