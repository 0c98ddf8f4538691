"""After drop-outs and refusals, few people are disturbed."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import given, settings

from reflexes.engines.matching import Demand, Person, Problem, check, generate, plan, replan
from reflexes.engines.matching.tests.small import best_value, plan_value, problems

MONDAY = "2026-11-30/am"


@pytest.mark.parametrize("seed", [1, 2])
def test_at_full_filling_at_least_99_percent_of_surviving_missions_stay(seed: int) -> None:
    problem = generate(1500, 450, seed, "uniform")
    before = plan(problem)
    used = sorted({person for person, _ in before.assignments})
    gone = random.Random(seed).sample(used, len(used) // 10)
    again = replan(problem, before, gone=gone)
    left = dataclasses.replace(problem, people=tuple(p for p in problem.people if p.id not in set(gone)))
    assert again.full.filled_by_priority == plan(left).filled_by_priority
    assert again.kept_share >= 0.99
    assert check(left, again.full) == []
    assert check(left, again.frozen) == []
    assert again.surviving <= set(again.frozen.assignments)


@pytest.mark.parametrize("seed", [4, 5])
def test_the_moves_together_make_the_difference_of_the_two_answers(seed: int) -> None:
    problem = generate(300, 200, seed)
    before = plan(problem)
    gone = sorted({person for person, _ in before.assignments})[::10]
    again = replan(problem, before, gone=gone)
    built = set(again.frozen.assignments)
    for move in again.moves:
        built = (built - set(move.moved) - set(move.removed)) | set(move.added)
        left = dataclasses.replace(problem, people=tuple(p for p in problem.people if p.id not in gone))
        assert check(left, sorted(built)) == []
    assert built == set(again.full.assignments)
    assert sorted(pair for move in again.moves for pair in move.moved) == list(again.disturbed)
    for level, (filled, _) in again.full.filled_by_priority.items():
        gained = sum(move.places.get(level, 0) for move in again.moves)
        assert filled == again.frozen.filled_by_priority[level][0] + gained


@settings(max_examples=25, deadline=None)
@given(problems())
def test_a_refusal_is_never_proposed_again_and_filling_stays_the_best(problem: Problem) -> None:
    before = plan(problem)
    refused = dict.fromkeys(before.assignments[:1], "refused_by_agent")
    again = replan(problem, before, refused=refused)
    now = dataclasses.replace(problem, forbidden={**problem.forbidden, **refused})
    assert check(now, again.full) == []
    prices = again.full.prices
    assert (best := best_value(now, prices)) and plan_value(now, prices, again.full.assignments)[0] == best[0]


def test_a_refusal_costs_a_move_only_when_it_fills_a_place() -> None:
    half = frozenset({MONDAY})
    people = (
        Person("a", frozenset({"cook", "drive"}), half),
        Person("b", frozenset({"cook"}), half),
        Person("c", frozenset({"drive"}), half),
    )
    demands = (Demand("cooking", "n", MONDAY, skill="cook"), Demand("driving", "m", MONDAY, skill="drive", priority=3))
    previous = [("a", "cooking"), ("c", "driving")]
    again = replan(Problem(people, demands), previous, gone=["c"])
    assert again.frozen.assignments == (("a", "cooking"),)
    assert again.full.assignments == (("a", "driving"), ("b", "cooking"))
    (move,) = again.moves
    assert move.moved == (("a", "cooking"),)
    assert move.places == {3: 1}
