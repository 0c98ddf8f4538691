"""The exact plan when no team rule and no home-service minimum binds.

1. Solve the network on the cheapest pairs of each demand when there are many, then bring in every pair
   whose reduced cost says it could still lower the cost, until none is left: nothing is lost, and the
   potentials prove it.
2. On the set of all optimal plans (arcs of reduced cost zero), solve again: the 2nd and 3rd mission of a
   person and the wear of past weeks first, then numbers drawn with the published seed.

Source: research/allocation.md 4.1 to 4.3, 4.7, 4.8; complementary slackness (Ahuja, Magnanti, Orlin,
Network Flows, 1993, 9.3 and 9.4).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from reflexes.engines.matching.model import Cancelled, Prices, Progress, Step
from reflexes.engines.matching.network import (
    Network,
    build,
    potentials,
    reduced_costs,
    solve,
    solve_network,
)
from reflexes.engines.matching.pairs import Ints, Pairs

MANY_PAIRS = 300_000
NEAREST = 24
DRAW = 1 << 16
FAIR_STEPS = np.array([0, 1, 3], dtype=np.int64)
"""What a 1st, 2nd and later mission of one person weigh between plans of equal cost."""


class Stopped(Exception):
    """The caller cancelled; no flow was found yet."""


@dataclass(slots=True)
class FlowResult:
    """The chosen pairs (positions) and how many rounds of pairs were brought in."""

    chosen: Ints
    rounds: int


def lot(seed: int, kind: str, name: str) -> int:
    """Return the lot of a person or demand: anyone can compute it again from the published seed.

    >>> lot(7, "person", "p1") == lot(7, "person", "p1")
    True
    """
    digest = hashlib.sha256(f"{seed}/{kind}/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % DRAW


def solve_flow(pairs: Pairs, prices: Prices, seed: int, progress: Progress, cancelled: Cancelled) -> FlowResult:
    """Return the optimal set of pairs, ties drawn with the seed."""
    progress(Step("network", 0, 3))
    chosen = _cheapest(pairs) if pairs.size > MANY_PAIRS else np.arange(pairs.size, dtype=np.int64)
    rounds = 0
    while True:
        if cancelled():
            raise Stopped
        network = build(pairs, prices, chosen)
        flow = solve_network(network)
        rounds += 1
        progress(Step("flow", 1, 3))
        if cancelled():
            raise Stopped
        potential = potentials(network, flow)
        if len(chosen) == pairs.size:
            break
        outside = pairs.cost + potential[network.slot] - potential[network.demand_node[pairs.demand]]
        outside[chosen] = 1
        if (outside < 0).any():
            chosen = np.sort(np.concatenate((chosen, np.flatnonzero(outside <= 0))))
            continue
        ties = np.flatnonzero(outside == 0)
        if len(ties):
            network, flow = _with_ties(pairs, prices, network, flow, ties)
        break
    progress(Step("draw", 2, 3))
    flow = _draw(pairs, prices, network, flow, reduced_costs(network, potential), seed)
    progress(Step("flow", 3, 3))
    return FlowResult(network.chosen[flow[network.pairs] > 0], rounds)


def _cheapest(pairs: Pairs) -> Ints:
    """Return the ``NEAREST`` cheapest pairs of each demand (more when it has many places)."""
    order = np.lexsort((pairs.cost, pairs.demand))
    place = np.arange(pairs.size) - pairs.first[pairs.demand[order]]
    wanted = np.maximum(NEAREST, 6 * pairs.headcount)[pairs.demand[order]]
    return np.sort(order[place < wanted])


def _with_ties(pairs: Pairs, prices: Prices, network: Network, flow: Ints, ties: Ints) -> tuple[Network, Ints]:
    """Add unused arcs of reduced cost zero: nodes, hence potentials, stay the same."""
    chosen = np.sort(np.concatenate((network.chosen, ties)))
    wider = build(pairs, prices, chosen)
    wide = np.zeros(len(wider.tail), dtype=np.int64)
    wide[: wider.pairs.start] = flow[: network.pairs.start]
    wide[wider.pairs.stop :] = flow[network.pairs.stop :]
    wide[wider.pairs.start + np.searchsorted(chosen, network.chosen)] = flow[network.pairs]
    return wider, wide


def _draw(pairs: Pairs, prices: Prices, network: Network, flow: Ints, reduced: Ints, seed: int) -> Ints:
    """Move to the fairest of the optimal plans, then to the one the lots designate."""
    free = reduced == 0
    fixed = np.where(reduced < 0, network.capacity, 0)
    if not (np.where(free, flow, fixed) == flow).all():
        raise RuntimeError("the flow and its potentials disagree")
    cost = np.zeros(len(network.tail), dtype=np.int64)
    lots = np.array([lot(seed, "person", person.id) for person in pairs.people], dtype=np.int64)
    wear = np.array([person.wear for person in pairs.people], dtype=np.int64)
    who = network.mission_person
    # One step of fairness outweighs all the lots of all the places.
    step = 1 + 2 * DRAW * int(np.minimum(pairs.headcount, np.diff(pairs.first)).sum())
    cost[network.missions] = (FAIR_STEPS[network.mission_rank] + wear[who]) * step + lots[who]
    cost[network.demands] = [lot(seed, "demand", demand.id) for demand in pairs.demands]
    supply = network.imbalance()
    np.subtract.at(supply, network.tail, fixed)
    np.add.at(supply, network.head, fixed)
    some = np.flatnonzero(free)
    drawn = flow.copy()
    # Only the nodes at hand: most arcs are decided.
    nodes, renamed = np.unique(np.concatenate((network.tail[some], network.head[some])), return_inverse=True)
    tail, head = renamed[: len(some)], renamed[len(some) :]
    drawn[some] = solve(tail, head, network.capacity[some], cost[some], supply[nodes])
    return drawn
