"""A committee answered by somebody else: a departure leaves nobody without an answer (design.md rule 10)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from reflexes.mechanisms.assembly.services.handing_over import do_hand_over_body, waiting_for
from reflexes.mechanisms.assembly.views.proposals_keeper import HandOverForm
from reflexes.pistes.influence.liaison_committees.views.keeper import access_kept_body
from reflexes.pistes.influence.liaison_committees.views.keeper_bodies import sheet_of
from reflexes.web.asking import asked, bound


@require_http_methods(["GET", "POST"])
def body_hand_over(request: HttpRequest, body: str) -> HttpResponse:
    """Let somebody else answer a committee, and all that waits there."""
    kept = access_kept_body(request.actor, body)
    if kept.answerer is None:
        raise Http404
    waiting = waiting_for(request.actor, kept).count()
    moves = ngettext(
        "%(count)d proposal waits for %(who)s: it is handed over with its day.",
        "%(count)d proposals wait for %(who)s: they are handed over with their days.",
        waiting,
    )
    sheet = sheet_of(
        kept,
        _("Somebody else answers this committee"),
        _("A departure leaves nobody without an answer: the authors are told the new name, and the days stay."),
        _("Hand it over"),
        note=moves % {"count": waiting, "who": kept.answerer},
        icon="arrow-left-right",
    )
    form = bound(HandOverForm, request, organisation_id=kept.organisation_id, besides=kept.answerer_id)

    def act(typed: dict[str, Any]) -> str:
        do_hand_over_body(actor=request.actor, body=kept, **typed)
        return _("%(who)s answers from now on.") % {"who": typed["answerer"]}

    return asked(request, sheet, form, act)
