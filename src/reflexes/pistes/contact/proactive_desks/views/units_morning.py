"""The morning sheet, on screen and on paper: the same words in the same order."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reflexes.core import clock
from reflexes.core.printing import pdf
from reflexes.pistes.contact.proactive_desks.services.morning import Morning, compose
from reflexes.pistes.contact.proactive_desks.services.morning_mail import sequence_words
from reflexes.web.pages import page
from reflexes.web.words import full_date


@require_GET
def morning(request: HttpRequest) -> HttpResponse:
    """Show the sheet of this morning."""
    sheet = compose(request.actor, clock.today())
    return page(request, "proactive_desks/units/morning.html", {"sheet": sheet, "sequence_line": sequence_words(sheet)})


@require_GET
def morning_pdf(request: HttpRequest) -> HttpResponse:
    """Give the same on one A4 page."""
    sheet = compose(request.actor, clock.today())
    made = pdf("proactive_desks/morning", paper_of(sheet), language=get_language() or "fr")
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="matin-{sheet.day.isoformat()}.pdf"'
    return answer


def paper_of(sheet: Morning) -> dict[str, Any]:
    """Return what the printed sheet shows."""
    return {
        "title": _("Morning sheet, %(day)s") % {"day": full_date(sheet.day)},
        "sequence": sequence_words(sheet),
        "sentences": [{"about": one.about, "words": one.words} for one in sheet.sentences],
        "figures_title": _("Figures of %(day)s") % {"day": full_date(sheet.about)},
        "headers": [_("What"), _("How many"), _("Source")],
        "figures": [
            {
                "label": one.label,
                "value": _("not known") if one.value is None else str(one.value),
                "source": one.source,
            }
            for one in sheet.figures
        ],
        "missing": missing_words(sheet),
        "made": _("Made on %(moment)s.") % {"moment": full_date(sheet.made_at)},
    }


def missing_words(sheet: Morning) -> str:
    """Return the units that did not report, by name."""
    if not sheet.missing:
        return ""
    words = ngettext(
        "%(count)d unit has not reported: %(names)s.",
        "%(count)d units have not reported: %(names)s.",
        len(sheet.missing),
    )
    return words % {"count": len(sheet.missing), "names": ", ".join(sheet.missing)}
