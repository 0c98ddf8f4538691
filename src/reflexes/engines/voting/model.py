"""What goes into a tally and what comes out: frozen, small, free of any framework.

Costs, budgets, steps and points are whole numbers or fractions, never floats: the winners are exact. What each voter
paid or had left is told in floats, for reading only. Identical ballots are one ``Ballot`` with its number of voters
(``grouped`` makes them).

Source: issue 4 part 2; research/deliberation.md 3.3, 3.5 and 5; Peters, Pierczyński, Skowron, *Proportional
participatory budgeting with additive utilities*, 2021 (equal shares); pabulib.org/format (the greedy rules).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

Amount = int | Fraction
Param = str | int | float | Fraction
Marks = tuple[tuple[str, Amount], ...]
"""What one ballot says: (project id, points) pairs; an approval is one point."""

EQUAL_SHARES = "equal-shares"
GREEDY, NO_SKIP, THRESHOLD, EXCLUSIVE = "greedy", "greedy-no-skip", "greedy-threshold", "greedy-exclusive"
RULES = (EQUAL_SHARES, GREEDY, NO_SKIP, THRESHOLD, EXCLUSIVE)
UTILITIES = ("cost", "cardinality", "points")
COMPLETIONS = ("none", "add1")
TIES = ("id", "cost", "votes")


class VotingError(ValueError):
    """The data contradict themselves. ``code`` and ``params`` let the caller write the sentence."""

    def __init__(self, code: str, **params: Param) -> None:
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, Param] = params


class Project(NamedTuple):
    """Something the budget could pay for. ``cost`` is in the currency of the budget."""

    id: str
    cost: Amount


class Ballot(NamedTuple):
    """What ``voters`` people wrote, all exactly the same. A project without points was not chosen."""

    marks: Marks
    voters: int = 1


def approve(*projects: str, voters: int = 1) -> Ballot:
    """Return a ballot that approves ``projects``.

    >>> approve("bench", "tree").marks
    (('bench', 1), ('tree', 1))
    """
    return Ballot(tuple((project, 1) for project in projects), voters)


def grouped(marks: Iterable[Marks]) -> tuple[Ballot, ...]:
    """Return one ballot for each distinct thing written, in the order first met.

    >>> grouped([(("a", 1),), (("b", 1),), (("a", 1),)])
    (Ballot(marks=(('a', 1),), voters=2), Ballot(marks=(('b', 1),), voters=1))
    """
    return tuple(Ballot(said, voters) for said, voters in Counter(marks).items())


@dataclass(frozen=True, slots=True)
class Election:
    """Everything a tally depends on, apart from the rule. At most one project of each ``exclusive`` set is funded."""

    budget: Amount
    projects: tuple[Project, ...]
    ballots: tuple[Ballot, ...]
    exclusive: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of the vote, published before it.

    ``utility`` says what a funded project is worth to whoever chose it: its cost, one, or the points they wrote (marks
    of a scale and points of a purse alike). ``completion`` ``add1`` raises every voter's share by ``step`` currency
    units at a time and keeps the last result before the first that costs more than the budget; ``then_greedy`` spends
    what is left in the order of points. ``threshold`` is the fewest points a project needs under ``greedy-threshold``.
    ``ties`` decides between exact equals: ``id`` (alphabetical), ``cost`` (the cheaper first) or ``votes`` (the more
    chosen first), then by id. The greedy rules rank by points (the number of votes for approvals) and know no utility.
    """

    name: str = EQUAL_SHARES
    utility: str = "cost"
    completion: str = "none"
    step: Amount = 1
    then_greedy: bool = False
    threshold: Amount = 0
    ties: str = "id"

    def __post_init__(self) -> None:
        for value, known in (
            (self.name, RULES),
            (self.utility, UTILITIES),
            (self.completion, COMPLETIONS),
            (self.ties, TIES),
        ):
            if value not in known:
                raise VotingError("unknown_rule", value=value, known=", ".join(known))
        if self.step <= 0:
            raise VotingError("step", step=self.step)
        if self.threshold < 0:
            raise VotingError("threshold", threshold=self.threshold)


class Reason(NamedTuple):
    """Why, or what it would have taken: a code and its figures, never a sentence."""

    code: str
    params: Mapping[str, Param] = {}


class Paid(NamedTuple):
    """Who paid for a funded project under equal shares: counts and amounts, never a ballot.

    ``most`` is the largest payment of one voter, in currency units; ``emptied`` of the ``payers`` gave all they had.
    """

    payers: int
    emptied: int
    most: float


@dataclass(frozen=True, slots=True)
class Account:
    """What the tally says about one project.

    ``why`` holds, when funded: ``bought`` (place, payers), ``ranked`` (place), ``completed`` (place; greedy after
    equal shares) or ``free`` (costs nothing). When not: ``no_votes``, ``supporters_short`` (left, missing),
    ``short_twice`` (the same, then ``spare``: what equal shares had left at its turn), ``over_budget`` (left,
    missing), ``behind`` (by: the project at which the rule stops), ``under_threshold`` (threshold, short),
    ``excluded`` (by). ``needs`` are ways, each enough by itself, in which it would have been funded, all else equal:
    ``cost_at_most`` (cost), ``more_voters`` (voters, who had money left), ``points_at_least`` (points). After a
    completion, ``payable_cost`` and ``payable_voters`` say what could have been paid at the shares reached, which is
    not yet a place in the result.
    """

    project: str
    cost: Fraction
    funded: bool
    votes: int
    points: Fraction
    why: Reason
    needs: tuple[Reason, ...] = ()
    paid: Paid | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """Exact equals, and the one the published rule put first; ``split`` when some were funded and others not."""

    projects: tuple[str, ...]
    first: str
    by: str
    split: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """The computed result. ``winners`` are in the order in which they were funded.

    ``represented`` counts the voters with at least one funded project among those they chose. Under equal shares,
    ``share`` is what each voter had in the run that is kept, ``steps`` how often it was raised, and ``stop`` why it was
    raised no more: ``overspend``, ``all_funded``, ``cancelled`` or empty. ``exact_rounds`` counts the choices that were
    too close for floats and were made with fractions.
    """

    rule: Rule
    budget: Fraction
    winners: tuple[str, ...]
    spent: Fraction
    voters: int
    represented: int
    accounts: tuple[Account, ...]
    ties: tuple[Tie, ...] = ()
    share: Fraction | None = None
    steps: int = 0
    stop: str = ""
    exact_rounds: int = 0

    @property
    def left(self) -> Fraction:
        """What is not spent."""
        return self.budget - self.spent


@dataclass(frozen=True, slots=True)
class Departure:
    """Winners chosen by people, beside the computed ones: what a reasoned, signed decision has to show.

    ``over`` is how much the chosen list costs beyond the budget, 0 when it fits.
    """

    computed: tuple[str, ...]
    chosen: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    spent: Fraction
    over: Fraction
    voters: int
    represented_computed: int
    represented: int


class Step(NamedTuple):
    """One sign of life of a long completion: ``done`` of the ``total`` budget is placed."""

    stage: str
    done: int
    total: int


Progress = Callable[[Step], None]
Cancelled = Callable[[], bool]


def no_progress(step: Step, /) -> None:
    """Ignore the step (the default)."""


def never_cancelled() -> bool:
    """Nobody asked to stop (the default)."""
    return False


@dataclass(slots=True)
class Purchase:
    """One project funded in a run: its place in the table, and the equals it was chosen from."""

    project: int
    tied: tuple[int, ...] = ()
