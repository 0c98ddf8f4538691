"""The directory of services at the navigator's desk: found, written by hand, brought from the national schema."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.core.sheets.reading import MAX_BYTES, MEGABYTE
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.desks import Desk
from reflexes.mechanisms.casework.models import Need, Service
from reflexes.mechanisms.casework.models.services import BY_HAND
from reflexes.mechanisms.casework.services import directory, importing
from reflexes.mechanisms.casework.services.directory import Written
from reflexes.mechanisms.casework.views.entrusting import ALL
from reflexes.mechanisms.directory.models import Commune
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import few_lines, needed
from reflexes.web.pages import INVALID, page, paginate

PER_PAGE = 50
SHOWN = 30
IMPORT = "casework/navigator/import.html"


class ServicesForm(forms.Form):
    """Which services."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=80)
    need = forms.ChoiceField(label=gettext_lazy("What it helps with"), required=False, choices=[ALL, *Need.choices])


@require_GET
def service_list(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Show the services in use, with how they answer; those that refuse again and again above."""
    perms.access_desk(request.actor)
    form = ServicesForm(request.GET)
    form.is_valid()
    found = directory.find_services(need=form.cleaned_data.get("need", ""), words=form.cleaned_data.get("q", ""))
    rows = paginate(request, found, PER_PAGE)
    context = {
        "form": form,
        "rows": rows,
        "offers": directory.offers(rows),
        "refusing": directory.offers(directory.refusing()[:PER_PAGE]),
        "piste": desk.piste,
        "menu_here": desk.name("services"),
    }
    return page(request, "casework/navigator/services.html", context)


def _access(request: HttpRequest, pk: int) -> Service:
    perms.access_desk(request.actor)
    found = Service.objects.select_related("structure").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_GET
def service_page(request: HttpRequest, service: int, *, desk: Desk) -> HttpResponse:
    """Show one service: how to reach it, for whom, how it answers."""
    found = _access(request, service)
    (offer,) = directory.offers([found])
    context = {
        "service": found,
        "offer": offer,
        "needs": sorted({str(Need(one.theme.partition("--")[0]).label) for one in found.themes.all()}),
        "by_hand": found.source == BY_HAND,
        "aside": found.put_aside_at or found.structure.put_aside_at,
        "piste": desk.piste,
        "menu_here": desk.name("services"),
    }
    return page(request, "casework/navigator/service.html", context)


class ServiceForm(forms.Form):
    """A service that no file lists."""

    name = needed(forms.CharField(label=gettext_lazy("The service"), max_length=160, required=False))
    structure = needed(forms.CharField(label=gettext_lazy("Who offers it"), max_length=160, required=False))
    needs = needed(
        forms.MultipleChoiceField(
            label=gettext_lazy("What it helps with"),
            choices=Need.choices,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("It receives the link by which it answers."),
        max_length=254,
        required=False,
    )
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    address = forms.CharField(label=gettext_lazy("Address"), max_length=200, required=False)
    commune = forms.ModelChoiceField(
        label=gettext_lazy("Commune"), queryset=None, required=False, empty_label=gettext_lazy("not said")
    )
    conditions = forms.CharField(
        label=gettext_lazy("For whom, on which conditions"), widget=few_lines(3), max_length=2000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = Commune.objects.order_by("search")  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def service_write(request: HttpRequest, service: int = 0, *, desk: Desk) -> HttpResponse:
    """Write a service by hand, or correct one written so."""
    perms.access_desk(request.actor)
    kept = _access(request, service) if service else None
    if kept is not None and kept.source != BY_HAND:
        raise Http404
    back = desk.at("service", kept.pk) if kept else desk.at("services")
    why = _("It is found by what it helps with, and asked by e-mail or by telephone.")
    sheet = Sheet(
        _("A service written by hand"),
        why,
        _("Write it down"),
        back,
        kept.name if kept else _("Services"),
        desk.name("services"),
    )

    def act(said: dict[str, Any]) -> str:
        directory.do_write_service(actor=request.actor, said=Written(**said), service=kept)
        return _("It is written down: navigators find it from now on.")

    return asked(request, sheet, bound(ServiceForm, request, initial=_start(kept)), act)


def _start(kept: Service | None) -> dict[str, Any]:
    if kept is None:
        return {}
    names = ("name", "email", "phone", "address", "conditions")
    return {
        **{name: getattr(kept, name) for name in names},
        "structure": kept.structure.name,
        "commune": kept.commune_code,
        "needs": [one.theme.partition("--")[0] for one in kept.themes.all()],
    }


@require_POST
def service_aside(request: HttpRequest, service: int, *, desk: Desk) -> HttpResponse:
    """Put a service aside, or take it back into use."""
    found = _access(request, service)

    def act() -> str:
        aside = found.put_aside_at is None
        directory.do_put_aside(actor=request.actor, service=found, aside=aside)
        return _("It is put aside: nobody is sent there any more.") if aside else _("It is in use again.")

    return pressed(request, act, desk.at("service", found.pk))


class ImportForm(forms.Form):
    """Two files of the schema, either of them alone if need be."""

    structures = forms.FileField(
        label=gettext_lazy("Structures (CSV or JSON)"), required=False, help_text=gettext_lazy("Those that are new.")
    )
    services = forms.FileField(label=gettext_lazy("Services (CSV or JSON)"), required=False)


@require_http_methods(["GET", "POST"])
def services_import(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    """Read the files and say what they hold; written only when asked, with the same files."""
    perms.access_desk(request.actor)
    form = bound(ImportForm, request)
    context: dict[str, Any] = {"form": form, "piste": desk.piste, "menu_here": desk.name("services")}
    if not form.is_bound:
        return page(request, IMPORT, context)
    if not form.is_valid():
        return invalid(request, IMPORT, context)
    files = {name: form.cleaned_data.get(name) for name in ("structures", "services")}
    for name, file in files.items():
        if file is not None and file.size > MAX_BYTES:
            form.add_error(
                name,
                _("This file is larger than %(limit)s MB: keep your territory.") % {"limit": MAX_BYTES // MEGABYTE},
            )
            return invalid(request, IMPORT, context)
    found = importing.read(*((file.name, file.read()) if file else None for file in files.values()))
    context |= {"found": found, "problems": found.problems[:SHOWN], "more": max(0, len(found.problems) - SHOWN)}
    if request.POST.get("geste") != "importer":
        return page(request, IMPORT, context, status=INVALID if found.refused else 200)
    try:
        figures = importing.do_import(actor=request.actor, found=found)
    except Refusal as refusal:
        return refused(request, IMPORT, context, refusal)
    sentence = ngettext(
        "%(services)d service is in the directory.", "%(services)d services are in the directory.", figures["services"]
    )
    return done(request, sentence % figures, desk.at("services"))
