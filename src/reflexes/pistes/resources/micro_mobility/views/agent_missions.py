"""My missions: what is asked of me, what comes, what was, and each mission with its two contacts."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.concerns import can_be_told
from reflexes.mechanisms.allocation.services.missions import (
    AGREED,
    do_answer,
    do_ask_stand_in,
    do_drop,
    do_keep_after_all,
)
from reflexes.mechanisms.allocation.services.objecting import may_be_objected
from reflexes.mechanisms.allocation.services.returns import do_return
from reflexes.mechanisms.allocation.states import DropMotive, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import told
from reflexes.pistes.resources.micro_mobility.messages import loaded
from reflexes.pistes.resources.micro_mobility.messages.facts import answer_by
from reflexes.pistes.resources.micro_mobility.steps import TONES, may_change_mind, next_lines, whom_to_call
from reflexes.pistes.resources.micro_mobility.views import agent_lists as lists
from reflexes.pistes.resources.micro_mobility.views.agent_answer import said_in
from reflexes.pistes.resources.micro_mobility.views.agent_debrief import debriefed
from reflexes.pistes.resources.micro_mobility.views.recognition import would_use
from reflexes.web.answers import done, refused
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Event

GIVERS = frozenset({roles.AGENT, roles.VOLUNTEER})
COMING = (*AGREED, State.STARTED)
BACK = (State.DONE, State.RETURNED)
TEMPLATE = "micro_mobility/agent/mission.html"


def own_missions(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions of someone acting as agent or volunteer; any other capacity has none of its own here."""
    if actor.role not in GIVERS:
        raise PermissionDenied
    return (
        perms.visible_assignments(actor)
        .filter(person_id=actor.person_id)
        .select_related("slot__need__organisation", "slot__need__place__commune", "wave")
        .order_by("day", "half", "pk")
    )


def access_own(actor: Actor, pk: int) -> Assignment:
    """Return one's own mission with all that its page shows; somebody else's does not exist."""
    if not own_missions(actor).filter(pk=pk).exists():
        raise Http404
    assignment = loaded(pk)
    if assignment is None:
        raise Http404
    return assignment


@require_GET
def my_missions(request: HttpRequest) -> HttpResponse:
    """List what is asked of me, what comes, what was, and the hours given."""
    form = lists.asked_in(request)
    missions = own_missions(request.actor)
    elsewhere = (State.PROPOSED, State.RESERVE, *COMING, *BACK)
    # The search is for what was: what is asked and what comes always shows.
    past = lists.filtered(missions.exclude(state__in=elsewhere), form).order_by("-day", "-half", "-pk")
    given = missions.filter(state__in=(*BACK, State.DEBRIEFED))
    context = {
        "form": form,
        "query": request.GET.urlencode(),
        "asked": [one for one in missions.filter(state=State.PROPOSED) if may_change_mind(one)],
        "coming": missions.filter(state__in=COMING),
        "reserve": missions.filter(state=State.RESERVE, day__gte=clock.today()),
        "back": missions.filter(state__in=BACK),
        "past": paginate(request, past, 50),
        "hours": given.order_by().aggregate(total=Sum("hours"))["total"],
        "half_days": given.count(),
        "tones": TONES,
        "today": clock.today(),
    }
    return page(request, "micro_mobility/agent/missions.html", context)


@require_GET
def my_missions_sheet(request: HttpRequest) -> HttpResponse:
    """Take my missions away as a sheet, with the filters of the list."""
    missions = lists.filtered(own_missions(request.actor), lists.asked_in(request))
    titles = [
        _("Day"),
        _("Half of the day"),
        _("Mission"),
        _("For"),
        _("State"),
        _("Volunteer or designated"),
        _("Hours"),
    ]
    rows = (
        [
            one.day,
            str(one.get_half_display()),
            one.slot.need.title,
            str(one.slot.need.organisation),
            str(one.get_state_display()),
            _("By designation") if one.mode == Assignment.Mode.DESIGNATED else _("As a volunteer"),
            float(one.hours) if one.hours is not None else None,
        ]
        for one in missions
    )
    return lists.sheet("missions", titles, rows, request.GET.get("format", ""))


