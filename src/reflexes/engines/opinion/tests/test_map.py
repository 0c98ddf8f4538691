"""The agreement map: planted groups are found, chance is not, and nothing is said of too few people."""

from __future__ import annotations

import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.engines.opinion import Cast, OpinionError, agreement_map
from reflexes.engines.opinion.matrix import plane, table
from reflexes.engines.opinion.tests.planted import planted, rand_index

VOTES = st.dictionaries(st.tuples(st.integers(0, 13), st.integers(0, 5)), st.sampled_from((-1, 0, 1)), max_size=60).map(
    lambda said: [Cast(f"p{person:02d}", f"s{statement}", vote) for (person, statement), vote in said.items()]
)


@pytest.mark.parametrize("sizes", [(60, 60), (60, 50, 40), (120, 25)])
@pytest.mark.parametrize("density", [1.0, 0.5])
def test_planted_groups_are_found_even_when_half_of_the_votes_are_missing(sizes, density) -> None:
    for seed in range(4):
        casts, truth = planted(sizes, 30, seed, density=density)
        found = agreement_map(casts, seed=seed)
        assert found.no_groups is None
        assert rand_index({name: truth[name] for name in found.group_of}, dict(found.group_of)) > 0.9
        assert sum(group.people for group in found.groups) == len(found.group_of)


def test_votes_drawn_at_random_make_no_groups() -> None:
    """About one time in twenty luck looks like a division: that is the level, and it is held."""
    refused = 0
    for seed in range(60):
        luck = np.random.default_rng(seed)
        chance = luck.random(15)
        casts = [
            Cast(f"p{k:02d}", f"s{s:02d}", 1 if luck.random() < chance[s] else -1) for k in range(50) for s in range(15)
        ]
        found = agreement_map(casts, seed=seed)
        refused += found.no_groups is not None and found.no_groups.code == "no_division"
    assert refused >= 52


@settings(max_examples=150, deadline=None)
@given(VOTES, st.integers(0, 6), st.integers(0, 3))
def test_whatever_the_votes_no_group_is_under_the_floor_nor_of_one_person(casts, floor, seed) -> None:
    found = agreement_map(casts, seed=seed, floor=floor)
    assert all(group.people >= max(floor, 2) for group in found.groups)
    assert len(found.groups) != 1
    assert bool(found.groups) == (found.no_groups is None)
    assert Counter(found.group_of.values()) == {group.number: group.people for group in found.groups}
    for view in found.statements:
        for said in (view.everybody, *view.by_group):
            assert said is None or said.seen >= max(floor, 2)
            assert said is None or said.seen == said.agree + said.disagree + said.passed
    numbers = [one for place in found.places.values() for one in place] + list(found.explained)
    assert all(math.isfinite(one) for one in numbers)


@settings(max_examples=60, deadline=None)
@given(VOTES, st.randoms(use_true_random=False))
def test_the_order_of_the_votes_changes_nothing(casts, luck: random.Random) -> None:
    mixed = list(casts)
    luck.shuffle(mixed)
    assert agreement_map(casts, seed=5, floor=2) == agreement_map(mixed + mixed[:3], seed=5, floor=2)


def test_the_same_seed_gives_the_same_map() -> None:
    casts, _truth = planted((40, 30, 20), 20, seed=2, density=0.6)
    assert agreement_map(casts, seed=1) == agreement_map(casts, seed=1)


def test_one_person_against_all_is_not_a_group() -> None:
    casts, truth = planted((30, 30), 20, seed=1)
    alone = [Cast("zz", f"s{k:02d}", -1 if k < 4 else (1 if k % 2 else -1)) for k in range(20)]
    found = agreement_map(casts + alone, seed=1)
    assert found.no_groups is None
    assert "zz" in found.group_of
    assert min(group.people for group in found.groups) >= 5
    assert rand_index(truth, {name: found.group_of[name] for name in truth}) > 0.9


def test_three_people_and_two_statements_are_a_map_without_groups() -> None:
    found = agreement_map([Cast("a", "s", 1), Cast("b", "s", -1), Cast("b", "t", 1), Cast("c", "t", 0)])
    assert found.groups == ()
    assert found.no_groups.code == "too_few_people"
    assert found.no_groups.params == {"people": 3, "needed": 10}
    assert [view.everybody for view in found.statements] == [None, None]


def everyone(people: int, statements: int, vote: int = 1) -> list[Cast]:
    return [Cast(f"p{k:02d}", f"s{s}", vote) for k in range(people) for s in range(statements)]


