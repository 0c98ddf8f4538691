"""The verifier: reads a result against its rule in fractions, knowing nothing of how it was made.

It does not choose: it replays the published order of funding, ballot by ballot, and says where the rule is broken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from reflexes.engines.voting.model import (
    EQUAL_SHARES,
    EXCLUSIVE,
    NO_SKIP,
    THRESHOLD,
    Election,
    Param,
    Rule,
    Tally,
)

Wallets = list[Fraction]


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule a result breaks."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


def check(election: Election, tally: Tally) -> list[Violation]:
    """Return every rule that ``tally`` breaks; an empty list means it may be published.

    Cost: winners x projects x distinct ballots, in fractions: seconds for a district, minutes for a large city.
    """
    found = [*_sums(election, tally)]
    if not found:
        found.extend(_shares(election, tally) if tally.rule.name == EQUAL_SHARES else _greedy(election, tally))
    return found


def _sums(election: Election, tally: Tally) -> Iterator[Violation]:
    cost = {project.id: Fraction(project.cost) for project in election.projects}
    for project in tally.winners:
        if project not in cost or tally.winners.count(project) > 1:
            yield Violation("unknown_winner", {"project": project})
            return
    if tally.spent != sum(cost[project] for project in tally.winners):
        yield Violation("spent", {"spent": tally.spent})
    if tally.spent > election.budget:
        yield Violation("over_budget", {"spent": tally.spent})
    reached = sum(
        ballot.voters for ballot in election.ballots if any(p > 0 and one in tally.winners for one, p in ballot.marks)
    )
    if reached != tally.represented:
        yield Violation("represented", {"found": reached})
    if {account.project for account in tally.accounts if account.funded} != set(tally.winners):
        yield Violation("accounts")


def _worth(election: Election, rule: Rule) -> dict[str, list[tuple[int, Fraction]]]:
    """Return, for each project, its supporting ballots and what it is worth to them."""
    cost = {project.id: Fraction(project.cost) for project in election.projects}
    found: dict[str, list[tuple[int, Fraction]]] = {project.id: [] for project in election.projects}
    for k, ballot in enumerate(election.ballots):
        for project, points in ballot.marks:
            worth = {"cost": cost[project], "cardinality": Fraction(1), "points": Fraction(points)}[rule.utility]
            if points > 0:
                found[project].append((k, worth))
    return found


def _rate(
    election: Election, wallets: Wallets, supporters: list[tuple[int, Fraction]], cost: Fraction
) -> Fraction | None:
    """Return the least rate that pays ``cost``: tried at each wallet that would run out."""
    if sum((wallets[k] * election.ballots[k].voters for k, _worth in supporters), Fraction(0)) < cost:
        return None
    rich = dict(supporters)
    due = cost
    while rich:
        rate = due / sum(worth * election.ballots[k].voters for k, worth in rich.items())
        poor = [k for k, worth in rich.items() if wallets[k] < rate * worth]
        if not poor:
            return rate
        for k in poor:
            due -= wallets[k] * election.ballots[k].voters
            del rich[k]
    return None


def _shares(election: Election, tally: Tally) -> Iterator[Violation]:
    rule = tally.rule
    cost = {project.id: Fraction(project.cost) for project in election.projects}
    worth = _worth(election, rule)
    wallets = [tally.share or Fraction(0) for _ballot in election.ballots]
    by_greedy = {account.project for account in tally.accounts if account.why.code == "completed"}
    paying = [project for project in tally.winners if project not in by_greedy]
    waiting = {project for project in cost if worth[project]}
    for project in paying:
        rates = {one: _rate(election, wallets, worth[one], cost[one]) for one in waiting if cost[one]}
        rate = rates.get(project) if cost[project] else Fraction(0)
        if rate is None:
            yield Violation("not_affordable", {"project": project})
            return
        for other, cheaper in sorted(rates.items()):
            if cost[project] and cheaper is not None and cheaper < rate:
                yield Violation("cheaper_left_out", {"project": project, "other": other})
        waiting.discard(project)
        for k, value in worth[project]:
            wallets[k] -= min(wallets[k], rate * value)
    for project in sorted(waiting):
        if _rate(election, wallets, worth[project], cost[project]) is not None:
            yield Violation("affordable_left_out", {"project": project})


def _greedy(election: Election, tally: Tally) -> Iterator[Violation]:
    rule = tally.rule
    points = {account.project: account.points for account in tally.accounts}
    order = sorted(points, key=lambda project: -points[project])
    funded = set(tally.winners)
    cost = {project.id: Fraction(project.cost) for project in election.projects}
    for early, late in zip(tally.winners, tally.winners[1:], strict=False):
        if points[early] < points[late]:
            yield Violation("order", {"project": late})
    for project in order:
        if rule.name == THRESHOLD and points[project] < rule.threshold:
            if project in funded:
                yield Violation("under_threshold", {"project": project})
            continue
        ahead = sum((cost[one] for one in funded if points[one] > points[project]), Fraction(0))
        level = sum((cost[one] for one in funded if points[one] == points[project]), Fraction(0))
        fits = ahead + level + cost[project] <= election.budget
        excluded = rule.name == EXCLUSIVE and any(
            project in names and funded & (names - {project}) for names in election.exclusive
        )
        if project not in funded and fits and not excluded and rule.name != NO_SKIP:
            yield Violation("affordable_left_out", {"project": project})
        if project in funded and excluded:
            yield Violation("excluded", {"project": project})
