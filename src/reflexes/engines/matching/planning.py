"""The one entry: problem in, plan out. Flow when it can carry the rules, CP-SAT when not, greedy without OR-Tools.

Source: issue 2 part 2; research/allocation.md 5; docs/algorithms/matching.md for the decision drawing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from reflexes.engines.matching.explain import unfilled
from reflexes.engines.matching.flow import Stopped, solve_flow
from reflexes.engines.matching.greedy import greedy_pairs
from reflexes.engines.matching.model import (
    UNITS,
    Cancelled,
    Plan,
    Prices,
    Problem,
    Progress,
    Step,
    never_cancelled,
    no_progress,
)
from reflexes.engines.matching.network import SolverMissing
from reflexes.engines.matching.opening import opening
from reflexes.engines.matching.pairs import Ints, Pairs, compile_pairs, pair_cost
from reflexes.engines.matching.rules import wanted_by_priority
from reflexes.engines.matching.teams import (
    Search,
    TeamResult,
    breaks_group_rules,
    filled_by_level,
    plan_cost,
    solve_teams,
)

DEFAULT_PRICES = Prices()


def plan(
    problem: Problem,
    *,
    prices: Prices = DEFAULT_PRICES,
    seed: int = 0,
    time_limit: float = 30.0,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> Plan:
    """Return the best plan: priorities first, then kilometres and soft wishes, then fairness, then lots.

    ``time_limit`` (seconds) bounds the search under team rules and home-service minimums; the flow needs no
    limit. ``cancelled`` is asked often: the answer is then the best plan so far. Two calls with the same
    data and seed give the same plan whatever the order of the data, as long as the plan is proven optimal.

    >>> from reflexes.engines.matching.model import Demand, Person
    >>> half = "2026-11-23/am"
    >>> plan(Problem((Person("p", half_days=frozenset({half})),), (Demand("d", "n", half),))).assignments
    (('p', 'd'),)

    Cost: 0.4 s for 5,000 people and 1,500 demands, 20 s for 50,000 and 10,000 (bench/matching/speed.py).
    """
    pairs = compile_pairs(problem, prices)
    if cancelled():
        return _greedy_plan(pairs, prices, seed)
    try:
        flow = solve_flow(pairs, prices, seed, progress, cancelled).chosen
    except (SolverMissing, Stopped):
        return _greedy_plan(pairs, prices, seed)
    if not breaks_group_rules(pairs, flow):
        return build_plan(pairs, prices, seed, TeamResult(flow, True, 0.0, "", None), "flow")
    progress(Step("start", 0, 1))
    start = better(pairs, prices, greedy_pairs(pairs, seed), opening(pairs, prices, seed))
    search = Search(pairs, prices, seed, time_limit, progress, cancelled)
    return build_plan(pairs, prices, seed, solve_teams(search, start, flow), "cp-sat")


def greedy(problem: Problem, seed: int = 0, *, prices: Prices = DEFAULT_PRICES) -> Plan:
    """Return the plan of the simple rule: highest priority, scarcest, nearest. Keeps every rule, proves nothing."""
    return _greedy_plan(compile_pairs(problem, prices), prices, seed)


def _greedy_plan(pairs: Pairs, prices: Prices, seed: int) -> Plan:
    chosen = greedy_pairs(pairs, seed)
    return build_plan(pairs, prices, seed, TeamResult(chosen, False, math.nan, "", None), "greedy")


def better(pairs: Pairs, prices: Prices, one: Ints, other: Ints) -> Ints:
    """Return the better of two choices: places by priority, then cost."""

    def worth(chosen: Ints) -> tuple[tuple[int, ...], int]:
        bonus = int((pairs.true_cost[chosen] - pairs.cost[chosen]).sum())
        return tuple(filled_by_level(pairs, chosen).values()), bonus - plan_cost(pairs, prices, chosen)

    return one if worth(one) >= worth(other) else other


def build_plan(pairs: Pairs, prices: Prices, seed: int, result: TeamResult, engine: str) -> Plan:
    """Write the plan of some chosen pairs, pinned ones included."""
    chosen = result.chosen
    fixed = [(pairs.people[i], pairs.demands[d]) for i, d in pairs.pinned]
    assignments = sorted(pairs.ids(chosen) + [(person.id, demand.id) for person, demand in fixed])
    ways = pairs.km[chosen]
    km, soft, cost = float(np.nansum(ways)), int(pairs.soft[chosen].sum()), plan_cost(pairs, prices, chosen)
    done: dict[str, int] = {}
    for person, demand in fixed:
        way, missed, paid = pair_cost(person, demand, prices)
        done[person.id] = done.get(person.id, 0) + 1
        step = (0, prices.second_mission, prices.third_mission)[min(done[person.id], 3) - 1]
        km += 0.0 if math.isnan(way) else way
        soft += missed
        cost += paid + (step + prices.wear * person.wear) * UNITS
    return Plan(
        assignments=tuple(assignments),
        filled_by_priority=_filled(pairs, chosen),
        km=round(km, 3),
        soft_missed=soft,
        cost=cost,
        optimal=result.optimal,
        gap=None if math.isnan(result.gap) else result.gap,
        gap_at=result.gap_at,
        bound=result.bound,
        seed=seed,
        engine=engine,
        prices=prices,
        unfilled=unfilled(pairs, chosen),
        kept=len(pairs.index.problem.keep.intersection(assignments)),
    )


def _filled(pairs: Pairs, chosen: Ints) -> Mapping[int, tuple[int, int]]:
    filled = filled_by_level(pairs, chosen)
    for _, d in pairs.pinned:
        filled[pairs.demands[d].priority] += 1
    asked = wanted_by_priority(pairs.demands)
    return {priority: (filled[priority], count) for priority, count in asked.items()}
