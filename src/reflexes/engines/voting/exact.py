"""Equal shares in fractions: the same purchases as ``shares.py``, without any rounding.

Voters who have the same money left are one class, so that there are few of them: everybody at the start, two classes
after the first purchase. What a class has is a whole number over one common denominator. Cost of a purchase: linear in
the distinct ballots for finding classes, then a sort of the classes that support the project.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from reflexes.engines.voting.model import Rule
from reflexes.engines.voting.table import Ints, Table


@dataclass(frozen=True, slots=True)
class Supporters:
    """The supporters of a project, those with the least money for their utility first: parallel lists.

    ``key`` tells class and level of utility apart: ``class x levels + level``.
    """

    has: list[int]
    utility: list[int]
    voters: list[int]
    key: list[int]


class Purses:
    """What each voter has left, exactly. ``share`` is in the table's units of money."""

    def __init__(self, table: Table, rule: Rule, share: Fraction) -> None:
        self.table = table
        self.rule = rule
        self.over = share.denominator
        self.has = [share.numerator]
        self.of: Ints = np.zeros(len(table.weight), dtype=np.int64)

    def rate(self, project: int) -> Fraction | None:
        """Return the least rate at which the supporters pay the whole cost, ``None`` when they cannot.

        At rate r each supporter pays r times their utility, or all they have left when that is less.
        """
        return self._rate(project, self._supporters(project))

    def buy(self, project: int) -> None:
        """Take the cost of ``project`` from its supporters, at its rate. ``ArithmeticError``: they cannot pay."""
        if not self.table.cost[project]:
            return
        supporters = self._supporters(project)
        rate = self._rate(project, supporters)
        if rate is None:
            raise ArithmeticError(f"{self.table.ids[project]}: bought without the money")
        over = math.lcm(self.over, rate.denominator)
        scale, price = over // self.over, rate.numerator * (over // rate.denominator)
        left = [
            max(has * scale - price * utility, 0)
            for has, utility in zip(supporters.has, supporters.utility, strict=True)
        ]
        self._take(project, supporters, over, left)

    def _keys(self, project: int) -> tuple[Ints, Ints]:
        """Return the levels of utility of ``project``, and the key of each supporting group."""
        utility = self.table.utility(project, self.rule)
        levels, level = np.unique(utility, return_inverse=True)
        return levels, self.of[self.table.group[self.table.of(project)]] * len(levels) + level

    def _supporters(self, project: int) -> Supporters:
        levels, keys = self._keys(project)
        weights = self.table.weight[self.table.group[self.table.of(project)]]
        present, place = np.unique(keys, return_inverse=True)
        voters = np.bincount(place, weights=weights).astype(np.int64).tolist()
        worth = [int(one) for one in levels]
        common = math.lcm(*worth) if worth else 1
        rows = [
            (self.has[key // len(worth)] * (common // worth[key % len(worth)]), key, count)
            for key, count in zip(present.tolist(), voters, strict=True)
        ]
        rows.sort()
        return Supporters(
            [self.has[key // len(worth)] for _ratio, key, _count in rows],
            [worth[key % len(worth)] for _ratio, key, _count in rows],
            [count for _ratio, _key, count in rows],
            [key for _ratio, key, _count in rows],
        )

    def _rate(self, project: int, supporters: Supporters) -> Fraction | None:
        due = self.table.cost[project] * self.over
        rest = sum(utility * voters for utility, voters in zip(supporters.utility, supporters.voters, strict=True))
        for has, utility, voters in zip(supporters.has, supporters.utility, supporters.voters, strict=True):
            if due * utility <= has * rest:
                return Fraction(due, rest * self.over)
            due -= has * voters
            rest -= utility * voters
        return None

    def _take(self, project: int, supporters: Supporters, over: int, left: list[int]) -> None:
        """Write what is left; classes that now have the same are one."""
        scale = over // self.over
        number: dict[int, int] = {}
        kept = np.array([number.setdefault(has * scale, len(number)) for has in self.has], dtype=np.int64)
        ordered = sorted(zip(supporters.key, left, strict=True))
        changed = np.array([number.setdefault(has, len(number)) for _key, has in ordered], dtype=np.int64)
        _levels, keys = self._keys(project)
        place = np.searchsorted(np.array([key for key, _has in ordered], dtype=np.int64), keys)
        groups = self.table.group[self.table.of(project)]
        self.of = kept[self.of]
        self.of[groups] = changed[place]
        used, self.of = np.unique(self.of, return_inverse=True)
        every = list(number)
        self.has = [every[one] for one in used.tolist()]
        self.over = over
