"""The 17 goals at the desk: who is asked to read the proposals, and cards on paper typed for their authors."""

from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Proposal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition
from reflexes.pistes.contact.citizen_dialogue.services import scoring
from reflexes.pistes.contact.citizen_dialogue.views.goals import TypedCardForm, write_card
from reflexes.pistes.contact.citizen_dialogue.views.keeper_editions import MENU
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.pages import page, paginate

PER_PAGE = 30
MOST_ASKED = 300


def list_of(edition: Edition) -> str:
    """Return the address of the goals of an edition at the desk."""
    return reverse("citizen_dialogue:keeper_goals", args=[edition.slug])


@require_GET
def goals_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Show each proposal with how many people read it against the goals; no total, no average."""
    kept = perms.access_kept_edition(request.actor, edition)
    found = perms.proposals_of(kept).exclude(state=Proposal.State.WITHDRAWN)
    context = {
        "edition": kept,
        "rows": paginate(request, found.annotate(cards=Count("goal_cards")), PER_PAGE),
        "under_way": kept.state == Edition.State.OPEN,
        "menu_here": MENU,
    }
    return page(request, "citizen_dialogue/keeper/goals.html", context)


class PeopleForm(forms.Form):
    """Who is asked: the committee, residents by their name."""

    committee = forms.BooleanField(label=gettext_lazy("Everybody who sits in its committee"), required=False)
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Residents"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = current(Capacity.objects.filter(role=roles.RESIDENT, organisation_id=edition.organisation_id))
        found = Person.objects.filter(pk__in=held.values("person_id"), erased_at=None).order_by("search", "pk")
        self.fields["people"].queryset = Person.objects.filter(pk__in=found.values("pk")[:MOST_ASKED]).order_by(
            "search", "pk"
        )
        if edition.body_id is None:
            del self.fields["committee"]


@require_http_methods(["GET", "POST"])
def goals_ask(request: HttpRequest, edition: str) -> HttpResponse:
    """Ask people to read the proposals: each receives a link and answers without an account."""
    kept = perms.access_kept_edition(request.actor, edition)
    sheet = Sheet(
        _("Ask people to read the proposals"),
        _("Each receives a link: a mark and a sentence for the goals they know about, proposal by proposal."),
        _("Ask them"),
        list_of(kept),
        kept.title,
        MENU,
        icon="send",
    )

    def act(typed: dict[str, Any]) -> str:
        people = [*(scoring.committee_of(kept) if typed.get("committee") else ()), *typed["people"]]
        count = scoring.do_ask_scores(actor=request.actor, edition=kept, people=people)
        return ngettext("%(count)d person is asked.", "%(count)d people are asked.", count) % {"count": count}

    return asked(request, sheet, bound(PeopleForm, request, edition=kept), act)


@require_http_methods(["GET", "POST"])
def goals_type(request: HttpRequest, edition: str, proposal: int) -> HttpResponse:
    """Type a card that somebody filled in on paper, or said on the telephone: it counts the same."""
    kept = perms.access_kept_edition(request.actor, edition)
    found = perms.access_edition_proposal(request.actor, kept, proposal)
    form = bound(TypedCardForm, request)
    context = {"edition": kept, "proposal": found, "form": form, "menu_here": MENU}
    template = "citizen_dialogue/keeper/goals_card.html"
    if not form.is_bound:
        return page(request, template, context)
    if not form.is_valid():
        return invalid(request, template, context)
    try:
        write_card(request.actor, kept, found, form)
    except Refusal as refusal:
        return refused(request, template, context, refusal)
    return done(request, _("The card is written. Type the next one."), request.path)
