"""Open to all: a person asks, by their telephone, what is known of them; sees it, and says what they refuse."""

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import readable_phone
from reflexes.pistes.data.data_trust import session
from reflexes.pistes.data.data_trust.services import own
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import bound
from reflexes.web.middleware import open_to_all
from reflexes.web.pages import page

ASK, CODE, SHEET = "data_trust/own_ask.html", "data_trust/own_code.html", "data_trust/own_sheet.html"


class PhoneForm(forms.Form):
    """The telephone on which one was called, or may be."""

    phone = forms.CharField(
        label=gettext_lazy("Your mobile number"),
        help_text=gettext_lazy("A code comes by text message, whether or not we know this number."),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )


class CodeForm(forms.Form):
    """The code of the message."""

    code = forms.CharField(
        label=gettext_lazy("The code of the message"),
        help_text=gettext_lazy("Six figures. It may take a minute to come."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


def _here(name: str) -> str:
    return reverse(f"data_trust_public:{name}")


@open_to_all
@never_cache
@require_http_methods(["GET", "POST"])
def own_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a telephone number and send a code to it: the same answer whether or not it is known."""
    form = bound(PhoneForm, request)
    context = {"form": form}
    if not form.is_bound:
        return page(request, ASK, context)
    if not form.is_valid():
        return invalid(request, ASK, context)
    try:
        sent = own.do_send_code(
            actor=request.actor,
            written=form.cleaned_data["phone"],
            address=request.META.get("REMOTE_ADDR", ""),
            language=get_language() or "fr",
        )
    except Refusal as refusal:
        return refused(request, ASK, context, refusal)
    session.keep(request, session.ASKED, phone=sent.phone, nonce=sent.nonce, digest=sent.digest)
    return HttpResponseRedirect(_here("own_code"))


@open_to_all
@never_cache
@require_http_methods(["GET", "POST"])
def own_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the message; the right one opens the sheet for a quarter of an hour."""
    asked = session.asked(request)
    if asked is None:
        return HttpResponseRedirect(_here("own_ask"))
    form = bound(CodeForm, request)
    context = {"form": form, "phone": readable_phone(asked.phone), "minutes": own.MINUTES}
    if not form.is_bound:
        return page(request, CODE, context)
    if not form.is_valid():
        return invalid(request, CODE, context)
    try:
        own.do_check_code(actor=request.actor, asked=asked, written=form.cleaned_data["code"])
    except Refusal as refusal:
        return refused(request, CODE, context, refusal)
    session.forget(request, session.ASKED)
    session.keep(request, session.SHOWN, phone=asked.phone)
    return HttpResponseRedirect(_here("own_sheet"))


@open_to_all
@never_cache
@require_safe
def own_sheet(request: HttpRequest) -> HttpResponse:
    """Show what is known, the choices, and who looked."""
    shown = session.kept(request, session.SHOWN)
    if shown is None:
        return HttpResponseRedirect(_here("own_ask"))
    sheet = own.sheet_of(actor=request.actor, phone=shown["phone"])
    context = {"sheet": sheet, "phone": readable_phone(sheet.phone), "choose": _here("own_choose"), "own": True}
    return page(request, SHEET, context)


@open_to_all
@never_cache
@require_POST
def own_choose(request: HttpRequest) -> HttpResponse:
    """Keep a refusal, or take it back."""
    shown = session.kept(request, session.SHOWN)
    if shown is None:
        return HttpResponseRedirect(_here("own_ask"))
    return chosen(request, shown["phone"], _here("own_sheet"))


def chosen(request: HttpRequest, phone: str, back: str, controller_id: int | None = None) -> HttpResponse:
    """Do what a form of choices asks, and come back to the sheet."""
    sheet = own.sheet_of(actor=request.actor, phone=phone, controller_id=controller_id)
    refuse = request.POST.get("geste") == "refuser"
    try:
        choice = own.do_choose(actor=request.actor, sheet=sheet, chosen=request.POST.get("choix", ""), refuse=refuse)
    except Refusal as refusal:
        context = {"sheet": sheet, "phone": readable_phone(phone), "choose": request.path, "own": controller_id is None}
        return refused(request, SHEET, context, refusal)
    words = (
        _("%(organisation)s keeps this refusal, also for what comes later.")
        if refuse
        else _("%(organisation)s takes note: you no longer refuse.")
    )
    return done(request, words % {"organisation": choice.organisation}, back)


@open_to_all
@never_cache
@require_POST
def own_leave(request: HttpRequest) -> HttpResponse:
    """Close the sheet: the next person at this screen sees nothing of it."""
    session.forget(request, session.ASKED, session.SHOWN)
    return done(request, _("The sheet is closed. Nothing of it stays on this screen."), _here("register"))
