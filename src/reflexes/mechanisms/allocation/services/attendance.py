"""Who came, how long, who did not: one line of an attendance sheet, on screen the same day or from paper later."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services import missions
from reflexes.mechanisms.allocation.services.missions import _done, _move, _take
from reflexes.mechanisms.allocation.services.paper import do_note_origin
from reflexes.mechanisms.allocation.states import Origin, State


class Seen(models.TextChoices):
    """What a line of the sheet says."""

    CAME = "came", _("Came")
    FINISHED = "finished", _("It is finished")
    EXCUSED = "excused", _("Told us they could not")
    ABSENT = "absent", _("Was not seen")


CAN_BE_SEEN: dict[str, tuple[Seen, ...]] = {
    State.CONFIRMED: (Seen.CAME, Seen.EXCUSED, Seen.ABSENT),
    State.STAND_IN: (Seen.CAME, Seen.EXCUSED, Seen.ABSENT),
    State.STARTED: (Seen.FINISHED,),
}


def do_write_attendance(
    *,
    actor: Actor,
    assignment: Assignment,
    seen: str,
    interview_at: datetime,
    trained: bool = False,
    safety_told: bool = False,
    hours: Decimal | None = None,
    channel: str = Origin.SCREEN,
) -> Assignment:
    """Write one line: the same moves, in the same order, as if each had been made on the day, or none of them.

    Hours say that it is finished. Nobody is written as having come without the training and safety boxes (P09 (10)),
    on paper no more than on screen.
    """
    if not perms.can_host(actor, assignment):
        raise PermissionDenied
    if assignment.day > clock.today():
        raise Refusal("not_yet", _("This half-day is still to come: its sheet is written on the day or later."))
    if seen not in Seen.values or Seen(seen) not in CAN_BE_SEEN.get(assignment.state, ()):
        raise Refusal(
            "not_seen_here",
            _("This line was already written by somebody. Reload the page to see what it says."),
            conflict=True,
        )
    with transaction.atomic():
        if seen in {Seen.EXCUSED, Seen.ABSENT}:
            missions.do_record_absence(actor=actor, assignment=assignment, excused=seen == Seen.EXCUSED)
        else:
            if assignment.state != State.STARTED:
                missions.do_prepare(actor=actor, assignment=assignment, trained=trained, safety_told=safety_told)
                missions.do_start(actor=actor, assignment=assignment, return_interview_at=interview_at)
            if seen == Seen.FINISHED or hours is not None:
                missions.do_finish(actor=actor, assignment=assignment, hours=hours)
        do_note_origin(actor=actor, object_kind="assignment", object_key=assignment.pk, channel=channel)
    return assignment


# What can be taken back for a few minutes, and the state it goes back to.
BACK = {
    State.NO_SHOW: State.CONFIRMED,
    State.EXCUSED: State.CONFIRMED,
    State.DONE: State.STARTED,
}


def can_undo(actor: Actor, assignment: Assignment) -> bool:
    """A mistap of the day is taken back within a few minutes, by whoever may write the sheet."""
    recent = clock.now() - assignment.changed_at < limits.UNDO_WITHIN
    by_hand = not assignment.drop_motive
    return recent and by_hand and assignment.state in BACK and perms.can_host(actor, assignment)


def undo_until(assignment: Assignment) -> datetime:
    """Return until when the last gesture can be taken back."""
    return assignment.changed_at + timedelta(minutes=limits.UNDO_WITHIN.total_seconds() // 60)


@transaction.atomic
def do_undo(*, actor: Actor, assignment: Assignment) -> Assignment:
    """Take back "not seen", "excused" or "finished" as if never tapped; nobody had read of an absence yet."""
    if not perms.can_host(actor, assignment):
        raise PermissionDenied
    if not can_undo(actor, assignment):
        raise Refusal(
            "too_late_to_undo",
            _("This can no longer be taken back here. Call the cell: they will put it right with you."),
            conflict=True,
        )
    if assignment.state == State.DONE:
        _move(assignment, State.STARTED, only=(State.DONE,), hours=None)
    else:
        _take(assignment, to=State.CONFIRMED, only=(assignment.state,))
    return _done(actor, assignment, "taken_back", tell=False)
