"""What the authority said it would do: which service, by when, on which budget line; its authors hear of each step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Commitment, Milestone, Proposal
from reflexes.mechanisms.assembly.services.announcing import announce, system_of
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Unit
from reflexes.mechanisms.journal.services import record

KEEPS_PROMISES = frozenset({Proposal.State.ADOPTED, Proposal.State.ADAPTED})
OPEN = {"done_on": None, "dropped_on": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What is promised, by which service, by when; the budget line and its cents when money is needed."""

    words: str
    owner: Unit
    due_on: date
    budget_line: str = ""
    cents: int | None = None
    steps: tuple[tuple[str, date], ...] = ()


def access_commitment(actor: Actor, pk: int) -> Commitment:
    """Return a promise about a proposal that the actor may see."""
    found = (
        Commitment.objects.filter(proposal__in=perms.visible_proposals(actor))
        .select_related("owner__organisation", "proposal__body", "proposal__consultation")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def can_report(actor: Actor, commitment: Commitment) -> bool:
    """Whoever answered, the officer, and the managers of the service that promised say where it stands."""
    leads = actor.role == roles.MANAGER and actor.unit_id is not None and actor.unit_id == commitment.owner_id
    return leads or perms.can_answer(actor, commitment.proposal)


def _check_report(actor: Actor, commitment: Commitment) -> None:
    if not can_report(actor, commitment):
        raise PermissionDenied
    perms.check_own_world(actor, commitment.proposal.exercise_id)


def do_commit(*, actor: Actor, proposal: Proposal, promise: Promise) -> Commitment:
    """Promise something about a proposal that was adopted or adapted: a service and a day, never "soon"."""
    if not perms.can_answer(actor, proposal):
        raise PermissionDenied
    perms.check_own_world(actor, proposal.exercise_id)
    _check_promise(promise)
    with transaction.atomic():
        current = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if current.state not in KEEPS_PROMISES:
            raise Refusal("not_adopted", _("Answer it first: only what is adopted or adapted can be promised."))
        commitment = Commitment.objects.create(
            proposal=proposal,
            words=promise.words.strip()[:300],
            owner=promise.owner,
            due_on=promise.due_on,
            budget_line=promise.budget_line.strip()[:120],
            cents=promise.cents,
            made_at=clock.now(),
        )
        Milestone.objects.bulk_create(_steps(commitment, promise.steps))
        _record(actor, "assembly.commitment_made", commitment, {"due": str(promise.due_on)})
        announce(commitment, "commitment_made")
    return commitment


def _check_promise(promise: Promise) -> None:
    if not promise.words.strip():
        raise Refusal("words_missing", _("Write what will be done, in a sentence that can be checked."))
    if promise.due_on < clock.today():
        raise Refusal("due_in_the_past", _("Choose a day to come: a promise without a date is forgotten."))
    if promise.cents is not None and promise.cents < 0:
        raise Refusal("cents", _("Write the amount in euros, or leave it empty."))
    for words, day in promise.steps:
        _check_step(words, day, promise.due_on)


def _check_step(words: str, day: date, until: date) -> None:
    if not words.strip():
        raise Refusal("step_empty", _("One step has no words. Write it, or take the step away."))
    if not clock.today() <= day <= until:
        raise Refusal(
            "step_date", _("A step comes after today and not after the day of the promise. Correct its date.")
        )


def _steps(commitment: Commitment, steps: Iterable[tuple[str, date]]) -> list[Milestone]:
    return [Milestone(commitment=commitment, words=words.strip()[:200], due_on=day) for words, day in steps]


def do_set_milestone(*, actor: Actor, commitment: Commitment, words: str, due_on: date) -> Milestone:
    """Add a step, between today and the day of the promise."""
    _check_report(actor, commitment)
    _check_step(words, due_on, commitment.due_on)
    with transaction.atomic():
        _open(commitment)
        (milestone,) = _steps(commitment, [(words, due_on)])
        milestone.save()
        _record(actor, "assembly.milestone_set", commitment, {"due": str(due_on), "milestone": milestone.pk})
    return milestone


def _open(commitment: Commitment) -> Commitment:
    """Return the promise locked, or refuse: once kept or dropped it does not move."""
    current = Commitment.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=commitment.pk)
    if current.done_on or current.dropped_on:
        raise Refusal("over", _("This promise was kept or dropped already. Reload the page."), conflict=True)
    return current


