"""Units: the list, one of them whole, opening one, its people, and what becomes of it on its last day."""

from typing import Any

from django import forms
from django.db.models import Case, Count, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.mechanisms.directory.models import Commune, Person
from reflexes.pistes.contact.proactive_desks.models import ProximityUnit, UnitDecision, UnitMember
from reflexes.pistes.contact.proactive_desks.perms_units import (
    access_unit,
    can_lead,
    can_manage_all,
    can_write,
    check_centre,
    check_concerned,
    check_leading,
    check_managing,
    entrusted_visits,
    is_centre,
    is_outreach,
    visible_units,
)
from reflexes.pistes.contact.proactive_desks.services import units, units_doctrine, units_reports, units_visits
from reflexes.pistes.contact.proactive_desks.services.units_facilities import find_facilities
from reflexes.pistes.contact.proactive_desks.services.units_needs import find_needs
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import DayInput, few_lines, needed
from reflexes.web.pages import page, paginate

MENU = "proactive_desks:units"
PER_PAGE = 30
SHOWN = 6


@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """List units by name: those of one's own for a member, all of the organisation for the centre."""
    actor = request.actor
    check_concerned(actor)
    waits = Q(needs__closed_at=None, needs__isnull=False)
    found = visible_units(actor).annotate(
        waiting=Count("needs", filter=waits, distinct=True),
        supported=Count("facilities", filter=Q(facilities__closed_on=None), distinct=True),
        to_see=Count("entrusted", filter=Q(entrusted__done_at=None, entrusted__back_at=None), distinct=True),
    )
    live = found.filter(ended_on=None).prefetch_related("communes").order_by("search", "pk")
    context = {
        "rows": paginate(request, live, PER_PAGE),
        "over": list(found.exclude(ended_on=None).order_by("-ended_on", "pk")[:PER_PAGE]),
        "centre": is_centre(actor),
        "manages": can_manage_all(actor),
        "today": clock.today(),
    }
    return page(request, "proactive_desks/units/list.html", context)


