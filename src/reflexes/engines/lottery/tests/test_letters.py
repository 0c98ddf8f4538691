"""Letters by district and the naive draw: what is shared adds up, what is rare gets more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.engines.lottery import District, ProblemError, draw_letters, naive, select, share_letters
from reflexes.engines.lottery.tests.small import pool, symmetric

DISTRICTS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(0, 100), st.sampled_from([0.02, 0.05, 0.1, 0.3, 1.0])),
    min_size=1,
    max_size=6,
)


def named(rows):
    return [District(f"d{at}", *row) for at, row in enumerate(rows)]


@settings(max_examples=200, deadline=None)
@given(DISTRICTS, st.data())
def test_every_letter_leaves_and_no_district_gets_more_than_its_addresses(rows, data):
    districts = named(rows)
    letters = data.draw(st.integers(0, sum(one.addresses for one in districts)))
    shared = share_letters(districts, letters)
    assert sum(one.letters for one in shared) == letters
    assert all(0 <= one.letters <= district.addresses for one, district in zip(shared, districts, strict=True))
    assert all(one.chance <= 1 for one in shared)


def test_a_district_where_half_as_many_answer_gets_twice_the_letters():
    shared = share_letters([District("n", 900, 300, 0.1), District("s", 900, 300, 0.05)], 90)
    assert [one.letters for one in shared] == [30, 60]


def test_over_sampling_stops_at_the_factor_decided():
    shared = share_letters([District("n", 900, 300, 0.5), District("s", 900, 300, 0.001)], 90, most_factor=2)
    assert [one.letters for one in shared] == [30, 60]


def test_what_a_small_district_cannot_take_goes_to_the_others():
    shared = share_letters([District("n", 10, 300, 0.1), District("s", 900, 300, 0.1)], 100)
    assert [(one.letters, one.full) for one in shared] == [(10, True), (90, False)]


@pytest.mark.parametrize(
    ("answering", "letters", "code"), [(0, 1, "answering"), (1.5, 1, "answering"), (0.5, 11, "letters")]
)
def test_what_cannot_be_shared_is_refused(answering, letters, code):
    with pytest.raises(ProblemError) as refused:
        share_letters([District("n", 10, 10, answering)], letters)
    assert refused.value.code == code


def test_the_same_seed_sends_the_same_letters_and_another_does_not():
    addresses = {"n": [f"a{number}" for number in range(40)]}
    shared = share_letters([District("n", 40, 40, 0.1)], 10)
    first = draw_letters(b"seed", addresses, shared)
    assert first == draw_letters(b"seed", {"n": addresses["n"][::-1]}, shared)
    assert first != draw_letters(b"other", addresses, shared)
    assert len(first["n"]) == 10


def test_the_naive_draw_leaves_somebody_far_behind_where_a_fair_one_does_not():
    # Flanigan et al.: on the small example the naive rule gives somebody at most 1.21 %, the fair one 10 %.
    problem = symmetric()
    found = naive(problem, seed=1, draws=400)
    assert found.minimum < 0.05
    assert found.minimum < float(select(problem).ticket_minimum)
    assert naive(problem, seed=1, draws=400) == found


def test_the_naive_draw_that_never_finds_a_panel_says_nothing():
    # The most urgent answers are all taken by people who fill the other question's maximum.
    assert (
        naive(
            pool(["AX", "AX", "BY"], {(0, "A"): (0, 3), (0, "B"): (0, 3), (1, "X"): (0, 0), (1, "Y"): (0, 3)}, 2),
            seed=1,
        )
        is None
    )
