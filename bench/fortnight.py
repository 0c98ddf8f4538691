"""A fortnight lived day by day: people say no, say nothing, drop out, are kept by their service, and are replaced.

The same people, the same needs and the same draws (a person's answer to a need is drawn from the seed, the person and
the need, whoever asks) meet three ways of working:

- *sheet*: highest priority first, then the sooner, in posting order, nearest first, called one by one until somebody
  says yes; holes are called again as they come; what was agreed is never looked at as a whole again. Once with two
  callers (60 calls a day each), once with as many callers as it takes, who know each answer at once: no cell has them,
  so read its calls beside what it fills.
- *ours*: a plan on the Friday evening, a wave, then each evening a new plan (``replan``, with moves among those not yet
  asked) and a wave to those never asked for that need. Answers take hours and come too late for some.
- *ours, over-asking*: the same, asking a few more than places where a refusal is likely to leave a hole
  (``how_many``); a late yes goes on reserve, holds nothing, and is called first when somebody drops out.

Every evening the missions agreed so far are read by ``check``, which knows nothing of how they were made, and a second
reader makes sure that nobody was asked twice for a need they refused, nor twice for one half-day at once.
"""

from __future__ import annotations

import dataclasses
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from reflexes.engines.matching import (
    Demand,
    Person,
    Problem,
    check,
    distance_km,
    generate,
    how_many,
    plan,
    replan,
    shrunk_rate,
    views,
)
from reflexes.engines.matching.generate import MONDAY

SIZES = ((500, 150), (5_000, 1_500))
REFUSALS = (0.2, 0.4)
SEEDS = (1, 2, 3)
FIRST_EVENING = -3  # the Friday before the first Monday
NEVER, KEPT = 0.03, 0.06  # never answer; kept by their service after a yes
EVE, MORNING = 0.04, 0.02  # drop out the day before, the morning itself
MEDIAN_HOURS = 5.0  # half of the answers come within
CALLS_IN_THE_MORNING = 3
CALLERS, CALLS_EACH = 2, 60  # six hours a day, six minutes for a call and its note
PICKS_UP = 0.5
# The product's own settings (mechanisms/allocation/limits.py).
TARGET, MOST, PRIOR_YES, PRIOR = 0.8, 2, 6, 10
Pair = tuple[str, str]


def fortnight(people: int, needs: int, seed: int) -> Problem:
    """Two weeks of the usual problem: the same people offer half-days in each, ``needs`` demands a week."""
    first, second = generate(people, needs, seed), generate(people, needs, seed + 1_000)
    both = tuple(
        dataclasses.replace(
            one, half_days=one.half_days | {_later(half) for half in other.half_days}, experience=frozenset()
        )
        for one, other in zip(first.people, second.people, strict=True)
    )
    demands = [*first.demands]
    for one in second.demands:
        demands.append(dataclasses.replace(one, id=f"e{one.id}", need=f"e{one.need}", half_day=_later(one.half_day)))
    return Problem(both, tuple(demands))


def _later(half_day: str) -> str:
    return f"{(date.fromisoformat(half_day[:10]) + timedelta(days=7)).isoformat()}{half_day[10:]}"


def day_of(demand: Demand) -> int:
    """Days since the first Monday."""
    return (date.fromisoformat(demand.half_day[:10]) - MONDAY).days


@dataclass(slots=True)
class Luck:
    """What each person would answer, whoever asks: drawn from names, not from the order of events."""

    seed: int
    no: float

    def draw(self, *names: object) -> float:
        """Return a number from 0 to 1 for these names."""
        return random.Random(f"{self.seed}/{'/'.join(map(str, names))}").random()

    def answer(self, person: str, demand: Demand, hours: float) -> str:
        """Return yes, no or silence, as it stands ``hours`` after the question."""
        if self.draw("never", person, demand.id) < NEVER:
            return "silence"
        delay = random.Random(f"{self.seed}/delay/{person}/{demand.id}").expovariate(0.693 / MEDIAN_HOURS)
        if delay > hours:
            return "silence"
        return "no" if self.draw("no", person, demand.need) < self.no else "yes"

    def kept(self, pair: Pair) -> bool:
        """Tell whether the home service keeps this person."""
        return self.draw("kept", *pair) < KEPT

    def drops(self, pair: Pair, when: str) -> bool:
        """Tell whether somebody agreed drops out on the eve or on the morning."""
        return self.draw(when, *pair) < (EVE if when == "eve" else MORNING)


