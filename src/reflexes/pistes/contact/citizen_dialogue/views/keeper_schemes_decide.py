"""The desk: what is decided of something tried, by somebody named, with the motive everybody reads."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.citizen_dialogue.models import Outcome, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import access_kept_scheme
from reflexes.pistes.contact.citizen_dialogue.services import outcomes
from reflexes.pistes.contact.citizen_dialogue.views.keeper_schemes import deciders, sheet_of
from reflexes.web.asking import asked, bound
from reflexes.web.forms import DayInput, few_lines, needed


class DecideForm(forms.Form):
    """Keep, adapt or remove; the service says what is missing."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What is decided"), choices=Outcome.Verdict.choices, widget=forms.RadioSelect
    )
    motive = needed(
        forms.CharField(
            label=gettext_lazy("The motive"),
            help_text=gettext_lazy("What weighed: figures, notes, words. It is read in the same size as a yes."),
            widget=few_lines(5),
            max_length=5000,
            required=False,
        )
    )
    effective = forms.CharField(
        label=gettext_lazy("Is it effective, and does it answer a need?"),
        widget=few_lines(3),
        max_length=2000,
        required=False,
    )
    effects = forms.CharField(
        label=gettext_lazy("What effects does it have, wanted or not?"),
        widget=few_lines(3),
        max_length=2000,
        required=False,
    )
    changes = forms.CharField(
        label=gettext_lazy("When it is adapted: what changes"), widget=few_lines(3), max_length=2000, required=False
    )
    next_review_on = forms.DateField(
        label=gettext_lazy("When it is adapted: judged again on"), widget=DayInput, required=False
    )
    by = forms.ModelChoiceField(label=gettext_lazy("Who decides"), queryset=Person.objects.none())
    by_words = forms.CharField(
        label=gettext_lazy("In which capacity"),
        help_text=gettext_lazy("Deputy mayor in charge of streets."),
        max_length=160,
        required=False,
    )
    on = forms.DateField(label=gettext_lazy("On"), widget=DayInput)

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": clock.today()}, **kwargs)
        self.fields["by"].queryset = deciders(scheme)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, scheme: str) -> HttpResponse:
    """Write what is decided; adapting sets the next day, and the same question comes back."""
    kept = access_kept_scheme(request.actor, scheme)
    sheet = sheet_of(
        kept,
        _("Decide"),
        _("Whatever is tried is kept, adapted or removed by somebody named, and those who use it read why."),
        _("Write the decision"),
        icon="scale",
        note=_("Those who observed are told. What was decided before stays readable."),
    )

    def act(typed: dict[str, Any]) -> str:
        outcomes.do_decide(actor=request.actor, scheme=kept, decision=outcomes.Decision(**typed))
        return _("The decision is written, and everybody reads it with its motive.")

    return asked(request, sheet, bound(DecideForm, request, scheme=kept), act)
