"""Every eligible pair at once, in numpy: who may serve which demand, how far, at what cost.

People and demands are sorted by id first, so the order of the input never matters.
Cost: one pass of a few vector operations per demand over the people who have the skill and the half-day;
3 million pairs take 2 to 3 s and about 100 MB.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from reflexes.engines.matching.halfdays import age_on, read_half_day
from reflexes.engines.matching.model import UNITS, Demand, Pair, Person, Prices, Problem, Wish
from reflexes.engines.matching.rules import Index, TeamRule, distance, minor_states, validate
from reflexes.engines.matching.wishes import DISTANCE, HALF_DAY, HOST, KIND, KINDS, REMOTE, missed, missed_soft

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(slots=True)
class Pairs:
    """The eligible pairs, sorted by demand then person, and what is left of every cap.

    ``cost`` is what the solver pays (kilometres, soft wishes, minus the bonus of kept pairs);
    ``true_cost`` leaves the bonus out.
    """

    index: Index
    people: list[Person]
    demands: list[Demand]
    person: Ints
    demand: Ints
    km: Floats
    soft: Ints
    cost: Ints
    true_cost: Ints
    first: Ints
    """``first[d]:first[d + 1]`` are the pairs of demand ``d``."""
    headcount: Ints
    """Places left once the pinned are in."""
    pinned: list[tuple[int, int]]
    half_of: Ints
    day_of_half: Ints
    week_of_half: Ints
    closed: dict[int, str]
    """Demands whose team can never open, with the code."""
    held: list[tuple[int, int | None, int | None]]
    """(person, week, day) of each half-day given elsewhere; None when no demand is in that week or on that day."""

    @property
    def size(self) -> int:
        """Number of eligible pairs."""
        return len(self.person)

    def ids(self, chosen: Ints) -> list[Pair]:
        """Return the (person id, demand id) of some pairs."""
        return [(self.people[self.person[k]].id, self.demands[self.demand[k]].id) for k in chosen.tolist()]

    def find(self, person_id: str, demand_id: str) -> int | None:
        """Return the position of a pair, None when it is not eligible."""
        where = position(self.people), position(self.demands)
        i, j = where[0].get(person_id), where[1].get(demand_id)
        if i is None or j is None:
            return None
        low, high = int(self.first[j]), int(self.first[j + 1])
        k = low + int(np.searchsorted(self.person[low:high], i))
        return k if k < high and self.person[k] == i else None


def position(rows: Sequence[Person | Demand]) -> dict[str, int]:
    """Return the rank of each id."""
    return {row.id: rank for rank, row in enumerate(rows)}


def pair_cost(person: Person, demand: Demand, prices: Prices) -> tuple[float, int, int]:
    """Return (km, soft wishes missed, cost units) of one pair: the scalar twin of the bulk calculation."""
    km = distance(person, demand)
    soft = len(missed_soft(person, demand, km))
    paid = prices.unknown_km if math.isnan(km) else km
    return km, soft, round(paid * prices.km * UNITS) + soft * prices.soft * UNITS


def _floats(values: list[float | None], default: float) -> Floats:
    return np.array([default if value is None else value for value in values], dtype=np.float64)


class Pool:
    """The people as columns, with one cached mask per question asked about them."""

    def __init__(self, index: Index, people: list[Person]) -> None:
        self.index = index
        self.people = people
        self.rank = position(people)
        self.x = _floats([person.x_km for person in people], np.nan)
        self.y = _floats([person.y_km for person in people], np.nan)
        self.limit = _floats([person.max_km for person in people], np.inf)
        self.limited = np.isfinite(self.limit)
        self._skill = self._sets([person.skills for person in people])
        self._free = self._sets([person.half_days for person in people])
        self._hard = self._wishes([person.hard for person in people])
        self._soft = self._wishes([person.soft for person in people])
        for wish, who in self._hard.items():
            if KINDS[wish.kind].facet == DISTANCE:
                self.limit[who] = np.minimum(self.limit[who], float(wish.value))
                self.limited[who] = True
        self.near = [(float(wish.value), who) for wish, who in self._soft.items() if KINDS[wish.kind].facet == DISTANCE]
        self._minors = [i for i, person in enumerate(people) if person.adult_on or person.from_day]
        self._base: dict[tuple[str | None, str], Ints] = {}
        self._blocks: dict[tuple[str, str], Bools | None] = {}
        self._misses: dict[tuple[str, str], Ints | None] = {}
        self._states: dict[str, Bools] = {}
        self._dated: dict[tuple[str, str, str], Bools] = {}

    def _sets(self, sets: list[frozenset[str]]) -> dict[str, Bools]:
        lists: dict[str, list[int]] = {}
        for i, values in enumerate(sets):
            for value in values:
                lists.setdefault(value, []).append(i)
        return {value: self._mask(who) for value, who in lists.items()}

    def _mask(self, who: list[int]) -> Bools:
        mask = np.zeros(len(self.people), dtype=np.bool_)
        mask[who] = True
        return mask

    @staticmethod
    def _wishes(wishes: list[tuple[Wish, ...]]) -> dict[Wish, Ints]:
        lists: dict[Wish, list[int]] = {}
        for i, own in enumerate(wishes):
            for wish in own:
                lists.setdefault(wish, []).append(i)
        return {wish: np.array(who, dtype=np.int64) for wish, who in lists.items()}

    def skilled(self, demand: Demand) -> Bools:
        """People with the skill asked."""
        nobody = np.zeros(len(self.people), dtype=np.bool_)
        return ~nobody if demand.skill is None else self._skill.get(demand.skill, nobody)

    def free(self, demand: Demand) -> Bools:
        """People who offer the half-day."""
        return self._free.get(demand.half_day, np.zeros(len(self.people), dtype=np.bool_))

    def blocked(self, demand: Demand) -> Bools:
        """People one of whose hard wishes (distance apart) this demand misses."""
        mask = np.zeros(len(self.people), dtype=np.bool_)
        for facet, value in _facets(demand):
            part = self._block(facet, value, demand)
            if part is not None:
                mask |= part
        return mask

    def _block(self, facet: str, value: str, demand: Demand) -> Bools | None:
        if (facet, value) not in self._blocks:
            hit = [who for wish, who in self._hard.items() if _misses(wish, facet, demand)]
            self._blocks[facet, value] = self._mask(np.concatenate(hit).tolist()) if hit else None
        return self._blocks[facet, value]

    def _miss(self, facet: str, value: str, demand: Demand) -> Ints | None:
        if (facet, value) not in self._misses:
            hit = [who for wish, who in self._soft.items() if _misses(wish, facet, demand)]
            self._misses[facet, value] = np.bincount(np.concatenate(hit), minlength=len(self.people)) if hit else None
        return self._misses[facet, value]

    def available(self, half_day: str) -> Bools:
        """People whom neither pins, caps nor their home service keep away on a half-day."""
        if half_day not in self._states:
            when = read_half_day(half_day)
            mask = np.array([min(person.cap, person.day_cap) > 0 for person in self.people], dtype=np.bool_)
            for i, person in enumerate(self.people):
                if not person.held and person.id not in self.index.pins_of:
                    continue
                given = self.index.given(person)
                week = sum(read_half_day(one).week == when.week for one in given)
                day = sum(read_half_day(one).day == when.day for one in given)
                if half_day in given or week >= person.cap or day >= person.day_cap:
                    mask[i] = False
            full = {unit for (unit, when_), left in self.index.spare.items() if when_ == half_day and left <= 0}
            if full:
                mask &= np.array([person.unit not in full for person in self.people], dtype=np.bool_)
            self._states[half_day] = mask
        return self._states[half_day]

    def certified(self, name: str, half_day: str) -> Bools:
        """People whose certificate is valid on the day."""
        key = ("certificate", name, half_day)
        if key not in self._dated:
            day = read_half_day(half_day).day
            ends = [person.certificates.get(name) for person in self.people]
            self._dated[key] = np.array([end is not None and end >= day for end in ends], dtype=np.bool_)
        return self._dated[key]

    def aged(self, min_age: int, half_day: str) -> Bools:
        """People known to be old enough on the day."""
        key = ("age", str(min_age), half_day)
        if key not in self._dated:
            day = read_half_day(half_day).day
            births = [person.birth_date for person in self.people]
            self._dated[key] = np.array(
                [birth is not None and age_on(birth, day) >= min_age for birth in births], dtype=np.bool_
            )
        return self._dated[key]

    def minors_kept_away(self, demand: Demand, who: Ints) -> Bools:
        """Whether a rule about people under age keeps each of these away."""
        day = read_half_day(demand.half_day).day
        kept = {i for i in self._minors if any(True for _ in minor_states(self.people[i], demand, day))}
        return np.isin(who, np.array(sorted(kept), dtype=np.int64))

    def base(self, demand: Demand) -> Ints:
        """People with the skill, the half-day, no wish against the half-day and something left to give."""
        key = (demand.skill, demand.half_day)
        if key not in self._base:
            mask = self.skilled(demand) & self.free(demand) & self.available(demand.half_day)
            block = self._block(HALF_DAY, demand.half_day, demand)
            self._base[key] = np.flatnonzero(mask if block is None else mask & ~block)
        return self._base[key]

    def distances(self, demand: Demand, who: Ints) -> Floats:
        """Kilometres to the demand, NaN when unknown."""
        if demand.remote:
            return np.zeros(len(who), dtype=np.float64)
        if demand.x_km is None or demand.y_km is None:
            return np.full(len(who), np.nan)
        dx, dy = self.x[who] - demand.x_km, self.y[who] - demand.y_km
        return np.sqrt(dx * dx + dy * dy)

    def within(self, who: Ints, km: Floats) -> Bools:
        """Whether the way is accepted; an unknown distance only passes without a limit."""
        return np.where(np.isnan(km), ~self.limited[who], km <= self.limit[who] + 1e-9)

    def eligible(self, demand: Demand, forbidden: set[str]) -> tuple[Ints, Floats]:
        """Return the people who may serve a demand, and their distances."""
        who = self.base(demand)
        for facet, value in _facets(demand):
            if facet != HALF_DAY:
                block = self._block(facet, value, demand)
                if block is not None:
                    who = who[~block[who]]
        for name in sorted(demand.certificates):
            who = who[self.certified(name, demand.half_day)[who]]
        if demand.min_age is not None:
            who = who[self.aged(demand.min_age, demand.half_day)[who]]
        if self._minors:
            who = who[~self.minors_kept_away(demand, who)]
        km = self.distances(demand, who)
        near = self.within(who, km)
        who, km = who[near], km[near]
        if forbidden:
            banned = np.array([self.rank[i] for i in forbidden if i in self.rank], dtype=np.int64)
            allowed = ~np.isin(who, banned)
            who, km = who[allowed], km[allowed]
        return who, km

    def soft_missed(self, demand: Demand, who: Ints, km: Floats) -> Ints:
        """Count the soft wishes missed by each of these people."""
        count = np.zeros(len(who), dtype=np.int64)
        for facet, value in _facets(demand):
            part = self._miss(facet, value, demand)
            if part is not None:
                count += part[who]
        for limit, holders in self.near:
            if not demand.remote:
                count += np.isin(who, holders) & ~(km <= limit + 1e-9)
        return count


def _facets(demand: Demand) -> tuple[tuple[str, str], ...]:
    remote = "1" if demand.remote else ""
    return ((HALF_DAY, demand.half_day), (HOST, demand.host), (KIND, demand.kind), (REMOTE, remote))


def _misses(wish: Wish, facet: str, demand: Demand) -> bool:
    return KINDS[wish.kind].facet == facet and missed(wish, demand, 0.0)


def compile_pairs(problem: Problem, prices: Prices) -> Pairs:
    """Check the problem and compute all its eligible pairs."""
    index = validate(problem)
    people = sorted(problem.people, key=lambda person: person.id)
    demands = sorted(problem.demands, key=lambda demand: demand.id)
    pool = Pool(index, people)
    banned: dict[str, set[str]] = {}
    for person_id, demand_id in problem.forbidden:
        banned.setdefault(demand_id, set()).add(person_id)
    rows: list[tuple[Ints, Floats, Ints]] = []
    for demand in demands:
        who, km = pool.eligible(demand, banned.get(demand.id, set()))
        rows.append((who, km, pool.soft_missed(demand, who, km)))
    closed = _close_hopeless_teams(index, people, demands, rows)
    return _assemble(index, people, demands, rows, closed, prices)


def _close_hopeless_teams(
    index: Index, people: list[Person], demands: list[Demand], rows: list[tuple[Ints, Floats, Ints]]
) -> dict[int, str]:
    """Empty the demands of teams that can never open: no mentor at all, or too few people."""
    rank, who_is = position(demands), position(people)
    pinned: dict[str, list[int]] = {}
    for person_id, demand_id in index.problem.pinned:
        pinned.setdefault(demand_id, []).append(who_is[person_id])
    closed: dict[int, str] = {}
    for team in index.teams.values():
        rule = TeamRule.of(team)
        able: set[int] = set()
        for demand in team:
            able.update(rows[rank[demand.id]][0].tolist(), pinned.get(demand.id, ()))
        if rule.mentor and not any(people[i].mentor for i in able):
            code = "no_mentor"
        elif len(able) < rule.minimum:
            code = "team_too_small"
        else:
            continue
        none = np.zeros(0, dtype=np.int64)
        for demand in team:
            closed[rank[demand.id]] = code
            rows[rank[demand.id]] = (none, np.zeros(0, dtype=np.float64), none)
    return closed


def _assemble(
    index: Index,
    people: list[Person],
    demands: list[Demand],
    rows: list[tuple[Ints, Floats, Ints]],
    closed: dict[int, str],
    prices: Prices,
) -> Pairs:
    sizes = np.array([len(who) for who, _, _ in rows], dtype=np.int64)
    first = np.concatenate(([0], np.cumsum(sizes)))
    none = np.zeros(0, dtype=np.int64)
    person = np.concatenate([who for who, _, _ in rows]) if rows else none
    km = np.concatenate([way for _, way, _ in rows]) if rows else np.zeros(0, dtype=np.float64)
    soft = np.concatenate([count for _, _, count in rows]) if rows else none
    demand = np.repeat(np.arange(len(demands), dtype=np.int64), sizes)
    paid = np.where(np.isnan(km), float(prices.unknown_km), km)
    true_cost = np.rint(paid * prices.km * UNITS).astype(np.int64) + soft * prices.soft * UNITS
    halves = sorted({row.half_day for row in demands})
    days = sorted({read_half_day(half).day for half in halves})
    weeks = sorted({read_half_day(half).week for half in halves})
    who_is, rank = position(people), position(demands)
    pinned = sorted((who_is[i], rank[d]) for i, d in index.problem.pinned)
    taken = Counter(d for _, d in pinned)
    pairs = Pairs(
        index=index,
        people=people,
        demands=demands,
        person=person.astype(np.int64),
        demand=demand,
        km=km,
        soft=soft.astype(np.int64),
        cost=true_cost.copy(),
        true_cost=true_cost,
        first=first,
        headcount=np.array([row.headcount - taken[d] for d, row in enumerate(demands)], dtype=np.int64),
        pinned=pinned,
        half_of=_ranks([row.half_day for row in demands], {half: k for k, half in enumerate(halves)}),
        day_of_half=np.array([days.index(read_half_day(half).day) for half in halves], dtype=np.int64),
        week_of_half=np.array([weeks.index(read_half_day(half).week) for half in halves], dtype=np.int64),
        closed=closed,
        held=_held(people, days, weeks),
    )
    _reward_kept(pairs, prices)
    return pairs


def _held(
    people: list[Person], days: list[date], weeks: list[tuple[int, int]]
) -> list[tuple[int, int | None, int | None]]:
    week_rank = {week: rank for rank, week in enumerate(weeks)}
    day_rank = {day: rank for rank, day in enumerate(days)}
    return [
        (i, week_rank.get(read_half_day(one).week), day_rank.get(read_half_day(one).day))
        for i, person in enumerate(people)
        for one in sorted(person.held)
    ]


def _ranks(values: list[str], rank: Mapping[str, int]) -> Ints:
    return np.array([rank[value] for value in values], dtype=np.int64)


def _reward_kept(pairs: Pairs, prices: Prices) -> None:
    who_is, rank = position(pairs.people), position(pairs.demands)
    for person_id, demand_id in pairs.index.problem.keep:
        i, d = who_is.get(person_id), rank.get(demand_id)
        if i is None or d is None:
            continue
        low, high = int(pairs.first[d]), int(pairs.first[d + 1])
        k = low + int(np.searchsorted(pairs.person[low:high], i))
        if k < high and pairs.person[k] == i:
            pairs.cost[k] -= prices.keep_bonus * UNITS
