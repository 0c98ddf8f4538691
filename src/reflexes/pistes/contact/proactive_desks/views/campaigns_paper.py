"""The list of one caller on paper, and what came of it entered by its codes."""

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core import printing
from reflexes.core.notifications.recipients import readable_phone
from reflexes.mechanisms.directory import roles
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import Outcome, PaperList
from reflexes.pistes.contact.proactive_desks.services import paper
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said
from reflexes.pistes.contact.proactive_desks.views.campaigns import MENU
from reflexes.pistes.contact.proactive_desks.views.campaigns_callers import card_home
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import MomentInput, few_lines, needed
from reflexes.web.words import full_date


class LendForm(forms.Form):
    """How many people one caller calls from paper."""

    number = forms.IntegerField(
        label=gettext_lazy("How many people, at most what this caller calls in a day"),
        min_value=1,
        max_value=paper.MOST,
        initial=10,
    )


@require_http_methods(["GET", "POST"])
def lend(request: HttpRequest, campaign: str, card: int) -> HttpResponse:
    """Lend some people to one caller on paper, for a day."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_card(request.actor, kept, card)
    sheet = Sheet(
        _("A list on paper for %(name)s") % {"name": found.person},
        _("These people are lent to this caller for one day. What is not entered by then returns to the queue."),
        _("Prepare the list"),
        card_home(kept, found),
        str(found.person),
        MENU,
        icon="printer",
    )

    def act(typed: dict[str, Any]) -> str:
        paper.do_lend_on_paper(actor=request.actor, card=found, number=typed["number"])
        return _("The list is ready: print it from this page.")

    return asked(request, sheet, bound(LendForm, request), act)


@require_POST
def print_list(request: HttpRequest, campaign: str, paper: int) -> HttpResponse:
    """Print what remains of a list: each line is a reading, written down; hence a button and not an address."""
    kept = perms.access_campaign(request.actor, campaign)
    made = PaperList.objects.filter(pk=paper, campaign=kept).select_related("caller").first()
    if made is None:
        raise Http404
    made.campaign = kept
    answer = HttpResponse(_pdf(request, made), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="liste-appels.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


def _pdf(request: HttpRequest, made: PaperList) -> bytes:
    lines = paper.do_read_list(actor=request.actor, paper=made)
    campaign = made.campaign
    data = {
        "title": _("Calls of %(name)s") % {"name": made.caller},
        "campaign": campaign.title,
        "until": _("Lent until %(until)s. Give this paper back: what is not entered returns to the queue.")
        % {"until": full_date(made.until)},
        "first": [
            campaign.who_calls,
            _("What it is for: %(purpose)s") % {"purpose": campaign.dataset.purpose},
            _("How to check it: %(how)s") % {"how": campaign.how_to_check},
            _("Number to call back: %(phone)s") % {"phone": readable_phone(campaign.call_back)},
        ],
        "people": [
            {"code": one.code, "name": one.name, "phone": readable_phone(one.phone), "address": one.address}
            for one in lines
        ],
        "outcomes": [str(label) for _value, label in Outcome.choices],
        "words": _("In the person’s own words:"),
        "when": _("Call back on:"),
    }
    return printing.pdf("proactive_desks/call_list", data, language=get_language() or "fr")


class EnterForm(forms.Form):
    """One line of a paper, as it was written down."""

    code = needed(
        forms.CharField(
            label=gettext_lazy("The code of the line"),
            help_text=gettext_lazy("Six signs, such as ACD-EF3."),
            max_length=20,
            required=False,
        )
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of the call"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("In the person’s own words, when they need something"),
        widget=few_lines(3),
        max_length=4000,
        required=False,
    )
    call_back_at = forms.DateTimeField(
        label=gettext_lazy("When to call back, if they said so"), widget=MomentInput(), required=False
    )
    client_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter what came of a call made from paper, by its code: those in charge, or the caller."""
    if request.actor.role not in {roles.SUPERVISOR, roles.CALLER}:
        raise Http404
    in_charge = perms.is_supervisor(request.actor)
    sheet = Sheet(
        _("Enter a list on paper"),
        _("One line at a time, by its code. Entered twice, it counts once."),
        _("Enter this line"),
        reverse(MENU if in_charge else "proactive_desks:desk"),
        _("Campaigns of calls") if in_charge else _("Call people"),
        MENU if in_charge else "proactive_desks:paper_enter",
    )

    def act(typed: dict[str, Any]) -> str:
        said = Said(typed["outcome"], words=typed["words"], call_back_at=typed["call_back_at"])
        done = paper.do_enter(actor=request.actor, code=typed["code"], client_key=typed["client_key"], said=said)
        if done.late:
            return _("The day of this list was over: what you entered is kept beside, for whoever is in charge.")
        return _("It is entered.")

    # Line after line: one comes back to the same page.
    return asked(request, sheet, bound(EnterForm, request), act, to=request.path)
