"""Proposals: what is asked for, joined from what people said, owed an answer by a date (P01 (4))."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Attendance, Body, Consultation, Contribution, Proposal, Seat, Session
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.contributions import nobody
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record

State = Proposal.State
UNANSWERED = (State.RECEIVED, State.STUDIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a proposal comes from: a session of a body, a consultation, or the body itself."""

    body: Body | None = None
    session: Session | None = None
    consultation: Consultation | None = None

    @property
    def of_body(self) -> Body | None:
        """The body behind it, when there is one."""
        if self.session is not None:
            return self.session.body
        return self.body or (self.consultation.body if self.consultation else None)


def do_propose(
    *,
    actor: Actor,
    origin: Origin,
    title: str,
    words: str,
    contributions: Iterable[Contribution] = (),
    answerer: Person | None = None,
    answerer_words: str = "",
) -> Proposal:
    """Write a proposal. Somebody named owes it an answer, by a date that everybody reads: never "soon"."""
    body, consultation = origin.of_body, origin.consultation
    kept = body or consultation
    if kept is None:
        raise Refusal("origin_missing", _("Say which body or which consultation it comes from."))
    _check_origin(actor, origin, kept)
    _check_words(title, words)
    named = answerer or (consultation.answerer if consultation else None) or (body.answerer if body else None)
    if named is None or named.erased_at is not None:
        raise Refusal("answerer_missing", _("Name the person who owes it an answer."))
    of_body = body is not None and body.answerer_id == named.pk
    days = consultation.answer_days if consultation else body.answer_days if body else 0
    with transaction.atomic():
        proposal = Proposal.objects.create(
            piste=kept.piste,
            title=title.strip(),
            words=words.strip(),
            body=body,
            session=origin.session,
            consultation=consultation,
            answerer=named,
            answerer_words=answerer_words.strip() or (body.answerer_words if body and of_body else ""),
            made_at=clock.now(),
            answer_due_on=clock.today() + timedelta(days=days),
            exercise_id=actor.exercise_id,
        )
        _join(actor, proposal, list(contributions))
        _record(actor, "assembly.proposal_made", proposal, {"due": str(proposal.answer_due_on)})
        announce(proposal, "proposal_made")
    return proposal


def _check_origin(actor: Actor, origin: Origin, kept: Body | Consultation) -> None:
    """Refuse an origin that the actor does not keep, that is not at work, or that belongs to another world."""
    perms.check_keeping(actor, kept)
    for played in (origin.session, origin.consultation):
        if played is not None:
            perms.check_own_world(actor, played.exercise_id)
    body = origin.of_body
    if body is not None:
        perms.check_reachable(actor, body)
    if body is not None and body.state == Body.State.DRAFT:
        raise Refusal("body_not_open", _("This body is not at work: open it first."), conflict=True)
    consultation = origin.consultation
    if consultation is not None and body is not None and consultation.body_id != body.pk:
        raise Refusal("origin_mixed", _("This consultation belongs to another body. Choose one of the two."))


def _check_words(title: str, words: str) -> None:
    if not title.strip():
        raise Refusal("title_missing", _("Give the proposal a title: a few words that say what is asked for."))
    if len(title.strip()) > Proposal._meta.get_field("title").max_length:
        raise Refusal("title_too_long", _("This title is too long. Keep a few words, and write the rest below."))
    if not words.strip():
        raise Refusal("words_missing", _("Write what is asked for, so that it can be answered by yes or no."))


def check_kept(actor: Actor, proposal: Proposal) -> None:
    """Refuse whoever does not keep it, and another world than its own."""
    if not perms.can_keep_proposal(actor, proposal):
        raise PermissionDenied
    perms.check_own_world(actor, proposal.exercise_id)


def do_change_proposal(*, actor: Actor, proposal: Proposal, title: str, words: str) -> Proposal:
    """Put the words right until somebody studies them: an answer is about what people read."""
    check_kept(actor, proposal)
    _check_words(title, words)
    with transaction.atomic():
        current = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if current.state != State.RECEIVED:
            raise Refusal(
                "studied", _("It is under study or answered already: its words no longer change."), conflict=True
            )
        current.title, current.words = title.strip(), words.strip()
        current.save()
        _record(actor, "assembly.proposal_changed", proposal)
    proposal.refresh_from_db()
    return proposal


def do_merge(*, actor: Actor, proposal: Proposal, contributions: Iterable[Contribution]) -> None:
    """Join contributions to a proposal: their authors become its authors and are told what becomes of it."""
    check_kept(actor, proposal)
    with transaction.atomic():
        locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if locked.state == State.WITHDRAWN:
            raise Refusal("proposal_withdrawn", _("This proposal was taken back by its authors."), conflict=True)
        if joined := _join(actor, proposal, list(contributions)):
            announce(proposal, "contributions_merged", contributions=joined)


