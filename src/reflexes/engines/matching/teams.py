"""Plans under team rules and home-service minimums, which a flow cannot carry: CP-SAT, level by level.

Each priority level is filled as far as possible before the next (team rules break the property that makes
priorities free), then the cost, then fairness and lots. The flow without these rules bounds every level:
when a plan reaches the bound it is proven without any search. Settings measured in research/allocation.md
4.3: one worker, ``linearization_level`` 2; CP-SAT's defaults do not finish.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from reflexes.engines.matching.flow import DRAW, FAIR_STEPS, lot
from reflexes.engines.matching.model import UNITS, Cancelled, Prices, ProblemError, Progress, Step
from reflexes.engines.matching.network import SolverMissing
from reflexes.engines.matching.pairs import Ints, Pairs
from reflexes.engines.matching.rules import TeamRule, is_newcomer

POLL_SECONDS = 0.1
WHOLE_PAIRS = 120_000
"""Above this many pairs only the demands under a rule are searched, beside what the flow chose."""
GUIDE = 1000
"""Price points by which a place of a lower level guides the filling of a higher one."""
SHARE_OF_TIME = 0.6
"""Each stage may take this part of the time left, so that the last ones get some."""


@dataclass(slots=True)
class TeamResult:
    """The best plan found and what is proven about it."""

    chosen: Ints
    optimal: bool
    gap: float
    gap_at: str
    bound: float | None


@dataclass(slots=True)
class Stage:
    """What one call of the solver proved."""

    chosen: Ints
    value: int
    bound: float
    proven: bool


def breaks_group_rules(pairs: Pairs, chosen: Ints) -> bool:
    """Say whether a choice of pairs breaks a team rule or a home-service minimum."""
    return bool(_broken_teams(pairs, chosen) or _broken_units(pairs, chosen))


def _broken_teams(pairs: Pairs, chosen: Ints) -> bool:
    if not pairs.index.teams:
        return False
    team_of = _team_of(pairs)
    members: dict[int, list[int]] = {}
    for k in chosen.tolist():
        team = team_of.get(int(pairs.demand[k]))
        if team is not None:
            members.setdefault(team, []).append(k)
    for at, team_demands in enumerate(pairs.index.teams.values()):
        new = members.get(at, [])
        present = [(pairs.people[pairs.person[k]], pairs.demands[pairs.demand[k]]) for k in new]
        present += [(pairs.people[i], pairs.demands[d]) for i, d in pairs.pinned if team_of.get(d) == at]
        if new and TeamRule.of(team_demands).broken_by(present) is not None:
            return True
    return False


def _broken_units(pairs: Pairs, chosen: Ints) -> bool:
    away: dict[tuple[str, str], int] = {}
    for k in chosen.tolist():
        key = (pairs.people[pairs.person[k]].unit, pairs.demands[pairs.demand[k]].half_day)
        away[key] = away.get(key, 0) + 1
    return any(count > pairs.index.spare.get(key, count) for key, count in away.items())


def _team_of(pairs: Pairs) -> dict[int, int]:
    rank = {demand.id: d for d, demand in enumerate(pairs.demands)}
    return {rank[demand.id]: at for at, team in enumerate(pairs.index.teams.values()) for demand in team}


def filled_by_level(pairs: Pairs, chosen: Ints) -> dict[int, int]:
    """Return places filled by priority (pinned ones left out), highest first."""
    level = np.array([demand.priority for demand in pairs.demands], dtype=np.int64)
    of_pairs = level[pairs.demand[chosen]] if len(chosen) else chosen
    return {p: int((of_pairs == p).sum()) for p in sorted(set(level.tolist()), reverse=True)}


Enough = Callable[[float], bool]


def _never(value: float) -> bool:
    """Search on whatever the value."""
    return False


@dataclass(slots=True)
class Search:
    """One CP-SAT model reused stage after stage."""

    pairs: Pairs
    prices: Prices
    seed: int
    time_limit: float
    progress: Progress
    cancelled: Cancelled
    model: Any = None
    cp: Any = None
    force: int | None = None
    """A pair that every plan must use (its price is being asked)."""
    x: dict[int, Any] = field(default_factory=dict)
    over: dict[int, tuple[Any, int, int]] = field(default_factory=dict)
    """Helper variables under negative keys: (how many missions come after the first or second, person, offset)."""
    started: float = field(default_factory=time.monotonic)

    def left(self) -> float:
        """Seconds left."""
        return self.time_limit - (time.monotonic() - self.started)

    def open_model(self, candidates: Ints) -> None:
        """Declare the pairs and every rule."""
        try:
            from ortools.sat.python import cp_model
        except ImportError:
            raise SolverMissing from None
        self.cp = cp_model
        self.model = cp_model.CpModel()
        # Variables in the order of the lots: nobody is first because of a name.
        lots = {k: lot(self.seed, "person", self.pairs.people[self.pairs.person[k]].id) for k in candidates.tolist()}
        for k in sorted(lots, key=lambda k: (lots[k], k)):
            self.x[k] = self.model.new_bool_var(f"x{k}")
        self._caps()
        self._teams()
        self._units()

    def forced_start(self, force: int, start: Ints) -> Ints:
        """Return some plan that uses the forced pair, near ``start``; ``ProblemError`` when there is none."""
        self.model.add(self.x[force] == 1)
        terms = dict.fromkeys(start.tolist(), -1)
        result = self.run("places", terms, np.zeros(0, dtype=np.int64), self.left() * SHARE_OF_TIME)
        if force not in result.chosen:
            raise ProblemError("cannot_be_forced")
        return result.chosen

    def groups(self, key: Callable[[int], Any]) -> Mapping[Any, list[Any]]:
        """Gather the pair variables by a key."""
        groups: dict[Any, list[Any]] = {}
        for k, variable in self.x.items():
            groups.setdefault(key(k), []).append(variable)
        return groups

    def _caps(self) -> None:
        pairs, model = self.pairs, self.model
        person, half = pairs.person.tolist(), pairs.half_of[pairs.demand].tolist()
        week, day = pairs.week_of_half.tolist(), pairs.day_of_half.tolist()
        used_week: dict[tuple[int, int], int] = {}
        used_day: dict[tuple[int, int], int] = {}
        for i, d in pairs.pinned:
            h = int(pairs.half_of[d])
            used_week[i, week[h]] = used_week.get((i, week[h]), 0) + 1
            used_day[i, day[h]] = used_day.get((i, day[h]), 0) + 1
        for i, in_week, on_day in pairs.held:
            if in_week is not None:
                used_week[i, in_week] = used_week.get((i, in_week), 0) + 1
            if on_day is not None:
                used_day[i, on_day] = used_day.get((i, on_day), 0) + 1
        for group in self.groups(lambda k: (person[k], half[k])).values():
            model.add_at_most_one(group)
        for (i, w), group in self.groups(lambda k: (person[k], week[half[k]])).items():
            room = pairs.people[i].cap - used_week.get((i, w), 0)
            if len(group) > room:
                model.add(sum(group) <= max(0, room))
        for (i, d), group in self.groups(lambda k: (person[k], day[half[k]])).items():
            room = pairs.people[i].day_cap - used_day.get((i, d), 0)
            if len(group) > room:
                model.add(sum(group) <= max(0, room))
        for d, group in self.groups(lambda k: int(pairs.demand[k])).items():
            if len(group) > pairs.headcount[d]:
                model.add(sum(group) <= int(pairs.headcount[d]))

    def _teams(self) -> None:
        pairs, model = self.pairs, self.model
        team_of = _team_of(pairs)
        rows: dict[int, list[int]] = {}
        for k in self.x:
            team = team_of.get(int(pairs.demand[k]))
            if team is not None:
                rows.setdefault(team, []).append(k)
        for at, demands in enumerate(pairs.index.teams.values()):
            ks = rows.get(at, [])
            if not ks:
                continue
            rule = TeamRule.of(demands)
            pinned = [(pairs.people[i], pairs.demands[d]) for i, d in pairs.pinned if team_of.get(d) == at]
            opened = model.new_bool_var(f"open{at}")
            for k in ks:
                model.add_implication(self.x[k], opened)
            if rule.minimum > 1:
                model.add(sum(self.x[k] for k in ks) + len(pinned) >= rule.minimum * opened)
            if not rule.mentor:
                continue
            mentors = [self.x[k] for k in ks if pairs.people[pairs.person[k]].mentor]
            newcomers = [
                self.x[k] for k in ks if is_newcomer(pairs.people[pairs.person[k]], pairs.demands[pairs.demand[k]])
            ]
            there = sum(person.mentor for person, _ in pinned)
            new_there = sum(is_newcomer(person, demand) for person, demand in pinned)
            if not there:
                model.add(sum(mentors) >= opened)
            room = rule.newcomers * there - new_there
            # Written as plain inequalities: the linear relaxation sees them, it would not see an "only if".
            lack = max(0, -room) * (1 - opened)
            model.add(sum(newcomers) <= rule.newcomers * sum(mentors) + room + lack)

    def _units(self) -> None:
        pairs = self.pairs
        spare = pairs.index.spare
        if not spare:
            return
        groups = self.groups(lambda k: (pairs.people[pairs.person[k]].unit, pairs.demands[pairs.demand[k]].half_day))
        for key, group in groups.items():
            if key in spare and len(group) > spare[key]:
                self.model.add(sum(group) <= spare[key])

    def run(self, stage: str, terms: Mapping[int, int], best: Ints, seconds: float, enough: Enough = _never) -> Stage:
        """Minimise one objective from a known plan, until ``enough``; never return worse than it."""
        solver = self.cp.CpSolver()
        settings = solver.parameters
        settings.num_workers = 1
        settings.linearization_level = 2
        # Its own Ctrl-C handler calls an empty function, and aborts, when the signal meets another thread.
        settings.catch_sigint_signal = False
        settings.random_seed = self.seed % 2_147_483_647
        settings.max_time_in_seconds = max(0.01, seconds)
        self.model.clear_hints()
        known = set(best.tolist())
        for k, variable in self.x.items():
            self.model.add_hint(variable, int(k in known))
        loads = np.bincount(self.pairs.person[best], minlength=len(self.pairs.people))
        value = sum(terms.get(k, 0) for k in known)
        for key, (variable, i, offset) in self.over.items():
            count = max(0, int(loads[i]) + offset)
            self.model.add_hint(variable, count)
            value += terms.get(key, 0) * count
        self.model.minimize(self.total(terms))
        status = self._solve(solver, stage, value, enough)
        if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return Stage(best, value, solver.best_objective_bound, False)
        found = round(solver.objective_value)
        if found > value:
            return Stage(best, value, solver.best_objective_bound, False)
        chosen = np.array(sorted(k for k, v in self.x.items() if solver.value(v)), dtype=np.int64)
        return Stage(chosen, found, solver.best_objective_bound, status == self.cp.OPTIMAL)

    def total(self, terms: Mapping[int, int]) -> Any:
        """Return the weighted sum of some pairs and helpers."""
        return sum(weight * (self.x[k] if k >= 0 else self.over[k][0]) for k, weight in terms.items() if weight)

    def _solve(self, solver: Any, stage: str, value: int, enough: Enough) -> Any:
        """Solve while a thread listens for a cancellation and tells where things are."""
        over = threading.Event()
        state: list[float] = [float(value), float("-inf")]

        class Listener(self.cp.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
            def on_solution_callback(self) -> None:
                state[0] = self.objective_value
                state[1] = self.best_objective_bound
                if enough(state[0]):
                    self.stop_search()

        def watch() -> None:
            while not over.wait(POLL_SECONDS):
                if self.cancelled():
                    solver.stop_search()
                spent = int(100 * (time.monotonic() - self.started) / max(self.time_limit, 0.01))
                self.progress(Step(stage, min(spent, 100), 100, state[0], state[1]))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            return solver.solve(self.model, Listener())
        finally:
            over.set()
            watcher.join()

    def hold(self, terms: Mapping[int, int], value: int) -> None:
        """Forbid later stages to lose what this one won."""
        if any(terms.values()):
            self.model.add(self.total(terms) <= value)


def solve_teams(search: Search, start: Ints, relaxed: Ints) -> TeamResult:
    """Improve ``start`` (a plan that keeps every rule) towards the optimum; ``relaxed`` is the flow's choice."""
    pairs = search.pairs
    whole = pairs.size <= WHOLE_PAIRS
    candidates = np.arange(pairs.size, dtype=np.int64) if whole else _near_rules(pairs, start)
    bound = filled_by_level(pairs, relaxed)
    if search.force is not None:
        candidates = np.union1d(candidates, [search.force])
    search.open_model(candidates)
    if search.force is not None:
        start = search.forced_start(search.force, start)
    reachable = dict.fromkeys(bound, 0)
    for demand, places in zip(pairs.demands, np.minimum(pairs.headcount, np.diff(pairs.first)), strict=True):
        reachable[demand.priority] += int(places)
    best, ceiling, above = start, 0, 0
    unproven: tuple[str, float, float] | None = None
    for priority in bound:
        ceiling += bound[priority]
        filling = {k: -1 for k in search.x if pairs.demands[pairs.demand[k]].priority == priority}
        here = filled_by_level(pairs, best)[priority]
        # The flow bounds the level: reaching it is a proof, whatever the search still wonders.
        roof = min(ceiling - above, reachable[priority])
        if here < roof and filling and not search.cancelled() and search.left() > 0:
            search.hold(dict.fromkeys(filling, 1), roof)
            best, proven_roof = _fill_level(search, priority, best, roof)
            here = filled_by_level(pairs, best)[priority]
            if whole:
                roof = max(here, min(roof, proven_roof))
        search.hold(filling, -here)
        if here < roof and unproven is None:
            unproven = ("places", 1.0 - (above + here) / (above + roof), float(above + roof))
        above += here
    return _finish(search, best, unproven, whole)


