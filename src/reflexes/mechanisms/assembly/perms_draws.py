"""Who may do what with draws. Each rule is short and says why."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Draw, PoolMember
from reflexes.mechanisms.assembly.perms import check_own_world, is_keeper

UNPUBLISHED = (Draw.State.PREPARING, Draw.State.COMPUTING)


def can_keep_draw(actor: Actor, draw: Draw) -> bool:
    """The participation officer prepares and holds the draws of their organisation: nobody else reads the pool."""
    return is_keeper(actor) and actor.organisation_id == draw.organisation_id


def check_keeping_draw(actor: Actor, draw: Draw) -> None:
    """Refuse whoever does not keep it, and an exercise that would touch a real draw."""
    if not can_keep_draw(actor, draw):
        raise PermissionDenied
    check_own_world(actor, draw.exercise_id)


def visible_draws(actor: Actor) -> QuerySet[Draw]:
    """Return the draws ``actor`` may see: all once their record is published, and those one prepares."""
    seen = ~Q(state__in=UNPUBLISHED) & ~Q(record="")
    if is_keeper(actor):
        seen |= Q(organisation_id=actor.organisation_id)
    return Draw.objects.filter(seen, exercise_id=actor.exercise_id)


def access_draw(actor: Actor, slug: str) -> Draw:
    """Return a draw within the actor's scope."""
    draw = visible_draws(actor).select_related("organisation", "body", "college").filter(slug=slug).first()
    if draw is None:
        raise Http404
    return draw


def access_kept_draw(actor: Actor, slug: str) -> Draw:
    """Return a draw to the officer who keeps it."""
    draw = access_draw(actor, slug)
    if not can_keep_draw(actor, draw):
        raise PermissionDenied
    return draw


def access_member(actor: Actor, draw: Draw, pk: int) -> PoolMember:
    """Return somebody of the pool to the officer who keeps it: by a number of ours, for codes go in letters only."""
    if not can_keep_draw(actor, draw):
        raise PermissionDenied
    member = draw.pool.select_related("draw").filter(pk=pk).first()
    if member is None:
        raise Http404
    return member
