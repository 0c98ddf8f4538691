"""My service, this week: who asks to go and what it leaves, who is away, who comes back when (screens.md 6).

What a manager reads stops at the firewall: never a skill, a wish, a refusal or a debrief (design.md rule 5).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Half
from reflexes.mechanisms.allocation.services import other_dates
from reflexes.mechanisms.allocation.services.minimums import Kept, Left, do_set_minimums, left_at
from reflexes.mechanisms.allocation.services.missions import do_release, do_withhold
from reflexes.mechanisms.allocation.services.releases import below_minimum, given_lately
from reflexes.mechanisms.allocation.services.returns import do_return
from reflexes.mechanisms.allocation.states import State, WithholdMotive
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Unit
from reflexes.mechanisms.directory.services import units_below
from reflexes.web.answers import done, invalid, refused
from reflexes.web.forms import half_day_of, key_of
from reflexes.web.pages import page
from reflexes.web.words import half_day_full

TEMPLATE = "micro_mobility/manager/service.html"
SERVICE = "micro_mobility:service"
AWAY = (State.RELEASED, State.CONFIRMED, State.STAND_IN, State.STARTED)
WEEK = timedelta(days=7)
AHEAD = timedelta(days=15)
LeftAt = dict[tuple[int, date, str], Left]
WORKING_DAYS = 5


class WithholdForm(forms.Form):
    """Why the service keeps somebody: a short coded list, and another half-day that would suit (P09 (9))."""

    motive = forms.ChoiceField(
        label=gettext_lazy("Why can the service not do without?"),
        choices=WithholdMotive.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a motive: the person will read it.")},
    )
    other = forms.ChoiceField(label=gettext_lazy("Another half-day that would suit"), required=False)
    capacity_loss = forms.CharField(label=gettext_lazy("A word to the person"), max_length=200, required=False)

    def __init__(self, *args: Any, mission: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, prefix=str(mission.pk), **kwargs)
        asked = (mission.day, mission.half)
        first = clock.today() + timedelta(days=1)
        days = [first + timedelta(days=number) for number in range(AHEAD.days)]
        # Weekends are offered too: some services work then.
        others = ((day, half) for day in days for half in Half.values if (day, half) != asked)
        choices = [(key_of(other), half_day_full(*other)) for other in others]
        self.fields["other"].choices = [("", _("None to propose")), *choices]  # type: ignore[attr-defined]

    def decision(self) -> dict[str, Any]:
        """Return the decision as the service takes it."""
        other = self.cleaned_data["other"]
        return {
            "motive": self.cleaned_data["motive"],
            "capacity_loss": self.cleaned_data["capacity_loss"],
            "other": half_day_of(other) if other else None,
        }


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who asks to go: the mission, what it leaves, and the form to keep them."""

    mission: Assignment
    left: Left | None
    form: WithholdForm
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One half-day of the week: what it leaves, who is away, and what the form of the minimum shows."""

    key: str
    day: date
    half: str
    left: Left | None
    names: list[str]
    present: str
    minimum: str


def access_unit(request: HttpRequest) -> Unit:
    """Return the unit of a manager; whoever acts otherwise manages nothing."""
    if request.actor.role != roles.MANAGER or request.actor.unit_id is None:
        raise PermissionDenied
    return get_object_or_404(Unit.objects.select_related("organisation"), pk=request.actor.unit_id)


def asking_of(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions that wait for this manager's answer, the most urgent first."""
    return (
        perms.missions_of_service(actor)
        .filter(state=State.ACCEPTED)
        .select_related("person__offer__capacity__unit", "slot__need__organisation", "slot__need__place__commune")
        .order_by("release_by", "day", "half", "pk")
    )


def _monday(request: HttpRequest) -> date:
    """Return the Monday of the week in the address; otherwise this week's, and at the weekend the next one's."""
    today = clock.today()
    try:
        wanted = date.fromisoformat(request.GET.get("semaine", "") or request.POST.get("semaine", ""))
    except ValueError:
        wanted = today + timedelta(days=2) if today.weekday() > 4 else today
    wanted = min(max(wanted, today - 52 * WEEK), today + 52 * WEEK)
    return wanted - timedelta(days=wanted.weekday())


def unit_of(mission: Assignment) -> int | None:
    """Return the home unit of the person of a mission."""
    capacity = mission.person.offer.capacity
    return capacity.unit_id if capacity else None


def _left(missions: list[Assignment], units: set[int], exercise_id: int | None) -> LeftAt:
    days = [mission.day for mission in missions]
    return left_at(units, min(days), max(days), exercise_id=exercise_id) if days else {}


def requests_of(
    missions: Iterable[Assignment], units: set[int], exercise_id: int | None, *, left: LeftAt | None = None
) -> list[Request]:
    """Return those who ask to go with what each leaves: one reading for all."""
    asking = list(missions)
    left = _left(asking, units, exercise_id) if left is None else left
    return [
        Request(
            mission,
            left.get((unit_of(mission) or 0, mission.day, mission.half)),
            WithholdForm(mission=mission),
        )
        for mission in asking
    ]


def all_known(asking: Iterable[Request]) -> bool:
    """Tell whether the service set a minimum for every half-day somebody asks for."""
    return all(one.left is not None and one.left.minimum is not None for one in asking)


