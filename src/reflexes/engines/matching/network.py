"""The min-cost flow network, its solution by OR-Tools, and its proof.

source -> person (one arc per mission of rising price) -> ISO week (cap) -> day (day cap, only where it can
bind) -> half-day (1) -> demand (eligible pairs) -> sink (headcount, gain by priority), plus a by-pass arc.
Half-day, day and week caps are nested, so this is exact (research/allocation.md 4.1).

``potentials`` proves optimality without trusting the solver: shortest distances in the residual network
exist only when no cycle can lower the cost, and give the reduced cost of every arc.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reflexes.engines.matching.model import UNITS, Prices, ProblemError
from reflexes.engines.matching.pairs import Bools, Ints, Pairs


class SolverMissing(RuntimeError):
    """OR-Tools cannot be imported here."""


class CostRange(ProblemError):
    """Prices or distances so large that the costs do not fit in 64 bits."""

    def __init__(self) -> None:
        super().__init__("costs_too_large")


@dataclass(slots=True)
class Network:
    """Arcs as columns, in this order: missions, week, day, half-day, pairs, demands, by-pass, gates."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    nodes: int
    supply: int
    chosen: Ints
    """Which pairs the pair arcs stand for."""
    slot: Ints
    """Half-day node of every pair (chosen or not)."""
    mission_person: Ints
    mission_rank: Ints
    missions: slice
    weeks: slice
    days: slice
    slots: slice
    pairs: slice
    demands: slice
    demand_node: Ints
    """Node of every demand."""
    source: int
    sink: int

    def imbalance(self) -> Ints:
        """Supply of every node."""
        supply = np.zeros(self.nodes, dtype=np.int64)
        supply[self.source] = self.supply
        supply[self.sink] = -self.supply
        return supply


def place_gain(pairs: Pairs, prices: Prices) -> tuple[Ints, int]:
    """Return (rank of each demand's priority from 1, gain of one place at rank 1).

    The gain exceeds what any plan can pay or win in kilometres, wishes, fairness and kept pairs together.
    Filled sets of places form a matroid, so gains of 1, 2, 3 times this amount already fill the highest
    priorities first and the greatest number in all (research/allocation.md 4.2).
    """
    levels = sorted({demand.priority for demand in pairs.demands})
    rank = np.array([levels.index(demand.priority) + 1 for demand in pairs.demands], dtype=np.int64)
    worst = np.zeros(len(pairs.demands), dtype=np.int64)
    if pairs.size:
        np.maximum.at(worst, pairs.demand, np.abs(pairs.cost))
    places = np.minimum(pairs.headcount, np.diff(pairs.first))
    wear = max((person.wear for person in pairs.people), default=0)
    fairness = (prices.third_mission + prices.wear * wear) * UNITS
    return rank, 1 + 2 * int((places * (worst + fairness)).sum())


