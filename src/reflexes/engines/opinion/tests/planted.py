"""Votes made on purpose: groups that think alike on some statements, differ on others, and have not seen everything."""

from __future__ import annotations

import numpy as np

from reflexes.engines.opinion import Cast


def planted(
    sizes: tuple[int, ...], statements: int, seed: int, *, density: float = 1.0, loyal: float = 0.9, shared: int = 4
) -> tuple[list[Cast], dict[str, int]]:
    """Return the votes and the group of each person. The first ``shared`` statements please everybody; on the others
    each group has its own side, followed by ``loyal`` of its people.
    """
    luck = np.random.default_rng((seed, statements, *sizes))
    sides = luck.choice((-1, 1), (len(sizes), statements))
    sides[:, :shared] = 1
    casts, group_of = [], {}
    for group, size in enumerate(sizes):
        for k in range(size):
            person = f"g{group}p{k:03d}"
            group_of[person] = group
            for statement in np.flatnonzero(luck.random(statements) < density).tolist():
                vote = int(sides[group, statement]) * (1 if luck.random() < loyal else -1)
                casts.append(Cast(person, f"s{statement:02d}", 0 if luck.random() < 0.05 else vote))
    return casts, group_of


def rand_index(one: dict[str, int], two: dict[str, int]) -> float:
    """Return the adjusted Rand index of two ways of grouping the same people (Hubert and Arabie, 1985)."""
    people = sorted(one)
    cells = np.zeros((max(one.values()) + 1, max(two.values()) + 1))
    for person in people:
        cells[one[person], two[person]] += 1
    pairs = lambda counts: float((counts * (counts - 1) / 2).sum())  # noqa: E731
    together, rows, columns = pairs(cells), pairs(cells.sum(axis=1)), pairs(cells.sum(axis=0))
    expected = rows * columns / (len(people) * (len(people) - 1) / 2)
    return (together - expected) / ((rows + columns) / 2 - expected)
