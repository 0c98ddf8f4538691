"""What goes into an agreement map and what comes out: frozen, small, free of any framework.

A vote is 1 (agree), -1 (disagree) or 0 (pass: seen, no side taken). A statement somebody has not seen has no vote: it
is never counted as a pass.

Source: issue 4 part 3; research/deliberation.md 1.5 and 3.4; Small and others, *Polis: scaling deliberation by mapping
high dimensional opinion spaces*, 2021; polis `delphi/docs/MATH_ALGORITHM_HISTORY.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

AGREE, PASS, DISAGREE = 1, 0, -1
Param = str | int | float

LEAST_GROUP = 2
"""Whatever is asked, a group of one person is never made."""
FLOOR = 5
"""The usual floor: nothing is said of fewer people than this."""


class OpinionError(ValueError):
    """The data contradict themselves. ``code`` and ``params`` let the caller write the sentence."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, Param] = params


class Cast(NamedTuple):
    """One vote of one person on one statement."""

    person: str
    statement: str
    vote: int


class Reason(NamedTuple):
    """Why something is not shown: a code and its figures, never a sentence."""

    code: str
    params: Mapping[str, Param] = {}


class Shares(NamedTuple):
    """What ``seen`` people said of a statement: so many agree, disagree, pass."""

    seen: int
    agree: int
    disagree: int
    passed: int


class Typical(NamedTuple):
    """A statement that marks a group: more of it ``side`` (1 agree, -1 disagree) than of the others.

    ``share`` and ``elsewhere`` are smoothed shares; ``strength`` is a one-sided z of their difference.
    """

    statement: str
    side: int
    share: float
    elsewhere: float
    strength: float


@dataclass(frozen=True, slots=True)
class Group:
    """People who vote alike. ``typical`` are the statements that mark it, strongest first."""

    number: int
    people: int
    typical: tuple[Typical, ...]


@dataclass(frozen=True, slots=True)
class StatementView:
    """What is said of one statement. ``everybody`` is ``None`` under the floor.

    ``by_group`` is empty when there are no groups, or when one of them has too few votes on it to be shown without
    telling who. ``unites`` is the group-informed consensus: the product, over groups, of the smoothed share on
    ``unites_on`` (1 agree, -1 disagree): high only when every group is on that side. ``divides`` is the widest gap
    between two groups, from 0 to 1. Both are ``None`` when the groups cannot be shown.
    """

    statement: str
    everybody: Shares | None
    by_group: tuple[Shares, ...]
    unites: float | None
    unites_on: int
    divides: float | None


@dataclass(frozen=True, slots=True)
class AgreementMap:
    """The map. ``places`` are two coordinates for each person placed, to be drawn without names.

    ``group_of`` tells the group of each person placed; ``left_out`` counts those with too few votes to be placed. When
    there are no groups, ``no_groups`` says why: ``too_few_people``, ``too_few_statements``, ``too_few_votes`` (too few
    people voted enough), ``no_difference`` (everybody votes alike), ``no_division`` (no more than chance would draw) or
    ``groups_too_small``.
    """

    people: int
    left_out: int
    places: Mapping[str, tuple[float, float]]
    group_of: Mapping[str, int]
    groups: tuple[Group, ...]
    statements: tuple[StatementView, ...]
    explained: tuple[float, float]
    no_groups: Reason | None
    seed: int
    floor: int

    def uniting(self) -> tuple[StatementView, ...]:
        """Return the statements by what unites across groups, most first."""
        shown = [view for view in self.statements if view.unites is not None]
        return tuple(sorted(shown, key=lambda view: (-(view.unites or 0.0), view.statement)))

    def dividing(self) -> tuple[StatementView, ...]:
        """Return the statements by what divides groups, most first."""
        shown = [view for view in self.statements if view.divides is not None]
        return tuple(sorted(shown, key=lambda view: (-(view.divides or 0.0), view.statement)))
