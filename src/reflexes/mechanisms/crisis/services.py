"""Open and review sequences, start and end exercises."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.models import Exercise, Sequence
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.journal.services import record

STEERING = frozenset({roles.COORDINATOR, roles.DIRECTOR, roles.ADMINISTRATOR})


def sequence_in_force() -> Sequence | None:
    """Return the sequence that says what changes and what does not."""
    return Sequence.objects.filter(in_force=True).first()


def can_steer(actor: Actor) -> bool:
    """Tell whether ``actor`` opens sequences and exercises: the cell, the director, the administrator."""
    return actor.role in STEERING


def _check_steering(actor: Actor) -> None:
    if not can_steer(actor):
        raise PermissionDenied


def do_open_sequence(
    *, actor: Actor, level: str, title: str, changes: str, does_not_change: str, review_on: date
) -> Sequence:
    """Open the next sequence and end the one in force: both say what changes, what does not, and until when."""
    _check_steering(actor)
    if review_on <= clock.today():
        raise Refusal("review_in_the_past", _("Choose a review date after today: every sequence is reviewed."))
    with transaction.atomic():
        Sequence.objects.filter(in_force=True).update(in_force=False, ended_at=clock.now())
        last = Sequence.objects.select_for_update().order_by("-number").first()
        sequence = Sequence.objects.create(
            number=last.number + 1 if last else 1,
            level=level,
            title=title,
            changes=changes,
            does_not_change=does_not_change,
            starts_at=clock.now(),
            review_on=review_on,
        )
        record(
            actor=actor,
            verb="crisis.sequence_opened",
            object_kind="sequence",
            object_key=sequence.pk,
            params={"number": sequence.number, "level": level, "review_on": review_on.isoformat()},
        )
    return sequence


def do_start_exercise(*, actor: Actor, name: str, plays_at: datetime, purpose: str = "") -> Exercise:
    """Start a drill on the real screens, at the moment ``plays_at``."""
    _check_steering(actor)
    with transaction.atomic():
        exercise = Exercise.objects.create(name=name, purpose=purpose, plays_at=plays_at, started_at=clock.real_now())
        record(actor=actor, verb="crisis.exercise_started", object_kind="exercise", object_key=exercise.pk)
    return exercise


def do_end_exercise(*, actor: Actor, exercise: Exercise) -> None:
    """End a drill: its needs and missions stay readable, marked as such."""
    _check_steering(actor)
    with transaction.atomic():
        ended = Exercise.objects.filter(pk=exercise.pk, ended_at=None).update(ended_at=clock.real_now())
        if not ended:
            raise Refusal("already_ended", _("This exercise has already ended."), conflict=True)
        record(actor=actor, verb="crisis.exercise_ended", object_kind="exercise", object_key=exercise.pk)
