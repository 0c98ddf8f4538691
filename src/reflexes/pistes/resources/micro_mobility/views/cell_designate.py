"""Designate somebody: an authority decides, on a stated basis; shown apart from volunteers everywhere (P09 (6))."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.services import calls
from reflexes.mechanisms.allocation.services.designating import do_designate
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.views.namesakes import named, told_apart
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page


class DesignationForm(forms.Form):
    """Who, by whom, on what basis: all three are read by the person."""

    person = forms.ChoiceField(label=gettext_lazy("Who is designated"), widget=forms.RadioSelect)
    authority = forms.CharField(
        label=gettext_lazy("Which authority decides"),
        help_text=gettext_lazy("For example: the mayor, the director general. The person reads it."),
        max_length=120,
    )
    basis = forms.CharField(
        label=gettext_lazy("On what basis"),
        help_text=gettext_lazy("The decision or the text, with its date."),
        max_length=200,
    )

    def __init__(self, *args: Any, found: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = told_apart(found)


@require_http_methods(["GET", "POST"])
def designate(request: HttpRequest, slot: int) -> HttpResponse:
    """Look for somebody by name, then write who decides and on what basis."""
    asked = calls.access_slot(request.actor, slot)
    template = "micro_mobility/cell/designate.html"
    who = (request.POST.get("who", "") or request.GET.get("who", ""))[:80].strip()
    found = named(Person.objects.filter(erased_at=None).exclude(capacities=None), who)
    context = {"slot": asked, "need": asked.need, "who": who, "found": found, "menu_here": "micro_mobility:silences"}
    if request.method == "GET":
        return page(request, template, {**context, "form": DesignationForm(found=found)})
    form = DesignationForm(request.POST, found=found)
    if not form.is_valid():
        return invalid(request, template, {**context, "form": form})
    person = next(one for one in found if str(one.pk) == form.cleaned_data["person"])
    try:
        do_designate(
            actor=request.actor,
            slot=asked,
            person=person,
            authority=form.cleaned_data["authority"],
            basis=form.cleaned_data["basis"],
        )
    except Refusal as refusal:
        return refused(request, template, {**context, "form": form}, refusal)
    sentence = _("%(name)s is designated: they read who decided, on what basis, and how to object.")
    return done(request, sentence % {"name": person}, "micro_mobility:need_detail", asked.need_id)
