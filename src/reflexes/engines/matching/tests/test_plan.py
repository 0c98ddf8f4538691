"""The plan is exact, whatever the rules in force."""

from __future__ import annotations

import dataclasses
import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings

from reflexes.engines.matching import (
    Demand,
    Person,
    Prices,
    Problem,
    ProblemError,
    Step,
    UnitMinimum,
    Wish,
    check,
    generate,
    greedy,
    plan,
)
from reflexes.engines.matching import flow as flow_module
from reflexes.engines.matching.tests.small import best_value, plan_value, problems

FAIR = Prices(second_mission=7, third_mission=11, wear=3)


@settings(max_examples=50, deadline=None)
@given(problems())
def test_the_flow_equals_brute_force(problem: Problem) -> None:
    for prices in (Prices(), FAIR):
        found = plan(problem, prices=prices)
        assert found.engine == "flow"
        assert found.optimal
        assert check(problem, found) == []
        assert plan_value(problem, prices, found.assignments) == best_value(problem, prices)
        assert -plan_value(problem, prices, found.assignments)[1] == found.cost


@settings(max_examples=50, deadline=None)
@given(problems(teams=True, minimums=True))
def test_team_rules_and_home_minimums_equal_brute_force(problem: Problem) -> None:
    for prices in (Prices(), FAIR):
        found = plan(problem, prices=prices)
        assert found.optimal
        assert check(problem, found) == []
        assert plan_value(problem, prices, found.assignments) == best_value(problem, prices)


@settings(max_examples=50, deadline=None)
@given(problems(teams=True, minimums=True))
def test_greedy_keeps_every_rule_and_is_never_better_than_the_plan(problem: Problem) -> None:
    floor = greedy(problem)
    assert check(problem, floor) == []
    best = plan(problem)
    value = plan_value(problem, Prices(), best.assignments)
    assert value >= plan_value(problem, Prices(), floor.assignments)


@pytest.mark.parametrize("shape", ["skewed", "uniform"])
def test_the_order_of_the_data_changes_nothing(shape: str) -> None:
    problem = generate(300, 90, 5, shape)
    people, demands = list(problem.people), list(problem.demands)
    random.Random(3).shuffle(people)
    random.Random(4).shuffle(demands)
    shuffled = dataclasses.replace(problem, people=tuple(people), demands=tuple(demands))
    assert plan(problem, seed=9) == plan(shuffled, seed=9)


SHOW = """
import sys
from reflexes.engines.matching import generate, plan
for share in (0.0, 0.5):
    print(plan(generate(200, 60, 5, team_share=share), seed=int(sys.argv[1])).assignments)
"""


def test_the_same_seed_gives_the_same_plan_in_every_process() -> None:
    def run(hash_seed: str, seed: str) -> str:
        path = os.pathsep.join(sys.path)
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path}
        command = [sys.executable, "-c", SHOW, seed]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    assert run("1", "7") == run("2", "7") == run("3", "7")


def test_exact_ties_are_drawn_with_the_seed_and_everyone_has_a_chance() -> None:
    half = "2026-11-23/am"
    people = tuple(Person(f"p{k}", half_days=frozenset({half})) for k in range(4))
    problem = Problem(people, (Demand("d", "n", half),))
    winners = {plan(problem, seed=seed).assignments[0][0] for seed in range(60)}
    assert winners == {"p0", "p1", "p2", "p3"}


def test_between_equals_the_least_used_person_goes_first() -> None:
    am, pm = "2026-11-23/am", "2026-11-23/pm"
    people = (
        Person("tired", half_days=frozenset({am, pm}), wear=4),
        Person("fresh", half_days=frozenset({am, pm})),
        Person("rested", half_days=frozenset({am, pm})),
    )
    problem = Problem(people, (Demand("a", "n", am), Demand("b", "m", pm)))
    for seed in range(10):
        assert {person for person, _ in plan(problem, seed=seed).assignments} == {"fresh", "rested"}


def test_priced_fairness_uses_more_people_at_the_same_filling() -> None:
    problem = generate(800, 240, 2, "uniform")
    near, fair = plan(problem), plan(problem, prices=Prices(second_mission=100, third_mission=200))
    assert fair.filled_by_priority == near.filled_by_priority
    assert len({p for p, _ in fair.assignments}) > len({p for p, _ in near.assignments})
    assert fair.km >= near.km


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_priorities_are_free(seed: int) -> None:
    """research/allocation.md 4.2: serving the highest first never lowers the number of places filled."""
    problem = generate(300, 220, seed)
    flat = tuple(dataclasses.replace(demand, priority=1) for demand in problem.demands)
    assert plan(problem).filled == plan(dataclasses.replace(problem, demands=flat)).filled


