"""Who shows people what is known of them, by telephone or at the counter."""

from django.core.exceptions import PermissionDenied

from reflexes.core.acting import Actor
from reflexes.mechanisms.directory import roles

SHOW = frozenset({roles.DPO, roles.SUPERVISOR})


def can_show(actor: Actor) -> bool:
    """The data-protection officer and whoever is in charge of calls answer people who ask, for their organisation."""
    return actor.role in SHOW and actor.organisation_id is not None


def check_showing(actor: Actor) -> None:
    """Refuse anybody else: what is known of a person is not looked up."""
    if not can_show(actor):
        raise PermissionDenied
