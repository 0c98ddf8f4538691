"""People on reserve where a place is free again: asked before anybody else, by a person of the cell."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services import reserve as reserves
from reflexes.mechanisms.allocation.states import State
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell, phone_of
from reflexes.web.answers import done, refused
from reflexes.web.pages import page, paginate

TEMPLATE = "micro_mobility/cell/reserve.html"


@require_GET
def reserve(request: HttpRequest) -> HttpResponse:
    """Show who is on reserve: where a place is free first, then the others."""
    access_cell(request.actor)
    return page(request, TEMPLATE, _context(request))


def _context(request: HttpRequest) -> dict[str, object]:
    waiting = _waiting(request.actor).order_by("changed_at", "pk")
    first = reserves.reserve_for_free_places(request.actor.exercise_id).values_list("pk", flat=True)
    rows = paginate(request, waiting, PER_PAGE)
    free = set(first)
    return {
        "rows": rows,
        "first": [(one, phone_of(one.person)) for one in rows if one.pk in free],
        "others": [one for one in rows if one.pk not in free],
        "menu_here": "micro_mobility:silences",
    }


def _waiting(actor: Actor) -> object:
    found = Assignment.objects.filter(state=State.RESERVE, exercise_id=actor.exercise_id)
    return found.select_related("person", "slot__need__organisation", "slot__skill")


@require_POST
def reserve_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody on reserve, now that a place is free."""
    access_cell(request.actor)
    mission = perms.access_assignment(request.actor, pk)
    try:
        reserves.do_ask_reserve(actor=request.actor, assignment=mission)
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(request), refusal)
    sentence = _("%(name)s is asked: their answer appears on the need.") % {"name": mission.person}
    return done(request, sentence, "micro_mobility:need_detail", mission.slot.need_id)
