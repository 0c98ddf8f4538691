"""Who is in a pool against what is asked: counts before the record is published, from the answers as they come."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.models import Draw, PoolAnswer, PoolMember


@dataclass(frozen=True, slots=True)
class Held:
    """One answer: how many of the panel are sought, and how many of the pool gave it."""

    value: str
    minimum: int
    maximum: int
    pool: int

    @property
    def missing(self) -> int:
        """How many more people are needed for this quota alone."""
        return max(0, self.minimum - self.pool)


def picture(draw: Draw) -> dict[str, list[Held]]:
    """Return the answers of each question, in the order of the quotas."""
    given = PoolAnswer.objects.filter(member__draw=draw).order_by().values_list("feature", "value")
    count = {(feature, value): people for feature, value, people in given.annotate(people=Count("pk"))}
    found: dict[str, list[Held]] = {}
    for one in draw.quotas.order_by("pk"):
        held = Held(one.value, one.minimum, one.maximum, count.get((one.feature, one.value), 0))
        found.setdefault(one.feature, []).append(held)
    return found


def alone(draw: Draw) -> int:
    """Return how many people are the only ones with their answers: in a small place that may tell who they are."""
    profiles: dict[int, list[str]] = {}
    given = PoolAnswer.objects.filter(member__draw=draw).order_by("feature").values_list("member_id", "value")
    for member, value in given:
        profiles.setdefault(member, []).append(value)
    return sum(people == 1 for people in Counter(map(tuple, profiles.values())).values())


def households(draw: Draw) -> list[list[PoolMember]]:
    """Return the people of each address given twice or more: one of them at most sits."""
    members = draw.pool.exclude(household="").order_by("household", "search", "pk")
    homes: dict[str, list[PoolMember]] = {}
    for member in members:
        homes.setdefault(member.household, []).append(member)
    return [found for found in homes.values() if len(found) > 1]


def find_members(draw: Draw, words: str = "") -> QuerySet[PoolMember]:
    """Return those of the pool who did not withdraw and whose name has these words, by name."""
    found = draw.pool.filter(withdrawn_at=None).prefetch_related("answers")
    for word in normalised(words).split():
        found = found.filter(search__contains=word)
    return found.order_by("search", "pk")