def _join(actor: Actor, proposal: Proposal, contributions: list[Contribution]) -> list[int]:
    """Write the joins in the caller's transaction; return the ids joined. One that sits elsewhere stops them all."""
    ids = sorted({one.pk for one in contributions})
    if not ids:
        return []
    door = Q(consultation_id=proposal.consultation_id) if proposal.consultation_id else Q(pk__in=())
    if proposal.body_id:
        door |= Q(consultation__body_id=proposal.body_id, consultation__exercise_id=proposal.exercise_id)
    here = Contribution.objects.filter(door, pk__in=ids)
    if here.count() != len(ids):
        raise Refusal("said_elsewhere", _("One of these was said elsewhere: only what was said here can be joined."))
    free = Contribution.objects.filter(
        Q(proposal=None) | Q(proposal=proposal),
        pk__in=ids,
        state__in=(Contribution.State.SHOWN, Contribution.State.WAITING),
    )
    if free.update(proposal=proposal) != len(ids):
        raise Refusal(
            "joined_elsewhere",
            _("One of these is joined to another proposal, hidden or taken back. Reload the page and choose again."),
            conflict=True,
        )
    _record(actor, "assembly.contributions_merged", proposal, {"count": len(ids), "contributions": ids})
    return ids


def do_unmerge(*, actor: Actor, proposal: Proposal, contribution: Contribution) -> None:
    """Take a contribution out of a proposal: its author said something else. Its words were never touched."""
    check_kept(actor, proposal)
    with transaction.atomic():
        if not Contribution.objects.filter(pk=contribution.pk, proposal=proposal).update(proposal=None):
            raise Refusal(
                "not_joined", _("It is not joined to this proposal any more. Reload the page."), conflict=True
            )
        _record(actor, "assembly.contribution_unmerged", proposal, {"contribution": contribution.pk})
    contribution.refresh_from_db()


def authors(proposal: Proposal) -> QuerySet[Person]:
    """Return the authors of a proposal: those whose words were joined; for one born in a session, those who were there.

    A body that proposes outside any session is the author as a whole: those who sit.
    """
    spoke = Q(contributions__proposal=proposal)
    if proposal.session_id:
        there = Attendance.objects.filter(session_id=proposal.session_id, presence=Attendance.Presence.THERE)
        spoke |= Q(pk__in=there.values("person_id"))
    elif proposal.body_id and not proposal.consultation_id:
        sits = Seat.objects.filter(college__body_id=proposal.body_id, state=Seat.State.HELD)
        spoke |= Q(pk__in=sits.values("person_id"))
    return Person.objects.filter(spoke, erased_at=None).distinct().order_by("search", "pk")


def is_author(actor: Actor, proposal: Proposal) -> bool:
    """Tell whether the actor is one of the authors."""
    return actor.is_known and authors(proposal).filter(pk=actor.person_id).exists()


def do_withdraw_proposal(*, actor: Actor, proposal: Proposal, reason: str = "") -> None:
    """Take a proposal back before it is answered: its only author does, or the officer whom its authors asked."""
    alone = is_author(actor, proposal) and authors(proposal).count() == 1
    if not (alone or perms.can_keep_proposal(actor, proposal)):
        raise PermissionDenied
    perms.check_own_world(actor, proposal.exercise_id)
    with transaction.atomic():
        if not Proposal.objects.filter(pk=proposal.pk, state__in=UNANSWERED).update(state=State.WITHDRAWN):
            raise Refusal("answered", _("It was answered or taken back already. Reload the page."), conflict=True)
        # The journal names the officer who writes for the authors, never an author.
        writer = actor if perms.can_keep_proposal(actor, proposal) else nobody(actor)
        _record(writer, "assembly.proposal_withdrawn", proposal, reason=reason)
        announce(proposal, "proposal_withdrawn")
    proposal.refresh_from_db()


def find_proposals(
    actor: Actor,
    *,
    piste: str = "",
    body: Body | None = None,
    consultation: Consultation | None = None,
    text: str = "",
    state: str = "",
) -> QuerySet[Proposal]:
    """Return the proposals ``actor`` may see, the overdue ones first, then by the day they are answered by.

    Each comes with who owes the answer, its ``voices`` (contributions joined) and its ``remarked`` (remarks that show).
    """
    found = perms.visible_proposals(actor)
    for name, value in (("piste", piste), ("body", body), ("consultation", consultation), ("state", state)):
        if value:
            found = found.filter(Q((name, value)))
    for word in normalised(text).split():
        found = found.filter(search__contains=word)
    shown = Contribution.objects.filter(state=Contribution.State.SHOWN)
    return (
        found.select_related("answerer", "body", "consultation")
        .annotate(
            voices=_counted(Contribution.objects.all(), "proposal"),
            remarked=_counted(shown, "about"),
            late=Q(state__in=UNANSWERED, answer_due_on__lt=clock.today()),
        )
        .order_by("-late", "answer_due_on", "pk")
    )


def _counted(rows: QuerySet[Contribution], link: str) -> Coalesce:
    """Return how many ``rows`` point to each proposal, counted apart: two joins would multiply one by the other."""
    of_one = rows.filter(Q((link, OuterRef("pk")))).order_by().values(link)
    return Coalesce(Subquery(of_one.annotate(number=Count("pk")).values("number")), 0)


def _record(
    actor: Actor, verb: str, proposal: Proposal, params: dict[str, object] | None = None, reason: str = ""
) -> None:
    record(actor=actor, verb=verb, object_kind="proposal", object_key=proposal.pk, reason=reason, params=params or {})
