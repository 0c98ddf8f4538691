"""A vote before its first ballot: its terms, its projects, then the moment when nothing of it changes any more."""

from dataclasses import fields
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Body, Consultation, Vote
from reflexes.mechanisms.assembly.services import readiness, votes
from reflexes.mechanisms.assembly.views.votes_access import (
    access_for,
    address,
    check_keeper,
    sheet_of,
    vote_page,
)
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import EurosField, MomentInput, few_lines
from reflexes.web.words import euros_words

DAYS_AHEAD, DAYS_OPEN = 21, 13
RULES = (
    (
        Vote.Rule.EQUAL_SHARES.value,
        gettext_lazy(
            "Equal shares: the budget is cut in as many equal parts as there are voters, and each part pays for the "
            "projects its voter chose. Few people are left with nothing."
        ),
    ),
    (
        Vote.Rule.GREEDY.value,
        gettext_lazy(
            "Most ballots first: projects are taken in the order of their ballots, skipping those that no longer fit "
            "in the budget. A large neighbourhood may take it all."
        ),
    ),
    (
        Vote.Rule.GREEDY_NO_SKIP.value,
        gettext_lazy(
            "Most ballots first, stopping at the first project that no longer fits: what is left is not spent."
        ),
    ),
    (
        Vote.Rule.GREEDY_THRESHOLD.value,
        gettext_lazy("Most ballots first, leaving out the projects that have fewer ballots than a threshold."),
    ),
)
UTILITIES = (
    (Vote.Utility.COST.value, gettext_lazy("A project that costs twice as much pleases its voters twice as much.")),
    (Vote.Utility.CARDINALITY.value, gettext_lazy("Each project pleases its voters as much, whatever it costs.")),
)
COMPLETIONS = (
    (
        Vote.Completion.ADD1.value,
        gettext_lazy(
            "If money is left, every part is raised step by step until one step more would go over the budget."
        ),
    ),
    (Vote.Completion.NONE.value, gettext_lazy("If money is left, parts are not raised.")),
)


