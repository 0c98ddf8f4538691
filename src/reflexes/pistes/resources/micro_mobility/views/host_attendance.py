"""The attendance sheet of one half-day: one line a person, on screen the same day, or copied from paper later."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.privacy.services import record_views
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Half
from reflexes.mechanisms.allocation.services import attendance
from reflexes.mechanisms.allocation.services.attendance import CAN_BE_SEEN
from reflexes.mechanisms.allocation.states import HOLDING, Origin, State
from reflexes.mechanisms.directory.models import Place
from reflexes.pistes.resources.micro_mobility.codes import SHEET, code_of
from reflexes.pistes.resources.micro_mobility.steps import reach
from reflexes.pistes.resources.micro_mobility.views.host_day import access_site
from reflexes.pistes.resources.micro_mobility.views.host_missions import TONES, proposed_interview
from reflexes.web.answers import done
from reflexes.web.forms import HoursField
from reflexes.web.pages import CONFLICT, INVALID, page

TEMPLATE = "micro_mobility/host/attendance.html"
SHOWN = (*(state for state in HOLDING if state != State.ACCEPTED), State.NO_SHOW, State.EXCUSED)
NOON = 13


class LineForm(forms.Form):
    """One line: what was seen, the two boxes, the hours."""

    seen = forms.ChoiceField(label=gettext_lazy("What did you see?"), required=False, widget=forms.RadioSelect)
    trained = forms.BooleanField(label=gettext_lazy("The short training was given"), required=False)
    safety_told = forms.BooleanField(label=gettext_lazy("The safety instructions were told"), required=False)
    hours = HoursField(label=gettext_lazy("Hours, once it is finished"), required=False)

    def __init__(self, *args: Any, mission: Assignment, **kwargs: Any) -> None:
        super().__init__(*args, prefix=str(mission.pk), **kwargs)
        able = CAN_BE_SEEN.get(mission.state, ())
        self.fields["seen"].choices = [  # type: ignore[attr-defined]
            *((one.value, one.label) for one in able),
            ("", gettext_lazy("Nothing to write yet")),
        ]
        for field in self.fields.values():
            field.needed = True  # type: ignore[attr-defined]  # a line left alone is not an answer refused
        self.initial = {
            "seen": "",
            "trained": mission.trained,
            "safety_told": mission.safety_told,
            "hours": mission.hours,
        }
        if mission.state == State.STARTED:
            del self.fields["trained"]
            del self.fields["safety_told"]


@dataclass(frozen=True, slots=True)
class Line:
    """One person of the sheet; ``form`` is None when nothing is left to write."""

    mission: Assignment
    form: LineForm | None
    tone: str
    call: Any
    may_undo: bool


def sheet_number(place_id: int, day: date, half: str) -> int:
    """Return the number of a site's sheet, for its code.

    >>> sheet_number(12, date(2026, 11, 24), "am")
    122611241
    """
    return int(f"{place_id}{day:%y%m%d}{1 if half == Half.AM else 2}")


def sheet_of(number: int) -> tuple[int, date, str]:
    """Return the site, the day and the half of a sheet's number; ValueError when it is none.

    >>> sheet_of(122611241)
    (12, datetime.date(2026, 11, 24), 'am')
    """
    place, moment, half = number // 10**7, number // 10 % 10**6, number % 10
    if half not in {1, 2} or not place:
        raise ValueError(number)
    day = datetime.strptime(f"{moment:06d}", "%y%m%d").replace(tzinfo=timezone.get_current_timezone()).date()
    return place, day, Half.AM.value if half == 1 else Half.PM.value


def _asked(request: HttpRequest) -> dict[str, Any]:
    """Return which sheet is read: the one of the address, or this half-day's."""
    asked = request.GET
    now = timezone.localtime(clock.now())
    try:
        day = date.fromisoformat(asked.get("jour", ""))
    except ValueError:
        day = clock.today()
    half = asked.get("demi", "")
    if half not in Half.values:
        half = Half.AM if now.hour < NOON else Half.PM
    place = None
    if asked.get("lieu", "").isdigit():
        place = Place.objects.select_related("commune").filter(pk=int(asked["lieu"])).first()
        if place is None or not (
            perms.is_cell(request.actor) or place.organisation_id == request.actor.organisation_id
        ):
            raise Http404
    return {"day": day, "half": half, "place": place, "on_paper": asked.get("papier") == "oui"}


