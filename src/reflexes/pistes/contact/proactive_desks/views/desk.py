"""The call desk between two calls: somebody to call or why there is nobody, a break, a talk."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import readable_phone
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import CallerCard, Campaign, Lease, SaidAnswers
from reflexes.pistes.contact.proactive_desks.services import callers, scripts_calls
from reflexes.web.answers import done
from reflexes.web.asking import pressed
from reflexes.web.pages import page

MENU = "proactive_desks:desk"


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody a caller can ring: their name and telephone, as people dictate it and as a telephone dials it."""

    name: str
    phone: str = ""
    dial: str = ""


def reach_of(person: Person | None) -> Reach | None:
    """Return how to ring somebody of the house; nothing when nobody is named."""
    if person is None:
        return None
    return Reach(str(person), readable_phone(person.phone) if person.phone else "", person.phone.replace(" ", ""))


def held_by(request: HttpRequest) -> Lease | None:
    """Return the call one is in, if its time is not over."""
    mine = Lease.objects.filter(caller_id=request.actor.person_id, closed_at=None, paper=None)
    lease = mine.filter(campaign__exercise_id=request.actor.exercise_id).select_related("campaign").first()
    return lease if lease is not None and scripts_calls.is_live(lease) else None


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Show the campaigns one calls in, with one button each; for whoever calls in none the desk does not exist."""
    cards = list(perms.live_cards(request.actor).exclude(campaign__state=Campaign.State.DRAFT).order_by("pk"))
    if not cards and request.actor.role != roles.CALLER:
        raise Http404
    context = {"cards": [(card, reach_of(card.buddy)) for card in cards], "held": held_by(request)}
    return page(request, "proactive_desks/desk/desk.html", context)


@require_http_methods(["GET", "POST"])
def take(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the next person to call; when there is nobody, the desk says why. Read by hand, go back to the desk."""
    campaign = perms.access_called_campaign(request.actor, slug)
    back = reverse(MENU)
    if request.method == "GET":
        return HttpResponseRedirect(back)
    try:
        found = scripts_calls.do_take_next(actor=request.actor, campaign=campaign)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    if isinstance(found, SaidAnswers):
        return HttpResponseRedirect(reverse("proactive_desks:call", args=[found.lease.key]))
    messages.info(request, str(found))
    return HttpResponseRedirect(back)


def _own_card(request: HttpRequest, slug: str) -> CallerCard:
    campaign = perms.access_called_campaign(request.actor, slug)
    return perms.card_for(request.actor, campaign)


@require_http_methods(["GET", "POST"])
def rest(request: HttpRequest, slug: str) -> HttpResponse:
    """Stop being given people for as long as one wishes, or be given people again: no reason is asked."""
    card = _own_card(request, slug)
    if request.method == "GET":
        return HttpResponseRedirect(reverse(MENU))
    if card.paused_at is None:
        callers.do_rest(actor=request.actor, card=card)
        return done(request, _("You are having a break. Nobody waits for you: come back when you wish."), MENU)

    def again() -> str:
        callers.do_come_back(actor=request.actor, card=card)
        return _("Good to have you back.")

    return pressed(request, again, reverse(MENU))


@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to talk about one's calls with somebody."""
    card = _own_card(request, slug)
    if request.method == "GET":
        return HttpResponseRedirect(reverse(MENU))
    callers.do_ask_debrief(actor=request.actor, card=card)
    return done(request, _("It is asked. Somebody in charge of the calls gets back to you."), MENU)
