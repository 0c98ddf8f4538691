"""The cell switches the public page on or off, and sees exactly what everybody would read."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import readable_phone
from reflexes.pistes.resources.micro_mobility import public
from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.pistes.resources.micro_mobility.views.public import listed
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

TEMPLATE = "micro_mobility/cell/public_page.html"


class PublicPageForm(forms.Form):
    """How people reach the cell: its own ways, never a person's."""

    phone = forms.CharField(
        label=gettext_lazy("Telephone of the cell"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    counter = forms.CharField(
        label=gettext_lazy("Where to come in person"),
        help_text=gettext_lazy("Address and opening hours, as one says them."),
        required=False,
        max_length=300,
    )
    email = forms.EmailField(label=gettext_lazy("E-mail of the cell"), required=False)


@require_http_methods(["GET", "POST"])
def public_page(request: HttpRequest) -> HttpResponse:
    """Show what would be public, and the switch."""
    access_cell(request.actor)
    check_real(request.actor)
    kept = public.public_page()
    said = (
        {"phone": readable_phone(kept.phone), "email": kept.email, "counter": kept.counter}
        if kept
        else {"phone": "", "email": "", "counter": ""}
    )
    if request.method == "GET":
        return page(request, TEMPLATE, _context(request, kept, PublicPageForm(initial=said)))
    form = PublicPageForm(request.POST)
    if not form.is_valid():
        return invalid(request, TEMPLATE, _context(request, kept, form))
    on = request.POST.get("on") == "yes"
    try:
        public.do_set_public_page(actor=request.actor, on=on, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(request, kept, form), refusal)
    told = _("The public page is on: everybody can read it.") if on else _("The public page is off.")
    return done(request, told, "micro_mobility:public_page")


def _context(request: HttpRequest, kept: Any, form: PublicPageForm) -> dict[str, Any]:
    return {"kept": kept, "form": form, "menu_here": "micro_mobility:tools", **listed(request)}
