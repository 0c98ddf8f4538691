"""After the debrief: what I keep, who reads what, and taking it back at any moment (P09 (11))."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Debrief
from reflexes.mechanisms.allocation.services import learning
from reflexes.pistes.resources.micro_mobility.views.agent_debrief import SharingForm
from reflexes.pistes.resources.micro_mobility.views.agent_missions import access_own
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/agent/sharing.html"


@require_http_methods(["GET", "POST"])
def my_sharing(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what I said and who may read it; change my mind."""
    mission = access_own(request.actor, pk)
    debrief: Debrief | None = getattr(mission, "debrief", None)
    if debrief is None:
        raise Http404
    kept = [str(one.skill_id) for one in mission.skills_gained.order_by("pk")]
    initial: dict[str, Any] = {"skills": kept, **{name: getattr(debrief, name) for name in SharingForm.TICKS}}
    form = SharingForm(request.POST if request.method == "POST" else None, mission=mission, initial=initial)
    context = {
        "mission": mission,
        "need": mission.slot.need,
        "debrief": debrief,
        "answer": getattr(debrief, "host_answer", None),
        "form": form,
        "alone": learning.newcomers_at(mission) if learning.can_be_guessed(mission) else 0,
        "together": limits.NEWCOMERS_TOGETHER,
        "menu_here": "micro_mobility:my_missions",
    }
    if request.method == "GET":
        return page(request, TEMPLATE, context)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        learning.do_share(actor=request.actor, debrief=debrief, **form.shares())
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    said = _("Your choices are recorded. What you took back is no longer readable.")
    return done(request, said, "micro_mobility:my_sharing", pk)
