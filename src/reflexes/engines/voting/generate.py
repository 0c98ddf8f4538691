"""Invented elections for tests and benchmarks, in the proportions of the public ones (research/deliberation.md 3.3).

Costs spread over two orders of magnitude, the budget pays a third of them, few projects are on many ballots and many on
few; voters live in districts and mostly choose what is near, so that majorities and minorities differ.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from reflexes.engines.voting.model import Election, Marks, Project, grouped

DISTRICTS = 8


def generate(
    projects: int, voters: int, seed: int, *, points: int = 0, alike: bool = False, longest: int = 10
) -> Election:
    """Return an invented election. ``points``: voters spread so many points instead of approving. ``alike``: few
    distinct costs, so that exact ties are common. ``longest``: the most projects on one ballot.

    >>> len(generate(5, 20, seed=1).projects), sum(b.voters for b in generate(5, 20, seed=1).ballots)
    (5, 20)
    """
    random = np.random.default_rng((seed, projects, voters, points))
    ids = [f"P{k + 1:03d}" for k in range(projects)]
    costs = random.choice((10, 20, 40), projects) * 1_000 if alike else np.exp(random.normal(10.5, 1.0, projects))
    costs = np.maximum(np.round(costs / 100) * 100, 100).astype(np.int64)
    popularity = 1.0 / np.arange(1, projects + 1) ** 0.7
    random.shuffle(popularity)
    home = random.integers(0, DISTRICTS, projects)
    marks: list[Marks] = []
    for district in random.integers(0, DISTRICTS, voters).tolist():
        chance = popularity * np.where(home == district, 6.0, 1.0)
        size = int(random.integers(1, min(longest, projects) + 1))
        chosen = np.sort(random.choice(projects, size, replace=False, p=chance / chance.sum()))
        share = random.multinomial(points, [1 / size] * size) if points else np.ones(size, dtype=np.int64)
        marks.append(tuple((ids[k], int(p)) for k, p in zip(chosen.tolist(), share.tolist(), strict=True) if p))
    budget = Fraction(int(costs.sum()) // 3 // 1_000 * 1_000 or int(costs.max()))
    return Election(budget, tuple(map(Project, ids, costs.tolist())), grouped(marks))
