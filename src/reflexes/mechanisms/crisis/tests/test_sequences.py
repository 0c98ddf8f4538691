"""Sequences say what changes, what does not, until when; exercises live at another date."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.exercises import do_end_exercise, do_start_exercise
from reflexes.mechanisms.crisis.models import Exercise, Sequence
from reflexes.mechanisms.crisis.services import do_open_sequence, sequence_in_force

pytestmark = pytest.mark.django_db
CELL = Actor(role="coordinator")
AGENT = Actor(role="agent")


def open_sequence(actor: Actor = CELL, **changed: object) -> Sequence:
    facts = {
        "level": "watch",
        "title": "Watch",
        "changes": "The cell meets every morning.",
        "does_not_change": "Everything else.",
        "review_on": clock.today() + timedelta(days=7),
    }
    return do_open_sequence(actor=actor, **{**facts, **changed})  # type: ignore[arg-type]


def test_the_first_sequence_is_number_one_and_the_next_ends_it() -> None:
    first = open_sequence()
    second = open_sequence(level="crisis")
    first.refresh_from_db()
    assert (first.number, second.number) == (1, 2)
    assert first.ended_at is not None
    assert sequence_in_force() == second


def test_a_sequence_without_a_review_to_come_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        open_sequence(review_on=clock.today())
    assert refused.value.code == "review_in_the_past"
    assert Sequence.objects.count() == 0


def test_an_agent_opens_neither_sequence_nor_exercise() -> None:
    with pytest.raises(PermissionDenied):
        open_sequence(actor=AGENT)
    with pytest.raises(PermissionDenied):
        do_start_exercise(actor=AGENT, name="Drill", plays_at=datetime(2027, 7, 1, 8, tzinfo=UTC))


def test_an_exercise_shifts_the_clock_to_its_own_date() -> None:
    exercise = do_start_exercise(actor=CELL, name="Heat wave", plays_at=datetime(2027, 7, 1, 8, tzinfo=UTC))
    with clock.shifted(exercise.shift):
        assert clock.today().year == 2027
    assert clock.today().year != 2027 or clock.real_now().year == 2027


def test_an_exercise_ends_at_the_real_time_even_when_ended_from_inside() -> None:
    exercise = do_start_exercise(actor=CELL, name="Heat wave", plays_at=datetime(2020, 3, 16, 8, tzinfo=UTC))
    with clock.shifted(exercise.shift):
        do_end_exercise(actor=CELL, exercise=exercise)
    exercise.refresh_from_db()
    assert exercise.ended_at is not None
    assert exercise.ended_at >= exercise.started_at
    with pytest.raises(Refusal):
        do_end_exercise(actor=CELL, exercise=Exercise.objects.get())
