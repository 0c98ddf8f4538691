"""The map with its sentences. The only file here that calls the engine."""

from collections.abc import Iterable
from dataclasses import dataclass

from reflexes.engines import opinion
from reflexes.mechanisms.assembly.agreement import words


@dataclass(frozen=True, slots=True)
class Reading:
    """A map, and what to write where the groups would be; ``instead`` is empty when there are groups."""

    map: opinion.AgreementMap
    instead: str


def read_map(
    votes: Iterable[tuple[str, str, int]], *, statements: Iterable[str], seed: int, floor: int = opinion.FLOOR
) -> Reading:
    """Return the map of (person, statement, vote) triples: 1 agree, -1 disagree, 0 pass."""
    found = opinion.agreement_map(
        (opinion.Cast(*vote) for vote in votes), statements=statements, seed=seed, floor=floor
    )
    return Reading(found, words.no_groups_words(found.no_groups) if found.no_groups else "")
