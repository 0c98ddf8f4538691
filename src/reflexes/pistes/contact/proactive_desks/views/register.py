"""The register of the desk: what receives the words of those who call, come or write by themselves."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.mechanisms.evidence.forms import DatasetForm
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import datasets
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.services import registers
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import needed
from reflexes.web.pages import page

HOME = "proactive_desks:desk_register"


class RegisterForm(DatasetForm):
    """What the law asks of a register, and its title."""

    title = needed(forms.CharField(label=gettext_lazy("In a few words"), max_length=160, required=False))
    field_order = ("title",)


def access_register(request: HttpRequest) -> Dataset | None:
    """Return the register to whoever is in charge; for anyone else this page does not exist."""
    if not perms.is_supervisor(request.actor):
        raise Http404
    return registers.register_in_hand(request.actor)


@require_GET
def register_page(request: HttpRequest) -> HttpResponse:
    """Say whether what people tell by themselves can be written down, and what it lacks."""
    kept = access_register(request)
    lacks = datasets.missing(kept) if kept is not None and kept.state == Dataset.State.DRAFT else []
    context = {
        "register": kept,
        "draft": kept is not None and kept.state == Dataset.State.DRAFT,
        "lacks": [datasets.MISSING[code] for code in lacks],
    }
    return page(request, "proactive_desks/register.html", context)


@require_http_methods(["GET", "POST"])
def register_write(request: HttpRequest) -> HttpResponse:
    """Say what the register is for; the data-protection officer then gives an opinion."""
    kept = access_register(request)
    draft = kept if kept is not None and kept.state == Dataset.State.DRAFT else None
    known = {name: getattr(draft, name) for name in RegisterForm.base_fields} if draft is not None else {}
    sheet = Sheet(
        _("What this register is for"),
        _("Once it is written, the data-protection officer gives an opinion. Changed after that, it is asked again."),
        _("Write it"),
        reverse(HOME),
        _("Those who call us"),
        HOME,
    )

    def act(typed: dict[str, Any]) -> str:
        registers.do_prepare_register(actor=request.actor, title=typed.pop("title"), fields=typed)
        return _("It is written. The data-protection officer now gives an opinion.")

    return asked(request, sheet, bound(RegisterForm, request, initial=known), act)


@require_POST
def register_open(request: HttpRequest) -> HttpResponse:
    """Open the register once nothing is missing."""
    access_register(request)

    def act() -> str:
        registers.do_open_register(actor=request.actor)
        return _("The register is open: navigators can write down what people tell.")

    return pressed(request, act, reverse(HOME))
