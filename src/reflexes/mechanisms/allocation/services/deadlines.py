"""A home manager who does not answer: reminded, then whoever is above them is asked. Never a silent yes (P09 (9))."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.missions import _done, _let_go
from reflexes.mechanisms.allocation.services.nudges import home_unit, last_nudge
from reflexes.mechanisms.allocation.services.standing_in import evening_before
from reflexes.mechanisms.allocation.states import DropMotive, State
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import managers_above
from reflexes.mechanisms.journal.services import record


def next_above(assignment: Assignment) -> list[Person]:
    """Return who is asked when the home manager does not answer: the managers of the nearest unit above theirs."""
    return managers_above(home_unit(assignment), besides=assignment.person_id)


def waiting() -> QuerySet[Assignment]:
    """Return the missions that wait for a home manager."""
    return (
        Assignment.objects.filter(state=State.ACCEPTED)
        .select_related("person__offer__capacity", "slot__need")
        .order_by("pk")
    )


def due_at(assignment: Assignment) -> datetime:
    """Return when the manager should have answered: their deadline, or early enough to ask somebody else."""
    early = evening_before(assignment.day) - limits.ESCALATE_AFTER
    due = min(assignment.release_by, early) if assignment.release_by else early
    return max(due, min(assignment.changed_at + limits.ESCALATE_AFTER, assignment.release_by or due))


def remind_and_escalate() -> tuple[int, int]:
    """Remind the managers whose time has passed, once; then ask the unit above, once. Return how many of each."""
    now = clock.now()
    reminded = escalated = 0
    for assignment in waiting():
        due = due_at(assignment)
        if now < due:
            continue
        with transaction.atomic():
            if (last := last_nudge(assignment)) is None or last < due:
                reminded += _remind(assignment)
            elif assignment.escalated_at is None and now >= last + limits.ESCALATE_AFTER and next_above(assignment):
                escalated += _escalate(SYSTEM, assignment)
    return reminded, escalated


def _remind(assignment: Assignment) -> bool:
    record(
        actor=SYSTEM,
        verb="allocation.nudged",
        object_kind="assignment",
        object_key=assignment.pk,
        params={"slot": assignment.slot_id, "waited_for": "manager"},
    )
    announce(assignment, "nudged")
    return True


def do_escalate(*, actor: Actor, assignment: Assignment) -> list[Person]:
    """Ask the unit above, now: the cell saw that nobody answers. Return who is asked."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    asked = next_above(assignment)
    if assignment.state == State.ACCEPTED and not asked:
        raise Refusal(
            "nobody_above",
            _("No manager is known above this service. Call the service, and write down what they say."),
        )
    with transaction.atomic():
        if not _escalate(actor, assignment):
            raise Refusal(
                "not_to_escalate",
                _("They answered meanwhile, or the unit above was already asked. Reload the page to see."),
                conflict=True,
            )
    return asked


def _escalate(actor: Actor, assignment: Assignment) -> bool:
    asked = Assignment.objects.filter(pk=assignment.pk, state=State.ACCEPTED, escalated_at=None)
    if not asked.update(escalated_at=clock.now()):
        return False
    _done(actor, assignment, "escalated")
    return True


def end_unanswered() -> int:
    """End the missions of days gone by that a manager or a host never answered: they did not take place.

    The agent is told that they had nothing to do; the silence stays in the journal. It never becomes a yes.
    """
    gone = (
        Assignment.objects.filter(Q(state=State.ACCEPTED) | Q(state=State.RELEASED), day__lt=clock.today())
        .select_related("slot__need")
        .order_by("pk")
    )
    ended = 0
    for assignment in gone:
        try:
            with transaction.atomic():
                _let_go(assignment, State.CANCELLED, drop_motive=DropMotive.UNANSWERED)
                _done(SYSTEM, assignment, "dropped", {"motive": DropMotive.UNANSWERED.value})
            ended += 1
        except Refusal:
            continue  # answered at the last second
    return ended
