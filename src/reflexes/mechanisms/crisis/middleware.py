"""A person who joined an exercise lives at its date, on every page, until they leave it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from reflexes.core import clock, drill
from reflexes.core.accounts.links import digest_of
from reflexes.core.accounts.models import MagicLink
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.exercises import open_exercise_of
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.crisis.services import sequence_in_force
from reflexes.web.pages import CONFLICT, page

SESSION_KEY = "exercise"
# What may always be done, also at the very moment the exercise ends.
ALWAYS = ("/langue/", "/affichage/", "/compte/", "/exercices/", "/agir-comme/", "/demo/")


class ExerciseMiddleware:
    """Shifts the clock and marks the actor while an exercise is joined; every page knows the sequence in force."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.exercise = None  # type: ignore[attr-defined]
        request.exercise_waits = None  # type: ignore[attr-defined]
        request.sequence = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.get_response(request)
        request.sequence = SimpleLazyObject(sequence_in_force)  # type: ignore[attr-defined]
        joined = request.session.get(SESSION_KEY)
        if not joined:
            waits = SimpleLazyObject(lambda: open_exercise_of(request.actor))  # type: ignore[attr-defined]
            request.exercise_waits = waits  # type: ignore[attr-defined]
            return self.get_response(request)
        exercise = Exercise.objects.filter(pk=joined).prefetch_related("surprises").first()
        if exercise is None or exercise.ended_at is not None:
            return self._back_to_today(request, exercise)
        request.exercise = exercise  # type: ignore[attr-defined]
        request.actor = replace(request.actor, exercise_id=exercise.pk)  # type: ignore[attr-defined]
        with clock.shifted(exercise.shift), drill.playing(exercise.pk):
            return self.get_response(request)

    def _back_to_today(self, request: HttpRequest, exercise: Exercise | None) -> HttpResponse:
        """Bring somebody back from an exercise that ended: what they were just sending is not written for real."""
        request.session.pop(SESSION_KEY, None)
        name = exercise.name if exercise else ""
        if request.method != "GET" and not request.path.startswith(ALWAYS):
            return page(request, "crisis/over.html", {"name": name}, status=CONFLICT)
        messages.warning(request, _("The exercise “%(name)s” is over: what you do now is real.") % {"name": name})
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say what an exercise may not change, wherever it was tried."""
        if isinstance(exception, Refusal) and exception.code == "in_exercise":
            return page(request, "crisis/real_only.html", {"refusal": exception}, status=CONFLICT)
        return None

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> None:
        """Mark the pages opened by a link that was made in an exercise: whoever opens them has not signed in."""
        token = kwargs.get("token")
        if token and request.exercise is None:  # type: ignore[attr-defined]
            link = MagicLink.objects.filter(digest=digest_of(token)).exclude(exercise_id=None).first()
            if link is not None:
                played = Exercise.objects.filter(pk=link.exercise_id).prefetch_related("surprises").first()
                request.exercise = played  # type: ignore[attr-defined]