def _fill_level(search: Search, priority: int, best: Ints, roof: int) -> tuple[Ints, int]:
    """Fill one priority level; return the choice and the most places proven possible.

    Bare counts leave the search blind (measured: no progress in 120 s at 5,000 / 1,500), so lower levels and
    the cost ride along with weights that together never reach one place of this level.
    """
    pairs = search.pairs
    level = np.array([demand.priority for demand in pairs.demands], dtype=np.int64)
    lower = sorted(set(level[level < priority].tolist()))
    guide = np.array([GUIDE * (lower.index(p) + 1) if p < priority else 0 for p in level.tolist()], dtype=np.int64)
    coarse = pairs.cost // UNITS
    worst = np.zeros(len(pairs.demands), dtype=np.int64)
    np.maximum.at(worst, pairs.demand, np.abs(coarse))
    others = int((pairs.headcount * (guide + worst)).sum())
    weight = 2 * others + 1
    terms = {
        k: int(coarse[k] - (weight if level[pairs.demand[k]] == priority else guide[pairs.demand[k]])) for k in search.x
    }

    def reached(value: float) -> bool:
        return -value >= weight * roof - others

    result = search.run("places", terms, best, search.left() * SHARE_OF_TIME, reached)
    here = filled_by_level(pairs, result.chosen)[priority]
    if result.proven:
        return result.chosen, here
    most = (others - result.bound) / weight
    return result.chosen, int(most) if np.isfinite(most) else roof


