"""The rules, one pair at a time, in plain Python: the ledger and the verifier use these.

The bulk calculation in ``pairs.py`` says the same in numpy; a test holds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from reflexes.engines.matching.halfdays import age_on, read_half_day
from reflexes.engines.matching.model import Demand, Person, Problem, ProblemError, Reason
from reflexes.engines.matching.wishes import check_wish, missed

PERSONAL = frozenset({"not_free", "wish", "distance", "distance_unknown", "cap", "busy"})
"""Limits a person sets: an accepted (pinned) mission may cross them, nothing else may."""

TeamKey = tuple[str, str]
"""(need, half-day)."""


def distance(person: Person, demand: Demand) -> float:
    """Return kilometres in a straight line, 0 for remote work, NaN when a place is unknown."""
    if demand.remote:
        return 0.0
    if person.x_km is None or person.y_km is None or demand.x_km is None or demand.y_km is None:
        return math.nan
    dx, dy = person.x_km - demand.x_km, person.y_km - demand.y_km
    return math.sqrt(dx * dx + dy * dy)


def is_newcomer(person: Person, demand: Demand) -> bool:
    """Say whether the person is new to this kind of mission; a mentor never is."""
    if person.mentor:
        return False
    return demand.kind not in person.experience if demand.kind else not person.experience


def skill_reasons(person: Person, demand: Demand) -> Iterable[Reason]:
    """The host's requirement."""
    if demand.skill is not None and demand.skill not in person.skills:
        yield Reason("skill", {"skill": demand.skill})


def free_reasons(person: Person, demand: Demand) -> Iterable[Reason]:
    """The half-days offered."""
    if demand.half_day not in person.half_days:
        yield Reason("not_free", {"half_day": demand.half_day})


def wish_reasons(person: Person, demand: Demand) -> Iterable[Reason]:
    """The hard wishes."""
    km = distance(person, demand)
    for wish in person.hard:
        if missed(wish, demand, km):
            yield Reason("wish", {"kind": wish.kind, "value": wish.value})


def distance_reasons(person: Person, demand: Demand) -> Iterable[Reason]:
    """The longest way accepted. A limit that cannot be checked refuses."""
    if person.max_km is None:
        return
    km = distance(person, demand)
    if math.isnan(km):
        yield Reason("distance_unknown", {"max_km": person.max_km})
    elif km > person.max_km + 1e-9:
        yield Reason("distance", {"km": round(km, 1), "max_km": person.max_km})


def certificate_reasons(person: Person, demand: Demand) -> Iterable[Reason]:
    """Certificates must be held and valid on the day."""
    day = read_half_day(demand.half_day).day
    for name in sorted(demand.certificates):
        end = person.certificates.get(name)
        if end is None:
            yield Reason("certificate", {"certificate": name, "state": "missing"})
        elif end < day:
            yield Reason("certificate", {"certificate": name, "state": "expired", "end": end.isoformat()})


def age_reasons(person: Person, demand: Demand) -> Iterable[Reason]:
    """The minimum age on the day (an unknown age refuses), and what protects somebody under age."""
    day = read_half_day(demand.half_day).day
    if demand.min_age is not None and person.birth_date is None:
        yield Reason("age", {"min_age": demand.min_age, "state": "unknown"})
    elif demand.min_age is not None and age_on(person.birth_date or day, day) < demand.min_age:
        yield Reason("age", {"min_age": demand.min_age, "state": "under"})
    for state in minor_states(person, demand, day):
        yield Reason("age", {"state": state})


def minor_states(person: Person, demand: Demand, day: date) -> Iterable[str]:
    """What keeps somebody under age away: too young at all, no written consent, nobody beside them, adults only.

    Source: civic reserve, 16 and over, written consent under 18 (mechanisms.md 10); Engelsystem's table of categories.
    """
    if person.from_day is not None and day < person.from_day:
        yield "too_young"
    if person.adult_on is None or day >= person.adult_on:
        return
    if demand.adults_only:
        yield "adults_only"
    if not person.consent:
        yield "consent"
    if not demand.accompanied:
        yield "alone"


