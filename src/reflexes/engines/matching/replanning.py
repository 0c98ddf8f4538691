"""Planning again after drop-outs and refusals: disturb the fewest people, and show what disturbing brings.

``full`` solves everything again with a bonus for every surviving mission, larger than any kilometre and
smaller than any place: same filling as from scratch, over 99 % of missions untouched (research/allocation.md
4.5). ``frozen`` keeps every surviving mission. ``moves`` cuts the difference between the two into chains
that a person can accept or refuse one by one.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reflexes.engines.matching.greedy import Board
from reflexes.engines.matching.model import (
    Cancelled,
    Pair,
    Plan,
    Prices,
    Problem,
    Progress,
    never_cancelled,
    no_progress,
)
from reflexes.engines.matching.pairs import compile_pairs, pair_cost
from reflexes.engines.matching.planning import DEFAULT_PRICES
from reflexes.engines.matching.planning import plan as make_plan


@dataclass(frozen=True, slots=True)
class Move:
    """One chain of changes that stands by itself.

    ``moved`` are surviving missions it takes away from somebody, ``added`` the pairs it brings instead (over
    the frozen plan), ``removed`` the new pairs of the frozen plan it gives up; ``places`` what it fills
    more, by priority (0 left out), ``km_more`` the way.
    """

    moved: tuple[Pair, ...]
    added: tuple[Pair, ...]
    removed: tuple[Pair, ...]
    places: Mapping[int, int]
    km_more: float


@dataclass(frozen=True, slots=True)
class Replan:
    """Two answers to a drop-out, side by side."""

    full: Plan
    frozen: Plan
    surviving: frozenset[Pair]
    disturbed: tuple[Pair, ...]
    moves: tuple[Move, ...]

    @property
    def kept_share(self) -> float:
        """Share of the surviving missions that the full answer leaves untouched."""
        return 1.0 - len(self.disturbed) / len(self.surviving) if self.surviving else 1.0


def replan(
    problem: Problem,
    previous: Plan | Iterable[Pair],
    *,
    gone: Iterable[str] = (),
    refused: Mapping[Pair, str] | None = None,
    prices: Prices = DEFAULT_PRICES,
    seed: int = 0,
    time_limit: float = 30.0,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> Replan:
    """Plan again without the people ``gone`` and the ``refused`` pairs (with the code of the motive).

    Pinned pairs of the problem stay pinned unless their person is gone or they are refused. A mission
    survives when its person stays, nobody refused it and every rule still allows it.
    """
    left = frozenset(gone)
    motives = dict(refused or {})
    pairs = frozenset(previous.assignments if isinstance(previous, Plan) else previous)
    now = dataclasses.replace(
        problem,
        people=tuple(person for person in problem.people if person.id not in left),
        pinned=frozenset(pair for pair in problem.pinned if pair[0] not in left and pair not in motives),
        forbidden={**problem.forbidden, **motives},
        keep=frozenset(),
    )
    surviving = _surviving(now, pairs, prices)

    def solve(what: Problem) -> Plan:
        return make_plan(what, prices=prices, seed=seed, time_limit=time_limit, progress=progress, cancelled=cancelled)

    full = solve(dataclasses.replace(now, keep=surviving))
    frozen = solve(dataclasses.replace(now, pinned=now.pinned | surviving))
    disturbed = tuple(sorted(surviving - set(full.assignments)))
    return Replan(full, frozen, surviving, disturbed, moves(now, frozen, full, surviving, prices))


def _surviving(problem: Problem, previous: frozenset[Pair], prices: Prices) -> frozenset[Pair]:
    """Return the missions every rule still allows together; the cheapest first if a cap was lowered."""
    pairs = compile_pairs(problem, prices)
    found = [pairs.find(person, demand) for person, demand in sorted(previous - problem.pinned)]
    board = Board(pairs)
    for k in sorted((k for k in found if k is not None), key=lambda k: (int(pairs.true_cost[k]), k)):
        if board.fits(k):
            board.take(k)
    return frozenset(pairs.ids(board.chosen())) | (previous & problem.pinned)


def moves(problem: Problem, frozen: Plan, full: Plan, surviving: frozenset[Pair], prices: Prices) -> tuple[Move, ...]:
    """Cut the difference of two plans into chains that share no person, demand, team or home service.

    Chains that move a surviving mission come first, those that fill most places first among them.
    """
    people = {person.id: person for person in problem.people}
    demands = {demand.id: demand for demand in problem.demands}
    before, after = set(frozen.assignments), set(full.assignments)
    levels = sorted({demand.priority for demand in problem.demands}, reverse=True)
    found: list[Move] = []
    for chain in _chains(problem, sorted(before ^ after)):
        places = dict.fromkeys(levels, 0)
        km = 0.0
        for person, demand in chain:
            sign = 1 if (person, demand) in after else -1
            places[demands[demand].priority] += sign
            way = pair_cost(people[person], demands[demand], prices)[0]
            km += 0.0 if math.isnan(way) else sign * way
        gone = [pair for pair in chain if pair in before]
        found.append(
            Move(
                moved=tuple(pair for pair in gone if pair in surviving),
                added=tuple(pair for pair in chain if pair in after),
                removed=tuple(pair for pair in gone if pair not in surviving),
                places={level: count for level, count in places.items() if count},
                km_more=round(km, 3),
            )
        )
    return tuple(
        sorted(
            found,
            key=lambda move: (
                not move.moved,
                [-move.places.get(level, 0) for level in levels],
                move.km_more,
                move.added,
            ),
        )
    )


def _chains(problem: Problem, changed: list[Pair]) -> list[list[Pair]]:
    """Group changes that share a person, a team or a home service under a minimum."""
    unit_of = {person.id: person.unit for person in problem.people}
    demands = {demand.id: demand for demand in problem.demands}
    units = {(minimum.unit, minimum.half_day) for minimum in problem.minimums}
    parent: dict[tuple[str, ...], tuple[str, ...]] = {}

    def root(node: tuple[str, ...]) -> tuple[str, ...]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for person, demand in changed:
        row = demands[demand]
        parent[root(("need", row.need, row.half_day))] = root(("person", person))
        if (unit_of[person], row.half_day) in units:
            parent[root(("unit", unit_of[person], row.half_day))] = root(("person", person))
    chains: dict[tuple[str, ...], list[Pair]] = {}
    for pair in changed:
        chains.setdefault(root(("person", pair[0])), []).append(pair)
    return list(chains.values())
