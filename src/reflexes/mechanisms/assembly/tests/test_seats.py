"""Seats: asked, taken, given up with a class of reason, taken over; a third leaves on its day (P01 (6), A04)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import make_body, make_college, make_seat
from reflexes.mechanisms.assembly.jobs import end_seats
from reflexes.mechanisms.assembly.models import Body, College, Seat
from reflexes.mechanisms.assembly.services import renewals, seats
from reflexes.mechanisms.assembly.tests.casting import Cast, announced, refused, told
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def fill(cast: Cast, person: Person | None = None, **said: object) -> Seat:
    whom = person or make_person("Omar", account=False)
    return seats.do_fill_seat(actor=cast.keeper, college=cast.college, person=whom, **said)


def test_a_seat_is_asked_for_then_taken(cast: Cast) -> None:
    omar = make_person("Omar")
    seat = fill(cast, omar)
    assert (seat.state, seat.ends_on) == (Seat.State.ASKED, cast.body.ends_on)
    seats.do_answer_seat(actor=actor_for(omar), seat=seat, yes=True)
    assert seat.state == Seat.State.HELD
    assert announced("seat_accepted") == [{"seat": seat.pk}]
    refused("seat_moved", seats.do_answer_seat, actor=actor_for(omar), seat=seat, yes=False)


def test_a_no_costs_nothing_and_asks_for_no_reason(cast: Cast) -> None:
    seat = fill(cast)
    seats.do_answer_seat(actor=cast.keeper, seat=seat, yes=False)
    assert (seat.state, seat.why_left) == (Seat.State.DECLINED, Seat.Why.NOT_WISHED)
    assert told("seat_declined")


def test_a_yes_said_on_the_telephone_is_written_at_once(cast: Cast) -> None:
    assert fill(cast, said_yes=True).state == Seat.State.HELD
    assert told("seat_filled")


def test_one_person_sits_once_in_a_body(cast: Cast) -> None:
    refused("already_sits", fill, cast=cast, person=cast.person)
    other = make_college(cast.body)
    refused("already_sits", seats.do_fill_seat, actor=cast.keeper, college=other, person=cast.person)


def test_a_full_college_takes_nobody_more(cast: Cast) -> None:
    cast.panel(5)
    refused("college_full", fill, cast=cast)


def test_somebody_who_left_the_site_is_not_asked(cast: Cast) -> None:
    refused("person_left", fill, cast=cast, person=make_person("Ida", erased_at=clock.now()))


def test_a_seat_given_up_says_a_class_of_reason_and_who_came_next(cast: Cast) -> None:
    refused("why_unknown", seats.do_leave_seat, actor=cast.member, seat=cast.seat, why="malade")
    seats.do_leave_seat(actor=cast.member, seat=cast.seat, why=Seat.Why.MOVED)
    assert (cast.seat.state, cast.seat.left_on) == (Seat.State.LEFT, clock.today())
    omar = make_person("Omar")
    following = seats.do_replace(actor=cast.keeper, seat=cast.seat, person=omar)
    assert (following.replaces, following.ends_on, following.part) == (cast.seat, cast.seat.ends_on, cast.seat.part)
    refused("already_replaced", seats.do_replace, actor=cast.keeper, seat=cast.seat, person=make_person("Ida"))
    seats.do_answer_seat(actor=actor_for(omar), seat=following, yes=False)
    last = seats.do_replace(actor=cast.keeper, seat=following, person=make_person("Ida"), said_yes=True)
    assert seats.last_in_line(cast.seat) == last


def test_nobody_is_replaced_who_still_sits(cast: Cast) -> None:
    refused("not_free", seats.do_replace, actor=cast.keeper, seat=cast.seat, person=make_person("Omar"))


def test_somebody_who_cannot_be_reached_frees_the_seat(cast: Cast) -> None:
    seat = fill(cast)
    seats.do_leave_seat(actor=cast.keeper, seat=seat, why=Seat.Why.NO_ANSWER)
    assert (seat.state, seat.why_left) == (Seat.State.DECLINED, Seat.Why.NO_ANSWER)


def test_strangers_partners_and_other_residents_neither_read_nor_move_a_seat(cast: Cast) -> None:
    for actor in cast.others:
        with pytest.raises(Http404):
            seats.access_seat(actor, cast.seat.pk)
        for act, said in (
            (seats.do_answer_seat, {"yes": True}),
            (seats.do_leave_seat, {"why": Seat.Why.OTHER}),
            (seats.do_replace, {"person": cast.person}),
        ):
            with pytest.raises(PermissionDenied):
                act(actor=actor, seat=cast.seat, **said)
        with pytest.raises(PermissionDenied):
            seats.do_fill_seat(actor=actor, college=cast.college, person=make_person("Omar"))
    assert seats.access_seat(cast.member, cast.seat.pk) == cast.seat


def test_a_real_seat_does_not_move_in_an_exercise(cast: Cast) -> None:
    playing = actor_for(cast.person, exercise_id=make_exercise().pk)
    refused("in_exercise", seats.do_leave_seat, actor=playing, seat=cast.seat, why=Seat.Why.OTHER)


class TestByThirds:
    """The body of Ostbelgien: 24 seats, a third leaves every six months."""

    @pytest.fixture
    def college(self, cast: Cast) -> College:
        today = clock.today()
        body = make_body(cast.town, starts_on=today, ends_on=today + timedelta(days=3000))
        return make_college(body, seats=24, parts=3, renewed_every_months=6)

    def test_people_are_spread_over_the_thirds_and_each_third_has_its_day(self, cast: Cast, college: College) -> None:
        cast.college = college
        for number in range(24):
            fill(cast, make_person(f"Membre {number}", account=False), said_yes=True)
        leaving = renewals.renewals(college.body)
        first = college.body.starts_on
        assert [(one.part, len(one.seats)) for one in leaving] == [(1, 8), (2, 8), (3, 8)]
        assert [one.on for one in leaving] == [renewals.months_after(first, months) for months in (6, 12, 18)]

    def test_seats_end_on_their_day_and_the_newcomers_of_a_third_stay_eighteen_months(
        self, cast: Cast, college: College
    ) -> None:
        cast.college = college
        leaver = fill(cast, said_yes=True)
        unanswered = fill(cast, part=1)
        assert leaver.ends_on is not None
        with clock.shifted(leaver.ends_on + timedelta(days=1) - clock.today()):
            end_seats(None)  # type: ignore[arg-type]
            leaver.refresh_from_db()
            unanswered.refresh_from_db()
            assert (leaver.state, leaver.left_on) == (Seat.State.ENDED, leaver.ends_on)
            assert (unanswered.state, unanswered.why_left) == (Seat.State.DECLINED, Seat.Why.NO_ANSWER)
            assert len(told("seat_ended")) == 2
            newcomer = fill(cast, said_yes=True)
            assert newcomer.part == 1
            assert newcomer.ends_on == renewals.months_after(college.body.starts_on, 24)
            end_seats(None)  # type: ignore[arg-type]
            assert len(told("seat_ended")) == 2

    def test_a_part_that_does_not_exist_is_refused(self, cast: Cast, college: College) -> None:
        cast.college = college
        refused("part_unknown", fill, cast=cast, part=4)

    @settings(deadline=None)
    @given(part=st.integers(1, 3), days=st.integers(0, 2900))
    def test_a_part_always_leaves_later_and_every_eighteen_months(self, part: int, days: int) -> None:
        body = Body(starts_on=date(2026, 1, 31), ends_on=date(2040, 1, 1))
        college = College(body=body, seats=24, parts=3, renewed_every_months=6)
        after = body.starts_on + timedelta(days=days)
        on = renewals.leaves_on(college, part, after=after)
        assert on > after
        assert (on.year - 2026) * 12 + on.month - 1 == next(
            months for months in range(6 * part, 400, 18) if renewals.months_after(body.starts_on, months) > after
        )


def test_a_seat_never_outlives_its_body(cast: Cast) -> None:
    far = cast.body.ends_on + timedelta(days=900)
    assert fill(cast, ends_on=far).ends_on == cast.body.ends_on
    refused("seat_ends_before", fill, cast=cast, ends_on=clock.today() - timedelta(days=3))


def test_a_seat_that_goes_with_its_body_waits_for_the_person_who_closes_it(cast: Cast) -> None:
    with clock.shifted(timedelta(days=400)):
        end_seats(None)  # type: ignore[arg-type]
    cast.seat.refresh_from_db()
    assert cast.seat.state == Seat.State.HELD


def test_the_balance_counts_women_men_and_free_seats_by_college_in_one_question(
    cast: Cast, django_assert_num_queries: object
) -> None:
    cast.panel(2, sex="f")
    cast.panel(1, sex="m")
    fill(cast)
    make_seat(cast.college, state=Seat.State.LEFT, why_left=Seat.Why.MOVED)
    make_college(cast.body, name="Élus", seats=4)
    with django_assert_num_queries(1):  # type: ignore[operator]
        habitants, elus = renewals.balance(cast.body)
    assert (habitants.held, habitants.asked, habitants.free) == (4, 1, 1)
    assert (habitants.women, habitants.men, habitants.unsaid) == (2, 1, 1)
    assert (elus.held, elus.free) == (0, 4)
