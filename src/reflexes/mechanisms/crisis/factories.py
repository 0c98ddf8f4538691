"""Exercises for tests, in the words of the field."""

from datetime import timedelta
from typing import Any

from reflexes.core import clock
from reflexes.mechanisms.crisis.models import Exercise


def make_exercise(**fields: Any) -> Exercise:
    """Return a drill that plays in three months."""
    values = {"name": "Canicule", "plays_at": clock.real_now() + timedelta(days=90), "started_at": clock.real_now()}
    return Exercise.objects.create(**{**values, **fields})
