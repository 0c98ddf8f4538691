"""The return interview: when, with whom, and the three questions to print (mechanisms.md X8; P09 (11))."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.returns import HAS_INTERVIEW, access_interview, do_move_interview
from reflexes.mechanisms.directory import roles
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/interview.html"


class MomentForm(forms.Form):
    """Another moment for the interview."""

    at = forms.DateTimeField(
        label=gettext_lazy("Another moment"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"],
        error_messages={
            "required": gettext_lazy("Choose a day and an hour."),
            "invalid": gettext_lazy("Write a day and an hour, like 24/11/2026 14:00."),
        },
    )


@require_http_methods(["GET", "POST"])
def interview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show when the return is talked about and the questions; set another moment."""
    mission = access_interview(request.actor, pk)
    if request.method == "GET":
        return page(request, TEMPLATE, _context(request, mission, MomentForm()))
    form = MomentForm(request.POST)
    if not form.is_valid():
        return invalid(request, TEMPLATE, _context(request, mission, form))
    try:
        do_move_interview(actor=request.actor, assignment=mission, at=form.cleaned_data["at"])
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(request, mission, form), refusal)
    return done(request, _("The new moment is set: both of you are told."), "micro_mobility:interview", pk)


def _context(request: HttpRequest, mission: Assignment, form: MomentForm) -> dict[str, Any]:
    own = perms.is_own(request.actor, mission)
    backs = {
        roles.MANAGER: ("micro_mobility:service", _("My service")),
        roles.COORDINATOR: ("micro_mobility:silences", _("What is waiting")),
    }
    back = ("micro_mobility:my_missions", _("My missions")) if own else backs.get(request.actor.role)
    return {
        "mission": mission,
        "need": mission.slot.need,
        "own": own,
        "form": form,
        "can_move": mission.state in HAS_INTERVIEW,
        "back_url": back[0] if back else "micro_mobility:my_missions",
        "back_label": back[1] if back else _("My missions"),
    }
