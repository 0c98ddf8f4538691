"""The guided first visit and the help page of each role."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import registry
from reflexes.core.registry import Guide
from reflexes.mechanisms.directory.guide import do_begin_again, do_end_visit
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import INVALID, page


@open_to_all
@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    """Say in plain words what one does here in this role, what people ask, and whom to call."""
    guide = registry.guide_for(request.actor.role)
    return page(request, "directory/help.html", {"told": guide, "may_begin_again": guide and request.actor.is_known})


def _own_guide(request: HttpRequest) -> Guide:
    guide = registry.guide_for(request.actor.role) if request.actor.is_known else None
    if guide is None:
        raise PermissionDenied
    return guide


@require_POST
def guide(request: HttpRequest) -> HttpResponse:
    """Go to the next step, or close the visit."""
    steps = _own_guide(request).steps
    at, go = request.POST.get("at", ""), request.POST.get("go", "")
    if not at.isdecimal() or not 1 <= int(at) <= len(steps) or go not in {"next", "skip"}:
        context = {"sentence": _("This step does not exist. Open the help page to begin the visit again.")}
        return page(request, "web/errors/choice.html", context, status=INVALID)
    here = int(at)
    if go == "next" and here < len(steps):
        return redirect(steps[here].url_name)
    do_end_visit(actor=request.actor, skipped=go == "skip" and here < len(steps))
    return redirect(steps[here - 1].url_name)


@require_POST
def guide_again(request: HttpRequest) -> HttpResponse:
    """Begin the visit again from its first page."""
    steps = _own_guide(request).steps
    do_begin_again(actor=request.actor)
    return redirect(steps[0].url_name)
