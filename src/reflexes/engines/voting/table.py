"""Ballots as columns: for each project, who chose it and with how many points, all in whole numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reflexes.engines.voting.model import Amount, Election, Rule, VotingError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
LARGEST = 2**53
"""Beyond this, a float no longer holds every whole number."""


@dataclass(frozen=True, slots=True)
class Table:
    """An election ready to be counted. Amounts are counted in ``1 / unit`` of a currency unit, points in
    ``1 / fineness`` of a point. ``group`` and ``points`` of project ``p`` lie from ``first[p]`` to ``first[p + 1]``;
    a group is a distinct ballot, of ``weight`` voters.
    """

    ids: tuple[str, ...]
    cost: tuple[int, ...]
    budget: int
    unit: int
    fineness: int
    weight: Ints
    voters: int
    first: Ints
    group: Ints
    points: Ints
    votes: tuple[int, ...]
    scores: tuple[int, ...]

    def of(self, project: int) -> slice:
        """Return where the supporters of ``project`` are."""
        return slice(int(self.first[project]), int(self.first[project + 1]))

    def money(self, amount: int | Fraction) -> Fraction:
        """Return an amount of the table in currency units."""
        return Fraction(amount) / self.unit

    def score(self, project: int) -> Fraction:
        """Return the points of ``project``, all voters together."""
        return Fraction(self.scores[project], self.fineness)

    def utility(self, project: int, rule: Rule) -> Ints:
        """Return what ``project`` is worth to each of its supporters, in whole numbers."""
        points = self.points[self.of(project)]
        if rule.utility == "points":
            return points
        worth = self.cost[project] if rule.utility == "cost" else 1
        return np.full(len(points), worth, dtype=np.int64)

    def represented(self, funded: Iterable[int]) -> int:
        """Return how many voters chose at least one of ``funded``."""
        seen = np.zeros(len(self.weight), dtype=bool)
        for project in funded:
            seen[self.group[self.of(project)]] = True
        return int(self.weight[seen].sum())


def tabulate(election: Election) -> Table:
    """Return the columns of ``election``, or raise ``VotingError`` when it contradicts itself.

    Cost: linear in what is written on the distinct ballots, plus one sort.
    """
    rank = {project.id: place for place, project in enumerate(election.projects)}
    _check(election, rank)
    unit = _common([election.budget, *(project.cost for project in election.projects)], "money")
    project, group, points, fineness = _marks(election, rank)
    order = np.argsort(project, kind="stable")
    first = np.searchsorted(project[order], np.arange(len(rank) + 1)).astype(np.int64)
    group, points = group[order], points[order]
    # Sorted by project, then by group: somebody who wrote a project twice has two lines in a row.
    if np.any((np.diff(group) == 0) & (np.diff(project[order]) == 0)):
        raise VotingError("chosen_twice")
    weight = np.array([ballot.voters for ballot in election.ballots], dtype=np.int64)
    spans = [slice(a, b) for a, b in pairwise(first.tolist())]
    return Table(
        ids=tuple(rank),
        cost=tuple(int(one.cost * unit) for one in election.projects),
        budget=int(election.budget * unit),
        unit=unit,
        fineness=fineness,
        weight=weight,
        voters=int(weight.sum()),
        first=first,
        group=group,
        points=points,
        votes=tuple(int(weight[group[span]].sum()) for span in spans),
        scores=tuple(int((weight[group[span]] * points[span]).sum()) for span in spans),
    )


def _check(election: Election, rank: dict[str, int]) -> None:
    if len(rank) < len(election.projects):
        raise VotingError("project_twice")
    if election.budget <= 0:
        raise VotingError("budget", budget=Fraction(election.budget))
    for project in election.projects:
        if project.cost < 0:
            raise VotingError("cost", project=project.id, cost=Fraction(project.cost))
    if any(ballot.voters < 1 for ballot in election.ballots):
        raise VotingError("negative")
    if missing := set().union(*election.exclusive) - rank.keys():
        raise VotingError("unknown_project", project=min(missing))


def _marks(election: Election, rank: dict[str, int]) -> tuple[Ints, Ints, Ints, int]:
    """Return project, group and points of everything written, without the zeros, and the fineness of points."""
    marks = [mark for ballot in election.ballots for mark in ballot.marks]
    if missing := {project for project, _points in marks} - rank.keys():
        raise VotingError("unknown_project", project=min(missing))
    distinct = {points for _project, points in marks}
    if distinct and min(distinct) < 0:
        raise VotingError("negative")
    fineness = _common(distinct, "points")
    whole = {points: int(points * fineness) for points in distinct}
    project = np.fromiter((rank[one] for one, _points in marks), dtype=np.int64, count=len(marks))
    points = np.fromiter((whole[one] for _project, one in marks), dtype=np.int64, count=len(marks))
    lengths = [len(ballot.marks) for ballot in election.ballots]
    group = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    chosen = points > 0
    return project[chosen], group[chosen], points[chosen], fineness


def _common(amounts: Iterable[Amount], what: str) -> int:
    """Return the smallest number that makes every amount whole."""
    amounts = set(amounts)
    unit = math.lcm(*{amount.denominator for amount in amounts})
    if amounts and max(amounts) * unit >= LARGEST:
        raise VotingError("too_fine", what=what)
    return unit