def do_reach_milestone(*, actor: Actor, milestone: Milestone, words: str, done_on: date | None = None) -> Milestone:
    """Say that a step is reached, in a sentence that the authors receive."""
    _check_report(actor, milestone.commitment)
    day = done_on or clock.today()
    _check_done(words, day)
    with transaction.atomic():
        commitment = _open(milestone.commitment)
        reached = Milestone.objects.filter(pk=milestone.pk, done_on=None).update(
            done_on=day, done_words=words.strip()[:300]
        )
        if not reached:
            raise Refusal("reached", _("This step was reached already. Reload the page."), conflict=True)
        _record(actor, "assembly.milestone_reached", commitment, {"milestone": milestone.pk})
        announce(milestone, "milestone_reached")
    milestone.refresh_from_db()
    return milestone


def _check_done(words: str, day: date) -> None:
    if not words.strip():
        raise Refusal("words_missing", _("Say in a sentence what was done: the authors receive it."))
    if day > clock.today():
        raise Refusal("done_later", _("It cannot be done after today. Correct the day."))


def do_keep_commitment(*, actor: Actor, commitment: Commitment, words: str, done_on: date | None = None) -> Commitment:
    """Say that what was promised is done; the authors hear it, and judge it at the review."""
    _check_report(actor, commitment)
    day = done_on or clock.today()
    _check_done(words, day)
    with transaction.atomic():
        current = _open(commitment)
        current.done_on = day
        current.save()
        _record(actor, "assembly.commitment_kept", current, reason=words)
        announce(current, "commitment_kept", words=words.strip()[:300])
    commitment.refresh_from_db()
    return commitment


def do_drop_commitment(*, actor: Actor, commitment: Commitment, why: str) -> Commitment:
    """Drop a promise, with its reason: it stays readable, beside why. Whoever answered does, or the officer."""
    if not perms.can_answer(actor, commitment.proposal):
        raise PermissionDenied
    perms.check_own_world(actor, commitment.proposal.exercise_id)
    if not why.strip():
        raise Refusal("why_missing", _("Say why it will not be done: the authors receive it."))
    with transaction.atomic():
        current = _open(commitment)
        current.dropped_on, current.why_dropped = clock.today(), why.strip()[:300]
        current.save()
        _record(actor, "assembly.commitment_dropped", current, reason=why)
        announce(current, "commitment_dropped")
    commitment.refresh_from_db()
    return commitment


def do_postpone(*, actor: Actor, commitment: Commitment, due_on: date, reason: str) -> Commitment:
    """Put a promise off, with a reason; the journal keeps the day it was promised for, and the authors hear both."""
    _check_report(actor, commitment)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why it comes later than promised: the authors receive it."))
    if due_on <= commitment.due_on or due_on < clock.today():
        raise Refusal("not_later", _("Choose a day to come, later than the one promised."))
    with transaction.atomic():
        current = _open(commitment)
        before = current.due_on
        current.due_on, current.late_told_at = due_on, None
        current.save()
        about = {"before": str(before), "due": str(due_on)}
        _record(actor, "assembly.commitment_postponed", current, about, reason)
        announce(current, "commitment_postponed", before=str(before), reason=reason.strip()[:300])
    commitment.refresh_from_db()
    return commitment


def past_their_day(today: date) -> QuerySet[Commitment]:
    """Return the promises neither kept nor dropped whose day passed before ``today``, oldest first."""
    late = Commitment.objects.filter(due_on__lt=today, **OPEN)
    return late.select_related("owner", "proposal__body", "proposal__consultation").order_by("due_on", "pk")


def tell_late_commitments() -> int:
    """Say, once, that the day of a promise has passed: to the service, to whoever answered and to the authors."""
    told = 0
    for commitment in past_their_day(clock.today()).filter(late_told_at=None):
        with transaction.atomic():
            if not Commitment.objects.filter(pk=commitment.pk, late_told_at=None, **OPEN).update(
                late_told_at=clock.now()
            ):
                continue
            _record(system_of(commitment), "assembly.commitment_late", commitment, {"due": str(commitment.due_on)})
            announce(commitment, "commitment_late")
            told += 1
    return told


def _record(
    actor: Actor, verb: str, commitment: Commitment, params: dict[str, object] | None = None, reason: str = ""
) -> None:
    record(
        actor=actor,
        verb=verb,
        object_kind="proposal",
        object_key=commitment.proposal_id,
        reason=reason,
        params={"commitment": commitment.pk, **(params or {})},
    )
