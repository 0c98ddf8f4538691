"""A designated person objects in one tap; the cell writes down what came by voice, reads and answers in writing."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.core.privacy.services import record_view
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Objection
from reflexes.mechanisms.allocation.services import nudges, objecting
from reflexes.pistes.resources.micro_mobility.messages import loaded
from reflexes.pistes.resources.micro_mobility.steps import reach
from reflexes.pistes.resources.micro_mobility.views.agent_missions import changed
from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

READ = "micro_mobility/cell/objection.html"
WRITE = "micro_mobility/cell/objection_write.html"
HERE = {"menu_here": "micro_mobility:silences"}


@require_POST
def my_objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to one's own designation: one tap, no reason asked; a word is taken when there is one."""

    def change(mission: Assignment) -> None:
        objecting.do_object(actor=request.actor, assignment=mission, words=request.POST.get("words", "")[:2000])

    return changed(
        request,
        pk,
        change,
        _("Your objection is recorded. The cell answers you in writing; until then, nothing begins."),
    )


class WrittenForm(forms.Form):
    """An objection that came by voice or on paper."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How did it reach you?"), choices=nudges.Channel.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("What they said"),
        help_text=gettext_lazy("Only if they wished to say it: no reason is asked."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        required=False,
    )


@require_http_methods(["GET", "POST"])
def objection_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down, for the cell, an objection that did not come by the site."""
    access_cell(request.actor)
    perms.access_assignment(request.actor, pk)
    mission = loaded(pk)
    if mission is None or mission.mode != Assignment.Mode.DESIGNATED:
        raise Http404
    form = WrittenForm(request.POST or None)
    context = {"mission": mission, "need": mission.slot.need, "form": form, **HERE}
    if request.method == "GET":
        return page(request, WRITE, context)
    if not form.is_valid():
        return invalid(request, WRITE, context)
    try:
        made = objecting.do_object(actor=request.actor, assignment=mission, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, WRITE, context, refusal)
    return done(request, _("It is written down: an answer is owed in writing."), "micro_mobility:objection", made.pk)


class AnswerForm(forms.Form):
    """The answer, with the authority's decision."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What was decided?"), choices=Objection.Verdict.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("The person reads your words as they are."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write the answer: the person reads your words as they are.")},
    )


@require_http_methods(["GET", "POST"])
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Read an objection (each reading is kept) and answer it."""
    found = objecting.access_objection(request.actor, pk)
    record_view(request.actor, found.assignment.person.key, "micro_mobility.objection", "allocation")
    if request.method == "GET":
        return page(request, READ, _context(found, AnswerForm()))
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return invalid(request, READ, _context(found, form))
    try:
        objecting.do_answer_objection(actor=request.actor, objection=found, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, READ, _context(objecting.access_objection(request.actor, pk), form), refusal)
    return done(request, _("Your answer is on its way."), "micro_mobility:objection", pk)


def _context(found: Objection, form: forms.Form) -> dict[str, Any]:
    mission = found.assignment
    return {
        "objection": found,
        "mission": mission,
        "need": mission.slot.need,
        "reach": reach(mission.person),
        "form": form,
        **HERE,
    }
