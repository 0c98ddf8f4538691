"""How many needs, how many closed, how old the open ones are (P12 (9)): figures, and no word of anybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Count, Q

from reflexes.core import clock
from reflexes.mechanisms.casework.models import Referral, State
from reflexes.web.words import span_words

# From how old to how old open needs are counted together.
AGES = (timedelta(days=1), timedelta(days=3), timedelta(days=10), timedelta(days=20))


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of needs. ``ages`` counts the open ones below each of ``AGES``, then those beyond."""

    needs: int
    closed: int
    urgent: int
    oldest: datetime | None
    median_age: timedelta | None
    ages: list[int]

    @property
    def open(self) -> int:
        """How many still wait for their end."""
        return self.needs - self.closed

    @property
    def age_words(self) -> str:
        """The median age of open needs, in words; nothing when none is open."""
        return span_words(self.median_age) if self.median_age is not None else ""


def figures(
    *, piste: str, exercise_id: int | None = None, organisation_id: int | None = None, key_name: str = ""
) -> Figures:
    """Count the needs of a piste, of one organisation or of one dataset (``key_name``): two questions, always.

    A need entrusted again is one need: it counts once, from the day it was told.
    """
    found = Referral.objects.filter(case__piste=piste, case__exercise_id=exercise_id, handed_on_at=None)
    if organisation_id is not None:
        found = found.filter(case__organisation_id=organisation_id)
    if key_name:
        found = found.filter(case__key_name=key_name)
    counted = found.order_by().aggregate(
        needs=Count("pk"),
        closed=Count("pk", filter=Q(state=State.CLOSED)),
        urgent=Count("pk", filter=Q(case__urgent=True) & ~Q(state=State.CLOSED)),
    )
    still = list(found.exclude(state=State.CLOSED).order_by("opened_at").values_list("opened_at", flat=True))
    now = clock.now()
    ages = [now - one for one in still]
    below = [sum(low <= age < high for age in ages) for low, high in zip((timedelta.min, *AGES), AGES, strict=False)]
    return Figures(
        needs=counted["needs"],
        closed=counted["closed"],
        urgent=counted["urgent"],
        oldest=still[0] if still else None,
        median_age=median(ages) if ages else None,
        ages=[*below, sum(age >= AGES[-1] for age in ages)],
    )
