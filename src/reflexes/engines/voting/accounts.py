"""Why each project was funded or not under equal shares, who paid, and what would have been enough.

The purchases of the run that is kept are played again, one after the other. What would have been enough is read in
that run. Without completion that is the result itself; once shares were raised it only says what could have been paid
at those shares, since another purchase may cost more than the budget and end the completion sooner.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from reflexes.engines.voting.model import Account, Paid, Reason, Rule
from reflexes.engines.voting.shares import CLOSE, Columns, Market, Run
from reflexes.engines.voting.table import Floats, Ints, Table

PRUDENT = 1 - CLOSE
AS_GIVEN, RAISED = ("cost_at_most", "more_voters"), ("payable_cost", "payable_voters")
"""How the two needs are called, without and after a completion."""


def equal_shares_accounts(table: Table, rule: Rule, run: Run, steps: int) -> list[Account]:
    """Return the account of every project, in the order of the table, after so many ``steps`` of completion.

    Cost: for each purchase, a look at the supporters of each loser that might have come before it.
    """
    market = Market(Columns(table, rule), run.share)
    bought = run.projects
    enough = dict.fromkeys(sorted(set(range(len(table.ids))) - set(bought)), 0.0)
    found: dict[int, Account] = {}
    for place, project in enumerate(bought, 1):
        if not table.cost[project]:
            found[project] = _account(table, project, Reason("free", {"place": place}), funded=True)
            continue
        left = market.left.copy()
        offer = market.buy(project)
        for loser in enough:
            enough[loser] = max(enough[loser], _enough(market.columns, loser, left, offer.rate, enough[loser]))
        who = _paid(table, project, left, market.left, float(run.share))
        why = Reason("bought", {"place": place, "payers": who.payers})
        found[project] = _account(table, project, why, funded=True, paid=who)
    richest = np.argsort(-market.left, kind="stable")
    richest = richest[market.left[richest] > 0]
    for loser, cost in enough.items():
        found[loser] = _not_bought(table, loser, cost, market.left, richest, RAISED if steps else AS_GIVEN)
    return [found[project] for project in range(len(table.ids))]


def _paid(table: Table, project: int, before: Floats, after: Floats, share: float) -> Paid:
    """Return who paid; what rounding leaves of an empty purse is neither a payment nor money."""
    groups = table.group[table.of(project)]
    paid, weight = (before - after)[groups], table.weight[groups]
    payers = paid > CLOSE * share
    emptied = payers & (after[groups] <= CLOSE * share)
    return Paid(int(weight[payers].sum()), int(weight[emptied].sum()), float(paid.max()) / table.unit)


def _enough(columns: Columns, loser: int, left: Floats, rate: float, known: float) -> float:
    """Return a cost, as high as floats can tell, at which ``loser`` would have come before a purchase at ``rate``.

    0 when there is none above ``known``.
    """
    # A hair better: at the same rate it would be a tie, which the rule may settle against it.
    rate *= PRUDENT
    weight, utility = columns.weight[loser], columns.utility[loser]
    has = left[columns.groups[loser]]
    money = float((weight * has).sum()) * PRUDENT
    if money <= known:
        return 0.0
    if columns.rule.utility != "cost":
        return float((weight * np.minimum(has, rate * utility)).sum()) * PRUDENT
    # Its utility is its cost: at cost c each pays at most x = rate x c, so that c = x / rate is what they pay together.
    if weight.sum() * rate <= 1:
        return 0.0
    order = np.argsort(has)
    has, weight = has[order], weight[order]
    paid = np.cumsum(weight * has)
    rest = weight.sum() - np.cumsum(weight)
    able = np.flatnonzero(paid + rest * has >= has / rate)
    if not len(able):
        return 0.0
    steep = 1 / rate - rest[able[-1]]
    highest = float(paid[able[-1]] / steep) / rate if steep > 0 else money
    return min(highest * PRUDENT, money)


def _not_bought(
    table: Table, project: int, enough: float, left: Floats, richest: Ints, codes: tuple[str, str]
) -> Account:
    if not table.votes[project]:
        return _account(table, project, Reason("no_votes"))
    groups = table.group[table.of(project)]
    money = float((table.weight[groups] * left[groups]).sum())
    missing = table.cost[project] - money
    needs = []
    cost = max(math.floor(enough), math.floor(money * PRUDENT))
    if cost:
        needs.append(Reason(codes[0], {"cost": table.money(cost)}))
    voters = _more_voters(table, project, left, richest, missing)
    if voters is not None:
        needs.append(Reason(codes[1], {"voters": voters}))
    why = Reason("supporters_short", {"left": money / table.unit, "missing": missing / table.unit})
    return _account(table, project, why, needs=tuple(needs))


def _more_voters(table: Table, project: int, left: Floats, richest: Ints, missing: float) -> int | None:
    """Return how many of the other voters with most money left would have been enough; ``None`` when all are not."""
    others = left.copy()
    others[table.group[table.of(project)]] = 0.0
    order = richest[others[richest] > 0]
    brought = np.cumsum(others[order] * table.weight[order])
    due = missing + table.cost[project] * CLOSE
    place = int(np.searchsorted(brought, due))
    if place == len(order):
        return None
    before = float(brought[place - 1]) if place else 0.0
    count = int(table.weight[order[:place]].sum())
    return count + max(1, math.ceil((due - before) / float(others[order[place]])))


def _account(
    table: Table,
    project: int,
    why: Reason,
    *,
    funded: bool = False,
    needs: tuple[Reason, ...] = (),
    paid: Paid | None = None,
) -> Account:
    cost = Fraction(table.cost[project], table.unit)
    return Account(table.ids[project], cost, funded, table.votes[project], table.score(project), why, needs, paid)