def _finish(search: Search, best: Ints, unproven: tuple[str, float, float] | None, whole: bool) -> TeamResult:
    """Lower the cost at the filling reached, then draw the ties."""
    pairs = search.pairs
    terms = _cost_terms(search)
    result = Stage(best, 0, 0.0, not any(terms.values()))
    if not result.proven and not search.cancelled() and search.left() > 0:
        result = search.run("cost", terms, best, search.left() * 0.9)
        best = result.chosen
        search.hold(terms, result.value)
    if not (result.proven and whole) and unproven is None:
        paid = float(plan_cost(pairs, search.prices, best))
        slack = result.value - result.bound if whole and np.isfinite(result.bound) else paid
        slack = min(paid, slack) if result.value else paid
        unproven = ("cost", slack / paid if paid else 0.0, paid - slack)
    if result.proven and search.left() > 0 and not search.cancelled():
        best = search.run("draw", _draw_terms(search), best, search.left()).chosen
    if unproven is None:
        return TeamResult(best, True, 0.0, "", None)
    at, gap, bound = unproven
    return TeamResult(best, False, gap, at, bound)


def plan_cost(pairs: Pairs, prices: Prices, chosen: Ints) -> int:
    """Return what a choice of pairs costs, fairness included, bonus of kept pairs left out."""
    return int(pairs.true_cost[chosen].sum()) + fairness_cost(pairs, prices, chosen)