def protections(person: Person, demand: Demand) -> tuple[Reason, ...]:
    """Return what protects the public and the person: certificates and age. No yes of anybody lifts these.

    >>> protections(Person("p"), Demand("d", "n", "2026-11-23/am", certificates=frozenset({"nurse"})))[0].code
    'certificate'
    """
    return (*certificate_reasons(person, demand), *age_reasons(person, demand))


@dataclass(slots=True)
class Index:
    """A problem with its look-ups: who is pinned where, how many of a unit may leave, which teams exist."""

    problem: Problem
    people: dict[str, Person]
    demands: dict[str, Demand]
    pins_of: dict[str, list[Demand]]
    spare: dict[tuple[str, str], int]
    """People of a unit who may still leave on a half-day, pinned ones taken off."""
    teams: dict[TeamKey, list[Demand]]
    """Only the teams under a rule."""

    @classmethod
    def of(cls, problem: Problem) -> Index:
        """Build the look-ups; ``ProblemError`` when ids clash or a pin makes no sense."""
        people = {person.id: person for person in problem.people}
        demands = {demand.id: demand for demand in problem.demands}
        if len(people) < len(problem.people):
            raise ProblemError("duplicate_person")
        if len(demands) < len(problem.demands):
            raise ProblemError("duplicate_demand")
        pins_of: dict[str, list[Demand]] = {}
        for person_id, demand_id in sorted(problem.pinned):
            if person_id not in people or demand_id not in demands:
                raise ProblemError("pinned_unknown", person=person_id, demand=demand_id)
            pins_of.setdefault(person_id, []).append(demands[demand_id])
        spare: dict[tuple[str, str], int] = {}
        for minimum in problem.minimums:
            key = (minimum.unit, minimum.half_day)
            left = minimum.present - minimum.minimum
            spare[key] = min(left, spare.get(key, left))
        for person_id, pinned in pins_of.items():
            for demand in pinned:
                key = (people[person_id].unit, demand.half_day)
                if key in spare:
                    spare[key] -= 1
        return cls(problem, people, demands, pins_of, spare, teams_under_rule(problem.demands))

    def given(self, person: Person) -> list[str]:
        """Return the half-days a person has given already: those pinned here, and those held elsewhere."""
        return [*(pin.half_day for pin in self.pins_of.get(person.id, ())), *sorted(person.held)]

    def state_reasons(self, person: Person, demand: Demand) -> Iterable[Reason]:
        """What is refused by the rest of the problem: caps, pins, home service, motives, no mentor at all."""
        given = self.given(person)
        when = read_half_day(demand.half_day)
        in_week = sum(read_half_day(half_day).week == when.week for half_day in given)
        in_day = sum(read_half_day(half_day).day == when.day for half_day in given)
        if demand.half_day in given:
            yield Reason("busy", {"half_day": demand.half_day})
        if in_week >= person.cap or in_day >= person.day_cap:
            yield Reason("cap", {"cap": person.cap, "day_cap": person.day_cap})
        if self.spare.get((person.unit, demand.half_day), 1) <= 0:
            yield Reason("unit_minimum", {"half_day": demand.half_day})
        code = self.problem.forbidden.get((person.id, demand.id))
        if code is not None:
            yield Reason(f"forbidden:{code}", {})

    def pair_reasons(self, person: Person, demand: Demand) -> tuple[Reason, ...]:
        """All the reasons that refuse one pair, team rules apart; empty means eligible."""
        found: list[Reason] = []
        for rule in PAIR_RULES:
            found.extend(rule(person, demand))
        found.extend(self.state_reasons(person, demand))
        return tuple(found)

    def team_reason(self, demand: Demand) -> Reason | None:
        """Say why the team of this demand can never open, whatever the plan."""
        key = (demand.need, demand.half_day)
        team = self.teams.get(key)
        if team is None:
            return None
        rule = TeamRule.of(team)
        able: set[str] = set()
        mentors = False
        for person in self.problem.people:
            for member in team:
                pinned = (person.id, member.id) in self.problem.pinned
                if pinned or not self.pair_reasons(person, member):
                    able.add(person.id)
                    mentors = mentors or person.mentor
                    break
        if rule.mentor and not mentors:
            return Reason("no_mentor", {})
        if len(able) < rule.minimum:
            return Reason("team_too_small", {"eligible": len(able), "min_team": rule.minimum})
        return None


