"""The right to follow up: on a set day an author calls a review, and the verdict sits beside the answer (P01 (5))."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Proposal, Review, Session
from reflexes.mechanisms.assembly.services.announcing import announce, system_of
from reflexes.mechanisms.assembly.services.contributions import nobody
from reflexes.mechanisms.assembly.services.proposals import authors, is_author
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import full_date


def access_review(actor: Actor, pk: int) -> Review:
    """Return a review of a proposal that the actor may see."""
    found = (
        Review.objects.filter(proposal__in=perms.visible_proposals(actor))
        .select_related("proposal__body", "proposal__consultation")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _check_author_or_kept(actor: Actor, proposal: Proposal) -> None:
    """Authors follow up; the officer writes what an author said. Whoever answered does not judge their own answer."""
    if not (is_author(actor, proposal) or perms.can_keep_proposal(actor, proposal)):
        raise PermissionDenied
    perms.check_own_world(actor, proposal.exercise_id)


def _unnamed(actor: Actor, proposal: Proposal) -> Actor:
    """The journal names the officer who writes for an author, never an author: who had an idea is nobody's business."""
    return actor if perms.can_keep_proposal(actor, proposal) else nobody(actor)


def do_call_review(
    *, actor: Actor, review: Review, said_by: Person | None = None, session: Session | None = None
) -> Review:
    """Call a review from its day on. The officer says which author called, on the telephone or by letter."""
    proposal = review.proposal
    _check_author_or_kept(actor, proposal)
    caller = said_by.pk if said_by else actor.person_id
    if not authors(proposal).filter(pk=caller).exists():
        raise Refusal("not_an_author", _("Say which of its authors calls the review."))
    if review.due_on > clock.today():
        raise Refusal("too_early", _("A review may be called from %(day)s on.") % {"day": full_date(review.due_on)})
    if session is not None and session.body_id != proposal.body_id:
        raise Refusal("session_elsewhere", _("This session is another body’s. Choose one of the body that proposed."))
    with transaction.atomic():
        called = Review.objects.filter(pk=review.pk, called_at=None).update(
            called_at=clock.now(), called_by_id=caller, session=session
        )
        if not called:
            raise Refusal("called", _("This review was called already. Reload the page."), conflict=True)
        _record(_unnamed(actor, proposal), "assembly.review_called", review)
        announce(review, "review_called")
    review.refresh_from_db()
    return review


def do_evaluate(*, actor: Actor, review: Review, verdict: str, words: str) -> Review:
    """Judge what became of a proposal, in a verdict and in words that are read beside the answer."""
    _check_author_or_kept(actor, review.proposal)
    if verdict not in Review.Verdict.values:
        raise Refusal("verdict_unknown", _("Say whether it is done, done in part, not done or no longer useful."))
    if not words.strip():
        raise Refusal("words_missing", _("Say in a sentence what you saw: it is read beside the answer."))
    if review.called_at is None:
        raise Refusal("not_called", _("Call the review first: whoever answered is told that it comes."))
    with transaction.atomic():
        judged = Review.objects.filter(pk=review.pk, evaluated_at=None).update(
            verdict=verdict, words=words.strip(), evaluated_at=clock.now()
        )
        if not judged:
            raise Refusal("evaluated", _("This review was written already. Reload the page to read it."), conflict=True)
        _record(_unnamed(actor, review.proposal), "assembly.review_evaluated", review, {"verdict": verdict})
        announce(review, "review_evaluated")
    review.refresh_from_db()
    return review


def tell_due_reviews() -> int:
    """Tell the authors, once, that they may call a review from today on; return how many reviews."""
    told = 0
    due = Review.objects.filter(due_on__lte=clock.today(), told_at=None, called_at=None)
    for review in due.select_related("proposal").order_by("due_on", "pk"):
        with transaction.atomic():
            if not Review.objects.filter(pk=review.pk, told_at=None).update(told_at=clock.now()):
                continue
            _record(system_of(review), "assembly.review_due", review)
            announce(review, "review_due")
            told += 1
    return told


def called_and_waiting() -> QuerySet[Review]:
    """Return the reviews that an author called and nobody wrote yet."""
    return Review.objects.exclude(called_at=None).filter(evaluated_at=None).select_related("proposal")


def _record(actor: Actor, verb: str, review: Review, params: dict[str, object] | None = None) -> None:
    record(
        actor=actor,
        verb=verb,
        object_kind="proposal",
        object_key=review.proposal_id,
        params={"review": review.pk, **(params or {})},
    )
