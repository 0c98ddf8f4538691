"""Who reads and who keeps what is tried for a while. Everybody reads it; the participation officer keeps it."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.perms import check_own_world, is_keeper
from reflexes.pistes.contact.citizen_dialogue.models import Scheme


def visible_schemes(actor: Actor) -> QuerySet[Scheme]:
    """Return what anybody may read: a street is public. What is played exists in its exercise alone."""
    seen = Q(exercise=None) | Q(exercise_id=actor.exercise_id) if actor.exercise_id else Q(exercise=None)
    return Scheme.objects.filter(seen).select_related("organisation", "owner", "place__commune", "commune")


def access_scheme(actor: Actor, slug: str) -> Scheme:
    """Return something tried, within the actor's scope."""
    scheme = visible_schemes(actor).select_related("consultation").filter(slug=slug).first()
    if scheme is None:
        raise Http404
    return scheme


def can_keep(actor: Actor, scheme: Scheme) -> bool:
    """The participation officer keeps what their own organisation tries, and nothing of another's."""
    return is_keeper(actor) and scheme.organisation_id == actor.organisation_id


def check_writing(actor: Actor, scheme: Scheme) -> None:
    """Refuse whoever does not keep it, and another world than its own."""
    if not can_keep(actor, scheme):
        raise PermissionDenied
    check_own_world(actor, scheme.exercise_id)


def access_kept_scheme(actor: Actor, slug: str) -> Scheme:
    """Return something tried to the officer who keeps it; for anyone else the desk does not exist."""
    if not is_keeper(actor):
        raise Http404
    scheme = access_scheme(actor, slug)
    if not can_keep(actor, scheme):
        raise PermissionDenied
    return scheme
