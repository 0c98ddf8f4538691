"""The sites of a host: where people come."""

from math import hypot
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.geography import communes, flat, where_is
from reflexes.mechanisms.allocation.models import Need
from reflexes.mechanisms.directory.models import Commune, Place
from reflexes.mechanisms.directory.services import access_place, can_keep_places, do_add_place, do_change_place
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page
from reflexes.web.parts import Point


class CommuneInput(forms.TextInput):
    """A text with the communes of the territory under it: typed or chosen, without any script."""

    template_name = "micro_mobility/host/includes/commune_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["list_id"] = f"{context['widget']['attrs'].get('id', name)}_list"
        context["communes"] = Commune.objects.order_by("search").values_list("name", "postal_codes")
        return context


class PlaceForm(forms.Form):
    """A site: its name, its address, its commune."""

    name = forms.CharField(
        label=gettext_lazy("How do you call this site?"),
        help_text=gettext_lazy("As people will look for it: Solidarity grocery, Les Tilleuls care home."),
        max_length=160,
    )
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    commune = forms.CharField(
        label=gettext_lazy("Commune"),
        help_text=gettext_lazy("Type its name or its postal code."),
        max_length=80,
        widget=CommuneInput,
    )
    directions = forms.CharField(
        label=gettext_lazy("How to come and get in"),
        help_text=gettext_lazy("Tram stop, which door, whom to ask for."),
        max_length=300,
        required=False,
    )

    position = forms.CharField(
        label=gettext_lazy("Its exact point"),
        help_text=gettext_lazy(
            "As the map of a telephone gives it, like 48.5734, 7.7521. Without it, distances are counted from the "
            "centre of the commune."
        ),
        max_length=60,
        required=False,
    )

    def clean_commune(self) -> Commune:
        """Find the commune by its name or postal code, whatever its accents."""
        typed = normalised(self.cleaned_data["commune"])
        found = list(Commune.objects.filter(search=typed)[:2])
        if len(found) != 1:
            found = (
                list(Commune.objects.filter(postal_codes__contains=typed).order_by("search")[:6])
                if typed.isdecimal()
                else []
            )
        if len(found) != 1:
            near = found or list(Commune.objects.filter(search__contains=typed).order_by("search")[:6])
            if len(near) == 1:
                return near[0]
            if near:
                names = ", ".join(str(one) for one in near)
                raise forms.ValidationError(_("Which one: %(names)s? Write its whole name.") % {"names": names})
            raise forms.ValidationError(_("This commune is not in the territory. Check its name, or call the cell."))
        return found[0]

    def clean_position(self) -> tuple[float, float] | None:
        """Read a point near the commune; nothing when none was typed."""
        typed = self.cleaned_data["position"].strip()
        if not typed:
            return None
        found = where_is(typed)
        if found is None or normalised(typed) in communes():
            raise forms.ValidationError(_("Write the two numbers with a comma between them, like 48.5734, 7.7521."))
        commune = self.cleaned_data.get("commune")
        if commune is not None and not near(found, (commune.latitude, commune.longitude)):
            raise forms.ValidationError(
                _("This point is far from %(commune)s. Latitude comes first, then longitude.") % {"commune": commune}
            )
        return found


FAR_KM = 30


def near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Tell whether two points are within a commune's reach: swapped numbers are not."""
    here, there = flat(*one, other[0]), flat(*other, other[0])
    return hypot(here[0] - there[0], here[1] - there[1]) <= FAR_KM


def _need(request: HttpRequest) -> Need | None:
    """Return the need that this site is added for, to come back to it."""
    wanted = request.GET.get("besoin") or request.POST.get("besoin") or ""
    if not wanted.isdecimal():
        return None
    need = perms.access_need(request.actor, int(wanted[:15]))
    if not perms.can_change_need(request.actor, need):
        raise PermissionDenied
    return need


@require_http_methods(["GET", "POST"])
def place_new(request: HttpRequest) -> HttpResponse:
    """Show one's sites and add one; asked for a need, it comes back to it."""
    if not can_keep_places(request.actor):
        raise PermissionDenied
    need = _need(request)
    organisation_id = need.organisation_id if need else request.actor.organisation_id
    template = "micro_mobility/host/places.html"
    if request.method == "GET":
        return page(request, template, _context(request, organisation_id, PlaceForm(), need))
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return invalid(request, template, _context(request, organisation_id, form, need))
    try:
        place = do_add_place(actor=request.actor, organisation_id=organisation_id, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, template, _context(request, organisation_id, form, need), refusal)
    said = _("%(place)s is added to your sites.") % {"place": place}
    if need is not None:
        return done(request, said, "micro_mobility:need_step", need.pk, "ou")
    return done(request, said, "micro_mobility:place_new")


@require_http_methods(["GET", "POST"])
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put right a site: its address, how to get in, its exact point."""
    place = access_place(request.actor, pk)
    template = "micro_mobility/host/place_edit.html"
    if request.method == "GET":
        return page(request, template, {"place": place, "form": PlaceForm(initial=_saved(place))})
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return invalid(request, template, {"place": place, "form": form})
    try:
        do_change_place(actor=request.actor, place=place, **form.cleaned_data)
    except Refusal as refusal:
        return refused(request, template, {"place": place, "form": form}, refusal)
    return done(request, _("%(place)s is put right.") % {"place": place}, "micro_mobility:place_new")


def _saved(place: Place) -> dict[str, Any]:
    point = f"{place.latitude:.5f}, {place.longitude:.5f}" if place.is_exact else ""
    return {
        "name": place.name,
        "address": place.address,
        "commune": place.commune.name,
        "directions": place.directions,
        "position": point,
    }


def _context(request: HttpRequest, organisation_id: int | None, form: PlaceForm, need: Need | None) -> dict[str, Any]:
    places = list(
        Place.objects.filter(organisation_id=organisation_id).select_related("commune").order_by("search", "pk")
    )
    points = [
        Point(label=place.name, latitude=place.latitude, longitude=place.longitude, detail=str(place.commune))
        for place in places
    ]
    return {
        "form": form,
        "need": need,
        "places": places,
        "points": points,
        "for_cell": perms.is_cell(request.actor),
    }
