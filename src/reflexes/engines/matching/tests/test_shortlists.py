"""All the views of a problem at once say what the questions asked one by one say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reflexes.engines.matching import eligible_people, generate, ledger_counts, plan, views


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_view_from_each_demand_is_what_the_ledger_and_the_list_of_people_say(seed: int) -> None:
    problem = generate(120, 30, seed)
    refused = dict.fromkeys(plan(problem, seed=seed).assignments[::5], "declined")
    problem = replace(problem, forbidden=refused)
    seen = list(views(problem, keep=200))
    assert [one.demand for one in seen] == [demand.id for demand in problem.demands]
    for one in seen:
        assert dict(one.counts) == dict(ledger_counts(problem, one.demand))
        assert [person for person, _km in one.nearest] == eligible_people(problem, one.demand)


def test_the_nearest_are_kept_beyond_the_places_asked_and_then_a_few_mentors() -> None:
    problem = generate(400, 10, 1)
    mentors = {person.id for person in problem.people if person.mentor}
    for one, demand in zip(views(problem, keep=2), problem.demands, strict=True):
        everybody = eligible_people(problem, demand.id)
        kept = [person for person, _km in one.nearest]
        near = 2 + demand.headcount
        assert kept[:near] == everybody[:near]
        assert kept[near:] == [person for person in everybody[near:] if person in mentors][:5]
        ways = [km for _person, km in one.nearest]
        assert ways == sorted(ways)
