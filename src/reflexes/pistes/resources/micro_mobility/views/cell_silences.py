"""The cell's home: what waits, on whom, since when (design.md rule 2; screens.md 1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock, registry
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Concern, MentorAbsence, Need, Objection, Offer
from reflexes.mechanisms.allocation.services import deadlines, nudges
from reflexes.mechanisms.allocation.services import silences as tables
from reflexes.mechanisms.allocation.services.concerns import can_be_told
from reflexes.mechanisms.allocation.services.objecting import may_be_objected
from reflexes.mechanisms.allocation.states import State, WithholdMotive
from reflexes.mechanisms.crisis.exercises import last_rehearsal, rehearsal_due
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import managers_above_by_unit, managers_by_unit
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell, phone_of
from reflexes.pistes.resources.micro_mobility.views.eve import eve_of
from reflexes.pistes.resources.micro_mobility.views.silence_words import GROUPS, SAYINGS, Text
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Bar, BarChart
from reflexes.web.words import full_date


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
                reverse(saying.page) if saying.page else reverse("micro_mobility:silence_list", args=[silence.code]),
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
    if (rehearsal := _rehearsal_due()) is not None:
        groups.setdefault("services", []).append(rehearsal)
    if (eve := eve_of(request)).count:
        groups.setdefault("hosts", []).append(
            Waiting(
                ngettext(
                    "%(count)s thing is not settled for %(day)s.",
                    "%(count)s things are not settled for %(day)s.",
                    eve.count,
                )
                % {"count": eve.count, "day": full_date(eve.day)},
                eve.count,
                eve.since,
                SAYINGS["needs_short"].unblocked_by,
                reverse("micro_mobility:eve"),
                _("See the list"),
                SAYINGS["needs_short"].tone,
            )
        )
    context = {
        "groups": [(GROUPS[group], lines) for group, lines in groups.items()] + _elsewhere(request),
        "week": _week_chart(request),
        "begins": not groups and not Need.objects.exists() and not Offer.objects.exists(),
    }
    return page(request, "micro_mobility/cell/silences.html", context)


def _elsewhere(request: HttpRequest) -> list[tuple[Text, list[Waiting]]]:
    """Return what waits for the cell in other pistes, under the title that each gives."""
    return [
        (
            title,
            [Waiting(str(one.sentence), one.count, one.since, one.who, one.href, one.action, "waits") for one in lines],
        )
        for title, lines in registry.waits(request.actor)
    ]


def _rehearsal_due() -> Waiting | None:
    """Return the line of an exercise that is due: its planned day has come, or the years of the law have passed."""
    due, since = rehearsal_due()
    if not due or since is None:
        return None
    last = last_rehearsal()
    return Waiting(
        _("An exercise is due; the last one was on %(day)s.") % {"day": full_date(last.date()) if last else "–"},
        1,
        timezone.make_aware(datetime.combine(since, time(8))),
        _("the cell"),
        reverse("crisis:exercises"),
        _("Open an exercise"),
        "waits",
    )


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
    if code in SAYINGS and SAYINGS[code].page:
        return redirect(SAYINGS[code].page)
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
    above: Sequence[tuple[Person, str]] = ()
    escalate: bool = False
    stand_in: bool = False
    absence: MentorAbsence | None = None
    concern: Concern | None = None
    objection: Objection | None = None


def _lines(code: str, rows: Iterable[Any]) -> list[Line]:
    rows = list(rows)
    if code == "offers_unanswered":
        return [Line(row, person=row.person, phone=phone_of(row.person)) for row in rows]
    if code == "needs_short":
        return [Line(row, slot=row, need=row.need) for row in rows]
    if code == "mentors_away":
        return [Line(row, absence=row) for row in rows]
    if code == "concerns_open":
        return [Line(row, concern=row) for row in rows]
    if code == "objections_open":
        return [_objection_line(row) for row in rows]
    if code == "series_ending":
        return [Line(row, need=row, contact=str(row.mentor or ""), phone=phone_of(row.mentor)) for row in rows]
    if code in {"drafts", "needs_new"}:
        return [Line(row, need=row) for row in rows]
    called = _managers(rows) if code in {"managers_silent", "managers_late"} else {}
    above = _above(rows) if code == "managers_late" else {}
    return [_mission_line(row, called.get(row.pk) or _contact(code, row), above.get(row.pk, ()), code) for row in rows]


def _objection_line(objection: Objection) -> Line:
    mission = objection.assignment
    return Line(objection, objection=objection, mission=mission, need=mission.slot.need, phone=phone_of(mission.person))


def _mission_line(mission: Assignment, contact: Person | None, above: Sequence[Person], code: str) -> Line:
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
        above=[(one, phone_of(one)) for one in above],
        escalate=code == "managers_late" and bool(above) and mission.escalated_at is None,
        stand_in=code == "stand_ins_wanted",
    )


def _contact(code: str, mission: Assignment) -> Person | None:
    """Return whom to call about a mission that waits."""
    if code in {"managers_silent", "managers_late"}:
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


def _above(missions: list[Assignment]) -> dict[int, list[Person]]:
    """Return who is asked when the home manager of each mission does not answer."""
    higher = managers_above_by_unit({unit for mission in missions if (unit := _unit_of(mission)) is not None})
    return {
        mission.pk: [one for one in higher.get(_unit_of(mission) or 0, []) if one.pk != mission.person_id]
        for mission in missions
    }


def _unit_of(mission: Assignment) -> int | None:
    offer = getattr(mission.person, "offer", None)
    return offer.capacity.unit_id if offer and offer.capacity else None


@require_POST
def mission_nudge(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a reminder to whoever is waited for, at most once a day; from a list, come back to it for the next one."""
    access_cell(request.actor)
    mission = perms.access_assignment(request.actor, pk)
    try:
        waited_for = nudges.do_nudge(actor=request.actor, assignment=mission)
    except Refusal as refusal:
        return refused(request, "micro_mobility/cell/on_behalf.html", on_behalf_context(mission, None), refusal)
    if (code := request.GET.get("from", "")) in SAYINGS:
        return done(request, NUDGED[waited_for], "micro_mobility:silence_list", code)
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
    said_by = forms.ChoiceField(
        label=gettext_lazy("Who answered for the home service?"),
        help_text=gettext_lazy("Their name stays with the answer."),
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("If the host does not confirm: why, in one sentence?"), required=False, max_length=200
    )

    def __init__(self, *args: Any, mission: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = nudges.CAN_BE_SAID.get(mission.state, ())
        self.fields["said"].choices = [(one.value, one.label) for one in said]
        able = nudges.may_release(mission) if nudges.Said.WITHHOLD in said else []
        self.fields["said_by"].choices = [(one.pk, str(one)) for one in able]
        if not able:
            del self.fields["said_by"]
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
        return page(request, template, on_behalf_context(mission, AnswerForm(mission=mission)))
    form = AnswerForm(request.POST, mission=mission)
    if not form.is_valid():
        return invalid(request, template, on_behalf_context(mission, form))
    try:
        said_by = form.cleaned_data.pop("said_by", "")
        nudges.do_write_answer(
            actor=request.actor, assignment=mission, said_by=int(said_by) if said_by else None, **form.cleaned_data
        )
    except Refusal as refusal:
        mission.refresh_from_db()
        return refused(request, template, on_behalf_context(mission, form), refusal)
    return done(request, _("The answer is written down."), "micro_mobility:need_detail", mission.slot.need_id)


def on_behalf_context(mission: Assignment, form: AnswerForm | None) -> dict[str, Any]:
    """Return what the page of an answer received shows: whom to call, what may be written."""
    need = mission.slot.need
    accepted = mission.state == State.ACCEPTED
    managers = nudges.may_release(mission) if accepted else []
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
        "can_escalate": accepted and mission.escalated_at is None and bool(deadlines.next_above(mission)),
        "may_tell": can_be_told(mission),
        "may_object": may_be_objected(mission),
        "objection": getattr(mission, "objection", None),
        "can_stand_in": mission.state in {State.CONFIRMED, State.STAND_IN},
        "called": [(person, phone_of(person)) for person in called if person],
        "menu_here": "micro_mobility:silences",
    }
