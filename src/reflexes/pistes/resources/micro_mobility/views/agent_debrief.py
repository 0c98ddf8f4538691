"""The return and the debrief: X8's three questions, and who may read the remarks (mechanisms.md P09 (11), X8)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services import learning
from reflexes.mechanisms.allocation.services.returns import do_debrief, do_return
from reflexes.mechanisms.allocation.states import State
from reflexes.web.answers import invalid, refused
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


class SharingForm(forms.Form):
    """What the person keeps, and who reads what: each thing a tick of its own, none by default (P09 (11))."""

    skills = forms.MultipleChoiceField(
        label=_("What do you keep from it?"),
        help_text=_("What you tick joins what you can do. You and the cell read it; you can take it back."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    share_remarks_with_host = forms.BooleanField(
        label=_("The host team may read my remarks, without my name"), required=False
    )
    even_if_known = forms.BooleanField(
        label=_("Pass them on at once, even if they guess that it is me"), required=False
    )
    share_with_lab = forms.BooleanField(
        label=_("The innovation cell may read my remarks, without my name"), required=False
    )
    share_with_hr = forms.BooleanField(label=_("Human resources may read my remarks, with my name"), required=False)
    share_skills_with_hr = forms.BooleanField(
        label=_("Human resources may read the skills I keep, with my name"), required=False
    )
    share_answers_with_hr = forms.BooleanField(
        label=_("Human resources may read my answers to the questions, with my name"), required=False
    )

    TICKS = (
        "share_remarks_with_host",
        "even_if_known",
        "share_with_lab",
        "share_with_hr",
        "share_skills_with_hr",
        "share_answers_with_hr",
    )

    def __init__(self, *args: Any, mission: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        skills = learning.skills_of(mission)
        if skills:
            self.fields["skills"].choices = [(str(one.pk), str(one)) for one in skills]  # type: ignore[attr-defined]
        else:
            del self.fields["skills"]
        if not learning.can_be_guessed(mission):
            self.fields["even_if_known"].label = _("Pass them on at once, without waiting for the others'")

    def shares(self) -> dict[str, Any]:
        """Return what is kept and shared, as the services take it."""
        kept = [int(pk) for pk in self.cleaned_data.get("skills", [])]
        return {"skill_ids": kept, **{name: self.cleaned_data[name] for name in self.TICKS}}


class DebriefForm(SharingForm):
    """X8: volunteers? fresh eye used and roles split? return prepared? Then free words, and who reads them."""

    was_volunteer = _question(_("Did you go because you wanted to?"))
    fresh_eye_used = _question(_("Did somebody listen to what you noticed as a newcomer?"))
    roles_split = _question(_("Was it clear who did what in the team?"))
    return_prepared = _question(_("Was your return to your post prepared?"))
    remarks = forms.CharField(
        label=_("What did you notice?"),
        help_text=_("In your own words. It stays with you, unless you tick a box below."),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=4000,
    )

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
    form = DebriefForm(request.POST if posted else None, mission=assignment)
    form.order_fields([*DebriefForm.QUESTIONS, "skills", "remarks", *(name for name in DebriefForm.TICKS)])
    context: dict[str, Any] = {
        "form": form,
        "mission": assignment,
        "need": assignment.slot.need,
        "ready": assignment.state in {State.DONE, State.RETURNED},
        "over": assignment.state == State.DEBRIEFED,
        "alone": learning.newcomers_at(assignment) if learning.can_be_guessed(assignment) else 0,
        "together": limits.NEWCOMERS_TOGETHER,
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
                **form.shares(),
            )
            spend()
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    if then is not None:
        return then()
    return page(request, TEMPLATE, {**context, "ready": False, "over": True})
