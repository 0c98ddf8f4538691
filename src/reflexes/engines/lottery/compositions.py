"""One composition at a time: the whole people that keep every rule and weigh the most.

CP-SAT reasons on whole numbers, so what it proves is exact. It runs alone (one worker, no clock), which makes it give
the same answer in every process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from reflexes.engines.lottery.model import Ints

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from reflexes.engines.lottery.profiles import Groups


class Rules(NamedTuple):
    """Bounds of a composition: seats of each group, then what each rule counts, then all seats together."""

    least: Ints
    most: Ints
    low: Ints
    high: Ints
    size: int

    @classmethod
    def of(cls, groups: Groups) -> Rules:
        """The rules of a panel."""
        return cls(np.zeros_like(groups.most), groups.most, groups.low, groups.high, groups.size)


class Found(NamedTuple):
    """The composition found, its weight, and the proven most that any composition weighs."""

    seats: Ints
    weight: int
    ceiling: int


def heaviest(groups: Groups, weights: Ints, rules: Rules, *, near: float = 0.0, presolve: bool = True) -> Found | None:
    """Return the heaviest composition within ``rules``; ``None`` when there is none.

    ``weights`` are whole numbers (scale prices before: tiny ones have fooled solvers in silence). With ``near`` the
    search stops at that share of the ceiling.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    free = np.flatnonzero(rules.least < rules.most)
    fixed = np.where(rules.least < rules.most, 0, rules.least)
    if (rules.least > rules.most).any() or (rules.low > rules.high).any():
        return None
    seats = _variables(model, rules, free)
    counted = groups.rows @ fixed
    add = cp_model.LinearExpr.sum
    for row, inside in enumerate(groups.rows[:, free] > 0):
        some = [seats[at] for at in np.flatnonzero(inside).tolist()]
        low, high = int(rules.low[row] - counted[row]), int(rules.high[row] - counted[row])
        if some:
            model.add_linear_constraint(add(some), low, high)
        elif not low <= 0 <= high:
            return None
    model.add(add(seats) == int(rules.size - fixed.sum()))
    heavy = [int(weight) for weight in weights[free]]
    if any(heavy):
        model.maximize(cp_model.LinearExpr.weighted_sum(seats, heavy))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.cp_model_presolve = presolve
    solver.parameters.relative_gap_limit = near
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return None
    found = fixed.copy()
    if len(free):
        found[free] = [solver.value(one) for one in seats]
    base = int(weights @ fixed)
    ceiling = base + round(solver.best_objective_bound) if any(heavy) else base
    return Found(found, int(weights @ found), ceiling)


def _variables(model: cp_model.CpModel, rules: Rules, free: Ints) -> list[cp_model.IntVar]:
    return [
        model.new_int_var(low, high, "")
        for low, high in zip(rules.least[free].tolist(), rules.most[free].tolist(), strict=True)
    ]
