"""The fairest expected panel when people could be cut in fractions: a linear programme of one variable by group.

Its worst chance bounds every lottery over real panels, and in practice a lottery over real panels reaches it
(``tickets`` and ``mixture`` find that lottery, or show that there is none).

Level by level (leximin): raise the worst chance as high as it goes; the groups whose price is positive can never have
more in any best solution; hold them there and go on with the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from reflexes.engines.lottery.certificate import bound_from
from reflexes.engines.lottery.model import Bound, Floats, ProblemError, Watch
from reflexes.engines.lottery.profiles import Groups

PRICE = 1e-7
NOTHING = 1e-9
HOLD = 1e-10


@dataclass(frozen=True, slots=True)
class Expected:
    """Expected seats of each group, its chance, the levels met, the bound of the worst one, who is left out."""

    seats: Floats
    levels: tuple[float, ...]
    bound: Bound
    left_out: tuple[int, ...]


class Programme:
    """The linear programme: seats by group and the chance ``z`` to raise."""

    def __init__(self, groups: Groups, left_out: tuple[int, ...] = ()) -> None:
        from ortools.linear_solver import pywraplp

        self.groups = groups
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.seats = [self.solver.NumVar(0.0, float(most), "") for most in groups.most.tolist()]
        self.z = self.solver.NumVar(0.0, 1.0, "")
        self.rules = [
            self._row(low, high, np.flatnonzero(row).tolist())
            for row, low, high in zip(groups.rows, groups.low.tolist(), groups.high.tolist(), strict=True)
        ]
        self.all_seats = self._row(groups.size, groups.size, list(range(groups.count)))
        self.shares: dict[int, Any] = {}
        self.expected: Floats = np.zeros(groups.count)
        """Seats of the last solution."""
        for group in range(groups.count):
            if group not in left_out:
                share = self.solver.Constraint(0.0, self.solver.infinity())
                share.SetCoefficient(self.seats[group], 1.0 / float(groups.people[group]))
                share.SetCoefficient(self.z, -1.0)
                self.shares[group] = share

    def _row(self, low: float, high: float, inside: list[int]) -> Any:
        row = self.solver.Constraint(float(low), float(high))
        for group in inside:
            row.SetCoefficient(self.seats[group], 1.0)
        return row

    def raise_worst(self) -> float | None:
        """Raise the worst chance of those not held; ``None`` when no fractional panel keeps the rules."""
        self.solver.Objective().SetCoefficient(self.z, 1.0)
        self.solver.Objective().SetMaximization()
        status = self.solver.Solve()
        if status == self.solver.INFEASIBLE:
            return None
        if status != self.solver.OPTIMAL:
            raise ProblemError("solver", status=int(status))
        seats = np.array([one.solution_value() for one in self.seats])
        self.expected = np.clip(seats, 0.0, self.groups.most)
        return float(self.z.solution_value())

    def hold(self, group: int, level: float) -> None:
        """Hold a group at its level and stop raising it."""
        share = self.shares.pop(group)
        share.SetCoefficient(self.z, 0.0)
        share.SetLb(max(0.0, level - HOLD))

    def bound(self) -> Bound:
        """Return the proof of the last level."""
        weights = np.zeros(self.groups.count)
        for group, share in self.shares.items():
            weights[group] = max(0.0, -share.dual_value()) / float(self.groups.people[group])
        if not weights.any():
            # Everybody sits: no price is needed to prove that a chance is at most 1.
            weights[list(self.shares)] = 1.0
        rows = np.array([row.dual_value() for row in self.rules])
        return bound_from(self.groups, weights, rows, self.all_seats.dual_value())


def fairest(groups: Groups, watch: Watch) -> Expected | None:
    """Return the leximin expected panel of the relaxation; ``None`` when even fractions cannot keep the rules.

    A group whose ``most`` is 0 is left out, as is one that no fractional panel can hold.

    Cost: one small linear programme for each level (10 to 20 in practice).
    """
    left_out = tuple(np.flatnonzero(groups.most == 0).tolist())
    programme = Programme(groups, left_out)
    level = programme.raise_worst()
    if level is None:
        return None
    if level <= NOTHING:
        left_out = unreachable(groups)
        programme = Programme(groups, left_out)
        level = programme.raise_worst() or 0.0
    bound = programme.bound()
    levels = [level]
    while programme.shares:
        watch.step("chances", groups.count - len(programme.shares), groups.count)
        tight = [group for group, share in programme.shares.items() if abs(share.dual_value()) > PRICE]
        if not tight:
            # Nothing stops the others any more: they all sit, or the solver sees no price; both end here.
            break
        for group in tight:
            programme.hold(group, level)
        if programme.shares:
            level = programme.raise_worst()
            if level is None:
                raise ProblemError("solver", status=-1)
            levels.append(level)
    return Expected(programme.expected, tuple(levels), bound, left_out)


def unreachable(groups: Groups) -> tuple[int, ...]:
    """Return the groups that no panel can hold, even in fractions."""
    programme = Programme(groups, tuple(range(groups.count)))
    objective = programme.solver.Objective()
    objective.SetMaximization()
    never = []
    for group in range(groups.count):
        objective.Clear()
        objective.SetMaximization()
        objective.SetCoefficient(programme.seats[group], 1.0)
        if programme.solver.Solve() != programme.solver.OPTIMAL or objective.Value() <= NOTHING:
            never.append(group)
    return tuple(never)
