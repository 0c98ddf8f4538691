"""The doctrine: its versions, what one changes since the one before, writing the next, saying that it is read."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.pistes.contact.proactive_desks.models import Doctrine, DoctrinePoint
from reflexes.pistes.contact.proactive_desks.perms_units import (
    access_doctrine,
    access_unit,
    can_lead,
    can_manage_all,
    check_concerned,
    check_managing,
    own_units,
    visible_doctrines,
    visible_units,
)
from reflexes.pistes.contact.proactive_desks.services import units_doctrine
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import few_lines
from reflexes.web.pages import page, paginate

MENU = "proactive_desks:doctrines"
PER_PAGE = 20


@require_GET
def doctrine_list(request: HttpRequest) -> HttpResponse:
    """List the versions, the latest first."""
    check_concerned(request.actor)
    found = visible_doctrines(request.actor).order_by("-number", "-pk")
    context = {"rows": paginate(request, found, PER_PAGE), "manages": can_manage_all(request.actor)}
    return page(request, "proactive_desks/units/doctrines.html", context)


@require_GET
def doctrine_page(request: HttpRequest, doctrine: int) -> HttpResponse:
    """Show one version: what is fixed, what units decide alone, what changed, who read it."""
    actor = request.actor
    kept = access_doctrine(actor, doctrine)
    points = list(kept.points.all())
    wanted = request.GET.get("depuis", "")
    mine = own_units(actor).filter(ended_on=None, organisation_id=kept.organisation_id).order_by("search", "pk")
    readings = kept.readings.filter(unit__in=visible_units(actor)).select_related("unit", "by").order_by("at", "pk")
    read = {one.unit_id for one in readings}
    live = visible_units(actor).filter(ended_on=None).order_by("search", "pk") if kept.published_at else []
    context = {
        "doctrine": kept,
        "fixed": [one for one in points if one.kind == DoctrinePoint.Kind.FIXED],
        "margins": [one for one in points if one.kind == DoctrinePoint.Kind.MARGIN],
        "changes": units_doctrine.changes_of(kept, since=int(wanted[:5]) if wanted.isdecimal() else None),
        "readings": readings,
        "unread": [unit for unit in live if unit.pk not in read],
        "to_read": [unit for unit in mine if unit.pk not in read and can_lead(actor, unit)]
        if kept.published_at
        else [],
        "manages": can_manage_all(actor),
        "menu_here": MENU,
    }
    return page(request, "proactive_desks/units/doctrine.html", context)


class DoctrineForm(forms.Form):
    """A version: what comes first, what is fixed, what units decide alone."""

    priority = forms.CharField(label=gettext_lazy("What comes first now"), widget=few_lines(3), max_length=1000)
    fixed = forms.CharField(
        label=gettext_lazy("What is fixed"),
        help_text=gettext_lazy("One sentence a line: what is not negotiated."),
        widget=few_lines(6),
        max_length=8000,
    )
    margins = forms.CharField(
        label=gettext_lazy("What units decide alone"),
        help_text=gettext_lazy("One sentence a line: what they arrange on the spot without asking."),
        widget=few_lines(6),
        max_length=8000,
    )


def _known(doctrine: Doctrine | None) -> dict[str, str]:
    """Return what the form shows at first: the draft, or the version in force to start from."""
    if doctrine is None:
        return {}
    points = list(doctrine.points.all())
    return {
        "priority": doctrine.priority,
        "fixed": "\n".join(one.words for one in points if one.kind == DoctrinePoint.Kind.FIXED),
        "margins": "\n".join(one.words for one in points if one.kind == DoctrinePoint.Kind.MARGIN),
    }


@require_http_methods(["GET", "POST"])
def doctrine_write(request: HttpRequest) -> HttpResponse:
    """Write the next version, from the one in force."""
    actor = request.actor
    check_managing(actor)
    begun = units_doctrine.draft_of(actor) or units_doctrine.doctrine_in_force(actor.organisation_id, actor.exercise_id)
    sheet = Sheet(
        gettext_lazy("Write the next version"),
        gettext_lazy("A stable frame lets people adapt: few fixed points, and margins said beside them."),
        gettext_lazy("Keep the draft"),
        reverse(MENU),
        gettext_lazy("Doctrine"),
        MENU,
        note=gettext_lazy("Units read it once you publish it. A published version never changes."),
    )
    made: list[Doctrine] = []

    def act(typed: dict[str, Any]) -> str:
        made.append(units_doctrine.do_write_doctrine(actor=actor, **typed))
        return _("The draft is kept. Read it back, then publish it.")

    answer = asked(request, sheet, bound(DoctrineForm, request, initial=_known(begun)), act)
    if made:
        answer["Location"] = reverse("proactive_desks:doctrine", args=[made[0].pk])
    return answer


@require_POST
def doctrine_publish(request: HttpRequest, doctrine: int) -> HttpResponse:
    """Publish a version."""
    check_managing(request.actor)
    kept = access_doctrine(request.actor, doctrine)

    def act() -> str:
        units_doctrine.do_publish_doctrine(actor=request.actor, doctrine=kept)
        return _("It is published. Each unit is asked to say that it read it.")

    return pressed(request, act, reverse("proactive_desks:doctrine", args=[kept.pk]))


@require_POST
def doctrine_read(request: HttpRequest, unit: int) -> HttpResponse:
    """Say that a unit read the version in force."""
    kept = access_unit(request.actor, unit)
    wanted = request.POST.get("version", "")
    doctrine = access_doctrine(request.actor, int(wanted[:10]) if wanted.isdecimal() else 0)

    def act() -> str:
        units_doctrine.do_say_read(actor=request.actor, unit=kept, doctrine=doctrine)
        return _("It is written: your unit works under version %(number)d.") % {"number": doctrine.number}

    return pressed(request, act, reverse("proactive_desks:unit", args=[kept.pk]))
