"""Quotas that no panel can keep: the smallest change that makes one possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from reflexes.engines.lottery.model import Change, Impossible, Quota
from reflexes.engines.lottery.profiles import ALONE, Groups

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SEAT = 1_000_000
BEYOND = 100
"""A seat beyond what the organiser said they would accept counts as so many."""


def impossible(groups: Groups) -> Impossible:
    """Return the refusal to raise, with the fewest seats moved among quotas, then the fewest quotas touched.

    Solved exactly; ties go to the first quotas of the sheet, so that everyone gets the same advice.
    """
    from ortools.sat.python import cp_model

    available = int(groups.people[groups.kind == ALONE].sum() + groups.households.sum())
    if available < groups.size:
        return Impossible((), size=groups.size, available=available)
    model = cp_model.CpModel()
    seats = [model.new_int_var(0, int(most), "") for most in groups.most.tolist()]
    model.add(cp_model.LinearExpr.sum(seats) == groups.size)
    costs: list[cp_model.LinearExpr] = []
    moved: list[tuple[Quota, cp_model.IntVar, cp_model.IntVar]] = []
    for row, inside in enumerate(groups.rows):
        counted = cp_model.LinearExpr.sum([seats[group] for group in np.flatnonzero(inside).tolist()])
        if row >= len(groups.quotas):
            model.add(counted <= int(groups.high[row]))
            continue
        quota = groups.quotas[row]
        down = _move(model, costs, row, within=_room(quota.low, quota.low_flex), most=quota.low)
        room = groups.size - quota.high
        up = _move(model, costs, row, within=_room(quota.high_flex, quota.high), most=max(0, room))
        model.add(counted + down >= quota.low)
        model.add(counted - up <= quota.high)
        moved.append((quota, down, up))
    model.minimize(sum(costs))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Impossible((), size=groups.size, available=available)
    changes = []
    for row, (quota, down, up) in enumerate(moved):
        less, more = solver.value(down), solver.value(up)
        if less or more:
            pool = int(groups.people[groups.rows[row] > 0].sum())
            changes.append(Change(quota, quota.low - less, quota.high + more, pool))
    return Impossible(tuple(changes), size=groups.size, available=available)


def _room(high: int | None, low: int | None) -> int | None:
    return None if high is None or low is None else max(0, high - low)


def _move(
    model: cp_model.CpModel, costs: list[cp_model.LinearExpr], row: int, *, within: int | None, most: int
) -> cp_model.IntVar:
    """Return how far one side of a quota moves, and charge it: by seat, more beyond ``within``, a little for moving."""
    seats = model.new_int_var(0, most, "")
    touched = model.new_bool_var("")
    model.add(seats <= most * touched)
    costs += [SEAT * seats, (1_000 + row) * touched]
    if within is not None:
        beyond = model.new_int_var(0, most, "")
        model.add(beyond >= seats - within)
        costs.append(SEAT * BEYOND * beyond)
    return seats
