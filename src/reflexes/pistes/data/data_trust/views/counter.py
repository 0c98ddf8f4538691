"""By telephone or at the counter: an officer shows a person what is known of them, and prints it (P04 (4))."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reflexes.core import clock
from reflexes.core.notifications.recipients import readable_phone
from reflexes.core.printing import pdf
from reflexes.pistes.data.data_trust import session
from reflexes.pistes.data.data_trust.perms import check_showing
from reflexes.pistes.data.data_trust.services import own
from reflexes.pistes.data.data_trust.views.own import SHEET, chosen
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.pages import page
from reflexes.web.words import full_date

MENU = "data_trust:datasets"
PROOFS = [
    ("called_back", gettext_lazy("I called this number back and they answered")),
    ("paper", gettext_lazy("they are here and showed a paper, or somebody they trust vouches for them")),
    ("letter", gettext_lazy("they wrote a signed letter")),
]


class CounterForm(forms.Form):
    """For whom the sheet is made, and how the officer knows that it is them."""

    phone = forms.CharField(
        label=gettext_lazy("Their telephone number"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    proof = forms.ChoiceField(
        label=gettext_lazy("How you know that it is them"), choices=PROOFS, widget=forms.RadioSelect
    )


@never_cache
@require_http_methods(["GET", "POST"])
def counter_ask(request: HttpRequest) -> HttpResponse:
    """Ask for whom; the reading is written down under the officer's role, and the person reads it."""
    check_showing(request.actor)
    sheet = Sheet(
        _("Show somebody what is known of them"),
        _("They have the right to it, without a reason, by telephone, at the counter or by letter."),
        _("Show the sheet"),
        reverse(MENU),
        _("Datasets"),
        MENU,
        icon="file-text",
        note=_("This is written down as a reading by your role, and the person sees it on the sheet."),
    )

    def act(typed: dict[str, Any]) -> str:
        phone = own.number_of(typed["phone"])
        own.do_show(actor=request.actor, phone=phone, proof=typed["proof"])
        session.keep(request, session.COUNTER, phone=phone)
        return _("The sheet is open for %(minutes)s minutes.") % {"minutes": own.MINUTES}

    return asked(request, sheet, bound(CounterForm, request), act, to=reverse("data_trust:counter_sheet"))


def _open_sheet(request: HttpRequest) -> own.OwnSheet | None:
    check_showing(request.actor)
    shown = session.kept(request, session.COUNTER)
    if shown is None:
        return None
    return own.sheet_of(actor=request.actor, phone=shown["phone"], controller_id=request.actor.organisation_id)


def _ask_again() -> HttpResponse:
    return HttpResponseRedirect(reverse("data_trust:counter"))


@never_cache
@require_safe
def counter_sheet(request: HttpRequest) -> HttpResponse:
    """Show the sheet to read aloud or to print."""
    sheet = _open_sheet(request)
    if sheet is None:
        return _ask_again()
    context = {
        "sheet": sheet,
        "phone": readable_phone(sheet.phone),
        "choose": reverse("data_trust:counter_choose"),
        "own": False,
        "menu_here": MENU,
    }
    return page(request, SHEET, context)


@never_cache
@require_POST
def counter_choose(request: HttpRequest) -> HttpResponse:
    """Write down what the person refuses, at their word."""
    sheet = _open_sheet(request)
    if sheet is None:
        return _ask_again()
    return chosen(request, sheet.phone, reverse("data_trust:counter_sheet"), request.actor.organisation_id)


@never_cache
@require_safe
def counter_pdf(request: HttpRequest) -> HttpResponse:
    """Give the sheet as a PDF, to hand over or to post."""
    sheet = _open_sheet(request)
    if sheet is None:
        return _ask_again()
    data = {
        "title": _("What is known of you"),
        "intro": _("On %(day)s, for the telephone number %(phone)s.")
        % {"day": full_date(clock.today()), "phone": readable_phone(sheet.phone)},
        "nothing": "" if sheet.held else _("Nothing is held of this number."),
        "held": [_printed(one) for one in sheet.held],
        "choices_title": _("Your choices"),
        "choices": [_said(one) for one in sheet.choices],
        "rights": _(
            "You may have a mistake corrected, refuse to be called, or complain to the CNIL (cnil.fr, "
            "3 place de Fontenoy, 75007 Paris). No reason is asked."
        ),
    }
    answer = HttpResponse(pdf("data_trust/own", data, language=get_language() or "fr"), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="ce-que-l-on-sait.pdf"'
    return answer


def _said(choice: own.Choice) -> str:
    words = (
        _("%(organisation)s, %(what)s: you refuse.")
        if choice.refused
        else _("%(organisation)s, %(what)s: you have not refused.")
    )
    return words % {"organisation": choice.organisation, "what": choice.words}


def _printed(held: own.Held) -> dict[str, Any]:
    dataset = held.dataset
    return {
        "title": dataset.title,
        "rows": [
            (_("Who answers for it"), str(dataset.controller)),
            (_("What it is for"), dataset.purpose),
            (_("Until"), full_date(dataset.ends_on) if dataset.ends_on else ""),
            *[(label.capitalize(), " · ".join(values)) for label, values in held.facts],
        ],
        "readers_title": _("Who may look"),
        "readers": held.readers,
        "looked_title": _("Who looked"),
        "looked": [
            _("%(day)s: %(who)s, %(what)s, %(why)s")
            % {
                "day": full_date(one.on),
                "who": one.who,
                "what": one.what,
                "why": one.what_for if one.allowed else _("refused"),
            }
            for one in held.looked
        ],
        "nobody": _("Nobody looked."),
    }
