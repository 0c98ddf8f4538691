"""What to train or free first: which skill, half-day, place or cap, with one more person, fills most places.

In the residual network of an optimal plan, a demand counts when one more pair of hands there lets a chain of
moves fill an empty place (its dual price is a place). Everything else is irrelevant: no amount of it would
help. Team rules and home-service minimums are left aside, so under them the figures are what they could at
most bring. Source: issue 2 part 2; research/allocation.md 4.8.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reflexes.engines.matching.model import Plan, Problem
from reflexes.engines.matching.network import Network, Residual, build, flow_of
from reflexes.engines.matching.pairs import Bools, Ints, Pairs, compile_pairs
from reflexes.engines.matching.pricing import chosen_pairs

USUAL_CAP = 3


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One thing that is short.

    ``kind`` is ``skill`` (one more person trained in ``value``; on one ``half_day`` when given),
    ``half_day`` (one more person of every skill freed then), ``place`` (one more person near host ``value``)
    or ``cap`` (one more half-day a week from the people at their cap). ``places`` is what ONE more person
    (one more half-day for ``cap``) fills, exactly; ``short`` bounds what enough of them would fill;
    ``priority`` is the highest priority reached; ``people`` counts, for ``cap``, those whose extra
    half-day would fill a place.
    """

    kind: str
    value: str
    half_day: str
    places: int
    short: int
    priority: int
    people: int = 0


