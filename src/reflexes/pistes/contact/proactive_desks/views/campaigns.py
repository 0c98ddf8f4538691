"""The desk of whoever is in charge of calls: prepare a campaign, open it, see where it stands."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.mechanisms.evidence.forms import DatasetForm
from reflexes.mechanisms.evidence.services import datasets
from reflexes.pistes.contact.proactive_desks import perms, priorities
from reflexes.pistes.contact.proactive_desks.models import Campaign
from reflexes.pistes.contact.proactive_desks.services import campaigns, late, recurring, supervision, units_visits
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import MomentInput, needed
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Stack, StackedChart
from reflexes.web.templatetags.components import number

PER_PAGE = 20
MENU = "proactive_desks:campaigns"
TONES = {
    Campaign.State.DRAFT: "note",
    Campaign.State.OPEN: "going",
    Campaign.State.PAUSED: "waits",
    Campaign.State.CLOSED: "done",
}
# Where each thing that a campaign lacks is put right.
WHERE = {
    "dataset": "campaign_data",
    "who_calls": "campaign_write",
    "call_back": "campaign_write",
    "how_to_check": "campaign_write",
    "people": "sheets",
    "script": "scripts",
    "callers": "callers",
}


def home_of(campaign: Campaign) -> str:
    """Return the address of a campaign at the desk."""
    return reverse("proactive_desks:campaign", args=[campaign.slug])


def sheet_of(campaign: Campaign, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about a campaign, and comes back to it."""
    return Sheet(title, why, button, home_of(campaign), campaign.title, MENU, **more)


class CampaignForm(forms.Form):
    """What a campaign says of itself: its first line is the first thing that people hear."""

    title = needed(forms.CharField(label=gettext_lazy("In a few words"), max_length=160, required=False))
    who_calls = forms.CharField(
        label=gettext_lazy("Who calls, said first"),
        help_text=gettext_lazy("For instance: Hello, I call on behalf of the town hall, to hear how you are."),
        max_length=200,
        required=False,
    )
    call_back = forms.CharField(
        label=gettext_lazy("The number that people can call back"),
        help_text=gettext_lazy("Written like 06 39 98 12 34."),
        max_length=30,
        required=False,
    )
    how_to_check = forms.CharField(
        label=gettext_lazy("How to check that it is really you"),
        help_text=gettext_lazy("For instance: call the switchboard of the town hall and ask for the calls."),
        max_length=200,
        required=False,
    )
    attempts = forms.IntegerField(
        label=gettext_lazy("After how many tries without an answer somebody takes over"),
        min_value=1,
        max_value=9,
        initial=3,
    )


