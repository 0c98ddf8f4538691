"""What is missing to fill a half-day that asks for a certificate or an age: numbers, never names."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Count, Q

from reflexes.engines import matching
from reflexes.mechanisms.allocation import ages
from reflexes.mechanisms.allocation.models import FreeHalfDay, Offer, Slot
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.directory.models import CertificateClaim, PersonSkill


@dataclass(frozen=True, slots=True)
class Missing:
    """Counts for one half-day. ``holders`` say they have the skill, ``offering`` of them offer their time.

    ``stopped`` counts those who offer by what stops them first (the engine's codes: ``certificate:expired``,
    ``certificate:missing``, ``age:consent``, ``not_free``, ``wish``…); ``ready`` can be asked. ``claimed`` wait for the
    cell to confirm a certificate. ``missing_words.said`` says it in sentences.
    """

    places: int
    regulated: bool
    holders: int = 0
    offering: int = 0
    ready: int = 0
    claimed: int = 0
    stopped: dict[str, int] = field(default_factory=dict)


def missing_for(slot: Slot) -> Missing | None:
    """Return what is missing for one half-day; None when it asks for neither a certificate nor an age."""
    return missing_for_all([slot]).get(slot.pk)


def missing_for_all(slots: Iterable[Slot]) -> dict[int, Missing]:
    """Return ``missing_for`` of several half-days of one exercise (or none), in a constant number of queries.

    ``slots`` come with their need (and its place) and their skill selected.
    """
    asked = [slot for slot in slots if _is_regulated(slot) or slot.need.minimum_age]
    regulated = [slot for slot in asked if _is_regulated(slot)]
    found = _by_age([slot for slot in asked if not _is_regulated(slot)])
    return {**found, **_by_certificate(regulated)} if regulated else found


def _is_regulated(slot: Slot) -> bool:
    return slot.skill is not None and slot.skill.regulated


def _by_certificate(slots: list[Slot]) -> dict[int, Missing]:
    skills = {slot.skill_id for slot in slots}
    holding = PersonSkill.objects.filter(skill__in=skills, person__erased_at=None)
    holders = dict(holding.values_list("skill_id").annotate(Count("pk")))
    claimed = dict(
        CertificateClaim.objects.filter(held__in=holding, returned_at=None)
        .values_list("held__skill_id")
        .annotate(Count("pk"))
    )
    offers = list(
        Offer.objects.filter(active=True, person__in=holding.values("person_id"))
        .select_related("person", "capacity")
        .order_by("pk")
    )
    exercise_id = slots[0].need.exercise_id
    whole = problems.of_people(offers, slots, exercise_id=exercise_id)
    found = {}
    for slot in slots:
        slug = slot.skill.slug if slot.skill else ""
        own = tuple(person for person in whole.people if slug in person.skills)
        kept = {person.id for person in own}
        pinned = frozenset(pair for pair in whole.pinned if pair[0] in kept and pair[1] != str(slot.pk))
        stopped = dict(matching.first_obstacles(replace(whole, people=own, pinned=pinned), str(slot.pk)))
        found[slot.pk] = Missing(
            places=max(slot.headcount - slot.held, 0),
            regulated=True,
            holders=holders.get(slot.skill_id, 0),
            offering=len(own),
            ready=stopped.pop("ready", 0),
            claimed=claimed.get(slot.skill_id, 0),
            stopped=stopped,
        )
    return found


def _by_age(slots: list[Slot]) -> dict[int, Missing]:
    """Count those free on each half-day whose date of birth is unknown or too late: one query for each age asked."""
    found: dict[int, Missing] = {}
    for age in sorted({slot.need.minimum_age or 0 for slot in slots}):
        group = [slot for slot in slots if slot.need.minimum_age == age]
        when = Q()
        young = Q()
        for day in sorted({slot.day for slot in group}):
            when |= Q(day=day)
            young |= Q(day=day, offer__person__birth_date__gt=ages.birthday(day, -age))
        counted = (
            FreeHalfDay.objects.filter(when, offer__active=True, offer__person__erased_at=None)
            .values("day", "half")
            .annotate(
                free=Count("pk"),
                unknown=Count("pk", filter=Q(offer__person__birth_date=None)),
                under=Count("pk", filter=young),
            )
        )
        counts = {(row["day"], row["half"]): (row["free"], row["unknown"], row["under"]) for row in counted}
        for slot in group:
            free, unknown, under = counts.get((slot.day, slot.half), (0, 0, 0))
            stopped = Counter({"age:unknown": unknown, "age:under": under})
            found[slot.pk] = Missing(
                places=max(slot.headcount - slot.held, 0),
                regulated=False,
                holders=free,
                offering=free,
                ready=free - unknown - under,
                stopped=dict(+stopped),
            )
    return found
