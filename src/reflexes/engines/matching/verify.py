"""The verifier: reads a plan against every rule, one by one, knowing nothing of how it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reflexes.engines.matching.halfdays import read_half_day
from reflexes.engines.matching.model import Demand, Pair, Param, Person, Plan, Problem
from reflexes.engines.matching.rules import PAIR_RULES, PERSONAL, TeamRule, teams_under_rule


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule a plan breaks."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


def check(problem: Problem, plan: Plan | Iterable[Pair]) -> list[Violation]:
    """Return every rule the plan breaks; an empty list means the plan may be proposed.

    Accepts a plan or bare pairs, so that plans changed by hand are checked too.

    >>> check(Problem((), ()), [("nobody", "nothing")])[0].code
    'unknown_person'
    """
    pairs = list(plan.assignments if isinstance(plan, Plan) else plan)
    people = {person.id: person for person in problem.people}
    demands = {demand.id: demand for demand in problem.demands}
    found: list[Violation] = []
    known: list[tuple[Person, Demand]] = []
    for person_id, demand_id in pairs:
        if person_id not in people:
            found.append(Violation("unknown_person", {"person": person_id}))
        elif demand_id not in demands:
            found.append(Violation("unknown_demand", {"demand": demand_id}))
        else:
            known.append((people[person_id], demands[demand_id]))
    found.extend(
        Violation("twice", {"person": person, "demand": demand})
        for (person, demand), count in sorted(Counter(pairs).items())
        if count > 1
    )
    found.extend(
        Violation("pinned_missing", {"person": person, "demand": demand})
        for person, demand in sorted(problem.pinned - set(pairs))
    )
    for person, demand in known:
        found.extend(_pair(problem, person, demand))
    found.extend(_caps(problem, known))
    found.extend(_places(known))
    found.extend(_teams(problem, known))
    found.extend(_minimums(problem, known))
    return found


def _pair(problem: Problem, person: Person, demand: Demand) -> Iterable[Violation]:
    where: dict[str, Param] = {"person": person.id, "demand": demand.id}
    accepted = (person.id, demand.id) in problem.pinned
    for rule in PAIR_RULES:
        for reason in rule(person, demand):
            if not (accepted and reason.code in PERSONAL):
                yield Violation(reason.code, {**where, **reason.params})
    code = problem.forbidden.get((person.id, demand.id))
    if code is not None:
        yield Violation("forbidden", {**where, "motive": code})


def _caps(problem: Problem, known: list[tuple[Person, Demand]]) -> Iterable[Violation]:
    """Nobody twice on a half-day; week and day caps, which accepted missions alone may exceed."""
    halves: Counter[tuple[str, str]] = Counter()
    days: Counter[tuple[str, str]] = Counter()
    weeks: Counter[tuple[str, str]] = Counter()
    added: set[tuple[str, str]] = set()
    caps = {person.id: person for person, _ in known}
    for person in caps.values():
        for half_day in person.held:
            when = read_half_day(half_day)
            days[person.id, when.day.isoformat()] += 1
            weeks[person.id, "{}-W{:02d}".format(*when.week)] += 1
    for person, demand in known:
        when = read_half_day(demand.half_day)
        day, week = when.day.isoformat(), "{}-W{:02d}".format(*when.week)
        halves[person.id, demand.half_day] += 1
        days[person.id, day] += 1
        weeks[person.id, week] += 1
        if (person.id, demand.id) not in problem.pinned:
            added.update(((person.id, day), (person.id, week)))
            halves[person.id, demand.half_day] += demand.half_day in person.held
    for (person_id, half_day), count in sorted(halves.items()):
        if count > 1:
            yield Violation("double_booked", {"person": person_id, "half_day": half_day})
    for (person_id, day), count in sorted(days.items()):
        if count > caps[person_id].day_cap and (person_id, day) in added:
            yield Violation("day_cap", {"person": person_id, "day": day, "count": count})
    for (person_id, week), count in sorted(weeks.items()):
        if count > caps[person_id].cap and (person_id, week) in added:
            yield Violation("cap", {"person": person_id, "week": week, "count": count})


def _places(known: list[tuple[Person, Demand]]) -> Iterable[Violation]:
    size = Counter(demand.id for _, demand in known)
    for demand in sorted({demand.id: demand for _, demand in known}.values(), key=lambda demand: demand.id):
        if size[demand.id] > demand.headcount:
            yield Violation("headcount", {"demand": demand.id, "count": size[demand.id]})


def _teams(problem: Problem, known: list[tuple[Person, Demand]]) -> Iterable[Violation]:
    for (need, half_day), team in sorted(teams_under_rule(problem.demands).items()):
        ids = {demand.id for demand in team}
        members = [(person, demand) for person, demand in known if demand.id in ids]
        broken = TeamRule.of(team).broken_by(members)
        if broken is not None:
            yield Violation(broken, {"need": need, "half_day": half_day, "count": len(members)})


def _minimums(problem: Problem, known: list[tuple[Person, Demand]]) -> Iterable[Violation]:
    away = Counter((person.unit, demand.half_day) for person, demand in known)
    for minimum in problem.minimums:
        gone = away[minimum.unit, minimum.half_day]
        if gone and minimum.present - gone < minimum.minimum:
            yield Violation("unit_minimum", {"unit": minimum.unit, "half_day": minimum.half_day, "away": gone})
