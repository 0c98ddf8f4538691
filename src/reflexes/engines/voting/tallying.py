"""One result under one rule, several side by side, and what a decision that departs from it has to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from reflexes.engines.voting import greedy
from reflexes.engines.voting.accounts import equal_shares_accounts
from reflexes.engines.voting.model import (
    EQUAL_SHARES,
    Account,
    Cancelled,
    Departure,
    Election,
    Progress,
    Reason,
    Rule,
    Tally,
    Tie,
    VotingError,
    never_cancelled,
    no_progress,
)
from reflexes.engines.voting.shares import Completed, equal_shares
from reflexes.engines.voting.table import Table, tabulate


def tally(
    election: Election, rule: Rule, *, progress: Progress = no_progress, cancelled: Cancelled = never_cancelled
) -> Tally:
    """Return the result of ``election`` under ``rule``, with its reasons. The order of what is given plays no part.

    ``cancelled`` is asked before each step of a completion: the last whole step is then the result, and says so.
    ``VotingError``: the data contradict themselves.

    >>> from reflexes.engines.voting.model import Project, approve
    >>> election = Election(4, (Project("a", 2), Project("b", 2), Project("c", 2)),
    ...     (approve("a", "b", voters=3), approve("c", voters=2)))
    >>> tally(election, Rule("greedy")).winners, tally(election, Rule(completion="add1")).winners
    (('a', 'b'), ('a', 'c'))
    """
    return _tally(tabulate(election), election, rule, progress, cancelled)


def compare(
    election: Election,
    rules: Iterable[Rule],
    *,
    progress: Progress = no_progress,
    cancelled: Cancelled = never_cancelled,
) -> tuple[Tally, ...]:
    """Return the results under several rules, to be read side by side (winners, spent, voters represented)."""
    table = tabulate(election)
    return tuple(_tally(table, election, rule, progress, cancelled) for rule in rules)


def depart(election: Election, computed: Tally, chosen: Sequence[str]) -> Departure:
    """Return what changes when people fund ``chosen`` instead of the computed winners.

    The engine forbids nothing but projects that do not exist or come twice: the reason and the signature are people's.
    """
    table = tabulate(election)
    rank = {project: place for place, project in enumerate(table.ids)}
    if unknown := sorted(set(chosen) - rank.keys()):
        raise VotingError("unknown_project", project=unknown[0])
    if len(set(chosen)) < len(chosen):
        raise VotingError("project_twice")
    spent = table.money(sum(table.cost[rank[project]] for project in chosen))
    return Departure(
        computed.winners,
        tuple(chosen),
        tuple(project for project in chosen if project not in computed.winners),
        tuple(project for project in computed.winners if project not in chosen),
        spent,
        max(Fraction(0), spent - computed.budget),
        table.voters,
        computed.represented,
        table.represented(rank[project] for project in chosen),
    )


def _tally(table: Table, election: Election, rule: Rule, progress: Progress, cancelled: Cancelled) -> Tally:
    if rule.name == EQUAL_SHARES:
        return _equal_shares(table, rule, equal_shares(table, rule, progress, cancelled))
    against = greedy.rivals(table, rule, election.exclusive)
    looks = greedy.go_through(table, rule, range(len(table.ids)), table.budget, against)
    accounts = [_ranked(table, rule, looks, place, against) for place in range(len(looks))]
    winners = [look.project for look in looks if not look.code]
    rank = {project: place for place, project in enumerate(table.ids)}
    accounts.sort(key=lambda account: rank[account.project])
    return _result(table, rule, winners, accounts, greedy.ties(table, rule, looks))


def _equal_shares(table: Table, rule: Rule, done: Completed) -> Tally:
    run = done.run
    accounts = equal_shares_accounts(table, rule, run, done.steps)
    winners = run.projects
    names = set(winners)
    ties = [
        Tie(
            tuple(sorted(table.ids[project] for project in bought.tied)),
            table.ids[bought.project],
            rule.ties,
            not names.issuperset(bought.tied),
        )
        for bought in run.bought
        if bought.tied
    ]
    if rule.then_greedy:
        after = _then_greedy(table, rule, run.spent, winners, accounts)
        winners, ties = after[0], [*ties, *after[1]]
    share = table.money(run.share) if table.voters else None
    result = _result(table, rule, winners, accounts, ties)
    return replace(result, share=share, steps=done.steps, stop=done.stop, exact_rounds=run.exact_rounds)


def _then_greedy(
    table: Table, rule: Rule, spent: int, winners: list[int], accounts: list[Account]
) -> tuple[list[int], tuple[Tie, ...]]:
    """Spend what is left in the order of points, on projects somebody chose; ``accounts`` say how it went."""
    funded = set(winners)
    among = [project for project in range(len(table.ids)) if table.votes[project] and project not in funded]
    looks = greedy.go_through(table, rule, among, table.budget - spent, {})
    more = [look.project for look in looks if not look.code]
    for look in looks:
        account = accounts[look.project]
        if look.code:
            why = Reason("short_twice", {**account.why.params, "spare": table.money(look.left)})
            accounts[look.project] = replace(account, why=why)
        else:
            why = Reason("completed", {"place": len(winners) + 1 + more.index(look.project)})
            accounts[look.project] = replace(account, funded=True, why=why, needs=())
    return [*winners, *more], greedy.ties(table, rule, looks)


def _ranked(table: Table, rule: Rule, looks: Sequence[greedy.Look], place: int, against: greedy.Rivals) -> Account:
    look = looks[place]
    why, needs = greedy.explain(table, rule, looks, place, against)
    return Account(
        table.ids[look.project],
        table.money(table.cost[look.project]),
        not look.code,
        table.votes[look.project],
        table.score(look.project),
        why,
        needs,
    )


def _result(
    table: Table, rule: Rule, winners: Sequence[int], accounts: Iterable[Account], ties: Iterable[Tie]
) -> Tally:
    return Tally(
        rule=rule,
        budget=table.money(table.budget),
        winners=tuple(table.ids[project] for project in winners),
        spent=table.money(sum(table.cost[project] for project in winners)),
        voters=table.voters,
        represented=table.represented(winners),
        accounts=tuple(accounts),
        ties=tuple(ties),
    )
