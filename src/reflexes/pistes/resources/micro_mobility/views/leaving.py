"""Somebody leaves: read what it does, say the day, come back; for the cell, the administrator and people themselves."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Departure
from reflexes.mechanisms.allocation.services import departures as services
from reflexes.mechanisms.allocation.services import handover
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity
from reflexes.pistes.resources.micro_mobility.views.agent_missions import GIVERS
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.pistes.resources.micro_mobility.views.cell_twins import date_field
from reflexes.pistes.resources.micro_mobility.views.taking_out import taken_out
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

LIST = "micro_mobility/cell/departures.html"
ONE = "micro_mobility/cell/departure.html"
FOUND = 12


class DeparturesForm(forms.Form):
    """The filters, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=80)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [
            ("", gettext_lazy("To come, or gone and able to come back")),
            ("unreplaced", gettext_lazy("Managers gone, nobody in their place")),
            ("past", gettext_lazy("Gone for good")),
            ("back", gettext_lazy("Taken back")),
        ]


class WhoForm(forms.Form):
    """Whom it is about, by name; kept in the address."""

    qui = forms.CharField(label=gettext_lazy("Their name"), required=False, max_length=80)


def asked_name(typed: Mapping[str, Any]) -> str:
    """Return the name typed in a ``WhoForm``; what no name can hold is no name."""
    form = WhoForm(typed)
    return str(form.cleaned_data["qui"]) if form.is_valid() else ""


class DayForm(forms.Form):
    """The day whose effects are read."""

    jour = date_field(gettext_lazy("Last day at work"))


class LastDayForm(forms.Form):
    """The day that was read, and the second look when the cell would hang on one person."""

    last_day = date_field(gettext_lazy("Last day at work"))
    seen = forms.BooleanField(
        label=gettext_lazy("I know that only one person would keep the cell after that day"), required=False
    )

    def __init__(self, *args: Any, alone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].widget = forms.DateInput(attrs={"type": "hidden"}, format="%Y-%m-%d")
        if not alone:
            del self.fields["seen"]
        else:
            self.fields["seen"].required = True


def _access(request: HttpRequest) -> None:
    if not handover.can_keep_cell(request.actor):
        raise Http404


@require_GET
def departures(request: HttpRequest) -> HttpResponse:
    """Show who leaves and who left, and find whoever told the cell that they leave."""
    _access(request)
    form = DeparturesForm(request.GET)
    form.is_valid()
    who = asked_name(request.GET)
    rows = paginate(request, _filtered(request, form), PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "lines": [(one, *_state(one), _may_come_back(one)) for one in rows],
        "query": request.GET.urlencode(),
        "who": who,
        "who_form": WhoForm({"qui": who}),
        "found": _found(who),
        "menu_here": "micro_mobility:tools",
        "cell": perms.is_cell(request.actor),
    }
    return page(request, LIST, context)


def _found(who: str) -> list[Capacity]:
    """Return the capacities of people with this name, to say their last day."""
    words = normalised(who).split()
    if not words:
        return []
    held = current(Capacity.objects.filter(person__erased_at=None)).exclude(role=roles.COORDINATOR)
    held = held.exclude(departures__taken_back_at=None, departures__isnull=False)
    for word in words:
        held = held.filter(person__search__contains=word)
    return list(held.select_related("person", "organisation", "unit").order_by("person__search", "pk")[:FOUND])


def _filtered(request: HttpRequest, form: DeparturesForm) -> QuerySet[Departure]:
    asked: dict[str, Any] = getattr(form, "cleaned_data", {})
    found, limit = services.visible_departures(request.actor), clock.today() - limits.WAY_BACK
    match asked.get("state", ""):
        case "unreplaced":
            wanted = services.services_without_manager(request.actor).values("pk")
            found = found.filter(pk__in=wanted)
        case "past":
            found = found.filter(taken_back_at=None, last_day__lt=limit)
        case "back":
            found = found.exclude(taken_back_at=None)
        case _:
            found = found.filter(taken_back_at=None).filter(
                Q(last_day__gte=limit) | Q(pk__in=services.services_without_manager(request.actor).values("pk"))
            )
    for word in normalised(asked.get("q", "")).split():
        found = found.filter(person__search__contains=word)
    return found.order_by("last_day", "person__search", "pk")


def _state(one: Departure) -> tuple[str, str]:
    if one.taken_back_at is not None:
        return "note", _("came back")
    if one.last_day >= clock.today():
        return "waits", _("leaves")
    return "stopped", _("gone")


