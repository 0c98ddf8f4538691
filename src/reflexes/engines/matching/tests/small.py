"""Small problems for property tests, and a brute force that shares nothing with the engine's solvers."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date

from hypothesis import strategies as st

from reflexes.engines.matching import UNITS, Demand, Person, Prices, Problem, UnitMinimum, Wish, check
from reflexes.engines.matching.pairs import pair_cost

HALVES = ("2026-11-27/am", "2026-11-27/pm", "2026-11-28/am", "2026-11-30/am")
SKILLS = ("cook", "drive")
KM = st.integers(0, 6).map(float)


@st.composite
def persons(draw: st.DrawFn, rank: int) -> Person:
    return Person(
        id=f"p{rank}",
        skills=draw(st.frozensets(st.sampled_from(SKILLS), min_size=1)),
        half_days=draw(st.frozensets(st.sampled_from(HALVES), min_size=1)),
        cap=draw(st.integers(0, 3)),
        day_cap=draw(st.sampled_from((1, 2, 2))),
        max_km=draw(st.sampled_from((None, 3.0, 5.0))),
        x_km=draw(KM),
        y_km=0.0,
        hard=draw(st.sampled_from(((), (), (Wish("no_weekend"),), (Wish("no_half", "pm"),)))),
        soft=draw(st.sampled_from(((), (Wish("prefers_half", "am"),), (Wish("near_home", "1"),)))),
        mentor=draw(st.booleans()),
        adult_on=draw(st.sampled_from((None, None, None, date(2026, 11, 28), date(2027, 1, 1)))),
        consent=draw(st.booleans()),
        unit=draw(st.sampled_from(("library", "pool"))),
        held=draw(st.sampled_from((frozenset(), frozenset({"2026-11-26/am"}), frozenset({HALVES[0]})))),
        wear=draw(st.integers(0, 2)),
    )


@st.composite
def demands(draw: st.DrawFn, rank: int, *, teams: bool) -> Demand:
    headcount = draw(st.integers(1, 3))
    return Demand(
        id=f"d{rank}",
        need=draw(st.sampled_from(("food", "calls"))),
        half_day=draw(st.sampled_from(HALVES)),
        headcount=headcount,
        skill=draw(st.sampled_from((None, *SKILLS))),
        priority=draw(st.integers(1, 3)),
        x_km=draw(KM),
        y_km=0.0,
        adults_only=draw(st.sampled_from((False, False, True))),
        accompanied=draw(st.sampled_from((True, True, False))),
        min_team=draw(st.integers(0, headcount)) if teams else 0,
        mentor_required=draw(st.booleans()) if teams else False,
        max_newcomers_per_mentor=draw(st.integers(1, 2)),
    )


@st.composite
def problems(draw: st.DrawFn, *, teams: bool = False, minimums: bool = False) -> Problem:
    """Up to 4 people and 4 demands: small enough to try every plan."""
    people = tuple(draw(persons(rank)) for rank in range(draw(st.integers(1, 4))))
    wanted = tuple(draw(demands(rank, teams=teams)) for rank in range(draw(st.integers(1, 4))))
    couples = [(person.id, demand.id) for person in people for demand in wanted]
    forbidden = draw(st.dictionaries(st.sampled_from(couples), st.just("refused"), max_size=2))
    kept = (
        tuple(
            UnitMinimum(unit, half, 2, draw(st.integers(0, 2))) for unit in ("library", "pool") for half in HALVES[:2]
        )
        if minimums
        else ()
    )
    return Problem(people, wanted, forbidden=forbidden, minimums=kept)


def plan_value(
    problem: Problem, prices: Prices, assignments: tuple[tuple[str, str], ...]
) -> tuple[tuple[int, ...], int]:
    """Return (places by priority, highest first; minus the cost): greater is better."""
    people = {person.id: person for person in problem.people}
    wanted = {demand.id: demand for demand in problem.demands}
    levels = sorted({demand.priority for demand in problem.demands}, reverse=True)
    filled = Counter(wanted[d].priority for _, d in assignments)
    load = Counter(p for p, _ in assignments)
    cost = sum(pair_cost(people[p], wanted[d], prices)[2] for p, d in assignments)
    for person, count in load.items():
        cost += UNITS * people[person].wear * prices.wear * count
        cost += UNITS * prices.second_mission * (count >= 2) + UNITS * prices.third_mission * max(0, count - 2)
    return tuple(filled[level] for level in levels), -cost


def best_value(
    problem: Problem, prices: Prices, must: tuple[str, str] | None = None
) -> tuple[tuple[int, ...], int] | None:
    """Return the value of the best plan (that uses a pair), by trying every one the verifier accepts."""
    couples = [
        (person.id, demand.id)
        for person in problem.people
        for demand in problem.demands
        if not any(
            v.code not in ("min_team", "no_mentor", "too_many_newcomers", "pinned_missing")
            for v in check(problem, [(person.id, demand.id)])
        )
    ]
    by_half: dict[tuple[str, str], list[tuple[str, str] | None]] = {}
    half_of = {demand.id: demand.half_day for demand in problem.demands}
    for couple in couples:
        by_half.setdefault((couple[0], half_of[couple[1]]), [None]).append(couple)
    best: tuple[tuple[int, ...], int] | None = None
    for combination in itertools.product(*by_half.values()):
        chosen = tuple(couple for couple in combination if couple is not None)
        if must is not None and must not in chosen:
            continue
        value = plan_value(problem, prices, chosen)
        if (best is None or value > best) and not check(problem, chosen):
            best = value
    return best
