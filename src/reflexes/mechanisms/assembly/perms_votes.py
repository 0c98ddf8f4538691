"""Who may do what with votes. Each rule is short and says why."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import PaperBatch, Vote
from reflexes.mechanisms.assembly.perms import check_own_world, is_keeper
from reflexes.mechanisms.directory import roles

DESK = frozenset({roles.FACILITATOR, roles.COORDINATOR})
READERS = frozenset({roles.FACILITATOR, roles.COORDINATOR, roles.AGENT})
SIGNERS = frozenset({roles.ELECTED, roles.DIRECTOR})


def _of_vote(actor: Actor, vote: Vote) -> bool:
    return actor.is_known and actor.organisation_id == vote.organisation_id


def can_keep_vote(actor: Actor, vote: Vote) -> bool:
    """The participation officer prepares, closes, counts and publishes the votes of their organisation."""
    return is_keeper(actor) and _of_vote(actor, vote)


def can_hold_desk(actor: Actor, vote: Vote) -> bool:
    """The roll says who voted: only those who keep the vote read it, and the cell that lends them a hand."""
    return actor.role in DESK and _of_vote(actor, vote)


def can_read_paper(actor: Actor, vote: Vote) -> bool:
    """Any agent of the organisation may type paper ballots: a sheet names nobody."""
    return actor.role in READERS and _of_vote(actor, vote)


def can_sign(actor: Actor, vote: Vote) -> bool:
    """Departing from the count is a political act: an elected member or a director signs it."""
    return actor.role in SIGNERS and _of_vote(actor, vote)


def check_keeping_vote(actor: Actor, vote: Vote) -> None:
    """Refuse whoever does not keep it, and an exercise that would touch a real vote."""
    _check(actor, vote, allowed=can_keep_vote(actor, vote))


def check_desk(actor: Actor, vote: Vote) -> None:
    """Refuse whoever does not hold its desk, and an exercise that would touch a real vote."""
    _check(actor, vote, allowed=can_hold_desk(actor, vote))


def check_reading(actor: Actor, vote: Vote) -> None:
    """Refuse whoever may not type its paper ballots, and an exercise that would touch a real vote."""
    _check(actor, vote, allowed=can_read_paper(actor, vote))


def check_signing(actor: Actor, vote: Vote) -> None:
    """Refuse whoever may not sign a departure from its count, and an exercise that would touch a real vote."""
    _check(actor, vote, allowed=can_sign(actor, vote))


def _check(actor: Actor, vote: Vote, *, allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied
    check_own_world(actor, vote.exercise_id)


def visible_votes(actor: Actor) -> QuerySet[Vote]:
    """Return the votes ``actor`` may see: all once their rules are frozen, and the drafts of one's organisation."""
    seen = ~Q(state=Vote.State.DRAFT)
    if is_keeper(actor):
        seen |= Q(organisation_id=actor.organisation_id)
    return Vote.objects.filter(seen, exercise_id=actor.exercise_id)


def access_vote(actor: Actor, slug: str) -> Vote:
    """Return a vote within the actor's scope, with who holds it."""
    vote = visible_votes(actor).select_related("organisation", "body", "consultation").filter(slug=slug).first()
    if vote is None:
        raise Http404
    return vote


def access_batch(actor: Actor, pk: int) -> PaperBatch:
    """Return a bundle of paper ballots to those who type them."""
    batch = PaperBatch.objects.select_related("vote").filter(pk=pk, vote__in=visible_votes(actor)).first()
    if batch is None:
        raise Http404
    if not can_read_paper(actor, batch.vote):
        raise PermissionDenied
    return batch
