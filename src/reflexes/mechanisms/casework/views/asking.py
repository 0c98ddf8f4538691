"""Questions asked often, at the navigator's desk: found, written from a need without anything of it, withdrawn."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.models import Need, Question
from reflexes.mechanisms.casework.services import questions
from reflexes.mechanisms.casework.views.entrusting import ALL
from reflexes.mechanisms.casework.views.needs import access
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import few_lines, needed, words_form
from reflexes.web.pages import page, paginate

PER_PAGE = 30


class FindQuestionsForm(forms.Form):
    """Which questions."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    need = forms.ChoiceField(label=gettext_lazy("About"), required=False, choices=[ALL, *Need.choices])


@require_GET
def question_list(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show the questions and their latest answer."""
    perms.access_desk(request.actor)
    form = FindQuestionsForm(request.GET)
    form.is_valid()
    said = form.cleaned_data
    found = questions.find_questions(
        request.actor, words=said.get("q", ""), need=said.get("need", ""), piste=desk.piste
    )
    context = {
        "form": form,
        "rows": paginate(request, found, PER_PAGE),
        "piste": desk.piste,
        "menu_here": desk.name("questions"),
    }
    return page(request, "casework/navigator/questions.html", context)


class QuestionForm(forms.Form):
    """A question as anybody could ask it, and its answer."""

    asks = needed(forms.CharField(label=gettext_lazy("The question"), max_length=300, required=False))
    answer = needed(
        forms.CharField(label=gettext_lazy("Its answer"), widget=few_lines(5), max_length=4000, required=False)
    )
    need = forms.ChoiceField(label=gettext_lazy("About"), choices=[ALL, *Need.choices], required=False)


@require_http_methods(["GET", "POST"])
def question_new(request: HttpRequest, key: UUID | None = None, *, desk: Desk) -> HttpResponse:
    """Write a question and its answer, from a need or by itself."""
    perms.access_desk(request.actor)
    referral = access(request, key, desk) if key else None
    back = desk.at("need", referral.key) if referral else desk.at("questions")
    sheet = Sheet(
        _("A question that others will ask"),
        _("Written as anybody could ask it: no name, no number, nothing of whoever asked."),
        _("Keep this answer"),
        back,
        _("The need") if referral else _("Questions asked often"),
        desk.name("questions"),
    )

    def act(said: dict[str, Any]) -> str:
        case = referral.case if referral else None
        questions.do_answer_question(actor=request.actor, piste=desk.piste, case=case, **said)
        return _("It is kept: whoever meets this question next finds the answer.")

    form = bound(QuestionForm, request, initial={"need": referral.need} if referral else {})
    return asked(request, sheet, form, act)


def _access(request: HttpRequest, pk: int, desk: Desk) -> Question:
    perms.access_desk(request.actor)
    found = perms.visible_questions(request.actor).filter(pk=pk, piste=desk.piste, retired_at=None).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def question_answer(request: HttpRequest, question: int, *, desk: Desk) -> HttpResponse:
    """Write another answer to a question: the latest counts, the others stay."""
    found = _access(request, question, desk)
    last = found.answers.first()
    sheet = Sheet(
        found.asks,
        _("The latest answer is the one that is shown; the earlier ones stay in the memory."),
        _("Keep this answer"),
        desk.at("questions"),
        _("Questions asked often"),
        desk.name("questions"),
    )

    def act(said: dict[str, Any]) -> str:
        questions.do_answer_question(
            actor=request.actor, piste=desk.piste, asks="", answer=said["words"], question=found
        )
        return _("The answer is kept.")

    start = {"words": last.words if last else ""}
    return asked(request, sheet, bound(words_form(gettext_lazy("Its answer")), request, initial=start), act)


@require_POST
def question_retire(request: HttpRequest, question: int, *, desk: Desk) -> HttpResponse:
    """Withdraw a question whose answer is no longer true."""
    found = _access(request, question, desk)

    def act() -> str:
        questions.do_retire_question(actor=request.actor, question=found)
        return _("It is withdrawn.")

    return pressed(request, act, desk.at("questions"))
