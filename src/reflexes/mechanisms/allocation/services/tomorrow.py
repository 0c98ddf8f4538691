"""What could go wrong on a day to come, while a call can still change it: one line each, with its age."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.notifications.recipients import normalised_phone, usable_email
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, MentorAbsence, Slot
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import PersonSkill

# In the order in which they are seen to: what keeps people from starting first.
CODES = (
    "no_mentor",
    "places_free",
    "stand_in",
    "unreleased",
    "unconfirmed",
    "unanswered",
    "unreachable",
    "certificate",
    "unprepared",
)
# What a host is told of its own half-days; what concerns the agents and their services is the cell's.
FOR_HOSTS = frozenset({"no_mentor", "places_free", "stand_in", "unconfirmed", "unprepared"})
EXPECTED = (State.RELEASED, State.CONFIRMED, State.STAND_IN)
PREPARED = (State.CONFIRMED, State.STAND_IN)
BY_STATE = {
    State.PROPOSED: "unanswered",
    State.ACCEPTED: "unreleased",
    State.RELEASED: "unconfirmed",
    State.STAND_IN: "stand_in",
}


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing that could go wrong: what, about which half-day and whom, since when."""

    code: str
    slot: Slot
    since: datetime | None
    mission: Assignment | None = None
    absence: MentorAbsence | None = None
    places: int = 0
    people: int = 0


