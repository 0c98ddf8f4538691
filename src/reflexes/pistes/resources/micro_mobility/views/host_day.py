"""What the host says when a day goes wrong: a mentor is away, a mistap, everything must stop."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Half, MentorAbsence, Slot
from reflexes.mechanisms.allocation.services import attendance, mentors, stopping
from reflexes.mechanisms.allocation.states import DropMotive
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person, Place
from reflexes.pistes.resources.micro_mobility.steps import reach
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page

AWAY = "micro_mobility/host/mentor_away.html"
STOP = "micro_mobility/host/stop.html"
BOTH = "both"


def access_site(request: HttpRequest) -> None:
    """Let in those who welcome, and the cell that helps them."""
    if request.actor.role != roles.HOST and not perms.is_cell(request.actor):
        raise PermissionDenied


class AwayForm(forms.Form):
    """Who is away, when, and who welcomes instead if anybody can."""

    half = forms.ChoiceField(
        label=gettext_lazy("When?"),
        choices=(*Half.choices, (BOTH, gettext_lazy("the whole day"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say when they are away.")},
    )
    instead = forms.ChoiceField(
        label=gettext_lazy("Who welcomes instead?"),
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Without anybody, newcomers are told to wait, and the cell looks for somebody."),
    )

    def __init__(self, *args: Any, able: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instead"].choices = [  # type: ignore[attr-defined]
            *((one.pk, str(one)) for one in able),
            ("", gettext_lazy("Nobody for now")),
        ]


@require_http_methods(["GET", "POST"])
def mentor_say_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody who welcomes is not there, from the arrivals: two taps, and everybody knows."""
    access_site(request)
    day = _day(request)
    half = request.GET.get("demi", "") or request.POST.get("demi", Half.AM)
    person = Person.objects.filter(pk=pk, erased_at=None).first()
    expected = (
        perms.visible_assignments(request.actor)
        .filter(day=day, mentor_id=pk)
        .select_related("slot__need")
        .order_by("slot__need__organisation_id", "half", "pk")
    )
    welcomed = expected.first() or (
        perms.visible_assignments(request.actor)
        .filter(day=day, mentor=None, slot__need__mentor_id=pk)
        .select_related("slot__need")
        .order_by("pk")
        .first()
    )
    if person is None or welcomed is None:
        raise Http404
    organisation_id = welcomed.slot.need.organisation_id
    able = mentors.replacements(
        organisation_id,
        day,
        half if half in Half.values else Half.AM,
        besides=pk,
        exercise_id=request.actor.exercise_id,
    )
    initial = {"half": half if half in Half.values else Half.AM, "instead": ""}
    form = AwayForm(request.POST or None, able=able, initial=initial)
    context = {"form": form, "person": person, "day": day, "able": able, "absence": None, "missions": []}
    if request.method == "GET":
        return page(request, AWAY, context)
    if not form.is_valid():
        return invalid(request, AWAY, context)
    instead, when = form.cleaned_data["instead"], form.cleaned_data["half"]
    try:
        mentors.do_say_mentor_away(
            actor=request.actor,
            organisation_id=organisation_id,
            person=person,
            day=day,
            halves=list(Half.values) if when == BOTH else [when],
            replaced_by=int(instead) if instead else None,
        )
    except Refusal as refusal:
        return refused(request, AWAY, context, refusal)
    said = (
        _("It is noted: newcomers are told who welcomes them now.")
        if instead
        else _("It is noted: newcomers are told to wait, and the cell sees it first.")
    )
    return done(request, said, "micro_mobility:silences" if perms.is_cell(request.actor) else "micro_mobility:arrivals")


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("jour", "") or request.POST.get("jour", ""))
    except ValueError:
        return clock.today()


def _absence(request: HttpRequest, pk: int) -> MentorAbsence:
    access_site(request)
    found = mentors.visible_absences(request.actor).select_related("person", "replaced_by", "organisation")
    absence = found.filter(pk=pk).first()
    if absence is None:
        raise Http404
    return absence


class InsteadForm(forms.Form):
    """Who welcomes instead."""

    instead = forms.ChoiceField(
        label=gettext_lazy("Who welcomes instead?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose somebody of the list.")},
    )

    def __init__(self, *args: Any, able: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instead"].choices = [(one.pk, str(one)) for one in able]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def mentor_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one absence: whom it leaves alone, who could welcome instead; name somebody."""
    absence = _absence(request, pk)
    able = mentors.replacements(
        absence.organisation_id,
        absence.day,
        absence.half,
        besides=absence.person_id,
        exercise_id=request.actor.exercise_id,
    )
    missions = mentors.welcomed_by(
        absence.replaced_by_id or absence.person_id,
        absence.organisation_id,
        absence.day,
        absence.half,
        request.actor.exercise_id,
    )
    form = InsteadForm(request.POST or None, able=able) if able and absence.replaced_by is None else None
    context = {
        "form": form,
        "person": absence.person,
        "day": absence.day,
        "able": able,
        "absence": absence,
        "missions": [(one, reach(one.person)) for one in missions],
    }
    if request.method == "GET" or form is None:
        return page(request, AWAY, context)
    if not form.is_valid():
        return invalid(request, AWAY, context)
    try:
        mentors.do_replace_mentor(actor=request.actor, absence=absence, person_id=int(form.cleaned_data["instead"]))
    except Refusal as refusal:
        return refused(request, AWAY, context, refusal)
    return done(request, _("Newcomers are told who welcomes them now."), "micro_mobility:mentor_away", pk)


@require_POST
def mentor_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The mentor is there after all."""
    mentors.do_say_mentor_back(actor=request.actor, absence=_absence(request, pk))
    said = _("It is noted: everything is as before, and newcomers are told.")
    return done(request, said, "micro_mobility:silences" if perms.is_cell(request.actor) else "micro_mobility:arrivals")


@require_POST
def mission_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mistap back."""
    access_site(request)
    mission = perms.access_assignment(request.actor, pk)
    try:
        attendance.do_undo(actor=request.actor, assignment=mission)
    except Refusal as refusal:
        from reflexes.pistes.resources.micro_mobility.views.host_missions import TEMPLATE, mission_context

        return refused(request, TEMPLATE, mission_context(request, mission), refusal)
    return done(request, _("Taken back: nobody was told of it."), "micro_mobility:mission_detail", pk)


class StopForm(forms.Form):
    """Why everything stops; the number read back."""

    motive = forms.ChoiceField(
        label=gettext_lazy("Why does it stop?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why it stops: everybody reads it.")},
    )
    people = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, by_cell: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (DropMotive.DANGER.value, gettext_lazy("it is not safe to go on")),
            (DropMotive.HOST.value, gettext_lazy("the host no longer needs it")),
        ]
        if by_cell:
            choices.append((DropMotive.CELL.value, gettext_lazy("the cell stops it")))
        self.fields["motive"].choices = choices  # type: ignore[attr-defined]