class TermsForm(forms.Form):
    """What a vote asks and how it is counted, in euros; what is filled in beforehand is what most towns choose."""

    title = forms.CharField(label=gettext_lazy("Its title"), max_length=160)
    source = forms.ChoiceField(
        label=gettext_lazy("Where do its projects come from?"),
        help_text=gettext_lazy("The proposals made there can then be put to the vote without typing them again."),
        required=False,
    )
    budget_cents = EurosField(label=gettext_lazy("The budget to share, in euros"))
    most_choices = forms.IntegerField(
        label=gettext_lazy("How many crosses at most on a ballot"), min_value=1, max_value=200, initial=3
    )
    opens_at = forms.DateTimeField(label=gettext_lazy("It opens"), widget=MomentInput)
    closes_at = forms.DateTimeField(label=gettext_lazy("It closes"), widget=MomentInput)
    rules = forms.CharField(
        label=gettext_lazy("Its rules in plain words"),
        help_text=gettext_lazy(
            "Who may vote, how, until when, how winners are found, what happens when two are equal. People read them "
            "before they vote; they may be written later, before freezing."
        ),
        widget=few_lines(7),
        required=False,
        max_length=10000,
    )
    rule = forms.ChoiceField(
        label=gettext_lazy("How winners are found"),
        choices=RULES,
        widget=forms.RadioSelect,
        initial=Vote.Rule.EQUAL_SHARES,
    )
    utility = forms.ChoiceField(
        label=gettext_lazy("With equal shares: what a project is worth"),
        choices=UTILITIES,
        widget=forms.RadioSelect,
        initial=Vote.Utility.COST,
    )
    completion = forms.ChoiceField(
        label=gettext_lazy("With equal shares: money that is left"),
        choices=COMPLETIONS,
        widget=forms.RadioSelect,
        initial=Vote.Completion.ADD1,
    )
    step_cents = EurosField(
        label=gettext_lazy("With equal shares: the step, in euros"),
        help_text=gettext_lazy("By how much every part is raised at a time: the smaller, the nearer to the budget."),
        max_value=1_000_000,
        initial=100,
    )
    then_greedy = forms.BooleanField(
        label=gettext_lazy("With equal shares: what is left in the end goes to the projects with most ballots"),
        required=False,
        initial=True,
    )
    threshold = forms.IntegerField(
        label=gettext_lazy("With a threshold: how many ballots a project needs"),
        min_value=0,
        max_value=10_000_000,
        initial=0,
    )

    def __init__(self, *args: Any, actor: Actor, piste: str, vote: Vote | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if vote is not None:
            self.initial = {one.name: getattr(vote, one.name) for one in fields(votes.Terms)}
            del self.fields["source"]
            return
        kept = {"piste": piste, "organisation_id": actor.organisation_id}
        self.sources: dict[str, Consultation | Body] = {}
        for one in perms.visible_consultations(actor).filter(**kept).order_by("-opens_on", "pk")[:100]:
            self.sources[f"question:{one.slug}"] = one
        for body in perms.visible_bodies(actor).filter(**kept).order_by("search", "pk")[:100]:
            self.sources[f"comite:{body.slug}"] = body
        self.fields["source"].choices = [
            ("", gettext_lazy("They are written by hand")),
            *((key, str(one)) for key, one in self.sources.items()),
        ]
        ahead = clock.today() + timedelta(days=DAYS_AHEAD)
        monday = ahead + timedelta(days=-ahead.weekday() % 7)
        start = timezone.make_aware(datetime.combine(monday, time(8)))
        end = timezone.make_aware(datetime.combine(monday + timedelta(days=DAYS_OPEN), time(18)))
        self.initial = {"opens_at": start, "closes_at": end, **self.initial}

    def terms(self) -> votes.Terms:
        """Return what was typed as the terms of a vote."""
        return votes.Terms(**{one.name: self.cleaned_data[one.name] for one in fields(votes.Terms)})

    def source_of(self) -> Consultation | Body | None:
        """Return where the proposals come from, when it is said."""
        return self.sources.get(self.cleaned_data["source"])


@require_http_methods(["GET", "POST"])
def vote_new(request: HttpRequest, *, piste: str) -> HttpResponse:
    """Prepare a vote: a draft that only its officers see. ``?source=`` names where its proposals come from."""
    check_keeper(request.actor)
    initial = {"source": request.GET.get("source", "")}
    form = bound(TermsForm, request, actor=request.actor, piste=piste, initial=initial)
    sheet = Sheet(
        _("Prepare a vote"),
        _("Rules are written before ideas are counted: nobody can say afterwards that they were made to fit."),
        _("Keep this draft"),
        address(piste, "votes"),
        _("Votes"),
        f"{piste}:keeper_votes",
        icon="save",
        note=_("Nobody but your service sees a draft, and all of it can change until it is frozen."),
    )
    made: list[Vote] = []

    def act(_typed: dict[str, Any]) -> str:
        source = form.source_of()
        made.append(
            votes.do_prepare_vote(
                actor=request.actor,
                piste=piste,
                terms=form.terms(),
                body=source if isinstance(source, Body) else None,
                consultation=source if isinstance(source, Consultation) else None,
            )
        )
        return _("The draft is kept. Now write its projects.")

    answer = asked(request, sheet, form, act)
    if made:
        answer["Location"] = address(piste, "choices", made[0].slug)
    return answer


@require_http_methods(["GET", "POST"])
def vote_write(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Change the terms of a draft."""
    kept = access_for(request.actor, vote, piste)
    form = bound(TermsForm, request, actor=request.actor, piste=piste, vote=kept)
    sheet = sheet_of(
        kept, "vote", _("The terms of this vote"), _("All of it can change until it is frozen."), _("Save"), icon="save"
    )

    def act(_typed: dict[str, Any]) -> str:
        votes.do_change_vote(actor=request.actor, vote=kept, terms=form.terms())
        return _("It is saved.")

    return asked(request, sheet, form, act)


@require_http_methods(["GET", "POST"])
def freeze(request: HttpRequest, vote: str, *, piste: str) -> HttpResponse:
    """Show all that will not change any more, then freeze it for good."""
    kept = access_for(request.actor, vote, piste)
    if kept.state != Vote.State.DRAFT and request.method == "GET":
        raise Http404
    back = address(piste, "vote", kept.slug)
    if request.method == "POST":

        def act() -> str:
            votes.do_freeze(actor=request.actor, vote=kept)
            return _("The vote is frozen and everybody reads its rules. Now say who may vote.")

        return pressed(request, act, back)
    context = {
        "back": back,
        "missing": [one.message for one in readiness.unready(kept)],
        "rule": dict(RULES)[kept.rule],
        "more": _more_of_rule(kept),
        "budget": euros_words(kept.budget_cents),
        "choices": [(one, euros_words(one.cents)) for one in kept.choices.order_by("code")],
        "digest": votes.charter_digest(kept),
    }
    return vote_page(request, "freeze", kept, "", context)


def _more_of_rule(vote: Vote) -> list[object]:
    """Return what else the rule says, in sentences."""
    if vote.rule == Vote.Rule.GREEDY_THRESHOLD:
        return [_("A project needs %(count)s ballots.") % {"count": vote.threshold}]
    if vote.rule != Vote.Rule.EQUAL_SHARES:
        return []
    said: list[object] = [dict(UTILITIES)[vote.utility], dict(COMPLETIONS)[vote.completion]]
    if vote.completion == Vote.Completion.ADD1:
        said.append(_("The step is %(step)s.") % {"step": euros_words(vote.step_cents)})
    if vote.then_greedy:
        said.append(_("What is left in the end goes to the projects with most ballots."))
    return said