def _may_come_back(one: Departure) -> bool:
    return one.taken_back_at is None and clock.today() <= one.last_day + limits.WAY_BACK


@require_POST
def departures_export(request: HttpRequest) -> HttpResponse:
    """Take the same lines out as a sheet."""
    _access(request)
    form = DeparturesForm(request.GET)
    form.is_valid()
    titles = (_("Name"), _("Capacity"), _("Service"), _("Last day"), _("State"), _("Record erased on"))
    rows = [
        [
            str(one.person),
            str(one.capacity),
            str(one.capacity.unit or ""),
            one.last_day,
            _state(one)[1],
            one.last_day + limits.RECORD_KEPT,
        ]
        for one in _filtered(request, form)
    ]
    return taken_out(request, "departs", titles, rows)


@require_http_methods(["GET", "POST"])
def departure_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what leaving does on the day asked for, then say it: one gesture."""
    capacity = services.access_capacity(request.actor, pk)
    if request.method == "GET":
        return page(request, ONE, _context(request, capacity, _day(request)))
    return _said(request, capacity)


@require_http_methods(["GET", "POST"])
def my_leaving(request: HttpRequest) -> HttpResponse:
    """Say that I leave: my own capacity, my own words."""
    if request.actor.role not in GIVERS or request.capacity is None:
        raise PermissionDenied
    capacity = services.access_capacity(request.actor, request.capacity.pk)
    if request.method == "GET":
        return page(request, ONE, _context(request, capacity, _day(request)))
    return _said(request, capacity)


def _day(request: HttpRequest) -> date:
    today = clock.today()
    try:
        wanted = date.fromisoformat(request.GET.get("jour", ""))
    except ValueError:
        return today
    return min(max(wanted, today), today + services.FURTHEST)


def _context(request: HttpRequest, capacity: Capacity, day: date, form: LastDayForm | None = None) -> dict[str, Any]:
    read = services.effects(capacity, day)
    departure = capacity.departures.filter(taken_back_at=None).first()
    own = request.actor.person_id == capacity.person_id
    alone = read.cell_left is not None and read.cell_left < handover.ENOUGH
    return {
        "held": capacity,
        "person": capacity.person,
        "day": day,
        "day_form": DayForm(initial={"jour": day}),
        "read": read,
        "form": form or LastDayForm(initial={"last_day": day}, alone=alone),
        "departure": departure,
        "may_come_back": departure is not None and _may_come_back(departure),
        "own": own,
        "gives": capacity.role in GIVERS,
        "has_sheet": perms.is_cell(request.actor) and hasattr(capacity.person, "offer"),
        "keeps_cell": capacity.role == roles.COORDINATOR,
        "alone": alone,
        "way_back": limits.WAY_BACK.days,
        "menu_here": "micro_mobility:my_space" if own and capacity.role in GIVERS else "micro_mobility:tools",
    }


def _said(request: HttpRequest, capacity: Capacity) -> HttpResponse:
    form = LastDayForm(request.POST, alone=request.POST.get("alone") == "1")
    if not form.is_valid():
        return invalid(request, ONE, _context(request, capacity, clock.today(), form))
    last_day = form.cleaned_data["last_day"]
    read_day = min(max(last_day, clock.today()), clock.today() + timedelta(days=731))
    freed = len(services.effects(capacity, read_day).missions)
    try:
        services.do_leave(actor=request.actor, capacity=capacity, last_day=last_day)
    except Refusal as refusal:
        return refused(request, ONE, _context(request, capacity, read_day, form), refusal)
    sentence = ngettext(
        "The last day is written down. %(count)s mission was given back, and everybody concerned is told.",
        "The last day is written down. %(count)s missions were given back, and everybody concerned is told.",
        freed,
    )
    to = "micro_mobility:my_leaving" if request.actor.person_id == capacity.person_id else "micro_mobility:departures"
    if capacity.role == roles.COORDINATOR:
        to = "micro_mobility:cell_team"
    return done(request, sentence % {"count": freed}, to)


@require_POST
def departure_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a departure back: the capacity, the account and the offer are as before."""
    departure = services.access_departure(request.actor, pk)
    own = departure.person_id == request.actor.person_id
    try:
        services.do_stay(actor=request.actor, departure=departure)
    except Refusal as refusal:
        return refused(request, ONE, _context(request, departure.capacity, clock.today()), refusal)
    sentence = _("The departure is taken back: account and offer are open again. Freed missions are not taken again.")
    if own:
        return done(request, sentence, "home")
    return done(request, sentence, "micro_mobility:departures")