PAIR_RULES = (
    skill_reasons,
    free_reasons,
    wish_reasons,
    distance_reasons,
    certificate_reasons,
    age_reasons,
)


@dataclass(frozen=True, slots=True)
class TeamRule:
    """The rule of one team: the strictest of its demands."""

    minimum: int
    mentor: bool
    newcomers: int

    @classmethod
    def of(cls, team: list[Demand]) -> TeamRule:
        """Read the rule off the demands of a team."""
        mentored = [demand for demand in team if demand.mentor_required]
        return cls(
            max(demand.min_team for demand in team),
            bool(mentored),
            min((demand.max_newcomers_per_mentor for demand in mentored), default=0),
        )

    def broken_by(self, members: list[tuple[Person, Demand]]) -> str | None:
        """Return the code of the rule these members break, if any; nobody at all breaks none."""
        if not members:
            return None
        if len(members) < self.minimum:
            return "min_team"
        mentors = sum(person.mentor for person, _ in members)
        if self.mentor and not mentors:
            return "no_mentor"
        newcomers = sum(is_newcomer(person, demand) for person, demand in members)
        if self.mentor and newcomers > self.newcomers * mentors:
            return "too_many_newcomers"
        return None


def teams_under_rule(demands: Iterable[Demand]) -> dict[TeamKey, list[Demand]]:
    """Group the demands whose team has a minimum above one or must hold a mentor."""
    groups: dict[TeamKey, list[Demand]] = {}
    for demand in demands:
        groups.setdefault((demand.need, demand.half_day), []).append(demand)
    return {
        key: sorted(team, key=lambda demand: demand.id)
        for key, team in sorted(groups.items())
        if any(demand.min_team > 1 or demand.mentor_required for demand in team)
    }


def validate(problem: Problem) -> Index:
    """Check the data as a whole and return the look-ups; raise ``ProblemError`` at the first contradiction."""
    index = Index.of(problem)
    for person in problem.people:
        if person.cap < 0 or person.day_cap < 0:
            raise ProblemError("negative_cap", person=person.id)
        for wish in (*person.hard, *person.soft):
            check_wish(wish)
        for half_day in person.half_days:
            read_half_day(half_day)
    for demand in problem.demands:
        read_half_day(demand.half_day)
        if demand.headcount < 0:
            raise ProblemError("negative_headcount", demand=demand.id)
    for team in index.teams.values():
        places = sum(demand.headcount for demand in team)
        if TeamRule.of(team).minimum > places:
            raise ProblemError("min_team_above_headcount", need=team[0].need, places=places)
    _validate_pins(index)
    return index


def _validate_pins(index: Index) -> None:
    taken: dict[str, int] = {}
    for person_id, pins in index.pins_of.items():
        person = index.people[person_id]
        if len({pin.half_day for pin in pins}) < len(pins):
            raise ProblemError("pinned_twice", person=person_id)
        for pin in pins:
            taken[pin.id] = taken.get(pin.id, 0) + 1
            blocking = [r for rule in PAIR_RULES for r in rule(person, pin) if r.code not in PERSONAL]
            if blocking or (person_id, pin.id) in index.problem.forbidden:
                code = blocking[0].code if blocking else "forbidden"
                raise ProblemError("pinned_not_allowed", person=person_id, demand=pin.id, reason=code)
    for demand_id, count in taken.items():
        if count > index.demands[demand_id].headcount:
            raise ProblemError("pinned_above_headcount", demand=demand_id)


def wanted_by_priority(demands: Iterable[Demand]) -> Mapping[int, int]:
    """Return the places asked, by priority, highest first."""
    asked: dict[int, int] = {}
    for demand in demands:
        asked[demand.priority] = asked.get(demand.priority, 0) + demand.headcount
    return dict(sorted(asked.items(), reverse=True))
