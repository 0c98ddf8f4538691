"""Puts the acting capacity on the request: ``request.actor``, ``.person``, ``.capacity``, ``.capacities``."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from reflexes.core.acting import STRANGER
from reflexes.mechanisms.directory.acting import actor_of, capacities_of
from reflexes.mechanisms.directory.guide import panel_of
from reflexes.mechanisms.directory.models import Capacity, Person

SESSION_KEY = "capacity"


class ActingMiddleware:
    """Everyone acts in one capacity for one organisation at a time (design.md, section 2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor, request.person, request.capacity = STRANGER, None, None  # type: ignore[attr-defined]
        request.capacities = []  # type: ignore[attr-defined]
        person = getattr(request.user, "person", None) if request.user.is_authenticated else None
        if person is not None:
            held = list(capacities_of(person))
            request.person, request.capacities = person, held  # type: ignore[attr-defined]
            request.capacity = _in_force(request, person, held)  # type: ignore[attr-defined]
            request.actor = actor_of(person, request.capacity)  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> None:
        """Show the guided first visit on the pages that are its steps."""
        match = request.resolver_match
        request.guide = None  # type: ignore[attr-defined]
        if match is not None and request.actor.is_known:  # type: ignore[attr-defined]
            name = match.view_name
            request.guide = SimpleLazyObject(lambda: panel_of(request, name))  # type: ignore[attr-defined]


def _in_force(request: HttpRequest, person: Person, held: list[Capacity]) -> Capacity | None:
    """Return the capacity chosen in this session while it is held; once it ended, another one, and say so."""
    chosen = request.session.get(SESSION_KEY)
    for capacity in held:
        if capacity.pk == chosen:
            return capacity
    now = held[0] if held else None
    if chosen is not None:
        _tell_the_change(request, Capacity.objects.filter(pk=chosen, person=person).first(), now)
    if chosen is not None or now is not None:
        request.session[SESSION_KEY] = now.pk if now else None
    return now


def _tell_the_change(request: HttpRequest, before: Capacity | None, now: Capacity | None) -> None:
    ended = (
        _("You no longer act as %(capacity)s.") % {"capacity": before}
        if before
        else _("You no longer hold the capacity you were acting in.")
    )
    after = (
        _("You now act as %(capacity)s.") % {"capacity": now}
        if now
        else _("You hold no other capacity today. Call the cell if this is a mistake.")
    )
    messages.warning(request, f"{ended} {after}")
