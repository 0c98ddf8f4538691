"""The agreement map: who is near whom, which groups may be shown, what unites and what divides them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import NormalDist

import numpy as np

from reflexes.engines.opinion.grouping import best_groups
from reflexes.engines.opinion.matrix import Bools, Ints, Votes, divided, plane, table
from reflexes.engines.opinion.model import (
    AGREE,
    DISAGREE,
    FLOOR,
    LEAST_GROUP,
    AgreementMap,
    Cast,
    Group,
    Reason,
    Shares,
    StatementView,
    Typical,
)

ENOUGH_VOTES = 7
"""Votes after which somebody is placed on the map (fewer when there are fewer statements)."""
MOST_TYPICAL = 5
LEVEL = 0.05
"""One chance in twenty that a group is given, by luck, a typical statement: shared among all that are tried."""


def agreement_map(
    casts: Iterable[Cast], *, statements: Iterable[str] = (), seed: int = 0, floor: int = FLOOR
) -> AgreementMap:
    """Return the map of what people voted. Nothing is said of fewer than ``floor`` people (two or more).

    The same votes, seed and floor give the same map, in whatever order they come. Data too small for groups are not a
    fault: the map has none and says why. ``OpinionError``: a vote that is not one, or two different ones.

    >>> found = agreement_map([Cast("a", "s", 1), Cast("b", "s", 1), Cast("c", "t", -1)])
    >>> found.groups, found.no_groups.code
    ((), 'too_few_people')
    """
    floor = max(floor, LEAST_GROUP)
    votes = table(casts, statements)
    enough = min(ENOUGH_VOTES, len(votes.statements))
    placed = votes.cast.sum(axis=1) >= max(enough, 1)
    kept = votes.of(placed)
    refused = _refused(kept, len(votes.people), floor, seed)
    places, explained = plane(kept) if kept.people else (np.zeros((0, 2)), (0.0, 0.0))
    label = None if refused else best_groups(places, floor, seed)
    if refused is None and label is None:
        refused = Reason("groups_too_small", {"floor": floor})
    count = 0 if label is None else int(label.max()) + 1
    members = [] if label is None else [label == k for k in range(count)]
    return AgreementMap(
        people=len(votes.people),
        left_out=len(votes.people) - len(kept.people),
        places={name: (float(x), float(y)) for name, (x, y) in zip(kept.people, places, strict=True)},
        group_of=_group_of(kept, label),
        groups=tuple(Group(k, int(rows.sum()), _typical(kept, rows, floor)) for k, rows in enumerate(members)),
        statements=tuple(_view(votes, kept, column, members, floor) for column in range(len(votes.statements))),
        explained=explained,
        no_groups=refused,
        seed=seed,
        floor=floor,
    )


def _refused(kept: Votes, people: int, floor: int, seed: int) -> Reason | None:
    """Return why groups are not even looked for."""
    if people < 2 * floor:
        return Reason("too_few_people", {"people": people, "needed": 2 * floor})
    if len(kept.statements) < 2:
        return Reason("too_few_statements", {"statements": len(kept.statements), "needed": 2})
    if len(kept.people) < 2 * floor:
        votes = min(ENOUGH_VOTES, len(kept.statements))
        return Reason("too_few_votes", {"people": len(kept.people), "needed": 2 * floor, "votes": votes})
    differ = np.array([np.ptp(kept.value[kept.cast[:, k], k]) if kept.cast[:, k].any() else 0 for k in _columns(kept)])
    if not differ.any():
        return Reason("no_difference")
    return None if divided(kept, seed) else Reason("no_division")


def _columns(votes: Votes) -> range:
    return range(len(votes.statements))


def _group_of(kept: Votes, label: Ints | None) -> dict[str, int]:
    return {} if label is None else dict(zip(kept.people, label.tolist(), strict=True))


def shares(votes: Votes, column: int, rows: Bools | None = None) -> Shares:
    """Return what people, or some of them, said of a statement."""
    cast = votes.cast[:, column] if rows is None else votes.cast[:, column] & rows
    value = votes.value[cast, column]
    agree, disagree = int((value == AGREE).sum()), int((value == DISAGREE).sum())
    return Shares(len(value), agree, disagree, len(value) - agree - disagree)


def smoothed(said: Shares, side: int) -> float:
    """Return the share on one side, with one imaginary vote on each, so that few votes prove little."""
    return ((said.agree if side == AGREE else said.disagree) + 1) / (said.seen + 2)


def _view(votes: Votes, kept: Votes, column: int, members: list[Bools], floor: int) -> StatementView:
    everybody = shares(votes, column)
    by_group = [shares(kept, column, rows) for rows in members]
    name = votes.statements[column]
    shown = everybody if everybody.seen >= floor else None
    # Hiding one group only would let anybody subtract it from the whole: all are hidden together.
    if shown is None or not by_group or min(one.seen for one in by_group) < floor:
        return StatementView(name, shown, (), None, AGREE, None)
    agreed, refused = (math.prod(smoothed(one, side) for one in by_group) for side in (AGREE, DISAGREE))
    lean = [(smoothed(one, AGREE) - smoothed(one, DISAGREE)) / 2 for one in by_group]
    side = AGREE if agreed >= refused else DISAGREE
    return StatementView(name, shown, tuple(by_group), max(agreed, refused), side, max(lean) - min(lean))


def _typical(votes: Votes, rows: Bools, floor: int) -> tuple[Typical, ...]:
    """Return the statements that mark a group, strongest first. Cost: people x statements."""
    found: list[Typical] = []
    sure = NormalDist().inv_cdf(1 - LEVEL / (2 * len(votes.statements)))
    for column in _columns(votes):
        own, others = shares(votes, column, rows), shares(votes, column, ~rows)
        if min(own.seen, others.seen) < floor:
            continue
        for side in (AGREE, DISAGREE):
            share, elsewhere = smoothed(own, side), smoothed(others, side)
            apart = _apart(own, others, side)
            if share > 0.5 and apart > sure:
                found.append(Typical(votes.statements[column], side, share, elsewhere, apart))
    return tuple(sorted(found, key=lambda one: (-one.strength, one.statement))[:MOST_TYPICAL])


def _apart(own: Shares, others: Shares, side: int) -> float:
    """Return the z of two proportions, smoothed alike."""
    share, elsewhere = smoothed(own, side), smoothed(others, side)
    n, m = own.seen + 2, others.seen + 2
    both = (share * n + elsewhere * m) / (n + m)
    return (share - elsewhere) / math.sqrt(both * (1 - both) * (1 / n + 1 / m))
