"""What is said of each project is true: every "would have been enough" is tried, and every figure counted again."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.engines.voting import (
    Ballot,
    Election,
    Project,
    Rule,
    Tally,
    approve,
    check,
    compare,
    depart,
    generate,
    tally,
)
from reflexes.engines.voting.tests.small import RULES, elections, greedy, one_by_one, plain

GREEDY = st.sampled_from(
    [
        Rule(name, threshold=threshold, ties=ties)
        for name, threshold in (("greedy", 0), ("greedy-no-skip", 0), ("greedy-threshold", 3), ("greedy-exclusive", 0))
        for ties in ("id", "cost", "votes")
    ]
)


def needs_of(found: Tally, code: str) -> list[tuple[str, object]]:
    return [
        (account.project, next(iter(need.params.values())))
        for account in found.accounts
        for need in account.needs
        if need.code == code
    ]


def with_cost(election: Election, project: str, cost: Fraction) -> Election:
    projects = tuple(Project(one.id, cost if one.id == project else one.cost) for one in election.projects)
    return dataclasses.replace(election, projects=projects)


@settings(max_examples=200, deadline=None)
@given(elections(), RULES)
def test_at_the_cost_said_to_be_enough_a_project_is_funded(election: Election, rule: Rule) -> None:
    for project, cost in needs_of(tally(election, rule), "cost_at_most"):
        assert project in tally(with_cost(election, project, cost), rule).winners


def test_no_cost_is_said_to_be_enough_where_every_cost_is_a_tie() -> None:
    """Five voters chose the same three projects: whatever c costs, the rule of ties takes a then b before it."""
    election = Election(14, (Project("a", 11), Project("b", 3), Project("c", 2)), (approve("a", "b", "c", voters=5),))
    found = tally(election, Rule(utility="cost", ties="id"))
    assert found.winners == ("a", "b")
    assert not needs_of(found, "cost_at_most")


def test_the_cost_said_to_be_enough_is_nearly_the_highest() -> None:
    looked = 0
    for seed in range(12):
        election = generate(10, 200, seed, longest=4)
        for rule in (Rule(), Rule(utility="cardinality")):
            for project, cost in needs_of(tally(election, rule), "cost_at_most"):
                assert project in tally(with_cost(election, project, cost), rule).winners
                assert project not in tally(with_cost(election, project, cost + 2), rule).winners
                looked += 1
    assert looked > 50


def test_only_those_who_still_had_money_paid_and_were_emptied() -> None:
    """Six voters spend their ten each on a; two of them chose b too, which the three others pay alone."""
    election = Election(
        100,
        (Project("a", 60), Project("b", 30)),
        (approve("a", voters=4), approve("a", "b", voters=2), approve("b", voters=3), Ballot(())),
    )
    found = tally(election, Rule())
    assert found.winners == ("a", "b")
    first, second = (account.paid for account in found.accounts)
    assert (first.payers, first.emptied, first.most) == (6, 6, 10)
    assert (second.payers, second.emptied, second.most) == (3, 3, 10)


@settings(max_examples=200, deadline=None)
@given(elections(), RULES)
def test_with_the_voters_said_to_be_enough_a_project_is_funded(election: Election, rule: Rule) -> None:
    found = tally(election, rule)
    left = plain(election, rule, found.share)[1]
    voters = one_by_one(election)
    for project, count in needs_of(found, "more_voters"):
        others = sorted((k for k, voter in enumerate(voters) if project not in voter), key=lambda k: -left[k])
        for k in others[:count]:
            voters[k][project] = Fraction(1)
        more = dataclasses.replace(election, ballots=tuple(Ballot(tuple(voter.items())) for voter in voters))
        assert project in tally(more, rule).winners
        for k in others[:count]:
            del voters[k][project]


@settings(max_examples=300, deadline=None)
@given(elections(), GREEDY, st.sets(st.frozensets(st.sampled_from(("a", "b", "c", "d", "e")), min_size=2, max_size=3)))
def test_the_greedy_rules_are_those_written_again(election: Election, rule: Rule, exclusive: set) -> None:
    ids = {project.id for project in election.projects}
    election = dataclasses.replace(election, exclusive=tuple(names for names in exclusive if names <= ids))
    found = tally(election, rule)
    assert list(found.winners) == greedy(election, rule)
    assert check(election, found) == []
    for project, points in needs_of(found, "points_at_least"):
        has = next(account.points for account in found.accounts if account.project == project)
        bonus = Ballot(((project, points - has),))
        more = dataclasses.replace(election, ballots=(*election.ballots, bonus)) if points > has else election
        assert project in tally(more, rule).winners
    for project, cost in needs_of(found, "cost_at_most"):
        assert project in tally(with_cost(election, project, cost), rule).winners


@settings(max_examples=150, deadline=None)
@given(elections(), RULES)
def test_who_paid_adds_up(election: Election, rule: Rule) -> None:
    found = tally(election, rule)
    voters = one_by_one(election)
    for account in found.accounts:
        assert account.votes == sum(account.project in voter for voter in voters)
        if account.paid is not None:
            assert account.paid.emptied <= account.paid.payers <= account.votes
            # Who paid next to nothing beside the others is not counted as a payer.
            assert account.paid.most * account.paid.payers >= float(account.cost) * (1 - 1e-6)
            assert account.paid.most <= float(found.share) * (1 + 1e-9)
        if account.why.code == "supporters_short":
            left = plain(election, rule, found.share)[1]
            has = sum(money for money, voter in zip(left, voters, strict=True) if account.project in voter)
            assert abs(account.why.params["left"] - float(has)) < 1e-6
            assert abs(account.why.params["missing"] - float(account.cost - has)) < 1e-6


def test_rules_stand_side_by_side_with_the_share_of_voters_who_get_something() -> None:
    """The textbook case: 60 voters take the whole budget under greedy; equal shares leave the 40 others their part."""
    election = Election(
        100,
        tuple(Project(f"north{k}", 20) for k in range(5)) + tuple(Project(f"south{k}", 20) for k in range(2)),
        (approve(*(f"north{k}" for k in range(5)), voters=60), approve("south0", "south1", voters=40)),
    )
    greedy_result, fair = compare(election, (Rule("greedy"), Rule()))
    assert (greedy_result.represented, fair.represented) == (60, 100)
    assert sorted(fair.winners) == ["north0", "north1", "north2", "south0", "south1"]
    assert greedy_result.spent == fair.spent == 100


def test_a_departure_shows_both_results_and_what_it_costs() -> None:
    election = Election(
        10, (Project("a", 6), Project("b", 4), Project("c", 8)), (approve("a", "b", voters=3), approve("c"))
    )
    computed = tally(election, Rule("greedy"))
    departure = depart(election, computed, ["c", "b"])
    assert computed.winners == ("a", "b")
    assert (departure.computed, departure.chosen) == (("a", "b"), ("c", "b"))
    assert (departure.added, departure.removed) == (("c",), ("a",))
    assert (departure.spent, departure.over) == (12, 2)
    assert (departure.represented_computed, departure.represented, departure.voters) == (3, 4, 4)
    assert tally(election, Rule("greedy")) == computed


def test_the_verifier_finds_each_kind_of_fault() -> None:
    election = Election(
        15, (Project("a", 4), Project("b", 5), Project("c", 5)), (approve("a", "b", voters=3), approve("c", voters=2))
    )
    found = tally(election, Rule())
    assert found.winners == ("a", "b", "c")
    assert check(election, found) == []

    def codes(**changes: object) -> set[str]:
        return {violation.code for violation in check(election, dataclasses.replace(found, **changes))}

    assert codes(winners=("a", "z")) == {"unknown_winner"}
    assert "spent" in codes(spent=Fraction(3))
    assert "represented" in codes(represented=1)
    assert codes(winners=("a", "b", "c", "a")) == {"unknown_winner"}
    fewer = tuple(dataclasses.replace(one, funded=one.project == "a") for one in found.accounts)
    assert codes(winners=("a",)) == {"spent", "represented", "accounts"}
    assert codes(winners=("a",), spent=Fraction(4), represented=3, accounts=fewer) == {"affordable_left_out"}
    assert codes(winners=("c", "a", "b")) == {"cheaper_left_out"}
    assert codes(share=Fraction(1)) == {"not_affordable"}
    by_votes = tally(election, Rule("greedy"))
    wrong = dataclasses.replace(
        by_votes,
        winners=("c",),
        spent=Fraction(5),
        represented=2,
        accounts=tuple(dataclasses.replace(one, funded=one.project == "c") for one in by_votes.accounts),
    )
    assert {violation.code for violation in check(election, wrong)} == {"affordable_left_out"}
