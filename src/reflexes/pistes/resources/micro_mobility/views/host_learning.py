"""A fresh eye: what newcomers noticed at one's organisation, and what the team does with it. Nobody is named."""

from typing import Any

from django import forms
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.models import Debrief, RemarkAnswer
from reflexes.mechanisms.allocation.services.learning import do_answer_remark, remarks_for_host
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

TEMPLATE = "micro_mobility/host/fresh_eye.html"
ANSWER = "micro_mobility/host/fresh_eye_answer.html"
WAITING = "waiting"
ANSWERED = [(WAITING, gettext_lazy("without an answer")), *RemarkAnswer.Outcome.choices]


class RemarksForm(forms.Form):
    """The filters, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    answer = forms.ChoiceField(label=gettext_lazy("Our answer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = [("", gettext_lazy("All")), *ANSWERED]


def filtered(found: QuerySet[Debrief], asked: dict[str, Any]) -> QuerySet[Debrief]:
    """Keep the remarks with these words and this answer; those that wait come first, the oldest of them first."""
    if asked.get("answer") == WAITING:
        found = found.filter(host_answer=None)
    elif asked.get("answer"):
        found = found.filter(host_answer__outcome=asked["answer"])
    for word in asked.get("q", "").split():
        found = found.filter(remarks__icontains=word)
    return found.order_by(F("host_answer__answered_at").asc(nulls_first=True), "passed_on_at", "pk")


class AnswerForm(forms.Form):
    """What the team does with a remark, and why."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What do you do with it?"),
        choices=RemarkAnswer.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you do with it.")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, or what changed, in one sentence"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say in one sentence why: whoever noticed it will read it.")},
    )


@require_GET
def fresh_eye(request: HttpRequest) -> HttpResponse:
    """Show what newcomers noticed here, those without an answer first."""
    found = remarks_for_host(request.actor)
    form = RemarksForm(request.GET)
    form.is_valid()
    rows = paginate(request, filtered(found, form.cleaned_data), PER_PAGE)
    waits = found.filter(host_answer=None).count()
    return page(request, TEMPLATE, {"form": form, "rows": rows, "waits": waits})


@require_http_methods(["GET", "POST"])
def fresh_eye_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one remark."""
    debrief = remarks_for_host(request.actor).filter(pk=pk).first()
    if debrief is None:
        raise Http404
    context: dict[str, Any] = {"remark": debrief, "menu_here": "micro_mobility:fresh_eye"}
    if request.method == "GET":
        return page(request, ANSWER, {**context, "form": AnswerForm()})
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return invalid(request, ANSWER, {**context, "form": form})
    try:
        do_answer_remark(actor=request.actor, debrief=debrief, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, ANSWER, {**context, "form": form}, refusal)
    return done(request, _("Your answer goes to whoever noticed it."), "micro_mobility:fresh_eye")
