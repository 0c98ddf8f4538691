"""What an agent says on the day: I must stop; something was not right (in confidence, from the site or from a link)."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core.accounts.models import MagicLink
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services import concerns, nudges, stopping
from reflexes.mechanisms.allocation.states import DropMotive, Origin, State
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages import loaded
from reflexes.pistes.resources.micro_mobility.messages.facts import ANSWER, RETURN
from reflexes.pistes.resources.micro_mobility.steps import whom_to_call
from reflexes.pistes.resources.micro_mobility.views.agent_answer import asked_by
from reflexes.pistes.resources.micro_mobility.views.agent_missions import access_own
from reflexes.web.answers import done, invalid, refused
from reflexes.web.forms import HoursField
from reflexes.web.pages import page

STOP = "micro_mobility/agent/stop.html"
TELL = "micro_mobility/agent/concern_new.html"


class StopForm(forms.Form):
    """Why it stops, in two words that are no reason about anybody; the hours already done."""

    motive = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=(
            (DropMotive.AGENT.value, gettext_lazy("I have to stop")),
            (DropMotive.DANGER.value, gettext_lazy("It is not safe to go on")),
        ),
        widget=forms.RadioSelect,
        initial=DropMotive.AGENT.value,
    )
    hours = HoursField(
        label=gettext_lazy("How many hours did you do?"),
        help_text=gettext_lazy("For example 1.5. Leave empty if you do not know."),
        required=False,
    )


@require_http_methods(["GET", "POST"])
def my_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop one's mission now: everybody is told, the hours are kept, no reason is asked."""
    mission = access_own(request.actor, pk)
    if mission.state != State.STARTED and request.method == "GET":
        raise Http404
    form = StopForm(request.POST or None)
    context = {"mission": mission, "need": mission.slot.need, "form": form, "contacts": whom_to_call(mission)}
    if request.method == "GET":
        return page(request, STOP, context)
    if not form.is_valid():
        return invalid(request, STOP, context)
    try:
        stopping.do_stop(actor=request.actor, assignment=mission, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, STOP, context, refusal)
    return done(
        request,
        _("It is noted: everybody is told, and your hours are kept. Nobody holds it against you."),
        "micro_mobility:my_mission",
        pk,
    )


class TellForm(forms.Form):
    """What was not right, and what the person decides about it."""

    words = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("In your own words, as short as you like."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        error_messages={"required": gettext_lazy("Tell in a few words what happened: one sentence is enough.")},
    )
    not_again = forms.BooleanField(label=gettext_lazy("I do not want to go back there"), required=False)
    hr_may_read = forms.BooleanField(label=gettext_lazy("Human resources may read it too"), required=False)


class WrittenForm(TellForm):
    """The same, written down by the cell for somebody."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How did it reach you?"), choices=nudges.Channel.choices, widget=forms.RadioSelect
    )


@require_http_methods(["GET", "POST"])
def concern_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell something that was not right about one's own mission; the cell may write it down for somebody."""
    if perms.is_cell(request.actor):
        perms.access_assignment(request.actor, pk)
        mission = loaded(pk)
        if mission is None or not concerns.can_tell(request.actor, mission):
            raise Http404
        form: TellForm = WrittenForm(request.POST or None)
    else:
        mission = access_own(request.actor, pk)
        if not concerns.can_tell(request.actor, mission):
            raise Http404
        form = TellForm(request.POST or None)
    back = reverse("micro_mobility:my_mission", args=[pk])
    if perms.is_cell(request.actor):
        back = reverse("micro_mobility:person_sheet", args=[mission.person_id])

    def then(concern_pk: int) -> HttpResponse:
        return done(request, told(), "micro_mobility:concern", concern_pk)

    return _tell(request, request.actor, mission, form, back, then)


def told() -> str:
    """Say what becomes of it."""
    return _("Thank you for having told us. Somebody of the cell answers you; nobody else reads it.")


def _tell(
    request: HttpRequest, actor: Actor, mission: Assignment, form: TellForm, back: str, then: Any
) -> HttpResponse:
    context = {
        "mission": mission,
        "need": mission.slot.need,
        "form": form,
        "back": back,
        "for_other": isinstance(form, WrittenForm),
        "told": False,
    }
    if request.method == "GET":
        return page(request, TELL, context)
    if not form.is_valid():
        return invalid(request, TELL, context)
    try:
        made = concerns.do_tell_concern(
            actor=actor, assignment=mission, **{"channel": Origin.SCREEN, **form.cleaned_data}
        )
    except Refusal as refusal:
        return refused(request, TELL, context, refusal)
    return then(made.pk)


def _by_link(request: HttpRequest, link: MagicLink, person: Person, actor: Actor, back: str) -> HttpResponse:
    mission = asked_by(link, person)
    if not concerns.can_tell(actor, mission):
        raise Http404

    def then(_pk: int) -> HttpResponse:
        context = {"mission": mission, "need": mission.slot.need, "form": None, "back": back}
        return page(request, TELL, {**context, "for_other": False, "told": True})

    return _tell(request, actor, mission, TellForm(request.POST or None), back, then)


@require_http_methods(["GET", "POST"])
@answered_by_link(ANSWER)
def concern_by_answer(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Tell something that was not right from the link of the proposal, without an account."""
    return _by_link(request, link, person, actor, request.path.removesuffix("/confidence/"))


@require_http_methods(["GET", "POST"])
@answered_by_link(RETURN)
def concern_by_return(request: HttpRequest, *, link: MagicLink, person: Person, actor: Actor) -> HttpResponse:
    """Tell something that was not right from the link of the return, without an account."""
    return _by_link(request, link, person, actor, request.path.removesuffix("/confidence/"))
