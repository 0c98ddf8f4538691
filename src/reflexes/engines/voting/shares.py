"""The method of equal shares in floats, with fractions wherever two floats are too close to tell apart.

Every voter gets the same share of the budget. Again and again, the project is bought whose supporters can pay its cost
at the least rate (money for one unit of utility), each paying rate x utility or all they have left; until no project's
supporters have the money. A rate never falls while money is spent, so an old rate is a lower bound and most projects
need not be looked at in a round.

Source: Peters, Pierczyński, Skowron 2021; equalshares.net; research/deliberation.md 3.3 (traps: completion stops at
overspend, not at exhaustion; floats; the step in currency units).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from reflexes.engines.voting.exact import Purses
from reflexes.engines.voting.model import Cancelled, Progress, Purchase, Rule, Step, VotingError
from reflexes.engines.voting.table import Floats, Ints, Table

CLOSE = 1e-9
"""Two rates closer than this, relatively, are compared with fractions."""
EPSILON = float(np.finfo(np.float64).eps)
MOST_STEPS = 100_000


@dataclass(slots=True)
class Run:
    """What was bought with one share each. ``whole`` is false when cut short for costing more than the budget."""

    share: Fraction
    bought: list[Purchase] = field(default_factory=list)
    spent: int = 0
    whole: bool = True
    exact_rounds: int = 0

    @property
    def projects(self) -> list[int]:
        """What was bought, in order."""
        return [purchase.project for purchase in self.bought]


@dataclass(frozen=True, slots=True)
class Completed:
    """The run that is kept, how often the share was raised, and why no more."""

    run: Run
    steps: int
    stop: str


class Columns:
    """The parts of the table that a run reads again and again, as floats."""

    def __init__(self, table: Table, rule: Rule) -> None:
        self.table = table
        self.rule = rule
        projects = range(len(table.ids))
        self.groups: list[Ints] = [table.group[table.of(project)] for project in projects]
        self.utility: list[Floats] = [table.utility(project, rule).astype(np.float64) for project in projects]
        self.weight: list[Floats] = [table.weight[groups].astype(np.float64) for groups in self.groups]
        self.worth: list[Floats] = [w * u for w, u in zip(self.weight, self.utility, strict=True)]
        self.total = np.array([float(worth.sum()) for worth in self.worth])
        self.cost = np.array(table.cost, dtype=np.float64)
        self.free = [project for project in projects if not table.cost[project] and table.votes[project]]
        self.wanted = [project for project in projects if table.cost[project] and table.votes[project]]
        self.ties = {project: tie_key(table, rule, project) for project in projects}


def tie_key(table: Table, rule: Rule, project: int) -> tuple[int, str]:
    """Return what the published rule compares between exact equals: the least comes first."""
    first = {"id": 0, "cost": table.cost[project], "votes": -table.votes[project]}[rule.ties]
    return first, table.ids[project]


@dataclass(slots=True)
class Offer:
    """The rate of a project in this round, its rounding margin, and who would give all they have."""

    project: int
    rate: float
    margin: float
    order: Ints
    emptied: int


class Market:
    """One run: what each group of voters has left, and what is still for sale."""

    def __init__(self, columns: Columns, share: Fraction) -> None:
        self.columns = columns
        self.share = share
        self.left = np.full(len(columns.table.weight), float(share))
        self.run = Run(share)
        self.purses: Purses | None = None
        self.replayed = 0
        self.bounds = {project: columns.cost[project] / columns.total[project] for project in columns.wanted}
        for project in columns.free:
            self.run.bought.append(Purchase(project))

    def buy(self, project: int) -> Offer:
        """Buy one project whatever the others cost, and return what it was bought for."""
        offer = self._offer(project)
        if offer is None:
            raise ArithmeticError(f"{self.columns.table.ids[project]}: bought without the money")
        self._buy(offer, ())
        return offer

    def play(self, most: int | None) -> Run:
        """Buy until nothing can be bought, or until more than ``most`` is spent."""
        while offers := self._cheapest():
            tied = tuple(offer.project for offer in offers)
            first = min(offers, key=lambda offer: self.columns.ties[offer.project])
            self._buy(first, tied if len(tied) > 1 else ())
            if most is not None and self.run.spent > most:
                self.run.whole = False
                break
        return self.run

    def _cheapest(self) -> list[Offer]:
        """Return the offer of least rate, or all those that are exactly as cheap; empty when nothing can be bought."""
        close: list[Offer] = []
        ceiling = math.inf
        for project, bound in sorted(self.bounds.items(), key=lambda item: item[1]):
            if bound > ceiling:
                break
            offer = self._offer(project)
            if offer is None:
                del self.bounds[project]
                continue
            self.bounds[project] = offer.rate - offer.margin
            ceiling = min(ceiling, offer.rate + offer.margin)
            close.append(offer)
        close = [offer for offer in close if offer.rate - offer.margin <= ceiling]
        return self._exactly(close) if len(close) > 1 else close

    def _exactly(self, close: list[Offer]) -> list[Offer]:
        """Compare with fractions what floats cannot tell apart."""
        self.run.exact_rounds += 1
        rates = {offer.project: self._purses().rate(offer.project) for offer in close}
        least = min(rate for rate in rates.values() if rate is not None)
        return [offer for offer in close if rates[offer.project] == least]

    def _offer(self, project: int) -> Offer | None:
        """Return the rate at which the supporters can pay, or ``None`` when they cannot (any more)."""
        columns, cost = self.columns, self.columns.cost[project]
        weight, utility, worth = columns.weight[project], columns.utility[project], columns.worth[project]
        left = self.left[columns.groups[project]]
        money = weight * left
        # What rounding may hide in a sum over the supporters, after so many purchases.
        noise = EPSILON * (
            len(left) * cost + (len(self.run.bought) + 2) * columns.table.votes[project] * float(self.share)
        )
        total = float(money.sum())
        if total < cost * (1 + CLOSE) + noise and (
            total < cost * (1 - CLOSE) - noise or self._purses().rate(project) is None
        ):
            return None
        ratio = left / utility
        order = np.argsort(ratio)
        # Added from the richest down: a difference of sums would lose what the last ones are worth.
        rest = np.cumsum(worth[order][::-1])[::-1]
        rates = (cost - np.concatenate(([0.0], np.cumsum(money[order])[:-1]))) / rest
        enough = rates <= ratio[order]
        emptied = int(enough.argmax()) if enough.any() else len(order) - 1
        rate = float(rates[emptied])
        margin = CLOSE * rate + noise / float(rest[emptied])
        return Offer(project, rate, margin, order, emptied)

    def _buy(self, offer: Offer, tied: tuple[int, ...]) -> None:
        groups = self.columns.groups[offer.project][offer.order]
        utility = self.columns.utility[offer.project][offer.order]
        self.left[groups[: offer.emptied]] = 0.0
        rich = groups[offer.emptied :]
        self.left[rich] = np.maximum(self.left[rich] - offer.rate * utility[offer.emptied :], 0.0)
        self.run.bought.append(Purchase(offer.project, tied))
        self.run.spent += self.columns.table.cost[offer.project]
        del self.bounds[offer.project]

    def _purses(self) -> Purses:
        """Return what everybody has left, in fractions, up to the last purchase."""
        if self.purses is None:
            self.purses = Purses(self.columns.table, self.columns.rule, self.share)
        for purchase in self.run.bought[self.replayed :]:
            self.purses.buy(purchase.project)
        self.replayed = len(self.run.bought)
        return self.purses


def equal_shares(table: Table, rule: Rule, progress: Progress, cancelled: Cancelled) -> Completed:
    """Return what equal shares buy, completed when the rule says so. Cost of a run: a few sorts of the supporters of
    each project bought or nearly bought; a completion is as many runs as steps.
    """
    if not table.voters:
        return Completed(Run(Fraction(0)), 0, "")
    columns = Columns(table, rule)
    share = Fraction(table.budget, table.voters)
    kept = Market(columns, share).play(None)
    if rule.completion == "none":
        return Completed(kept, 0, "")
    step = Fraction(rule.step) * table.unit
    for steps in range(MOST_STEPS):
        if len(kept.bought) == len(columns.free) + len(columns.wanted):
            return Completed(kept, steps, "all_funded")
        if cancelled():
            return Completed(kept, steps, "cancelled")
        progress(Step("add1", kept.spent // table.unit, table.budget // table.unit))
        run = Market(columns, share + (steps + 1) * step).play(table.budget)
        if not run.whole:
            return Completed(kept, steps, "overspend")
        kept = run
    raise VotingError("too_many_steps", steps=MOST_STEPS, step=Fraction(rule.step))
