"""Something that was not right, told in confidence: received, handled by somebody with a name, answered.

Only the cell reads it, and each reading is journaled by its page; human resources only when the person agrees; the host
and appraisers never (design.md rule 5). The journal keeps that a concern was told, never what it says nor about whom.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Concern, Offer, Wish
from reflexes.mechanisms.allocation.services import nudges
from reflexes.mechanisms.allocation.states import UNHEARD, Origin, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity
from reflexes.mechanisms.journal.services import record

NOT_THERE = "no_host"


def visible_concerns(actor: Actor) -> QuerySet[Concern]:
    """Return the concerns ``actor`` may read: their own; the cell's, but those about a team they belong to.

    Human resources read those that the person agreed to show them, of people of their own organisation.
    """
    concerns = Concern.objects.filter(exercise_id=actor.exercise_id)
    if perms.is_cell(actor):
        own_teams = Capacity.objects.filter(person_id=actor.person_id, role=roles.HOST).values("organisation_id")
        about_me = Q(assignment__mentor_id=actor.person_id) | Q(assignment__slot__need__mentor_id=actor.person_id)
        return concerns.exclude(Q(organisation__in=own_teams) & ~Q(person_id=actor.person_id)).exclude(about_me)
    if actor.role == roles.HR:
        return concerns.filter(hr_may_read=True, person__capacities__organisation_id=actor.organisation_id).distinct()
    return concerns.filter(person_id=actor.person_id) if actor.is_known else concerns.none()


def access_concern(actor: Actor, pk: int) -> Concern:
    """Return a concern the actor may read; for anyone else it does not exist."""
    found = (
        visible_concerns(actor)
        .select_related("person", "organisation", "handled_by", "written_by", "assignment__slot__need")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def can_be_told(assignment: Assignment) -> bool:
    """Something may be told from the moment the host knows of the person."""
    return assignment.state not in {*UNHEARD, State.ACCEPTED, State.WITHHELD}


def can_tell(actor: Actor, assignment: Assignment) -> bool:
    """The person whose mission it is tells; the cell may write down what was said by phone or on paper."""
    return can_be_told(assignment) and (perms.is_own(actor, assignment) or perms.is_cell(actor))


def do_tell_concern(
    *,
    actor: Actor,
    assignment: Assignment,
    words: str,
    hr_may_read: bool = False,
    not_again: bool = False,
    channel: str = Origin.SCREEN,
) -> Concern:
    """Receive a concern. ``not_again`` is the person's own tick: they never go back to that host (a hard wish)."""
    if not can_tell(actor, assignment):
        raise PermissionDenied
    if not words.strip():
        raise Refusal("words_missing", _("Tell in a few words what happened: one sentence is enough."))
    written = perms.is_cell(actor) and not perms.is_own(actor, assignment)
    if written and channel not in nudges.Channel.values:
        raise Refusal("channel_missing", _("Say how it reached you."))
    with transaction.atomic():
        concern = Concern.objects.create(
            person_id=assignment.person_id,
            assignment=assignment,
            organisation_id=assignment.slot.need.organisation_id,
            words=words.strip(),
            channel=channel if written else Origin.SCREEN,
            written_by_id=actor.person_id if written else None,
            hr_may_read=hr_may_read,
            received_at=clock.now(),
            exercise_id=assignment.exercise_id,
        )
        if not_again:
            _never_again(assignment)
        record(
            actor=_nobody(actor, written), verb="allocation.concern_told", object_kind="concern", object_key=concern.pk
        )
        _announce(concern, "concern_told")
    return concern


def _nobody(actor: Actor, written: bool) -> Actor:
    """The journal names whoever of the cell wrote a concern down, never the person who told it."""
    return actor if written else Actor(role=actor.role, exercise_id=actor.exercise_id)


def _never_again(assignment: Assignment) -> None:
    offer = Offer.objects.filter(person_id=assignment.person_id).first()
    if offer is not None:
        host = str(assignment.slot.need.organisation_id)
        Wish.objects.update_or_create(offer=offer, kind=NOT_THERE, value=host, defaults={"hard": True})


def do_take_concern(*, actor: Actor, concern: Concern) -> None:
    """Somebody of the cell takes it in hand, by name."""
    _check_cell(actor, concern)
    with transaction.atomic():
        taken = Concern.objects.filter(pk=concern.pk, state=Concern.State.RECEIVED).update(
            state=Concern.State.HANDLED, handled_by_id=actor.person_id, handled_at=clock.now()
        )
        if not taken:
            raise Refusal(
                "concern_taken", _("Somebody already takes care of it. Reload the page to see who."), conflict=True
            )
        record(actor=actor, verb="allocation.concern_taken", object_kind="concern", object_key=concern.pk)
        _announce(concern, "concern_taken")
    concern.refresh_from_db()


def do_answer_concern(*, actor: Actor, concern: Concern, words: str) -> None:
    """Answer the person, in words: what was done about it, or why nothing could be."""
    _check_cell(actor, concern)
    if not words.strip():
        raise Refusal("words_missing", _("Write what was done: the person reads your words as they are."))
    with transaction.atomic():
        answered = (
            Concern.objects.filter(pk=concern.pk)
            .exclude(state=Concern.State.ANSWERED)
            .update(
                state=Concern.State.ANSWERED,
                answer=words.strip(),
                answered_at=clock.now(),
                handled_by_id=actor.person_id,
                handled_at=concern.handled_at or clock.now(),
            )
        )
        if not answered:
            raise Refusal("concern_answered", _("It was already answered. Reload the page to read how."), conflict=True)
        record(actor=actor, verb="allocation.concern_answered", object_kind="concern", object_key=concern.pk)
        _announce(concern, "concern_answered")
    concern.refresh_from_db()


def do_let_hr_read(*, actor: Actor, concern: Concern, yes: bool) -> None:
    """The person, and nobody else, decides whether human resources may read it; they may change their mind."""
    if actor.person_id != concern.person_id:
        raise PermissionDenied
    with transaction.atomic():
        Concern.objects.filter(pk=concern.pk).update(hr_may_read=yes)
        record(
            actor=Actor(role=actor.role, exercise_id=actor.exercise_id),
            verb="allocation.concern_shown" if yes else "allocation.concern_hidden",
            object_kind="concern",
            object_key=concern.pk,
        )
    concern.refresh_from_db()


def _check_cell(actor: Actor, concern: Concern) -> None:
    if not perms.is_cell(actor) or not visible_concerns(actor).filter(pk=concern.pk).exists():
        raise PermissionDenied


def _announce(concern: Concern, event: str) -> None:
    """Tell the piste of the mission; without one nobody has words for it."""
    if concern.assignment is None:
        return
    kind = f"{concern.assignment.slot.need.piste}.{event}"
    enqueue(kind, {"concern": concern.pk}, key=f"{kind}:{concern.pk}", exercise_id=concern.exercise_id)
