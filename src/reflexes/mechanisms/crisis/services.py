"""Open and review sequences. Exercises: exercises.py."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.models import Sequence
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.journal.services import record

STEERING = frozenset({roles.COORDINATOR, roles.DIRECTOR, roles.ADMINISTRATOR})


def sequence_in_force() -> Sequence | None:
    """Return the sequence that says what changes and what does not."""
    return Sequence.objects.filter(in_force=True).first()


def can_steer(actor: Actor) -> bool:
    """Tell whether ``actor`` opens sequences and exercises: the cell, the director, the administrator."""
    return actor.role in STEERING


def check_steering(actor: Actor) -> None:
    """Refuse whoever does not steer."""
    if not can_steer(actor):
        raise PermissionDenied


def do_open_sequence(
    *, actor: Actor, level: str, title: str, changes: str, does_not_change: str, review_on: date
) -> Sequence:
    """Open the next sequence and end the one in force: both say what changes, what does not, and until when."""
    check_steering(actor)
    check_real(actor)
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
