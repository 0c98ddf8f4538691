"""The host says in one gesture that everybody of a half-day is expected (P09 (8)): five people are one tap."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.services.missions import do_confirm
from reflexes.mechanisms.allocation.states import State
from reflexes.pistes.resources.micro_mobility.views.host_home import PER_PAGE, access_host


@require_POST
def arrivals_confirm(request: HttpRequest) -> HttpResponse:
    """Confirm those whose names were on the page; whoever cannot be is named, with what to do."""
    access_host(request)
    read = [int(pk) for pk in request.POST.getlist("mission")[:PER_PAGE] if pk.isdecimal() and len(pk) < 16]
    asked = perms.visible_assignments(request.actor).filter(pk__in=read, state=State.RELEASED)
    count = 0
    for mission in asked.select_related("person", "slot__need__organisation").order_by("person__search", "pk"):
        try:
            do_confirm(actor=request.actor, assignment=mission)
            count += 1
        except Refusal as refusal:
            messages.error(request, _("%(person)s: %(why)s") % {"person": mission.person, "why": refusal})
    if count:
        told = ngettext(
            "%(count)s person is told that you expect them.",
            "%(count)s people are told that you expect them.",
            count,
        )
        messages.success(request, told % {"count": count})
    return HttpResponseRedirect(reverse("micro_mobility:arrivals"))