def _missions(request: HttpRequest, asked: dict[str, Any]) -> list[Assignment]:
    found = perms.visible_assignments(request.actor).filter(day=asked["day"], half=asked["half"], state__in=SHOWN)
    if asked["place"] is not None:
        found = found.filter(slot__need__place=asked["place"], slot__need__remote=False)
    elif perms.is_cell(request.actor):
        found = found.none()
    return list(
        found.exclude(drop_motive__in=("agent", "holder"), state=State.EXCUSED)
        .select_related("person", "slot__need__place", "slot__need__organisation", "slot__skill", "mentor")
        .order_by("person__search", "pk")
    )


@require_http_methods(["GET", "POST"])
def attendance_sheet(request: HttpRequest) -> HttpResponse:
    """Show the sheet of one half-day; written line by line, so that one refused line holds back no other."""
    access_site(request)
    asked = _asked(request)
    missions = _missions(request, asked)
    if request.method == "GET":
        read = [mission.person.key for mission in missions]
        record_views(request.actor, read, "micro_mobility.attendance", "allocation")
        return page(request, TEMPLATE, _context(request, asked, [_line(request, one) for one in missions]))
    return _write(request, asked, missions)


def _line(request: HttpRequest, mission: Assignment, form: LineForm | None = None) -> Line:
    open_ = mission.state in CAN_BE_SEEN
    return Line(
        mission,
        (form or LineForm(mission=mission)) if open_ or form else None,
        TONES.get(State(mission.state), "stopped"),
        reach(mission.person),
        attendance.can_undo(request.actor, mission),
    )


def _write(request: HttpRequest, asked: dict[str, Any], missions: list[Assignment]) -> HttpResponse:
    channel = Origin.PAPER if asked["on_paper"] else Origin.SCREEN
    written, lines, conflict = 0, [], False
    for mission in missions:
        form = LineForm(request.POST, mission=mission)
        if not request.POST.get(f"{mission.pk}-seen"):
            lines.append(_line(request, mission))
            continue
        if form.is_valid():
            try:
                attendance.do_write_attendance(
                    actor=request.actor,
                    assignment=mission,
                    interview_at=proposed_interview(mission),
                    channel=channel,
                    **form.cleaned_data,
                )
                written += 1
                lines.append(_line(request, mission))
                continue
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                conflict = conflict or refusal.conflict
                mission.refresh_from_db()
        lines.append(_line(request, mission, form))
    refused = [line for line in lines if line.form is not None and line.form.is_bound]
    if refused:
        context = {**_context(request, asked, lines), "written": written, "refused": len(refused)}
        return page(request, TEMPLATE, context, status=CONFLICT if conflict else INVALID)
    said = ngettext("%(count)d line is written.", "%(count)d lines are written.", written) % {"count": written}
    return done(request, said if written else _("Nothing was ticked: nothing is written."), request.get_full_path())


def _sites(request: HttpRequest, asked: dict[str, Any]) -> list[Place]:
    """Return the sites where somebody is expected that half-day: the cell chooses one."""
    expected = perms.visible_assignments(request.actor).filter(
        day=asked["day"], half=asked["half"], state__in=SHOWN, slot__need__remote=False
    )
    found = Place.objects.filter(needs__slots__assignments__in=expected).select_related("commune")
    return list(found.distinct().order_by("search", "pk"))


def _context(request: HttpRequest, asked: dict[str, Any], lines: list[Line]) -> dict[str, Any]:
    places = Place.objects.filter(organisation_id=request.actor.organisation_id).order_by("search", "pk")
    place = asked["place"]
    return {
        **asked,
        "halves": Half.choices,
        "lines": lines,
        "to_write": any(line.form for line in lines),
        "places": [] if perms.is_cell(request.actor) else places,
        "sites": _sites(request, asked) if perms.is_cell(request.actor) else [],
        "code": code_of(SHEET, sheet_number(place.pk, asked["day"], asked["half"])) if place else "",
        "later": asked["day"] > clock.today(),
        "written": 0,
        "refused": 0,
        "menu_here": "micro_mobility:silences" if perms.is_cell(request.actor) else "micro_mobility:arrivals",
    }
