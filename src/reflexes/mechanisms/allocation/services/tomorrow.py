"""What could go wrong on a day to come, while a call can still change it: one line each, with its age."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.notifications.recipients import normalised_phone, usable_email
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, MentorAbsence, Slot
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person, PersonSkill

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

    @property
    def order(self) -> tuple[Any, ...]:
        """Return the order of the page: the half-day, then what is seen to first, then the oldest."""
        since = self.since or clock.now()
        return (self.slot.day, self.slot.half, CODES.index(self.code), since, self.slot.pk)


# What counting the risks of half-days takes of them.
COUNTED = (
    "day",
    "half",
    "headcount",
    "held",
    "need__opened_at",
    "need__mentor",
    "need__organisation",
    "need__exercise",
    "skill__regulated",
)


def next_day(today: date | None = None) -> date:
    """Return the day that is prepared: tomorrow, Monday before a weekend on which nothing happens."""
    day = (today or clock.today()) + timedelta(days=1)
    while day.weekday() > 4 and not Slot.objects.filter(day=day, need__state__in=("open", "filled")).exists():
        day += timedelta(days=1)
    return day


def risks(actor: Actor, day: date, *, briefly: bool = False) -> list[Risk]:
    """Return what could go wrong on ``day``: everything for the cell, its own half-days for a host.

    The number of queries does not grow with the day.
    """
    slots = Slot.objects.filter(
        day=day, need__state__in=("open", "filled"), need__exercise_id=actor.exercise_id, stopped_at=None
    )
    if actor.role == roles.HOST:
        slots = slots.filter(need__organisation_id=actor.organisation_id)
    elif not perms.is_cell(actor):
        raise Http404
    return for_slots(slots, hosts_only=actor.role == roles.HOST, briefly=briefly)


def for_slots(slots: Any, *, hosts_only: bool = False, briefly: bool = False) -> list[Risk]:
    """Return the risks of these half-days, in the order of the page; ``briefly`` reads what counting them takes."""
    of_slots = ("need",) if briefly else ("need__organisation", "need__place__commune", "need__mentor", "need__contact")
    of_missions = () if briefly else ("person__offer__capacity", "mentor", "host_contact", "hr_contact")
    slots = slots.select_related(*of_slots, "skill").order_by("pk")
    loaded = list(slots.only(*COUNTED) if briefly else slots)
    by_pk = {slot.pk: slot for slot in loaded}
    missions = list(
        Assignment.objects.filter(slot__in=by_pk, state__in=(State.PROPOSED, State.ACCEPTED, *EXPECTED))
        .select_related("person", *of_missions)
        .order_by("pk")
    )
    for one in missions:
        one.slot = by_pk[one.slot_id]
    away = _absences(loaded)
    found = [*_of_slots(loaded, missions), *_of_mentors(missions, away), *_of_missions(missions)]
    kept = [risk for risk in found if not hosts_only or risk.code in FOR_HOSTS]
    return sorted(kept, key=lambda risk: risk.order)


def _of_slots(slots: list[Slot], missions: list[Assignment]) -> Iterator[Risk]:
    asked = {one.slot_id for one in missions if one.state == State.PROPOSED}
    for slot in slots:
        if slot.held < slot.headcount:
            yield Risk(
                "places_free",
                slot,
                slot.need.opened_at,
                places=slot.headcount - slot.held,
                people=int(slot.pk in asked),
            )


def _absences(slots: list[Slot]) -> dict[tuple[int, int, date, str], MentorAbsence]:
    days = {slot.day for slot in slots}
    known = MentorAbsence.objects.filter(day__in=days, replaced_by=None).select_related("person").order_by("pk")
    exercise = slots[0].need.exercise_id if slots else None
    return {
        (one.organisation_id, one.person_id, one.day, one.half): one for one in known if one.exercise_id == exercise
    }


def _of_mentors(missions: list[Assignment], away: dict[tuple[int, int, date, str], MentorAbsence]) -> Iterator[Risk]:
    """Yield, once for a half-day and a mentor, the newcomers whom nobody would welcome."""
    alone: dict[tuple[int, int | None], list[Assignment]] = {}
    for one in missions:
        if one.state in EXPECTED:
            mentor_id = one.mentor_id or one.slot.need.mentor_id
            if mentor_id is None or (one.slot.need.organisation_id, mentor_id, one.day, one.half) in away:
                alone.setdefault((one.slot_id, mentor_id), []).append(one)
    for (_slot, mentor_id), group in alone.items():
        slot = group[0].slot
        absence = away.get((slot.need.organisation_id, mentor_id or 0, slot.day, slot.half))
        since = absence.said_at if absence else group[0].changed_at
        yield Risk("no_mentor", slot, since, mission=group[0], absence=absence, people=len(group))


def _of_missions(missions: list[Assignment]) -> Iterator[Risk]:
    valid = _certified(missions)
    for one in missions:
        if one.state in BY_STATE:
            yield Risk(BY_STATE[State(one.state)], one.slot, one.changed_at, mission=one)
        if one.state in EXPECTED:
            if not reachable(one.person):
                yield Risk("unreachable", one.slot, one.changed_at, mission=one)
            if one.slot.skill is not None and one.slot.skill.regulated and one.pk not in valid:
                yield Risk("certificate", one.slot, one.changed_at, mission=one)
        if one.state in {State.CONFIRMED, State.STAND_IN} and not (one.trained and one.safety_told):
            yield Risk("unprepared", one.slot, one.changed_at, mission=one)


def _certified(missions: list[Assignment]) -> set[int]:
    """Return the missions whose certificate is confirmed and still valid on the day."""
    regulated = [one for one in missions if one.slot.skill is not None and one.slot.skill.regulated]
    if not regulated:
        return set()
    held = PersonSkill.objects.filter(
        person__in=[one.person_id for one in regulated], skill__in=[one.slot.skill_id for one in regulated]
    ).exclude(confirmed_by=None)
    until = {(row[0], row[1]): row[2] or date.max for row in held.values_list("person_id", "skill_id", "expires_on")}
    return {
        one.pk
        for one in regulated
        if one.slot.skill_id is not None and until.get((one.person_id, one.slot.skill_id), date.min) >= one.day
    }


def reachable(person: Person) -> bool:
    """Tell whether a word can still reach somebody before tomorrow: a letter would come too late."""
    return bool(usable_email(person.email) or normalised_phone(person.phone))
