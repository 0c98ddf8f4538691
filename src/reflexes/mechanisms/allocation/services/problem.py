"""From rows to the engine's problem, and from a kept snapshot back to it."""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from reflexes.core import clock, registry
from reflexes.engines import matching
from reflexes.mechanisms.allocation import ages, limits
from reflexes.mechanisms.allocation.geography import flat
from reflexes.mechanisms.allocation.models import (
    Assignment,
    ChosenKind,
    FreeHalfDay,
    Offer,
    Plan,
    PlanLine,
    ServiceMinimum,
    Slot,
    Wish,
)
from reflexes.mechanisms.allocation.services import accounts
from reflexes.mechanisms.allocation.services.standing import Live, Standing
from reflexes.mechanisms.allocation.states import HOLDING, LIVE, DropMotive, State
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.directory.models import ParentalConsent, Person, PersonSkill, Place, TwinTraining

FOREVER = date(9999, 12, 31)
# Why a pair is never asked again: a no is never held against anyone, it only ends the asking.
ENDED = {
    State.DECLINED: "declined",
    State.EXPIRED: "no_answer",
    State.WITHHELD: "withheld",
    State.TURNED_DOWN: "turned_down",
    State.EXCUSED: "dropped",
    State.NO_SHOW: "dropped",
    State.CANCELLED: "withheld",
}
# Why a new plan does not propose a pair again: somebody took it out of an earlier one by hand.
SET_ASIDE = "set_aside"
# These end the asking for the half-day only: the person may well come on another one.
# Whoever came to the end of a mission of a kind has done it.
FINISHED = frozenset({State.DONE, State.RETURNED, State.DEBRIEFED})
# All that is read of an offer, of whoever made it and of where they work: there may be tens of thousands of them.
READ_OF_OFFERS = (
    *("weekly_cap", "max_km", "can_mentor"),
    *("person__birth_date", "person__sex", "person__latitude", "person__longitude"),
    *("capacity__unit", "capacity__status", "capacity__category", "capacity__ends_on"),
)
THAT_HALF_DAY = frozenset({State.WITHHELD, State.EXCUSED, State.NO_SHOW, State.CANCELLED})


def half_day(day: date, half: str) -> str:
    """Return the engine's name of a half-day.

    >>> half_day(date(2026, 11, 23), "am")
    '2026-11-23/am'
    """
    return f"{day.isoformat()}/{half}"


def build(plan: Plan, *, among: Collection[int] | None = None, only: Collection[int] | None = None) -> matching.Problem:
    """Return what the engine needs to know for ``plan``: open needs, offers, what is agreed, what is refused."""
    return build_span(plan.starts_on, plan.ends_on, exercise_id=plan.exercise_id, among=among, only=only)


def build_span(
    first: date,
    last: date,
    *,
    exercise_id: int | None,
    among: Collection[int] | None = None,
    only: Collection[int] | None = None,
) -> matching.Problem:
    """Return what the engine needs to know of the open needs between two days.

    The weeks of the first and last day count whole: missions of their other days use up the weekly limits too. The
    number of queries is constant: pools of 50,000 people are read in bulk. ``among`` keeps to these people and to
    those who already go to the slots; ``only`` to these slots.
    """
    span, weeks = (first, last), _whole_weeks(first, last)
    slots = list(
        Slot.objects.filter(day__range=span, need__state__in=("open", "filled"), need__exercise_id=exercise_id)
        .filter(Q(stopped_at=None) if only is None else Q(stopped_at=None, pk__in=only))
        .select_related("need__place", "skill", "need__organisation")
        .order_by("pk")
    )
    going = Assignment.objects.filter(slot__in=slots, state__in=LIVE).values_list("person_id", flat=True)
    wanted = Q(active=True) if among is None else Q(active=True, person_id__in=among)
    offers = list(
        Offer.objects.filter(wanted | Q(person_id__in=set(going)))
        .filter(person__erased_at=None)
        .select_related("person", "capacity")
        .only(*READ_OF_OFFERS)
        .order_by("pk")
    )
    known = {} if among is None else {"person__in": [offer.person_id for offer in offers]}
    # A stand-in keeps their half-day but no place yet: the place is still the holder's, like a proposal's.
    live = [
        Live(person_id, slot_id, state if stands_in_for is None else State.PROPOSED, half_day(day, half))
        for person_id, slot_id, state, stands_in_for, day, half in Assignment.objects.filter(
            day__range=weeks, state__in=LIVE, exercise_id=exercise_id, **known
        ).values_list("person_id", "slot_id", "state", "stands_in_for_id", "day", "half")
    ]
    reference = _middle(slots)
    standing = Standing.of(
        list(_people(offers, span, reference, few=among is not None, exercise_id=exercise_id)),
        [_demand(slot, reference) for slot in slots],
        live,
    )
    forbidden = _forbidden(slots, exercise_id)
    problem = matching.Problem(
        people=tuple(standing.people.values()),
        demands=tuple(standing.demands.values()),
        pinned=frozenset(standing.pinned),
        forbidden={pair: code for pair, code in forbidden.items() if pair not in standing.pinned},
        keep=_on_reserve(slots, exercise_id),
        minimums=tuple(_minimums(span) if among is None else _minimums_left(offers, slots, exercise_id)),
    )
    return _within_accounts(problem, span, exercise_id)


