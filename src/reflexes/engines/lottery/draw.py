"""The draw itself: whole numbers and HMAC-SHA-256 only. No float, no solver, no luck of the machine.

1. ``seed`` = SHA-256 of the published commitment and of what chance said afterwards, one line each.
2. ``ticket_of``: the first value under the rejection limit, so that every ticket is equally likely.
3. ``ranking``: everybody in the order of HMAC(seed, "person:" + pseudonym).
4. ``seat``: go down the ranking; whoever comes takes a seat if their group still has one on the ticket and nobody of
   their household sits. The rest of the ranking is the reserve.

``verify_draw.py`` and ``verify.js`` do the same without this module.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reflexes.engines.lottery.model import ProblemError

WORD = 2**32


class Line(NamedTuple):
    """One line of the published pool: a pseudonym, the number of its group, a household number (empty: alone)."""

    person: str
    group: int
    household: str


def seed_of(commitment: str, said: Sequence[str]) -> bytes:
    """Return the seed: SHA-256 of the commitment (hexadecimal) and of what each source said, one line each, UTF-8.

    >>> seed_of("00", ["drand:1:ab", "dice:4-7-1"]).hex()[:16]
    '0051d27456c2c73f'
    """
    return hashlib.sha256("\n".join([commitment, *said]).encode()).digest()


def ticket_of(seed: bytes, tickets: int) -> int:
    """Return the number of the ticket drawn, from 1."""
    limit = WORD - WORD % tickets
    counter = 0
    while True:
        digest = hmac.digest(seed, f"ticket:{counter}".encode(), "sha256")
        value = int.from_bytes(digest[:4], "big")
        if value < limit:
            return value % tickets + 1
        counter += 1


def ranking(seed: bytes, people: Iterable[str], *, of: str = "person") -> list[str]:
    """Return the pseudonyms in the order drawn."""
    return sorted(people, key=lambda one: (hmac.digest(seed, f"{of}:{one}".encode(), "sha256"), one))


def seat(lines: Iterable[Line], order: Sequence[str], composition: Mapping[int, int]) -> list[str]:
    """Go down the ranking and return who sits, in the order they were drawn."""
    known = {line.person: line for line in lines}
    left, homes, panel = dict(composition), set(), []
    for person in order:
        line = known[person]
        if left.get(line.group, 0) > 0 and line.household not in homes:
            left[line.group] -= 1
            panel.append(person)
            if line.household:
                homes.add(line.household)
    if any(left.values()):
        raise ProblemError("seats_left", seats=sum(left.values()))
    return panel


class Answered(NamedTuple):
    """The source heard, as ``name:value``, and those announced before it that stayed silent."""

    said: str
    silent: tuple[str, ...]


def first_heard(announced: Sequence[str], heard: Mapping[str, str]) -> Answered | None:
    """Return the first announced source that answered, in the order announced; ``None`` when none has yet.

    >>> first_heard(["drand:7", "drand:8", "loto:2026-11-28"], {"drand:8": "ab"})
    Answered(said='drand:8:ab', silent=('drand:7',))
    """
    for place, name in enumerate(announced):
        if heard.get(name):
            return Answered(f"{name}:{heard[name]}", tuple(announced[:place]))
    return None


class Departure(NamedTuple):
    """Somebody leaves, before or after taking their seat, for a ``reason`` told in one word of a public list."""

    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """One public line: who left and why, who came (empty: nobody could), at which ``rank`` of the ranking (from 1).

    ``manner``: ``same_profile``, ``quotas`` (another profile that breaks no quota further), ``closest`` (nobody keeps
    every quota: the one who breaks them least), ``nobody``, or ``reserve`` (they were only on the reserve list).
    """

    left: str
    reason: str
    came: str
    rank: int
    manner: str


@dataclass(frozen=True, slots=True)
class Reserve:
    """What replacing needs: the pool, the ranking, the answers of each group, the quotas as (feature, value, low,
    high) with features as places in the answers.
    """

    lines: Sequence[Line]
    order: Sequence[str]
    answers: Sequence[Sequence[str]]
    quotas: Sequence[tuple[int, str, int, int]]

    def missing(self, panel: Iterable[str], known: Mapping[str, Line]) -> int:
        """Return by how many seats a panel misses its quotas, all quotas together."""
        held = [self.answers[known[person].group] for person in panel]
        total = 0
        for feature, value, low, high in self.quotas:
            count = sum(answers[feature] == value for answers in held)
            total += max(0, low - count, count - high)
        return total

    def replace(self, panel: Sequence[str], departures: Iterable[Departure]) -> tuple[list[str], list[Replacement]]:
        """Return the panel after these departures, taken in order, and one public line for each.

        Somebody replaced by the next of the ranking who gave the same answers; when there is none, by the first whose
        coming misses the quotas least. Whoever left never comes back; nobody sits beside their household.
        """
        known = {line.person: line for line in self.lines}
        rank = {person: number for number, person in enumerate(self.order, 1)}
        sitting, gone, public = list(panel), set(), []
        for person, reason in departures:
            if person not in known or person in gone:
                raise ProblemError("departure", person=person)
            gone.add(person)
            if person not in sitting:
                public.append(Replacement(person, reason, "", 0, "reserve"))
                continue
            sitting.remove(person)
            came, manner = self._next(person, sitting, gone, known)
            if came:
                sitting.append(came)
            public.append(Replacement(person, reason, came, rank.get(came, 0), manner))
        return sitting, public

    def _next(self, left: str, sitting: list[str], gone: set[str], known: Mapping[str, Line]) -> tuple[str, str]:
        homes = {known[person].household for person in sitting} - {""}
        there = set(sitting) | gone
        waiting = [one for one in self.order if one not in there and known[one].household not in homes]
        wanted = self.answers[known[left].group]
        for person in waiting:
            if self.answers[known[person].group] == wanted:
                return person, "same_profile"
        if not waiting:
            return "", "nobody"
        before = self.missing([*sitting, left], known)
        misses: dict[int, int] = {}
        for person in waiting:
            group = known[person].group
            if group not in misses:
                misses[group] = self.missing([*sitting, person], known)
        best = min(waiting, key=lambda one: misses[known[one].group])
        return best, "quotas" if misses[known[best].group] <= before else "closest"
