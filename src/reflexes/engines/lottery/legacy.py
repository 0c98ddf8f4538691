"""What the naive draw would have done: most urgent answer first, somebody at random among those who gave it.

Only to show the difference; nobody is drawn this way. Chances are estimated by drawing many times, group by group
(people of one group are interchangeable, so their mean is a better estimate than each person's count).

Source: the ``legacy`` rule of the Sortition Foundation's tools; Flanigan et al., Nature 2021.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from reflexes.engines.lottery.model import Bools, Ints, Problem, Progress, Watch, no_progress
from reflexes.engines.lottery.profiles import ALONE, Groups, groups_of

DRAWS = 400
ATTEMPTS = 20
PRACTICALLY_NONE = 0.1
"""A chance under this share of an equal one (panel / pool) is said to be practically none."""


@dataclass(frozen=True, slots=True)
class Naive:
    """Estimated over ``draws``: the worst chance, people with practically none, and draws that met a dead end."""

    minimum: float
    practically_none: int
    draws: int
    failed: int


def naive(problem: Problem, *, seed: int, draws: int = DRAWS, progress: Progress = no_progress) -> Naive | None:
    """Estimate the chances of the naive draw; ``None`` when it never finds a panel.

    Cost: draws x seats x (groups x features), about 4 ms a draw for 120 seats among 350 groups.
    """
    groups, watch, luck = groups_of(problem), Watch(progress), random.Random(seed)  # noqa: S311 - an estimate, not a draw
    seats = np.zeros(groups.count, dtype=np.int64)
    drawn = failed = 0
    while drawn < draws and failed < ATTEMPTS * (drawn + 1):
        watch.step("naive", drawn, draws)
        panel = _attempt(groups, luck)
        if panel is None:
            failed += 1
        else:
            seats, drawn = seats + panel, drawn + 1
    if not drawn:
        return None
    chances = seats / (drawn * groups.people)
    few = PRACTICALLY_NONE * groups.size / groups.people.sum()
    return Naive(float(chances.min()), int(groups.people[chances < few].sum()), drawn, failed)


def _attempt(groups: Groups, luck: random.Random) -> Ints | None:
    """Draw one panel the naive way, by group; ``None`` at a dead end."""
    rows = groups.rows[: len(groups.quotas)]
    low, high = groups.low[: len(rows)], groups.high[: len(rows)]
    left, panel = groups.people.copy(), np.zeros(groups.count, dtype=np.int64)
    homes = groups.households.copy()
    _close(rows, high == 0, left)
    there, sitting = rows @ left, np.zeros(len(rows), dtype=np.int64)
    for _ in range(groups.size):
        needed = low - sitting
        if (needed > there).any() or not there.any():
            return None
        row = int(np.where(there > 0, needed / np.maximum(there, 1), -np.inf).argmax())
        among = (left * rows[row]).cumsum()
        group = int(among.searchsorted(luck.randrange(int(among[-1])), side="right"))
        panel[group] += 1
        left[group] -= 1
        there -= rows[:, group]
        sitting += rows[:, group]
        full = (sitting >= high) & (rows[:, group] > 0)
        if groups.kind[group] != ALONE:
            _empty_home(groups, int(groups.kind[group]), left, homes)
        elif not full.any():
            continue
        _close(rows, full, left)
        there = rows @ left
    return panel if groups.allows(panel) else None


def _empty_home(groups: Groups, kind: int, left: Ints, homes: Ints) -> None:
    """Take the other members of a household out of the draw."""
    same = np.flatnonzero(groups.kind == kind)
    members = groups.people[same] // groups.households[kind]
    homes[kind] -= 1
    left[same] = np.where(left[same] > 0, homes[kind] * members, 0)


def _close(rows: Ints, full: Bools, left: Ints) -> None:
    """Take out everybody whose answer has reached its maximum."""
    left[(rows[full] > 0).any(axis=0)] = 0
