"""The projects of a vote: written by hand, or taken from what residents proposed, each with its cost."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Choice, Proposal, Vote
from reflexes.mechanisms.assembly.services import readiness, votes
from reflexes.mechanisms.assembly.views.keeping import PROPOSAL_TONES
from reflexes.mechanisms.assembly.views.votes_access import (
    access_choice,
    access_for,
    address,
    sheet_of,
    vote_page,
)
from reflexes.mechanisms.directory.models import Commune
from reflexes.web.answers import done
from reflexes.web.asking import asked, bound, pressed
from reflexes.web.forms import EurosField, few_lines
from reflexes.web.pages import CONFLICT, INVALID
from reflexes.web.words import euros_words


class ChoiceForm(forms.Form):
    """One project to vote for."""

    code = forms.CharField(
        label=gettext_lazy("Its number on the ballot"),
        help_text=gettext_lazy("Empty, it takes the next one. At most eight letters or figures."),
        max_length=8,
        required=False,
        widget=forms.TextInput(attrs={"size": 8, "autocomplete": "off"}),
    )
    title = forms.CharField(label=gettext_lazy("Its title"), max_length=160)
    cents = EurosField(label=gettext_lazy("What it costs, in euros"))
    words = forms.CharField(
        label=gettext_lazy("What it is, in a few sentences"), widget=few_lines(4), required=False, max_length=5000
    )
    commune = forms.ModelChoiceField(
        label=gettext_lazy("Where"), queryset=Commune.objects.order_by("search", "pk"), required=False
    )

    def __init__(self, *args: Any, choice: Choice | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choice is not None:
            self.initial = {name: getattr(choice, name) for name in ("title", "cents", "words", "commune")}
            del self.fields["code"]


@require_GET
def choice_list(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Show the projects of a vote in the order of the ballot; those of a draft are written here."""
    kept = access_for(request.actor, vote, piste)
    draft = kept.state == Vote.State.DRAFT
    choices = list(kept.choices.select_related("commune", "proposal").order_by("code"))
    total = sum(one.cents for one in choices)
    context = {
        "draft": draft,
        "lines": [
            (
                one,
                euros_words(one.cents),
                address(piste, "choice", kept.slug, one.pk),
                address(piste, "choice_remove", kept.slug, one.pk),
            )
            for one in choices
        ],
        "total": euros_words(total),
        "budget": euros_words(kept.budget_cents),
        "waiting": votes.proposals_to_vote_on(kept).count() if draft else 0,
        "comes_from": kept.consultation or kept.body,
        "new_address": address(piste, "choice_new", kept.slug),
        "take_address": address(piste, "choices_take", kept.slug),
        "freeze_address": address(piste, "freeze", kept.slug),
        "ready": draft and not readiness.unready(kept),
        "ballot_address": "" if draft else address(piste, "ballot_paper", kept.slug),
    }
    return vote_page(request, "choices", kept, "choices", context)


@require_http_methods(["GET", "POST"])
def choice_new(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Write a project by hand, then the next."""
    kept = access_for(request.actor, vote, piste)
    sheet = sheet_of(
        kept,
        "choices",
        _("Write a project"),
        _("People compare projects by their title and their cost: both are on the ballot."),
        _("Add this project"),
        icon="plus",
    )

    def act(typed: dict[str, Any]) -> str:
        code = "".join(typed["code"].upper().split())
        if code and kept.choices.filter(code=code).exists():
            words = gettext_lazy("A project has the number %(code)s already. Give this one another, or none.")
            raise Refusal("code_taken", words % {"code": code}, conflict=True)
        choice = votes.do_write_choice(actor=request.actor, vote=kept, **typed)
        return _("Project %(code)s is on the ballot.") % {"code": choice.code}

    return asked(request, sheet, bound(ChoiceForm, request), act)


@require_http_methods(["GET", "POST"])
def choice_write(request: HttpRequest, vote: str, choice: int, *, piste: str) -> HttpResponse:
    """Change a project of a draft."""
    known = access_choice(request.actor, vote, choice, piste)
    sheet = sheet_of(
        known.vote,
        "choices",
        _("Project %(code)s") % {"code": known.code},
        _("All of it can change until the vote is frozen."),
        _("Save"),
        icon="save",
    )

    def act(typed: dict[str, Any]) -> str:
        votes.do_write_choice(actor=request.actor, vote=known.vote, code=known.code, **typed)
        return _("It is saved.")

    return asked(request, sheet, bound(ChoiceForm, request, choice=known), act)


@require_POST
def choice_remove(request: HttpRequest, vote: str, choice: int, *, piste: str) -> HttpResponse:
    """Take a project out of a draft."""
    known = access_choice(request.actor, vote, choice, piste)

    def act() -> str:
        votes.do_remove_choice(actor=request.actor, choice=known)
        return _("Project %(code)s is taken out.") % {"code": known.code}

    return pressed(request, act, address(piste, "choices", known.vote.slug))


class CostsForm(forms.Form):
    """What each proposal costs; those left empty stay where they are."""

    def __init__(self, *args: Any, proposals: list[Proposal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in proposals:
            self.fields[f"cents_{one.pk}"] = EurosField(label=gettext_lazy("What it costs, in euros"), required=False)

    def costs(self) -> dict[int, int]:
        """Return cents by proposal, for those that were given some."""
        return {
            int(name.removeprefix("cents_")): cents for name, cents in self.cleaned_data.items() if cents is not None
        }


@require_http_methods(["GET", "POST"])
def choices_take(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Put proposals to the vote, with what each costs."""
    kept = access_for(request.actor, vote, piste)
    proposals = list(votes.proposals_to_vote_on(kept).order_by("made_at", "pk"))
    form = bound(CostsForm, request, proposals=proposals)
    context = {
        "form": form,
        "lines": [(one, PROPOSAL_TONES[Proposal.State(one.state)], form[f"cents_{one.pk}"]) for one in proposals],
        "back": address(piste, "choices", kept.slug),
    }
    if not form.is_bound:
        return vote_page(request, "take", kept, "", context)
    status = INVALID
    if form.is_valid():
        try:
            if not form.costs():
                raise Refusal("costs", gettext_lazy("Write what it costs beside each proposal to put to the vote."))
            taken = votes.do_take_proposals(actor=request.actor, vote=kept, cents=form.costs())
            said = _("Put to the vote: %(codes)s.") % {"codes": ", ".join(one.code for one in taken)}
            return done(request, said, address(piste, "choices", kept.slug))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = CONFLICT if refusal.conflict else INVALID
    return vote_page(request, "take", kept, "", context, status=status)
