"""What services say when they keep or lend somebody: another half-day to follow up, a cost to acknowledge (P09 (9))."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms, reasons
from reflexes.mechanisms.allocation.models import OtherHalfDay
from reflexes.mechanisms.allocation.services import other_dates as others
from reflexes.mechanisms.allocation.services import releases
from reflexes.pistes.resources.micro_mobility.reasons import load_names
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell
from reflexes.web.answers import done, refused
from reflexes.web.pages import page, paginate

LIST = "micro_mobility/cell/other_dates.html"
DETAIL = "micro_mobility/cell/other_date.html"
LOSSES = "micro_mobility/cell/losses.html"
HERE = {"menu_here": "micro_mobility:silences"}


@require_GET
def other_dates(request: HttpRequest) -> HttpResponse:
    """List the half-days that services proposed instead, the nearest first."""
    access_cell(request.actor)
    found = others.open_ones(request.actor.exercise_id).order_by("day", "half", "pk")
    return page(request, LIST, {"rows": paginate(request, found, PER_PAGE), **HERE})


def _context(other: OtherHalfDay) -> dict[str, Any]:
    names = load_names()
    return {
        "other": other,
        "mission": other.assignment,
        "options": [(one, reasons.sentences(one.blocked, names)) for one in others.options(other)],
        **HERE,
    }


@require_GET
def other_date(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is asked for on that half-day, and ask the person for one of the places."""
    return page(request, DETAIL, _context(others.access_other(request.actor, pk)))


@require_POST
def other_date_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the person for one place: their service has agreed already."""
    other = others.access_other(request.actor, pk)
    given = request.POST.get("slot", "")
    if not given.isdecimal() or len(given) > 18:
        raise Http404
    try:
        proposal = others.do_propose(actor=request.actor, other=other, slot_id=int(given))
    except Refusal as refusal:
        return refused(request, DETAIL, _context(other), refusal)
    said = _("%(person)s is asked. Their service has agreed already: their yes is enough.")
    return done(request, said % {"person": proposal.person}, "micro_mobility:need_detail", proposal.slot.need_id)


@require_POST
def other_date_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End it with a word when nothing fits."""
    other = others.access_other(request.actor, pk)
    try:
        others.do_close(actor=request.actor, other=other, reason=request.POST.get("reason", "").strip()[:200])
    except Refusal as refusal:
        return refused(request, DETAIL, _context(other), refusal)
    return done(request, _("It is closed: the service and the agent are told why."), "micro_mobility:other_dates")


@require_GET
def losses(request: HttpRequest) -> HttpResponse:
    """List what releases cost the services, in their own words, until somebody says that it was read."""
    access_cell(request.actor)
    return page(request, LOSSES, _losses(request))


def _losses(request: HttpRequest) -> dict[str, Any]:
    found = releases.losses(request.actor.exercise_id).order_by("since", "pk")
    return {"rows": paginate(request, found, PER_PAGE), **HERE}


@require_POST
def loss_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Say to the service that it was read."""
    access_cell(request.actor)
    mission = perms.access_assignment(request.actor, pk)
    try:
        releases.do_acknowledge_loss(actor=request.actor, assignment=mission)
    except Refusal as refusal:
        return refused(request, LOSSES, _losses(request), refusal)
    return done(request, _("The service is told that you have read it."), "micro_mobility:losses")
