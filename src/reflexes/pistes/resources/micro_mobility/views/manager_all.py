"""Let everybody who asks go in one gesture, after reading who and what it leaves; take back a half-day proposed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.services import other_dates
from reflexes.mechanisms.allocation.services.releases import below_minimum, do_release_all
from reflexes.mechanisms.directory.services import units_below
from reflexes.pistes.resources.micro_mobility.views.manager_service import (
    SERVICE,
    access_unit,
    all_known,
    asking_of,
    requests_of,
)
from reflexes.web.answers import done, refused
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/manager/release_all.html"


@require_http_methods(["GET", "POST"])
def release_all(request: HttpRequest) -> HttpResponse:
    """Read who goes and what it leaves, then say yes to all of them at once."""
    unit = access_unit(request)
    missions = list(asking_of(request.actor))
    asking = requests_of(missions, units_below(unit.pk), request.actor.exercise_id)
    context: dict[str, Any] = {
        "unit": unit,
        "asking": asking,
        "all_known": all_known(asking),
        "short": below_minimum(missions, request.actor.exercise_id),
        "menu_here": SERVICE,
    }
    if request.method == "GET":
        return page(request, TEMPLATE, context)
    read = set(request.POST.getlist("mission"))
    try:
        # Only those whose names were on the page: somebody who asked meanwhile has not been read.
        count = do_release_all(actor=request.actor, missions=[one for one in missions if str(one.pk) in read])
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    said = ngettext(
        "%(count)s person may go: the host is asked to confirm, then they are told.",
        "%(count)s people may go: the hosts are asked to confirm, then they are told.",
        count,
    )
    return done(request, said % {"count": count}, SERVICE)


@require_POST
def other_date_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The service can no longer do without on the half-day it proposed."""
    access_unit(request)
    other = other_dates.of_service(request.actor).filter(pk=pk).first()
    if other is None:
        raise Http404
    try:
        other_dates.do_take_back(actor=request.actor, other=other)
    except Refusal as refusal:
        missions = list(asking_of(request.actor))
        context = {
            "unit": access_unit(request),
            "asking": requests_of(missions, set(), request.actor.exercise_id),
            "short": [],
            "all_known": False,
            "menu_here": SERVICE,
        }
        return refused(request, TEMPLATE, context, refusal)
    return done(request, _("It is taken back: you will be asked again before anybody goes."), SERVICE)