def _minimums(span: tuple[date, date]) -> Iterable[matching.UnitMinimum]:
    """Yield what every service keeps."""
    for one in ServiceMinimum.objects.filter(day__range=span).order_by("pk"):
        yield _minimum(one)


def _minimums_left(offers: list[Offer], slots: list[Slot], exercise_id: int | None) -> Iterable[matching.UnitMinimum]:
    """Yield what the services of these people keep on these half-days, those who already go elsewhere taken off.

    Where they go is left out of the problem: all that it changes is how many may still leave.
    """
    units = {offer.capacity.unit_id for offer in offers if offer.capacity and offer.capacity.unit_id}
    when = {(slot.day, slot.half) for slot in slots}
    kept = ServiceMinimum.objects.filter(unit__in=units, day__in={day for day, _half in when}).order_by("pk")
    rows = [one for one in kept if (one.day, one.half) in when]
    elsewhere = Assignment.objects.filter(
        day__in={one.day for one in rows},
        state__in=LIVE,
        exercise_id=exercise_id,
        person__offer__capacity__unit__in={one.unit_id for one in rows},
    ).exclude(slot__in=slots)
    by_unit = elsewhere.order_by().values_list("person__offer__capacity__unit", "day", "half")
    away = {(unit, day, half): count for unit, day, half, count in by_unit.annotate(Count("person", distinct=True))}
    for one in rows:
        least = _minimum(one)
        yield replace(least, present=least.present - away.get((one.unit_id, one.day, one.half), 0))


def _whole_weeks(first: date, last: date) -> tuple[date, date]:
    """Return the Monday before the first day and the Sunday after the last.

    >>> [day.isoformat() for day in _whole_weeks(date(2026, 11, 25), date(2026, 11, 26))]
    ['2026-11-23', '2026-11-29']
    """
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _on_reserve(slots: list[Slot], exercise_id: int | None) -> frozenset[tuple[str, str]]:
    """Return who said yes to a slot that was full: they come first when a place is free again, if no place is lost."""
    waiting = Assignment.objects.filter(state=State.RESERVE, slot__in=slots, exercise_id=exercise_id)
    return frozenset((str(person), str(slot)) for person, slot in waiting.values_list("person_id", "slot_id"))


def build_for(person_id: int, slots: list[Slot], *, exercise_id: int | None) -> matching.Problem | None:
    """Return the problem of one person and a few slots, to tell them why they are not asked; None without an offer.

    It holds nobody else but the colleagues of the same unit who already go, since they use up its minimum. The number
    of rows read does not grow with the pool.
    """
    own = Offer.objects.filter(person_id=person_id).select_related("person", "capacity").first()
    if own is None or not slots:
        return None
    span = (min(slot.day for slot in slots), max(slot.day for slot in slots))
    unit_id = own.capacity.unit_id if own.capacity else None
    minimums = ServiceMinimum.objects.filter(day__range=span, unit_id=unit_id).order_by("pk") if unit_id else []
    weeks = _whole_weeks(*span)
    # Read first, and few: "mine or my unit's" asked in one question would look at every offer.
    team = list(Offer.objects.filter(capacity__unit_id=unit_id).values_list("person_id", flat=True)) if unit_id else []
    live = Assignment.objects.filter(
        day__range=weeks, state__in=LIVE, exercise_id=exercise_id, person_id__in={person_id, *team}
    )
    pinned = list(live.select_related("slot__need__place", "slot__skill"))
    demands = {slot.pk: slot for slot in [*(one.slot for one in pinned), *slots]}
    mates = Offer.objects.filter(person_id__in={one.person_id for one in pinned} - {person_id})
    offers = [own, *mates.select_related("person", "capacity").order_by("pk")]
    reference = _middle(slots)
    problem = matching.Problem(
        people=tuple(_people(offers, span, reference, few=True, exercise_id=exercise_id)),
        demands=tuple(_demand(slot, reference) for _pk, slot in sorted(demands.items())),
        pinned=frozenset((str(one.person_id), str(one.slot_id)) for one in pinned),
        forbidden={pair: code for pair, code in _forbidden(slots, exercise_id).items() if pair[0] == str(person_id)},
        minimums=tuple(_minimum(one) for one in minimums),
    )
    return _within_accounts(problem, span, exercise_id)