@require_GET
def unit_page(request: HttpRequest, unit: int) -> HttpResponse:
    """Show one unit: today's gesture first, then what waits, its facilities, its people, its frame."""
    actor = request.actor
    kept = access_unit(actor, unit)
    today = clock.today()
    needs = find_needs(actor, unit=str(kept.pk))
    facilities = find_facilities(actor, unit=str(kept.pk))
    last = units_doctrine.doctrine_in_force(kept.organisation_id, kept.exercise_id)
    context = {
        "unit": kept,
        "communes": list(kept.communes.order_by("search", "code")),
        "members": list(team_of(kept)),
        "report": units_reports.report_of(kept, today),
        "expected": kept.reports_on(today),
        "hours": units.hours_of(kept.organisation_id),
        "visits": list(entrusted_visits(actor).filter(unit=kept).order_by("due_on", "pk")),
        "asked": None if is_outreach(actor) else units_visits.open_visits(kept).count(),
        "needs": list(needs[:SHOWN]),
        "waiting": needs.count(),
        "facilities": list(facilities[:SHOWN]),
        "supported": facilities.count(),
        "questions": list(kept.questions.select_related("answered_by").order_by("-asked_at", "-pk")[:SHOWN]),
        "arrangements": list(
            kept.negotiations.filter(until__gte=today)
            .select_related("facility", "margin")
            .order_by("until", "pk")[:SHOWN]
        ),
        "reading": kept.readings.filter(doctrine=kept.doctrine_id).select_related("by").first(),
        "newer": last if last and last.number > kept.doctrine.number else None,
        "decisions": list(kept.decisions.select_related("by").order_by("-at", "-pk")),
        "writes": can_write(actor, kept) and kept.ended_on is None,
        "leads": can_lead(actor, kept) and kept.ended_on is None,
        "manages": can_manage_all(actor),
        "centre": is_centre(actor),
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/units/unit.html", context)


def team_of(unit: ProximityUnit) -> "QuerySet[UnitMember]":
    """Return who is in a unit today: the lead, the deputy, then the others as they came."""
    chiefs_first = Case(
        When(place=UnitMember.Place.LEAD, then=0), When(place=UnitMember.Place.DEPUTY, then=1), default=2
    )
    found = unit.members.filter(left_on=None).select_related("person").annotate(rank=chiefs_first)
    return found.order_by("rank", "joined_on", "pk")


class TerritoryForm(forms.Form):
    """Where a unit works."""

    name = forms.CharField(
        label=gettext_lazy("Its name"), help_text=gettext_lazy("That of its territory: Neudorf, North."), max_length=120
    )
    communes = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Its communes"),
        queryset=Commune.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    streets = forms.CharField(
        label=gettext_lazy("Streets or blocks, when it is not a whole commune"),
        widget=few_lines(3),
        required=False,
        max_length=2000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["communes"].queryset = Commune.objects.order_by("search", "code")


class OpenForm(TerritoryForm):
    """A unit to open: its territory, its days, its lead and its deputy."""

    starts_on = forms.DateField(label=gettext_lazy("At work from"), widget=DayInput)
    ends_on = forms.DateField(
        label=gettext_lazy("At work until"),
        help_text=gettext_lazy("On that day somebody named says whether it goes on. Six months at most."),
        widget=DayInput,
    )
    lead = forms.ModelChoiceField(label=gettext_lazy("Lead"), queryset=Person.objects.none())
    lead_does = forms.CharField(
        label=gettext_lazy("What the lead does"),
        help_text=gettext_lazy("Nurse, street worker, caretaker."),
        max_length=120,
    )
    deputy = forms.ModelChoiceField(
        label=gettext_lazy("Deputy"),
        help_text=gettext_lazy("Somebody else: no unit hangs on one account."),
        queryset=Person.objects.none(),
    )
    deputy_does = forms.CharField(label=gettext_lazy("What the deputy does"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lead", "deputy"):
            self.fields[name].queryset = units.outreach_people()


@require_http_methods(["GET", "POST"])
def unit_new(request: HttpRequest) -> HttpResponse:
    """Open a unit."""
    check_managing(request.actor)
    form = bound(OpenForm, request, initial={"starts_on": clock.today()})
    sheet = Sheet(
        gettext_lazy("Open a unit"),
        gettext_lazy(
            "A small mixed team on a territory, until a day: the centre sets the frame, the field keeps margins."
        ),
        gettext_lazy("Open the unit"),
        reverse(MENU),
        gettext_lazy("Units"),
        MENU,
    )
    made: list[ProximityUnit] = []

    def act(typed: dict[str, Any]) -> str:
        opened = units.do_open_unit(
            actor=request.actor,
            fields=typed,
            lead=units.Joining(typed["lead"], typed["lead_does"]),
            deputy=units.Joining(typed["deputy"], typed["deputy_does"]),
        )
        made.append(opened)
        return _("The unit is open. Add its other members, and give it facilities to support.")

    answer = asked(request, sheet, form, act)
    if made:
        answer["Location"] = home_of(made[0])
    return answer


def home_of(unit: ProximityUnit) -> str:
    """Return the page of a unit."""
    return reverse("proactive_desks:unit", args=[unit.pk])


def sheet_of(unit: ProximityUnit, title: Any, why: Any, button: Any, **more: Any) -> Sheet:
    """Return a page that asks one thing about a unit, and comes back to it."""
    return Sheet(title, why, button, home_of(unit), unit.name, MENU, **more)


@require_http_methods(["GET", "POST"])
def unit_write(request: HttpRequest, unit: int) -> HttpResponse:
    """Put right the name and the territory of a unit."""
    kept = access_unit(request.actor, unit)
    check_managing(request.actor)
    known = {"name": kept.name, "streets": kept.streets, "communes": list(kept.communes.order_by("search", "code"))}
    sheet = sheet_of(
        kept,
        gettext_lazy("Put its territory right"),
        gettext_lazy("Its last day moves by a decision only."),
        gettext_lazy("Save"),
    )

    def act(typed: dict[str, Any]) -> str:
        units.do_change_unit(actor=request.actor, unit=kept, fields=typed)
        return _("It is saved.")

    return asked(request, sheet, bound(TerritoryForm, request, initial=known), act)


class JoinForm(forms.Form):
    """Somebody who joins a unit."""

    person = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=Person.objects.none())
    does = forms.CharField(
        label=gettext_lazy("What they do in the unit"),
        help_text=gettext_lazy("Nurse, street worker, caretaker."),
        max_length=120,
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Their place"),
        help_text=gettext_lazy("A new lead or deputy takes the place of the one before, who stays in the unit."),
        choices=UnitMember.Place.choices,
        initial=UnitMember.Place.MEMBER,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = units.outreach_people()


@require_http_methods(["GET", "POST"])
def member_new(request: HttpRequest, unit: int) -> HttpResponse:
    """Add somebody to a unit, or name another lead or deputy."""
    kept = access_unit(request.actor, unit)
    check_leading(request.actor, kept)
    sheet = sheet_of(
        kept,
        gettext_lazy("Add somebody"),
        gettext_lazy("A mixed team: the trades that a place needs, whatever the organisation people come from."),
        gettext_lazy("Add them"),
        icon="user-plus",
    )

    def act(typed: dict[str, Any]) -> str:
        units.do_join(actor=request.actor, unit=kept, joining=units.Joining(**typed))
        return _("%(name)s is in the unit.") % {"name": typed["person"]}

    return asked(request, sheet, bound(JoinForm, request), act)


@require_POST
def member_leave(request: HttpRequest, unit: int, member: int) -> HttpResponse:
    """Let somebody leave a unit."""
    kept = access_unit(request.actor, unit)
    leaving = units.access_member(request.actor, kept, member)

    def act() -> str:
        units.do_leave(actor=request.actor, member=leaving)
        return _("%(name)s has left the unit.") % {"name": leaving.person or ""}

    return pressed(request, act, home_of(kept))


class DecideForm(forms.Form):
    """What becomes of a unit."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"), choices=UnitDecision.Verdict.choices, widget=forms.RadioSelect
    )
    motive = needed(forms.CharField(label=gettext_lazy("Why"), widget=few_lines(4), required=False, max_length=2000))
    next_end_on = forms.DateField(label=gettext_lazy("Until when, if it goes on"), widget=DayInput, required=False)
    by = forms.ModelChoiceField(label=gettext_lazy("Who decides"), queryset=Person.objects.none())


@require_http_methods(["GET", "POST"])
def unit_decide(request: HttpRequest, unit: int) -> HttpResponse:
    """Say what becomes of a unit, by somebody named."""
    kept = access_unit(request.actor, unit)
    check_centre(request.actor)
    form = bound(DecideForm, request)
    form.fields["by"].queryset = units.deciders(kept.organisation_id)
    sheet = sheet_of(
        kept,
        gettext_lazy("What becomes of this unit"),
        gettext_lazy("What is exceptional ends, or goes on until another day: somebody named says which, and why."),
        gettext_lazy("Decide"),
        icon="scale",
    )

    def act(typed: dict[str, Any]) -> str:
        units.do_decide(actor=request.actor, unit=kept, **typed)
        return _("It is decided, and written with its motive.")

    return asked(request, sheet, form, act)


class HoursForm(forms.Form):
    """When reports are due."""

    reports_by = forms.TimeField(
        label=gettext_lazy("Reports are due at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    closes_at = forms.TimeField(
        label=gettext_lazy("The board closes at"),
        help_text=gettext_lazy("Until then a report may be corrected; later ones are taken, and say their hour."),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    """Set when units report."""
    check_managing(request.actor)
    known = units.hours_of(request.actor.organisation_id)
    form = bound(HoursForm, request, initial={"reports_by": known.reports_by, "closes_at": known.closes_at})
    sheet = Sheet(
        gettext_lazy("Hours of the reports"),
        gettext_lazy("A fixed hour, so that the board is whole when the centre reads it."),
        gettext_lazy("Save"),
        reverse("proactive_desks:units_board"),
        gettext_lazy("Board of the units"),
        "proactive_desks:units_board",
    )

    def act(typed: dict[str, Any]) -> str:
        units.do_set_hours(actor=request.actor, **typed)
        return _("It is saved.")

    return asked(request, sheet, form, act)
