"""Several people act at the same second, in real threads: no place given twice, no number taken twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.factories import make_attendance, make_consultation, make_contribution, make_session
from reflexes.mechanisms.assembly.models import Attendance, Body, Contribution, Seat, Session
from reflexes.mechanisms.assembly.services import moderation, proposals, register, seats, sessions
from reflexes.mechanisms.assembly.services.proposals import Origin
from reflexes.mechanisms.assembly.services.sessions import Doors
from reflexes.mechanisms.assembly.tests.casting import Cast
from reflexes.mechanisms.directory.factories import make_person

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 5


@pytest.fixture
def cast() -> Cast:
    return Cast()


def at_once(act: Callable[[int], object]) -> list[str]:
    """Run ``act`` from several threads in the same second; return how each ended, in a steady order."""
    together = Barrier(HANDS)

    def one(number: int) -> str:
        try:
            together.wait(timeout=20)
            act(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(HANDS) as hands:
        return sorted(hands.map(one, range(HANDS)))


def test_the_last_place_of_a_room_is_given_once(cast: Cast) -> None:
    session = make_session(cast.body, room_places=1)
    lines = [make_attendance(session, person) for person in cast.panel(HANDS)]

    def come(number: int) -> None:
        line = Attendance.objects.select_related("session__body").get(pk=lines[number].pk)
        register.do_answer_call(actor=cast.keeper, attendance=line, coming=True)

    assert at_once(come) == ["done"] + ["room_full"] * (HANDS - 1)
    assert session.attendances.filter(answer=Attendance.Answer.COMING).count() == 1


def test_the_last_seat_of_a_college_is_asked_for_once(cast: Cast) -> None:
    cast.panel(4)
    people = [make_person(f"Membre {number}", account=False) for number in range(HANDS)]

    def fill(number: int) -> None:
        seats.do_fill_seat(actor=cast.keeper, college=cast.college, person=people[number])

    assert at_once(fill) == ["college_full"] * (HANDS - 1) + ["done"]
    assert Seat.objects.filter(college=cast.college).count() == cast.college.seats


def test_a_seat_given_up_is_taken_over_once(cast: Cast) -> None:
    seats.do_leave_seat(actor=cast.member, seat=cast.seat, why=Seat.Why.MOVED)
    people = [make_person(f"Membre {number}", account=False) for number in range(HANDS)]

    def replace(number: int) -> None:
        seats.do_replace(actor=cast.keeper, seat=cast.seat, person=people[number])

    assert at_once(replace) == ["already_replaced"] * (HANDS - 1) + ["done"]
    assert Seat.objects.filter(replaces=cast.seat).count() == 1


def test_sessions_called_at_once_take_numbers_in_a_row_and_call_other_people(cast: Cast) -> None:
    Body.objects.update(per_session=1)
    cast.panel(4)

    def call(number: int) -> None:
        starts_at = clock.now() + timedelta(days=20 + number)
        sessions.do_call_session(
            actor=cast.keeper,
            body=cast.body,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            doors=Doors(remote="03 88 00 00 00"),
        )

    assert at_once(call) == ["done"] * HANDS
    assert sorted(Session.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert Attendance.objects.values("person").distinct().count() == HANDS


def test_two_who_cannot_come_are_replaced_by_two_others(cast: Cast) -> None:
    Body.objects.update(per_session=HANDS)
    cast.college.seats = 2 * HANDS
    cast.college.save()
    cast.panel(2 * HANDS - 1)
    starts_at = clock.now() + timedelta(days=20)
    session = sessions.do_call_session(
        actor=cast.keeper,
        body=cast.body,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        doors=Doors(remote="03 88 00 00 00"),
    )
    called = list(session.attendances.values_list("pk", flat=True))

    def decline(number: int) -> None:
        line = Attendance.objects.select_related("session__body").get(pk=called[number])
        register.do_answer_call(actor=cast.keeper, attendance=line, coming=False)

    assert at_once(decline) == ["done"] * HANDS
    asked = session.attendances.filter(answer=Attendance.Answer.ASKED)
    assert asked.count() == HANDS
    assert not asked.filter(pk__in=called).exists()


def test_one_contribution_joins_one_proposal(cast: Cast) -> None:
    street = make_consultation(cast.town)
    said = make_contribution(street)

    def propose(number: int) -> None:
        proposals.do_propose(
            actor=cast.keeper,
            origin=Origin(consultation=street),
            title=f"Proposition {number}",
            words="Peindre la piste.",
            contributions=[said],
        )

    assert at_once(propose) == ["done"] + ["joined_elsewhere"] * (HANDS - 1)
    assert street.proposals.count() == 1


def test_words_are_hidden_once(cast: Cast) -> None:
    said = make_contribution(make_consultation(cast.town))

    def hide(_number: int) -> None:
        mine = Contribution.objects.select_related("consultation").get(pk=said.pk)
        moderation.do_hide(actor=cast.keeper, contribution=mine, why=Contribution.Why.OFF)

    assert at_once(hide) == ["done"] + ["read_meanwhile"] * (HANDS - 1)
