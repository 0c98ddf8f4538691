"""Votes as a table of people by statements, and the plane on which people who vote alike are near.

Source: principal components (Pearson 1901; Hotelling 1933); a vote not cast takes the mean of its statement, and
somebody who voted little is drawn out by the square root of what is missing, as Polis does; parallel analysis (Horn,
*Psychometrika* 30, 1965) tells a division from chance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reflexes.engines.opinion.model import AGREE, DISAGREE, PASS, Cast, OpinionError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
SHUFFLES = 19
"""With 19 shuffles, a first axis above all of them has one chance in twenty to be luck."""


@dataclass(frozen=True, slots=True)
class Votes:
    """People by statements, both in alphabetical order; ``cast`` tells a vote from a statement not seen."""

    people: tuple[str, ...]
    statements: tuple[str, ...]
    value: Floats
    cast: Bools

    def of(self, rows: Bools) -> Votes:
        """Return the votes of some of the people."""
        names = tuple(name for name, kept in zip(self.people, rows.tolist(), strict=True) if kept)
        return Votes(names, self.statements, self.value[rows], self.cast[rows])


def table(casts: Iterable[Cast], statements: Iterable[str] = ()) -> Votes:
    """Return the votes as a table. ``statements`` adds those nobody voted on. Neither order nor repetition of the same
    vote matters; two different votes of one person on one statement are refused.

    >>> table([Cast("a", "s", 1), Cast("b", "s", -1)]).value.tolist()
    [[1.0], [-1.0]]
    """
    said: dict[tuple[str, str], int] = {}
    for person, statement, vote in casts:
        if vote not in (AGREE, PASS, DISAGREE):
            raise OpinionError("vote", person=person, statement=statement)
        if said.setdefault((person, statement), vote) != vote:
            raise OpinionError("voted_twice", person=person, statement=statement)
    people = tuple(sorted({person for person, _statement in said}))
    names = tuple(sorted({statement for _person, statement in said} | set(statements)))
    row = {name: k for k, name in enumerate(people)}
    column = {name: k for k, name in enumerate(names)}
    value = np.zeros((len(people), len(names)))
    cast = np.zeros((len(people), len(names)), dtype=bool)
    for (person, statement), vote in said.items():
        value[row[person], column[statement]] = vote
        cast[row[person], column[statement]] = True
    return Votes(people, names, value, cast)


def centred(votes: Votes) -> Floats:
    """Return the votes minus the mean of their statement; 0 where nobody voted or this person did not."""
    seen = votes.cast.sum(axis=0)
    means = np.where(seen > 0, votes.value.sum(axis=0) / np.maximum(seen, 1), 0.0)
    return np.where(votes.cast, votes.value - means, 0.0)


def plane(votes: Votes) -> tuple[Floats, tuple[float, float]]:
    """Return two coordinates for each person, and the share of the differences that each axis explains.

    Cost: the eigenvectors of statements by statements. Each axis points to where its largest loading is positive: the
    same votes always draw the same map.
    """
    away = centred(votes)
    power, axes = np.linalg.eigh(away.T @ away)
    power, axes = np.maximum(power[::-1], 0.0), axes[:, ::-1]
    two = np.zeros((len(votes.statements), 2))
    kept = min(2, len(votes.statements))
    two[:, :kept] = axes[:, :kept]
    for k in range(kept):
        loading = two[np.abs(two[:, k]).argmax(), k]
        two[:, k] *= -1.0 if loading < 0 else 1.0
    stretch = np.sqrt(len(votes.statements) / np.maximum(votes.cast.sum(axis=1), 1))
    total = float(power.sum()) or 1.0
    explained = [*(float(one) / total for one in power[:kept]), 0.0, 0.0][:2]
    return (away @ two) * stretch[:, None], (explained[0], explained[1])


def divided(votes: Votes, seed: int) -> bool:
    """Tell whether the first axis is longer than in every shuffle of each statement's votes among those who cast one.

    Shuffling keeps how much each statement pleases and who voted on it, and breaks who agrees with whom.
    """
    luck = np.random.default_rng((seed, len(votes.people), len(votes.statements)))
    away = centred(votes)
    longest = _first(away)
    columns = [np.flatnonzero(votes.cast[:, k]) for k in range(len(votes.statements))]
    for _shuffle in range(SHUFFLES):
        mixed = away.copy()
        for k, rows in enumerate(columns):
            mixed[rows, k] = away[luck.permutation(rows), k]
        if _first(mixed) >= longest:
            return False
    return True


def _first(away: Floats) -> float:
    return float(np.linalg.eigvalsh(away.T @ away)[-1])
