"""Pages that ask one thing, and buttons of one act: what a desk is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from reflexes.core.errors import Refusal
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page
from reflexes.web.parts import Text

TEMPLATE = "web/asked.html"
# What was typed → the sentence that says what was done.
Act = Callable[[dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that asks one thing: its title, why it is there, its button, and where one comes back to."""

    title: Text
    why: Text
    button: Text
    back: str
    back_label: Text
    menu_here: str
    icon: str = "check"
    note: Text = ""


def bound(form: type[forms.Form], request: HttpRequest, **kwargs: Any) -> forms.Form:
    """Return ``form`` filled with what was sent, or blank."""
    return form(request.POST, request.FILES, **kwargs) if request.method == "POST" else form(**kwargs)


def asked(request: HttpRequest, sheet: Sheet, form: forms.Form, act: Act, *, to: str = "") -> HttpResponse:
    """Show ``form``; once sent, do ``act`` and go back. Refused, nothing is written and what was typed stays."""
    context = {"sheet": sheet, "form": form, "menu_here": sheet.menu_here}
    if not form.is_bound:
        return page(request, TEMPLATE, context)
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        sentence = act(form.cleaned_data)
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    return done(request, sentence, to or sheet.back)


def pressed(request: HttpRequest, act: Callable[[], object], back: str) -> HttpResponse:
    """Answer a button: do ``act`` and go back to where it stands; refused, the sentence is said there."""
    try:
        sentence = act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(back)
    return done(request, sentence, back)
