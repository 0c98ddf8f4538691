"""The fair lottery of a pool: from answers to numbered tickets, with what is proven of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reflexes.engines.lottery import columns, numbering, quotas, relaxation
from reflexes.engines.lottery.columns import Columns, Lottery
from reflexes.engines.lottery.compositions import Rules, heaviest
from reflexes.engines.lottery.model import (
    CLOSE,
    TICKETS,
    Cancelled,
    Floats,
    Ints,
    Problem,
    ProblemError,
    Progress,
    Selection,
    Watch,
    never_cancelled,
    no_progress,
)
from reflexes.engines.lottery.profiles import Groups, groups_of
from reflexes.engines.lottery.relaxation import Expected

LEXIMIN_PEOPLE = 500
"""Above, when whole people make a difference, only the worst chance is raised: the other levels would take hours."""


def select(
    problem: Problem,
    *,
    tickets: int = TICKETS,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> Selection:
    """Return the fairest lottery over panels and its numbered tickets.

    Raises ``Impossible`` with the smallest relaxation when no panel keeps the quotas, ``Stopped`` when cancelled.
    Same problem, same selection, whatever the process; another version of the solver may number other tickets,
    which is why they are published before the draw. Cost: see docs/algorithms/lottery.md.

    >>> from reflexes.engines.lottery import Person, Quota
    >>> people = tuple(Person(f"p{n}", ("ab"[n % 2],)) for n in range(10))
    >>> found = select(Problem(("letter",), people, (Quota("letter", "a", 1, 1), Quota("letter", "b", 1, 1)), 2))
    >>> round(found.optimum, 6), found.ticket_minimum, found.proven
    (0.2, Fraction(1, 5), 'leximin')
    """
    if tickets < 1:
        raise ProblemError("tickets", tickets=tickets)
    return _select(groups_of(problem), tickets, Watch(progress, cancelled))


def _select(groups: Groups, tickets: int, watch: Watch) -> Selection:
    expected = relaxation.fairest(groups, watch)
    some = heaviest(groups, np.zeros(groups.count, dtype=np.int64), Rules.of(groups))
    if expected is None or some is None:
        raise quotas.impossible(groups)
    made = _tickets(groups, expected.seats, tickets, expected.left_out, watch)
    lottery, known, reached = columns.mixture(groups, expected.seats, made or [some.seats], watch)
    ceiling = float(expected.bound.value)
    if reached:
        made = made or _from_lottery(groups, lottery, tickets, expected.left_out)
        return _checked(groups, expected, lottery, made, "leximin", ceiling)
    # Whole people make a difference: the relaxation promises more than any lottery gives.
    never = columns.unheld(groups, known)
    if set(never) != set(np.flatnonzero(groups.most == 0).tolist()):
        most = groups.most.copy()
        most[list(never)] = 0
        return _select(replace(groups, most=most), tickets, watch)
    few = int(groups.people.sum()) <= LEXIMIN_PEOPLE
    lottery, closer = columns.leximin(groups, known, watch, levels=few)
    made = _tickets(groups, lottery.seats, tickets, never, watch)
    made = made or _from_lottery(groups, lottery, tickets, never)
    return _checked(groups, expected, lottery, made, "leximin" if few else "maximin", min(ceiling, closer))


def _tickets(
    groups: Groups, expected: Floats, tickets: int, left_out: tuple[int, ...], watch: Watch
) -> list[Ints] | None:
    totals = numbering.whole_totals(groups, expected, tickets, left_out)
    return None if totals is None else numbering.numbered(groups, totals, tickets, watch)


def _from_lottery(groups: Groups, lottery: Lottery, tickets: int, left_out: tuple[int, ...]) -> list[Ints]:
    """Give each composition of the lottery its number of tickets, rounded up or down, the worst chance first."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    exact = lottery.weights * tickets
    copies = [model.new_int_var(int(one + CLOSE), int(one - CLOSE) + 1, "") for one in exact.tolist()]
    model.add(cp_model.LinearExpr.sum(copies) == tickets)
    unit = 1_000
    worst = model.new_int_var(0, tickets * unit, "")
    for group in range(groups.count):
        if group not in left_out:
            seats = [int(one) * unit for one in lottery.compositions[:, group]]
            model.add(cp_model.LinearExpr.weighted_sum(copies, seats) >= int(groups.people[group]) * worst)
    model.maximize(worst)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 20.0
    if solver.solve(model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        raise ProblemError("solver", status=-2)
    return [
        seats for seats, count in zip(lottery.compositions, copies, strict=True) for _ in range(solver.value(count))
    ]


def _checked(
    groups: Groups,
    expected: Expected,
    lottery: Lottery,
    made: list[Ints],
    proven: str,
    ceiling: float,
) -> Selection:
    """Put the selection together after looking at everything again; say nothing is proven when it is not."""
    for seats in [*lottery.compositions, *made]:
        if not groups.allows(seats):
            raise ProblemError("solver", status=-3)
    known = Columns()
    for seats in [*lottery.compositions, *made]:
        known.add(seats)
    left_out = expected.left_out
    number = {key: at for at, key in enumerate(known.known)}
    weights = [0.0] * len(known.known)
    for seats, weight in zip(lottery.compositions, lottery.weights.tolist(), strict=True):
        weights[number[seats.astype(np.int64).tobytes()]] += weight
    chances = lottery.seats / groups.people
    kept = [group for group in range(groups.count) if group not in left_out]
    optimum = float(chances[kept].min()) if kept else 0.0
    return Selection(
        groups,
        tuple(tuple(seats.tolist()) for seats in known.known.values()),
        tuple(weights),
        tuple(chances.tolist()),
        optimum,
        tuple(number[seats.astype(np.int64).tobytes()] for seats in made),
        tuple(np.sum(made, axis=0).tolist()),
        expected.bound,
        ceiling,
        proven if optimum >= ceiling - CLOSE else "",
        left_out,
    )
