"""Which statements to show somebody next: what is still uncertain, and what was shown less than the others.

A platform once gave every statement the same chance for sixteen months, by a default nobody saw. So the chances are
part of the answer, ``uniform`` says when they are all equal and why, and tests look at what is really shown.

Source: research/deliberation.md 1.5 (polis#1961); Efraimidis and Spirakis, *Information Processing Letters* 97, 2006
(weighted draw without replacement).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reflexes.engines.opinion.model import OpinionError

LEAST_CHANCE = 0.25
"""No statement falls under this part of an equal chance, however settled it is: none is starved."""


class Exposure(NamedTuple):
    """What happened to a statement so far: shown so many times, and what people said when they voted."""

    statement: str
    shown: int = 0
    agree: int = 0
    disagree: int = 0
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """What to show, in order, and the chance each open statement had to come first.

    ``uniform`` is empty, or says why all chances are equal: ``one_left``, ``nothing_shown`` (nothing to tell them apart
    yet) or ``all_alike`` (as often shown, as uncertain).
    """

    statements: tuple[str, ...]
    chances: Mapping[str, float]
    uniform: str


def route(
    exposures: Iterable[Exposure], *, person: str, seen: Iterable[str] = (), count: int = 1, seed: int = 0
) -> Route:
    """Return ``count`` statements for ``person``, none of those ``seen``. The same arguments give the same answer.

    Each open statement has a weight: its uncertainty (standard deviation of its share of agreement after its votes,
    starting from one imaginary vote on each side) divided by how often it was shown plus one. Lots are drawn from
    SHA-256 of seed, person, statement and the times it was shown: anybody can draw them again.

    >>> route([Exposure("old", shown=99, agree=99), Exposure("new")], person="p", seed=1).statements
    ('new',)
    """
    every = sorted(exposures)
    if len({one.statement for one in every}) < len(every):
        raise OpinionError("statement_twice")
    for one in every:
        if min(one.shown, one.agree, one.disagree, one.passed) < 0:
            raise OpinionError("negative", statement=one.statement)
    known = set(seen)
    left = [one for one in every if one.statement not in known]
    chances = _chances(left)
    ranked = sorted(left, key=lambda one: (_race(one, person, seed, chances[one.statement]), one.statement))
    return Route(tuple(one.statement for one in ranked[: max(count, 0)]), chances, _uniform(left, chances))


def uncertainty(one: Exposure) -> float:
    """Return the standard deviation of the share of agreement: 0.29 before any vote, small once it is settled."""
    agree, other = one.agree + 1, one.disagree + one.passed + 1
    both = agree + other
    return math.sqrt(agree * other / (both * both * (both + 1)))


def _chances(left: list[Exposure]) -> dict[str, float]:
    weights = {one.statement: uncertainty(one) / (1 + one.shown) for one in left}
    total = math.fsum(weights.values())
    even = LEAST_CHANCE / len(left) if left else 0.0
    return {name: even + (1 - LEAST_CHANCE) * weight / total for name, weight in weights.items()}


def _race(one: Exposure, person: str, seed: int, chance: float) -> float:
    """Return when this statement would arrive, the likelier the sooner: the first is drawn with its chance."""
    words = f"{seed}/{person}/{one.statement}/{one.shown}".encode()
    lot = (int.from_bytes(hashlib.sha256(words).digest()[:7], "big") + 1) / (2**56 + 1)
    return -math.log(lot) / chance


def _uniform(left: list[Exposure], chances: Mapping[str, float]) -> str:
    if len(left) == 1:
        return "one_left"
    if not left or max(chances.values()) - min(chances.values()) > 1e-12:
        return ""
    return "all_alike" if any(one.shown for one in left) else "nothing_shown"
