"""What every page of the participation officer's desk shares."""

from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.circles import access_keeper
from reflexes.mechanisms.assembly.models import Body, Session

SLUG = "liaison_committees"

BODY_TONES = {Body.State.DRAFT: "note", Body.State.OPEN: "going", Body.State.CLOSED: "stopped"}
SESSION_TONES = {Session.State.CALLED: "going", Session.State.HELD: "done", Session.State.CANCELLED: "stopped"}


def access_kept_body(actor: Actor, slug: str) -> Body:
    """Return a body of this piste to the officer who keeps it; for anyone else the desk does not exist."""
    access_keeper(actor)
    body = perms.access_kept_body(actor, slug)
    if body.piste != SLUG:
        raise Http404
    return body


def access_kept_session(actor: Actor, pk: int) -> Session:
    """Return a session to the officer who keeps its body."""
    access_keeper(actor)
    session = perms.access_session(actor, pk)
    perms.check_keeping(actor, session.body)
    return session
