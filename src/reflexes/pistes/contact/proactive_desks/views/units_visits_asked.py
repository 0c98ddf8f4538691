"""Those in charge of calls entrust a visit to a unit of the place, and take it back."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.pistes.contact.proactive_desks import perms
from reflexes.pistes.contact.proactive_desks.models import HumanTask
from reflexes.pistes.contact.proactive_desks.perms_units import access_asked_visit
from reflexes.pistes.contact.proactive_desks.services import units_visits
from reflexes.pistes.contact.proactive_desks.views.campaigns import MENU
from reflexes.web.asking import Sheet, asked, bound, pressed
from reflexes.web.forms import DayInput, few_lines, needed

COVERS = {
    "whole": gettext_lazy("Its territory covers this person"),
    "streets": gettext_lazy("Same commune, only these streets: read them"),
    "elsewhere": gettext_lazy("Another territory"),
}


class EntrustForm(forms.Form):
    """A visit to entrust: to whom, until when, and the only words that the unit reads."""

    unit = forms.ChoiceField(label=gettext_lazy("Which unit"), widget=forms.RadioSelect)
    due_on = forms.DateField(
        label=gettext_lazy("To be made by"),
        help_text=gettext_lazy("Past that day the visit comes back to you, and the unit reads nothing more."),
        widget=DayInput,
    )
    why = needed(
        forms.CharField(
            label=gettext_lazy("Why somebody goes there, in one sentence"),
            help_text=gettext_lazy("The unit reads it with the name and the address, and nothing else."),
            widget=few_lines(2),
            max_length=units_visits.LONGEST_WHY,
            required=False,
        )
    )
    said = forms.CharField(
        label=gettext_lazy("What the caller heard that matters at the door"),
        help_text=gettext_lazy("Hard of hearing, a dog, third floor: only what helps the visit."),
        widget=few_lines(3),
        max_length=units_visits.LONGEST_SAID,
        required=False,
    )

    def __init__(self, *args: Any, choices: list[units_visits.Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(str(one.unit.pk), _line(one)) for one in choices]


def _line(choice: units_visits.Choice) -> str:
    where = ", ".join(str(one) for one in choice.unit.communes.all())
    streets = ", ".join(line.strip() for line in choice.unit.streets.splitlines() if line.strip())
    return f"{choice.unit.name} · {COVERS[choice.covers]} ({'; '.join(filter(None, (where, streets)))})"


def _home(task: HumanTask) -> str:
    return reverse("proactive_desks:task", args=[task.key])


@require_http_methods(["GET", "POST"])
def visit_entrust(request: HttpRequest, task: uuid.UUID) -> HttpResponse:
    """Entrust a visit to a unit."""
    kept = perms.access_task(request.actor, str(task))
    choices = units_visits.choices(kept)
    sheet = Sheet(
        _("Entrust a visit to a unit"),
        _("Its members read who, where and why until the day you choose, and each reading is written down."),
        _("Entrust it"),
        _home(kept),
        kept.get_kind_display().capitalize(),
        MENU,
        icon="map-pin",
        note="" if choices else _("No unit is at work: open one first, or decide otherwise."),
    )
    units = {str(one.unit.pk): one.unit for one in choices}

    def act(typed: dict[str, Any]) -> str:
        unit = units.get(typed.pop("unit"))
        if unit is None:
            raise Refusal("unit", _("Choose a unit at work in the list."))
        units_visits.do_entrust(actor=request.actor, task=kept, unit=unit, **typed)
        return _("The visit is entrusted to %(unit)s, which is told.") % {"unit": unit.name}

    return asked(request, sheet, bound(EntrustForm, request, choices=choices), act)


@require_POST
def visit_take_back(request: HttpRequest, visit: uuid.UUID) -> HttpResponse:
    """Take a visit back from a unit."""
    kept = access_asked_visit(request.actor, str(visit))

    def act() -> str:
        units_visits.do_take_back(actor=request.actor, visit=kept)
        return _("The visit is yours again. The unit is told not to go.")

    return pressed(request, act, _home(kept.task))
