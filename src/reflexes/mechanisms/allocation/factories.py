"""Needs, offers, plans and missions for tests, in the words of the field.

Rows are written as the services would leave them: a mission that holds its half-day also holds its place in the slot
and its half-day of the week.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Max

from reflexes.core import clock, registry
from reflexes.mechanisms.allocation.models import (
    Assignment,
    ChosenKind,
    DayAllowance,
    FreeHalfDay,
    Half,
    Need,
    Offer,
    Plan,
    PlanLine,
    ServiceMinimum,
    Slot,
    Wave,
    WeekLoad,
    Wish,
)
from reflexes.mechanisms.allocation.states import HOLDING, NeedState, State
from reflexes.mechanisms.directory.factories import make_organisation, make_person, make_place
from reflexes.mechanisms.directory.models import Organisation, Person, Unit

HalfDay = tuple[date, str]


def next_monday(weeks: int = 1) -> date:
    """Return the Monday that begins in ``weeks`` weeks: every test plans ahead of today."""
    today = clock.today()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def half_days(number: int, *, start: date | None = None) -> list[HalfDay]:
    """Return ``number`` half-days on end, mornings and afternoons of working days."""
    first = start or next_monday()
    days = (first + timedelta(days=offset) for offset in range(number * 2))
    return [(day, half) for day in days if day.weekday() < 5 for half in (Half.AM, Half.PM)][:number]


def make_need(organisation: Organisation | None = None, *, slots: int = 1, **fields: Any) -> Need:
    """Return an open need with everything P09 (1) asks, and ``slots`` half-days of one place each.

    Traits of the field: ``state="draft"``, ``priority=3`` for vital, ``remote=True``.
    """
    piste = registry.pistes()[0]
    host = organisation or make_organisation(kind=Organisation.Kind.ASSOCIATION)
    of_slot = {
        name: fields.pop(name) for name in ("headcount", "skill", "minimum_team", "mentor_required") if name in fields
    }
    days = fields.pop("days", None) or half_days(slots)
    values: dict[str, Any] = {
        "piste": piste.slug,
        "kind": next(iter(registry.kinds())),
        "title": "Aider à la distribution",
        "tasks": "Préparer les colis, accueillir.",
        "constraints": "Station debout.",
        "criteria": "Le plus près d'abord.",
        "state": NeedState.OPEN,
        **fields,
    }
    if not values.get("remote") and "place" not in values:
        values["place"] = make_place(host)
    for duty in ("mentor", "contact"):
        if duty not in values:
            values[duty] = make_person("Marc", account=False)
    values.setdefault("returns_on", max(day for day, _half in days) + timedelta(days=1))
    if values["state"] != NeedState.DRAFT:
        values.setdefault("opened_at", clock.now())
    need = Need.objects.create(organisation=host, **values)
    for day, half in days:
        make_slot(need, day, half, **of_slot)
    return need


def make_slot(need: Need, day: date | None = None, half: str = Half.AM, **fields: Any) -> Slot:
    """Return one half-day of ``need``, for one person unless ``headcount`` says more."""
    return Slot.objects.create(need=need, day=day or next_monday(), half=half, **fields)


def make_offer(
    person: Person,
    *,
    free: list[HalfDay] | None = None,
    kinds: tuple[str, ...] | None = None,
    wishes: dict[str, str] | None = None,
    **fields: Any,
) -> Offer:
    """Return what ``person`` gives: the next ten half-days and every kind of mission unless said otherwise.

    ``wishes`` are limits that block (kind to value); soft ones are added by ``make_wish``.
    """
    capacity = person.capacities.order_by("id").first()
    offer = Offer.objects.create(person=person, **{"capacity": capacity, "weekly_cap": 3, **fields})
    chosen = tuple(registry.kinds()) if kinds is None else kinds
    ChosenKind.objects.bulk_create(ChosenKind(offer=offer, kind=kind) for kind in chosen)
    days = half_days(10) if free is None else free
    FreeHalfDay.objects.bulk_create(FreeHalfDay(offer=offer, day=day, half=half) for day, half in days)
    for kind, value in (wishes or {}).items():
        make_wish(offer, kind, value)
    return offer


def make_wish(offer: Offer, kind: str, value: str = "", *, hard: bool = True) -> Wish:
    """Return a limit (``hard``) or a preference."""
    return Wish.objects.create(offer=offer, kind=kind, value=value, hard=hard)


def make_minimum(unit: Unit, day: date, half: str = Half.AM, *, present: int, minimum: int) -> ServiceMinimum:
    """Return how many people ``unit`` keeps on one half-day."""
    return ServiceMinimum.objects.create(unit=unit, day=day, half=half, present=present, minimum=minimum)


def make_plan(made_by: Person | None = None, **fields: Any) -> Plan:
    """Return a plan over the fortnight to come, queued unless ``state`` says otherwise. It saw nothing yet."""
    number = (Plan.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    start = next_monday()
    return Plan.objects.create(
        number=number, made_by=made_by, **{"starts_on": start, "ends_on": start + timedelta(days=13), **fields}
    )


def make_plan_line(plan: Plan, slot: Slot, person: Person, **fields: Any) -> PlanLine:
    """Return one person whom ``plan`` would ask for ``slot``."""
    values = {"km": 1.2, "priority": slot.need.priority, **fields}
    return PlanLine.objects.create(plan=plan, slot=slot, person=person, **values)


def make_wave(plan: Plan | None = None, **fields: Any) -> Wave:
    """Return proposals sent just now, to be answered by tomorrow."""
    return Wave.objects.create(plan=plan, **{"answer_by": clock.now() + timedelta(days=1), **fields})


def make_assignment(slot: Slot, person: Person, *, state: str = State.PROPOSED, **fields: Any) -> Assignment:
    """Return a mission at any moment of its life, from ``proposed`` to ``debriefed``."""
    values: dict[str, Any] = {"mentor": slot.need.mentor, "returns_on": slot.need.returns_on, **fields}
    if "wave" not in values:
        values["wave"] = make_wave()
    if state == State.ACCEPTED:
        values.setdefault("release_by", clock.now() + timedelta(days=2))
    assignment = Assignment.objects.create(
        slot=slot, person=person, day=slot.day, half=slot.half, state=state, **values
    )
    if state in HOLDING:
        Slot.objects.filter(pk=slot.pk).update(held=F("held") + 1)
        slot.refresh_from_db()
        week = slot.day - timedelta(days=slot.day.weekday())
        load, _made = WeekLoad.objects.get_or_create(person=person, week=week, exercise=assignment.exercise)
        WeekLoad.objects.filter(pk=load.pk).update(held=F("held") + 1)
    return assignment


def make_allowance(organisation: Organisation, **fields: Any) -> DayAllowance:
    """Return an employer's decision: ten half-days for each agent this year and the next; ``blocks=True`` when firm."""
    today = clock.today()
    values: dict[str, Any] = {
        "half_days": 10,
        "starts_on": today.replace(month=1, day=1),
        "ends_on": today.replace(year=today.year + 1, month=12, day=31),
        "reference": "Délibération 2026-114",
        "decided_on": today.replace(month=1, day=1),
        **fields,
    }
    return DayAllowance.objects.create(organisation=organisation, **values)
