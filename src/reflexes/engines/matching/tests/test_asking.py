"""Over-asking: exact chances, checked against every possible set of answers."""

import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.engines.matching.asking import expect, how_many, shrunk_rate, yes_chances

RATES = st.lists(st.floats(0.0, 1.0), max_size=7)


@settings(max_examples=60, deadline=None)
@given(RATES, st.integers(0, 8))
def test_the_chances_equal_those_of_every_possible_set_of_answers(rates: list[float], places: int) -> None:
    exact = [0.0] * (len(rates) + 1)
    for answers in itertools.product((0, 1), repeat=len(rates)):
        exact[sum(answers)] += math.prod(r if yes else 1 - r for yes, r in zip(answers, rates, strict=True))
    assert all(abs(one - two) < 1e-12 for one, two in zip(yes_chances(rates), exact, strict=True))
    found = expect(places, rates)
    assert abs(found.mean - sum(rates)) < 1e-9
    assert abs(found.filled - sum(exact[places:])) < 1e-9
    assert abs(found.beyond - sum(max(k - places, 0) * chance for k, chance in enumerate(exact))) < 1e-9
    assert sum(exact[found.low : found.high + 1]) > 0.5 - 1e-9


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 6),
    st.floats(0.01, 1.0),
    st.integers(0, 6),
    st.integers(0, 12),
    st.floats(0.05, 0.99),
    st.integers(0, 12),
)
def test_the_fewest_people_are_asked_that_reach_the_target_and_never_more_than_may_be(
    places: int, rate: float, asked: int, others: int, target: float, most: int
) -> None:
    found = how_many(places, rate, asked=asked, others=others, target=target, most=most)
    may_be = [n for n in range(asked, asked + others + 1) if n <= most or n == asked]
    enough = [n for n in may_be if expect(places, [rate] * n).filled >= target]
    assert found.ask == (enough[0] if enough else may_be[-1])


def test_the_binomial_law_is_found_again_when_everybody_has_the_same_rate() -> None:
    chances = yes_chances([0.3] * 30)
    assert all(abs(chances[k] - math.comb(30, k) * 0.3**k * 0.7 ** (30 - k)) < 1e-12 for k in range(31))
    assert abs(sum(chances) - 1) < 1e-12


def test_few_answers_stay_near_the_prior_and_many_leave_it() -> None:
    assert shrunk_rate(1, 1, 6, 10) < 0.65
    assert abs(shrunk_rate(900, 1000, 6, 10) - 0.9) < 0.01


def test_five_asked_for_three_places_at_six_yes_in_ten_reads_as_the_preview_says_it() -> None:
    found = expect(3, [0.6] * 5)
    assert (found.low, found.high) == (3, 4)
    assert round(1 - found.filled, 2) == 0.32
