"""Equal shares: held to the rule written again in fractions, to pabutools' recorded winners, and to hand-made cases."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.engines.voting import (
    Ballot,
    Election,
    Project,
    Rule,
    VotingError,
    approve,
    check,
    generate,
    grouped,
    shares,
    tally,
)
from reflexes.engines.voting.tests.small import RULES, completed, elections, plain

RECORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "elections.jsonl").read_text(encoding="utf-8").splitlines()
]


def read_recorded(recorded: dict) -> Election:
    ballots = [
        Ballot(tuple((one, int(points or 1)) for one, points in re.findall(r"([A-Z])(\d*)", said)), voters)
        for said, voters in recorded["ballots"].items()
    ]
    return Election(
        recorded["budget"], tuple(map(Project, *zip(*recorded["costs"].items(), strict=True))), tuple(ballots)
    )


def test_the_winners_are_those_of_pabutools_on_every_recorded_election() -> None:
    runs = exact = 0
    for number, recorded in enumerate(RECORDED):
        election = read_recorded(recorded)
        for name, utility, completion, step, winners in recorded["winners"]:
            rule = Rule(name, utility=utility, completion=completion, step=step)
            found = tally(election, rule)
            assert sorted(found.winners) == sorted(winners), (number, rule)
            runs += 1
            exact += found.exact_rounds
    assert runs == 850
    assert exact > 50  # elections in which floats alone could not tell


@settings(max_examples=300, deadline=None)
@given(elections(halves=True), RULES)
def test_the_winners_are_those_of_the_rule_written_again_voter_by_voter(election: Election, rule: Rule) -> None:
    voters = sum(ballot.voters for ballot in election.ballots)
    found = tally(election, rule)
    assert list(found.winners) == plain(election, rule, Fraction(election.budget) / voters)[0]
    assert check(election, found) == []


@settings(max_examples=150, deadline=None)
@given(elections(), RULES, st.sampled_from((Fraction(1, 2), 1, 3)))
def test_the_completion_stops_at_the_first_result_that_costs_more_than_the_budget(
    election: Election, rule: Rule, step: Fraction
) -> None:
    rule = Rule(utility=rule.utility, ties=rule.ties, completion="add1", step=step)
    found = tally(election, rule)
    assert list(found.winners) == completed(election, rule)
    assert check(election, found) == []
    assert found.stop in {"overspend", "all_funded"}


def test_the_completion_goes_on_past_exhaustion() -> None:
    """A peer's convenient parameter stops as soon as nothing more fits in the budget: here that elects others."""
    for seed in range(400):
        election = generate(6, 12, seed, alike=True, longest=4)
        found = tally(election, Rule(completion="add1", step=500))
        cost = {project.id: project.cost for project in election.projects}
        share, exhausted = Fraction(election.budget, found.voters), None
        for steps in range(found.steps + 1):
            bought = plain(election, Rule(), share + 500 * steps)[0]
            left = election.budget - sum(cost[one] for one in bought)
            if all(cost[one] > left for one in set(cost) - set(bought)):
                exhausted = set(bought)
                break
        if exhausted is not None and exhausted != set(found.winners):
            break
    else:
        pytest.fail("no election in which stopping at exhaustion differs")
    assert found.stop == "overspend"
    assert check(election, found) == []


@settings(max_examples=100, deadline=None)
@given(elections(), RULES, st.randoms(use_true_random=False))
def test_neither_order_nor_grouping_changes_anything(election: Election, rule: Rule, luck) -> None:
    ballots = [Ballot(tuple(luck.sample(b.marks, len(b.marks))), 1) for b in election.ballots for _ in range(b.voters)]
    luck.shuffle(ballots)
    projects = list(election.projects)
    luck.shuffle(projects)
    one, two = tally(election, rule), tally(Election(election.budget, tuple(projects), tuple(ballots)), rule)
    assert (one.winners, one.spent, one.represented, one.ties) == (two.winners, two.spent, two.represented, two.ties)
    assert {account.project: account.why.code for account in one.accounts} == {
        account.project: account.why.code for account in two.accounts
    }


def test_floats_alone_would_have_refused_a_project_that_everybody_can_pay(monkeypatch) -> None:
    """Three voters want both, and both cost the whole budget: thirds do not add up in floats."""
    election = Election(13, (Project("a", 5), Project("b", 8)), (approve("a", "b", voters=3),))
    found = tally(election, Rule(utility="cardinality"))
    assert found.winners == ("a", "b")
    monkeypatch.setattr(shares, "CLOSE", 0.0)
    monkeypatch.setattr(shares, "EPSILON", 0.0)
    assert tally(election, Rule(utility="cardinality")).winners == ("a",)


