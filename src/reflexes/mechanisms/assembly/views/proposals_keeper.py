"""Proposals: written from a session or from what people said, answered by a named person (P01 (4))."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.circles import Circles, Kept, access_keeper
from reflexes.mechanisms.assembly.models import Consultation, Contribution, Proposal, Session
from reflexes.mechanisms.assembly.services import answers, handing_over, proposals
from reflexes.mechanisms.assembly.views.keeping import (
    ALL,
    MOUNTED,
    PER_PAGE,
    PROPOSAL_TONES,
    access_kept_proposal,
    menu_of,
    tabs_of,
)
from reflexes.mechanisms.directory.models import Person
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import few_lines, needed
from reflexes.web.pages import page, paginate

LIST = "proposals"


class ProposalsForm(forms.Form):
    """The filters of the list, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=gettext_lazy("Where it stands"), required=False, choices=[ALL, *Proposal.State.choices]
    )

    def __init__(self, *args: Any, circles: Circles, kept: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[circles.column] = forms.ModelChoiceField(
            label=circles.label, queryset=kept, required=False, to_field_name="slug", empty_label=ALL[1]
        )


@require_GET
def proposal_list(request: HttpRequest, *, circles: Circles) -> HttpResponse:
    """Show the proposals one keeps: the overdue first, then by the day they are answered by."""
    access_keeper(request.actor)
    kept = circles.kept(request.actor)
    form = ProposalsForm(request.GET, circles=circles, kept=kept)
    form.is_valid()
    typed = form.cleaned_data
    where = circles.column
    found = proposals.find_proposals(
        request.actor,
        piste=circles.piste,
        text=typed.get("q", ""),
        state=typed.get("state", ""),
        **{where: typed.get(where)},
    )
    rows = paginate(request, found.filter(**{f"{where}__in": kept.order_by()}), PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(one, PROPOSAL_TONES[one.state]) for one in rows],
        "tabs": tabs_of(circles, LIST),
        "menu_here": menu_of(circles),
        "circles": [(circles.of(one).name, one.slug) for one in circles.at_work(request.actor)],
        "piste": circles.piste,
    }
    return page(request, "assembly/words/keeper/proposals.html", context)


class WordsForm(forms.Form):
    """What is asked for."""

    title = forms.CharField(
        label=gettext_lazy("In a few words"), help_text=gettext_lazy("What is asked for."), max_length=160
    )
    words = needed(
        forms.CharField(
            label=gettext_lazy("What is asked for, so that it can be answered by yes or no"),
            widget=few_lines(6),
            max_length=5000,
            required=False,
        )
    )


class ProposalForm(WordsForm):
    """A proposal, its session when it was born in one, and what people said that it joins."""

    session = forms.ModelChoiceField(
        label=gettext_lazy("Written in which session?"), queryset=Session.objects.none(), required=False
    )
    contributions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Join what people said"),
        help_text=gettext_lazy("Their authors become its authors, and are told what becomes of it."),
        queryset=Contribution.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, sessions: Any, said: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, found in (("session", sessions), ("contributions", said)):
            self.fields[name].queryset = found
            if not found:
                del self.fields[name]


def joinable(request: HttpRequest, kept: Kept) -> Any:
    """Return what was said here and is part of no proposal yet, latest first."""
    said = Contribution.objects.filter(
        proposal=None, state__in=(Contribution.State.SHOWN, Contribution.State.WAITING)
    ).order_by("-said_at", "pk")
    if isinstance(kept, Consultation):
        return said.filter(consultation=kept)
    return said.filter(consultation__body=kept, consultation__exercise_id=request.actor.exercise_id)


def _sessions(request: HttpRequest, kept: Kept) -> Any:
    """Return the sessions a proposal may be born in, latest first."""
    if isinstance(kept, Consultation):
        return Session.objects.none()
    return kept.sessions.filter(exercise_id=request.actor.exercise_id, starts_at__lte=clock.now()).order_by(
        "-starts_at"
    )


