"""Why me, why not me, why is this empty, what would help."""

from __future__ import annotations

import dataclasses
import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.engines.matching import (
    Demand,
    Person,
    Prices,
    Problem,
    ProblemError,
    UnitMinimum,
    Wish,
    bottlenecks,
    check,
    generate,
    ledger,
    ledger_counts,
    plan,
    price_of,
    spread,
)
from reflexes.engines.matching.pairs import compile_pairs
from reflexes.engines.matching.spread import two_sided
from reflexes.engines.matching.tests.small import best_value, plan_value, problems

SATURDAY, MONDAY = "2026-11-28/am", "2026-11-30/am"


@settings(max_examples=60, deadline=None)
@given(problems(teams=True, minimums=True))
def test_the_ledger_the_bulk_pairs_and_the_counts_agree(problem: Problem) -> None:
    pairs = compile_pairs(problem, Prices())
    for demand in problem.demands:
        eligible = {person.id for person in problem.people if not problem_reasons(problem, person.id, demand.id)}
        low, high = pairs.first[pairs.demands.index(demand)], pairs.first[pairs.demands.index(demand) + 1]
        assert {pairs.people[i].id for i in pairs.person[low:high].tolist()} == eligible
        if not any(reason.code in ("no_mentor", "team_too_small") for reason in ledger(problem, "p0", demand.id)):
            assert ledger_counts(problem, demand.id)["eligible"] == len(eligible)


def problem_reasons(problem: Problem, person: str, demand: str) -> tuple[str, ...]:
    return tuple(reason.code for reason in ledger(problem, person, demand))


@settings(max_examples=60, deadline=None)
@given(problems())
def test_a_refused_pair_breaks_a_rule_and_an_eligible_one_none(problem: Problem) -> None:
    for person in problem.people:
        for demand in problem.demands:
            assert bool(ledger(problem, person.id, demand.id)) == bool(check(problem, [(person.id, demand.id)]))


def test_every_reason_is_told_at_once() -> None:
    person = Person(
        "p",
        skills=frozenset({"sew"}),
        max_km=2.0,
        x_km=0.0,
        y_km=0.0,
        cap=0,
        hard=(Wish("no_weekend"), Wish("no_host", "pool")),
        certificates={"swim": date(2026, 1, 1)},
        birth_date=date(2010, 1, 1),
        unit="library",
    )
    demand = Demand(
        "d",
        "n",
        SATURDAY,
        skill="cook",
        x_km=3.0,
        y_km=0.0,
        host="pool",
        min_age=18,
        certificates=frozenset({"swim", "first_aid"}),
        mentor_required=True,
    )
    problem = Problem(
        (person,),
        (demand,),
        forbidden={("p", "d"): "refused"},
        minimums=(UnitMinimum("library", SATURDAY, 3, 3),),
    )
    assert problem_reasons(problem, "p", "d") == (
        "skill",
        "not_free",
        "wish",
        "wish",
        "distance",
        "certificate",
        "certificate",
        "age",
        "cap",
        "unit_minimum",
        "forbidden:refused",
        "no_mentor",
    )
    states = [reason.params["state"] for reason in ledger(problem, "p", "d") if reason.code == "certificate"]
    assert states == ["missing", "expired"]


def test_a_hard_wish_blocks_even_when_nobody_else_can_come() -> None:
    nurse = Person("nurse", half_days=frozenset({SATURDAY, MONDAY}), hard=(Wish("no_weekend"),))
    problem = Problem((nurse,), (Demand("d", "n", SATURDAY, priority=3), Demand("e", "n", MONDAY)))
    assert plan(problem, prices=Prices(km=0, soft=0)).assignments == (("nurse", "e"),)


def test_a_hard_wish_yields_only_to_the_persons_own_recorded_yes() -> None:
    nurse = Person("nurse", half_days=frozenset({SATURDAY}), hard=(Wish("no_weekend"),))
    problem = Problem((nurse,), (Demand("d", "n", SATURDAY),), pinned=frozenset({("nurse", "d")}))
    found = plan(problem)
    assert found.assignments == (("nurse", "d"),)
    assert check(problem, found) == []


