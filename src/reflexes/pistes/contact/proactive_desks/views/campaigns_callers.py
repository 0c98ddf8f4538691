"""Callers: invited, helped, given harder calls when they learnt, let go; by name, never ranked."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import CallerCard, Campaign
from reflexes.pistes.contact.proactive_desks.services import callers
from reflexes.pistes.contact.proactive_desks.views.campaigns import MENU
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.pages import page, paginate

PER_PAGE = 50
LEVELS = [
    (0, gettext_lazy("new: easy calls, five before one is read together")),
    (1, gettext_lazy("knows the calls: easy and ordinary ones")),
    (2, gettext_lazy("experienced: hard calls too")),
    (3, gettext_lazy("referent: hard calls, helps others")),
]
WORDS = dict(LEVELS)


def card_home(campaign: Campaign, card: CallerCard) -> str:
    """Return the address of a caller's page."""
    return reverse("proactive_desks:caller", args=[campaign.slug, card.pk])


class SearchForm(forms.Form):
    """Whom to invite: the beginning of a name."""

    q = forms.CharField(label=gettext_lazy("Name of somebody of your organisation"), required=False, max_length=80)


@require_GET
def caller_list(request: HttpRequest, campaign: str) -> HttpResponse:
    """Show who calls, by name, and find whom to invite."""
    kept = perms.access_campaign(request.actor, campaign)
    form = SearchForm(request.GET)
    form.is_valid()
    sought = form.cleaned_data.get("q", "")
    cards = kept.callers.filter(left_at=None).select_related("person", "buddy").prefetch_related("debriefs")
    rows = paginate(request, cards.order_by("person__search", "pk"), PER_PAGE)
    context = {
        "campaign": kept,
        "form": form,
        "sought": sought,
        "found": callers.people_to_invite(request.actor, kept, sought),
        "rows": rows,
        "lines": [(one, WORDS[one.level], _asks(one)) for one in rows],
        "levels": LEVELS,
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/campaigns/callers.html", context)


def _asks(card: CallerCard) -> bool:
    return any(one.held_at is None for one in card.debriefs.all())


@require_POST
def caller_invite(request: HttpRequest, campaign: str) -> HttpResponse:
    """Let somebody call."""
    kept = perms.access_campaign(request.actor, campaign)
    person = Person.objects.filter(key=_uuid(request.POST.get("person", "")), erased_at=None).first()
    if person is None:
        raise Http404

    def act() -> str:
        callers.do_invite_caller(actor=request.actor, campaign=kept, person=person, level=_level(request))
        return _("%(name)s can call.") % {"name": person}

    return pressed(request, act, reverse("proactive_desks:callers", args=[kept.slug]))


def _uuid(text: str) -> str | None:
    try:
        return str(forms.UUIDField().clean(text))
    except forms.ValidationError:
        return None


def _level(request: HttpRequest) -> int:
    typed = request.POST.get("level", "0")
    return int(typed) if typed in {"0", "1", "2", "3"} else -1


@require_GET
def caller_page(request: HttpRequest, campaign: str, card: int) -> HttpResponse:
    """Show what helps one caller: their level, their buddy, what to read with them. No figure but the level rule's."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_card(request.actor, kept, card)
    higher = found.level + 1
    blocked = callers.why_not_level(found, higher) if higher <= callers.HIGHEST else None
    context = {
        "campaign": kept,
        "card": found,
        "level": WORDS[found.level],
        "higher": (higher, WORDS[higher]) if higher <= callers.HIGHEST and blocked is None else None,
        "blocked": blocked,
        "lower": (found.level - 1, WORDS[found.level - 1]) if found.level else None,
        "debrief": found.debriefs.filter(held_at=None).first(),
        "calls": callers.calls_to_read(found)[:5],
        "lists": kept.paper_lists.filter(caller=found.person, leases__closed_at=None).distinct().order_by("-pk")[:1],
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/campaigns/caller.html", context)


@require_POST
def caller_level(request: HttpRequest, campaign: str, card: int) -> HttpResponse:
    """Give harder calls, or easier ones."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_card(request.actor, kept, card)

    def act() -> str:
        callers.do_set_level(actor=request.actor, card=found, level=_level(request))
        return _("It is done.")

    return pressed(request, act, card_home(kept, found))


class BuddyForm(forms.Form):
    """The person a caller talks to after a hard call."""

    buddy = forms.ModelChoiceField(label=gettext_lazy("Buddy"), queryset=Person.objects.none())

    def __init__(self, *args: Any, campaign: Campaign, card: CallerCard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calling = campaign.callers.filter(left_at=None).exclude(pk=card.pk).values("person")
        self.fields["buddy"].queryset = Person.objects.filter(pk__in=calling).order_by("search", "pk")


@require_http_methods(["GET", "POST"])
def caller_buddy(request: HttpRequest, campaign: str, card: int) -> HttpResponse:
    """Name a buddy among those who call."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_card(request.actor, kept, card)
    sheet = Sheet(
        _("A buddy for %(name)s") % {"name": found.person},
        _("After a hard call, this is the person whose number they see."),
        _("Name this person"),
        card_home(kept, found),
        str(found.person),
        MENU,
    )

    def act(typed: dict[str, Any]) -> str:
        callers.do_set_buddy(actor=request.actor, card=found, buddy=typed["buddy"])
        return _("The buddy is named.")

    return asked(request, sheet, bound(BuddyForm, request, campaign=kept, card=found), act)


@require_POST
def caller_rest(request: HttpRequest, campaign: str, card: int) -> HttpResponse:
    """Ask a caller to have a break, or give them people again."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_card(request.actor, kept, card)

    def act() -> str:
        if found.paused_at is None:
            callers.do_rest(actor=request.actor, card=found)
            return _("They are given nobody until you say so. Talk to them.")
        callers.do_come_back(actor=request.actor, card=found)
        return _("They are given people again.")

    return pressed(request, act, card_home(kept, found))


@require_POST
def caller_leave(request: HttpRequest, campaign: str, card: int) -> HttpResponse:
    """End the calls of somebody: who they hold goes back to the queue."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_card(request.actor, kept, card)

    def act() -> str:
        callers.do_leave(actor=request.actor, card=found)
        return _("%(name)s no longer calls here.") % {"name": found.person}

    return pressed(request, act, reverse("proactive_desks:callers", args=[kept.slug]))


@require_POST
def debrief_held(request: HttpRequest, campaign: str, card: int) -> HttpResponse:
    """Say that a talk took place."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_card(request.actor, kept, card)

    def act() -> str:
        callers.do_hold_debrief(actor=request.actor, card=found)
        return _("It is written that you talked, and nothing of what was said.")

    return pressed(request, act, card_home(kept, found))


@require_POST
def call_read(request: HttpRequest, campaign: str, card: int) -> HttpResponse:
    """Open what a caller wrote of one call, to read it with them: a reading, written down."""
    kept = perms.access_campaign(request.actor, campaign)
    found = perms.access_card(request.actor, kept, card)
    lease = callers.calls_to_read(found).filter(key=_uuid(request.POST.get("call", ""))).first()
    if lease is None:
        raise Http404
    read = callers.do_read_call(actor=request.actor, card=found, lease=lease)
    context = {"campaign": kept, "card": found, "lease": lease, "read": read, "menu_here": MENU}
    return page(request, "proactive_desks/campaigns/call_words.html", context)
