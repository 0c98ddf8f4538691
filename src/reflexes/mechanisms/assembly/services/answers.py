"""Answers: by a named person, with a motive when it is not a plain yes, added and never changed (P01 (4))."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import limits, perms
from reflexes.mechanisms.assembly.models import Answer, Proposal, Review
from reflexes.mechanisms.assembly.services.announcing import announce, system_of
from reflexes.mechanisms.assembly.services.proposals import UNANSWERED, check_kept
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.twinning import months_after
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import age_words

State = Proposal.State
FINAL = frozenset({State.ADOPTED, State.ADAPTED, State.REFUSED})
# From where to where a proposal may go by an answer. A final answer gives way to another final one, with a motive.
TRANSITIONS: dict[str, frozenset[str]] = {
    State.RECEIVED: FINAL | {State.STUDIED},
    State.STUDIED: FINAL,
    State.ADOPTED: FINAL,
    State.ADAPTED: FINAL,
    State.REFUSED: FINAL,
    State.WITHDRAWN: frozenset(),
}
WITH_MOTIVE = frozenset({State.ADAPTED, State.REFUSED})


@dataclass(frozen=True, slots=True)
class Overdue:
    """A proposal whose day of answer has passed, and since how long in words."""

    proposal: Proposal
    age: str


def do_answer(*, actor: Actor, proposal: Proposal, state: str, motive: str = "", by_words: str = "") -> Answer:
    """Answer a proposal. Only its answerer does, or the officer who writes what the answerer said.

    Refusing and adapting have a motive; a final answer changes only by adding another one, which says why. The first
    final answer sets the days on which the authors may call a review.
    """
    if not perms.can_answer(actor, proposal):
        raise PermissionDenied
    perms.check_own_world(actor, proposal.exercise_id)
    _check_answer(proposal, state, motive)
    with transaction.atomic():
        # Of two people who answer at once, one does: the other reads it before adding theirs.
        moved = Proposal.objects.filter(
            pk=proposal.pk, state=proposal.state, answered_at=proposal.answered_at, answerer_id=proposal.answerer_id
        ).update(state=state, answered_at=clock.now() if state in FINAL else None)
        if not moved:
            raise Refusal(
                "answered_meanwhile",
                _("Somebody answered it meanwhile. Reload the page, read their answer, then add yours if need be."),
                conflict=True,
            )
        answer = Answer.objects.create(
            proposal=proposal,
            state=state,
            motive=motive.strip(),
            by_id=proposal.answerer_id,
            by_words=by_words.strip() or proposal.answerer_words,
            written_by_id=actor.person_id,
            at=clock.now(),
        )
        if state in FINAL and proposal.state not in FINAL:
            _set_reviews(proposal)
        record(
            actor=actor,
            verb="assembly.proposal_answered",
            object_kind="proposal",
            object_key=proposal.pk,
            params={"state": state, "answer": answer.pk},
        )
        announce(proposal, "proposal_answered", answer=answer.pk)
    proposal.refresh_from_db()
    return answer


def _check_answer(proposal: Proposal, state: str, motive: str) -> None:
    if state not in State.values or state in {State.RECEIVED, State.WITHDRAWN}:
        raise Refusal("answer_unknown", _("Say whether it is under study, adopted, adapted or refused."))
    if state not in TRANSITIONS[proposal.state]:
        raise Refusal(
            "not_from_here",
            _("This answer no longer fits. Reload the page to see where the proposal stands."),
            conflict=True,
        )
    if motive.strip():
        return
    if proposal.state in FINAL:
        raise Refusal(
            "motive_missing", _("It was answered already. Say what changed since: both answers stay readable.")
        )
    if state in WITH_MOTIVE:
        raise Refusal("motive_missing", _("Say why it is adapted or refused: its authors read it in the same size."))


def _set_reviews(proposal: Proposal) -> None:
    """Set the days on which the authors may call a review, at 6 and 12 months unless the instance says otherwise."""
    for months in limits.REVIEW_AFTER_MONTHS:
        Review.objects.get_or_create(proposal=proposal, due_on=months_after(clock.today(), months))


def do_hand_over(*, actor: Actor, proposal: Proposal, answerer: Person, words: str, reason: str) -> Proposal:
    """Let somebody else answer, because of a departure or a mistake; the date by which they answer stays."""
    check_kept(actor, proposal)
    if not reason.strip():
        raise Refusal("reason_missing", _("Say why somebody else answers: the authors were told a name."))
    if answerer.erased_at is not None or answerer.pk == proposal.answerer_id:
        raise Refusal("answerer_same", _("Choose somebody else, who has not left."))
    with transaction.atomic():
        moved = Proposal.objects.filter(pk=proposal.pk, answerer_id=proposal.answerer_id).update(
            answerer=answerer, answerer_words=words.strip()[:160]
        )
        if not moved:
            raise Refusal("handed_over", _("Somebody changed it meanwhile. Reload the page."), conflict=True)
        record(
            actor=actor,
            verb="assembly.proposal_handed_over",
            object_kind="proposal",
            object_key=proposal.pk,
            reason=reason,
            params={"from": str(proposal.answerer.key), "to": str(answerer.key)},
        )
        proposal.refresh_from_db()
        announce(proposal, "proposal_handed_over")
    return proposal


def unanswered_past_their_day(today: date) -> QuerySet[Proposal]:
    """Return the proposals that should have been answered before ``today``, the longest overdue first."""
    late = Proposal.objects.filter(state__in=UNANSWERED, answer_due_on__lt=today)
    return late.select_related("answerer", "body", "consultation").order_by("answer_due_on", "pk")


def overdue(actor: Actor, *, today: date) -> list[Overdue]:
    """Return what ``actor`` may see of the overdue answers, with its age in words: they show to everybody (P01 (4))."""
    seen = perms.visible_proposals(actor).values("pk")
    return [Overdue(one, age_words(one.answer_due_on)) for one in unanswered_past_their_day(today).filter(pk__in=seen)]


def tell_late_answers() -> int:
    """Tell, once, whoever owes an answer whose day has passed; return how many. The silence stays public meanwhile."""
    told = 0
    for proposal in unanswered_past_their_day(clock.today()).filter(late_told_at=None):
        with transaction.atomic():
            claimed = Proposal.objects.filter(pk=proposal.pk, late_told_at=None, state__in=UNANSWERED)
            if not claimed.update(late_told_at=clock.now()):
                continue
            record(
                actor=system_of(proposal),
                verb="assembly.answer_late",
                object_kind="proposal",
                object_key=proposal.pk,
                params={"due": str(proposal.answer_due_on)},
            )
            announce(proposal, "answer_late")
            told += 1
    return told
