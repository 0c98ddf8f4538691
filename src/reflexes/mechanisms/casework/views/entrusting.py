"""Entrust a need: services found by need and place, with how they answer; then what is asked, and which facts go."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core.privacy.services import record_views
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.models import Need, Service
from reflexes.mechanisms.casework.services import board, directory, referrals
from reflexes.mechanisms.casework.services.referrals import SHARES, Asked
from reflexes.mechanisms.casework.views.needs import access, sheet_for
from reflexes.web.asking import asked, bound
from reflexes.web.forms import few_lines, needed
from reflexes.web.pages import page, paginate

PER_PAGE = 20
ALL = ("", gettext_lazy("All"))


class FindForm(forms.Form):
    """Which services: words, kind of need, anywhere or near the person."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    need = forms.ChoiceField(label=gettext_lazy("What it helps with"), required=False, choices=[ALL, *Need.choices])
    place = forms.ChoiceField(
        label=gettext_lazy("Where"),
        required=False,
        choices=[("", gettext_lazy("for whoever lives there")), ("partout", gettext_lazy("everywhere"))],
    )


@require_GET
def entrust(request: HttpRequest, key: UUID, *, desk: Desk) -> HttpResponse:
    """Show the services that may help, the nearest first."""
    referral = access(request, key, desk)
    start = {"need": referral.need, **request.GET.dict()}
    form = FindForm(start)
    form.is_valid()
    said = form.cleaned_data
    commune = None if said.get("place") else referral.case.commune
    found = directory.find_services(need=said.get("need", ""), commune=commune, words=said.get("q", ""))
    rows = paginate(request, found, PER_PAGE)
    record_views(request.actor, [referral.case.subject], "case_words", board.WHY_READ)
    context = {
        "referral": referral,
        "words": board.words_of([referral.case])[referral.case_id],
        "form": form,
        "rows": rows,
        "offers": directory.offers(rows),
        "commune": commune,
        "piste": desk.piste,
        "menu_here": desk.name("board"),
    }
    return page(request, "casework/navigator/entrust.html", context)


class SendForm(forms.Form):
    """What is asked, and which facts the service reads."""

    brief = needed(
        forms.CharField(
            label=gettext_lazy("What you ask of this service"),
            help_text=gettext_lazy("What it needs to know, and no more. It reads this once it opens its link."),
            widget=few_lines(4),
            max_length=2000,
            required=False,
        )
    )
    shares = forms.MultipleChoiceField(
        label=gettext_lazy("What the service reads of this person"),
        choices=list(SHARES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, key: UUID, service: int, *, desk: Desk) -> HttpResponse:
    """Ask one service."""
    referral = access(request, key, desk)
    wanted: Service | None = perms.visible_services(request.actor).filter(pk=service).first()
    if wanted is None:
        raise Http404
    (offer,) = directory.offers([wanted])
    email = wanted.email or wanted.structure.email
    way = (
        _("It receives a link by e-mail and answers without an account.")
        if email
        else _("It has no e-mail address: it will be called, and you write its answer here.")
    )
    sheet = sheet_for(
        desk,
        referral,
        _("Entrust to: %(service)s") % {"service": wanted.in_words},
        f"{offer.answers[:1].upper()}{offer.answers[1:]}. {way}",
        _("Send"),
        icon="send",
        note=wanted.conditions,
    )

    def act(said: dict[str, Any]) -> str:
        referrals.do_send(actor=request.actor, referral=referral, service=wanted, asked=Asked(**said))
        return _("It is sent. If nobody answers, the service is reminded and the need comes back to you.")

    form = bound(SendForm, request, initial={"shares": ["name", "phone"]})
    return asked(request, sheet, form, act)
