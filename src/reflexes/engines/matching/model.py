"""What goes into the engine and what comes out: frozen, small, free of any framework.

A half-day is the string ``2026-11-23/am`` or ``2026-11-23/pm``. Costs are integers: one price point
is ``UNITS`` cost units, so with the default ten points per kilometre a unit is one metre.

Source: issue 2 part 2; mechanisms.md P09 and P10; research/allocation.md 4.1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

UNITS = 100
"""Cost units in one price point."""

Param = str | int | float
Pair = tuple[str, str]
"""(person id, demand id)."""


class ProblemError(ValueError):
    """The data contradict themselves. ``code`` and ``params`` let the caller write the sentence."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, Param] = params


class Wish(NamedTuple):
    """One wish of a person; the kinds and what they mean are in ``wishes.py``."""

    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who offers half-days.

    ``cap`` counts half-days per ISO week, ``day_cap`` half-days per day. ``experience`` holds the kinds of
    mission already done (none: newcomer). ``from_day`` is the first day somebody young may be asked at all; until
    ``adult_on`` they need a parent's ``consent`` and a mentor beside them. ``wear`` counts the missions of the
    past month. ``traits`` feed the spread report only: they never enter a cost. ``held`` are half-days given
    already to missions that are none of these demands (days before the plan, closed needs): they use up the caps.
    """

    id: str
    skills: frozenset[str] = frozenset()
    half_days: frozenset[str] = frozenset()
    cap: int = 3
    max_km: float | None = None
    x_km: float | None = None
    y_km: float | None = None
    hard: tuple[Wish, ...] = ()
    soft: tuple[Wish, ...] = ()
    mentor: bool = False
    experience: frozenset[str] = frozenset()
    certificates: Mapping[str, date] = field(default_factory=dict)
    birth_date: date | None = None
    from_day: date | None = None
    adult_on: date | None = None
    consent: bool = False
    unit: str = ""
    wear: int = 0
    traits: Mapping[str, str] = field(default_factory=dict)
    day_cap: int = 2
    held: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Demand:
    """One half-day of one need for one skill: ``headcount`` places.

    Demands with the same ``need`` and ``half_day`` form one team: the team rules (``min_team``,
    ``mentor_required``, ``max_newcomers_per_mentor``) hold for the people of all of them together.
    """

    id: str
    need: str
    half_day: str
    headcount: int = 1
    skill: str | None = None
    priority: int = 1
    x_km: float | None = None
    y_km: float | None = None
    host: str = ""
    kind: str = ""
    min_team: int = 0
    mentor_required: bool = False
    max_newcomers_per_mentor: int = 2
    min_age: int | None = None
    certificates: frozenset[str] = frozenset()
    remote: bool = False
    adults_only: bool = False
    accompanied: bool = True
    """A mentor of the host is beside whoever comes: without one nobody under age does."""


@dataclass(frozen=True, slots=True)
class UnitMinimum:
    """A home service that must keep ``minimum`` of its ``present`` people on one half-day."""

    unit: str
    half_day: str
    present: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Everything a plan depends on, apart from prices and seed.

    ``pinned`` pairs were accepted by people: they stand whatever the person's own limits say today
    (half-days, wishes, distance, cap). ``forbidden`` pairs carry the code of their motive. ``keep`` pairs
    are kept when that costs no place.
    """

    people: tuple[Person, ...]
    demands: tuple[Demand, ...]
    pinned: frozenset[Pair] = frozenset()
    forbidden: Mapping[Pair, str] = field(default_factory=dict)
    keep: frozenset[Pair] = frozenset()
    minimums: tuple[UnitMinimum, ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """What a coordinator may tune. Priorities, hard wishes and the like have no price.

    ``second_mission``, ``third_mission`` and ``wear`` are paid in the same coin as kilometres. Left at 0
    they still decide between plans of equal kilometres and wishes ("then fairness").
    ``unknown_km`` is charged when a distance cannot be computed, so that people whose home is unknown are
    neither favoured nor excluded.
    """

    km: int = 10
    soft: int = 50
    second_mission: int = 0
    third_mission: int = 0
    wear: int = 0
    keep_bonus: int = 10_000
    unknown_km: int = 10

    def __post_init__(self) -> None:
        for name in ("km", "soft", "second_mission", "third_mission", "wear", "keep_bonus", "unknown_km"):
            if getattr(self, name) < 0:
                raise ProblemError("negative_price", name=name)
        if self.third_mission < self.second_mission:
            # A flow only carries rising costs.
            raise ProblemError("third_mission_cheaper_than_second")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a pair is refused: a code and its parameters, never a sentence."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unfilled:
    """A demand with places left.

    ``why`` is ``pool`` (fewer eligible people than places: recruit or train), ``contested`` (they are used
    elsewhere), ``team`` (a team rule keeps it closed) or ``unit_minimum`` (a home service keeps its people).
    ``counts`` is the funnel of ``ledger_counts`` plus ``busy``: eligible people who have no half-day left in
    this plan.
    """

    demand: str
    missing: int
    why: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal. ``cost`` is in cost units; it leaves out priorities and the bonus for kept pairs.

    ``optimal`` is true when proven. Otherwise ``gap`` is the relative distance between the plan and the
    proven ``bound`` at the first level not proven, named by ``gap_at``: ``places`` (filled places, all
    priorities down to the unproven one) or ``cost``. A greedy plan proves nothing: its gap is None.
    """

    assignments: tuple[Pair, ...]
    filled_by_priority: Mapping[int, tuple[int, int]]
    km: float
    soft_missed: int
    cost: int
    optimal: bool
    gap: float | None
    gap_at: str
    bound: float | None
    seed: int
    engine: str
    prices: Prices
    unfilled: tuple[Unfilled, ...]
    kept: int = 0

    @property
    def filled(self) -> int:
        """Places filled, all priorities together."""
        return len(self.assignments)


class Step(NamedTuple):
    """One sign of life of a long calculation."""

    stage: str
    done: int
    total: int
    best: float | None = None
    bound: float | None = None


class Progress(Protocol):
    """Receives the steps. It must not raise and must be quick."""

    def __call__(self, step: Step, /) -> None: ...


def no_progress(step: Step, /) -> None:
    """Ignore the step (the default)."""


def never_cancelled() -> bool:
    """Nobody asked to stop (the default)."""
    return False


Cancelled = Callable[[], bool]