def bottlenecks(problem: Problem, plan: Plan) -> list[Bottleneck]:
    """Return the bottlenecks of a plan, the one that fills most places first; none when nothing is missing.

    One more person is free on every half-day, lives next door and gives the usual cap (the median of the
    people at hand). Cost: one network, then a few breadth-first searches per candidate.
    """
    pairs = compile_pairs(problem, plan.prices)
    network = build(pairs, plan.prices)
    flow = flow_of(network, pairs, chosen_pairs(pairs, plan))
    useful = _useful_nodes(network, flow)
    alive = np.flatnonzero(useful[network.demand_node])
    if not len(alive):
        return []
    shortage = Shortage(pairs, network, flow, useful)
    caps = sorted(person.cap for person in pairs.people if person.cap) or [USUAL_CAP]
    week = caps[len(caps) // 2]
    groups: dict[tuple[str, str, str], list[int]] = {}
    for d in alive.tolist():
        demand = pairs.demands[d]
        keys = [("half_day", demand.half_day, demand.half_day), ("place", demand.host, "")]
        if demand.skill is not None:
            keys += [("skill", demand.skill, ""), ("skill", demand.skill, demand.half_day)]
        for key in keys:
            if key[1]:
                groups.setdefault(key, []).append(d)
    found = [
        Bottleneck(kind, value, half_day, shortage.one_more(rows, week), *shortage.reach(rows))
        for (kind, value, half_day), rows in sorted(groups.items())
    ]
    found.extend(_cap(shortage, network, flow, useful))
    return sorted(
        found, key=lambda b: (-b.places, -b.short, -b.priority, b.half_day != "", b.kind, b.value, b.half_day)
    )


def _useful_nodes(network: Network, flow: Ints) -> Bools:
    """Mark the nodes from which an empty place can be reached without going back to the source."""
    residual = Residual.of(network, flow)
    tail = np.repeat(np.arange(network.nodes), np.diff(residual.start))
    inner = (tail != network.source) & (residual.head != network.source)
    inner &= (tail != network.sink) & (residual.head != network.sink)
    order = np.argsort(residual.head[inner], kind="stable")
    back = Residual(
        np.searchsorted(residual.head[inner][order], np.arange(network.nodes + 1)),
        tail[inner][order],
        residual.cost[inner][order],
        residual.arc[inner][order],
        residual.sign[inner][order],
    )
    room = network.capacity[network.demands] > flow[network.demands]
    return _spread_from(back, network.demand_node[room], network.nodes)


def _spread_from(residual: Residual, start: Ints, nodes: int) -> Bools:
    seen = np.zeros(nodes, dtype=np.bool_)
    seen[start] = True
    front = np.unique(start)
    while len(front):
        where, _ = residual.leaving(front)
        head = residual.head[where]
        front = np.unique(head[~seen[head]])
        seen[front] = True
    return seen


@dataclass(slots=True)
class Arcs:
    """A bare network."""

    nodes: int
    tail: Ints
    head: Ints
    capacity: Ints

    def residual(self, flow: Ints) -> Residual:
        """Return what can still change around a flow, costs left aside."""
        more, less = np.flatnonzero(flow < self.capacity), np.flatnonzero(flow > 0)
        tail = np.concatenate((self.tail[more], self.head[less]))
        order = np.argsort(tail, kind="stable")
        sign = np.concatenate((np.ones(len(more), dtype=np.int64), np.full(len(less), -1, dtype=np.int64)))
        return Residual(
            np.searchsorted(tail[order], np.arange(self.nodes + 1)),
            np.concatenate((self.head[more], self.tail[less]))[order],
            np.zeros(len(tail), dtype=np.int64),
            np.concatenate((more, less))[order],
            sign[order],
        )


class Shortage:
    """The part of the network from which empty places can be reached, ready for extra hands."""

    def __init__(self, pairs: Pairs, network: Network, flow: Ints, useful: Bools) -> None:
        self.pairs = pairs
        self.network = network
        inside = useful[network.tail] & useful[network.head]
        # The renumbered sub-network: no chain that fills a place ever leaves it.
        self.nodes = int(useful.sum())
        self.name = np.cumsum(useful) - 1
        tail, head = self.name[network.tail[inside]], self.name[network.head[inside]]
        self.arcs = Arcs(self.nodes, tail, head, network.capacity[inside])
        self.flow = flow[inside]
        self.room = np.zeros(self.nodes, dtype=np.int64)
        self.priority = np.zeros(self.nodes, dtype=np.int64)
        for d in np.flatnonzero(useful[network.demand_node]).tolist():
            node = self.name[network.demand_node[d]]
            arc = network.demands.start + d
            self.room[node] = network.capacity[arc] - flow[arc]
            self.priority[node] = pairs.demands[d].priority
        self.still = self.arcs.residual(self.flow)

    def node(self, d: int) -> int:
        """Return the node of a demand."""
        return int(self.name[self.network.demand_node[d]])

    def reach(self, rows: list[int]) -> tuple[int, int]:
        """Return (empty places that extra hands at these demands can reach, the highest priority among them)."""
        return self.reach_from(np.array([self.node(d) for d in rows], dtype=np.int64))

    def reach_from(self, start: Ints) -> tuple[int, int]:
        """The same from any nodes."""
        seen = _spread_from(self.still, start, self.nodes)
        empty = seen & (self.room > 0)
        return int(self.room[empty].sum()), int(self.priority[empty].max(initial=0))

    def one_more(self, rows: list[int], cap: int) -> int:
        """Return how many more places one person fills who may serve these demands, one per half-day."""
        by_half: dict[str, list[int]] = {}
        for d in rows:
            by_half.setdefault(self.pairs.demands[d].half_day, []).append(self.node(d))
        hub = self.nodes
        tail, head = [], []
        for rank, nodes in enumerate(by_half.values(), start=hub + 1):
            tail += [hub, *([rank] * len(nodes))]
            head += [rank, *nodes]
        arcs = Arcs(
            hub + 1 + len(by_half),
            np.concatenate((self.arcs.tail, np.array(tail, dtype=np.int64))),
            np.concatenate((self.arcs.head, np.array(head, dtype=np.int64))),
            np.concatenate((self.arcs.capacity, np.ones(len(tail), dtype=np.int64))),
        )
        flow = np.concatenate((self.flow, np.zeros(len(tail), dtype=np.int64)))
        room = np.concatenate((self.room, np.zeros(1 + len(by_half), dtype=np.int64)))
        for filled in range(min(cap, len(by_half))):
            if not _augment(arcs, flow, room, hub):
                return filled
        return min(cap, len(by_half))


def _augment(arcs: Arcs, flow: Ints, room: Ints, start: int) -> bool:
    """Push one unit from ``start`` to an empty place, in place; say whether one could be reached."""
    residual = arcs.residual(flow)
    via = np.full(arcs.nodes, -1, dtype=np.int64)
    seen = np.zeros(arcs.nodes, dtype=np.bool_)
    seen[start] = True
    front: Ints = np.array([start], dtype=np.int64)
    goals: Ints = front[:0]
    while len(front) and not len(goals):
        where, _ = residual.leaving(front)
        head = residual.head[where]
        new = ~seen[head]
        via[head[new]] = where[new]
        front = np.unique(head[new])
        seen[front] = True
        goals = front[room[front] > 0]
    if not len(goals):
        return False
    node = int(goals[0])
    room[node] -= 1
    while node != start:
        arc, sign = int(residual.arc[via[node]]), int(residual.sign[via[node]])
        flow[arc] += sign
        node = int(arcs.tail[arc] if sign > 0 else arcs.head[arc])
    return True


def _cap(shortage: Shortage, network: Network, flow: Ints, useful: Bools) -> list[Bottleneck]:
    """One more half-day a week from the people at their cap."""
    full = flow[network.weeks] >= network.capacity[network.weeks]
    weeks = network.head[network.weeks][full & useful[network.head[network.weeks]]]
    if not len(weeks):
        return []
    people = np.unique(network.tail[network.weeks][np.isin(network.head[network.weeks], weeks)])
    return [Bottleneck("cap", "", "", 1, *shortage.reach_from(shortage.name[weeks]), people=len(people))]
