"""The sequences of the territory, the one in force first. Exercises: exercise_views.py."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.models import Sequence
from reflexes.mechanisms.crisis.services import can_steer, do_open_sequence
from reflexes.web.pages import INVALID, page, paginate

PER_PAGE = 50


class SequenceForm(forms.Form):
    """The next sequence: what changes, what does not, until when."""

    level = forms.ChoiceField(
        label=gettext_lazy("What kind of time begins?"), choices=Sequence.Level.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(
        label=gettext_lazy("Its name"),
        help_text=gettext_lazy("As people will say it: Step 2, services closed, help open."),
        max_length=120,
    )
    changes = forms.CharField(
        label=gettext_lazy("What changes"),
        help_text=gettext_lazy("A few plain sentences, for everybody."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    does_not_change = forms.CharField(
        label=gettext_lazy("What does not change"),
        help_text=gettext_lazy("The stable frame: pay, holidays, the right to say no."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    review_on = forms.DateField(
        label=gettext_lazy("Reviewed on"),
        help_text=gettext_lazy("Every sequence is reviewed: nothing exceptional lasts by itself."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


@require_http_methods(["GET", "POST"])
def sequences(request: HttpRequest) -> HttpResponse:
    """Show every sequence, the one in force first; those who steer open the next one."""
    steers = can_steer(request.actor)
    if request.method == "GET":
        return page(request, "crisis/sequences.html", _sequences(request, SequenceForm() if steers else None))
    if not steers:
        raise PermissionDenied
    form = SequenceForm(request.POST)
    if form.is_valid():
        try:
            opened = do_open_sequence(actor=request.actor, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Sequence %(number)s is in force.") % {"number": opened.number})
            return HttpResponseRedirect(reverse("crisis:sequences"))
    return page(request, "crisis/sequences.html", _sequences(request, form), status=INVALID)


def _sequences(request: HttpRequest, form: SequenceForm | None) -> dict[str, Any]:
    rows = paginate(request, Sequence.objects.order_by("-in_force", "-number"), PER_PAGE)
    return {"rows": rows, "form": form, "today": clock.today()}
