"""What was promised and what became of it: commitments, their steps, the reviews of the authors (P01 (5))."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.mechanisms.assembly.circles import Circles, access_keeper
from reflexes.mechanisms.assembly.models import Commitment, Milestone, Review
from reflexes.mechanisms.assembly.services import commitments, proposals, reviews
from reflexes.mechanisms.assembly.views.keeping import access_kept_proposal
from reflexes.mechanisms.assembly.views.proposals_keeper import sheet_of
from reflexes.mechanisms.directory.models import Person, Unit
from reflexes.web.asking import asked, bound
from reflexes.web.forms import DayInput, few_lines, needed
from reflexes.web.words import full_date


class CommitForm(forms.Form):
    """What is promised, by which service, by when."""

    words = forms.CharField(label=gettext_lazy("What will be done"), max_length=300)
    owner = forms.ModelChoiceField(label=gettext_lazy("By which service"), queryset=Unit.objects.none())
    due_on = forms.DateField(label=gettext_lazy("By which day"), widget=DayInput)
    budget_line = forms.CharField(label=gettext_lazy("On which budget line"), max_length=120, required=False)
    euros = forms.DecimalField(
        label=gettext_lazy("How much, in euros"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
        required=False,
    )
    step = forms.CharField(label=gettext_lazy("A first step"), max_length=200, required=False)
    step_on = forms.DateField(label=gettext_lazy("The day of this step"), widget=DayInput, required=False)

    def __init__(self, *args: Any, organisation_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(organisation_id=organisation_id).select_related("organisation")
        self.fields["owner"].queryset = units.order_by("search", "pk")

    def clean(self) -> dict[str, Any]:
        """Ask for the day of a step that is named, and for the words of a step that has a day."""
        typed = super().clean() or {}
        if bool(typed.get("step")) != bool(typed.get("step_on")) and "step_on" not in self.errors:
            self.add_error("step_on", _("A step has words and a day. Write both, or neither."))
        return typed


@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest, proposal: int, *, circles: Circles) -> HttpResponse:
    """Write down what was promised about a proposal."""
    kept = access_kept_proposal(request.actor, proposal, circles)
    sheet = sheet_of(
        kept,
        _("Write down a promise"),
        _("A promise has a service and a day, never “soon”; its authors hear of each step."),
        _("Keep this promise"),
    )

    def act(typed: dict[str, Any]) -> str:
        promise = commitments.Promise(
            words=typed["words"],
            owner=typed["owner"],
            due_on=typed["due_on"],
            budget_line=typed["budget_line"],
            cents=None if typed["euros"] is None else int(typed["euros"] * 100),
            steps=((typed["step"], typed["step_on"]),) if typed["step"] else (),
        )
        commitments.do_commit(actor=request.actor, proposal=kept, promise=promise)
        return _("The promise is written down, and its authors are told.")

    return asked(request, sheet, bound(CommitForm, request, organisation_id=request.actor.organisation_id), act)


def _kept_commitment(request: HttpRequest, pk: int, circles: Circles) -> Commitment:
    access_keeper(request.actor)
    commitment = commitments.access_commitment(request.actor, pk)
    access_kept_proposal(request.actor, commitment.proposal_id, circles)
    return commitment


class CommitmentForm(forms.Form):
    """Kept, put off or dropped."""

    what = forms.ChoiceField(
        label=gettext_lazy("Where does it stand?"),
        choices=[
            ("kept", gettext_lazy("It is done")),
            ("later", gettext_lazy("It is put off")),
            ("dropped", gettext_lazy("It will not be done")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("What was done, or why"),
        help_text=gettext_lazy("The authors receive your words."),
        widget=few_lines(3),
        max_length=300,
        required=False,
    )
    due_on = forms.DateField(label=gettext_lazy("Put off to which day"), widget=DayInput, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the new day of what is put off."""
        typed = super().clean() or {}
        if typed.get("what") == "later" and not typed.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Say to which day it is put off."))
        return typed


