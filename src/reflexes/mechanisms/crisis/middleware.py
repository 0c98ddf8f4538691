"""A person who joined an exercise lives at its date, on every page, until they leave it."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from reflexes.core import clock
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.crisis.services import sequence_in_force


class ExerciseMiddleware:
    """Shifts the clock and marks the actor while an exercise is joined; every page knows the sequence in force."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.exercise = None  # type: ignore[attr-defined]
        request.sequence = None  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            request.sequence = SimpleLazyObject(sequence_in_force)  # type: ignore[attr-defined]
        joined = request.session.get("exercise") if request.user.is_authenticated else None
        exercise = Exercise.objects.filter(pk=joined, ended_at=None).first() if joined else None
        if exercise is None:
            return self.get_response(request)
        request.exercise = exercise  # type: ignore[attr-defined]
        request.actor = replace(request.actor, exercise_id=exercise.pk)  # type: ignore[attr-defined]
        with clock.shifted(exercise.shift):
            return self.get_response(request)
