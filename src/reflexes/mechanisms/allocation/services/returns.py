"""The return interview: booked when the mission begins, moved when another moment suits both."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.journal.services import record

HAS_INTERVIEW = (State.STARTED, State.DONE, State.RETURNED)


def access_interview(actor: Actor, pk: int) -> Assignment:
    """Return a mission whose return the agent, their manager or the cell talks about; hosts have no part in it."""
    mission = perms.access_assignment(actor, pk)
    if not (perms.is_own(actor, mission) or perms.can_release(actor, mission)):
        raise Http404
    return mission


@transaction.atomic
def do_move_interview(*, actor: Actor, assignment: Assignment, at: datetime) -> Assignment:
    """Set the interview at another moment: the agent, their manager or the cell; the other one is told."""
    if not (perms.is_own(actor, assignment) or perms.can_release(actor, assignment)):
        raise PermissionDenied
    if at.date() < assignment.day:
        raise Refusal("interview_too_early", _("Choose a moment on or after the day of the mission."))
    moved = Assignment.objects.filter(pk=assignment.pk, state__in=HAS_INTERVIEW).update(return_interview_at=at)
    if not moved:
        raise Refusal(
            "no_interview", _("There is no return interview to set for this mission any more."), conflict=True
        )
    record(actor=actor, verb="allocation.interview_moved", object_kind="assignment", object_key=assignment.pk)
    announce(assignment, "started")
    assignment.refresh_from_db()
    return assignment