def _context(
    request: HttpRequest, *, kept: tuple[int, WithholdForm] | None = None, typed: QueryDict | None = None
) -> dict[str, Any]:
    """Return the whole page; ``kept`` is the refused form of one request, shown open in its place."""
    unit, monday = access_unit(request), _monday(request)
    actor = request.actor
    sunday = monday + timedelta(days=6)
    units = units_below(unit.pk)
    missions = perms.missions_of_service(actor).select_related(
        "person__offer__capacity__unit", "slot__need__organisation", "slot__need__place__commune"
    )
    waiting = list(asking_of(actor))
    left = _left(waiting, units, actor.exercise_id)
    asking = requests_of(waiting, units, actor.exercise_id, left=left)
    if kept is not None:
        asking = [
            Request(one.mission, one.left, kept[1], refused=True) if one.mission.pk == kept[0] else one
            for one in asking
        ]
    away = list(missions.filter(state__in=AWAY, day__range=(monday, sunday)).order_by("day", "half", "pk"))
    back = missions.filter(state__in=(State.STARTED, State.DONE)).order_by("returns_on", "day", "pk")
    may_all_go = len(waiting) > 1 and not below_minimum(waiting, actor.exercise_id, left=left)
    return {
        "unit": unit,
        "monday": monday,
        "before": monday - WEEK,
        "after": monday + WEEK,
        "asking": asking,
        "away": away,
        "back": back,
        "today": clock.today(),
        "may_all_go": may_all_go,
        "all_known": all_known(asking),
        "proposed": other_dates.of_service(actor),
        "given": given_lately(actor),
        "lines": _lines(unit, monday, away, actor.exercise_id, typed),
        "minimum_refused": typed is not None,
    }


def _lines(
    unit: Unit, monday: date, away: list[Assignment], exercise_id: int | None, typed: QueryDict | None
) -> list[Line]:
    """Return the half-days of the week: working days always, those of the weekend when something happens then."""
    left = left_at([unit.pk], monday, monday + timedelta(days=6), exercise_id=exercise_id)
    names: dict[tuple[date, str], list[str]] = {}
    for mission in away:
        names.setdefault((mission.day, mission.half), []).append(str(mission.person))
    lines = []
    for number in range(7):
        day = monday + timedelta(days=number)
        for half in Half.values:
            found, gone = left.get((unit.pk, day, half)), names.get((day, half), [])
            if number < WORKING_DAYS or found is not None or gone:
                key = key_of((day, half))
                lines.append(Line(key, day, half, found, gone, *_figures(key, found, typed)))
    return lines


def _figures(key: str, left: Left | None, typed: QueryDict | None) -> tuple[str, str]:
    """Return what the form shows for one half-day: what was typed if it was refused, else what is set."""
    if typed is not None:
        return typed.get(f"present:{key}", ""), typed.get(f"minimum:{key}", "")
    if left is None or left.minimum is None:
        return "", ""
    return str(left.present), str(left.minimum)


def _access_request(request: HttpRequest, pk: int) -> Assignment:
    access_unit(request)
    return perms.access_assignment(request.actor, pk)


def _back_to(request: HttpRequest) -> str:
    return f"{reverse(SERVICE)}?semaine={_monday(request).isoformat()}"


@require_GET
def service(request: HttpRequest) -> HttpResponse:
    """Show the week of the service."""
    return page(request, TEMPLATE, _context(request))


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody go, and say if one wishes what it costs the service (P09 (9))."""
    mission = _access_request(request, pk)
    try:
        do_release(actor=request.actor, assignment=mission, capacity_loss=request.POST.get("capacity_loss", "").strip())
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(request), refusal)
    said = _("%(person)s may go: the host is asked to confirm, then they are told.") % {"person": mission.person}
    return done(request, said, _back_to(request))


@require_POST
def withhold(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep somebody, with a coded motive and perhaps another half-day."""
    mission = _access_request(request, pk)
    form = WithholdForm(request.POST, mission=mission)
    if not form.is_valid():
        return invalid(request, TEMPLATE, _context(request, kept=(pk, form)))
    try:
        do_withhold(actor=request.actor, assignment=mission, **form.decision())
    except Refusal as refusal:
        context = {**_context(request, kept=(pk, form)), "form": form}
        return refused(request, TEMPLATE, context, refusal)
    said = _("%(person)s stays. They and the cell read your motive.") % {"person": mission.person}
    return done(request, said, _back_to(request))


@require_POST
def service_minimum(request: HttpRequest) -> HttpResponse:
    """Say how many people the service expects and keeps on each half-day of the week shown."""
    unit, monday = access_unit(request), _monday(request)
    try:
        do_set_minimums(actor=request.actor, unit=unit, kept=_kept(request, monday))
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(request, typed=request.POST), refusal)
    return done(request, _("The minimum of the week is set: plans will keep it."), f"{_back_to(request)}#minimum")


def _kept(request: HttpRequest, monday: date) -> list[Kept]:
    """Read the table of the week; a line left empty is left as it is."""
    kept = []
    for number in range(7):
        for half in Half.values:
            day = monday + timedelta(days=number)
            key = key_of((day, half))
            present, minimum = (request.POST.get(f"{name}:{key}", "").strip() for name in ("present", "minimum"))
            if not present and not minimum:
                continue
            if not (present.isdecimal() and minimum.isdecimal()) or len(present) > 4 or len(minimum) > 4:
                raise Refusal(
                    "minimum_unreadable",
                    _("%(half_day)s: write both numbers in figures, people expected and people kept.")
                    % {"half_day": half_day_full(day, half)},
                )
            kept.append(Kept(day, half, int(present), int(minimum)))
    if not kept:
        raise Refusal("minimum_empty", _("Fill in at least one half-day: people expected and people kept."))
    return kept


@require_POST
def mark_returned(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody is back at their post."""
    mission = _access_request(request, pk)
    try:
        do_return(actor=request.actor, assignment=mission)
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(request), refusal)
    said = _("%(person)s is back. Take ten minutes together.") % {"person": mission.person}
    return done(request, said, _back_to(request))
