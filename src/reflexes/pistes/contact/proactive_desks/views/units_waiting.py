"""What waits in the field, for whoever steers the units: each silence with its age, and a reminder on its line."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_GET, require_POST

from reflexes.pistes.contact.proactive_desks.perms import is_supervisor
from reflexes.pistes.contact.proactive_desks.perms_units import (
    access_unit,
    can_manage_all,
    check_centre,
    check_managing,
)
from reflexes.pistes.contact.proactive_desks.services import units_reminding
from reflexes.pistes.contact.proactive_desks.services.units_silences import questions_waiting, units_past_end
from reflexes.web.asking import pressed
from reflexes.web.pages import page

WAITING = "proactive_desks:units_waiting"
SENTENCES = {
    "report": ngettext_lazy("%(count)d report is missing", "%(count)d reports are missing", "count"),
    "visits": ngettext_lazy("%(count)d visit not made by its day", "%(count)d visits not made by their day", "count"),
    "needs": ngettext_lazy(
        "%(count)d need of a facility without news", "%(count)d needs of facilities without news", "count"
    ),
}
ACTIONS = {
    "report": gettext_lazy("Type it for them"),
    "visits": gettext_lazy("See the visit"),
    "needs": gettext_lazy("See which"),
}


@require_GET
def units_waiting(request: HttpRequest) -> HttpResponse:
    """Show what waits on units, then what waits on the centre, the oldest first."""
    check_centre(request.actor)
    context = {
        "lines": [_line(request, one) for one in units_reminding.silent_units(request.actor)],
        "questions": list(questions_waiting(request.actor)[: units_reminding.SHOWN]),
        "past": list(units_past_end(request.actor)[: units_reminding.SHOWN]),
        "manages": can_manage_all(request.actor),
        "menu_here": "proactive_desks:units_board",
    }
    return page(request, "proactive_desks/units/waiting.html", context)


def _line(request: HttpRequest, one: units_reminding.Silent) -> dict[str, Any]:
    links = []
    if one.what == "report":
        links = [(ACTIONS["report"], reverse("proactive_desks:unit_report", args=[one.unit.pk]) + f"?jour={one.since}")]
    elif one.what == "needs":
        links = [(ACTIONS["needs"], reverse("proactive_desks:field_needs") + f"?state=silent&unit={one.unit.pk}")]
    elif is_supervisor(request.actor):
        links = [(ACTIONS["visits"], reverse("proactive_desks:task", args=[visit.task.key])) for visit in one.visits]
    return {"silent": one, "sentence": SENTENCES[one.what] % {"count": one.count}, "links": links}


@require_POST
def unit_remind(request: HttpRequest, unit: int) -> HttpResponse:
    """Remind a unit of what is awaited from it, and come back to the list."""
    kept = access_unit(request.actor, unit)
    check_managing(request.actor)

    def act() -> str:
        units_reminding.do_remind(actor=request.actor, unit=kept, what=request.POST.get("what", ""))
        return _("The lead and the deputy of %(unit)s are reminded.") % {"unit": kept.name}

    return pressed(request, act, reverse(WAITING))