@require_http_methods(["GET", "POST"])
def proposal_new(request: HttpRequest, slug: str, *, circles: Circles) -> HttpResponse:
    """Write a proposal; ``seance`` says in which session it was born."""
    kept = circles.keep(request.actor, slug)
    circle, held = circles.of(kept), _sessions(request, kept)
    wanted = request.GET.get("seance", "")
    known = {"session": get_object_or_404(held, pk=int(wanted[:15])) if wanted.isdecimal() else None}
    form = bound(ProposalForm, request, sessions=held, said=joinable(request, kept), initial=known)
    sheet = Sheet(
        _("Write a proposal"),
        _("Somebody named answers it by a day that everybody reads."),
        _("Keep this proposal"),
        circle.desk,
        circle.name,
        menu_of(circles),
    )
    made: list[Proposal] = []

    def act(typed: dict[str, Any]) -> str:
        made.append(
            proposals.do_propose(
                actor=request.actor,
                origin=proposals.Origin(session=typed.get("session"), **{circles.column: kept}),
                title=typed["title"],
                words=typed["words"],
                contributions=typed.get("contributions") or (),
            )
        )
        return _("The proposal is kept. %(who)s owes it an answer.") % {"who": made[0].answerer}

    answer = asked(request, sheet, form, act)
    if made:
        answer["Location"] = home_of(made[0])
    return answer


def home_of(proposal: Proposal) -> str:
    """Return the address of the page of a proposal."""
    return reverse(f"{proposal.piste}:keeper_proposal", args=[proposal.pk])


def sheet_of(proposal: Proposal, title: str, why: str, button: str, **more: Any) -> Sheet:
    """Return a page that asks one thing about a proposal, and comes back to it."""
    menu = menu_of(MOUNTED[proposal.piste])
    return Sheet(title, why, button, home_of(proposal), proposal.title, menu, **more)


@require_GET
def proposal_page(request: HttpRequest, proposal: int, *, circles: Circles) -> HttpResponse:
    """Show one proposal: what is asked, what was answered, what was promised, what its authors saw."""
    kept = access_kept_proposal(request.actor, proposal, circles)
    unanswered = kept.state in proposals.UNANSWERED
    people = proposals.authors(kept)
    context = {
        "proposal": kept,
        "tone": PROPOSAL_TONES[kept.state],
        "unanswered": unanswered,
        "late": unanswered and kept.answer_due_on < clock.today(),
        "received": kept.state == Proposal.State.RECEIVED,
        "promises": kept.state in (Proposal.State.ADOPTED, Proposal.State.ADAPTED),
        "withdrawn": kept.state == Proposal.State.WITHDRAWN,
        "answers": [
            (one, PROPOSAL_TONES[one.state])
            for one in kept.answers.select_related("by", "written_by").order_by("at", "pk")
        ],
        "commitments": list(
            kept.commitments.select_related("owner").prefetch_related("milestones").order_by("due_on", "pk")
        ),
        "reviews": [
            (one, one.due_on <= clock.today())
            for one in kept.reviews.select_related("called_by").order_by("due_on", "pk")
        ],
        "said": list(kept.sources.order_by("said_at", "pk")),
        "authors": list(people[:PER_PAGE]),
        "number": people.count(),
        "today": clock.today(),
        "menu_here": menu_of(circles),
        "piste": circles.piste,
        "circle": circles.of(perms.kept_through(kept)),
    }
    return page(request, "assembly/words/keeper/proposal.html", context)


@require_http_methods(["GET", "POST"])
def proposal_write(request: HttpRequest, proposal: int, *, circles: Circles) -> HttpResponse:
    """Put the words right, until somebody studies them."""
    kept = access_kept_proposal(request.actor, proposal, circles)
    form = bound(WordsForm, request, initial={"title": kept.title, "words": kept.words})
    sheet = sheet_of(kept, _("Put the words right"), _("An answer is about the words that people read."), _("Save"))

    def act(typed: dict[str, Any]) -> str:
        proposals.do_change_proposal(actor=request.actor, proposal=kept, **typed)
        return _("It is saved.")

    return asked(request, sheet, form, act)


