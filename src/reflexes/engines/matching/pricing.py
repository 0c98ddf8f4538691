"""What forcing one more pair would cost, exactly: the shortest cycle through it in the residual network.

Pushing one unit through a pair that an optimal flow does not use changes the cost by the pair's own cost plus
the shortest residual way back, and the result is optimal among the flows that use the pair. Under team rules
the whole problem is solved again with the pair forced. Never the names of the people preferred.

Source: research/allocation.md 4.8; Ahuja, Magnanti, Orlin, Network Flows, 1993, 9.4.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from reflexes.engines.matching.flow import solve_flow
from reflexes.engines.matching.model import Plan, Problem, ProblemError, never_cancelled, no_progress
from reflexes.engines.matching.network import FAR, Residual, build, flow_of, shortest
from reflexes.engines.matching.pairs import Ints, Pairs, compile_pairs, position
from reflexes.engines.matching.teams import Search, breaks_group_rules, filled_by_level, plan_cost, solve_teams

TIME_LIMIT = 30.0


@dataclass(frozen=True, slots=True)
class Price:
    """What the whole plan would lose if the pair were forced, everyone else being placed at best.

    ``places_lost_by_priority`` holds only the priorities that change (a negative figure is a gain at a lower
    level). ``cost_more`` is in cost units and holds kilometres, wishes and priced fairness. ``kept_lost`` counts
    kept missions that would be disturbed. ``tie``: nothing changes; fairness between equals, then lots with
    the published seed, made the choice. ``exact`` is false when one of the two plans is not proven.
    """

    places_lost_by_priority: Mapping[int, int] = field(default_factory=dict)
    km_more: float = 0.0
    soft_missed_more: int = 0
    cost_more: int = 0
    kept_lost: int = 0
    tie: bool = False
    exact: bool = True


class Pricer:
    """Answers many questions about one plan; building it costs as much as building the network."""

    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.pairs = compile_pairs(problem, plan.prices)
        self.chosen = chosen_pairs(self.pairs, plan)
        self.flow_proven = plan.optimal and plan.engine == "flow"
        if self.flow_proven:
            self.network = build(self.pairs, plan.prices)
            self.residual = Residual.of(self.network, flow_of(self.network, self.pairs, self.chosen))

    def price(self, person_id: str, demand_id: str) -> Price:
        """Return the price of one pair.

        ``ProblemError`` with the code ``not_eligible`` (see ``ledger``), ``places_pinned`` (all its places
        are taken by accepted missions) or ``cannot_be_forced`` (no plan that keeps the team rules uses it).
        """
        if (person_id, demand_id) in self.plan.assignments:
            return Price()
        k = self.pairs.find(person_id, demand_id)
        if k is None:
            raise ProblemError("not_eligible", person=person_id, demand=demand_id)
        if self.pairs.headcount[self.pairs.demand[k]] <= 0:
            raise ProblemError("places_pinned", demand=demand_id)
        if self.flow_proven:
            after = self._forced(k)
            if not breaks_group_rules(self.pairs, after):
                return self._difference(after)
        return self._solve_again(k)

    def _forced(self, k: int) -> Ints:
        """Return the pairs of the best plan that uses pair ``k``."""
        start = int(self.network.demand_node[self.pairs.demand[k]])
        goal = int(self.network.slot[k])
        distance = np.full(self.network.nodes, FAR, dtype=np.int64)
        distance[start] = 0
        via = np.full(self.network.nodes, -1, dtype=np.int64)
        shortest(self.residual, distance, via)
        after = set(self.chosen.tolist())
        first = self.network.pairs.start
        node = goal
        while node != start:
            step = int(via[node])
            arc, sign = int(self.residual.arc[step]), int(self.residual.sign[step])
            if first <= arc < self.network.pairs.stop:
                pair = int(self.network.chosen[arc - first])
                after.symmetric_difference_update({pair})
            node = int(self.network.tail[arc] if sign > 0 else self.network.head[arc])
        return np.array(sorted(after | {k}), dtype=np.int64)

    def _difference(self, after: Ints) -> Price:
        pairs, before = self.pairs, self.chosen
        was, is_ = filled_by_level(pairs, before), filled_by_level(pairs, after)
        lost = {priority: was[priority] - is_[priority] for priority in was if was[priority] != is_[priority]}
        cost = plan_cost(pairs, self.plan.prices, after) - plan_cost(pairs, self.plan.prices, before)
        kept = pairs.true_cost > pairs.cost
        fewer = int(kept[before].sum()) - int(kept[after].sum())
        return Price(
            places_lost_by_priority=lost,
            km_more=round(float(np.nansum(pairs.km[after]) - np.nansum(pairs.km[before])), 3),
            soft_missed_more=int(pairs.soft[after].sum() - pairs.soft[before].sum()),
            cost_more=cost,
            kept_lost=fewer,
            tie=not lost and cost == 0 and fewer == 0,
        )

    def _solve_again(self, k: int) -> Price:
        search = Search(self.pairs, self.plan.prices, self.plan.seed, TIME_LIMIT, no_progress, never_cancelled)
        search.force = k
        relaxed = solve_flow(self.pairs, self.plan.prices, self.plan.seed, no_progress, never_cancelled).chosen
        result = solve_teams(search, self.chosen, relaxed)
        price = self._difference(result.chosen)
        exact = result.optimal and self.plan.optimal
        return dataclasses.replace(price, exact=exact, tie=exact and price.tie)


def chosen_pairs(pairs: Pairs, plan: Plan) -> Ints:
    """Return the positions of a plan's pairs, pinned ones left out (they are no longer open)."""
    who, what = position(pairs.people), position(pairs.demands)
    keys = pairs.demand * max(1, len(pairs.people)) + pairs.person
    wanted = np.array(
        [
            what[demand] * len(pairs.people) + who[person]
            for person, demand in plan.assignments
            if (person, demand) not in pairs.index.problem.pinned
        ],
        dtype=np.int64,
    )
    where = np.searchsorted(keys, wanted)
    if (len(wanted) and (where >= len(keys)).any()) or (keys[np.minimum(where, len(keys) - 1)] != wanted).any():
        raise ProblemError("plan_of_another_problem")
    return np.sort(where)


def price_of(problem: Problem, plan: Plan, person_id: str, demand_id: str) -> Price:
    """Return the exact price of forcing one pair into a plan.

    Cost: one building of the network and one shortest-path search (0.3 s at 5,000 people and 1,500 demands).
    For many pairs keep a ``Pricer``.
    """
    return Pricer(problem, plan).price(person_id, demand_id)
