"""The cell's home: what waits, on whom, since when (design.md rule 2; screens.md 1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services import nudges
from reflexes.mechanisms.allocation.services import silences as tables
from reflexes.mechanisms.allocation.states import State, WithholdMotive
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import managers_by_unit, managers_of
from reflexes.pistes.resources.micro_mobility.views.answers import done, invalid, refused
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell, phone_of
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Bar, BarChart

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Saying:
    """How one silence reads: its sentence by count, who can unblock it, what to do, and why it matters."""

    sentence: Any
    unblocked_by: Text
    action: Text
    title: Text
    about: Text
    tone: str = "waits"


# Silence code (allocation.services.silences) → its words.
SAYINGS: dict[str, Saying] = {
    "offers_unanswered": Saying(
        ngettext_lazy(
            "%(count)s person offered to help and heard nothing.",
            "%(count)s people offered to help and heard nothing.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Answer"),
        gettext_lazy("Offers nobody answered"),
        gettext_lazy("Every offer gets a human answer, even when there is nothing to ask for yet."),
    ),
    "agents_silent": Saying(
        ngettext_lazy(
            "%(count)s agent has not answered a proposal.",
            "%(count)s agents have not answered a proposal.",
            "count",
        ),
        gettext_lazy("the agents"),
        gettext_lazy("Remind or call"),
        gettext_lazy("Agents who have not answered"),
        gettext_lazy("Refusing costs nothing: a reminder asks for an answer, not for a yes."),
    ),
    "managers_silent": Saying(
        ngettext_lazy(
            "%(count)s agent who said yes waits for their manager.",
            "%(count)s agents who said yes wait for their managers.",
            "count",
        ),
        gettext_lazy("the home managers"),
        gettext_lazy("Remind or call"),
        gettext_lazy("Managers who have not answered"),
        gettext_lazy("These agents said yes. Their manager releases them, or keeps them with a motive."),
    ),
    "hosts_silent": Saying(
        ngettext_lazy(
            "%(count)s released agent waits for the host to confirm.",
            "%(count)s released agents wait for the host to confirm.",
            "count",
        ),
        gettext_lazy("the hosts"),
        gettext_lazy("Remind or call"),
        gettext_lazy("Hosts who have not confirmed"),
        gettext_lazy("The agent said yes and the service let them go: the host still has to say it expects them."),
    ),
    "needs_short": Saying(
        ngettext_lazy(
            "%(count)s half-day of a vital need has free places and nobody asked.",
            "%(count)s half-days of vital needs have free places and nobody asked.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Why?"),
        gettext_lazy("Vital half-days with nobody asked"),
        gettext_lazy("Run a plan, or read why nobody can be asked: call, recruit or train."),
    ),
    "stand_ins_wanted": Saying(
        ngettext_lazy("%(count)s agent looks for a stand-in.", "%(count)s agents look for a stand-in.", "count"),
        gettext_lazy("the cell"),
        gettext_lazy("Find somebody"),
        gettext_lazy("Stand-ins looked for"),
        gettext_lazy("The holder keeps the mission until somebody takes it."),
    ),
    "unprepared": Saying(
        ngettext_lazy(
            "%(count)s mission of the next two days is not prepared.",
            "%(count)s missions of the next two days are not prepared.",
            "count",
        ),
        gettext_lazy("the hosts"),
        gettext_lazy("Prepare"),
        gettext_lazy("Missions not prepared"),
        gettext_lazy("Nobody starts before the short training and the safety rules."),
    ),
    "not_returned": Saying(
        ngettext_lazy(
            "%(count)s agent is not back at their post on the date planned.",
            "%(count)s agents are not back at their posts on the date planned.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Organise the return"),
        gettext_lazy("Agents not back at their post"),
        gettext_lazy("A mission ends with a return: call the agent or the home service, then write it down here."),
    ),
    "not_debriefed": Saying(
        ngettext_lazy(
            "%(count)s agent came back and was not heard yet.",
            "%(count)s agents came back and were not heard yet.",
            "count",
        ),
        gettext_lazy("the cell"),
        gettext_lazy("Hear them"),
        gettext_lazy("Returns without a debrief"),
        gettext_lazy("What a newcomer saw is lost within days. The agent decides what goes further."),
    ),
    "drafts": Saying(
        ngettext_lazy(
            "%(count)s need was begun and never opened.", "%(count)s needs were begun and never opened.", "count"
        ),
        gettext_lazy("the hosts"),
        gettext_lazy("Finish with them"),
        gettext_lazy("Needs begun and never opened"),
        gettext_lazy("A host stopped on the way: a call often finishes it in two minutes."),
        tone="going",
    ),
}
GROUPS: dict[str, Text] = {
    "people": gettext_lazy("People who offered are waiting"),
    "agents": gettext_lazy("Agents are waiting"),
    "hosts": gettext_lazy("Hosts are waiting"),
    "services": gettext_lazy("Home services are waiting"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the table."""

    sentence: str
    count: int
    since: Any
    who: Text
    href: str
    action: Text
    tone: str


