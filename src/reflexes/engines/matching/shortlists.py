"""What a problem looks like from each demand, all demands at once: the counts of the ledger and the nearest people.

The same answers as ``ledger_counts`` and ``eligible_people``, which look at everybody each time; here the pool is laid
out once, so that ten thousand demands cost seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from reflexes.engines.matching.explain import _funnel, _motives
from reflexes.engines.matching.model import Problem
from reflexes.engines.matching.pairs import Pool
from reflexes.engines.matching.rules import Index

# Mentors kept beyond the nearest people: a team may need one to open.
MENTORS = 5


@dataclass(frozen=True, slots=True)
class View:
    """One demand: how many people are left after each question, and the nearest of those nothing forbids.

    ``nearest`` holds (person id, kilometres or nothing when a place is unknown).
    """

    demand: str
    counts: Mapping[str, int]
    nearest: tuple[tuple[str, float | None], ...]


def views(problem: Problem, *, keep: int) -> Iterator[View]:
    """Yield the view from each demand, ``keep`` people beyond the places asked, then the nearest mentors after them."""
    index = Index.of(problem)
    people = sorted(problem.people, key=lambda person: person.id)
    pool = Pool(index, people)
    mentors = np.array([person.mentor for person in people], dtype=np.bool_)
    motives = _motives(problem, set(index.demands))
    for demand in problem.demands:
        refused = motives.get(demand.id, [])
        who, km = pool.eligible(demand, {person for person, _code in refused})
        order = np.argsort(np.where(np.isnan(km), np.inf, km), kind="stable")
        near, others = order[: keep + demand.headcount], order[keep + demand.headcount :]
        order = np.concatenate((near, others[mentors[who[others]]][:MENTORS]))
        nearest = tuple(
            (people[int(who[rank])].id, None if np.isnan(km[rank]) else round(float(km[rank]), 2)) for rank in order
        )
        yield View(demand.id, _funnel(pool, index, demand.id, motives), nearest)
