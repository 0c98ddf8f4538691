"""Whoever is called again: people who lack company, every few days; and what came too late, decided from its line."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, LateNote
from reflexes.pistes.contact.proactive_desks.services import late, recurring
from reflexes.pistes.contact.proactive_desks.services.outcomes import RECURS_AT_MOST
from reflexes.pistes.contact.proactive_desks.views.campaigns import MENU, home_of
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import DayInput, few_lines, needed
from reflexes.web.pages import CONFLICT, INVALID, page, paginate

PER_PAGE = 25
LIST = "proactive_desks/campaigns/recurring.html"
PERSON = "proactive_desks/campaigns/recurring_person.html"
SAID = {
    LateNote.Settled.HOLDS: gettext_lazy("It is done as the caller said."),
    LateNote.Settled.AGAIN: gettext_lazy("This person is called again, before the others."),
    LateNote.Settled.NOTHING: gettext_lazy("It is settled: nothing was changed."),
}


class FindForm(forms.Form):
    """Whom to call again: a number, or a name and where they live."""

    phone = forms.CharField(
        label=gettext_lazy("Their telephone number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Or their name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    commune = forms.ChoiceField(label=gettext_lazy("and where they live"), required=False)

    def __init__(self, *args: Any, campaign: Campaign, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].choices = [("", "–"), *recurring.communes(campaign)]


class RecurForm(forms.Form):
    """How often, until when, and why."""

    every_days = forms.IntegerField(
        label=gettext_lazy("A call every how many days"), min_value=1, max_value=RECURS_AT_MOST, initial=7
    )
    next_on = forms.DateField(label=gettext_lazy("The next call"), widget=DayInput())
    until = forms.DateField(label=gettext_lazy("Until when"), widget=DayInput())
    why = needed(
        forms.CharField(
            label=gettext_lazy("Why, in a few words"),
            help_text=gettext_lazy("Kept sealed, as what people say is. The person may read it."),
            widget=few_lines(2),
            max_length=recurring.LONGEST_WHY,
            required=False,
        )
    )


def _list_of(campaign: Campaign) -> str:
    return reverse("proactive_desks:recurring", args=[campaign.slug])


def _context(request: HttpRequest, campaign: Campaign, form: forms.Form) -> dict[str, Any]:
    rows = paginate(request, recurring.recurring(campaign), PER_PAGE)
    return {
        "campaign": campaign,
        "form": form,
        "rows": rows,
        "now": clock.now(),
        "week": clock.now() + recurring.WEEK,
        "this_week": recurring.this_week(campaign),
        "menu_here": MENU,
    }


@require_GET
def recurring_list(request: HttpRequest, campaign: str) -> HttpResponse:
    """Show who is called again and when, without a name; find somebody to add."""
    kept = perms.access_campaign(request.actor, campaign)
    return page(request, LIST, _context(request, kept, FindForm(campaign=kept)))


@never_cache
@require_http_methods(["GET", "POST"])
def recurring_find(request: HttpRequest, campaign: str) -> HttpResponse:
    """Find somebody of the campaign by number or by name: who is shown was read, which is written down."""
    kept = perms.access_campaign(request.actor, campaign)
    form, status, found = bound(FindForm, request, campaign=kept), 200, None
    if form.is_bound:
        try:
            if form.is_valid():
                found = recurring.do_look_up(actor=request.actor, campaign=kept, **form.cleaned_data)
            else:
                status = INVALID
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT if refusal.conflict else INVALID
    context = {**_context(request, kept, form), "found": found}
    return page(request, LIST, context, status=status)


def _initial(callee: Callee) -> dict[str, Any]:
    """Return what the form proposes: as it stands, or each week from next week until the end of the data."""
    last, today = recurring.last_day(callee.campaign), clock.today()
    due = timezone.localtime(callee.due_at).date() if callee.due_at else today + recurring.WEEK
    return {
        "every_days": callee.every_days or 7,
        "next_on": max(due, today + recurring.WEEK) if callee.every_days is None else due,
        "until": callee.recurs_until or last,
    }


@require_http_methods(["GET", "POST"])
def recurring_person(request: HttpRequest, campaign: str, callee: uuid.UUID) -> HttpResponse:
    """Say how often somebody is called again, until when and why."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_callee(request.actor, kept, str(callee))
    if request.method == "GET":
        return _person(request, found)
    sheet = Sheet(
        _("Call somebody again"),
        _("At most until the last day of the data. Their day comes before ordinary calls."),
        _("Write it"),
        _list_of(kept),
        _("People called again"),
        MENU,
    )

    def act(typed: dict[str, Any]) -> str:
        recurring.do_set_recurring(actor=request.actor, callee=found, **typed)
        return _("It is written: they are called again.")

    return asked(request, sheet, bound(RecurForm, request), act)


def _person(
    request: HttpRequest, callee: Callee, person: recurring.Person | None = None, why: str = ""
) -> HttpResponse:
    context = {
        "campaign": callee.campaign,
        "callee": callee,
        "form": RecurForm(initial={**_initial(callee), "why": why}),
        "person": person,
        "last_day": recurring.last_day(callee.campaign),
        "menu_here": MENU,
    }
    return page(request, PERSON, context)


@never_cache
@require_POST
def recurring_read(request: HttpRequest, campaign: str, callee: uuid.UUID) -> HttpResponse:
    """Read who it is and why: a reading, written down."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_callee(request.actor, kept, str(callee))
    person, why = recurring.do_read_person(actor=request.actor, callee=found)
    return _person(request, found, person, why)


@require_POST
def recurring_stop(request: HttpRequest, campaign: str, callee: uuid.UUID) -> HttpResponse:
    """Call somebody no more every few days."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_callee(request.actor, kept, str(callee))

    def act() -> str:
        recurring.do_stop_recurring(actor=request.actor, callee=found)
        return _("It is stopped. A moment that was agreed with them stays.")

    return pressed(request, act, _list_of(kept))


@require_POST
def late_settled(request: HttpRequest, campaign: str, note: int) -> HttpResponse:
    """Decide about an outcome that came late: it still holds, call again, or nothing is left to do."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_late_note(request.actor, kept, note)
    how = request.POST.get("how", "")

    def act() -> str:
        late.do_decide_late(actor=request.actor, note=found, how=how)
        return str(SAID[LateNote.Settled(how)])

    return pressed(request, act, home_of(kept))