@require_GET
def my_mission(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mission: what to do now, the two contacts, its story in sentences."""
    return page(request, TEMPLATE, _context(access_own(request.actor, pk)))


def _context(mission: Assignment) -> dict[str, Any]:
    events = [
        Event(entry.at, sentence, entry.reason)
        for entry, sentence in told(Entry.objects.about("assignment", str(mission.pk)))
    ]
    return {
        "mission": mission,
        "need": mission.slot.need,
        "tone": TONES.get(mission.state, "stopped"),
        "contacts": whom_to_call(mission),
        "next_lines": next_lines(mission),
        "answer_by": answer_by(mission),
        "open": mission.state == State.PROPOSED and may_change_mind(mission),
        "account_line": would_use(mission) if mission.state == State.PROPOSED else "",
        "on_reserve": mission.state == State.RESERVE,
        "in_calendar": mission.state in COMING and mission.exercise_id is None,
        "may_change": mission.state in {State.ACCEPTED, State.DECLINED} and may_change_mind(mission),
        "said_no": mission.state == State.DECLINED,
        "may_drop": mission.state in AGREED,
        "may_ask_stand_in": mission.state == State.CONFIRMED,
        "seeks_stand_in": mission.state == State.STAND_IN,
        "may_return": mission.state == State.DONE,
        "may_debrief": mission.state in BACK,
        "events": events,
        "may_stop": mission.state == State.STARTED,
        "may_tell": can_be_told(mission),
        "concerns": mission.concerns.order_by("pk"),
        "may_object": may_be_objected(mission),
        "objection": getattr(mission, "objection", None),
    }


def changed(request: HttpRequest, pk: int, change: Any, sentence: str) -> HttpResponse:
    """Do one change to one's own mission, then go back to its page; refused, show it with the reason."""
    mission = access_own(request.actor, pk)
    try:
        change(mission)
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(access_own(request.actor, pk)), refusal)
    return done(request, sentence, "micro_mobility:my_mission", pk)


@require_POST
def my_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes or no to a proposal."""

    def change(mission: Assignment) -> None:
        do_answer(actor=request.actor, assignment=mission, yes=said_in(request))

    return changed(
        request, pk, change, _("Your answer is recorded. You may change it until the time to answer has passed.")
    )


@require_POST
def my_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one can no longer come: it is held against nobody."""

    def change(mission: Assignment) -> None:
        do_drop(actor=request.actor, assignment=mission, motive=DropMotive.AGENT)

    return changed(request, pk, change, _("It is noted: those who expected you are told. Nobody holds it against you."))


@require_POST
def my_stand_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Look for a stand-in and keep the mission meanwhile, or keep it after all."""
    keeps = request.POST.get("stand_in") == "non"

    def change(mission: Assignment) -> None:
        (do_keep_after_all if keeps else do_ask_stand_in)(actor=request.actor, assignment=mission)

    said = (
        _("It is noted: you come after all.")
        if keeps
        else _("The cell looks for a stand-in. Until somebody takes it, the mission is still yours.")
    )
    return changed(request, pk, change, said)


@require_POST
def my_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that one is back at one's post."""

    def change(mission: Assignment) -> None:
        do_return(actor=request.actor, assignment=mission)

    return changed(request, pk, change, _("Welcome back. Four short questions are left, when you have five minutes."))


@require_http_methods(["GET", "POST"])
def my_debrief(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold the debrief of one's own mission."""
    mission = access_own(request.actor, pk)

    def then() -> HttpResponse:
        return done(request, _("Thank you: the debrief is held."), "micro_mobility:my_mission", pk)

    return debriefed(request, actor=request.actor, assignment=mission, then=then)