class MergeForm(forms.Form):
    """What people said, to join."""

    contributions = forms.ModelMultipleChoiceField(
        label=gettext_lazy("What people said"),
        queryset=Contribution.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick at least one of them.")},
    )

    def __init__(self, *args: Any, said: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contributions"].queryset = said


@require_http_methods(["GET", "POST"])
def proposal_merge(request: HttpRequest, proposal: int, *, circles: Circles) -> HttpResponse:
    """Join what people said to a proposal."""
    kept = access_kept_proposal(request.actor, proposal, circles)
    said = joinable(request, perms.kept_through(kept))
    sheet = sheet_of(
        kept,
        _("Join contributions"),
        _("Those whose words are joined become its authors: they are told what becomes of it."),
        _("Join them"),
        note="" if said else _("Nothing that was said to this committee waits to be joined."),
    )

    def act(typed: dict[str, Any]) -> str:
        proposals.do_merge(actor=request.actor, proposal=kept, contributions=typed["contributions"])
        return _("They are joined.")

    return asked(request, sheet, bound(MergeForm, request, said=said), act)


@require_POST
def proposal_unmerge(request: HttpRequest, proposal: int, *, circles: Circles) -> HttpResponse:
    """Take a contribution out of a proposal."""
    kept = access_kept_proposal(request.actor, proposal, circles)
    wanted = request.POST.get("contribution", "")
    found = kept.sources.filter(pk=int(wanted[:15])).first() if wanted.isdecimal() else None

    def act() -> str:
        if found is not None:
            proposals.do_unmerge(actor=request.actor, proposal=kept, contribution=found)
        return _("It stands alone again.")

    return pressed(request, act, home_of(kept))


class AnswerForm(forms.Form):
    """What the answerer said."""

    state = forms.ChoiceField(label=gettext_lazy("The answer"), widget=forms.RadioSelect)
    motive = forms.CharField(
        label=gettext_lazy("Why, in the words of whoever answers"),
        help_text=gettext_lazy("Needed to refuse or to adapt. Its authors read it in the same size."),
        widget=few_lines(5),
        max_length=5000,
        required=False,
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = answers.TRANSITIONS[proposal.state]
        self.fields["state"].choices = [(value, label) for value, label in Proposal.State.choices if value in may]


@require_http_methods(["GET", "POST"])
def proposal_answer(request: HttpRequest, proposal: int, *, circles: Circles) -> HttpResponse:
    """Write down the answer that the answerer gave: both names are kept."""
    kept = access_kept_proposal(request.actor, proposal, circles)
    sheet = sheet_of(
        kept,
        _("Write down the answer"),
        _("%(who)s answers; you write what was said, and both names are kept.") % {"who": kept.answerer},
        _("Write this answer down"),
        note=_("An answer is added, never changed: it is told to the authors at once."),
    )

    def act(typed: dict[str, Any]) -> str:
        answers.do_answer(actor=request.actor, proposal=kept, **typed)
        return _("The answer is written down, and its authors are told.")

    return asked(request, sheet, bound(AnswerForm, request, proposal=kept), act)


class HandOverForm(forms.Form):
    """Who answers from now on, and why."""

    answerer = forms.ModelChoiceField(label=gettext_lazy("Who answers from now on"), queryset=Person.objects.none())
    words = forms.CharField(
        label=gettext_lazy("In which capacity"),
        help_text=gettext_lazy("Deputy mayor in charge of markets."),
        max_length=160,
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), help_text=gettext_lazy("A departure, an election, a mistake."), max_length=300
    )

    def __init__(self, *args: Any, organisation_id: int | None, besides: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answerer"].queryset = handing_over.may_answer(organisation_id).exclude(pk=besides)


@require_http_methods(["GET", "POST"])
def proposal_hand_over(request: HttpRequest, proposal: int, *, circles: Circles) -> HttpResponse:
    """Let somebody else answer a proposal: its authors are told, and its day stays."""
    kept = access_kept_proposal(request.actor, proposal, circles)
    sheet = sheet_of(
        kept,
        _("Somebody else answers"),
        _("Its authors were told a name: they are told the new one, and the day of the answer stays."),
        _("Hand it over"),
        note=_("Until now: %(who)s.") % {"who": kept.answerer},
        icon="arrow-left-right",
    )

    def act(typed: dict[str, Any]) -> str:
        answers.do_hand_over(actor=request.actor, proposal=kept, **typed)
        return _("%(who)s owes the answer from now on.") % {"who": kept.answerer}

    organisation = perms.kept_through(kept).organisation_id
    form = bound(HandOverForm, request, organisation_id=organisation, besides=kept.answerer_id)
    return asked(request, sheet, form, act)


class WithdrawForm(forms.Form):
    """Why its authors take it back."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)


@require_http_methods(["GET", "POST"])
def proposal_withdraw(request: HttpRequest, proposal: int, *, circles: Circles) -> HttpResponse:
    """Take a proposal back because its authors ask."""
    kept = access_kept_proposal(request.actor, proposal, circles)
    sheet = sheet_of(
        kept,
        _("Take this proposal back"),
        _("Only its authors decide it; you write it for them."),
        _("Withdraw it"),
        icon="undo-2",
    )

    def act(typed: dict[str, Any]) -> str:
        proposals.do_withdraw_proposal(actor=request.actor, proposal=kept, reason=typed["reason"])
        return _("It is taken back.")

    return asked(request, sheet, bound(WithdrawForm, request), act)
