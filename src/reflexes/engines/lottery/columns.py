"""Column generation: a lottery over real panels, and the proof that no better one exists.

A master programme chooses the probabilities of the compositions known so far; its prices say which composition is
missing; CP-SAT finds it, or proves that none is missing. Two masters:

- ``mixture`` reaches given expected seats (those of the relaxation), or tells by how much it cannot;
- ``leximin`` needs no relaxation: it is used when whole people make a difference, and its bound rests on CP-SAT.

Source: Flanigan, Gölz, Gupta, Hennig, Procaccia, *Fair algorithms for selecting citizens' assemblies*, Nature 2021.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reflexes.engines.lottery.compositions import Rules, heaviest
from reflexes.engines.lottery.model import CLOSE, Floats, Ints, ProblemError, Watch
from reflexes.engines.lottery.profiles import Groups

WEIGHT = 10**7
"""Prices are scaled so that the dearest is this whole number: a solver never sees a tiny coefficient."""
EXACT = 1e-9
REACHED = CLOSE / 2
"""Seats that a lottery may lack, all groups together: the linear programmes themselves are no finer than 1e-7."""
MOST_ROUNDS = 5_000
TIGHT = 1e-7


@dataclass(slots=True)
class Columns:
    """The compositions known, each once, in the order they came."""

    known: dict[bytes, Ints] = field(default_factory=dict)

    def add(self, seats: Ints) -> bool:
        """Add a composition; tell whether it is new."""
        key = np.ascontiguousarray(seats, dtype=np.int64).tobytes()
        if key in self.known:
            return False
        self.known[key] = seats.astype(np.int64)
        return True

    def matrix(self) -> Ints:
        """Return them as rows."""
        return np.array(list(self.known.values()), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Lottery:
    """Compositions (rows), their probabilities, and the seats expected from them."""

    compositions: Ints
    weights: Floats

    @property
    def seats(self) -> Floats:
        """Expected seats by group."""
        expected: Floats = self.weights @ self.compositions
        return expected


class Master:
    """A linear programme over known compositions: one row by group, and probabilities that come to 1."""

    def __init__(self, groups: Groups) -> None:
        from ortools.linear_solver import pywraplp

        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.infinity = self.solver.infinity()
        self.one = self.solver.Constraint(1.0, 1.0)
        self.rows = [self.solver.Constraint(0.0, self.infinity) for _ in range(groups.count)]
        self.columns: list[Any] = []
        self.compositions: list[Ints] = []
        self.prices: Floats = np.zeros(groups.count)
        """Price of one seat of each group in the last solution, never negative."""
        self.paid = 0.0
        """What a composition must weigh more than, at these prices, to be worth adding."""
        self.value = 0.0
        self.weights: Floats = np.zeros(0)

    def add(self, seats: Ints) -> None:
        """Make a composition available."""
        column = self.solver.NumVar(0.0, self.infinity, "")
        self.one.SetCoefficient(column, 1.0)
        for group in np.flatnonzero(seats).tolist():
            self.rows[group].SetCoefficient(column, float(seats[group]))
        self.columns.append(column)
        self.compositions.append(seats)

    def solve(self) -> None:
        """Solve it; the solution is read at once, for the solver forgets it as soon as a row changes."""
        status = self.solver.Solve()
        if status != self.solver.OPTIMAL:
            raise ProblemError("solver", status=int(status))
        self.prices = np.array([abs(row.dual_value()) for row in self.rows])
        self.paid = abs(float(self.one.dual_value()))
        self.value = float(self.solver.Objective().Value())
        self.weights = np.array([max(0.0, column.solution_value()) for column in self.columns])

    def lottery(self) -> Lottery:
        """Return the compositions in use with their probabilities."""
        used = np.flatnonzero(self.weights > 1e-12)
        weights = self.weights[used]
        return Lottery(np.array(self.compositions)[used], weights / weights.sum())


def scaled(prices: Floats) -> tuple[Ints, float]:
    """Return prices as whole numbers, and what one of them is worth."""
    unit = float(prices.max(initial=0.0)) / WEIGHT
    if unit <= 0.0:
        return np.zeros(len(prices), dtype=np.int64), 1.0
    return np.rint(prices / unit).astype(np.int64), unit


def mixture(groups: Groups, expected: Floats, columns: Iterable[Ints], watch: Watch) -> tuple[Lottery, Columns, bool]:
    """Return a lottery whose expected seats are ``expected``, every composition met, and whether it was reached.

    Each group may lack seats, at the price of its rarity; the lack is brought to nothing, or proven not to be.
    """
    known, master = Columns(), Master(groups)
    objective = master.solver.Objective()
    objective.SetMinimization()
    for group, seats in enumerate(expected.tolist()):
        master.rows[group].SetLb(seats)
        lack = master.solver.NumVar(0.0, master.infinity, "")
        master.rows[group].SetCoefficient(lack, 1.0)
        objective.SetCoefficient(lack, 1.0)
    for seats in columns:
        if known.add(seats):
            master.add(seats)
    around = Rules(
        np.floor(expected + CLOSE).astype(np.int64),
        np.minimum(groups.most, np.ceil(expected - CLOSE).astype(np.int64)),
        groups.low,
        groups.high,
        groups.size,
    )
    for round_ in range(MOST_ROUNDS):
        master.solve()
        watch.step("lottery", round_, MOST_ROUNDS)
        if master.value <= REACHED:
            return master.lottery(), known, True
        prices, unit = scaled(master.prices)
        found = heaviest(groups, prices, around, presolve=False)
        if found is None or found.weight * unit <= master.paid + EXACT or not known.add(found.seats):
            found = heaviest(groups, prices, Rules.of(groups))
            if found is None or found.weight * unit <= master.paid + EXACT or not known.add(found.seats):
                break
        master.add(found.seats)
    return master.lottery(), known, False


def leximin(groups: Groups, known: Columns, watch: Watch, *, levels: bool) -> tuple[Lottery, float]:
    """Return the fairest lottery over real panels and the proven ceiling of its worst chance.

    Groups whose ``most`` is 0 are left out; ``known`` holds each of the others at least once (``unheld``). Without
    ``levels`` only the worst chance is raised (maximin). Cost: one linear programme and one whole-number programme a
    round; a few hundred people at most in practice.
    """
    kept = np.flatnonzero(groups.most > 0).tolist()
    master = Master(groups)
    worst = master.solver.NumVar(0.0, 1.0, "")
    for group in kept:
        master.rows[group].SetCoefficient(worst, -float(groups.people[group]))
    for seats in known.known.values():
        master.add(seats)
    objective = master.solver.Objective()
    objective.SetMaximization()
    objective.SetCoefficient(worst, 1.0)
    held: dict[int, float] = {}
    ceiling = 1.0
    while True:
        bound = _raise(groups, known, master, watch, held)
        if not held:
            ceiling = bound
        level = master.value
        tight = [g for g in kept if g not in held and master.prices[g] * groups.people[g] > TIGHT]
        if not levels or not tight:
            return master.lottery(), ceiling
        for group in tight:
            master.rows[group].SetCoefficient(worst, 0.0)
            held[group] = max(0.0, level * float(groups.people[group]) - EXACT)
            master.rows[group].SetLb(held[group])
        if len(held) == len(kept):
            return master.lottery(), ceiling


def _raise(groups: Groups, known: Columns, master: Master, watch: Watch, held: dict[int, float]) -> float:
    """Solve one level by adding compositions until none is missing; return the proven ceiling of the level."""
    for round_ in range(MOST_ROUNDS):
        master.solve()
        watch.step("lottery", len(held), groups.count)
        whole, _ = scaled(master.prices)
        found = heaviest(groups, whole, Rules.of(groups))
        if found is None:
            raise ProblemError("solver", status=round_)
        everybody = sum(int(whole[g]) * int(groups.people[g]) for g in range(groups.count) if g not in held)
        promised = sum(int(whole[g]) * seats for g, seats in held.items())
        bound = (found.ceiling - promised) / everybody if everybody else 1.0
        if bound <= master.value + EXACT or not known.add(found.seats):
            return min(1.0, bound)
        master.add(found.seats)
    raise ProblemError("solver", status=MOST_ROUNDS)


def unheld(groups: Groups, known: Columns) -> tuple[int, ...]:
    """Return the groups that no panel of whole people holds; a panel with each of the others is made known."""
    never = []
    for group in range(groups.count):
        if any(seats[group] for seats in known.known.values()):
            continue
        wish = np.zeros(groups.count, dtype=np.int64)
        wish[group] = 1
        found = heaviest(groups, wish, Rules.of(groups))
        if found is None or not found.weight:
            never.append(group)
        else:
            known.add(found.seats)
    return tuple(never)
