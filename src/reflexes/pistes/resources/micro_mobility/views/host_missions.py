"""Who arrives, per half-day, and each mission as its host sees it: confirm, prepare, start, finish (P09 (8), (10))."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.privacy.services import record_view
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Debrief, MentorAbsence
from reflexes.mechanisms.allocation.services import missions as services
from reflexes.mechanisms.allocation.services.attendance import can_undo, undo_until
from reflexes.mechanisms.allocation.services.stopping import do_stop
from reflexes.mechanisms.allocation.states import DropMotive, State
from reflexes.mechanisms.directory.models import Place
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import told
from reflexes.pistes.resources.micro_mobility.messages import loaded
from reflexes.pistes.resources.micro_mobility.steps import reach, whom_to_call
from reflexes.pistes.resources.micro_mobility.views.eve import eve_of
from reflexes.pistes.resources.micro_mobility.views.host_home import PER_PAGE, access_host
from reflexes.web.answers import done, invalid, refused
from reflexes.web.forms import HoursField
from reflexes.web.pages import page, paginate
from reflexes.web.parts import Event

TEMPLATE = "micro_mobility/host/mission.html"
MISSION = "micro_mobility:mission_detail"
GOING_ON = (State.RELEASED, State.CONFIRMED, State.STAND_IN, State.STARTED)
OVER = (State.DONE, State.RETURNED, State.DEBRIEFED)
READY = (State.CONFIRMED, State.STAND_IN)
TONES = {
    State.RELEASED: "waits",
    State.CONFIRMED: "done",
    State.STAND_IN: "waits",
    State.STARTED: "going",
    State.DONE: "done",
    State.RETURNED: "done",
    State.DEBRIEFED: "done",
}
# What the host does next, by state.
NEXT = {
    State.RELEASED: gettext_lazy("Confirm or not"),
    State.CONFIRMED: gettext_lazy("Prepare and start"),
    State.STAND_IN: gettext_lazy("Prepare and start"),
    State.STARTED: gettext_lazy("Say it is finished"),
}


class ArrivalsForm(forms.Form):
    """The filters of the arrivals, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=gettext_lazy("What is waiting"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            (State.RELEASED.value, gettext_lazy("To confirm")),
            (State.CONFIRMED.value, gettext_lazy("To prepare and start")),
            (State.STARTED.value, gettext_lazy("To finish")),
        ],
    )
    when = forms.ChoiceField(
        label=gettext_lazy("When"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("jour", gettext_lazy("Today")),
            ("semaine", gettext_lazy("This week")),
        ],
    )
    place = forms.ChoiceField(label=gettext_lazy("Site"), required=False)

    def __init__(self, *args: Any, organisation_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Place.objects.filter(organisation_id=organisation_id).order_by("search", "pk")
        self.fields["place"].choices = [("", gettext_lazy("All")), *places.values_list("pk", "name")]  # type: ignore[attr-defined]


@require_GET
def arrivals(request: HttpRequest) -> HttpResponse:
    """Show who comes, today and later, half-day by half-day; what was not finished comes first."""
    access_host(request)
    form = ArrivalsForm(request.GET, organisation_id=request.actor.organisation_id)
    form.is_valid()
    rows = paginate(request, _coming(request, form.cleaned_data), PER_PAGE)
    today = clock.today()
    half_days = [
        (
            day,
            half,
            day < today,
            day == today,
            [(mission, TONES[State(mission.state)], NEXT.get(State(mission.state), "")) for mission in group],
            [mission.pk for mission in group if mission.state == State.RELEASED],
        )
        for (day, half), group in _by_half_day(rows)
    ]
    places = {mission.slot.need.place for mission in rows if mission.slot.need.place and not mission.slot.need.remote}
    context = {
        "form": form,
        "rows": rows,
        "half_days": half_days,
        "eve": eve_of(request),
        "places": sorted(places, key=lambda place: place.search),
    }
    return page(request, "micro_mobility/host/arrivals.html", context)


def _by_half_day(rows: Iterable[Assignment]) -> list[tuple[tuple[date, str], list[Assignment]]]:
    return [(when, list(group)) for when, group in groupby(rows, key=lambda mission: (mission.day, mission.half))]


def _coming(request: HttpRequest, asked: dict[str, Any]) -> QuerySet[Assignment]:
    found = (
        perms.visible_assignments(request.actor)
        .filter(Q(state__in=GOING_ON) | Q(state__in=OVER, day__gte=clock.today()))
        .select_related("person", "slot__need__organisation", "slot__need__place__commune", "slot__skill", "mentor")
        .order_by("day", "half", "person__search", "pk")
    )
    if asked.get("state"):
        states = READY if asked["state"] == State.CONFIRMED else (asked["state"],)
        found = found.filter(state__in=states)
    today = clock.today()
    if asked.get("when") == "jour":
        found = found.filter(day=today)
    if asked.get("when") == "semaine":
        found = found.filter(day__lte=today + timedelta(days=6 - today.weekday()))
    if asked.get("place"):
        found = found.filter(slot__need__place_id=asked["place"])
    for word in normalised(asked.get("q", "")).split():
        found = found.filter(person__search__contains=word)
    return found


class ReasonForm(forms.Form):
    """Why the host does not confirm."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        help_text=gettext_lazy("One sentence, about the mission and not about the person: the cell finds another way."),
        max_length=200,
        error_messages={"required": gettext_lazy("Say in one sentence why: the cell will find another way.")},
    )


class PrepareForm(forms.Form):
    """The two boxes without which nobody starts (P09 (10))."""

    trained = forms.BooleanField(label=gettext_lazy("The short training was given"), required=False)
    safety_told = forms.BooleanField(label=gettext_lazy("The safety instructions were told"), required=False)


class StartForm(forms.Form):
    """The return interview is booked when the mission starts (P09 (11))."""

    return_interview_at = forms.SplitDateTimeField(
        label=gettext_lazy("When is the return interview?"),
        help_text=gettext_lazy(
            "Ten minutes on the way back: what was learnt, what was noticed, what waits at the post."
        ),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": gettext_lazy("Day of the return interview")},
            time_attrs={"type": "time", "aria-label": gettext_lazy("Hour of the return interview")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        ),
        error_messages={"required": gettext_lazy("Choose a day and an hour: the return is prepared from the start.")},
    )


class FinishForm(forms.Form):
    """How long it was."""

    hours = HoursField(
        label=gettext_lazy("How many hours?"),
        help_text=gettext_lazy("For example 3.5. Leave empty if you do not know."),
        required=False,
    )


def _access(request: HttpRequest, pk: int) -> Assignment:
    """Return a mission to its host, or to the cell that helps it; the agent has a page of their own."""
    found = perms.access_assignment(request.actor, pk)
    if not perms.can_host(request.actor, found):
        raise PermissionDenied
    assignment = loaded(pk)
    return assignment if assignment is not None else found


def mission_context(request: HttpRequest, mission: Assignment, **forms_shown: forms.Form) -> dict[str, Any]:
    """Return what the page of one mission shows to its host."""
    entries = Entry.objects.filter(object_kind="assignment", object_key=str(mission.pk)).order_by("id")
    debrief = Debrief.objects.filter(assignment=mission, share_remarks_with_host=True).exclude(remarks="").first()
    return {
        "mission": mission,
        "need": mission.slot.need,
        "contacts": whom_to_call(mission),
        "reach": reach(mission.person),
        "tone": TONES.get(State(mission.state), "stopped"),
        "to_confirm": mission.state == State.RELEASED,
        "ready": mission.state in READY,
        "early": mission.day > clock.today(),
        "started": mission.state == State.STARTED,
        "over": mission.state in OVER,
        "prepared": mission.trained and mission.safety_told,
        "remarks": debrief.remarks if debrief else "",
        "events": [Event(at=entry.at, sentence=words, detail=entry.reason) for entry, words in told(entries)],
        "reason_form": ReasonForm(),
        "prepare_form": PrepareForm(initial={"trained": mission.trained, "safety_told": mission.safety_told}),
        "start_form": StartForm(initial={"return_interview_at": proposed_interview(mission)}),
        "finish_form": FinishForm(),
        "stop_form": StopForm(),
        "stop_opened": forms_shown.get("opened") == "stop",
        "may_undo": can_undo(request.actor, mission),
        "undo_until": undo_until(mission),
        "alone": _alone(mission),
        "opened": "",
        "form": None,
        **forms_shown,
    }


def _alone(mission: Assignment) -> MentorAbsence | None:
    """Return the absence that leaves a newcomer without anybody to welcome them."""
    if mission.state not in READY:
        return None
    return (
        MentorAbsence.objects.filter(
            person_id=mission.mentor_id or mission.slot.need.mentor_id,
            organisation_id=mission.slot.need.organisation_id,
            day=mission.day,
            half=mission.half,
            exercise_id=mission.exercise_id,
            replaced_by=None,
        )
        .select_related("person")
        .first()
    )


def proposed_interview(mission: Assignment) -> datetime:
    """Return the moment proposed for the return interview: nine in the morning of the day of return."""
    day: date = max(mission.returns_on or mission.day + timedelta(days=1), mission.day)
    return timezone.make_aware(datetime.combine(day, time(9)))


@require_GET
def mission_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one mission to its host; reading a telephone number is written in the record of who read what."""
    mission = _access(request, pk)
    record_view(request.actor, mission.person.key, "micro_mobility.mission", "allocation")
    return page(request, TEMPLATE, mission_context(request, mission))


def _act(
    request: HttpRequest,
    pk: int,
    name: str,
    form: forms.Form | None,
    said: Callable[[Assignment], str],
    change: Callable[[Assignment], object],
) -> HttpResponse:
    """Do one thing to a mission: the form, the service, the sentence; refused, the page comes back as it was typed."""
    mission = _access(request, pk)
    shown: dict[str, Any] = {f"{name}_form": form, "form": form, "opened": name} if form is not None else {}
    if form is not None and not form.is_valid():
        return invalid(request, TEMPLATE, mission_context(request, mission, **shown))
    try:
        change(mission)
    except Refusal as refusal:
        fresh = _access(request, pk)
        return refused(request, TEMPLATE, mission_context(request, fresh, **shown), refusal)
    return done(request, said(mission), MISSION, pk)


@require_POST
def mission_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the person is expected; both contacts are set (P09 (8))."""
    return _act(
        request,
        pk,
        "confirm",
        None,
        lambda one: _("%(person)s is told that you expect them.") % {"person": one.person},
        lambda one: services.do_confirm(actor=request.actor, assignment=one),
    )


@require_POST
def mission_turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not confirm, with a reason."""
    form = ReasonForm(request.POST)
    return _act(
        request,
        pk,
        "reason",
        form,
        lambda one: _("The cell is told and finds another way for %(person)s.") % {"person": one.person},
        lambda one: services.do_turn_down(actor=request.actor, assignment=one, reason=form.cleaned_data["reason"]),
    )


@require_POST
def mission_prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick the boxes of the preparation."""
    form = PrepareForm(request.POST)
    return _act(
        request,
        pk,
        "prepare",
        form,
        lambda one: _("The preparation is written down."),
        lambda one: services.do_prepare(actor=request.actor, assignment=one, **form.cleaned_data),
    )


@require_POST
def mission_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin: refused until both boxes are ticked; the return interview is booked now (P09 (10), (11))."""
    form = StartForm(request.POST)
    return _act(
        request,
        pk,
        "start",
        form,
        lambda one: _("It has begun. The return interview is booked."),
        lambda one: services.do_start(actor=request.actor, assignment=one, **form.cleaned_data),
    )


@require_POST
def mission_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the half-day is done, and how long it was."""
    form = FinishForm(request.POST)
    return _act(
        request,
        pk,
        "finish",
        form,
        lambda one: _("It is finished. %(person)s is now expected back at their post.") % {"person": one.person},
        lambda one: services.do_finish(actor=request.actor, assignment=one, hours=form.cleaned_data["hours"]),
    )


@require_POST
def mission_absent(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the person did not come, with or without a word."""
    excused = request.POST.get("excused") == "oui"
    return _act(
        request,
        pk,
        "absent",
        None,
        lambda one: _("It is written down, and held against nobody. The cell looks for somebody else."),
        lambda one: services.do_record_absence(actor=request.actor, assignment=one, excused=excused),
    )


class StopForm(forms.Form):
    """Why a mission stops on the way, and the hours done."""

    motive = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        choices=(
            (DropMotive.HOST.value, gettext_lazy("we no longer need help")),
            (DropMotive.DANGER.value, gettext_lazy("it is not safe to go on")),
        ),
        widget=forms.RadioSelect,
        initial=DropMotive.HOST.value,
    )
    hours = HoursField(
        label=gettext_lazy("How many hours were done?"),
        help_text=gettext_lazy("For example 1.5. Leave empty if you do not know."),
        required=False,
    )


@require_POST
def mission_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """The host stops it, before it begins or on the way: the person is told at once, the hours done are kept."""
    form = StopForm({"motive": DropMotive.HOST.value, **request.POST.dict()})
    return _act(
        request,
        pk,
        "stop",
        form,
        lambda one: _("%(person)s is told that they are no longer expected.") % {"person": one.person},
        lambda one: do_stop(actor=request.actor, assignment=one, **form.cleaned_data),
    )
