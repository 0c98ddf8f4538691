"""The spread report: who was chosen, by status, category, age band, sex and unit, beside who offered.

The criteria of a plan may be neutral and still pick one group (the seed's case, mechanisms.md P09: contract
agents over-selected by a criterion nobody could read). The report shows it; traits never enter a cost.

A row is flagged by Fisher's exact test: the number of chosen people of a group, given the totals, follows a
hypergeometric law when the choice ignores the group. The two-sided p-value is compared with ``LEVEL`` after
Holm's correction over all the rows, so that a report with twenty groups does not cry wolf.

Source: Fisher, Statistical Methods for Research Workers, 1934, 21.02; Holm, Scand. J. Statist. 6, 1979.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from reflexes.engines.matching.model import Person, Plan, Problem

LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class SpreadRow:
    """One group: ``selected`` of its ``pool``; ``share`` among the selected, ``expected`` people if even."""

    trait: str
    value: str
    selected: int
    pool: int
    share: float
    pool_share: float
    expected: float
    p_value: float
    skewed: bool
    too_few: bool


def spread(
    problem: Problem, chosen: Plan | Iterable[str], *, pool_of: Iterable[SpreadRow] = ()
) -> tuple[SpreadRow, ...]:
    """Return a row per group of every trait and of the home unit, sorted by trait then value.

    ``chosen`` is a plan, or the ids of the people asked by a wave. The pool is everyone who offered, eligible or not: a
    skew that comes from a requirement must show too. People who did not say are a row of their own (an empty value),
    counted and never tested: nothing is read into a silence. ``too_few`` says that no count at all of this group could
    have been called a skew: too few people to say anything. ``pool_of`` is an earlier report on everyone who offered,
    when the problem holds only the people chosen and their like.
    Cost: people x traits, plus the exact test, at most the size of the smaller group per row.
    """
    picked = {person for person, _ in chosen.assignments} if isinstance(chosen, Plan) else set(chosen)
    pool: Counter[tuple[str, str]] = Counter()
    selected: Counter[tuple[str, str]] = Counter()
    for person in problem.people:
        for group in _groups(person):
            pool[group] += 1
            selected[group] += person.id in picked
    taken = sum(person.id in picked for person in problem.people)
    total = len(problem.people)
    if known := {(row.trait, row.value): row.pool for row in pool_of}:
        # Whoever came since that report is counted too: no group is smaller than those chosen in it.
        pool = Counter({group: max(known.get(group, 0), selected[group]) for group in {*known, *selected}})
        traits = {trait for trait, _value in pool if trait != "unit"}
        total = max(sum(count for (trait, _value), count in pool.items() if trait == one) for one in traits or {"unit"})
        # Nor is everyone together: beside each group stand at least the others who are chosen.
        total = max(total, *(count + taken - selected[group] for group, count in pool.items()))
    tested = {group: two_sided(selected[group], pool[group], taken, total) for group in pool if group[1]}
    skewed = holm(tested)
    return tuple(
        SpreadRow(
            trait,
            value,
            selected[trait, value],
            pool[trait, value],
            selected[trait, value] / taken if taken else 0.0,
            pool[trait, value] / total,
            taken * pool[trait, value] / total,
            tested.get((trait, value), 1.0),
            (trait, value) in skewed,
            not value or _least(pool[trait, value], taken, total) > LEVEL,
        )
        for trait, value in sorted(pool)
    )


def _groups(person: Person) -> list[tuple[str, str]]:
    unit = [("unit", person.unit)] if person.unit else []
    return unit + list(person.traits.items())


def _least(pool: int, taken: int, total: int) -> float:
    """Return the smallest p-value that any count of a group of ``pool`` people could have."""
    low, high = max(0, taken + pool - total), min(pool, taken)
    return min(two_sided(low, pool, taken, total), two_sided(high, pool, taken, total))


@lru_cache(maxsize=4)
def _log_factorials(most: int) -> np.ndarray:
    """Return the logarithms of 0!, 1!, 2!… once for all the groups of a report."""
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, most + 1)))))


@lru_cache(maxsize=4096)  # hundreds of home units share a few sizes
def two_sided(selected: int, pool: int, taken: int, total: int) -> float:
    """Return the probability of a count at least as unlikely as this one when groups play no part.

    >>> round(two_sided(8, 10, 10, 20), 4)
    0.023
    """
    low, high = max(0, taken + pool - total), min(pool, taken)
    table, k = _log_factorials(total), np.arange(low, high + 1)
    whole = table[total] - table[taken] - table[total - taken]
    logs = table[pool] - table[k] - table[pool - k] - whole
    logs += table[total - pool] - table[taken - k] - table[total - pool - taken + k]
    seen = logs[selected - low]
    return min(1.0, math.fsum(np.exp(logs[logs <= seen + 1e-7])))


def holm(tested: dict[tuple[str, str], float]) -> set[tuple[str, str]]:
    """Return the groups whose p-value stays below the level once the number of tests is accounted for."""
    found: set[tuple[str, str]] = set()
    for rank, (group, p_value) in enumerate(sorted(tested.items(), key=lambda item: (item[1], item[0]))):
        if p_value * (len(tested) - rank) > LEVEL:
            break
        found.add(group)
    return found