class Told(NamedTuple):
    """A risk by the numbers of its rows: what is counted, sorted and cut into pages before anything more is read."""

    code: str
    half: str
    since: datetime | None
    slot_id: int
    mission_id: int | None = None
    absence_id: int | None = None
    places: int = 0
    people: int = 0

    @property
    def order(self) -> tuple[Any, ...]:
        """Return the order of the page: the half-day, then what is seen to first, then the oldest."""
        return (self.half, CODES.index(self.code), self.since or clock.now(), self.slot_id)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many things of one kind could go wrong, and since when for the oldest."""

    count: int
    since: datetime | None


class Seen(NamedTuple):
    """What of a mission could go wrong. ``uncertified``: the skill is regulated and no certificate holds that day."""

    pk: int
    slot_id: int
    half: str
    state: str
    changed_at: datetime
    trained: bool
    safety_told: bool
    email: str
    phone: str
    organisation_id: int
    mentor_id: int | None
    uncertified: bool


# Organisation, mentor, half → since when this mentor is said to be away, and the row that says it.
Away = dict[tuple[int, int | None, str], tuple[datetime, int]]


def next_day(today: date | None = None) -> date:
    """Return the day that is prepared: tomorrow, Monday before a weekend on which nothing happens."""
    day = (today or clock.today()) + timedelta(days=1)
    while day.weekday() > 4 and not Slot.objects.filter(day=day, need__state__in=("open", "filled")).exists():
        day += timedelta(days=1)
    return day


def told(actor: Actor, day: date) -> list[Told]:
    """Return what could go wrong on ``day``, in the order of the page: everything for the cell, its own for a host.

    The number of queries does not grow with the day.
    """
    slots, seen = _slots(actor, day), _seen(actor, day)
    found = [*_of_slots(slots, seen), *_of_missions(actor, day, seen)]
    return sorted(found, key=lambda one: one.order)


def counted(actor: Actor, day: date) -> dict[str, Counted]:
    """Return how many risks of each kind ``told`` returns, in the order of the page; half-days are not even read."""
    free = _free(_slots(actor, day)).aggregate(count=Count("pk"), since=Min("need__opened_at"))
    moments: dict[str, list[datetime]] = {}
    for one in _of_missions(actor, day, _seen(actor, day)):
        moments.setdefault(one.code, []).append(one.since or clock.now())
    found = {code: Counted(len(since), min(since)) for code, since in moments.items()}
    if free["count"]:
        found["places_free"] = Counted(**free)
    return {code: found[code] for code in CODES if code in found}


def risks(found: Iterable[Told]) -> list[Risk]:
    """Return these risks with the half-days, people and hosts that a page names."""
    found = list(found)
    slots = Slot.objects.select_related("need__organisation", "need__place__commune", "need__mentor", "need__contact")
    slots_by_pk = slots.select_related("skill").in_bulk({one.slot_id for one in found})
    missions = Assignment.objects.select_related("person__offer__capacity", "mentor", "host_contact", "hr_contact")
    missions_by_pk = missions.in_bulk({one.mission_id for one in found if one.mission_id})
    for mission in missions_by_pk.values():
        mission.slot = slots_by_pk[mission.slot_id]
    absences = MentorAbsence.objects.select_related("person").in_bulk(
        {one.absence_id for one in found if one.absence_id}
    )
    return [
        Risk(
            one.code,
            slots_by_pk[one.slot_id],
            one.since,
            mission=missions_by_pk.get(one.mission_id),
            absence=absences.get(one.absence_id),
            places=one.places,
            people=one.people,
        )
        for one in found
        # A half-day may have been taken away since it was told.
        if one.slot_id in slots_by_pk
    ]


def _slots(actor: Actor, day: date) -> QuerySet[Slot]:
    slots = Slot.objects.filter(
        day=day, need__state__in=("open", "filled"), need__exercise_id=actor.exercise_id, stopped_at=None
    )
    if actor.role == roles.HOST:
        return slots.filter(need__organisation_id=actor.organisation_id)
    if not perms.is_cell(actor):
        raise Http404
    return slots


def _free(slots: QuerySet[Slot]) -> QuerySet[Slot]:
    return slots.filter(held__lt=F("headcount"))


def _seen(actor: Actor, day: date) -> list[Seen]:
    """Return what is asked or agreed on the half-days of ``_slots``."""
    missions = Assignment.objects.filter(
        day=day,
        state__in=(State.PROPOSED, State.ACCEPTED, *EXPECTED),
        slot__stopped_at=None,
        slot__need__state__in=("open", "filled"),
        slot__need__exercise_id=actor.exercise_id,
    )
    if actor.role == roles.HOST:
        missions = missions.filter(slot__need__organisation_id=actor.organisation_id)
    held = PersonSkill.objects.filter(person=OuterRef("person"), skill=OuterRef("slot__skill"))
    valid = held.exclude(confirmed_by=None).filter(Q(expires_on=None) | Q(expires_on__gte=OuterRef("day")))
    rows = missions.order_by("pk").values_list(
        "pk",
        "slot_id",
        "half",
        "state",
        "changed_at",
        "trained",
        "safety_told",
        "person__email",
        "person__phone",
        "slot__need__organisation_id",
        Coalesce("mentor_id", "slot__need__mentor_id"),
        Q(slot__skill__regulated=True) & ~Exists(valid),
    )
    return [Seen(*row) for row in rows]


def _of_slots(slots: QuerySet[Slot], seen: list[Seen]) -> Iterator[Told]:
    asked = {one.slot_id for one in seen if one.state == State.PROPOSED}
    rows = _free(slots).order_by("pk").values_list("pk", "half", "need__opened_at", F("headcount") - F("held"))
    for pk, half, since, places in rows:
        yield Told("places_free", half, since, pk, places=places, people=int(pk in asked))


def _of_missions(actor: Actor, day: date, seen: list[Seen]) -> Iterator[Told]:
    """Yield what the missions tell; a host is not told what concerns the agents and their services."""
    for one in (*_of_mentors(seen, _away(actor, day)), *_of_each_mission(seen)):
        if actor.role != roles.HOST or one.code in FOR_HOSTS:
            yield one


def _away(actor: Actor, day: date) -> Away:
    known = MentorAbsence.objects.filter(day=day, replaced_by=None, exercise_id=actor.exercise_id)
    rows = known.values_list("organisation_id", "person_id", "half", "said_at", "pk")
    return {(organisation, person, half): (said, pk) for organisation, person, half, said, pk in rows}


def _of_mentors(seen: list[Seen], away: Away) -> Iterator[Told]:
    """Yield, once for a half-day and a mentor, the newcomers whom nobody would welcome."""
    alone: dict[tuple[int, int | None], list[Seen]] = {}
    for one in seen:
        absent = one.mentor_id is None or (one.organisation_id, one.mentor_id, one.half) in away
        if one.state in EXPECTED and absent:
            alone.setdefault((one.slot_id, one.mentor_id), []).append(one)
    for (slot_id, mentor_id), group in alone.items():
        first = group[0]
        since, absence_id = away.get(
            (first.organisation_id, mentor_id, first.half), (min(one.changed_at for one in group), None)
        )
        yield Told("no_mentor", first.half, since, slot_id, first.pk, absence_id, people=len(group))


def _of_each_mission(seen: list[Seen]) -> Iterator[Told]:
    for one in seen:
        codes = [BY_STATE[State(one.state)]] if one.state in BY_STATE else []
        if one.state in EXPECTED and not reachable(one.email, one.phone):
            codes.append("unreachable")
        if one.state in EXPECTED and one.uncertified:
            codes.append("certificate")
        if one.state in PREPARED and not (one.trained and one.safety_told):
            codes.append("unprepared")
        for code in codes:
            yield Told(code, one.half, one.changed_at, one.slot_id, one.pk)


def reachable(email: str, phone: str) -> bool:
    """Tell whether a word can still reach somebody before tomorrow: a letter would come too late."""
    return bool(usable_email(email) or normalised_phone(phone))
