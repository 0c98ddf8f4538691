"""Small elections for property tests, and the rules written again, voter by voter in fractions, sharing no code."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from hypothesis import strategies as st

from reflexes.engines.voting import Ballot, Election, Project, Rule

IDS = ("a", "b", "c", "d", "e")
RULES = st.builds(
    Rule,
    utility=st.sampled_from(("cost", "cardinality", "points")),
    ties=st.sampled_from(("id", "cost", "votes")),
)


@st.composite
def elections(draw: st.DrawFn, *, points: bool = True, halves: bool = False) -> Election:
    """Up to 5 projects and 6 distinct ballots; few distinct costs, so that ties are common."""
    ids = draw(st.permutations(IDS))[: draw(st.integers(1, 5))]
    amount = st.integers(1, 12) if not halves else st.integers(1, 24).map(lambda n: Fraction(n, 2))
    cost = st.one_of(st.sampled_from((2, 3, 6)), amount)
    mark = st.sampled_from((1, 2, 3, 10**9)) if points else st.just(1)
    ballots = draw(
        st.lists(
            st.tuples(st.dictionaries(st.sampled_from(ids), mark, max_size=4), st.integers(1, 4)),
            min_size=1,
            max_size=6,
        )
    )
    return Election(
        draw(st.integers(1, 25)),
        tuple(Project(one, draw(cost)) for one in ids),
        tuple(Ballot(tuple(marks.items()), voters) for marks, voters in ballots),
    )


def one_by_one(election: Election) -> list[dict[str, Fraction]]:
    """Return what each voter wrote, one entry a voter."""
    return [
        {project: Fraction(points) for project, points in ballot.marks if points}
        for ballot in election.ballots
        for _voter in range(ballot.voters)
    ]


def first_of(election: Election, rule: Rule, equals: Iterable[str]) -> str:
    """Return the one the published rule puts first."""
    cost = {project.id: project.cost for project in election.projects}
    votes = {one: sum(one in voter for voter in one_by_one(election)) for one in cost}
    keys = {"id": lambda one: 0, "cost": lambda one: cost[one], "votes": lambda one: -votes[one]}
    return min(equals, key=lambda one: (keys[rule.ties](one), one))


def worth(election: Election, rule: Rule, voter: dict[str, Fraction], project: Project) -> Fraction:
    """Return what a funded project is worth to a voter."""
    if project.id not in voter:
        return Fraction(0)
    return {"cost": Fraction(project.cost), "cardinality": Fraction(1), "points": voter[project.id]}[rule.utility]


def rate_of(cost: Fraction, purses: list[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Return the least rate at which (money, utility) purses give ``cost``: every purse is tried as the last to empty."""
    if sum((has for has, _u in purses), Fraction(0)) < cost:
        return None
    found = []
    for limit in {has / utility for has, utility in purses}:
        poor = sum((has for has, utility in purses if has / utility < limit), Fraction(0))
        rich = sum((utility for has, utility in purses if has / utility >= limit), Fraction(0))
        rate = (cost - poor) / rich
        if sum((min(has, rate * utility) for has, utility in purses), Fraction(0)) == cost and rate > 0:
            found.append(rate)
    return min(found)


def plain(election: Election, rule: Rule, share: Fraction) -> tuple[list[str], list[Fraction]]:
    """Return what equal shares buy with one ``share`` each, in order, and what each voter has left."""
    voters = one_by_one(election)
    left = [share] * len(voters)
    waiting = {project.id: project for project in election.projects if any(project.id in voter for voter in voters)}
    bought: list[str] = []
    while True:
        rates = {}
        for project in waiting.values():
            value = [worth(election, rule, voter, project) for voter in voters]
            rate = rate_of(Fraction(project.cost), [(has, u) for has, u in zip(left, value, strict=True) if u])
            if rate is not None:
                rates[project.id] = rate
        if not rates:
            return bought, left
        least = min(rates.values())
        chosen = first_of(election, rule, [one for one, rate in rates.items() if rate == least])
        project = waiting.pop(chosen)
        bought.append(chosen)
        left = [
            has - min(has, least * worth(election, rule, voter, project))
            for has, voter in zip(left, voters, strict=True)
        ]


def completed(election: Election, rule: Rule) -> list[str]:
    """Return the last result before the first that costs more than the budget."""
    voters = one_by_one(election)
    cost = {project.id: Fraction(project.cost) for project in election.projects}
    wanted = {one for voter in voters for one in voter}
    share = Fraction(election.budget) / len(voters)
    kept = plain(election, rule, share)[0]
    while set(kept) != wanted:
        share += Fraction(rule.step)
        more = plain(election, rule, share)[0]
        if sum(cost[one] for one in more) > election.budget:
            break
        kept = more
    return kept


def greedy(election: Election, rule: Rule) -> list[str]:
    """Return the winners of the greedy family."""
    voters = one_by_one(election)
    points = {
        one.id: sum((voter.get(one.id, Fraction(0)) for voter in voters), Fraction(0)) for one in election.projects
    }
    waiting = {project.id: project for project in election.projects}
    left, funded = Fraction(election.budget), []
    while waiting:
        most = max(points[one] for one in waiting)
        project = waiting.pop(first_of(election, rule, [one for one in waiting if points[one] == most]))
        if rule.name == "greedy-threshold" and most < rule.threshold:
            continue
        if rule.name == "greedy-exclusive" and any(
            project.id in names and names & set(funded) for names in election.exclusive
        ):
            continue
        if project.cost <= left:
            funded.append(project.id)
            left -= project.cost
        elif rule.name == "greedy-no-skip":
            break
    return funded
