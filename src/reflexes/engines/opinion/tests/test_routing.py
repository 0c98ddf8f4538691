"""What is really shown: tested on its distribution, because equal chances by mistake look like any other chances."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.engines.opinion import Exposure, OpinionError, route, routing, uncertainty

EXPOSURES = st.lists(st.tuples(*[st.integers(0, 40)] * 4), min_size=1, max_size=8).map(
    lambda rows: [Exposure(f"s{k}", *row) for k, row in enumerate(rows)]
)


def live(people: int, each: int, statements: int, *, late: int = 0, seed: int = 0) -> list[Exposure]:
    """Show ``each`` statements to people one after the other; even statements divide, odd ones please nearly everybody.

    ``late`` statements arrive when half of the people have come.
    """
    state = {f"s{k:02d}": Exposure(f"s{k:02d}") for k in range(statements)}
    for number in range(people):
        if number == people // 2:
            state |= {f"t{k:02d}": Exposure(f"t{k:02d}") for k in range(late)}
        for name in route(state.values(), person=f"p{number}", count=each, seed=seed).statements:
            lot = hashlib.sha256(f"{number}/{name}".encode()).digest()[0]
            agrees = lot < (128 if int(name[1:]) % 2 == 0 else 245)
            was = state[name]
            state[name] = was._replace(
                shown=was.shown + 1, agree=was.agree + agrees, disagree=was.disagree + (not agrees)
            )
    return list(state.values())


def test_the_first_statement_shown_follows_the_chances_that_are_published() -> None:
    exposures = [
        Exposure("new"),
        Exposure("split", 20, 8, 8, 4),
        Exposure("settled", 20, 19, 1, 0),
        Exposure("worn", 90, 45, 45),
    ]
    people = 4_000
    first = Counter(route(exposures, person=f"p{k}", seed=3).statements[0] for k in range(people))
    chances = route(exposures, person="p", seed=3).chances
    assert math.isclose(sum(chances.values()), 1.0)
    for name, chance in chances.items():
        assert abs(first[name] - people * chance) < 4 * math.sqrt(people * chance * (1 - chance)), name
    assert chances["new"] > chances["split"] > chances["settled"] > chances["worn"]


def far_from_uniform(shown: Counter[str], statements: int) -> float:
    """Return Pearson's chi-square against equal chances."""
    even = sum(shown.values()) / statements
    return sum((shown[name] - even) ** 2 / even for name in shown)


def test_what_is_shown_is_not_uniform_and_a_router_that_became_uniform_would_be_seen(monkeypatch) -> None:
    exposures = [Exposure(f"s{k}", 10 * k, 5 * k, 5 * k) for k in range(6)]

    def shown() -> Counter[str]:
        found = Counter({f"s{k}": 0 for k in range(6)})
        found.update(route(exposures, person=f"p{k}", seed=1).statements[0] for k in range(1_200))
        return found

    bound = 20.5  # chi-square with 5 degrees of freedom, one chance in a thousand
    assert far_from_uniform(shown(), 6) > 10 * bound
    monkeypatch.setattr(routing, "uncertainty", lambda one: 0.0 * one.shown + (1.0 + one.shown))
    assert far_from_uniform(shown(), 6) < bound
    assert route(exposures, person="p", seed=1).uniform == "all_alike"


def test_divided_statements_are_shown_more_than_settled_ones_and_none_is_starved() -> None:
    state = live(people=600, each=4, statements=12)
    divided = [one.shown for one in state if int(one.statement[1:]) % 2 == 0]
    settled = [one.shown for one in state if int(one.statement[1:]) % 2 == 1]
    assert sum(divided) > 1.15 * sum(settled)
    assert min(settled) > 0.5 * 600 * 4 / 12
    assert max(divided) < 1.6 * min(divided)
    assert max(settled) < 1.6 * min(settled)


def test_a_statement_that_comes_late_catches_up() -> None:
    state = live(people=800, each=5, statements=10, late=5)
    late = [one.shown for one in state if one.statement.startswith("t")]
    early = [one.shown for one in state if one.statement.startswith("s")]
    # A blind draw would have left them at half of the others' exposure.
    assert sum(late) / len(late) > 0.7 * sum(early) / len(early)
    assert min(late) > 0.6 * max(late)


@settings(max_examples=150, deadline=None)
@given(EXPOSURES, st.integers(0, 9), st.sets(st.sampled_from([f"s{k}" for k in range(8)])), st.integers(0, 5))
def test_nothing_seen_is_shown_again_and_every_open_statement_keeps_a_chance(exposures, count, seen, seed) -> None:
    found = route(exposures, person="p", seen=seen, count=count, seed=seed)
    left = {one.statement for one in exposures} - seen
    assert len(found.statements) == min(count, len(left))
    assert set(found.statements) <= left == set(found.chances)
    assert all(chance >= routing.LEAST_CHANCE / len(left) for chance in found.chances.values())
    assert found == route(reversed(exposures), person="p", seen=seen, count=count, seed=seed)


def test_equal_chances_are_never_silent() -> None:
    assert route([Exposure("a"), Exposure("b")], person="p").uniform == "nothing_shown"
    assert route([Exposure("a", 4, 2), Exposure("b", 4, 2)], person="p").uniform == "all_alike"
    assert route([Exposure("a", 4, 2)], person="p").uniform == "one_left"
    assert route([Exposure("a", 4, 2), Exposure("b", 5, 2)], person="p").uniform == ""
    assert route([], person="p").uniform == ""


def test_another_person_or_another_seed_draws_other_lots() -> None:
    exposures = [Exposure(f"s{k}") for k in range(10)]
    orders = {route(exposures, person=person, count=10, seed=seed).statements for person in "abc" for seed in (1, 2)}
    assert len(orders) == 6


def test_uncertainty_falls_as_people_agree_and_as_they_come() -> None:
    assert uncertainty(Exposure("a")) > uncertainty(Exposure("a", 9, 5, 4)) > uncertainty(Exposure("a", 9, 9, 0))
    assert uncertainty(Exposure("a", 9, 5, 4)) > uncertainty(Exposure("a", 90, 50, 40))


@pytest.mark.parametrize(
    ("exposures", "code"),
    [([Exposure("a"), Exposure("a", 1)], "statement_twice"), ([Exposure("a", -1)], "negative")],
)
def test_counts_that_cannot_be_are_refused(exposures, code) -> None:
    with pytest.raises(OpinionError) as refused:
        route(exposures, person="p")
    assert refused.value.code == code


def test_a_route_can_be_kept_as_data() -> None:
    assert set(dataclasses.asdict(route([Exposure("a")], person="p"))) == {"statements", "chances", "uniform"}
