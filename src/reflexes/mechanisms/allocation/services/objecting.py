"""A designated person objects; the cell answers in writing, with the authority's decision, before a moment (P09 (6)).

No reason is asked. Until the answer the mission does not begin. The host, managers and human resources never read an
objection, and the journal names whoever of the cell wrote it down or answered, never the person (design.md rule 5).
"""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Objection, half_day_starts
from reflexes.mechanisms.allocation.services import nudges
from reflexes.mechanisms.allocation.services.missions import AGREED, do_drop
from reflexes.mechanisms.allocation.states import DropMotive, Origin
from reflexes.mechanisms.journal.services import record


def visible_objections(actor: Actor) -> QuerySet[Objection]:
    """Return the objections ``actor`` may read: all for the cell, one's own for anybody else."""
    objections = Objection.objects.filter(assignment__exercise_id=actor.exercise_id)
    if perms.is_cell(actor):
        return objections
    return objections.filter(assignment__person_id=actor.person_id) if actor.is_known else objections.none()


def access_objection(actor: Actor, pk: int) -> Objection:
    """Return an objection for the cell to read; for anyone else there is nothing at this address."""
    found = (
        visible_objections(actor)
        .select_related("assignment__person", "assignment__slot__need__organisation", "written_by", "answered_by")
        .filter(pk=pk)
        .first()
    )
    if found is None or not perms.is_cell(actor):
        raise Http404
    return found


def open_objections(exercise_id: int | None) -> QuerySet[Objection]:
    """Return the objections that nobody answered, of missions that may still begin."""
    return Objection.objects.filter(
        answered_at=None, assignment__state__in=AGREED, assignment__exercise_id=exercise_id
    ).select_related("assignment__person", "assignment__slot__need__organisation")


def may_be_objected(assignment: Assignment) -> bool:
    """Tell whether a designation may still be objected to: once, until the mission begins."""
    designated = assignment.mode == Assignment.Mode.DESIGNATED
    return designated and assignment.state in AGREED and not hasattr(assignment, "objection")


def do_object(*, actor: Actor, assignment: Assignment, words: str = "", channel: str = Origin.SCREEN) -> Objection:
    """Receive an objection from the person, or from the cell that writes it down; said twice, it is said once."""
    if not (perms.is_own(actor, assignment) or perms.is_cell(actor)):
        raise PermissionDenied
    if assignment.mode != Assignment.Mode.DESIGNATED:
        raise Refusal("not_designated", _("Nobody designated you for this mission: a no is enough."))
    if hasattr(assignment, "objection"):
        return assignment.objection
    if assignment.state not in AGREED:
        raise Refusal(
            "objection_late", _("This mission has begun or ended: call the cell, it notes what you say."), conflict=True
        )
    written = not perms.is_own(actor, assignment)
    if written and channel not in nudges.Channel.values:
        raise Refusal("channel_missing", _("Say how it reached you."))
    now = clock.now()
    with transaction.atomic():
        try:
            with transaction.atomic():
                objection = Objection.objects.create(
                    assignment=assignment,
                    words=words.strip(),
                    channel=channel if written else Origin.SCREEN,
                    written_by_id=actor.person_id if written else None,
                    made_at=now,
                    answer_by=min(now + limits.OBJECTION_WITHIN, half_day_starts(assignment.day, assignment.half)),
                )
        except IntegrityError:
            return Objection.objects.get(assignment=assignment)
        nobody = actor if written else Actor(role=actor.role, exercise_id=actor.exercise_id)
        record(actor=nobody, verb="allocation.objection_made", object_kind="objection", object_key=objection.pk)
        _announce(objection, "objection_made")
    return objection


def do_answer_objection(*, actor: Actor, objection: Objection, verdict: str, words: str) -> None:
    """Answer in writing: the person is freed, or the designation stands and the authority says why."""
    if not perms.is_cell(actor) or not visible_objections(actor).filter(pk=objection.pk).exists():
        raise PermissionDenied
    if verdict not in Objection.Verdict.values:
        raise Refusal("verdict_missing", _("Choose one of the two answers."))
    if not words.strip():
        raise Refusal("words_missing", _("Write the answer: the person reads your words as they are."))
    with transaction.atomic():
        answered = Objection.objects.filter(pk=objection.pk, answered_at=None).update(
            verdict=verdict, answer=words.strip(), answered_by_id=actor.person_id, answered_at=clock.now()
        )
        if not answered:
            raise Refusal(
                "objection_answered", _("It was already answered. Reload the page to read how."), conflict=True
            )
        assignment = Assignment.objects.select_related("slot__need").get(pk=objection.assignment_id)
        if verdict == Objection.Verdict.FREED and assignment.state in AGREED:
            do_drop(actor=actor, assignment=assignment, motive=DropMotive.CELL)
        record(actor=actor, verb=f"allocation.objection_{verdict}", object_kind="objection", object_key=objection.pk)
        _announce(objection, "objection_answered")
    objection.refresh_from_db()


def _announce(objection: Objection, event: str) -> None:
    kind = f"{objection.assignment.slot.need.piste}.{event}"
    exercise_id = objection.assignment.exercise_id
    enqueue(kind, {"objection": objection.pk}, key=f"{kind}:{objection.pk}", exercise_id=exercise_id)