def build(pairs: Pairs, prices: Prices, chosen: Ints | None = None, gates: tuple[Bools, Ints] | None = None) -> Network:
    """Build the network over all people; only the ``chosen`` pairs get an arc (all by default).

    ``gates`` = (which pairs pass by a gate, how many may pass for each demand) limits a part of the pairs
    of a demand: newcomers beside the mentors already placed.
    """
    halves = len(pairs.day_of_half)
    slot_keys = pairs.person * halves + pairs.half_of[pairs.demand]
    slots, slot_of = np.unique(slot_keys, return_inverse=True)
    slot_person, slot_half = slots // max(halves, 1), slots % max(halves, 1)
    cap, given_week, given_day = _caps(pairs)
    people, to_person = np.unique(slot_person, return_inverse=True)

    weeks = int(pairs.week_of_half.max()) + 1 if halves else 1
    week_keys, to_week = np.unique(slot_person * weeks + _at(pairs.week_of_half, slot_half), return_inverse=True)
    week_person, week_rank = week_keys // weeks, week_keys % weeks
    days = int(pairs.day_of_half.max()) + 1 if halves else 1
    day_keys, to_day, day_size = np.unique(
        slot_person * days + _at(pairs.day_of_half, slot_half), return_inverse=True, return_counts=True
    )
    day_cap = np.array([person.day_cap for person in pairs.people], dtype=np.int64)
    day_left = day_cap[day_keys // days] - given_day[day_keys // days, day_keys % days]
    tight_days = np.flatnonzero(day_left < day_size)

    source, at = 0, 1
    person_node = at + np.arange(len(people))
    at += len(people)
    week_node = at + np.arange(len(week_keys))
    at += len(week_keys)
    day_node = np.full(len(day_keys), -1, dtype=np.int64)
    day_node[tight_days] = at + np.arange(len(tight_days))
    at += len(tight_days)
    slot_node = at + np.arange(len(slots))
    at += len(slots)
    demand_node = at + np.arange(len(pairs.demands))
    at += len(pairs.demands)
    gate_node = demand_node if gates is None else at + np.arange(len(pairs.demands))
    at += 0 if gates is None else len(pairs.demands)
    sink = at

    week_left = cap[week_person] - given_week[week_person, week_rank]
    possible = np.minimum(
        np.bincount(to_person, minlength=len(people)),
        np.bincount(np.searchsorted(people, week_person), weights=week_left, minlength=len(people)).astype(np.int64),
    )
    done = np.bincount([i for i, _ in pairs.pinned], minlength=len(pairs.people))[people]
    mission_row, mission_rank, mission_cap = _missions(possible, done)
    mission_cost = _mission_costs(pairs, prices, people[mission_row], mission_rank)

    day_parent = np.zeros(len(day_keys), dtype=np.int64)
    day_parent[to_day] = week_node[to_week]
    slot_parent = np.where(day_node[to_day] >= 0, day_node[to_day], week_node[to_week])
    if chosen is None:
        chosen = np.arange(pairs.size, dtype=np.int64)
    pair_head, through = _gate_arcs(pairs, chosen, demand_node, gate_node, gates)
    rank, gain = place_gain(pairs, prices)
    supply = int(pairs.headcount.sum())
    ones = np.ones(len(slots), dtype=np.int64)
    blocks = (
        (np.full(len(mission_row), source), person_node[mission_row], mission_cap, mission_cost),
        (person_node[np.searchsorted(people, week_person)], week_node, week_left, None),
        (day_parent[tight_days], day_node[tight_days], day_left[tight_days], None),
        (slot_parent, slot_node, ones, None),
        (
            slot_node[slot_of[chosen]],
            pair_head,
            np.ones(len(chosen), dtype=np.int64),
            pairs.cost[chosen],
        ),
        (demand_node, np.full(len(demand_node), sink), pairs.headcount, -rank * gain),
        (np.array([source]), np.array([sink]), np.array([supply]), None),
        (*through, None),
    )
    sizes = np.cumsum([0] + [len(block[0]) for block in blocks])
    return Network(
        tail=np.concatenate([block[0] for block in blocks]).astype(np.int64),
        head=np.concatenate([block[1] for block in blocks]).astype(np.int64),
        capacity=np.concatenate([block[2] for block in blocks]).astype(np.int64),
        cost=np.concatenate(
            [np.zeros(len(block[0]), dtype=np.int64) if block[3] is None else block[3] for block in blocks]
        ),
        nodes=sink + 1,
        supply=supply,
        chosen=chosen,
        slot=slot_node[slot_of],
        mission_person=people[mission_row],
        mission_rank=mission_rank,
        **_slices(sizes.tolist()),
        demand_node=demand_node,
        source=source,
        sink=sink,
    )


def _at(table: Ints, where: Ints) -> Ints:
    return table[where] if len(table) else where


def _caps(pairs: Pairs) -> tuple[Ints, Ints, Ints]:
    """Return (week cap, half-days given already by person and week, by person and day)."""
    weeks = int(pairs.week_of_half.max()) + 1 if len(pairs.week_of_half) else 1
    days = int(pairs.day_of_half.max()) + 1 if len(pairs.day_of_half) else 1
    week = np.zeros((len(pairs.people), weeks), dtype=np.int64)
    day = np.zeros((len(pairs.people), days), dtype=np.int64)
    for i, d in pairs.pinned:
        half = pairs.half_of[d]
        week[i, pairs.week_of_half[half]] += 1
        day[i, pairs.day_of_half[half]] += 1
    for i, in_week, on_day in pairs.held:
        if in_week is not None:
            week[i, in_week] += 1
        if on_day is not None:
            day[i, on_day] += 1
    cap = np.array([person.cap for person in pairs.people], dtype=np.int64)
    return cap, week, day


def _missions(possible: Ints, done: Ints) -> tuple[Ints, Ints, Ints]:
    """Split each person's missions into a 1st, a 2nd and all later ones: (person row, rank 0-2, capacity)."""
    rows, ranks, caps = [], [], []
    first = np.clip(1 - done, 0, possible)
    second = np.clip(2 - done, 0, possible) - first
    for rank, room in enumerate((first, second, possible - first - second)):
        row = np.flatnonzero(room > 0)
        rows.append(row)
        ranks.append(np.full(len(row), rank, dtype=np.int64))
        caps.append(room[row])
    return np.concatenate(rows), np.concatenate(ranks), np.concatenate(caps)


def _slices(sizes: list[int]) -> dict[str, slice]:
    names = ("missions", "weeks", "days", "slots", "pairs", "demands")
    return {name: slice(sizes[k], sizes[k + 1]) for k, name in enumerate(names)}


def flow_of(network: Network, pairs: Pairs, chosen: Ints) -> Ints:
    """Return the flow of some chosen pairs through a network that has an arc for every pair."""
    flow = np.zeros(len(network.tail), dtype=np.int64)
    flow[network.pairs.start + chosen] = 1
    out = np.bincount(network.slot[chosen], minlength=network.nodes)
    # Half-days, days and weeks form a tree: what leaves a node came by its only arc.
    for level in (network.slots, network.days, network.weeks):
        flow[level] = out[network.head[level]]
        np.add.at(out, network.tail[level], flow[level])
    left = out.copy()
    for rank in range(3):
        arcs = np.flatnonzero(network.mission_rank == rank)
        used = np.minimum(left[network.head[arcs]], network.capacity[arcs])
        flow[arcs] = used
        left[network.head[arcs]] -= used
    flow[network.demands] = np.bincount(pairs.demand[chosen], minlength=len(pairs.demands))
    flow[network.demands.stop] = network.supply - len(chosen)
    return flow


def _gate_arcs(
    pairs: Pairs, chosen: Ints, demand_node: Ints, gate_node: Ints, gates: tuple[Bools, Ints] | None
) -> tuple[Ints, tuple[Ints, Ints, Ints]]:
    """Return the head of every pair arc, and the arcs from the gates to the demands."""
    head: Ints = demand_node[pairs.demand[chosen]]
    if gates is None:
        none = np.zeros(0, dtype=np.int64)
        return head, (none, none, none)
    through, room = gates
    return np.where(through[chosen], gate_node[pairs.demand[chosen]], head), (gate_node, demand_node, room)


def _mission_costs(pairs: Pairs, prices: Prices, person: Ints, rank: Ints) -> Ints:
    wear = np.array([row.wear for row in pairs.people], dtype=np.int64)[person]
    step = np.array([0, prices.second_mission, prices.third_mission], dtype=np.int64)
    costs: Ints = (step[rank] + prices.wear * wear) * UNITS
    return costs


def solve(tail: Ints, head: Ints, capacity: Ints, cost: Ints, supply: Ints) -> Ints:
    """Return the flow of least cost, one figure per arc.

    Raises ``SolverMissing`` without OR-Tools and ``CostRange`` when the costs are too large for it.
    """
    try:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
    except ImportError:
        raise SolverMissing from None
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    flow.set_nodes_supplies(np.arange(len(supply), dtype=np.int64), supply)
    status = flow.solve()
    if status == SimpleMinCostFlow.Status.BAD_COST_RANGE:
        raise CostRange
    if status != SimpleMinCostFlow.Status.OPTIMAL:
        raise RuntimeError(f"flow solver answered {status}")
    return np.asarray(flow.flows(arcs), dtype=np.int64)


def solve_network(network: Network) -> Ints:
    """Solve a whole network."""
    return solve(network.tail, network.head, network.capacity, network.cost, network.imbalance())


@dataclass(slots=True)
class Residual:
    """What can still change around a flow, as arcs sorted by their tail."""

    start: Ints
    head: Ints
    cost: Ints
    arc: Ints
    """Arc of the network; ``sign`` tells whether it would be used more (+1) or less (-1)."""
    sign: Ints

    @classmethod
    def of(cls, network: Network, flow: Ints) -> Residual:
        """Build the residual network."""
        more = np.flatnonzero(flow < network.capacity)
        less = np.flatnonzero(flow > 0)
        tail = np.concatenate((network.tail[more], network.head[less]))
        order = np.argsort(tail, kind="stable")
        arc = np.concatenate((more, less))[order]
        sign = np.concatenate((np.ones(len(more), dtype=np.int64), np.full(len(less), -1, dtype=np.int64)))[order]
        head = np.concatenate((network.head[more], network.tail[less]))[order]
        start = np.searchsorted(tail[order], np.arange(network.nodes + 1))
        return cls(start, head, network.cost[arc] * sign, arc, sign)

    def leaving(self, nodes: Ints) -> tuple[Ints, Ints]:
        """Return (positions of the arcs that leave these nodes, their tails)."""
        size = self.start[nodes + 1] - self.start[nodes]
        ends = np.cumsum(size)
        total = int(ends[-1]) if len(ends) else 0
        where = np.arange(total) - np.repeat(ends - size, size) + np.repeat(self.start[nodes], size)
        return where, np.repeat(nodes, size)


FAR = np.int64(2**61)
HEIGHT = np.int64(2**56)


def shortest(residual: Residual, distance: Ints, via: Ints | None = None) -> Ints:
    """Lower ``distance`` in place to shortest distances (Bellman-Ford on the nodes that changed).

    ``via`` receives the residual arc by which each node was last improved. Raises when a cycle of negative
    cost exists, that is when the flow was not optimal. Cost: rounds x arcs of the nodes that changed.
    """
    nodes = len(distance)
    active = np.flatnonzero(distance < FAR)
    for _ in range(nodes + 1):
        if not len(active):
            return distance
        where, tail = residual.leaving(active)
        head = residual.head[where]
        offer = distance[tail] + residual.cost[where]
        better = offer < distance[head]
        head, offer, where = head[better], offer[better], where[better]
        before = distance[head]
        np.minimum.at(distance, head, offer)
        if via is not None:
            won = distance[head] == offer
            via[head[won]] = where[won]
        active = np.unique(head[distance[head] < before])
    raise RuntimeError("the flow is not optimal: a cycle lowers its cost")


def potentials(network: Network, flow: Ints) -> Ints:
    """Return node potentials that prove the flow optimal.

    Nodes the source cannot reach are full whatever happens: no residual arc leads to them from a reached
    node, so they all start from one height far above the others.
    """
    residual = Residual.of(network, flow)
    distance = np.full(network.nodes, FAR, dtype=np.int64)
    distance[network.source] = 0
    shortest(residual, distance)
    lost = distance >= FAR
    if lost.any():
        distance[lost] = HEIGHT
        shortest(residual, distance)
    return distance


def reduced_costs(network: Network, potential: Ints) -> Ints:
    """Return cost + potential(tail) - potential(head) for every arc."""
    return network.cost + potential[network.tail] - potential[network.head]
