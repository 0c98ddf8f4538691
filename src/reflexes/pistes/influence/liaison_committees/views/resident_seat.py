"""Somebody was asked to sit: yes or no, by the link they received, without a reason; and to give the seat up later."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.links import row_of
from reflexes.mechanisms.assembly.models import Body, Seat
from reflexes.mechanisms.assembly.services.seats import do_answer_seat, do_leave_seat
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.links import SEAT
from reflexes.web.pages import CONFLICT, INVALID, page

YES, NO, LEAVE = "oui", "non", "quitter"
TEMPLATE = "liaison_committees/resident/seat.html"
# Somebody who gives their seat up says one of these; the others are written by the officer.
SAID_BY_ONESELF = (Seat.Why.NOT_WISHED, Seat.Why.UNAVAILABLE, Seat.Why.MOVED, Seat.Why.OTHER)


def _asked(link: MagicLink, person: Person) -> Seat:
    seat = Seat.objects.select_related("college__body__answerer", "person").filter(pk=row_of(link)).first()
    if seat is None or seat.person_id != person.pk:
        raise LinkRefused("revoked", link)
    return seat


@require_http_methods(["GET", "POST"])
@answered_by_link(SEAT)
def seat_by_link(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Show what the seat is for and how long it lasts; take the answer. Opening it writes nothing."""
    seat = _asked(link, person)
    if request.method != "POST":
        return page(request, TEMPLATE, _shown(request, seat))
    try:
        _do(request, actor, seat)
    except Refusal as refusal:
        context = {**_shown(request, _asked(link, person)), "refusal": refusal}
        return page(request, TEMPLATE, context, status=CONFLICT if refusal.conflict else INVALID)
    return redirect(request.path)


def _do(request: HttpRequest, actor: Actor, seat: Seat) -> None:
    said = request.POST.get("reponse", "")
    if said in {YES, NO}:
        do_answer_seat(actor=actor, seat=seat, yes=said == YES)
    elif said == LEAVE:
        do_leave_seat(actor=actor, seat=seat, why=request.POST.get("why", ""))
    else:
        raise Refusal("answer_missing", _("Choose one of the two answers."))


def _shown(request: HttpRequest, seat: Seat) -> dict[str, Any]:
    body = seat.college.body
    return {
        "seat": seat,
        "body": body,
        "refusal": "",
        "asked": seat.state == Seat.State.ASKED and body.state != Body.State.CLOSED,
        "held": seat.state == Seat.State.HELD,
        "reasons": [(why.value, why.label) for why in SAID_BY_ONESELF],
        "wanted": request.GET.get("reponse", ""),
    }
