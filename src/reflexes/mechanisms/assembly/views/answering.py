"""Answer a proposal, signed in or by link: what will be public is read back before it is published."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.accounts.links import LinkRefused
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.circles import Circles
from reflexes.mechanisms.assembly.links import TO_ANSWER, row_of
from reflexes.mechanisms.assembly.models import Proposal
from reflexes.mechanisms.assembly.services.answers import TRANSITIONS, WITH_MOTIVE, do_answer
from reflexes.mechanisms.assembly.services.commitments import KEEPS_PROMISES, Promise, do_commit
from reflexes.mechanisms.assembly.views.life import FETCHED, life_of
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person, Unit
from reflexes.web.pages import CONFLICT, INVALID, page

TEMPLATE = "assembly/words/answerer/answer.html"
READ, PUBLISH, CORRECT = "relire", "publier", "corriger"
PROMISES = 3


class AnswerForm(forms.Form):
    """The answer and its motive. The states offered are those that follow from where the proposal stands."""

    state = forms.ChoiceField(label=gettext_lazy("Your answer"), widget=forms.RadioSelect)
    motive = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Needed when you adapt or refuse. Its authors and everybody else read it."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        follow = TRANSITIONS[proposal.state]
        states = [state for state in Proposal.State if state in follow]
        self.fields["state"].choices = [(state.value, state.label) for state in states]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Say next to the field that a motive lacks."""
        asked: dict[str, Any] = super().clean() or {}
        if asked.get("state") in WITH_MOTIVE and not asked.get("motive", "").strip():
            self.add_error("motive", _("Say why it is adapted or refused: its authors read it in the same size."))
        return asked


class PromiseForm(forms.Form):
    """One thing promised, if any: what, which service, by when."""

    words = forms.CharField(label=gettext_lazy("What will be done"), required=False, max_length=300)
    owner = forms.ModelChoiceField(label=gettext_lazy("By which service"), queryset=None, required=False)
    due_on = forms.DateField(
        label=gettext_lazy("By which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    budget_line = forms.CharField(label=gettext_lazy("Budget line"), required=False, max_length=120)

    def __init__(self, *args: Any, organisation_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = Unit.objects.filter(organisation_id=organisation_id).order_by("search")
        self.fields["owner"].queryset = services  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a promise half written, and a day that has passed."""
        asked: dict[str, Any] = super().clean() or {}
        if (
            not self.errors
            and any(asked.values())
            and not all(asked.get(name) for name in ("words", "owner", "due_on"))
        ):
            raise forms.ValidationError(
                _("Write what will be done, by which service and by which day, or empty it all.")
            )
        if asked.get("due_on") and asked["due_on"] < clock.today():
            self.add_error("due_on", _("Choose a day to come: a promise without a date is forgotten."))
        return asked


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, pk: int, *, circles: Circles) -> HttpResponse:
    """Answer a proposal when signed in; for anybody but its answerer it does not exist here."""
    proposal = _read(pk, circles)
    visible = perms.visible_proposals(request.actor).filter(pk=pk, answerer_id=request.actor.person_id).exists()
    if proposal is None or not request.actor.is_known or not visible:
        raise Http404
    return _answered(request, request.actor, proposal, circles)


@require_http_methods(["GET", "POST"])
@answered_by_link(TO_ANSWER)
def answer_by_link(
    request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor, circles: Circles
) -> HttpResponse:
    """Answer by the link received; it is void once somebody else owes the answer."""
    proposal = _read(row_of(link), circles)
    if proposal is None or proposal.answerer_id != person.pk:
        raise LinkRefused("revoked", link)
    return _answered(request, actor, proposal, circles)


def _read(pk: int, circles: Circles) -> Proposal | None:
    found = Proposal.objects.filter(pk=pk, piste=circles.piste).select_related("body", "consultation", "answerer")
    return found.prefetch_related(*FETCHED).first()


def _answered(request: HttpRequest, actor: Actor, proposal: Proposal, circles: Circles) -> HttpResponse:
    """Show the form, then what will be public, then publish: answer and promises together or nothing."""
    kept = perms.kept_through(proposal)
    sent = request.POST if request.method == "POST" else None
    form = AnswerForm(sent, proposal=proposal)
    promises = [
        PromiseForm(sent, prefix=f"p{number}", organisation_id=kept.organisation_id)
        for number in range(1, PROMISES + 1)
    ]
    context: dict[str, Any] = {
        "proposal": proposal,
        "circle": circles.of(kept),
        "back": circles.own("to_answer") if request.actor.person_id == proposal.answerer_id else "",
        "life": life_of(proposal),
        "today": clock.today(),
        "form": form,
        "promises": promises,
        "closed": not TRANSITIONS[proposal.state],
    }
    if sent is None:
        return page(request, TEMPLATE, context)
    if not all([form.is_valid(), *(one.is_valid() for one in promises)]):
        return page(request, TEMPLATE, context, status=INVALID)
    kept = [one.cleaned_data for one in promises if one.cleaned_data.get("words")]
    state = form.cleaned_data["state"]
    if kept and state not in KEEPS_PROMISES:
        form.add_error(
            None, _("Only what is adopted or adapted is promised. Empty the promises, or change the answer.")
        )
        return page(request, TEMPLATE, context, status=INVALID)
    if sent.get("geste") == PUBLISH:
        try:
            _publish(actor, proposal, form.cleaned_data, kept)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return page(request, TEMPLATE, context, status=CONFLICT if refusal.conflict else INVALID)
        return redirect(request.path)
    if sent.get("geste") == READ:
        return page(request, "assembly/words/answerer/read_back.html", {**context, **_read_back(form, kept)})
    return page(request, TEMPLATE, context)


def _read_back(form: AnswerForm, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the page of the proposal will say, and the same typed words to send again."""
    asked = form.cleaned_data
    typed = [("state", asked["state"]), ("motive", asked["motive"])]
    for number, one in enumerate(kept, start=1):
        typed += [
            (f"p{number}-words", one["words"]),
            (f"p{number}-owner", one["owner"].pk),
            (f"p{number}-due_on", one["due_on"].isoformat()),
            (f"p{number}-budget_line", one["budget_line"]),
        ]
    return {"state": Proposal.State(asked["state"]).label, "motive": asked["motive"], "kept": kept, "typed": typed}


def _publish(actor: Actor, proposal: Proposal, asked: dict[str, Any], kept: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        do_answer(actor=actor, proposal=proposal, state=asked["state"], motive=asked["motive"])
        for one in kept:
            promise = Promise(
                words=one["words"], owner=one["owner"], due_on=one["due_on"], budget_line=one["budget_line"]
            )
            do_commit(actor=actor, proposal=proposal, promise=promise)