def fairness_cost(pairs: Pairs, prices: Prices, chosen: Ints) -> int:
    """Return the price of 2nd and later missions and of wear, for the missions added to the pinned ones."""
    done = np.bincount([i for i, _ in pairs.pinned], minlength=len(pairs.people))
    load = np.bincount(pairs.person[chosen], minlength=len(pairs.people))
    wear = np.array([person.wear for person in pairs.people], dtype=np.int64)
    total = int((wear * load).sum()) * prices.wear
    for more, price in _rising(prices):
        total += price * int((np.maximum(done + load - more, 0) - np.maximum(done - more, 0)).sum())
    return total * UNITS


def _rising(prices: Prices) -> tuple[tuple[int, int], tuple[int, int]]:
    """What each mission after the first, then after the second, adds to the price."""
    return ((1, prices.second_mission), (2, prices.third_mission - prices.second_mission))


def _cost_terms(search: Search) -> dict[int, int]:
    pairs, prices = search.pairs, search.prices
    terms = {k: int(pairs.cost[k]) + prices.wear * pairs.people[pairs.person[k]].wear * UNITS for k in search.x}
    for more, price in _rising(prices):
        if price:
            for key in _count_after(search, more):
                terms[key] = price * UNITS
    return terms


def _draw_terms(search: Search) -> dict[int, int]:
    pairs = search.pairs
    step = 1 + 2 * DRAW * int(pairs.headcount.sum())
    terms = {
        k: pairs.people[pairs.person[k]].wear * step
        + lot(search.seed, "person", pairs.people[pairs.person[k]].id)
        + lot(search.seed, "demand", pairs.demands[pairs.demand[k]].id)
        for k in search.x
    }
    for more in (1, 2):
        for key in _count_after(search, more):
            terms[key] = int(FAIR_STEPS[more] - FAIR_STEPS[more - 1]) * step
    return terms


def _count_after(search: Search, more: int) -> list[int]:
    """Declare, once, helpers that count each person's missions after the first (``more`` = 1) or the second."""
    pairs = search.pairs
    done = np.bincount([i for i, _ in pairs.pinned], minlength=len(pairs.people))
    keys: list[int] = []
    for i, group in search.groups(lambda k: int(pairs.person[k])).items():
        offset = int(done[i]) - more
        if len(group) + offset <= 0:
            continue
        key = -(2 * i + more)
        if key not in search.over:
            variable = search.model.new_int_var(0, len(group) + int(done[i]), f"after{more}_{i}")
            search.model.add(variable >= sum(group) + offset)
            search.over[key] = (variable, i, offset)
        keys.append(key)
    return keys


def _near_rules(pairs: Pairs, start: Ints) -> Ints:
    """Return the pairs of demands under a rule, and those the start plan uses elsewhere."""
    ruled = np.zeros(len(pairs.demands), dtype=np.bool_)
    ruled[list(_team_of(pairs))] = True
    for d, demand in enumerate(pairs.demands):
        if any(half == demand.half_day for _, half in pairs.index.spare):
            ruled[d] = True
    return np.union1d(np.flatnonzero(ruled[pairs.demand]), start)
