"""Back at the post: the return interview (booked when the mission begins), the return itself, the debrief."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Debrief
from reflexes.mechanisms.allocation.services import learning
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.missions import _done, _move
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


@transaction.atomic
def do_return(*, actor: Actor, assignment: Assignment) -> Assignment:
    """The agent is back at their post: said by the agent, their manager or the cell."""
    if not (perms.is_own(actor, assignment) or perms.can_release(actor, assignment)):
        raise PermissionDenied
    _move(assignment, State.RETURNED)
    return _done(actor, assignment, "returned")


@transaction.atomic
def do_debrief(
    *,
    actor: Actor,
    assignment: Assignment,
    answers: dict[str, bool | None],
    remarks: str = "",
    skill_ids: Iterable[int] = (),
    **choices: bool,
) -> Debrief:
    """Hold the debrief: X8's three questions must all be answered; the agent decides who reads what, item by item."""
    if not perms.can_answer(actor, assignment):
        raise PermissionDenied
    asked = ("was_volunteer", "fresh_eye_used", "roles_split", "return_prepared")
    if any(answers.get(question) is None for question in asked):
        raise Refusal(
            "question_open",
            _("Answer each of the questions: an open one keeps the mission open (yes or no is enough)."),
        )
    with transaction.atomic():
        _move(assignment, State.DEBRIEFED)
        debrief = Debrief.objects.create(
            assignment=assignment,
            held_at=clock.now(),
            remarks=remarks,
            **{question: answers[question] for question in asked},
            **{name: value for name, value in choices.items() if name in learning.SHARES},
        )
        learning.keep_skills(actor, assignment, skill_ids)
        _done(actor, assignment, "debriefed")
        learning.settle_shares(debrief)
    return debrief
