"""What waits for the participation officer shows with its age, and only to the officer who keeps it."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.factories import (
    make_attendance,
    make_body,
    make_college,
    make_commitment,
    make_consultation,
    make_contribution,
    make_proposal,
    make_seat,
    make_session,
)
from reflexes.mechanisms.assembly.models import Body, Contribution, Expense, Review, Seat
from reflexes.mechanisms.assembly.services.silences import SILENCES, silences, waiting_on
from reflexes.mechanisms.assembly.tests.casting import Cast
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def codes(actor: Actor) -> dict[str, int]:
    return {one.code: one.count for one in silences(actor)}


def everything_waits(organisation: Organisation, *, exercise: Any = None) -> None:
    """Make one of each silence in an organisation, a played one inside ``exercise``."""
    day, now = clock.today(), clock.now()
    body = make_body(organisation, exercise=exercise)
    make_seat(make_college(body), state=Seat.State.ASKED)
    past = make_session(body, starts_at=now - timedelta(days=9), exercise=exercise)
    Expense.objects.create(attendance=make_attendance(past, presence="there"), kind="travel", cents=420)
    make_attendance(make_session(body, exercise=exercise))
    door = make_consultation(organisation, body=body, exercise=exercise)
    make_contribution(door, state=Contribution.State.WAITING)
    make_contribution(door, state=Contribution.State.HIDDEN, why_hidden="off", appeal="Pourquoi ?", appealed_at=now)
    make_proposal(body, answer_due_on=day - timedelta(days=5))
    answered = make_proposal(consultation=make_consultation(organisation, exercise=exercise), state="adopted")
    make_commitment(answered, due_on=day - timedelta(days=3))
    Review.objects.create(proposal=answered, due_on=day, called_at=now)
    make_body(organisation, starts_on=day - timedelta(days=30), ends_on=day - timedelta(days=1), exercise=exercise)


def test_nothing_waits_in_a_quiet_town(cast: Cast) -> None:
    assert silences(cast.keeper) == []


def test_each_silence_shows_once_with_its_age_oldest_first(cast: Cast) -> None:
    everything_waits(cast.town)
    assert codes(cast.keeper) == dict.fromkeys(SILENCES, 1)
    found = silences(cast.keeper)
    assert [one.since for one in found] == sorted(one.since for one in found if one.since)
    assert found[0].code == "sessions_without_minutes"
    for code in SILENCES:
        (row,) = waiting_on(cast.keeper, code)
        assert row.since is not None


def test_a_partner_s_silences_are_its_own(cast: Cast) -> None:
    everything_waits(cast.town)
    assert silences(cast.partner) == []
    everything_waits(cast.association)
    assert codes(cast.partner) == dict.fromkeys(SILENCES, 1)
    assert codes(cast.keeper) == dict.fromkeys(SILENCES, 1)


def test_nobody_else_reads_them(cast: Cast) -> None:
    everything_waits(cast.town)
    for actor in [*(one for one in cast.others if one is not cast.partner), cast.member]:
        with pytest.raises(Http404):
            silences(actor)
        with pytest.raises(Http404):
            waiting_on(actor, "proposals_late")
    with pytest.raises(Http404):
        waiting_on(cast.keeper, "sign_ups")


def test_an_exercise_and_reality_never_mix(cast: Cast) -> None:
    exercise = make_exercise()
    officer = make_person("Flore", role=roles.FACILITATOR, organisation=cast.town)
    inside, outside = actor_for(officer, exercise_id=exercise.pk), actor_for(officer)
    everything_waits(cast.town)
    assert codes(inside) == {}
    everything_waits(cast.town, exercise=exercise)
    assert codes(inside) == dict.fromkeys(SILENCES, 1)
    assert codes(outside) == dict.fromkeys(SILENCES, 1)


def test_a_body_closed_by_a_person_waits_no_more(cast: Cast) -> None:
    everything_waits(cast.town)
    Body.objects.filter(ends_on__lt=clock.today()).update(state=Body.State.CLOSED)
    assert "bodies_past_their_end" not in codes(cast.keeper)


def test_the_number_of_questions_does_not_grow(cast: Cast, django_assert_num_queries: Any) -> None:
    for _count in range(3):
        everything_waits(cast.town)
    with django_assert_num_queries(len(SILENCES)):
        assert set(codes(cast.keeper).values()) == {3}
    for code in SILENCES:
        with django_assert_num_queries(1):
            assert len(waiting_on(cast.keeper, code)) == 3


def test_what_waits_in_a_piste_that_is_switched_off_has_no_line(town, facilitator):
    make_proposal(make_body(town.hall, piste="switched_off"), answer_due_on=clock.today() - timedelta(days=1))
    assert codes(actor_for(facilitator)) == {}
