"""Exercises for tests, in the words of the field."""

from datetime import timedelta
from typing import Any

from reflexes.core import clock
from reflexes.mechanisms.crisis.exercises import PLAYING_ROLES
from reflexes.mechanisms.crisis.models import Exercise, Invited


def make_exercise(**fields: Any) -> Exercise:
    """Return a drill that plays in three months, to which everybody is invited."""
    values = {"name": "Canicule", "plays_at": clock.real_now() + timedelta(days=90), "started_at": clock.real_now()}
    exercise = Exercise.objects.create(**{**values, **fields})
    Invited.objects.bulk_create(Invited(exercise=exercise, role=role) for role in PLAYING_ROLES)
    return exercise
