"""Keep what a plan saw, and question a plan again after people changed it by hand.

The kept form is plain data for JSON: what a plan saw can be read years later by something else than this engine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from reflexes.engines.matching.model import Demand, Pair, Person, Plan, Prices, Problem, Reason, UnitMinimum, Wish
from reflexes.engines.matching.pairs import Pool, compile_pairs
from reflexes.engines.matching.planning import DEFAULT_PRICES, build_plan
from reflexes.engines.matching.rules import Index, distance
from reflexes.engines.matching.teams import TeamResult
from reflexes.engines.matching.wishes import missed_soft

# Obstacles that a person may be asked to go beyond; everything else is a limit or a rule.
STRETCHES = frozenset({"not_free", "distance", "distance_unknown"})


def to_dict(problem: Problem) -> dict[str, Any]:
    """Return the problem as plain data; ``from_dict`` gives it back equal."""
    return {
        "people": [_person_out(person) for person in problem.people],
        "demands": [_demand_out(demand) for demand in problem.demands],
        "pinned": sorted(problem.pinned),
        "forbidden": [[*pair, code] for pair, code in sorted(problem.forbidden.items())],
        "keep": sorted(problem.keep),
        "minimums": [[one.unit, one.half_day, one.present, one.minimum] for one in problem.minimums],
    }


def from_dict(kept: Mapping[str, Any]) -> Problem:
    """Return the problem kept by ``to_dict``.

    >>> problem = Problem((Person("p", birth_date=date(1990, 1, 2)),), (Demand("d", "n", "2026-11-23/am"),))
    >>> from_dict(to_dict(problem)) == problem
    True
    """
    return Problem(
        people=tuple(_person_in(row) for row in kept["people"]),
        demands=tuple(Demand(**{**row, "certificates": frozenset(row["certificates"])}) for row in kept["demands"]),
        pinned=frozenset((person, demand) for person, demand in kept["pinned"]),
        forbidden={(person, demand): code for person, demand, code in kept["forbidden"]},
        keep=frozenset((person, demand) for person, demand in kept["keep"]),
        minimums=tuple(UnitMinimum(*row) for row in kept["minimums"]),
    )


def _fields(row: Person | Demand) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def _demand_out(demand: Demand) -> dict[str, Any]:
    return {**_fields(demand), "certificates": sorted(demand.certificates)}


DAYS = ("birth_date", "from_day", "adult_on")


def _day_out(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _person_out(person: Person) -> dict[str, Any]:
    return {
        **_fields(person),
        "skills": sorted(person.skills),
        "half_days": sorted(person.half_days),
        "held": sorted(person.held),
        "experience": sorted(person.experience),
        "hard": [list(wish) for wish in person.hard],
        "soft": [list(wish) for wish in person.soft],
        "certificates": {name: end.isoformat() for name, end in person.certificates.items()},
        **{name: _day_out(getattr(person, name)) for name in DAYS},
        "traits": dict(person.traits),
    }


def _person_in(row: Mapping[str, Any]) -> Person:
    sets = {name: frozenset(row.get(name, ())) for name in ("skills", "half_days", "experience", "held")}
    wishes = {name: tuple(Wish(*wish) for wish in row[name]) for name in ("hard", "soft")}
    ends = {name: date.fromisoformat(end) for name, end in row["certificates"].items()}
    days = {name: date.fromisoformat(row[name]) if row.get(name) else None for name in DAYS}
    return Person(**{**row, **sets, **wishes, **days, "certificates": ends})


def plan_from_pairs(problem: Problem, chosen: Iterable[Pair], *, seed: int, prices: Prices = DEFAULT_PRICES) -> Plan:
    """Return the plan made of these pairs, with its figures, as people left it. Nothing is claimed optimal.

    Pairs that a rule refuses (a limit waived by the person) are left out of the figures.
    """
    pairs = compile_pairs(problem, prices)
    wanted = set(chosen) - problem.pinned
    asked = {demand for _person, demand in wanted}
    ranks = np.array(
        [
            rank
            for d, demand in enumerate(pairs.demands)
            if demand.id in asked
            for rank in range(int(pairs.first[d]), int(pairs.first[d + 1]))
            if (pairs.people[pairs.person[rank]].id, demand.id) in wanted
        ],
        dtype=np.int64,
    )
    return build_plan(pairs, prices, seed, TeamResult(ranks, False, math.nan, "", None), "by_hand")


def eligible_people(problem: Problem, demand_id: str) -> list[str]:
    """Return the ids of the people nothing forbids for a demand, nearest first."""
    index = Index.of(problem)
    demand = index.demands[demand_id]
    banned = {person for (person, other) in problem.forbidden if other == demand_id}
    people = sorted(problem.people, key=lambda person: person.id)
    who, km = Pool(index, people).eligible(demand, banned)
    known = np.where(np.isnan(km), np.inf, km)
    return [people[int(who[rank])].id for rank in np.argsort(known, kind="stable")]


def eligible_by_demand(problem: Problem, demand_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids of the people nothing forbids, for several demands at once (in the order of ids)."""
    index = Index.of(problem)
    people = sorted(problem.people, key=lambda person: person.id)
    pool = Pool(index, people)
    banned: dict[str, set[str]] = {}
    for person, demand in problem.forbidden:
        banned.setdefault(demand, set()).add(person)
    return {
        demand: [people[i].id for i in pool.eligible(index.demands[demand], banned.get(demand, set()))[0].tolist()]
        for demand in demand_ids
        if demand in index.demands
    }


def stretching_people(problem: Problem, demand_id: str) -> list[tuple[str, Reason]]:
    """Return the people whose only obstacle is a half-day not offered or the way, with that obstacle, nearest first.

    A limit said as a hard wish, a distance among them, is never a stretch. Cost: one look at each person who has the
    skill.
    """
    index = Index.of(problem)
    demand = index.demands[demand_id]
    found: list[tuple[float, str, Reason]] = []
    for person in problem.people:
        if demand.skill is not None and demand.skill not in person.skills:
            continue
        reasons = index.pair_reasons(person, demand)
        if len(reasons) == 1 and reasons[0].code in STRETCHES:
            km = distance(person, demand)
            found.append((math.inf if math.isnan(km) else km, person.id, reasons[0]))
    return [(person, reason) for _km, person, reason in sorted(found, key=lambda row: row[:2])]


def distance_km(person: Person, demand: Demand) -> float | None:
    """Return the way in kilometres, nothing when a place is unknown."""
    km = distance(person, demand)
    return None if math.isnan(km) else round(km, 2)


def soft_missed(person: Person, demand: Demand) -> int:
    """Return how many soft wishes the demand would miss."""
    return len(missed_soft(person, demand, distance(person, demand)))
