"""The same elections for pabutools: same ballots, same rule, same order between equals (its own is alphabetical)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from reflexes.engines.voting import EQUAL_SHARES, Election, Rule


def to_peer(election: Election, rule: Rule) -> tuple[Any, Any, Any]:
    """Return its instance, its profile of distinct ballots, and its measure of satisfaction."""
    from pabutools.election import (
        Additive_Cardinal_Sat,
        ApprovalBallot,
        ApprovalMultiProfile,
        ApprovalProfile,
        CardinalBallot,
        Cardinality_Sat,
        CardinalMultiProfile,
        CardinalProfile,
        Cost_Sat,
        Instance,
        Project,
    )
    from pabutools.fractions import frac

    projects = {one.id: Project(one.id, frac(one.cost.numerator, one.cost.denominator)) for one in election.projects}
    budget = Fraction(election.budget)
    instance = Instance(projects.values(), budget_limit=frac(budget.numerator, budget.denominator))
    if rule.utility == "points":
        profile = CardinalProfile(
            CardinalBallot({projects[one]: frac(int(points)) for one, points in ballot.marks if points})
            for ballot in election.ballots
            for _voter in range(ballot.voters)
        )
        return instance, CardinalMultiProfile(profile=profile), Additive_Cardinal_Sat
    profile = ApprovalProfile(
        ApprovalBallot(projects[one] for one, points in ballot.marks if points)
        for ballot in election.ballots
        for _voter in range(ballot.voters)
    )
    return instance, ApprovalMultiProfile(profile=profile), Cost_Sat if rule.utility == "cost" else Cardinality_Sat


def peer_winners(election: Election, rule: Rule) -> list[str]:
    """Return the winners of pabutools. Its completion stops at exhaustion: here its plain rule is run again with a
    larger budget until it costs more than the real one, which is what the cities' own results do.
    """
    from pabutools.election import Cost_Sat
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares

    instance, profile, measure = to_peer(election, rule)
    if rule.name != EQUAL_SHARES:
        # Cost over cost is the number of votes: the order of the greedy rule of the cities.
        return _names(greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat))
    budget, step = instance.budget_limit, profile.num_ballots() * int(rule.step)
    kept = method_of_equal_shares(instance, profile, sat_class=measure)
    if rule.completion == "none":
        return _names(kept)
    wanted = {project for ballot in profile for project in ballot}
    while set(kept) != wanted:
        instance.budget_limit += step
        more = method_of_equal_shares(instance, profile, sat_class=measure)
        if sum(project.cost for project in more) > budget:
            break
        kept = more
    return _names(kept)


def _names(projects: Any) -> list[str]:
    return sorted(project.name for project in projects)
