"""How many of the days written in a job sheet were used: counted from the missions, so that anyone can count again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.states import HOLDING
from reflexes.mechanisms.directory.flying import in_force
from reflexes.mechanisms.directory.models import FlyingTerms

HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Balance:
    """One line of a job sheet and what was used of it this year, in days (a half-day is 0.5)."""

    terms: FlyingTerms
    used: Decimal

    @property
    def left(self) -> Decimal:
        """Days left this year, below zero when more were given than written."""
        return self.terms.days_a_year - self.used

    @property
    def over(self) -> bool:
        """Tell whether more days were given than the job sheet says."""
        return self.left < 0


def balances(terms: Iterable[FlyingTerms]) -> list[Balance]:
    """Return what is used of each line this calendar year, with one query whatever their number."""
    lines = list(terms)
    year = clock.today().year
    rows = (
        Assignment.objects.filter(
            person_id__in={one.person_id for one in lines},
            slot__need__organisation_id__in={one.organisation_id for one in lines},
            state__in=HOLDING,
            day__range=(date(year, 1, 1), date(year, 12, 31)),
            exercise=None,
        )
        .values_list("person_id", "slot__need__organisation_id", "day")
        .annotate(Count("pk"))
        .order_by()
    )
    days: dict[tuple[int, int], list[tuple[date, int]]] = defaultdict(list)
    for person_id, organisation_id, day, count in rows:
        days[(person_id, organisation_id)].append((day, count))
    return [Balance(one, HALF * sum(count for day, count in _within(one, days))) for one in lines]


def _within(one: FlyingTerms, days: dict[tuple[int, int], list[tuple[date, int]]]) -> list[tuple[date, int]]:
    return [
        (day, count)
        for day, count in days.get((one.person_id, one.organisation_id), [])
        if day >= one.starts_on and (one.ends_on is None or day <= one.ends_on)
    ]


def balances_towards(organisation_id: int, person_ids: Iterable[int]) -> dict[int, Balance]:
    """Return, for the people whose job sheet gives days to this authority today, what is left."""
    terms = in_force(FlyingTerms.objects.filter(organisation_id=organisation_id, person_id__in=set(person_ids)))
    return {one.terms.person_id: one for one in balances(terms.select_related("organisation"))}


def to_review(today: date) -> Q:
    """Select the lines whose review is due."""
    return Q(review_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))