@pytest.mark.parametrize(
    ("casts", "code"),
    [
        ([], "too_few_people"),
        (everyone(9, 3), "too_few_people"),
        (everyone(20, 1), "too_few_statements"),
        (everyone(20, 8), "no_difference"),
        ([Cast(f"p{k:02d}", f"s{k}", 1) for k in range(20)], "too_few_votes"),
    ],
)
def test_data_too_small_or_too_flat_have_no_groups_and_a_reason(casts, code) -> None:
    found = agreement_map(casts)
    assert found.groups == ()
    assert found.no_groups.code == code


def test_a_statement_nobody_voted_on_is_on_the_list_and_says_nothing() -> None:
    casts, _truth = planted((20, 20), 12, seed=3)
    found = agreement_map(casts, statements=["zz"])
    assert found.statements[-1].statement == "zz"
    assert found.statements[-1].everybody is None
    assert found.groups


def test_a_group_too_few_of_whom_voted_is_hidden_with_all_the_others() -> None:
    """Showing the other group beside the whole would tell, by subtraction, what the few said."""
    casts, truth = planted((30, 20), 20, seed=4)
    kept = [one for one in casts if one.statement != "s10" or truth[one.person] == 0 or one.person < "g1p003"]
    found = agreement_map(kept)
    view = next(one for one in found.statements if one.statement == "s10")
    assert len(found.groups) == 2
    assert view.everybody is not None
    assert (view.by_group, view.unites, view.divides) == ((), None, None)
    assert all(one.statement != "s10" for group in found.groups for one in group.typical)


def test_what_unites_is_what_every_group_agrees_on_not_what_the_largest_wants() -> None:
    """90 of 120 people want "large", nobody of the small group does; 80 of 120 want "both", two thirds in each group."""
    casts, truth = planted((90, 30), 16, seed=6, shared=0)
    for k, person in enumerate(sorted(truth)):
        casts.append(Cast(person, "large", 1 if truth[person] == 0 else -1))
        casts.append(Cast(person, "both", 1 if k % 3 else -1))
    found = agreement_map(casts)
    order = [view.statement for view in found.uniting()]
    assert order.index("both") < order.index("large")
    said = {view.statement: view for view in found.statements}
    assert said["large"].everybody.agree > said["both"].everybody.agree
    assert said["large"].divides > 0.9
    assert found.dividing()[0].divides >= said["large"].divides
    assert said["both"].unites == math.prod((one.agree + 1) / (one.seen + 2) for one in said["both"].by_group)


def test_statements_everybody_refuses_unite_too() -> None:
    casts, truth = planted((40, 40), 16, seed=7)
    casts += [Cast(person, "refused", -1) for person in truth]
    view = next(one for one in agreement_map(casts).statements if one.statement == "refused")
    assert view.unites_on == -1
    assert view.unites > 0.9


def test_typical_statements_are_those_a_group_holds_against_the_others() -> None:
    casts, truth = planted((50, 50), 16, seed=8, shared=12)
    found = agreement_map(casts)
    for group in found.groups:
        assert 0 < len(group.typical) <= 5
        members = {name for name, number in found.group_of.items() if number == group.number}
        for one in group.typical:
            assert int(one.statement[1:]) >= 12
            own = [cast.vote for cast in casts if cast.statement == one.statement and cast.person in members]
            assert sum(vote == one.side for vote in own) > len(own) / 2
            assert one.share > one.elsewhere
    assert truth


def test_the_plane_is_that_of_the_singular_vectors() -> None:
    casts, _truth = planted((20, 15), 12, seed=9)
    votes = table(casts)
    away = votes.value - votes.value.mean(axis=0)
    u, s, _v = np.linalg.svd(away, full_matrices=False)
    places, explained = plane(votes)
    assert np.allclose(np.abs(places), np.abs(u[:, :2] * s[:2]))
    assert np.allclose(explained, (s**2 / (s**2).sum())[:2])


def test_somebody_who_voted_little_is_left_out_and_counted() -> None:
    casts, _truth = planted((20, 20), 20, seed=10)
    found = agreement_map([*casts, Cast("late", "s00", 1)])
    assert (found.people, found.left_out) == (41, 1)
    assert "late" not in found.places


@pytest.mark.parametrize(
    ("casts", "code"),
    [([Cast("a", "s", 2)], "vote"), ([Cast("a", "s", 1), Cast("a", "s", -1)], "voted_twice")],
)
def test_votes_that_contradict_themselves_are_refused(casts, code) -> None:
    with pytest.raises(OpinionError) as refused:
        agreement_map(casts)
    assert refused.value.code == code