def _to_stop(request: HttpRequest) -> tuple[QuerySet[Slot], dict[str, Any]]:
    """Return what a page of stopping is about: one need or one site, one day, one half or both."""
    access_site(request)
    asked = request.POST if request.method == "POST" else request.GET
    day = _day(request)
    half = asked.get("demi", "")
    halves = [half] if half in Half.values else list(Half.values)
    need_id, place_id = asked.get("besoin", ""), asked.get("lieu", "")
    if need_id.isdigit():
        need = perms.access_need(request.actor, int(need_id))
        slots = stopping.to_stop(request.actor, day, halves, need_id=need.pk)
        about: dict[str, Any] = {"need": need, "place": None}
    elif place_id.isdigit():
        places = Place.objects.select_related("commune").filter(pk=int(place_id))
        if not perms.is_cell(request.actor):
            places = places.filter(organisation_id=request.actor.organisation_id)
        place = places.first()
        if place is None:
            raise Http404
        slots = stopping.to_stop(request.actor, day, halves, place_id=place.pk)
        about = {"need": None, "place": place}
    else:
        raise Http404
    if not stopping.can_stop(request.actor, slots):
        raise PermissionDenied
    return slots, {**about, "day": day, "half": half if half in Half.values else "", "today": clock.today()}


@require_http_methods(["GET", "POST"])
def stop_all(request: HttpRequest) -> HttpResponse:
    """Stop a whole need or a whole site for a half-day or a day: the number of people is read back first."""
    slots, about = _to_stop(request)
    found = stopping.reach(slots)
    by_cell = perms.is_cell(request.actor)

    def context(form: forms.Form) -> dict[str, Any]:
        return {**about, "form": form, "reach": found, "stopped": slots.filter(stopped_at__isnull=False).exists()}

    if request.method == "GET":
        return page(request, STOP, context(StopForm(by_cell=by_cell, initial={"people": found.people})))
    form = StopForm(request.POST, by_cell=by_cell)
    if not form.is_valid():
        return invalid(request, STOP, context(form))
    try:
        stopping.do_stop_all(
            actor=request.actor, slots=slots, motive=form.cleaned_data["motive"], people=form.cleaned_data["people"]
        )
    except Refusal as refusal:
        found = stopping.reach(slots)
        fresh = StopForm({**request.POST.dict(), "people": found.people}, by_cell=by_cell)
        return refused(request, STOP, context(fresh), refusal)
    said = ngettext(
        "Everything stops: %(count)d person is told at once.",
        "Everything stops: %(count)d people are told at once.",
        found.people,
    ) % {"count": found.people}
    return done(request, said, "micro_mobility:silences" if by_cell else "micro_mobility:arrivals")


@require_POST
def stop_reopen(request: HttpRequest) -> HttpResponse:
    """Let what was stopped be filled again."""
    slots, about = _to_stop(request)
    try:
        stopping.do_reopen(actor=request.actor, slots=slots)
    except Refusal as refusal:
        form = StopForm(by_cell=perms.is_cell(request.actor), initial={"people": 0})
        context = {**about, "form": form, "reach": stopping.reach(slots), "stopped": False}
        return refused(request, STOP, context, refusal)
    said = _("These half-days may be filled again. Those who had been told are not called back: a new plan asks anew.")
    return done(request, said, "micro_mobility:silences" if perms.is_cell(request.actor) else "micro_mobility:arrivals")


@require_GET
def stop_choose(request: HttpRequest) -> HttpResponse:
    """Show what may be stopped today, site by site: from the arrivals, when it is not safe."""
    access_site(request)
    day = _day(request)
    slots = Slot.objects.filter(
        day=day, need__state__in=("open", "filled"), need__exercise_id=request.actor.exercise_id, stopped_at=None
    ).select_related("need__place__commune", "need__organisation")
    if not perms.is_cell(request.actor):
        slots = slots.filter(need__organisation_id=request.actor.organisation_id)
    found = list(slots.order_by("need__organisation__search", "need__title", "half", "pk"))
    places = {slot.need.place for slot in found if slot.need.place and not slot.need.remote}
    needs = {slot.need.pk: slot.need for slot in found}
    context = {
        "day": day,
        "places": sorted(places, key=lambda place: place.search),
        "needs": list(needs.values()),
    }
    return page(request, "micro_mobility/host/stop_choose.html", context)
