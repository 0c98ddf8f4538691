"""What the cell does when a day goes wrong: find a stand-in, ask above a silent manager, answer what was not right."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.privacy.services import record_view, record_views
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Concern
from reflexes.mechanisms.allocation.services import concerns, deadlines, standing_in
from reflexes.mechanisms.allocation.states import LIVE, State
from reflexes.mechanisms.directory import roles
from reflexes.pistes.resources.micro_mobility.steps import reach
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell, phone_of
from reflexes.pistes.resources.micro_mobility.views.cell_silences import on_behalf_context
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

STAND_IN = "micro_mobility/cell/stand_in.html"
CONCERN = "micro_mobility/cell/concern.html"


@require_http_methods(["GET", "POST"])
def stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who could come instead of somebody, and ask one of them in one gesture."""
    access_cell(request.actor)
    holder = perms.access_assignment(request.actor, pk)
    if request.method == "GET":
        return page(request, STAND_IN, _standing(request, holder))
    person = request.POST.get("person", "")
    try:
        asked = standing_in.do_propose_stand_in(
            actor=request.actor, holder=holder, person_id=int(person) if person.isdigit() else 0
        )
    except Refusal as refusal:
        holder.refresh_from_db()
        return refused(request, STAND_IN, _standing(request, holder), refusal)
    return done(
        request,
        _("%(person)s is asked. Until somebody is confirmed, the mission stays with %(holder)s.")
        % {"person": asked.person, "holder": holder.person},
        "micro_mobility:stand_in",
        pk,
    )


def _standing(request: HttpRequest, holder: Assignment) -> dict[str, Any]:
    asked = holder.stand_ins.filter(state__in=LIVE).select_related("person").order_by("pk")
    sought = holder.state in {State.CONFIRMED, State.STAND_IN}
    rows = standing_in.candidates(request.actor, holder) if sought else []
    read = [offer.person.key for offer in rows]
    record_views(request.actor, read, "micro_mobility.stand_in", "allocation")
    return {
        "mission": holder,
        "need": holder.slot.need,
        "sought": sought,
        "asked": [(one, phone_of(one.person)) for one in asked],
        "rows": [(offer, phone_of(offer.person)) for offer in rows],
        "evening": evening if (evening := standing_in.evening_before(holder.day)) > clock.now() else None,
        "holder_phone": phone_of(holder.person),
        "menu_here": "micro_mobility:silences",
    }


@require_POST
def stand_in_nobody(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell the holder that nobody was found."""
    access_cell(request.actor)
    holder = perms.access_assignment(request.actor, pk)
    try:
        standing_in.do_say_nobody(actor=request.actor, holder=holder)
    except Refusal as refusal:
        return refused(request, STAND_IN, _standing(request, holder), refusal)
    return done(
        request,
        _("%(person)s is told that nobody was found, and that they are still expected.") % {"person": holder.person},
        "micro_mobility:stand_in",
        pk,
    )


@require_POST
def mission_escalate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the unit above a manager who does not answer (P09 (9))."""
    access_cell(request.actor)
    mission = perms.access_assignment(request.actor, pk)
    try:
        asked = deadlines.do_escalate(actor=request.actor, assignment=mission)
    except Refusal as refusal:
        mission.refresh_from_db()
        return refused(request, "micro_mobility/cell/on_behalf.html", on_behalf_context(mission, None), refusal)
    return done(
        request,
        _("%(people)s is asked in the manager's place.") % {"people": ", ".join(str(one) for one in asked)},
        "micro_mobility:mission_on_behalf",
        pk,
    )


class ConcernsForm(forms.Form):
    """The filters of what was told, kept in the address."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("Not answered yet")), *Concern.State.choices, ("all", gettext_lazy("All"))],
    )
    q = forms.CharField(label=gettext_lazy("Person or host"), required=False, max_length=80)


@require_GET
def concern_list(request: HttpRequest) -> HttpResponse:
    """Show what was told in confidence, oldest first: to the cell, and to human resources what they were let read."""
    if not (perms.is_cell(request.actor) or request.actor.role == roles.HR):
        raise PermissionDenied
    form = ConcernsForm(request.GET)
    form.is_valid()
    state, words = form.cleaned_data.get("state", ""), form.cleaned_data.get("q", "")
    found = concerns.visible_concerns(request.actor).select_related("person", "organisation", "handled_by")
    if state != "all":
        found = found.filter(state=state) if state else found.exclude(state=Concern.State.ANSWERED)
    for word in words.split():
        found = found.filter(Q(person__search__icontains=word) | Q(organisation__search__icontains=word))
    rows = paginate(request, found.order_by("received_at", "pk"), PER_PAGE)
    read = [one.person.key for one in rows]
    record_views(request.actor, read, "micro_mobility.concern_list", "allocation")
    return page(request, "micro_mobility/cell/concerns.html", {"form": form, "rows": rows})


class WordsForm(forms.Form):
    """The answer, in the words of whoever handled it."""

    words = forms.CharField(
        label=gettext_lazy("What was done?"),
        help_text=gettext_lazy("The person reads your words as they are. The host reads none of it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write what was done: the person reads your words as they are.")},
    )


@require_GET
def concern(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one concern to the person who told it, to the cell (each reading is kept), to human resources if let."""
    found = concerns.access_concern(request.actor, pk)
    record_view(request.actor, found.person.key, "micro_mobility.concern", "allocation")
    return page(request, CONCERN, _concern(request, found, WordsForm()))


def _concern(request: HttpRequest, found: Concern, form: forms.Form | None) -> dict[str, Any]:
    own = request.actor.person_id == found.person_id
    return {
        "concern": found,
        "own": own,
        "cell": perms.is_cell(request.actor) and not own,
        "may_take": found.state == Concern.State.RECEIVED,
        "answered": found.state == Concern.State.ANSWERED,
        "reach": reach(found.person),
        "handler": reach(found.handled_by),
        "form": form,
    }


@require_POST
def concern_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it in hand, by name: the person is told who."""
    found = _of_cell(request, pk)
    try:
        concerns.do_take_concern(actor=request.actor, concern=found)
    except Refusal as refusal:
        return refused(request, CONCERN, _concern(request, _of_cell(request, pk), WordsForm()), refusal)
    return done(request, _("You take care of it: the person is told your name."), "micro_mobility:concern", pk)


@require_POST
def concern_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the person."""
    found = _of_cell(request, pk)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return invalid(request, CONCERN, _concern(request, found, form))
    try:
        concerns.do_answer_concern(actor=request.actor, concern=found, words=form.cleaned_data["words"])
    except Refusal as refusal:
        return refused(request, CONCERN, _concern(request, _of_cell(request, pk), form), refusal)
    return done(request, _("Your answer is on its way."), "micro_mobility:concern", pk)


def _of_cell(request: HttpRequest, pk: int) -> Concern:
    access_cell(request.actor)
    return concerns.access_concern(request.actor, pk)


@require_POST
def concern_hr(request: HttpRequest, pk: int) -> HttpResponse:
    """Let human resources read one's own concern, or no longer."""
    found = concerns.access_concern(request.actor, pk)
    yes = request.POST.get("hr") == "oui"
    concerns.do_let_hr_read(actor=request.actor, concern=found, yes=yes)
    said = _("Human resources may now read it.") if yes else _("Human resources can no longer read it.")
    return done(request, said, "micro_mobility:concern", pk)