def _within_accounts(problem: matching.Problem, span: tuple[date, date], exercise_id: int | None) -> matching.Problem:
    """Keep to the employers' half-days where their decision blocks (``accounts``): a spent account is not asked again.

    The limit is held at the yes; here it only spares people a question whose yes would be refused.
    """
    people = {person.id: person for person in problem.people}
    forbidden = dict(problem.forbidden)
    pins = Counter(person_id for person_id, _demand_id in problem.pinned)
    for room in accounts.rooms((int(one) for one in people), span, exercise_id=exercise_id):
        days = (half_day(room.starts_on, "am"), half_day(room.ends_on, "pm"))
        inside = room.starts_on <= span[0] and span[1] <= room.ends_on
        for key, left in ((str(person_id), left) for person_id, left in room.left.items()):
            if not left:
                offered = people[key].half_days
                for demand in problem.demands:
                    pair = (key, demand.id)
                    if (
                        demand.half_day in offered
                        and days[0] <= demand.half_day <= days[1]
                        and pair not in problem.pinned
                    ):
                        forbidden.setdefault(pair, "account_spent")
            elif inside:
                people[key] = replace(people[key], cap=min(people[key].cap, left + pins[key] + len(people[key].held)))
    return replace(problem, people=tuple(people.values()), forbidden=forbidden)


def of_people(offers: list[Offer], slots: list[Slot], *, exercise_id: int | None) -> matching.Problem:
    """Return the problem of a few people and a few slots: a question about them, never a plan.

    What these people already agreed to is pinned, so that nobody counts as free on a half-day they gave.
    """
    span = (min(slot.day for slot in slots), max(slot.day for slot in slots))
    people = {offer.person_id for offer in offers}
    live = Assignment.objects.filter(
        day__range=span, state__in=HOLDING, exercise_id=exercise_id, person__in=people
    ).select_related("slot__need__place", "slot__skill")
    demands = {slot.pk: slot for slot in [*(one.slot for one in live), *slots]}
    reference = _middle(slots)
    return matching.Problem(
        people=tuple(_people(offers, span, reference, few=True, exercise_id=exercise_id)),
        demands=tuple(_demand(slot, reference) for _pk, slot in sorted(demands.items())),
        pinned=frozenset((str(one.person_id), str(one.slot_id)) for one in live),
        forbidden={pair: code for pair, code in _forbidden(slots, exercise_id).items() if int(pair[0]) in people},
    )


def demand_of(slot: Slot) -> matching.Demand:
    """Return what one half-day asks of whoever comes, wherever it is."""
    return _demand(slot, 0.0)


def _minimum(one: ServiceMinimum) -> matching.UnitMinimum:
    return matching.UnitMinimum(
        unit=str(one.unit_id), half_day=half_day(one.day, one.half), present=one.present, minimum=one.minimum
    )