def test_a_distance_that_cannot_be_checked_refuses_a_limit_and_not_its_absence() -> None:
    half = frozenset({MONDAY})
    people = (Person("limited", half_days=half, max_km=9.0), Person("open", half_days=half))
    problem = Problem(people, (Demand("d", "n", MONDAY, x_km=1.0, y_km=1.0),))
    assert problem_reasons(problem, "limited", "d") == ("distance_unknown",)
    assert plan(problem).assignments == (("open", "d"),)
    remote = dataclasses.replace(problem, demands=(Demand("d", "n", MONDAY, remote=True),))
    assert problem_reasons(remote, "limited", "d") == ()


def test_an_unfilled_demand_tells_how_many_were_left_after_each_question() -> None:
    people = (
        Person("a", frozenset({"cook"}), frozenset({MONDAY}), max_km=1.0, x_km=0.0, y_km=0.0),
        Person("b", frozenset({"cook"}), frozenset({MONDAY}), x_km=0.0, y_km=0.0),
        Person("c", frozenset({"cook"}), x_km=0.0, y_km=0.0),
        Person("e", frozenset({"sew"}), frozenset({MONDAY}), x_km=0.0, y_km=0.0),
    )
    demand = Demand("d", "n", MONDAY, headcount=2, skill="cook", x_km=4.0, y_km=0.0)
    problem = Problem(people, (demand,), forbidden={("b", "d"): "refused"})
    (row,) = plan(problem).unfilled
    assert (row.demand, row.missing, row.why) == ("d", 2, "pool")
    assert dict(row.counts) == {
        "people": 4,
        "skill": 3,
        "free": 2,
        "wish": 2,
        "distance": 1,
        "certificate": 1,
        "age": 1,
        "available": 1,
        "eligible": 0,
        "forbidden:refused": 1,
        "busy": 0,
    }


@settings(max_examples=50, deadline=None)
@given(problems())
def test_a_price_is_the_difference_of_two_full_solves(problem: Problem) -> None:
    for prices in (Prices(), Prices(second_mission=7, third_mission=11, wear=3)):
        base = plan(problem, prices=prices)
        for person in problem.people:
            for demand in problem.demands:
                pair = (person.id, demand.id)
                if pair in base.assignments or ledger(problem, *pair):
                    continue
                price = price_of(problem, base, *pair)
                forced = plan(dataclasses.replace(problem, pinned=frozenset({pair})), prices=prices)
                lost = {
                    level: base.filled_by_priority[level][0] - forced.filled_by_priority[level][0]
                    for level in base.filled_by_priority
                }
                assert price.exact
                assert price.places_lost_by_priority == {level: n for level, n in lost.items() if n}
                assert price.cost_more == forced.cost - base.cost
                assert price.tie == (forced.cost == base.cost and not any(lost.values()))


@settings(max_examples=30, deadline=None)
@given(problems(teams=True, minimums=True))
def test_a_price_under_team_rules_equals_brute_force(problem: Problem) -> None:
    base = plan(problem)
    was = plan_value(problem, Prices(), base.assignments)
    levels = sorted(base.filled_by_priority, reverse=True)
    for person in problem.people:
        for demand in problem.demands:
            pair = (person.id, demand.id)
            if pair in base.assignments or ledger(problem, *pair):
                continue
            best = best_value(problem, Prices(), must=pair)
            if best is None:
                with pytest.raises(ProblemError, match="cannot_be_forced"):
                    price_of(problem, base, *pair)
                continue
            price = price_of(problem, base, *pair)
            assert price.exact
            assert [price.places_lost_by_priority.get(level, 0) for level in levels] == [
                before - after for before, after in zip(was[0], best[0], strict=True)
            ]
            assert price.cost_more == was[1] - best[1]