@require_GET
def silences(request: HttpRequest) -> HttpResponse:
    """Show what waits, grouped by who is waiting, oldest first; beside it, this week's half-days."""
    access_cell(request.actor)
    groups: dict[str, list[Waiting]] = {}
    for silence in tables.silences(request.actor):
        saying = SAYINGS[silence.code]
        groups.setdefault(silence.group, []).append(
            Waiting(
                saying.sentence % {"count": silence.count},
                silence.count,
                silence.since,
                saying.unblocked_by,
                reverse("micro_mobility:silence_list", args=[silence.code]),
                saying.action,
                saying.tone,
            )
        )
    if (plan := tables.unsent_plan(request.actor)) is not None:
        groups.setdefault("hosts", []).append(
            Waiting(
                _("Plan %(number)s is ready and nothing of it has left.") % {"number": plan.number},
                1,
                plan.finished_at,
                SAYINGS["needs_short"].unblocked_by,
                reverse("micro_mobility:plan_detail", args=[plan.number]),
                _("Read the plan"),
                SAYINGS["needs_short"].tone,
            )
        )
    context = {
        "groups": [(GROUPS[group], lines) for group, lines in groups.items()],
        "week": _week_chart(request),
    }
    return page(request, "micro_mobility/cell/silences.html", context)


def _week_chart(request: HttpRequest) -> BarChart:
    figures = tables.week_figures(request.actor)
    board = reverse("micro_mobility:need_board")
    span = f"?since={figures.monday.isoformat()}&until={(figures.monday + timedelta(days=6)).isoformat()}"
    return BarChart(
        title=_("Next week's half-days") if figures.monday > clock.today() else _("This week's half-days"),
        bars=[
            Bar(_("Needed"), figures.asked, f"{board}{span}"),
            Bar(_("Agreed"), figures.agreed, f"{board}{span}"),
            Bar(_("Done"), figures.done, f"{board}{span}"),
        ],
        source=_("needs and missions of this site"),
        on=figures.at,
    )


