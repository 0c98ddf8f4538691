"""A question asked to everybody in the name of a committee (P01 (7))."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reflexes.mechanisms.assembly.services import consultations
from reflexes.mechanisms.assembly.views.consultations_keeper import ConsultationForm
from reflexes.mechanisms.assembly.views.contributions_keeper import LIST
from reflexes.mechanisms.assembly.views.keeping import menu_of
from reflexes.pistes.influence.liaison_committees.circles import COMMITTEES
from reflexes.pistes.influence.liaison_committees.views.keeper import access_kept_body
from reflexes.web.asking import Sheet, asked, bound


@require_http_methods(["GET", "POST"])
def consultation_new(request: HttpRequest, body: str) -> HttpResponse:
    """Ask a question to everybody, in the name of a committee."""
    kept = access_kept_body(request.actor, body)
    sheet = Sheet(
        _("Ask a question to everybody"),
        _("The circle stays open: on screen, by telephone, on paper, in the room and by letter, words count the same."),
        _("Ask this question"),
        COMMITTEES.desk(LIST),
        _("Contributions"),
        menu_of(COMMITTEES),
        icon="megaphone",
    )

    def act(typed: dict[str, Any]) -> str:
        consultations.do_open_consultation(actor=request.actor, piste=COMMITTEES.piste, fields={**typed, "body": kept})
        return _("The question is asked.")

    return asked(request, sheet, bound(ConsultationForm, request), act)