def _people(
    offers: list[Offer], span: tuple[date, date], reference: float, *, few: bool = False, exercise_id: int | None
) -> Iterable[matching.Person]:
    """Yield the engine's people. ``few`` reads the rows of these offers only instead of whole tables.

    An exercise may suppose that everybody is free; what was really done before counts in it, what it plays counts
    nowhere else.
    """
    all_free = _every_half_day(span) if _supposed_free(exercise_id) else frozenset()
    by_offer: dict[str, Any] = {"offer__in": [offer.pk for offer in offers]} if few else {}
    by_person: dict[str, Any] = {"person__in": [offer.person_id for offer in offers]} if few else {}
    half_days: dict[int, set[str]] = defaultdict(set)
    free = FreeHalfDay.objects.filter(day__range=span, **by_offer)
    for offer_id, day, half in free.values_list("offer_id", "day", "half"):
        half_days[offer_id].add(half_day(day, half))
    hard_wishes: dict[int, list[matching.Wish]] = defaultdict(list)
    soft_wishes: dict[int, list[matching.Wish]] = defaultdict(list)
    said = Wish.objects.filter(**by_offer).order_by("pk")
    for offer_id, kind, value, is_hard in said.values_list("offer_id", "kind", "value", "hard"):
        (hard_wishes if is_hard else soft_wishes)[offer_id].append(matching.Wish(kind, value))
    kinds: dict[int, list[str]] = defaultdict(list)
    for offer_id, kind in ChosenKind.objects.filter(**by_offer).order_by("kind").values_list("offer_id", "kind"):
        kinds[offer_id].append(kind)
    skills: dict[int, dict[str, date]] = defaultdict(dict)
    confirmed: dict[int, dict[str, date]] = defaultdict(dict)
    for person_id, slug, regulated, confirmer, expires in PersonSkill.objects.filter(**by_person).values_list(
        "person_id", "skill__slug", "skill__regulated", "confirmed_by_id", "expires_on"
    ):
        skills[person_id][slug] = expires or FOREVER
        if regulated and confirmer:
            confirmed[person_id][slug] = expires or FOREVER
    # Trained in a twinned service: as good as having said it, while it is valid (docs/adr/0015).
    trained = TwinTraining.objects.filter(until__gte=span[0], twinning__skill__regulated=False, **by_person)
    for person_id, slug, until in trained.values_list("person_id", "twinning__skill__slug", "until"):
        skills[person_id].setdefault(slug, until)
    in_force = ParentalConsent.objects.filter(revoked_at=None, **by_person)
    consenting = set(in_force.values_list("person_id", flat=True))
    today = clock.today()
    since = today - timedelta(days=limits.WEAR_DAYS)
    experience: dict[int, set[str]] = defaultdict(set)
    wear: Counter[int] = Counter()
    lived = Assignment.objects.filter(exercise_id=None, state__in=HOLDING, **by_person)
    for person_id, state, day, kind in lived.values_list("person_id", "state", "day", "slot__need__kind"):
        if state in FINISHED:
            experience[person_id].add(kind)
        wear[person_id] += since <= day < span[0]
    for offer in offers:
        person, capacity = offer.person, offer.capacity
        hard = hard_wishes[offer.pk]
        if kinds[offer.pk]:
            hard.append(matching.Wish("only_kind", "|".join(kinds[offer.pk])))
        x_km, y_km = _flat(person, reference)
        week, day = ages.caps(person.birth_date, span[0], offer.weekly_cap)
        yield matching.Person(
            id=str(person.pk),
            skills=frozenset(skills[person.pk]),
            half_days=_while_here(all_free or half_days[offer.pk], capacity.ends_on if capacity else None),
            cap=week,
            day_cap=day,
            max_km=offer.max_km,
            x_km=x_km,
            y_km=y_km,
            hard=tuple(hard),
            soft=tuple(soft_wishes[offer.pk]),
            mentor=offer.can_mentor,
            experience=frozenset(experience[person.pk]),
            certificates=confirmed[person.pk],
            **age_facts(person.birth_date, consent=person.pk in consenting, today=today),
            unit=str(capacity.unit_id or "") if capacity else "",
            wear=wear[person.pk],
            traits=_traits(offer, today),
        )


def _supposed_free(exercise_id: int | None) -> bool:
    return exercise_id is not None and Exercise.objects.filter(pk=exercise_id, all_free=True).exists()


def _every_half_day(span: tuple[date, date]) -> frozenset[str]:
    days = (span[0] + timedelta(days=number) for number in range((span[1] - span[0]).days + 1))
    return frozenset(half_day(day, half) for day in days for half in ("am", "pm"))


def _while_here(half_days: Iterable[str], last_day: date | None) -> frozenset[str]:
    """Return the half-days offered up to the last day somebody works here."""
    return frozenset(one for one in half_days if last_day is None or one[:10] <= last_day.isoformat())


def age_facts(born: date | None, *, consent: bool, today: date) -> dict[str, Any]:
    """Return what the engine has to know of somebody's age: nothing of it when they are long grown up."""
    if born is None:
        return {}
    young = ages.is_minor(born, today)
    return {
        "birth_date": born,
        "from_day": ages.birthday(born, ages.YOUNGEST) if young else None,
        "adult_on": ages.birthday(born, ages.ADULT) if young else None,
        "consent": consent,
    }


def _traits(offer: Offer, today: date) -> dict[str, str]:
    """Return what the spread report counts; none of it ever enters a cost."""
    capacity = offer.capacity
    return {
        "status": capacity.status if capacity else "",
        "category": capacity.category if capacity else "",
        "sex": offer.person.sex,
        "age_band": age_band(offer.person.birth_date, today),
    }


