"""What the browser's session keeps while somebody reads what is known of a person: a quarter of an hour, no more."""

from datetime import datetime

from django.http import HttpRequest

from reflexes.core import clock
from reflexes.pistes.data.data_trust.services.own import VALID_FOR, Asked

ASKED = "data_trust.asked"
SHOWN = "data_trust.shown"
COUNTER = "data_trust.counter"


def keep(request: HttpRequest, name: str, **words: str) -> None:
    """Keep ``words`` under ``name`` for a quarter of an hour."""
    request.session[name] = {**words, "until": (clock.real_now() + VALID_FOR).isoformat()}


def kept(request: HttpRequest, name: str) -> dict[str, str] | None:
    """Return what is kept under ``name``, unless its time is over."""
    words: dict[str, str] | None = request.session.get(name)
    if words is None or datetime.fromisoformat(words["until"]) < clock.real_now():
        return None
    return words


def asked(request: HttpRequest) -> Asked | None:
    """Return the code that was sent, if it is still valid."""
    words = kept(request, ASKED)
    return Asked(words["phone"], words["nonce"], words["digest"]) if words else None


def forget(request: HttpRequest, *names: str) -> None:
    """Forget at once, and not only when the time is over."""
    for name in names:
        request.session.pop(name, None)
