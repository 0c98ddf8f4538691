"""Who may do what with bodies, consultations and proposals. Each rule is short and says why."""

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import registry
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Body, Consultation, Contribution, Proposal, Seat, Session
from reflexes.mechanisms.directory import roles

LIVE_SEATS = (Seat.State.ASKED, Seat.State.HELD)


def is_keeper(actor: Actor) -> bool:
    """Tell whether ``actor`` keeps bodies and consultations: the participation officer of an organisation."""
    return actor.role == roles.FACILITATOR and actor.organisation_id is not None


def can_keep(actor: Actor, kept: Body | Consultation) -> bool:
    """A participation officer keeps what their own organisation opened, and nothing of another's."""
    return is_keeper(actor) and kept.organisation_id == actor.organisation_id


def check_keeping(actor: Actor, kept: Body | Consultation) -> None:
    """Refuse whoever does not keep it."""
    if not can_keep(actor, kept):
        raise PermissionDenied


def check_own_world(actor: Actor, exercise_id: int | None) -> None:
    """Refuse to change what is real from inside an exercise, and what is played from outside it (ADR 16)."""
    if exercise_id is None:
        check_real(actor)
    elif exercise_id != actor.exercise_id:
        raise Http404


def check_reachable(actor: Actor, body: Body) -> None:
    """Let a real body be convened in an exercise, as real people are; a body played exists in its exercise alone."""
    if body.exercise_id not in {None, actor.exercise_id}:
        raise Http404


def check_piste(slug: str) -> None:
    """Refuse a slug that is not the one of a piste switched on here."""
    if slug not in {piste.slug for piste in registry.pistes()}:
        raise Refusal("piste_unknown", _("This part of the site is switched off. Ask the administrator."))


def _worlds(actor: Actor) -> Q:
    """A body is read in an exercise as people and sites are; a body opened in a drill is seen only there."""
    return Q(exercise=None) | Q(exercise_id=actor.exercise_id) if actor.exercise_id else Q(exercise=None)


def visible_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the bodies ``actor`` may see: public ones once open, one's own, all those the officer keeps."""
    bodies = Body.objects.filter(_worlds(actor))
    opened = ~Q(state=Body.State.DRAFT)
    seen = Q(public=True) & opened
    if is_keeper(actor):
        seen |= Q(organisation_id=actor.organisation_id)
    if actor.is_known:
        sits = Seat.objects.filter(college__body=OuterRef("pk"), person_id=actor.person_id, state__in=LIVE_SEATS)
        seen |= opened & (Exists(sits) | Q(answerer_id=actor.person_id))
    return bodies.filter(seen)


def access_body(actor: Actor, slug: str) -> Body:
    """Return a body within the actor's scope, with whoever answers it."""
    body = visible_bodies(actor).select_related("organisation", "answerer").filter(slug=slug).first()
    if body is None:
        raise Http404
    return body


def access_kept_body(actor: Actor, slug: str) -> Body:
    """Return a body to the officer who keeps it."""
    body = access_body(actor, slug)
    check_keeping(actor, body)
    return body


def access_session(actor: Actor, pk: int) -> Session:
    """Return a session of a body that the actor may see, in the world they act in."""
    session = (
        Session.objects.filter(body__in=visible_bodies(actor), exercise_id=actor.exercise_id)
        .select_related("body__organisation", "place__commune")
        .filter(pk=pk)
        .first()
    )
    if session is None:
        raise Http404
    return session


def visible_consultations(actor: Actor) -> QuerySet[Consultation]:
    """Return the consultations ``actor`` may see: those of a body that they see, and those that belong to no body."""
    consultations = Consultation.objects.filter(exercise_id=actor.exercise_id)
    return consultations.filter(Q(body=None) | Q(body__in=visible_bodies(actor)))


def access_consultation(actor: Actor, slug: str) -> Consultation:
    """Return a consultation within the actor's scope."""
    consultation = (
        visible_consultations(actor).select_related("organisation", "body", "answerer").filter(slug=slug).first()
    )
    if consultation is None:
        raise Http404
    return consultation


def visible_contributions(actor: Actor, consultation: Consultation) -> QuerySet[Contribution]:
    """Return the words ``actor`` may read: those shown, their own, and for the officer those to be read first."""
    contributions = Contribution.objects.filter(consultation=consultation)
    if can_keep(actor, consultation):
        return contributions
    seen = Q(state=Contribution.State.SHOWN)
    return contributions.filter(seen | Q(person_id=actor.person_id)) if actor.is_known else contributions.filter(seen)


def access_contribution(actor: Actor, pk: int) -> Contribution:
    """Return words that the actor may read; for anyone else they do not exist."""
    found = (
        Contribution.objects.filter(consultation__in=visible_consultations(actor))
        .select_related("consultation__organisation", "person", "proposal", "about")
        .filter(pk=pk)
        .first()
    )
    if found is None or not visible_contributions(actor, found.consultation).filter(pk=pk).exists():
        raise Http404
    return found


def visible_proposals(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposals ``actor`` may see: those of the bodies and consultations they see, and those they answer."""
    seen = Q(body__in=visible_bodies(actor)) | Q(body=None, consultation__in=visible_consultations(actor))
    if actor.is_known:
        seen |= Q(answerer_id=actor.person_id)
    return Proposal.objects.filter(seen, exercise_id=actor.exercise_id)


def access_proposal(actor: Actor, pk: int) -> Proposal:
    """Return a proposal within the actor's scope, with whoever owes it an answer."""
    proposal = (
        visible_proposals(actor)
        .select_related("answerer", "body__organisation", "consultation__organisation", "session")
        .filter(pk=pk)
        .first()
    )
    if proposal is None:
        raise Http404
    return proposal


def kept_through(proposal: Proposal) -> Body | Consultation:
    """Return what a proposal came through: who keeps that keeps the proposal."""
    kept = proposal.body or proposal.consultation
    assert kept is not None  # proposal_comes_from_somewhere
    return kept


def can_keep_proposal(actor: Actor, proposal: Proposal) -> bool:
    """Whoever keeps the body, or the consultation of no body, keeps its proposals."""
    return can_keep(actor, kept_through(proposal))


def can_answer(actor: Actor, proposal: Proposal) -> bool:
    """The named answerer answers; the officer may write down what they said, and both names are kept."""
    return (actor.is_known and actor.person_id == proposal.answerer_id) or can_keep_proposal(actor, proposal)