def test_a_refused_pair_has_no_price() -> None:
    problem = Problem((Person("p"),), (Demand("d", "n", MONDAY),))
    with pytest.raises(ProblemError, match="not_eligible"):
        price_of(problem, plan(problem), "p", "d")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_more_person_as_the_bottleneck_says_fills_as_many_places(seed: int) -> None:
    problem = generate(120, 60, seed)
    base = plan(problem)
    listed = bottlenecks(problem, base)
    assert listed
    halves = frozenset(demand.half_day for demand in problem.demands)
    for row in [row for row in listed if row.kind == "skill"][:12]:
        offered = frozenset({row.half_day}) if row.half_day else halves
        helper = Person("zz", frozenset({row.value}), offered, cap=3)
        more = plan(dataclasses.replace(problem, people=(*problem.people, helper)))
        assert more.filled - base.filled == row.places
        assert row.short >= row.places


@pytest.mark.parametrize("seed", [1, 2])
def test_a_skill_that_is_not_listed_would_fill_nothing(seed: int) -> None:
    problem = generate(200, 40, seed)
    base = plan(problem)
    listed = {row.value for row in bottlenecks(problem, base) if row.kind == "skill"}
    halves = frozenset(demand.half_day for demand in problem.demands)
    for skill in sorted({demand.skill for demand in problem.demands if demand.skill} - listed)[:8]:
        helper = Person("zz", frozenset({skill}), halves, cap=3)
        assert plan(dataclasses.replace(problem, people=(*problem.people, helper))).filled == base.filled


def test_people_at_their_cap_are_a_bottleneck_when_one_more_half_day_fills_a_place() -> None:
    tired = Person("p", half_days=frozenset({SATURDAY, MONDAY}), cap=1)
    same_week = "2026-11-27/am"
    tired = dataclasses.replace(tired, half_days=frozenset({SATURDAY, same_week}))
    problem = Problem((tired,), (Demand("d", "n", SATURDAY), Demand("e", "n", same_week)))
    (row,) = [row for row in bottlenecks(problem, plan(problem)) if row.kind == "cap"]
    assert (row.places, row.short, row.people) == (1, 1, 1)


def test_contract_agents_chosen_by_an_unreadable_criterion_are_flagged() -> None:
    """The seed's case: a physical criterion that only the young, mostly on contract, meet."""
    people = tuple(
        Person(
            f"p{k:03d}",
            frozenset({"lift"}) if k < 30 else frozenset(),
            frozenset({MONDAY}),
            traits={"status": "contract" if k < 27 or k >= 97 else "tenured", "sex": "FM"[k % 2]},
        )
        for k in range(100)
    )
    problem = Problem(people, (Demand("d", "n", MONDAY, headcount=25, skill="lift"),))
    rows = {(row.trait, row.value): row for row in spread(problem, plan(problem))}
    contract = rows["status", "contract"]
    assert contract.pool == 30
    assert contract.selected >= 22
    assert contract.skewed
    assert contract.expected == pytest.approx(7.5)
    assert not rows["sex", "F"].skewed


def test_an_even_choice_is_not_flagged() -> None:
    problem = generate(400, 120, 3)
    assert [row for row in spread(problem, plan(problem)) if row.trait != "unit" and row.skewed] == []


def test_the_exact_test_gives_the_textbook_value() -> None:
    """Fisher's lady tasting tea: all four right has probability 1/70, and as much the other way round."""
    assert two_sided(4, 4, 4, 8) == pytest.approx(2 / 70)
    assert math.isclose(two_sided(2, 4, 4, 8), 1.0)


@given(
    before=st.lists(st.sampled_from("abc"), min_size=1, max_size=8),
    since=st.lists(st.sampled_from(["a", "b", "c", "new", ""]), max_size=8),
)
def test_people_who_came_since_a_report_never_break_the_spread_of_a_wave(before: list[str], since: list[str]) -> None:
    """The pool is that of an earlier report: whoever is chosen and came since is counted beside it."""
    old = [Person(f"o{rank}", unit=unit, traits={"status": "agent"}) for rank, unit in enumerate(before)]
    new = [Person(f"n{rank}", unit=unit, traits={"status": "contract"}) for rank, unit in enumerate(since)]
    report = spread(Problem(tuple(old), ()), [old[0].id])
    chosen = [old[0], *new]
    rows = spread(Problem(tuple(chosen), ()), [one.id for one in chosen], pool_of=report)
    assert sum(row.selected for row in rows if row.trait == "status") == len(chosen)
    assert all(row.selected <= row.pool and 0 <= row.p_value <= 1 for row in rows)
