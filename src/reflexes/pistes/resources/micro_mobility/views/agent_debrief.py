"""The return and the debrief: X8's three questions, and who may read the remarks (mechanisms.md P09 (11), X8)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.missions import do_debrief, do_return
from reflexes.mechanisms.allocation.states import State
from reflexes.pistes.resources.micro_mobility.views.answers import invalid, refused
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/agent/debrief.html"
YES_OR_NO = (("oui", _("Yes")), ("non", _("No")))


def _question(label: object, help_text: object = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=YES_OR_NO,
        widget=forms.RadioSelect,
        error_messages={"required": _("Answer yes or no: an open question keeps the mission open.")},
    )


class DebriefForm(forms.Form):
    """X8: volunteers? fresh eye used and roles split? return prepared? Then free words, and who reads them."""

    was_volunteer = _question(_("Did you go because you wanted to?"))
    fresh_eye_used = _question(_("Did somebody listen to what you noticed as a newcomer?"))
    roles_split = _question(_("Was it clear who did what in the team?"))
    return_prepared = _question(_("Was your return to your post prepared?"))
    remarks = forms.CharField(
        label=_("What did you notice?"),
        help_text=_("In your own words. Nobody reads it but you and the cell, unless you tick a box below."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=4000,
    )
    share_remarks_with_host = forms.BooleanField(label=_("The host may read my remarks"), required=False)
    share_with_hr = forms.BooleanField(label=_("Human resources may read my remarks"), required=False)

    QUESTIONS = ("was_volunteer", "fresh_eye_used", "roles_split", "return_prepared")

    def answers(self) -> dict[str, bool | None]:
        """Return the four answers as the service takes them."""
        return {name: self.cleaned_data[name] == "oui" for name in self.QUESTIONS}


def debriefed(
    request: HttpRequest,
    *,
    actor: Actor,
    assignment: Assignment,
    spend: Callable[[], None] = lambda: None,
    then: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """Show and take the debrief; somebody who is back without having said it says so by the same gesture."""
    posted = request.method == "POST"
    form = DebriefForm(request.POST if posted else None)
    context: dict[str, Any] = {
        "form": form,
        "mission": assignment,
        "need": assignment.slot.need,
        "ready": assignment.state in {State.DONE, State.RETURNED},
        "over": assignment.state == State.DEBRIEFED,
    }
    if not posted:
        return page(request, TEMPLATE, context)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        with transaction.atomic():
            if assignment.state == State.DONE:
                do_return(actor=actor, assignment=assignment)
            do_debrief(
                actor=actor,
                assignment=assignment,
                answers=form.answers(),
                remarks=form.cleaned_data["remarks"],
                share_remarks_with_host=form.cleaned_data["share_remarks_with_host"],
                share_with_hr=form.cleaned_data["share_with_hr"],
            )
            spend()
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    if then is not None:
        return then()
    return page(request, TEMPLATE, {**context, "ready": False, "over": True})
