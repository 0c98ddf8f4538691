"""What a service is asked, and what it answers: signed in, or by the link that those who lead it received."""

from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from reflexes.core import clock
from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.links import row_of
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.links_editions import SAY
from reflexes.pistes.contact.citizen_dialogue.models import Feasibility
from reflexes.pistes.contact.citizen_dialogue.services import feasibility
from reflexes.pistes.contact.citizen_dialogue.views.keeper_editions_feasibility import SayForm
from reflexes.web.pages import CONFLICT, INVALID, page, paginate

PER_PAGE = 30
TEMPLATE = "citizen_dialogue/service/say.html"


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """List what the service that one leads is asked: the overdue first, then what it already said."""
    asked = perms.asked_of(request.actor).select_related("proposal", "edition")
    rows = paginate(request, asked.order_by(F("answered_at").asc(nulls_first=True), "due_on", "pk"), PER_PAGE)
    return page(request, "citizen_dialogue/service/list.html", {"rows": rows, "today": clock.today()})


@require_http_methods(["GET", "POST"])
def say(request: HttpRequest, feasibility_id: int) -> HttpResponse:
    """Answer for the service that one leads; for anybody else it does not exist here."""
    asked = perms.access_feasibility(request.actor, feasibility_id)
    if not perms.leads(request.actor, asked):
        raise Http404
    return _said(request, request.actor, asked, by_link=False)


@require_http_methods(["GET", "POST"])
@answered_by_link(SAY)
def say_by_link(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Answer by the link received; it is void once somebody else leads the service."""
    found = Feasibility.objects.select_related("edition__organisation", "proposal", "unit", "by")
    asked = found.filter(pk=row_of(link)).first()
    if asked is None or person.pk not in {one.pk for one in feasibility.speakers(asked)}:
        raise LinkRefused("revoked", link)
    return _said(request, actor, asked, by_link=True)


def _said(request: HttpRequest, actor: Actor, asked: Feasibility, *, by_link: bool) -> HttpResponse:
    form = SayForm(request.POST if request.method == "POST" else None)
    before = asked.edition.feasibilities.filter(proposal_id=asked.proposal_id, answered_at__isnull=False)
    context: dict[str, Any] = {
        "asked": asked,
        "form": form,
        "late": asked.answered_at is None and asked.due_on < clock.today(),
        "before": list(before.exclude(pk=asked.pk).select_related("unit").order_by("answered_at", "pk")),
        "back": not by_link,
    }
    if not form.is_bound:
        return page(request, TEMPLATE, context)
    if not form.is_valid():
        return page(request, TEMPLATE, context, status=INVALID)
    try:
        feasibility.do_say(actor=actor, feasibility=asked, by_link=by_link, **form.cleaned_data)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return page(request, TEMPLATE, context, status=CONFLICT if refusal.conflict else INVALID)
    return redirect(request.path)
