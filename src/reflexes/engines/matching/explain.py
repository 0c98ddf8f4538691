"""Why me, why not me: the ledger. Only codes and counts, never the names of the people preferred.

Source: issue 2 part 2 ("Why me, why not me"); mechanisms.md P09 (3, 4); research/allocation.md 4.8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from reflexes.engines.matching.model import Pair, Problem, ProblemError, Reason, Unfilled
from reflexes.engines.matching.pairs import Bools, Ints, Pairs, Pool
from reflexes.engines.matching.rules import Index, protections

Funnel = dict[str, int]


def ledger(problem: Problem, person_id: str, demand_id: str) -> tuple[Reason, ...]:
    """Return all the reasons why a pair is refused; none means the person may serve the demand.

    Codes: ``skill``, ``not_free``, ``wish``, ``distance``, ``distance_unknown``, ``certificate``, ``age``,
    ``busy``, ``cap``, ``unit_minimum``, ``forbidden:<motive>``, ``no_mentor``, ``team_too_small``.
    Cost: one look at the pair; a team rule adds one look at every person.
    """
    return ledgers(problem, [(person_id, demand_id)])[person_id, demand_id]


def ledgers(problem: Problem, asked: Iterable[Pair]) -> dict[Pair, tuple[Reason, ...]]:
    """Return the ledger of many pairs; the look-ups are built once, and each team is looked at once."""
    index = Index.of(problem)
    teams: dict[str, Reason | None] = {}
    found: dict[Pair, tuple[Reason, ...]] = {}
    for person_id, demand_id in asked:
        person, demand = index.people.get(person_id), index.demands.get(demand_id)
        if person is None or demand is None:
            raise ProblemError("unknown_pair", person=person_id, demand=demand_id)
        if demand_id not in teams:
            teams[demand_id] = index.team_reason(demand)
        team = teams[demand_id]
        reasons = index.pair_reasons(person, demand)
        found[person_id, demand_id] = reasons if team is None else (*reasons, team)
    return found


def ledger_counts(problem: Problem, demand_id: str) -> Mapping[str, int]:
    """Return how many people are left after each question asked about one demand.

    Keys, in this order: ``people``, ``skill``, ``free``, ``wish``, ``distance``, ``certificate``, ``age``,
    ``available`` (caps, accepted missions, home service), ``eligible`` (not forbidden), then one
    ``forbidden:<motive>`` per motive, which tells who was asked and refused.
    """
    index = Index.of(problem)
    if demand_id not in index.demands:
        raise ProblemError("unknown_demand", demand=demand_id)
    people = sorted(problem.people, key=lambda person: person.id)
    return _funnel(Pool(index, people), index, demand_id, _motives(problem, {demand_id}))


def first_obstacles(problem: Problem, demand_id: str) -> Mapping[str, int]:
    """Return how many people each rule stops first for one demand: ``code`` or ``code:state``, ``ready`` for none.

    What protects the public and the young is asked first, then what people offer. The counts add up to the people of
    the problem: give it those one has to tell about (the holders of a certificate), not a whole pool.
    Cost: one look at each person.

    >>> first_obstacles(Problem((), (Demand("d", "n", "2026-11-23/am"),)), "d")
    {}
    """
    index = Index.of(problem)
    if demand_id not in index.demands:
        raise ProblemError("unknown_demand", demand=demand_id)
    demand = index.demands[demand_id]
    found: Counter[str] = Counter()
    for person in problem.people:
        reasons = (*protections(person, demand), *index.pair_reasons(person, demand))
        found[_named(reasons[0]) if reasons else "ready"] += 1
    return dict(sorted(found.items()))


def _named(reason: Reason) -> str:
    return f"{reason.code}:{reason.params['state']}" if "state" in reason.params else reason.code


Motives = Mapping[str, list[tuple[str, str]]]


def _motives(problem: Problem, demands: set[str]) -> Motives:
    found: dict[str, list[tuple[str, str]]] = {}
    for (person_id, demand_id), code in problem.forbidden.items():
        if demand_id in demands:
            found.setdefault(demand_id, []).append((person_id, code))
    return found


def _funnel(pool: Pool, index: Index, demand_id: str, motives: Motives) -> Funnel:
    demand = index.demands[demand_id]
    everyone: Ints = np.arange(len(pool.people), dtype=np.int64)
    counts: Funnel = {"people": len(pool.people)}
    mask: Bools = pool.skilled(demand)
    counts["skill"] = int(mask.sum())
    mask = mask & pool.free(demand)
    counts["free"] = int(mask.sum())
    mask &= ~pool.blocked(demand)
    counts["wish"] = int(mask.sum())
    who = everyone[mask]
    who = who[pool.within(who, pool.distances(demand, who))]
    counts["distance"] = len(who)
    for name in sorted(demand.certificates):
        who = who[pool.certified(name, demand.half_day)[who]]
    counts["certificate"] = len(who)
    if demand.min_age is not None:
        who = who[pool.aged(demand.min_age, demand.half_day)[who]]
    who = who[~pool.minors_kept_away(demand, who)]
    counts["age"] = len(who)
    who = who[pool.available(demand.half_day)[who]]
    counts["available"] = len(who)
    refused = motives.get(demand_id, [])
    banned = {pool.rank[person_id] for person_id, _ in refused if person_id in pool.rank}
    counts["eligible"] = len(who) - len(banned.intersection(who.tolist()))
    for code, count in sorted(Counter(code for _, code in refused).items()):
        counts[f"forbidden:{code}"] = count
    return counts


def unfilled(pairs: Pairs, chosen: Ints) -> tuple[Unfilled, ...]:
    """Return every demand with places left, highest priority first, and why."""
    missing = pairs.headcount - np.bincount(pairs.demand[chosen], minlength=len(pairs.demands))
    short = np.flatnonzero(missing > 0)
    if not len(short):
        return ()
    pool = Pool(pairs.index, pairs.people)
    motives = _motives(pairs.index.problem, {pairs.demands[d].id for d in short.tolist()})
    busy = _busy(pairs, chosen)
    taken = np.zeros(pairs.size, dtype=np.bool_)
    taken[chosen] = True
    rows: list[Unfilled] = []
    for d in short.tolist():
        demand = pairs.demands[d]
        counts = _funnel(pool, pairs.index, demand.id, motives)
        here = slice(int(pairs.first[d]), int(pairs.first[d + 1]))
        counts["busy"] = int((busy[here] & ~taken[here]).sum())
        here_already = int(taken[here].sum())
        rows.append(Unfilled(demand.id, int(missing[d]), _why(pairs, d, counts, here_already), counts))
    return tuple(sorted(rows, key=lambda row: (-pairs.index.demands[row.demand].priority, row.demand)))


def _why(pairs: Pairs, d: int, counts: Funnel, here_already: int) -> str:
    if d in pairs.closed:
        return "team"
    if counts["eligible"] < pairs.headcount[d]:
        return "pool"
    if counts["busy"] + here_already >= counts["eligible"]:
        return "contested"
    # Somebody is free: only a rule about groups keeps the place empty.
    ruled = (pairs.demands[d].need, pairs.demands[d].half_day) in pairs.index.teams
    return "team" if ruled else "unit_minimum"


def _busy(pairs: Pairs, chosen: Ints) -> Bools:
    """Whether the person of each pair has nothing left for that half-day in this plan."""
    halves = max(1, len(pairs.day_of_half))
    slots = pairs.person * halves + pairs.half_of[pairs.demand]
    person, half = pairs.person[chosen], pairs.half_of[pairs.demand[chosen]]
    pinned = np.array(pairs.pinned, dtype=np.int64).reshape(-1, 2)
    person = np.concatenate((person, pinned[:, 0]))
    half = np.concatenate((half, pairs.half_of[pinned[:, 1]]))
    week_cap = np.array([row.cap for row in pairs.people], dtype=np.int64)
    day_cap = np.array([row.day_cap for row in pairs.people], dtype=np.int64)
    busy: Bools = np.isin(slots, person * halves + half)
    held_weeks = [(i, week) for i, week, _day in pairs.held if week is not None]
    held_days = [(i, day) for i, _week, day in pairs.held if day is not None]
    for held, table, cap in ((held_weeks, pairs.week_of_half, week_cap), (held_days, pairs.day_of_half, day_cap)):
        width = int(table.max()) + 1
        elsewhere = np.array([i * width + when for i, when in held], dtype=np.int64)
        given = np.concatenate((person * width + table[half], elsewhere))
        load = np.bincount(given, minlength=len(pairs.people) * width)
        busy |= load[pairs.person * width + table[pairs.half_of[pairs.demand]]] >= cap[pairs.person]
    return busy