@require_http_methods(["GET", "POST"])
def commitment_report(request: HttpRequest, commitment: int, *, circles: Circles) -> HttpResponse:
    """Say where a promise stands: done, put off with a reason, dropped with a reason."""
    kept = _kept_commitment(request, commitment, circles)
    sheet = sheet_of(
        kept.proposal,
        _("Where does this promise stand?"),
        _("What was promised is followed to its end, also when it is not kept."),
        _("Say it"),
        note=_("%(words)s %(owner)s, by %(day)s.")
        % {"words": kept.words, "owner": kept.owner, "day": full_date(kept.due_on)},
    )

    def act(typed: dict[str, Any]) -> str:
        match typed["what"]:
            case "kept":
                commitments.do_keep_commitment(actor=request.actor, commitment=kept, words=typed["words"])
            case "later":
                commitments.do_postpone(
                    actor=request.actor, commitment=kept, due_on=typed["due_on"], reason=typed["words"]
                )
            case _dropped:
                commitments.do_drop_commitment(actor=request.actor, commitment=kept, why=typed["words"])
        return _("It is written down, and its authors are told.")

    return asked(request, sheet, bound(CommitmentForm, request), act)


class StepForm(forms.Form):
    """A step of a promise."""

    words = forms.CharField(label=gettext_lazy("Which step?"), max_length=200)
    due_on = forms.DateField(label=gettext_lazy("By which day"), widget=DayInput)


@require_http_methods(["GET", "POST"])
def milestone_new(request: HttpRequest, commitment: int, *, circles: Circles) -> HttpResponse:
    """Add a step to a promise."""
    kept = _kept_commitment(request, commitment, circles)
    sheet = sheet_of(kept.proposal, _("Add a step"), _("Steps show that a promise moves before its day."), _("Add it"))

    def act(typed: dict[str, Any]) -> str:
        commitments.do_set_milestone(actor=request.actor, commitment=kept, **typed)
        return _("The step is added.")

    return asked(request, sheet, bound(StepForm, request), act)


class ReachedForm(forms.Form):
    """What was done."""

    words = forms.CharField(label=gettext_lazy("What was done"), max_length=300)
    done_on = forms.DateField(label=gettext_lazy("On which day"), widget=DayInput, initial=clock.today)


@require_http_methods(["GET", "POST"])
def milestone_reach(request: HttpRequest, milestone: int, *, circles: Circles) -> HttpResponse:
    """Say that a step is reached."""
    access_keeper(request.actor)
    found = get_object_or_404(Milestone.objects.select_related("commitment"), pk=milestone)
    kept = _kept_commitment(request, found.commitment_id, circles)
    found.commitment = kept
    sheet = sheet_of(
        kept.proposal, _("A step is reached"), _("The authors receive your sentence."), _("Say it"), note=found.words
    )

    def act(typed: dict[str, Any]) -> str:
        commitments.do_reach_milestone(actor=request.actor, milestone=found, **typed)
        return _("The step is reached, and its authors are told.")

    return asked(request, sheet, bound(ReachedForm, request), act)


class ReviewCallForm(forms.Form):
    """Who asked for the review."""

    said_by = forms.ModelChoiceField(label=gettext_lazy("Which author asked for it?"), queryset=Person.objects.none())

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said_by"].queryset = people


class VerdictForm(forms.Form):
    """What the authors saw."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What they saw"), choices=Review.Verdict.choices, widget=forms.RadioSelect
    )
    words = needed(
        forms.CharField(
            label=gettext_lazy("In their words"),
            help_text=gettext_lazy("It is read beside the answer."),
            widget=few_lines(5),
            max_length=5000,
            required=False,
        )
    )


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, review: int, *, circles: Circles) -> HttpResponse:
    """Write that an author calls a review, then what the authors saw."""
    access_keeper(request.actor)
    found = reviews.access_review(request.actor, review)
    kept = access_kept_proposal(request.actor, found.proposal_id, circles)
    if found.called_at is None:
        form = bound(ReviewCallForm, request, people=proposals.authors(kept))
        sheet = sheet_of(
            kept,
            _("An author calls a review"),
            _("Those who proposed may ask what became of it: whoever answered is told."),
            _("Call the review"),
        )

        def call(typed: dict[str, Any]) -> str:
            reviews.do_call_review(actor=request.actor, review=found, said_by=typed["said_by"])
            return _("The review is called. Write here what the authors saw.")

        return asked(request, sheet, form, call)
    sheet = sheet_of(kept, _("What the authors saw"), _("Their verdict is read beside the answer."), _("Write it down"))

    def evaluate(typed: dict[str, Any]) -> str:
        reviews.do_evaluate(actor=request.actor, review=found, **typed)
        return _("It is written beside the answer.")

    return asked(request, sheet, bound(VerdictForm, request), evaluate)