@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Show the campaigns one is in charge of, the latest first."""
    perms.access_desk(request.actor)
    rows = paginate(request, perms.supervised(request.actor).order_by("-made_at", "-pk"), PER_PAGE)
    lines = [(one, TONES[Campaign.State(one.state)]) for one in rows]
    return page(request, "proactive_desks/campaigns/list.html", {"rows": rows, "lines": lines, "menu_here": MENU})


@require_http_methods(["GET", "POST"])
def campaign_new(request: HttpRequest) -> HttpResponse:
    """Prepare a campaign; its page then says what is missing."""
    perms.access_desk(request.actor)
    sheet = Sheet(
        _("Prepare a campaign of calls"),
        _("A title is enough to begin: its page then says what is missing. Nobody is called before you open it."),
        _("Prepare it"),
        reverse(MENU),
        _("Campaigns"),
        MENU,
    )
    made: list[Campaign] = []

    def act(typed: dict[str, Any]) -> str:
        title = typed.pop("title")
        made.append(campaigns.do_prepare_campaign(actor=request.actor, title=title, fields=typed))
        return _("The campaign is prepared. Say now what its data are for.")

    answer = asked(request, sheet, bound(CampaignForm, request), act)
    if made:
        answer["Location"] = home_of(made[0])
    return answer


@require_GET
def campaign_page(request: HttpRequest, campaign: str) -> HttpResponse:
    """Show what a draft lacks; once it calls, where it stands, asked again every fifteen seconds."""
    kept = perms.access_campaign(request.actor, campaign)
    draft = kept.state == Campaign.State.DRAFT
    lacks = campaigns.missing(kept) if draft else []
    wider = kept.wider_hours.filter(until__gt=clock.now()).order_by("-until").first()
    context = {
        "campaign": kept,
        "tone": TONES[Campaign.State(kept.state)],
        "draft": draft,
        "checks": [
            (code not in lacks, words, reverse(f"proactive_desks:{WHERE[code]}", args=[kept.slug]))
            for code, words in campaigns.MISSING.items()
        ]
        if draft
        else [],
        "ready": not lacks,
        "wider": wider,
        "reasons": sorted(priorities.REASONS.values(), key=lambda one: -one[0]),
        "here": request.path,
        "menu_here": MENU,
    }
    if not draft:
        standing = supervision.standing(kept)
        context |= {
            "standing": standing,
            "people": people_chart(standing),
            "silent": supervision.gone_silent(kept),
            "late": late.waiting(kept),
            "again": recurring.this_week(kept),
        }
    return page(
        request,
        "proactive_desks/campaigns/campaign.html",
        context,
        fragment="proactive_desks/campaigns/includes/standing.html",
    )


def people_chart(standing: supervision.Standing) -> StackedChart:
    """Return where the people of a campaign are, as one bar."""
    where = {
        pgettext("people", "finished"): standing.closed,
        _("with somebody who takes over, or a caller"): standing.human + standing.leased,
        _("to call later"): standing.later,
        _("to call"): standing.ready,
    }
    people = ngettext("%(people)s person", "%(people)s people", standing.people) % {"people": number(standing.people)}
    return StackedChart(
        _("Where people are"),
        list(where),
        [Stack(people, list(where.values()))],
        _("this campaign, counted now"),
        standing.at,
    )


@require_http_methods(["GET", "POST"])
def campaign_write(request: HttpRequest, campaign: str) -> HttpResponse:
    """Change the words of a campaign."""
    kept = perms.access_campaign(request.actor, campaign)
    known = {name: getattr(kept, name) for name in CampaignForm.base_fields}
    sheet = sheet_of(
        kept,
        _("What this campaign says"),
        _("People fear telemarketing: who calls, how to check it and where to call back are said first."),
        _("Write it"),
    )

    def act(typed: dict[str, Any]) -> str:
        campaigns.do_change_campaign(actor=request.actor, campaign=kept, fields=typed)
        return _("It is written.")

    return asked(request, sheet, bound(CampaignForm, request, initial=known), act)


class CampaignDataForm(DatasetForm):
    """What the law asks of the data of a campaign, and whether units may be asked to go and see people."""

    units_visit = forms.BooleanField(
        label=gettext_lazy("A proximity unit may be asked to go and see somebody who does not answer"),
        help_text=gettext_lazy("It is then said among those who read the data, and in how people are told."),
        required=False,
    )


@require_http_methods(["GET", "POST"])
def dataset_write(request: HttpRequest, campaign: str) -> HttpResponse:
    """Say what the data of a campaign are for; the data-protection officer then gives an opinion."""
    kept = perms.access_campaign(request.actor, campaign)
    written = {name: getattr(kept.dataset, name) for name in DatasetForm.base_fields}
    known = {name: units_visits.without_units(name, value) for name, value in written.items()}
    known["units_visit"] = kept.units_visit
    lacks = [str(datasets.MISSING[code]) for code in datasets.missing(kept.dataset)]
    sheet = sheet_of(
        kept,
        _("What these data are for"),
        _("Once it is written, the data-protection officer gives an opinion. Changed after that, it is asked again."),
        _("Write it"),
        note=_("Still missing: %(what)s.") % {"what": "; ".join(lacks)} if lacks else "",
    )

    def act(typed: dict[str, Any]) -> str:
        visited = typed.pop("units_visit")
        units_visits.do_write_purpose(actor=request.actor, campaign=kept, fields=typed, units_visit=visited)
        return _("It is written. The data-protection officer now gives an opinion.")

    return asked(request, sheet, bound(CampaignDataForm, request, initial=known), act)


@require_POST
def dataset_open(request: HttpRequest, campaign: str) -> HttpResponse:
    """Open the data of a campaign once nothing is missing: their key is made."""
    kept = perms.access_campaign(request.actor, campaign)

    def act() -> str:
        datasets.do_open(actor=request.actor, dataset=kept.dataset)
        return _("The data are open, under a key of their own. Bring in the people to call.")

    return pressed(request, act, home_of(kept))


@require_POST
def campaign_open(request: HttpRequest, campaign: str) -> HttpResponse:
    """Let the calls begin, or begin again."""
    kept = perms.access_campaign(request.actor, campaign)

    def act() -> str:
        campaigns.do_open_campaign(actor=request.actor, campaign=kept)
        return _("The calls may begin.")

    return pressed(request, act, home_of(kept))


@require_POST
def campaign_pause(request: HttpRequest, campaign: str) -> HttpResponse:
    """Stop giving people to callers."""
    kept = perms.access_campaign(request.actor, campaign)

    def act() -> str:
        campaigns.do_pause_campaign(actor=request.actor, campaign=kept)
        return _("The calls are paused. Those who are speaking finish their call.")

    return pressed(request, act, home_of(kept))


@require_POST
def campaign_end(request: HttpRequest, campaign: str) -> HttpResponse:
    """End the calls once nobody waits."""
    kept = perms.access_campaign(request.actor, campaign)

    def act() -> str:
        campaigns.do_end_campaign(actor=request.actor, campaign=kept)
        return _("The campaign has ended. Its data are closed, then destroyed, in the register of data.")

    return pressed(request, act, home_of(kept))


class HoursForm(forms.Form):
    """Calls outside the usual hours: until when, and which emergency."""

    until = needed(forms.DateTimeField(label=gettext_lazy("Until when"), widget=MomentInput(), required=False))
    why = needed(forms.CharField(label=gettext_lazy("Which emergency asks for it"), max_length=300, required=False))


@require_http_methods(["GET", "POST"])
def hours_widen(request: HttpRequest, campaign: str) -> HttpResponse:
    """Allow calls outside the usual hours for an emergency, until a moment."""
    kept = perms.access_campaign(request.actor, campaign)
    sheet = sheet_of(
        kept,
        _("Call outside the usual hours"),
        _("People are called from Monday to Friday, 10 to 13 and 14 to 20. An emergency that you sign sets it aside."),
        _("Allow it"),
    )

    def act(typed: dict[str, Any]) -> str:
        until = typed["until"] or clock.now()
        campaigns.do_widen_hours(actor=request.actor, campaign=kept, why=typed["why"], until=until)
        return _("Calls are allowed at any hour until then. Your reason is written.")

    return asked(request, sheet, bound(HoursForm, request), act)


@require_POST
def hours_narrow(request: HttpRequest, campaign: str) -> HttpResponse:
    """Come back to the usual hours."""
    kept = perms.access_campaign(request.actor, campaign)

    def act() -> str:
        campaigns.do_narrow_hours(actor=request.actor, campaign=kept)
        return _("Calls are made at the usual hours again.")

    return pressed(request, act, home_of(kept))
