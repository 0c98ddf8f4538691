"""One tap from the message: answer a proposal, go beyond one's own limit or not, say that one is back."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reflexes.core.accounts.links import LinkRefused, use_link
from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.models import Assignment, WishWaiver
from reflexes.mechanisms.allocation.services.concerns import can_be_told
from reflexes.mechanisms.allocation.services.missions import AGREED, do_answer
from reflexes.mechanisms.allocation.services.objecting import do_object, may_be_objected
from reflexes.mechanisms.allocation.services.offers import do_answer_waiver
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages import loaded
from reflexes.pistes.resources.micro_mobility.messages.agent import limits_of
from reflexes.pistes.resources.micro_mobility.messages.facts import ANSWER, RETURN, WAIVER, answer_by, which
from reflexes.pistes.resources.micro_mobility.steps import may_change_mind, next_lines, whom_to_call
from reflexes.pistes.resources.micro_mobility.views.agent_debrief import debriefed
from reflexes.pistes.resources.micro_mobility.views.recognition import would_use
from reflexes.web.answers import refused
from reflexes.web.pages import page

YES, NO, OBJECTION = "oui", "non", "objection"


def asked_by(link: MagicLink, person: Person) -> Assignment:
    """Return the mission a link asks about; it must be this person's own."""
    _kind, _colon, key = link.subject.partition(":")
    assignment = loaded(int(key)) if key.isdigit() else None
    if assignment is None or assignment.person_id != person.pk:
        raise LinkRefused("revoked", link)
    return assignment


def said_in(request: HttpRequest) -> bool:
    """Return the answer of a posted form."""
    said = request.POST.get("reponse", "")
    if said not in {YES, NO}:
        raise Refusal("answer_missing", _("Choose one of the two answers."))
    return said == YES


@require_http_methods(["GET", "POST"])
@answered_by_link(ANSWER)
def answer(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Show a proposal or a designation, and take its answer; opening it writes nothing.

    Mail scanners open links before people do.

    The link is not spent by an answer: until the time to answer has passed one may change one's mind with it.
    """
    assignment = asked_by(link, person)
    template = "micro_mobility/agent/answer.html"
    if request.method == "POST":
        try:
            if request.POST.get("reponse") == OBJECTION:
                do_object(actor=actor, assignment=assignment, words=request.POST.get("words", "")[:2000])
            else:
                do_answer(actor=actor, assignment=assignment, yes=said_in(request))
        except Refusal as refusal:
            fresh = asked_by(link, person)
            return refused(request, template, {**_question(request, fresh), "refusal": refusal}, refusal)
        return redirect(request.path)
    return page(request, template, _question(request, assignment))


def _question(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    """Return what the page of a question shows, whatever became of the mission since."""
    open_ = assignment.state == State.PROPOSED and may_change_mind(assignment)
    wanted = request.GET.get("reponse", "")
    return {
        "mission": assignment,
        "need": assignment.slot.need,
        "which": which(assignment),
        "open": open_,
        "account_line": would_use(assignment) if open_ else "",
        "wanted": wanted if open_ and wanted in {YES, NO} else "",
        "designated": assignment.mode == Assignment.Mode.DESIGNATED,
        "may_object": may_be_objected(assignment),
        "objection": getattr(assignment, "objection", None),
        "said_yes": assignment.state in AGREED,
        "said_no": assignment.state == State.DECLINED,
        "may_change": may_change_mind(assignment) and not open_,
        "answer_by": answer_by(assignment),
        "contacts": whom_to_call(assignment),
        "next_lines": next_lines(assignment),
        "may_tell": can_be_told(assignment),
    }


@require_http_methods(["GET", "POST"])
@answered_by_link(WAIVER)
def waiver(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Ask whether, this once, the person goes beyond their own limit: only they can say yes (P09 (2))."""
    asked = (
        WishWaiver.objects.select_related("person__offer", "slot__need__organisation", "slot__need__place__commune")
        .filter(pk=link.subject.partition(":")[2] or 0, person=person)
        .first()
    )
    if asked is None:
        raise LinkRefused("revoked", link)
    context = {
        "waiver": asked,
        "need": asked.slot.need,
        "limits": limits_of(asked),
        "answered": asked.given_at or asked.refused_at,
        "wanted": request.GET.get("reponse", ""),
    }
    template = "micro_mobility/agent/waiver.html"
    if request.method == "POST":
        try:
            do_answer_waiver(actor=actor, waiver=asked, yes=said_in(request))
        except Refusal as refusal:
            return refused(request, template, context, refusal)
        return redirect(request.path)
    return page(request, template, context)


@require_http_methods(["GET", "POST"])
@answered_by_link(RETURN)
def return_by_link(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Say that one is back and hold the debrief, without an account; the link is spent by the debrief."""
    assignment = asked_by(link, person)
    return debriefed(request, actor=actor, assignment=assignment, spend=lambda: use_link(link))
