"""Who may be called for one half-day, those asked least recently first: a handful is looked at, not the whole pool."""

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass, field
from itertools import islice
from math import dist

from django.db.models import F, Q, QuerySet

from reflexes.engines import matching
from reflexes.mechanisms.allocation.geography import flat
from reflexes.mechanisms.allocation.models import FreeHalfDay, Offer, Slot
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.directory.models import PersonSkill, TwinTraining

# Offers read at once and at most; people whom the engine looks at together.
READ, READ_AT_MOST, TOGETHER = 300, 3_000, 120
# The engine decides who is near: here nobody is left out for less than this beyond their own limit.
MARGIN_KM = 0.1


@dataclass(slots=True)
class MayBeCalled:
    """Whom nothing forbids, whom one thing only keeps away, and everybody's way; in the order they should be called."""

    free: list[int] = field(default_factory=list)
    stretching: dict[int, matching.Reason] = field(default_factory=dict)
    ways: dict[int, float | None] = field(default_factory=dict)


def look(slot: Slot, *, asked: Set[int], wanted: int) -> MayBeCalled:
    """Return ``wanted`` people of both kinds if there are as many, and the ways of those already ``asked``.

    Skill and kind of mission are asked of the database; the engine then looks at people together until enough are
    found. ``slot`` comes with its need, the place and the exercise of it, and its skill.
    """
    found = MayBeCalled()
    worth = _worth_a_look(slot, asked)
    together = list(asked)
    while any(lacking := (len(found.stretching.keys() - asked) < wanted, len(found.free) < wanted)):
        together += islice((pk for pk, ready in worth if lacking[ready]), TOGETHER)
        if not together:
            break
        _look_at(slot, together, found)
        found.free = [pk for pk in found.free if pk not in asked]
        together = []
    return found


def _look_at(slot: Slot, together: list[int], found: MayBeCalled) -> None:
    problem = problems.build_span(slot.day, slot.day, exercise_id=slot.need.exercise_id, among=together, only=[slot.pk])
    demand = next((one for one in problem.demands if one.id == str(slot.pk)), None)
    if demand is None:
        return
    free = set(matching.eligible_people(problem, demand.id))
    stretching = dict(matching.stretching_people(problem, demand.id))
    found.free += [pk for pk in together if str(pk) in free]
    found.stretching |= {pk: stretching[str(pk)] for pk in together if str(pk) in stretching}
    found.ways |= {int(one.id): matching.distance_km(one, demand) for one in problem.people}


def _worth_a_look(slot: Slot, asked: Collection[int]) -> Iterator[tuple[int, bool]]:
    """Yield who is free or near, and whether they are both; whoever is neither would be asked to stretch twice."""
    offers = _offers(slot).exclude(person__in=asked).order_by(F("last_asked_at").asc(nulls_first=True), "pk")
    then = FreeHalfDay.objects.filter(day=slot.day, half=slot.half).order_by()
    exercise = slot.need.exercise
    everybody_free = exercise is not None and exercise.all_free
    rows = offers.values_list("pk", "person_id", "max_km", "person__latitude", "person__longitude")
    for start in range(0, READ_AT_MOST, READ):
        read = list(rows[start : start + READ])
        offered = set(then.filter(offer__in=[one[0] for one in read]).values_list("offer", flat=True))
        for offer_id, person_id, *way in read:
            free, near = offer_id in offered or everybody_free, _is_near(slot, *way)
            if free or near:
                yield person_id, free and near
        if len(read) < READ:
            return


def _offers(slot: Slot) -> QuerySet[Offer]:
    """Return the offers of those who have the skill and would do this kind of mission."""
    offers = Offer.objects.filter(Q(kinds=None) | Q(kinds__kind=slot.need.kind), active=True)
    demand = problems.demand_of(slot)
    for slug in {demand.skill, *demand.certificates} - {None}:
        said = PersonSkill.objects.filter(skill__slug=slug)
        trained = TwinTraining.objects.filter(twinning__skill__slug=slug, until__gte=slot.day)
        # One list of people: asked as "one or the other", a database reads every offer.
        offers = offers.filter(person__in=said.values("person_id").union(trained.values("person_id")))
    return offers


def _is_near(slot: Slot, most: float | None, latitude: float | None, longitude: float | None) -> bool:
    place = slot.need.place
    if slot.need.remote or most is None:
        return True
    if place is None or latitude is None or longitude is None:
        return False
    here, there = ((flat(*one, place.latitude)) for one in ((latitude, longitude), (place.latitude, place.longitude)))
    return dist(here, there) <= most + MARGIN_KM
