"""What goes into the draw and what comes out: frozen, small, free of any framework.

A chance is a probability between 0 and 1. A composition says how many people of each group sit on a panel; a ticket
is a numbered composition, and all tickets are equally likely.

Source: issue 4, part 1; research/deliberation.md, sections 3 and 6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from reflexes.engines.lottery.profiles import Groups

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Param = str | int | float

TICKETS = 1_000
"""Numbered tickets of a public draw."""
CLOSE = 1e-6
"""A chance is called the best one when it is within this of a proven bound."""


class ProblemError(ValueError):
    """The data contradict themselves. ``code`` and ``params`` let the caller write the sentence."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, Param] = params


class Stopped(Exception):
    """Somebody asked to stop: a draw that is half prepared is no draw."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who answered the letter: one answer for each feature, in the order of ``Problem.features``.

    ``id`` is a pseudonym: it is published. People of one ``household`` never sit together; empty means alone.
    """

    id: str
    answers: tuple[str, ...]
    household: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """At least ``low`` and at most ``high`` people with this answer.

    ``low_flex`` and ``high_flex``, when known, are how far the organiser said they would go if they had to.
    """

    feature: str
    value: str
    low: int
    high: int
    low_flex: int | None = None
    high_flex: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A pool, the quotas of its features and the ``size`` of the panel."""

    features: tuple[str, ...]
    people: tuple[Person, ...]
    quotas: tuple[Quota, ...]
    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ProblemError("size", size=self.size)
        if not self.people:
            raise ProblemError("empty_pool")
        known: dict[str, set[str]] = {feature: set() for feature in self.features}
        for quota in self.quotas:
            if quota.feature not in known:
                raise ProblemError("unknown_feature", feature=quota.feature)
            if quota.value in known[quota.feature]:
                raise ProblemError("duplicate_quota", feature=quota.feature, value=quota.value)
            if not 0 <= quota.low <= quota.high:
                raise ProblemError("quota_order", feature=quota.feature, value=quota.value)
            known[quota.feature].add(quota.value)
        seen: set[str] = set()
        for person in self.people:
            if person.id in seen:
                raise ProblemError("duplicate_person", person=person.id)
            seen.add(person.id)
            if len(person.answers) != len(self.features):
                raise ProblemError("answers", person=person.id)
            for feature, value in zip(self.features, person.answers, strict=True):
                if value not in known[feature]:
                    raise ProblemError("unknown_value", person=person.id, feature=feature, value=value)


@dataclass(frozen=True, slots=True)
class Change:
    """One quota moved by the smallest relaxation: what it was, what it would be, and how many answered so."""

    quota: Quota
    low: int
    high: int
    pool: int


class Impossible(Exception):
    """No panel keeps every quota.

    ``changes`` is the smallest relaxation that makes one possible, empty when none would: then ``available`` people
    (one for each household) cannot fill ``size`` seats.
    """

    def __init__(self, changes: tuple[Change, ...], *, size: int, available: int) -> None:
        super().__init__(changes, size, available)
        self.changes = changes
        self.size = size
        self.available = available


@dataclass(frozen=True, slots=True)
class Bound:
    """A proof, in whole numbers, that no draw gives everybody a better worst chance than ``value``.

    Whatever the composition c, the sum of ``weights`` x c is at most ``seat`` x size, plus each quota price times its
    quota (the maximum when the price is positive, the minimum when negative), plus each household price times the
    number of households of the kind, plus what is left in each group. Divided by the weights of everybody, that
    bounds the smallest chance. ``certificate.value_of`` recomputes it with additions and one division.
    """

    weights: tuple[int, ...]
    seat: int
    quotas: tuple[int, ...]
    households: tuple[int, ...]
    value: Fraction


@dataclass(frozen=True, slots=True)
class Selection:
    """A fair lottery over panels.

    ``compositions`` are seats by group; ``weights`` their probabilities in the best lottery, whose worst chance is
    ``optimum``. ``tickets`` names, for each numbered ticket, its composition; ``totals`` are the seats of each group
    over all tickets, so that a person's chance in the draw is totals / (tickets x people of the group), exactly.

    ``proven`` says what is proven of the best lottery: ``leximin`` (the worst chance is the best possible, then the
    second worst, and so on), ``maximin`` (the worst chance), or empty. ``bound`` is checked by arithmetic;
    ``ceiling`` is the closest proven bound, smaller than ``bound`` only when whole people make a difference
    (then it rests on an exact solver). ``left_out`` are groups that no panel under these quotas can hold.
    """

    groups: Groups
    compositions: tuple[tuple[int, ...], ...]
    weights: tuple[float, ...]
    chances: tuple[float, ...]
    optimum: float
    tickets: tuple[int, ...]
    totals: tuple[int, ...]
    bound: Bound
    ceiling: float
    proven: str
    left_out: tuple[int, ...] = ()

    @property
    def ticket_chances(self) -> tuple[Fraction, ...]:
        """Chance of one person of each group in the draw."""
        people = self.groups.people.tolist()
        return tuple(Fraction(t, len(self.tickets) * n) for t, n in zip(self.totals, people, strict=True))

    @property
    def ticket_minimum(self) -> Fraction:
        """The smallest chance in the draw, among people whom a panel can hold."""
        out = set(self.left_out)
        return min((c for g, c in enumerate(self.ticket_chances) if g not in out), default=Fraction(0))

    @property
    def loss(self) -> float:
        """What numbering the tickets costs to the worst chance."""
        return max(0.0, self.optimum - float(self.ticket_minimum))

    def chance_of(self, person_id: str) -> float:
        """Chance of a person in the best lottery."""
        return self.chances[self.groups.group_of[person_id]]


class Step(NamedTuple):
    """One sign of life of a long calculation."""

    stage: str
    done: int
    total: int


class Progress(Protocol):
    """Receives the steps. It must not raise and must be quick."""

    def __call__(self, step: Step, /) -> None: ...


def no_progress(step: Step, /) -> None:
    """Ignore the step (the default)."""


def never_cancelled() -> bool:
    """Nobody asked to stop (the default)."""
    return False


Cancelled = Callable[[], bool]


@dataclass(slots=True)
class Watch:
    """Tells how far the work is and stops it when asked."""

    progress: Progress = no_progress
    cancelled: Cancelled = never_cancelled

    def step(self, stage: str, done: int, total: int) -> None:
        """Say one step; raise ``Stopped`` when somebody asked to stop."""
        if self.cancelled():
            raise Stopped
        self.progress(Step(stage, done, total))
