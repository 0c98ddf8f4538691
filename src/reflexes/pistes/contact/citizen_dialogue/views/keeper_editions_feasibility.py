"""What services say, at the desk: they are asked, their word is written, what can be done goes to the vote."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Commitment, Proposal, Vote
from reflexes.mechanisms.assembly.services.votes import NOT_VOTED_ON
from reflexes.mechanisms.directory.models import Person, Unit
from reflexes.pistes.contact.citizen_dialogue import perms
from reflexes.pistes.contact.citizen_dialogue.models import Edition, Feasibility
from reflexes.pistes.contact.citizen_dialogue.services import ballots, feasibility
from reflexes.pistes.contact.citizen_dialogue.views.keeper_editions import MENU, home_of, sheet_of
from reflexes.pistes.contact.citizen_dialogue.works import works_of
from reflexes.web.asking import Sheet, asked, bound
from reflexes.web.forms import DayInput, EurosField, few_lines, needed
from reflexes.web.pages import page, paginate

PER_PAGE = 30
TONES = {"": "waits", "feasible": "done", "changed": "going", "not": "stopped"}


def list_of(edition: Edition) -> str:
    """Return the address of what services say in an edition."""
    return reverse("citizen_dialogue:keeper_feasibility", args=[edition.slug])


@require_GET
def feasibility_list(request: HttpRequest, edition: str) -> HttpResponse:
    """Show each proposal with what services say of it, those that nobody was asked about first."""
    kept = perms.access_kept_edition(request.actor, edition)
    rows = paginate(request, perms.proposals_of(kept).exclude(state=Proposal.State.WITHDRAWN), PER_PAGE)
    context = {
        "edition": kept,
        "rows": rows,
        "standings": [(one, TONES[one.verdict]) for one in feasibility.standings(kept, rows)],
        "ready": len(ballots.ready(kept)),
        "today": clock.today(),
        "menu_here": MENU,
    }
    return page(request, "citizen_dialogue/keeper/feasibility.html", context)


class AskForm(forms.Form):
    """Which service, about which proposals, by when."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Which service"), queryset=Unit.objects.none())
    due_on = forms.DateField(label=gettext_lazy("By which day"), widget=DayInput)
    question = forms.CharField(
        label=gettext_lazy("What you ask, besides whether it can be done and at which cost"),
        max_length=300,
        required=False,
    )
    proposals = needed(
        forms.ModelMultipleChoiceField(
            label=gettext_lazy("About which proposals"),
            queryset=Proposal.objects.none(),
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(organisation_id=edition.organisation_id)
        self.fields["unit"].queryset = units.order_by("search", "pk")
        self.fields["proposals"].queryset = perms.proposals_of(edition).exclude(state__in=NOT_VOTED_ON)


@require_http_methods(["GET", "POST"])
def feasibility_ask(request: HttpRequest, edition: str) -> HttpResponse:
    """Ask a service about proposals; ``proposition`` ticks one beforehand."""
    kept = perms.access_kept_edition(request.actor, edition)
    form = bound(AskForm, request, edition=kept, initial={"proposals": request.GET.getlist("proposition")})
    sheet = Sheet(
        _("Ask a service"),
        _("Those who lead it receive a link: they answer without an account, with a motive and a cost."),
        _("Ask it"),
        list_of(kept),
        kept.title,
        MENU,
        icon="send",
    )

    def act(typed: dict[str, Any]) -> str:
        made = feasibility.do_ask(actor=request.actor, edition=kept, **typed)
        if not feasibility.speakers(made[0]):
            return _("It is asked. Nobody leads this service here: call it, and write what it says.")
        return _("It is asked. Whoever leads the service receives a link.")

    return asked(request, sheet, form, act)


class SayForm(forms.Form):
    """What the service says: whether it can be done, why or what changes, at which cost."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Can it be done?"), choices=Feasibility.Verdict.choices, widget=forms.RadioSelect
    )
    motive = forms.CharField(
        label=gettext_lazy("Why, or what has to change"),
        help_text=gettext_lazy("Needed unless it can be done as it is. Everybody reads it, in the size of a yes."),
        widget=few_lines(4),
        max_length=5000,
        required=False,
    )
    cents = EurosField(
        label=gettext_lazy("What it costs, in euros"),
        help_text=gettext_lazy("Needed unless it cannot be done: people vote on this figure."),
        required=False,
    )


class SaidForm(SayForm):
    """The same, with who said it."""

    by = forms.ModelChoiceField(
        label=gettext_lazy("Who said it, for the service"), queryset=Person.objects.none(), required=False
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Person.objects.filter(pk__in=[one.pk for one in people])
        self.fields["by"].queryset = found.order_by("search", "pk")
        if not people:
            del self.fields["by"]


@require_http_methods(["GET", "POST"])
def feasibility_say(request: HttpRequest, feasibility_id: int) -> HttpResponse:
    """Write down what a service said on the telephone; both names are kept."""
    kept = perms.access_feasibility(request.actor, feasibility_id)
    perms.access_kept_edition(request.actor, kept.edition.slug)
    form = bound(SaidForm, request, people=feasibility.speakers(kept))
    sheet = Sheet(
        _("What %(unit)s says") % {"unit": kept.unit},
        _("About: %(title)s") % {"title": kept.proposal.title},
        _("Write it down"),
        list_of(kept.edition),
        kept.edition.title,
        MENU,
        note=kept.question,
    )

    def act(typed: dict[str, Any]) -> str:
        feasibility.do_say(actor=request.actor, feasibility=kept, **typed)
        return _("It is written down: everybody reads it.")

    return asked(request, sheet, form, act)


class VoteForm(forms.Form):
    """How many crosses a ballot carries, or which vote was prepared apart."""

    most_choices = forms.IntegerField(
        label=gettext_lazy("How many projects at most may somebody choose?"), min_value=1, max_value=40, initial=5
    )
    vote = forms.ModelChoiceField(
        label=gettext_lazy("Or a vote that is prepared already"), queryset=Vote.objects.none(), required=False
    )

    def __init__(self, *args: Any, found: QuerySet[Vote], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vote"].queryset = found
        if not found:
            del self.fields["vote"]


@require_http_methods(["GET", "POST"])
def edition_vote(request: HttpRequest, edition: str) -> HttpResponse:
    """Prepare the vote, then bring to it what services found feasible, at the cost they said."""
    kept = perms.access_kept_edition(request.actor, edition)
    found = ballots.ready(kept)
    titles = ", ".join(one.proposal.title for one in found[:PER_PAGE])
    if kept.vote is None:
        form, button = bound(VoteForm, request, found=ballots.to_name(request.actor, kept)), _("Prepare the vote")
        why = _("The sum, the rules and the dates are those that people read in the edition.")
    else:
        form, button = bound(forms.Form, request), _("Bring them to the vote")
        why = _("Each at the cost that services say. Its draft is completed and frozen on the page of the vote.")
    note = _("Ready for the vote: %(titles)s.") % {"titles": titles} if titles else _("No proposal is ready yet.")
    sheet = sheet_of(kept, _("What can be done goes to the vote"), why, button, icon="vote", note=note)

    def act(typed: dict[str, Any]) -> str:
        if typed.get("vote") is not None:
            ballots.do_name_vote(actor=request.actor, edition=kept, vote=typed["vote"])
            return _("It is the vote of this edition.")
        if kept.vote is None:
            ballots.do_prepare_vote(actor=request.actor, edition=kept, most_choices=typed["most_choices"])
            if not found:
                return _("The vote is prepared. Bring projects to it when services have said yes.")
        made = ballots.do_bring_to_vote(actor=request.actor, edition=kept)
        return _("%(count)d projects are in the vote.") % {"count": len(made)}

    return asked(request, sheet, form, act, to=home_of(kept))


@require_GET
def delivery(request: HttpRequest, edition: str) -> HttpResponse:
    """Show the works: what each service promised, its stages, and what waits for a promise."""
    kept = perms.access_kept_edition(request.actor, edition)
    promised = Commitment.objects.filter(proposal__in=perms.proposals_of(kept).order_by())
    adopted = perms.proposals_of(kept).filter(state__in=(Proposal.State.ADOPTED, Proposal.State.ADAPTED))
    context = {
        "edition": kept,
        "works": works_of(kept),
        "unpromised": list(adopted.exclude(pk__in=promised.values("proposal_id"))),
        "menu_here": MENU,
    }
    return page(request, "citizen_dialogue/keeper/delivery.html", context)
