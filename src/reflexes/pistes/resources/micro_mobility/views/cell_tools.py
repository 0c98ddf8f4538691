"""What the cell opens less often than every day: one page of sentences, each saying why it is there."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.web.pages import page


class Tool(NamedTuple):
    """One page of the cell: where it is, what it is called, why one would open it."""

    url_name: str
    label: str | Promise
    why: str | Promise
    icon: str


TOOLS: dict[str | Promise, tuple[Tool, ...]] = {
    _("Carry and keep"): (
        Tool("micro_mobility:sheets", _("Sheets"), _("Bring in or take out people, needs and plans."), "table"),
        Tool("outbox:list", _("Outbox"), _("What left, what waits, what has to be printed or called."), "send"),
    ),
    _("Get ready"): (
        Tool("crisis:exercises", _("Exercises"), _("Drill on the real screens: nothing leaves the house."), "flag"),
        Tool("crisis:sequences", _("Sequences"), _("Say what changes and what does not, and until when."), "layers"),
    ),
}


@require_GET
def tools(request: HttpRequest) -> HttpResponse:
    """Show every page of the cell that is not in the menu."""
    access_cell(request.actor)
    return page(request, "micro_mobility/cell/tools.html", {"groups": TOOLS.items()})