@require_GET
def silence_list(request: HttpRequest, code: str) -> HttpResponse:
    """Show everything one silence holds, oldest first, each with its one action."""
    access_cell(request.actor)
    rows = paginate(request, tables.waiting_on(request.actor, code), PER_PAGE)
    context = {
        "saying": SAYINGS[code],
        "code": code,
        "rows": rows,
        "lines": _lines(code, rows),
        "menu_here": "micro_mobility:silences",
    }
    return page(request, "micro_mobility/cell/silence_list.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits, in a sentence, with what can be done about it."""

    row: Any
    person: Any = None
    slot: Any = None
    need: Any = None
    mission: Assignment | None = None
    phone: str = ""
    contact: str = ""
    nudge: bool = False
    write: bool = False


def _lines(code: str, rows: Iterable[Any]) -> list[Line]:
    rows = list(rows)
    if code == "offers_unanswered":
        return [Line(row, person=row.person, phone=phone_of(row.person)) for row in rows]
    if code == "needs_short":
        return [Line(row, slot=row, need=row.need) for row in rows]
    if code == "drafts":
        return [Line(row, need=row) for row in rows]
    called = _managers(rows) if code == "managers_silent" else {}
    return [_mission_line(row, called.get(row.pk) or _contact(code, row)) for row in rows]


def _mission_line(mission: Assignment, contact: Person | None) -> Line:
    return Line(
        mission,
        person=mission.person,
        slot=mission.slot,
        need=mission.slot.need,
        mission=mission,
        phone=phone_of(contact),
        contact=str(contact or ""),
        nudge=mission.state in nudges.WAITED_FOR,
        write=mission.state in nudges.CAN_BE_SAID,
    )


def _contact(code: str, mission: Assignment) -> Person | None:
    """Return whom to call about a mission that waits."""
    if code == "managers_silent":
        return None
    return mission.slot.need.mentor if code in {"hosts_silent", "unprepared"} else mission.person


def _managers(missions: list[Assignment]) -> dict[int, Person]:
    """Return who to call at the home service of each mission."""
    units = {mission.pk: _unit_of(mission) for mission in missions}
    managing = managers_by_unit({unit for unit in units.values() if unit is not None})
    found = {}
    for mission in missions:
        others = [one for one in managing.get(units[mission.pk] or 0, []) if one.pk != mission.person_id]
        if others:
            found[mission.pk] = others[0]
    return found


def _unit_of(mission: Assignment) -> int | None:
    offer = getattr(mission.person, "offer", None)
    return offer.capacity.unit_id if offer and offer.capacity else None


@require_POST
def mission_nudge(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a reminder to whoever is waited for, at most once a day."""
    access_cell(request.actor)
    mission = perms.access_assignment(request.actor, pk)
    try:
        waited_for = nudges.do_nudge(actor=request.actor, assignment=mission)
    except Refusal as refusal:
        return refused(request, "micro_mobility/cell/on_behalf.html", _behalf(mission, None), refusal)
    return done(request, NUDGED[waited_for], "micro_mobility:mission_on_behalf", mission.pk)


NUDGED = {
    "agent": gettext_lazy("A reminder is on its way to the agent."),
    "manager": gettext_lazy("A reminder is on its way to the home manager."),
    "host": gettext_lazy("A reminder is on its way to the host."),
}


class AnswerForm(forms.Form):
    """An answer that came by voice or on paper."""

    said = forms.ChoiceField(label=gettext_lazy("What did they say?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label=gettext_lazy("How did it reach you?"), choices=nudges.Channel.choices, widget=forms.RadioSelect
    )
    motive = forms.ChoiceField(
        label=gettext_lazy("If the home service keeps them: why?"),
        choices=[
            ("", gettext_lazy("Choose")),
            *((value, label) for value, label in WithholdMotive.choices if value != WithholdMotive.OTHER_DATE),
        ],
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("If the host does not confirm: why, in one sentence?"), required=False, max_length=200
    )

    def __init__(self, *args: Any, mission: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = nudges.CAN_BE_SAID.get(mission.state, ())
        self.fields["said"].choices = [(one.value, one.label) for one in said]
        if nudges.Said.WITHHOLD not in said:
            del self.fields["motive"]
        if nudges.Said.TURN_DOWN not in said:
            del self.fields["reason"]


@require_http_methods(["GET", "POST"])
def mission_on_behalf(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down an answer given by phone, on paper or face to face (design.md rule 7)."""
    access_cell(request.actor)
    mission = perms.access_assignment(request.actor, pk)
    template = "micro_mobility/cell/on_behalf.html"
    if request.method == "GET":
        return page(request, template, _behalf(mission, AnswerForm(mission=mission)))
    form = AnswerForm(request.POST, mission=mission)
    if not form.is_valid():
        return invalid(request, template, _behalf(mission, form))
    try:
        nudges.do_write_answer(actor=request.actor, assignment=mission, **form.cleaned_data)
    except Refusal as refusal:
        mission.refresh_from_db()
        return refused(request, template, _behalf(mission, form), refusal)
    return done(request, _("The answer is written down."), "micro_mobility:need_detail", mission.slot.need_id)


def _behalf(mission: Assignment, form: AnswerForm | None) -> dict[str, Any]:
    need = mission.slot.need
    accepted = mission.state == State.ACCEPTED
    managers = managers_of(_unit_of(mission), besides=mission.person_id) if accepted else []
    called = {
        State.ACCEPTED: managers,
        State.RELEASED: [need.mentor, need.contact],
    }.get(State(mission.state), [mission.person])
    return {
        "mission": mission,
        "need": need,
        "form": form or AnswerForm(mission=mission),
        "can_write": mission.state in nudges.CAN_BE_SAID,
        "can_nudge": mission.state in nudges.WAITED_FOR,
        "nudged_at": nudges.last_nudge(mission),
        "called": [(person, phone_of(person)) for person in called if person],
        "menu_here": "micro_mobility:silences",
    }
