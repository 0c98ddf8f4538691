"""Pages opened by a magic link: one question answered without an account, and no session opened."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from reflexes.core import clock, drill
from reflexes.core.accounts.links import LinkRefused, open_link, shift_of
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.mechanisms.directory.acting import actor_of, capacities_of
from reflexes.mechanisms.directory.models import Person
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page

View = Callable[..., HttpResponse]
NOT_FOUND, GONE = 404, 410


def answered_by_link(purpose: str, *, role: str = "") -> Callable[[View], View]:
    """Open a view by the ``<str:token>`` of its address: ``view(request, *, link, person, actor)``.

    ``actor`` is the person the link was sent to, acting as ``role`` (any capacity when empty): the view gives it to
    services instead of ``request.actor``, and calls ``links.use_link(link)`` in the transaction that writes the answer.
    The clock is the one the link was made under. A refused link answers 410 (404 when unknown) with its sentence.
    """

    def decorate(view: View) -> View:
        @open_to_all
        @never_cache
        @wraps(view)
        def opened(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
            try:
                link = open_link(token, purpose)
                with clock.shifted(shift_of(link)), drill.playing(link.exercise_id):
                    person, actor = _bearer(link, role)
                    response = view(request, link=link, person=person, actor=actor, **kwargs)
            except LinkRefused as refusal:
                response = link_refused(request, refusal, token)
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        return opened

    return decorate


def _bearer(link: MagicLink, role: str) -> tuple[Person, Actor]:
    """Return who the link was sent to; it is void once they are erased or no longer hold the role."""
    person = Person.objects.filter(key=link.person_key, erased_at=None).first()
    if person is None:
        raise LinkRefused("revoked", link)
    held = [capacity for capacity in capacities_of(person) if not role or capacity.role == role]
    if role and not held:
        raise LinkRefused("revoked", link)
    return person, actor_of(person, held[0] if held else None, exercise_id=link.exercise_id)


def link_refused(request: HttpRequest, refusal: LinkRefused, token: str) -> HttpResponse:
    """Say why a link opens nothing and what to do next."""
    status = NOT_FOUND if refusal.code in {"unknown", "cut"} else GONE
    return page(request, "directory/link_refused.html", {"refusal": refusal, "token": token}, status=status)


@open_to_all
@never_cache
def link_without_token(request: HttpRequest) -> HttpResponse:
    """Answer an address that lost its end on the way, as when a mail program breaks it over two lines."""
    return link_refused(request, LinkRefused("cut"), "")
