"""The sheet that a unit takes along: places to go, what they wait for, and the report to fill by hand."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reflexes.core import clock
from reflexes.core.printing import pdf
from reflexes.pistes.contact.proactive_desks.models import DoctrinePoint, FieldNeed, ProximityUnit
from reflexes.pistes.contact.proactive_desks.perms_units import access_unit
from reflexes.pistes.contact.proactive_desks.services.units import hours_of
from reflexes.pistes.contact.proactive_desks.views.units_report import ReportForm
from reflexes.web.words import age_words, full_date


@require_GET
def unit_paper(request: HttpRequest, unit: int) -> HttpResponse:
    """Give the sheet of today."""
    kept = access_unit(request.actor, unit)
    made = pdf("proactive_desks/field", paper_of(kept), language=get_language() or "fr")
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="terrain-{kept.pk}-{clock.today().isoformat()}.pdf"'
    return answer


def paper_of(unit: ProximityUnit) -> dict[str, Any]:
    """Return what is printed: nothing of anybody, only posts and places."""
    waiting: dict[int, list[str]] = {}
    for need in FieldNeed.objects.filter(unit=unit, closed_at=None).order_by("urgency", "opened_at", "pk"):
        waiting.setdefault(need.facility_id, []).append(f"{need.words} ({age_words(need.opened_at)})")
    facilities = unit.facilities.filter(closed_on=None).select_related("commune").order_by("search", "pk")
    asked = ReportForm.base_fields
    return {
        "title": _("Field sheet, %(unit)s, %(day)s") % {"unit": unit.name, "day": full_date(clock.today())},
        "due": _("The report is due at %(hour)s: on screen, by telephone, or with this sheet.")
        % {"hour": formats.time_format(hours_of(unit.organisation_id).reports_by, _("H:i"))},
        "priority": unit.doctrine.priority,
        "margins": [one.words for one in unit.doctrine.points.all() if one.kind == DoctrinePoint.Kind.MARGIN],
        "facilities": [
            {
                "name": f"{one.name}, {one.commune}",
                "contact": " · ".join(filter(None, (one.address, one.contact_role, one.phone_words))),
                "needs": waiting.get(one.pk, []),
            }
            for one in facilities
        ],
        "figures": [asked[name].label for name in ("visits", "needs_noted", "needs_met", "arrangements")],
        "questions": [asked[name].label for name in ("went_well", "stuck", "wanted")],
        "labels": {
            "first": _("What comes first now"),
            "margins": _("What units decide alone"),
            "facilities": _("Facilities"),
            "report": _("Report on the day"),
        },
        "later": _("No name of a resident is written here. Somebody types this sheet within the week."),
    }