def test_the_flow_equals_an_integer_programme_solved_by_another_solver() -> None:
    """HiGHS through scipy: same places by priority and same cost on cases too large for brute force."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    from reflexes.engines.matching.pairs import compile_pairs

    for seed in (1, 2):
        problem = generate(150, 60, seed)
        pairs = compile_pairs(problem, Prices())
        gain = np.array([{1: 10**6, 2: 2 * 10**6, 3: 3 * 10**6}[d.priority] for d in pairs.demands])
        ones, columns = np.ones(pairs.size), np.arange(pairs.size)
        slots = np.unique(pairs.person * 100 + pairs.half_of[pairs.demand], return_inverse=True)[1]
        rows = [
            (csr_matrix((ones, (pairs.demand, columns))), pairs.headcount[: pairs.demand.max() + 1]),
            (csr_matrix((ones, (pairs.person, columns))), 3),
            (csr_matrix((ones, (slots, columns))), 1),
        ]
        found = milp(
            pairs.cost / 100 - gain[pairs.demand],
            integrality=ones,
            bounds=Bounds(0, 1),
            constraints=[LinearConstraint(matrix, -np.inf, limit) for matrix, limit in rows],
            options={"mip_rel_gap": 0.0},
        )
        chosen = np.flatnonzero(found.x > 0.5)
        ours = plan(problem)
        for level, (filled, _) in ours.filled_by_priority.items():
            assert filled == sum(pairs.demands[d].priority == level for d in pairs.demand[chosen].tolist())
        assert ours.cost == int(pairs.cost[chosen].sum())


def test_leaving_far_pairs_out_at_first_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = generate(700, 260, 4)
    whole = plan(problem, seed=3)
    monkeypatch.setattr(flow_module, "MANY_PAIRS", 0)
    monkeypatch.setattr(flow_module, "NEAREST", 1)
    assert plan(problem, seed=3).filled_by_priority == whole.filled_by_priority
    assert plan(problem, seed=3).cost == whole.cost


def test_greedy_answers_when_the_solver_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.graph.python.min_cost_flow", None)
    problem = generate(120, 40, 1)
    found = plan(problem, seed=2)
    assert (found.engine, found.optimal, found.gap) == ("greedy", False, None)
    assert check(problem, found) == []
    assert found.assignments == greedy(problem, 2).assignments


def test_a_cancelled_plan_still_answers_and_keeps_every_rule() -> None:
    problem = generate(400, 150, 1, team_share=1.0)
    for patience in (0, 1, 3, 5):
        asked = iter(range(10**9))
        found = plan(problem, cancelled=lambda asked=asked, patience=patience: next(asked) >= patience)
        assert check(problem, found) == []
        assert found.filled > 0
        assert not found.optimal


def test_a_short_time_limit_gives_the_best_so_far_with_its_bound() -> None:
    problem = generate(3000, 900, 1, team_share=1.0)
    steps: list[Step] = []
    found = plan(problem, time_limit=5.0, progress=steps.append)
    floor = greedy(problem)
    assert found.engine == "cp-sat"
    assert not found.optimal
    assert found.gap is not None
    assert 0 < found.gap <= 1  # how tight depends on the machine: bench/matching/speed.py measures it
    assert found.bound is not None
    assert check(problem, found) == []
    worth = [count for count, _ in found.filled_by_priority.values()]
    assert worth >= [count for count, _ in floor.filled_by_priority.values()]
    assert steps  # which stages depends on the machine: the first is always told


def test_a_team_opens_with_its_minimum_and_a_mentor_or_not_at_all() -> None:
    half = frozenset({"2026-11-23/am"})
    demand = Demand("d", "n", "2026-11-23/am", headcount=4, min_team=2, mentor_required=True)
    people = [Person(f"new{k}", half_days=half) for k in range(4)]
    assert plan(Problem(tuple(people), (demand,))).unfilled[0].why == "team"
    people.append(Person("mentor", half_days=half, mentor=True))
    found = plan(Problem(tuple(people), (demand,)))
    # One mentor carries two newcomers.
    assert found.filled == 3
    assert found.optimal
    people.append(Person("old hand", half_days=half, experience=frozenset({"calls"})))
    assert plan(Problem(tuple(people), (demand,))).filled == 4


def test_a_home_service_keeps_its_minimum() -> None:
    half = "2026-11-23/am"
    people = tuple(Person(f"p{k}", half_days=frozenset({half}), unit="library") for k in range(4))
    problem = Problem(people, (Demand("d", "n", half, headcount=4),), minimums=(UnitMinimum("library", half, 5, 3),))
    found = plan(problem)
    assert found.filled == 2
    assert found.optimal
    assert found.unfilled[0].why == "unit_minimum"


def test_the_cap_is_counted_week_by_week() -> None:
    halves = ("2026-11-26/am", "2026-11-27/am", "2026-11-30/am", "2026-12-01/am")
    person = Person("p", half_days=frozenset(halves), cap=1)
    problem = Problem((person,), tuple(Demand(f"d{half}", "n", half) for half in halves))
    weeks = sorted(half for _, half in plan(problem).assignments)
    assert len(weeks) == 2
    assert weeks[0] < "d2026-11-29"
    assert weeks[1] > "d2026-11-29"


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (Problem((Person("p"), Person("p")), ()), "duplicate_person"),
        (Problem((), (Demand("d", "n", "23/11/2026 am"),)), "half_day_unreadable"),
        (Problem((Person("p", hard=(Wish("no_mondays"),)),), ()), "unknown_wish"),
        (Problem((Person("p", soft=(Wish("no_half", "night"),)),), ()), "bad_wish_value"),
        (Problem((), (Demand("d", "n", "2026-11-23/am", min_team=3),)), "min_team_above_headcount"),
        (Problem((), (), pinned=frozenset({("p", "d")})), "pinned_unknown"),
    ],
)
def test_data_that_contradict_themselves_are_named(problem: Problem, code: str) -> None:
    with pytest.raises(ProblemError) as error:
        plan(problem)
    assert error.value.code == code


def test_nobody_or_nothing_gives_an_empty_plan() -> None:
    assert plan(Problem((), ())).assignments == ()
    assert plan(Problem((Person("p"),), ())).optimal
    assert plan(Problem((), (Demand("d", "n", "2026-11-23/am"),))).unfilled[0].missing == 1
