"""What a service sees by its link: what it needs and no more. It answers without an account.

Opening the page shows nothing of anybody: mail programs open links before people do. Whoever presses reads, and that
reading is written down.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock, drill
from reflexes.core.accounts.links import LinkRefused, open_link, renew_link, shift_of
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import way_to
from reflexes.mechanisms.casework import links
from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.messages import send_new_link, service_recipient
from reflexes.mechanisms.casework.models import Need, Referral, State
from reflexes.mechanisms.casework.services import sealing
from reflexes.mechanisms.casework.services.referrals import do_receive
from reflexes.mechanisms.casework.views.acts import Shown, acts_of, answer
from reflexes.mechanisms.casework.views.needs import FACTS
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import CONFLICT, INVALID, page

TEMPLATE = "casework/service/referral.html"
READ = "lire"
WHAT = "referral"
NOT_FOUND, GONE = 404, 410
View = Callable[..., HttpResponse]


def _opened(view: View) -> View:
    """Open a view by the ``<str:token>`` of its address, to the service its link was sent to."""

    @open_to_all
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str, *, desk: Desk) -> HttpResponse:
        try:
            link = open_link(token, links.REFERRAL)
            with clock.shifted(shift_of(link)), drill.playing(link.exercise_id):
                response = view(request, referral=_asked(link, desk), actor=links.bearer(link), desk=desk)
        except LinkRefused as refusal:
            response = _refused(request, refusal, token, desk)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return opened


def _asked(link: MagicLink, desk: Desk) -> Referral:
    referral = links.referral_of(link)
    if referral is None or referral.case.piste != desk.piste or referral.state == State.CLOSED:
        raise LinkRefused("revoked", link)
    return referral


def _refused(request: HttpRequest, refusal: LinkRefused, token: str, desk: Desk) -> HttpResponse:
    status = NOT_FOUND if refusal.code in {"unknown", "cut"} else GONE
    context = {"refusal": refusal, "token": token, "renew": desk.public("referral_link_renew")}
    return page(request, "casework/service/link_refused.html", context, status=status)


@require_http_methods(["GET", "POST"])
@_opened
def referral_by_link(request: HttpRequest, *, referral: Referral, actor: Actor, desk: Desk) -> HttpResponse:
    """Show what is asked of a service, to whoever presses; take its answer."""
    sent = request.POST if request.method == "POST" else None
    if sent is not None and sent.get("geste") == READ:
        return _read(request, referral, actor, desk)
    shown = acts_of(referral, sent, besides=("recu",))
    if sent is None:
        return page(request, TEMPLATE, _context(referral, shown))
    outcome = answer(actor, referral, shown)
    if outcome is True:
        return redirect(request.path)
    conflict = not any(one.opened for one in shown) or (isinstance(outcome, Refusal) and outcome.conflict)
    referral.refresh_from_db()
    return page(request, TEMPLATE, _context(referral, shown), status=CONFLICT if conflict else INVALID)


def _read(request: HttpRequest, referral: Referral, actor: Actor, desk: Desk) -> HttpResponse:
    """Show who it is and what is asked, once somebody pressed: the reading is written, and the need is received."""
    try:
        facts = desk.reveal(actor=actor, case=referral.case, what=WHAT, through=str(referral.key))
        do_receive(actor=actor, referral=referral)
    except Refusal as refusal:
        context = {**_context(referral, acts_of(referral, besides=("recu",))), "refusal": refusal}
        return page(request, TEMPLATE, context, status=CONFLICT if refusal.conflict else INVALID)
    (brief,) = sealing.read_words(referral.case, referral.brief)
    known = [(name, FACTS[name], facts[name]) for name in referral.shared if facts.get(name)]
    context = {**_context(referral, acts_of(referral, besides=("recu",))), "brief": brief, "facts": known, "read": True}
    return page(request, TEMPLATE, context)


def _context(referral: Referral, shown: list[Shown]) -> dict[str, Any]:
    return {
        "referral": referral,
        "case": referral.case,
        "need": Need(referral.need).label,
        "place": referral.case.commune,
        "acts": shown,
        "read": False,
        "waits": referral.state in (State.SENT, State.RECEIVED),
        "accepted": referral.state == State.ACCEPTED,
        "expired": referral.state == State.EXPIRED,
        "answered": referral.state in (State.REFUSED, State.DONE, State.NOT_DONE),
    }


@open_to_all
@never_cache
@require_GET
def referral_link_cut(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Answer an address that lost its end on the way."""
    return _refused(request, LinkRefused("cut"), "", desk)


@open_to_all
@never_cache
@require_POST
def referral_link_renew(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Send a new link, to the service it belongs to, in place of one that is too old."""
    token = request.POST.get("token", "")
    try:
        with transaction.atomic():
            link, address = renew_link(token)
            if link.purpose != links.REFERRAL:
                raise LinkRefused("unknown")
            referral = _asked(link, desk)
            send_new_link(referral, address, f"link:{link.digest}")
    except LinkRefused as refusal:
        return _refused(request, refusal, token, desk)
    way = way_to(service_recipient(referral)).channel.value
    return page(request, "casework/service/link_renewed.html", {"way": way})
