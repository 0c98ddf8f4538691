"""What protects somebody under age holds in every plan, however it is made, and the verifier knows it."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from reflexes.engines.matching import (
    Demand,
    Person,
    Problem,
    check,
    eligible_people,
    first_obstacles,
    from_dict,
    greedy,
    ledger,
    ledger_counts,
    plan,
    protections,
    to_dict,
)
from reflexes.engines.matching.halfdays import read_half_day
from reflexes.engines.matching.tests.small import problems

FRIDAY = "2026-11-27/am"
SATURDAY = "2026-11-28/am"
YOUNG = Person("young", half_days=frozenset({FRIDAY, SATURDAY}), adult_on=date(2026, 11, 28))
GROWN = Person("grown", half_days=frozenset({FRIDAY, SATURDAY}))


def states(person: Person, demand: Demand) -> list[object]:
    return [reason.params.get("state") for reason in protections(person, demand)]


def test_without_a_written_consent_nobody_under_age_is_planned_until_their_birthday() -> None:
    problem = Problem((YOUNG,), (Demand("friday", "n", FRIDAY), Demand("saturday", "n", SATURDAY)))
    assert plan(problem).assignments == (("young", "saturday"),)
    assert [reason.params for reason in ledger(problem, "young", "friday")] == [{"state": "consent"}]
    consenting = replace(problem, people=(replace(YOUNG, consent=True),))
    assert plan(consenting).filled == 2


def test_each_protection_is_told_apart() -> None:
    consenting = replace(YOUNG, consent=True)
    assert states(consenting, Demand("d", "n", FRIDAY)) == []
    assert states(consenting, Demand("d", "n", FRIDAY, adults_only=True)) == ["adults_only"]
    assert states(consenting, Demand("d", "n", FRIDAY, accompanied=False)) == ["alone"]
    too_young = replace(consenting, from_day=date(2026, 12, 1))
    assert states(too_young, Demand("d", "n", FRIDAY)) == ["too_young"]
    assert states(GROWN, Demand("d", "n", FRIDAY, adults_only=True, accompanied=False)) == []


def test_the_verifier_refuses_a_plan_made_by_hand_that_forgets_them() -> None:
    problem = Problem((YOUNG,), (Demand("friday", "n", FRIDAY),))
    (found,) = check(problem, [("young", "friday")])
    assert (found.code, found.params["state"]) == ("age", "consent")


def test_the_funnel_and_the_first_obstacles_count_them() -> None:
    demand = Demand("d", "n", FRIDAY, adults_only=True, certificates=frozenset({"nurse"}))
    valid = {"nurse": date(2027, 1, 1)}
    people = (
        replace(YOUNG, consent=True, certificates=valid),
        GROWN,
        replace(GROWN, id="ended", certificates={"nurse": date(2026, 11, 26)}),
        replace(GROWN, id="away", certificates=valid, half_days=frozenset()),
        replace(GROWN, id="able", certificates=valid),
    )
    problem = Problem(people, (demand,))
    assert ledger_counts(problem, "d")["certificate"] == 2
    assert ledger_counts(problem, "d")["age"] == 1
    assert eligible_people(problem, "d") == ["able"]
    assert first_obstacles(problem, "d") == {
        "age:adults_only": 1,
        "certificate:expired": 1,
        "certificate:missing": 1,
        "not_free": 1,
        "ready": 1,
    }


def test_what_a_plan_saw_of_them_is_kept_and_older_snapshots_are_still_read() -> None:
    problem = Problem((replace(YOUNG, consent=True, from_day=date(2024, 1, 1)),), (Demand("d", "n", FRIDAY),))
    kept = to_dict(problem)
    assert from_dict(kept) == problem
    for name in ("from_day", "adult_on", "consent"):
        del kept["people"][0][name]
    assert from_dict(kept).people[0].adult_on is None


@settings(deadline=None)
@given(problems(teams=True))
def test_no_plan_ever_breaks_what_protects_the_young(problem: Problem) -> None:
    people = {person.id: person for person in problem.people}
    demands = {demand.id: demand for demand in problem.demands}
    for made in (plan(problem), greedy(problem)):
        for person_id, demand_id in made.assignments:
            person, demand = people[person_id], demands[demand_id]
            if person.adult_on is not None and read_half_day(demand.half_day).day < person.adult_on:
                assert person.consent
                assert demand.accompanied
                assert not demand.adults_only
