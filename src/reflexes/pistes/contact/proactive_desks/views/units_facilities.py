"""Facilities: the list, one of them whole, added by hand or by a sheet; a visit or a call written on a telephone."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.directory.models import Commune
from reflexes.pistes.contact.proactive_desks.facility_kinds import KINDS
from reflexes.pistes.contact.proactive_desks.models import Facility, ProximityUnit, Visit
from reflexes.pistes.contact.proactive_desks.perms_units import (
    access_facility,
    can_manage_all,
    can_write,
    check_concerned,
    check_managing,
    visible_units,
)
from reflexes.pistes.contact.proactive_desks.services import units_facilities
from reflexes.pistes.contact.proactive_desks.services.units_needs import find_needs
from reflexes.web.answers import done, invalid
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import DayInput, few_lines
from reflexes.web.pages import INVALID, page, paginate

MENU = "proactive_desks:facilities"
IMPORT = "proactive_desks/units/facility_import.html"
PER_PAGE = 50
SHOWN = 20


class FacilitiesForm(forms.Form):
    """What is looked for among facilities, kept in the address."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of place"), required=False, choices=[("", gettext_lazy("All")), *KINDS.items()]
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", _("All")), ("none", _("Without unit")), *units]


def units_to_choose(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the units that the actor sees, as choices."""
    live = visible_units(request.actor).filter(ended_on=None).order_by("search", "pk")
    return [(str(pk), name) for pk, name in live.values_list("pk", "name")]


@require_GET
def facility_list(request: HttpRequest) -> HttpResponse:
    """List the facilities that the actor sees, with what waits there."""
    check_concerned(request.actor)
    form = FacilitiesForm(request.GET, units=units_to_choose(request))
    form.is_valid()
    wanted = form.cleaned_data
    found = units_facilities.find_facilities(
        request.actor, text=wanted.get("q", ""), kind=wanted.get("kind", ""), unit=wanted.get("unit", "")
    )
    context = {
        "form": form,
        "rows": paginate(request, found, PER_PAGE),
        "kinds": KINDS,
        "manages": can_manage_all(request.actor),
    }
    return page(request, "proactive_desks/units/facilities.html", context)


@require_GET
def facility_page(request: HttpRequest, facility: int) -> HttpResponse:
    """Show one facility: its contact, what it waits for, who went there."""
    actor = request.actor
    kept = access_facility(actor, facility)
    writes = kept.unit is not None and kept.unit.ended_on is None and can_write(actor, kept.unit)
    context = {
        "facility": kept,
        "kind": KINDS.get(kept.kind, kept.kind),
        "needs": list(find_needs(actor).filter(facility=kept)[:SHOWN]),
        "closed": list(find_needs(actor, state="closed").filter(facility=kept)[:SHOWN]),
        "visits": list(kept.visits.select_related("by", "unit").order_by("-on", "-pk")[:SHOWN]),
        "arrangements": list(kept.negotiations.select_related("margin").order_by("-on", "-pk")[:SHOWN]),
        "writes": writes and kept.closed_on is None,
        "manages": can_manage_all(actor),
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/units/facility.html", context)


class FacilityForm(forms.Form):
    """All that is written of a facility."""

    name = forms.CharField(label=gettext_lazy("Its name"), max_length=160)
    kind = forms.ChoiceField(label=gettext_lazy("What kind of place"), choices=list(KINDS.items()))
    commune = forms.ModelChoiceField(label=gettext_lazy("Commune"), queryset=Commune.objects.none())
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    contact_role = forms.CharField(
        label=gettext_lazy("Whom to ask for"),
        help_text=gettext_lazy("The post, not the name: head, nurse in charge."),
        max_length=120,
        required=False,
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("Its telephone"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    unit = forms.ModelChoiceField(
        label=gettext_lazy("The unit in charge"), queryset=ProximityUnit.objects.none(), required=False
    )

    def __init__(self, *args: Any, actor: Actor, facility: Facility | None = None, **kwargs: Any) -> None:
        known = {name: getattr(facility, name) for name in self.base_fields} if facility else {}
        super().__init__(*args, initial=known, **kwargs)
        self.fields["commune"].queryset = Commune.objects.order_by("search", "code")
        self.fields["unit"].queryset = visible_units(actor).filter(ended_on=None).order_by("search", "pk")


@require_http_methods(["GET", "POST"])
def facility_new(request: HttpRequest) -> HttpResponse:
    """Add a facility."""
    check_managing(request.actor)
    sheet = Sheet(
        gettext_lazy("Add a facility"),
        gettext_lazy("A place where people live or are looked after, and the post to ask for: never somebody's name."),
        gettext_lazy("Add it"),
        reverse(MENU),
        gettext_lazy("Facilities"),
        MENU,
    )

    def act(typed: dict[str, Any]) -> str:
        units_facilities.do_write_facility(actor=request.actor, fields=typed)
        return _("The facility is in the list.")

    return asked(request, sheet, bound(FacilityForm, request, actor=request.actor), act)


def home_of(facility: Facility) -> str:
    """Return the page of a facility."""
    return reverse("proactive_desks:facility", args=[facility.pk])


def sheet_of(facility: Facility, title: Any, why: Any, button: Any, **more: Any) -> Sheet:
    """Return a page that asks one thing about a facility, and comes back to it."""
    return Sheet(title, why, button, home_of(facility), facility.name, MENU, **more)


@require_http_methods(["GET", "POST"])
def facility_write(request: HttpRequest, facility: int) -> HttpResponse:
    """Put a facility right, or give it to another unit."""
    kept = access_facility(request.actor, facility)
    check_managing(request.actor)
    sheet = sheet_of(
        kept,
        gettext_lazy("Put it right"),
        gettext_lazy("Given to another unit, its open needs go with it."),
        gettext_lazy("Save"),
    )

    def act(typed: dict[str, Any]) -> str:
        units_facilities.do_write_facility(actor=request.actor, fields=typed, facility=kept)
        return _("It is saved.")

    return asked(request, sheet, bound(FacilityForm, request, actor=request.actor, facility=kept), act)


@require_POST
def facility_close(request: HttpRequest, facility: int) -> HttpResponse:
    """Set a facility aside."""
    kept = access_facility(request.actor, facility)

    def act() -> str:
        units_facilities.do_close_facility(actor=request.actor, facility=kept)
        return _("The facility is set aside: what was done there stays.")

    return pressed(request, act, home_of(kept))


class SheetForm(forms.Form):
    """A sheet of facilities: read first, written when the box is unticked."""

    file = forms.FileField(
        label=gettext_lazy("The sheet"),
        help_text=gettext_lazy("CSV, XLSX or ODS, with the titles: name, kind, commune, address, post, phone, unit."),
    )
    dry_run = forms.BooleanField(
        label=gettext_lazy("Only read it for now, write nothing"), required=False, initial=True
    )


@require_http_methods(["GET", "POST"])
def facility_import(request: HttpRequest) -> HttpResponse:
    """Read a sheet of facilities: all that is wrong is said at once, nothing is written unless all is right."""
    check_managing(request.actor)
    form = bound(SheetForm, request)
    context: dict[str, Any] = {"form": form, "kinds": KINDS, "menu_here": MENU}
    if request.method != "POST":
        return page(request, IMPORT, context)
    if not form.is_valid():
        return invalid(request, IMPORT, context)
    sent, dry_run = form.cleaned_data["file"], form.cleaned_data["dry_run"]
    found = units_facilities.do_import_facilities(
        actor=request.actor, file_name=sent.name, content=sent.read(), dry_run=dry_run
    )
    if found.refused or dry_run:
        lines = [(one, KINDS[one.kind]) for one in found.facilities[:SHOWN]]
        context |= {"read": found, "problems": [str(one) for one in found.problems], "lines": lines}
        return page(request, IMPORT, context, status=INVALID if found.refused else 200)
    count = len(found.facilities)
    text = ngettext("%(count)d facility was added.", "%(count)d facilities were added.", count)
    return done(request, text % {"count": count}, MENU)


class VisitForm(forms.Form):
    """A visit or a call."""

    client_key = forms.UUIDField(widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label=gettext_lazy("You"),
        choices=[
            (Visit.How.VISIT, gettext_lazy("went there")),
            (Visit.How.CALL, gettext_lazy("called on the telephone")),
        ],
        widget=forms.RadioSelect,
        initial=Visit.How.VISIT,
    )
    saw = forms.CharField(
        label=gettext_lazy("What you saw or heard, in short"),
        help_text=gettext_lazy("About the place, never about somebody."),
        widget=few_lines(3),
        max_length=300,
    )
    on = forms.DateField(label=gettext_lazy("On which day"), widget=DayInput)


@require_http_methods(["GET", "POST"])
def visit_new(request: HttpRequest, facility: int) -> HttpResponse:
    """Write that one went there or called."""
    kept = access_facility(request.actor, facility)
    form = bound(VisitForm, request, initial={"client_key": uuid.uuid4(), "on": clock.today()})
    sheet = sheet_of(
        kept,
        gettext_lazy("I went there, or called"),
        gettext_lazy("It counts in the report of the day by itself."),
        gettext_lazy("Keep what I wrote"),
        icon="map-pin",
    )

    def act(typed: dict[str, Any]) -> str:
        units_facilities.do_visit(actor=request.actor, facility=kept, **typed)
        return _("It is kept. Does this place need anything?")

    return asked(request, sheet, form, act)