def age_band(born: date | None, on: date) -> str:
    """Return the age band of someone born on ``born``: under_30, 30_44, 45_54, 55_up, or nothing.

    >>> age_band(date(1990, 5, 1), date(2026, 11, 22))
    '30_44'
    """
    if born is None:
        return ""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next(band for limit, band in ((30, "under_30"), (45, "30_44"), (55, "45_54"), (999, "55_up")) if age < limit)


def _demand(slot: Slot, reference: float) -> matching.Demand:
    need = slot.need
    x_km, y_km = _flat(None if need.remote else need.place, reference)
    skill = slot.skill
    return matching.Demand(
        id=str(slot.pk),
        need=str(need.pk),
        half_day=half_day(slot.day, slot.half),
        headcount=slot.headcount,
        skill=skill.slug if skill and not (skill.learnable_on_site and not skill.regulated) else None,
        priority=need.priority,
        x_km=x_km,
        y_km=y_km,
        host=str(need.organisation_id),
        kind=need.kind,
        min_team=slot.minimum_team,
        mentor_required=slot.mentor_required,
        max_newcomers_per_mentor=need.newcomers_per_mentor or limits.NEWCOMERS_FOR_ONE_MENTOR,
        min_age=need.minimum_age,
        certificates=frozenset({skill.slug}) if skill and skill.regulated else frozenset(),
        remote=need.remote,
        adults_only=need.kind in registry.adult_kinds(),
        accompanied=need.mentor_id is not None and not need.remote,
    )


def _forbidden(slots: list[Slot], exercise_id: int | None) -> dict[tuple[str, str], str]:
    """Return the pairs nobody asks again: a no ends the asking for the whole need, a half-day given back only itself.

    A mission called off by the host or by the cell says nothing of the person: they may be asked again.
    """
    by_need: dict[int, list[int]] = defaultdict(list)
    for slot in slots:
        by_need[slot.need_id].append(slot.pk)
    ended = (
        Assignment.objects.filter(state__in=tuple(ENDED), slot__need_id__in=by_need, exercise_id=exercise_id)
        .exclude(state=State.CANCELLED, drop_motive__in=("", DropMotive.HOST, DropMotive.CELL))
        .values_list("person_id", "slot_id", "slot__need_id", "state")
    )
    forbidden: dict[tuple[str, str], str] = {}
    for person_id, slot_id, need_id, state in ended:
        reached = [slot_id] if state in THAT_HALF_DAY else by_need[need_id]
        for one in reached:
            forbidden[(str(person_id), str(one))] = ENDED[State(state)]
    return forbidden


def set_aside(plan: Plan) -> set[tuple[int, int]]:
    """Return the pairs (person, slot) that somebody took out of an earlier plan by hand and nobody put back since.

    What a person decided holds for the plans that follow (design.md rule 1); it ends no asking by other doors.
    """
    back = PlanLine.objects.filter(
        person=OuterRef("person"), slot=OuterRef("slot"), plan__gt=OuterRef("plan"), dismissed=False
    )
    days = (plan.starts_on, plan.ends_on)
    taken_out = PlanLine.objects.filter(
        dismissed=True, slot__day__range=days, plan__lt=plan.pk, plan__exercise_id=plan.exercise_id
    )
    return set(taken_out.exclude(Exists(back)).order_by().values_list("person_id", "slot_id"))


def _middle(slots: list[Slot]) -> float:
    """Return the latitude in the middle of the places asked for: where the plane touches the earth."""
    known = [slot.need.place.latitude for slot in slots if slot.need.place]
    return sum(known) / len(known) if known else 0.0


def _flat(somewhere: Person | Place | None, reference: float) -> tuple[float | None, float | None]:
    if somewhere is None or somewhere.latitude is None or somewhere.longitude is None:
        return None, None
    return flat(somewhere.latitude, somewhere.longitude, reference)


def packed(problem: matching.Problem) -> bytes:
    """Return the problem as compressed JSON: what the plan saw, kept so that its reasons can be read later."""
    return zlib.compress(json.dumps(matching.to_dict(problem), separators=(",", ":")).encode(), 6)


def unpacked(snapshot: bytes) -> matching.Problem:
    """Return the problem kept in ``snapshot``."""
    kept: dict[str, Any] = json.loads(zlib.decompress(bytes(snapshot)))
    return matching.from_dict(kept)