@dataclass(slots=True)
class World:
    """What happened so far, whatever the way of working."""

    problem: Problem
    luck: Luck
    people: dict[str, Person] = field(default_factory=dict)
    demands: dict[str, Demand] = field(default_factory=dict)
    near: dict[str, tuple[tuple[str, float | None], ...]] = field(default_factory=dict)
    agreed: set[Pair] = field(default_factory=set)
    over: dict[Pair, str] = field(default_factory=dict)
    """Pairs nobody asks again, with why."""
    reserve: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    asks: Counter[str] = field(default_factory=Counter)
    present: set[Pair] = field(default_factory=set)
    calls: int = 0
    yes: int = 0
    answers: int = 0
    late_holes: int = 0
    broken: int = 0
    moved: int = 0
    would_move: int = 0

    def __post_init__(self) -> None:
        self.people = {one.id: one for one in self.problem.people}
        self.demands = {one.id: one for one in self.problem.demands}
        self.near = {one.demand: one.nearest for one in views(self.problem, keep=len(self.people))}
        self._taken: dict[str, Counter[str]] = defaultdict(Counter)
        self._weeks: dict[str, Counter[int]] = defaultdict(Counter)
        self._held: Counter[str] = Counter()

    # ``slots`` needs their names.
    _taken: dict[str, Counter[str]] = field(init=False)
    _weeks: dict[str, Counter[int]] = field(init=False)
    _held: Counter[str] = field(init=False)

    def agree(self, pair: Pair) -> None:
        """Write a mission down: it takes the half-day, the place and one half-day of the week."""
        person, demand = pair[0], self.demands[pair[1]]
        self.agreed.add(pair)
        self._taken[person][demand.half_day] += 1
        self._weeks[person][day_of(demand) // 7] += 1
        self._held[demand.id] += 1

    def lose(self, pair: Pair, why: str) -> None:
        """Take a mission off, and never ask that person for that half-day again."""
        person, demand = pair[0], self.demands[pair[1]]
        self.agreed.discard(pair)
        self.over[pair] = why
        self._taken[person][demand.half_day] -= 1
        self._weeks[person][day_of(demand) // 7] -= 1
        self._held[demand.id] -= 1

    def free(self, person: str, demand: Demand) -> bool:
        """Tell whether somebody who may serve ``demand`` has the half-day and the week left, and may be asked."""
        return (
            not self._taken[person][demand.half_day]
            and self._weeks[person][day_of(demand) // 7] < self.people[person].cap
            and (person, demand.id) not in self.over
        )

    def short(self, demand: Demand) -> int:
        """Places not agreed."""
        return demand.headcount - self._held[demand.id]

    def ask(self, person: str, demand: Demand, hours: float) -> bool:
        """Ask, and tell whether it is yes; a no or a silence ends the asking."""
        if (person, demand.id) in self.over:
            self.broken += 1
        self.asks[person] += 1
        said = self.luck.answer(person, demand, hours)
        self.answers += said != "silence"
        self.yes += said == "yes"
        if said != "yes":
            self.over[person, demand.id] = said
        return said == "yes"

    def call_until_filled(
        self, demand: Demand, *, at_most: int | None = None, order: str = "nearest", end: int | None = None
    ) -> None:
        """Call people one by one for the places left: whoever may come, in this order, until call number ``end``."""
        waiting = [person for person, _km in self.near[demand.id]]
        if order == "least asked":
            waiting.sort(key=lambda person: self.asks[person])
        tried = 0
        for person in waiting:
            over = (at_most is not None and tried >= at_most) or (end is not None and self.calls >= end)
            if over or self.short(demand) <= 0:
                return
            if not self.free(person, demand):
                continue
            tried += 1
            self.calls += 1
            if at_most is not None and self.luck.draw("picks up", person, demand.id) > PICKS_UP:
                self.asks[person] += 1
                continue
            if self.ask(person, demand, 24.0):
                self.settle((person, demand.id))

    def settle(self, pair: Pair) -> None:
        """A yes: the home service answers, then the mission holds."""
        if self.luck.kept(pair):
            self.over[pair] = "withheld"
        else:
            self.agree(pair)

    def coming(self, day: int) -> list[Demand]:
        """Return the demands after ``day``, as posted."""
        return [one for one in self.problem.demands if day_of(one) > day]

    def verify(self, day: int) -> None:
        """Count every hard rule broken by what is agreed, with the eye of the engine's verifier."""
        both = self.agreed | self.present
        forbidden = {pair: why for pair, why in self.over.items() if pair in both}
        self.broken += len(check(dataclasses.replace(self.problem, forbidden=forbidden), both))


class Sheet:
    """Priority, the sooner, posting order, nearest first, one call after the other; no plan."""

    def __init__(self, calls_a_day: int | None) -> None:
        self.calls_a_day = calls_a_day
        self.this_morning = 0

    def evening(self, world: World, day: int) -> None:
        """Call for every hole ahead, from the top of the list, until the day is over."""
        a_day = self.calls_a_day
        end = None if a_day is None else world.calls + a_day - a_day // 4
        for demand in sorted(world.coming(day), key=lambda one: (-one.priority, day_of(one))):
            world.call_until_filled(demand, end=end)
        # A quarter of the day's calls is kept for the next morning.
        self.this_morning = world.calls + (a_day or 0) // 4

    def morning(self, world: World, demand: Demand) -> None:
        """Call a few nearest people before the half-day begins."""
        end = None if self.calls_a_day is None else self.this_morning
        world.call_until_filled(demand, at_most=CALLS_IN_THE_MORNING, end=end)


class Ours:
    """A plan each evening, a wave, and answers when they come."""

    def __init__(self, *, beyond: bool) -> None:
        self.beyond = beyond
        self.before: frozenset[Pair] = frozenset()

    def evening(self, world: World, day: int) -> None:
        """Plan what is left beside what is agreed, send, and read the answers that came in time."""
        problem = self._left(world, day)
        ahead = {demand.id for demand in problem.demands}
        known = frozenset(pair for pair in self.before if pair[1] in ahead)
        if known:
            found = replan(problem, known, seed=day + 100).full
            alone = plan(dataclasses.replace(problem, pinned=frozenset()), seed=day + 100)
            world.would_move += len(problem.pinned - set(alone.assignments))
        else:
            found = plan(problem, seed=day + 100)
        self.before = frozenset(found.assignments)
        world.moved += len(problem.pinned - self.before)
        new = [pair for pair in found.assignments if pair not in problem.pinned]
        wave = [*new, *(self._more(world, new, day) if self.beyond else ())]
        asked_at: Counter[Pair] = Counter((person, world.demands[demand].half_day) for person, demand in wave)
        world.broken += sum(count > 1 for count in asked_at.values())
        for pair in wave:
            person, demand = pair[0], world.demands[pair[1]]
            # Messages leave at 18:00; the answer must come within a day, and before the half-day begins.
            first = 14.0 if demand.half_day.endswith("am") else 19.0
            if not world.ask(person, demand, min(24.0, first + 24.0 * (day_of(demand) - day - 1))):
                continue
            if world.short(demand) > 0 and world.free(person, demand):
                world.settle(pair)
            else:
                world.reserve[demand.id].append(person)
        for demand in problem.demands:
            self._from_reserve(world, world.demands[demand.id])

    def morning(self, world: World, demand: Demand) -> None:
        """Call those on reserve, then those asked least."""
        self._from_reserve(world, demand)
        world.call_until_filled(demand, at_most=CALLS_IN_THE_MORNING, order="least asked")

    def _left(self, world: World, day: int) -> Problem:
        demands = tuple(world.coming(day))
        ahead = {demand.id for demand in demands}
        held: dict[str, set[str]] = defaultdict(set)
        for person, demand in world.present:
            held[person].add(world.demands[demand].half_day)
        for person, demand in world.agreed:
            if demand not in ahead:
                held[person].add(world.demands[demand].half_day)
        people = tuple(
            dataclasses.replace(one, held=frozenset(held[one.id])) if one.id in held else one
            for one in world.problem.people
        )
        pinned = frozenset(pair for pair in world.agreed if pair[1] in ahead)
        forbidden = {pair: why for pair, why in world.over.items() if pair[1] in ahead}
        return Problem(people, demands, pinned=pinned, forbidden=forbidden)

    def _more(self, world: World, new: list[Pair], day: int) -> Iterable[Pair]:
        """Yield whom to ask beyond the places, the most constrained half-day first, those asked least first."""
        rate = shrunk_rate(world.yes, world.answers, PRIOR_YES, PRIOR)
        planned: Counter[str] = Counter(demand for _person, demand in new)
        used = {(person, world.demands[demand].half_day) for person, demand in new}
        week = Counter((person, day_of(world.demands[demand]) // 7) for person, demand in new)

        def others(demand: Demand) -> list[str]:
            when = day_of(demand) // 7
            return [
                person
                for person, _km in world.near[demand.id]
                if (person, demand.half_day) not in used
                and world.free(person, demand)
                and world._weeks[person][when] + week[person, when] < world.people[person].cap
            ]

        counted = {demand: len(others(world.demands[demand])) for demand in planned}
        for demand_id in sorted(planned, key=lambda one: (counted[one], one)):
            demand, number = world.demands[demand_id], planned[demand_id]
            able = sorted(others(demand), key=lambda person: world.asks[person])
            places = world.short(demand)
            asking = how_many(places, rate, asked=number, others=len(able), target=TARGET, most=MOST * places)
            for person in able[: asking.ask - number]:
                used.add((person, demand.half_day))
                week[person, day_of(demand) // 7] += 1
                yield person, demand_id

    def _from_reserve(self, world: World, demand: Demand) -> None:
        waiting = world.reserve.get(demand.id, [])
        while waiting and world.short(demand) > 0:
            person = waiting.pop(0)
            if world.free(person, demand):
                world.calls += 1
                world.settle((person, demand.id))


Way = Sheet | Ours
WAYS: tuple[tuple[str, Callable[[], Way]], ...] = (
    ("sheet, two callers", lambda: Sheet(CALLERS * CALLS_EACH)),
    ("sheet, callers without end", lambda: Sheet(None)),
    ("**ours**", lambda: Ours(beyond=False)),
    ("**ours**, over-asking", lambda: Ours(beyond=True)),
)


def live(problem: Problem, way: Way, luck: Luck) -> World:
    """Live the fortnight and return what happened."""
    world = World(problem, luck)
    for day in range(FIRST_EVENING, 14):
        # The morning: those who do not come, and whoever can be found at once; then the day itself.
        today = [one for one in problem.demands if day_of(one) == day]
        for demand in today:
            for pair in sorted(pair for pair in world.agreed if pair[1] == demand.id):
                if luck.drops(pair, "morning"):
                    world.lose(pair, "dropped")
            if world.short(demand) > 0:
                way.morning(world, demand)
            world.late_holes += world.short(demand)
        ids = {demand.id for demand in today}
        world.present |= {pair for pair in world.agreed if pair[1] in ids}
        world.verify(day)
        # The evening: those who drop out for tomorrow, then a new look at what is left.
        for pair in sorted(pair for pair in world.agreed if day_of(world.demands[pair[1]]) == day + 1):
            if luck.drops(pair, "eve"):
                world.lose(pair, "dropped")
        if day < 13:
            way.evening(world, day)
    return world


@dataclass(frozen=True, slots=True)
class Figures:
    """What one fortnight gave."""

    top: float
    all: float
    km: float
    never_asked: float
    used: float
    asks: float
    most_asks: int
    gini: float
    contract: float
    calls: int
    moved: int
    would_move: int
    broken: int
    seconds: float


def figures(world: World, seconds: float) -> Figures:
    """Sum up."""
    level = {one.id: one.priority for one in world.problem.demands}
    asked = Counter()
    for one in world.problem.demands:
        asked[one.priority] += one.headcount
    came = Counter(level[demand] for _person, demand in world.present)
    offering = [one for one in world.problem.people if one.half_days]
    times = Counter(person for person, _demand in world.present)
    ways = [distance_km(world.people[person], world.demands[demand]) or 0.0 for person, demand in world.present]
    used = [one for one in offering if times[one.id]]
    contract = statistics.mean(one.traits["status"] == "contract" for one in used)
    return Figures(
        came[3] / asked[3],
        sum(came.values()) / sum(asked.values()),
        statistics.mean(ways),
        sum(not world.asks[one.id] for one in offering) / len(offering),
        len(used) / len(offering),
        sum(world.asks.values()) / max(1, sum(1 for count in world.asks.values() if count)),
        max(world.asks.values()),
        gini([times[one.id] for one in offering]),
        contract / statistics.mean(one.traits["status"] == "contract" for one in offering),
        world.calls,
        world.moved,
        world.would_move,
        world.broken,
        seconds,
    )


def gini(values: list[int]) -> float:
    """Return how unevenly missions are shared: 0 all alike, 1 one person does everything.

    >>> gini([1, 1, 1]), round(gini([0, 0, 3]), 3)
    (0.0, 0.667)
    """
    ordered = sorted(values)
    total, size = sum(ordered), len(ordered)
    if not total:
        return 0.0
    return sum((2 * rank - size - 1) * value for rank, value in enumerate(ordered, start=1)) / (size * total)


def reachable(problem: Problem) -> tuple[float, float]:
    """Return what the proven optimum fills when everybody says yes: the tension of the fortnight."""
    filled = plan(problem, seed=1).filled_by_priority
    return filled[3][0] / filled[3][1], sum(f for f, _ in filled.values()) / sum(a for _, a in filled.values())


def main(sizes: Iterable[tuple[int, int]] = SIZES) -> None:
    """Print one Markdown table: the mean of three seeds in each row, and the seeds of the first column beside it."""
    print("### A simulated fortnight\n")
    print(
        "| people / needs a week | say no | reachable top / all | way | top places held | all | by seed, top | km each "
        "| never asked | used | asks each (most) | Gini | on contract, x pool | calls | "
        "agreed missions moved (without pins) "
        "| rules broken | seconds |"
    )
    print("|---" * 17 + "|")
    for people, needs in sizes:
        problems = {seed: fortnight(people, needs, seed) for seed in SEEDS}
        could = [reachable(problem) for problem in problems.values()]
        top, every = (statistics.mean(column) for column in zip(*could, strict=True))
        for no in REFUSALS:
            for name, make in WAYS:
                rows = []
                for seed, problem in problems.items():
                    started = time.perf_counter()
                    rows.append(figures(live(problem, make(), Luck(seed, no)), 0.0))
                    rows[-1] = dataclasses.replace(rows[-1], seconds=time.perf_counter() - started)

                def mean(column: str, rows: list[Figures] = rows) -> float:
                    return statistics.mean(getattr(row, column) for row in rows)

                seeds = " / ".join(f"{row.top:.1%}" for row in rows)
                print(
                    f"| {people:,} / {needs:,} | {no:.0%} | {top:.1%} / {every:.1%} | {name} | {mean('top'):.1%} "
                    f"| {mean('all'):.1%} | {seeds} | {mean('km'):.2f} | {mean('never_asked'):.1%} "
                    f"| {mean('used'):.1%} | {mean('asks'):.2f} ({max(row.most_asks for row in rows)}) "
                    f"| {mean('gini'):.3f} "
                    f"| {mean('contract'):.2f} | {mean('calls'):,.0f} | {mean('moved'):.0f} ({mean('would_move'):.0f}) "
                    f"| {sum(row.broken for row in rows)} | {mean('seconds'):.1f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main([tuple(map(int, one.split("/"))) for one in sys.argv[1:]] or SIZES)
