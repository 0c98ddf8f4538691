"""At the door: who to see and why, read while the visit waits; what came of it, in one press, on a telephone."""

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.pistes.contact.proactive_desks.models import EntrustedVisit
from reflexes.pistes.contact.proactive_desks.perms_units import CHIEFS, access_visit
from reflexes.pistes.contact.proactive_desks.services import units_visits, units_visits_told
from reflexes.pistes.contact.proactive_desks.views.desk_call import NUMBERS
from reflexes.pistes.contact.proactive_desks.views.units_desk import MENU, home_of
from reflexes.web.answers import done
from reflexes.web.pages import CONFLICT, INVALID, page

Came = EntrustedVisit.Came
TEMPLATE = "proactive_desks/units/visit.html"
# After these, a breath and somebody to talk to before anything else.
HARD = (Came.DIED, Came.UNSAFE)


def _page(
    request: HttpRequest, visit: EntrustedVisit, words: str, status: int = 200, refused: str = ""
) -> HttpResponse:
    context = {
        "visit": visit,
        "shown": units_visits.shown_again(request.actor, visit),
        "words": words,
        "refused": refused,
        "client_key": uuid.uuid4(),
        "tries": units_visits_told.TRIES,
        "numbers": NUMBERS[:4],
        "menu_here": MENU,
    }
    return page(request, TEMPLATE, context, status=status)


@never_cache
@require_GET
def visit_page(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """Show a visit to make; what was read today shows again, to whoever read it."""
    kept = access_visit(request.actor, str(visit))
    return _page(request, kept, units_visits.draft_of(kept))


@require_POST
def visit_read(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """Read who to see, where and why: written down. Over, it is as if it had never been there."""
    kept = access_visit(request.actor, str(visit), over=True)
    try:
        units_visits.do_read(actor=request.actor, visit=kept)
    except PermissionDenied:
        raise Http404 from None
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(home_of(kept.unit))
    return HttpResponseRedirect(reverse("proactive_desks:visit", args=[kept.key]))


@require_POST
def visit_save(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """Keep what is typed at the door, sealed."""
    kept = access_visit(request.actor, str(visit), over=True)
    try:
        units_visits.do_keep_draft(actor=request.actor, visit=kept, words=request.POST.get("words", ""))
    except Refusal as refusal:
        return HttpResponse(str(refusal), status=CONFLICT if refusal.conflict else INVALID)
    return JsonResponse({"fields": {}})


class ToldForm(forms.Form):
    """What came of a visit."""

    client_key = forms.UUIDField()
    came = forms.CharField(required=False)
    words = forms.CharField(required=False)
    urgent = forms.BooleanField(required=False)


@require_http_methods(["GET", "POST"])
def visit_tell(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """Write what came of a visit; twice is once, and what is typed is never lost. Opened again, it is the visit."""
    kept = access_visit(request.actor, str(visit), over=True)
    if request.method == "GET":
        return HttpResponseRedirect(reverse("proactive_desks:visit", args=[kept.key]))
    form = ToldForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal("page_old", _("Open this page again: what you typed is kept in it."))
        told = units_visits_told.do_tell(actor=request.actor, visit=kept, **form.cleaned_data)
    except Refusal as refusal:
        status = CONFLICT if refusal.conflict else INVALID
        return _page(request, kept, request.POST.get("words", ""), status, str(refusal))
    if told.visit.came in HARD:
        return HttpResponseRedirect(reverse("proactive_desks:visit_after", args=[kept.key]))
    return done(request, _sentence(told), home_of(kept.unit))


def _sentence(told: units_visits_told.Told) -> str:
    if told.tried:
        return _("Nobody was there: go again at another time of the day. The visit is still yours.")
    if told.late:
        return _("This visit had been taken back: what you say is kept for whoever asked for it.")
    return {
        Came.WELL: _("It is written: all is well. Who asked for the visit knows."),
        Came.NEED: _("A navigator takes it from here. You will read what became of it on your page."),
        Came.REFUSED: _("It is respected: nobody calls them or comes again, in this campaign or a later one."),
    }.get(Came(told.visit.came), _("It is written. The visit goes back to whoever asked for it."))


@never_cache
@require_GET
def visit_after(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """After a hard visit: it is kept, others take it from here, somebody is there to talk."""
    kept = access_visit(request.actor, str(visit), over=True)
    if kept.came not in HARD or kept.done_by_id != request.actor.person_id:
        raise Http404
    chiefs = kept.unit.members.filter(place__in=CHIEFS, left_on=None).exclude(person=None)
    others = chiefs.exclude(person_id=request.actor.person_id).select_related("person").order_by("-place", "pk")
    context = {"visit": kept, "chiefs": list(others), "menu_here": MENU}
    return page(request, "proactive_desks/units/visit_after.html", context)
