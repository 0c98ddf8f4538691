"""The first stage: how many letters go to each district, and to which addresses.

Where few people answer, more letters leave, so that the answers look like the territory. The numbers are fixed and
published first; the addresses are then ranked like people in the public draw (``draw.ranking``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reflexes.engines.lottery.draw import ranking
from reflexes.engines.lottery.model import ProblemError


@dataclass(frozen=True, slots=True)
class District:
    """``addresses`` that a letter can reach, ``people`` who live there, and ``answering``, the share expected to."""

    name: str
    addresses: int
    people: int
    answering: float


@dataclass(frozen=True, slots=True)
class Posting:
    """``letters`` for a district: every one of its addresses has the same ``chance`` of one. ``full`` when they all
    get one and more would have been sent.
    """

    district: str
    letters: int
    chance: Fraction
    full: bool


def share_letters(districts: Sequence[District], letters: int, *, most_factor: float = 5.0) -> list[Posting]:
    """Share ``letters`` among districts: by people living there, over the share expected to answer.

    No district gets more letters by inhabitant than ``most_factor`` times the fewest, nor more than its addresses
    (what is left goes to the others). Rounded to the largest remainder, then by name. Raises ``ProblemError`` for
    a share of answers outside ]0, 1] or more letters than addresses.

    >>> both = [District("north", 1_000, 500, 0.1), District("south", 1_000, 500, 0.05)]
    >>> [(one.district, one.letters) for one in share_letters(both, 300)]
    [('north', 100), ('south', 200)]
    """
    for one in districts:
        if not 0 < one.answering <= 1:
            raise ProblemError("answering", district=one.name)
    if len({one.name for one in districts}) < len(districts):
        raise ProblemError("duplicate_district")
    if not 0 <= letters <= sum(one.addresses for one in districts):
        raise ProblemError("letters", letters=letters, addresses=sum(one.addresses for one in districts))
    rarest = max((Fraction(one.answering) for one in districts), default=Fraction(1))
    weights = {one.name: one.people * min(rarest / Fraction(one.answering), Fraction(most_factor)) for one in districts}
    room = {one.name: one.addresses for one in districts}
    given = _shared(weights, room, letters)
    return [
        Posting(
            one.name,
            given[one.name],
            Fraction(given[one.name], one.addresses) if one.addresses else Fraction(0),
            bool(one.addresses) and given[one.name] == one.addresses,
        )
        for one in districts
    ]


def _shared(weights: Mapping[str, Fraction], room: Mapping[str, int], letters: int) -> dict[str, int]:
    """Share in proportion, fill up the districts that are too small, and share what is left again."""
    given = dict.fromkeys(weights, 0)
    open_ = {name for name in weights if room[name] and weights[name]}
    if not open_:
        open_ = {name for name in weights if room[name]}
        weights = {**weights, **dict.fromkeys(open_, Fraction(1))}
    left = letters
    while open_:
        total = sum(weights[name] for name in open_)
        exact = {name: left * weights[name] / total for name in open_}
        small = {name for name in open_ if exact[name] >= room[name]}
        if not small:
            for name in open_:
                given[name] = int(exact[name])
            rest = left - sum(given[name] for name in open_)
            for name in sorted(open_, key=lambda name: (given[name] - exact[name], name))[:rest]:
                given[name] += 1
            return given
        for name in small:
            given[name] = room[name]
            left -= room[name]
        open_ -= small
    if left:
        # Districts without inhabitants known still have addresses.
        for name in sorted(weights):
            more = min(left, room[name] - given[name])
            given[name] += more
            left -= more
    return given


def draw_letters(
    seed: bytes, addresses: Mapping[str, Sequence[str]], postings: Sequence[Posting]
) -> dict[str, list[str]]:
    """Return the addresses that get a letter in each district, by the public ranking.

    ``addresses`` are the pseudonyms of the addresses of each district. Same seed, same letters, everywhere.
    """
    return {one.district: ranking(seed, addresses[one.district], of="address")[: one.letters] for one in postings}