def test_a_tie_is_said_with_the_rule_that_decided_and_whether_it_mattered() -> None:
    election = Election(10, (Project("b", 10), Project("a", 10), Project("c", 5)), (approve("a", "b", voters=2),))
    found = tally(election, Rule())
    assert found.winners == ("a",)
    (tie,) = found.ties
    assert (tie.projects, tie.first, tie.by, tie.split) == (("a", "b"), "a", "id", True)
    cheaper = Election(10, (Project("b", 6), Project("a", 6)), (approve("a", voters=3), approve("b", voters=3)))
    assert tally(cheaper, Rule()).winners == ()
    assert tally(cheaper, Rule()).ties == ()


def test_then_greedy_spends_what_is_left_and_says_so() -> None:
    election = Election(10, (Project("a", 4), Project("b", 6)), (approve("a", voters=4), approve("b")))
    assert tally(election, Rule()).winners == ("a",)
    found = tally(election, Rule(then_greedy=True))
    assert found.winners == ("a", "b")
    assert [account.why.code for account in found.accounts] == ["bought", "completed"]
    assert check(election, found) == []


def test_then_greedy_says_both_what_supporters_and_the_budget_had_left() -> None:
    projects = (Project("a", 4), Project("b", 5), Project("c", 6), Project("d", 1))
    election = Election(10, projects, (approve("a", voters=4), approve("b", "c")))
    found = tally(election, Rule(then_greedy=True))
    assert found.winners == ("a", "b")
    said = {account.project: account.why for account in found.accounts}
    assert said["c"].code == "short_twice"
    assert (said["c"].params["left"], said["c"].params["missing"], said["c"].params["spare"]) == (2, 4, 1)
    assert said["d"].code == "no_votes"  # nobody chose it: what is left is not spent on it


def test_a_free_project_that_somebody_wants_is_funded_and_one_that_nobody_wants_is_not() -> None:
    found = tally(Election(1, (Project("a", 0), Project("b", 0)), (approve("a"),)), Rule())
    assert found.winners == ("a",)
    assert [account.why.code for account in found.accounts] == ["free", "no_votes"]


def test_a_vote_without_voters_elects_nobody() -> None:
    found = tally(Election(5, (Project("a", 2),), ()), Rule(completion="add1"))
    assert (found.winners, found.voters, found.share) == ((), 0, None)


@pytest.mark.parametrize(
    ("election", "code"),
    [
        (Election(0, (Project("a", 1),), ()), "budget"),
        (Election(1, (Project("a", -1),), ()), "cost"),
        (Election(1, (Project("a", 1), Project("a", 2)), ()), "project_twice"),
        (Election(1, (Project("a", 1),), (approve("b"),)), "unknown_project"),
        (Election(1, (Project("a", 1),), (approve("a", "a"),)), "chosen_twice"),
        (Election(1, (Project("a", 1),), (Ballot((("a", -1),)),)), "negative"),
        (Election(1, (Project("a", 1),), (approve("a", voters=0),)), "negative"),
        (Election(1, (Project("a", Fraction(1, 10**20)),), ()), "too_fine"),
        (Election(1, (Project("a", 1),), (), (frozenset({"z"}),)), "unknown_project"),
    ],
)
def test_data_that_contradict_themselves_are_refused_with_a_code(election: Election, code: str) -> None:
    with pytest.raises(VotingError) as refused:
        tally(election, Rule())
    assert refused.value.code == code


@pytest.mark.parametrize(
    "wrong", [{"name": "best"}, {"utility": "joy"}, {"step": 0}, {"threshold": -1}, {"ties": "luck"}]
)
def test_a_rule_that_does_not_exist_is_refused(wrong: dict) -> None:
    with pytest.raises(VotingError):
        Rule(**wrong)


def test_a_completion_can_be_stopped_and_keeps_its_last_whole_step() -> None:
    election = generate(12, 60, seed=3)
    steps = []
    found = tally(election, Rule(completion="add1", step=1), progress=steps.append, cancelled=lambda: len(steps) == 5)
    assert (found.stop, found.steps, len(steps)) == ("cancelled", 5, 5)
    assert check(election, found) == []


def test_identical_ballots_are_one() -> None:
    written = [(("a", 1),), (("a", 1), ("b", 1)), (("a", 1),)]
    assert [ballot.voters for ballot in grouped(written)] == [2, 1]
