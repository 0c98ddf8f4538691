"""The day before: what could still go wrong tomorrow, whom to call, one action a line; the cell's, and a host's own."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from reflexes.core import clock
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.services import tomorrow
from reflexes.mechanisms.allocation.services.nudges import home_unit
from reflexes.mechanisms.allocation.services.tomorrow import Risk
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import managers_by_unit
from reflexes.pistes.resources.micro_mobility.steps import Reach, reach
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE
from reflexes.web.pages import page, paginate

# Whom a call unblocks: the mentor at the host, the manager of the home service, the person.
HOST, MANAGER, PERSON = "host", "manager", "person"
CALLED = {
    "no_mentor": HOST,
    "places_free": HOST,
    "stand_in": PERSON,
    "unreleased": MANAGER,
    "unconfirmed": HOST,
    "unanswered": PERSON,
    "unreachable": MANAGER,
    "certificate": PERSON,
    "unprepared": HOST,
}
WORDS: dict[str, str | Promise] = {
    "no_mentor": gettext_lazy("nobody welcomes them"),
    "stand_in": gettext_lazy("looks for a stand-in"),
    "unreleased": gettext_lazy("the home manager has not answered"),
    "unconfirmed": gettext_lazy("the host has not confirmed"),
    "unanswered": gettext_lazy("has not answered the proposal"),
    "unreachable": gettext_lazy("neither telephone nor e-mail: tell them through their service"),
    "certificate": gettext_lazy("certificate missing, not confirmed, or out of date that day"),
    "unprepared": gettext_lazy("training and safety still to give"),
}
# What the cell and the host do next: label, URL name.
FOR_CELL = {
    "stand_in": (gettext_lazy("Find somebody"), "micro_mobility:stand_in"),
    "certificate": (gettext_lazy("See the person"), "micro_mobility:person_sheet"),
    "unreachable": (gettext_lazy("See the person"), "micro_mobility:person_sheet"),
}
BEHALF = (gettext_lazy("Write down the answer"), "micro_mobility:mission_on_behalf")


class EveForm(forms.Form):
    """Which day, what about: kept in the address."""

    jour = forms.DateField(
        label=gettext_lazy("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    quoi = forms.ChoiceField(label=gettext_lazy("What is not settled"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quoi"].choices = [("", gettext_lazy("All")), *TITLES.items()]  # type: ignore[attr-defined]


TITLES: dict[str, str | Promise] = {
    "no_mentor": gettext_lazy("No mentor"),
    "places_free": gettext_lazy("Places not filled"),
    "stand_in": gettext_lazy("Stand-ins looked for"),
    "unreleased": gettext_lazy("Managers who have not answered"),
    "unconfirmed": gettext_lazy("Hosts who have not confirmed"),
    "unanswered": gettext_lazy("Proposals without an answer"),
    "unreachable": gettext_lazy("People who cannot be reached"),
    "certificate": gettext_lazy("Certificates"),
    "unprepared": gettext_lazy("Training and safety"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to settle: who or what, in words, since when, whom to call, what to do."""

    risk: Risk
    who: str
    words: str
    call: Reach | None
    action: str | Promise
    href: str


@require_GET
def eve(request: HttpRequest) -> HttpResponse:
    """Show what could go wrong on a day to come, half-day by half-day."""
    hosts = request.actor.role == roles.HOST
    if not (hosts or perms.is_cell(request.actor)):
        raise PermissionDenied
    form = EveForm(request.GET)
    form.is_valid()
    day = form.cleaned_data.get("jour") or tomorrow.next_day()
    wanted = form.cleaned_data.get("quoi", "")
    rows = paginate(request, [one for one in tomorrow.told(request.actor, day) if wanted in {"", one.code}], PER_PAGE)
    if "jour" not in request.GET:
        form = EveForm({**request.GET.dict(), "jour": day})
        form.is_valid()
    context = {
        "form": form,
        "day": day,
        "total": rows.paginator.count,
        "rows": rows,
        "hosts": hosts,
        "is_today": day == clock.today(),
        "half_days": [
            (half, list(group))
            for half, group in groupby(_lines(tomorrow.risks(rows), hosts), key=lambda line: line.risk.slot.half)
        ],
        "menu_here": "micro_mobility:arrivals" if hosts else "micro_mobility:silences",
    }
    return page(request, "micro_mobility/day/eve.html", context)


def _lines(risks: list[Risk], hosts: bool) -> list[Line]:
    units = {unit for risk in risks if risk.mission and (unit := home_unit(risk.mission)) is not None}
    managing = managers_by_unit(units) if units and not hosts else {}
    return [
        Line(risk, _who(risk), _words(risk), reach(_called(risk, managing, hosts)), *_action(risk, hosts))
        for risk in risks
    ]


def _who(risk: Risk) -> str:
    if risk.code == "places_free":
        return ngettext("%(count)d place not filled", "%(count)d places not filled", risk.places) % {
            "count": risk.places
        }
    if risk.code == "no_mentor":
        newcomers = ngettext("%(count)d newcomer", "%(count)d newcomers", risk.people) % {"count": risk.people}
        return f"{newcomers} ({risk.absence.person})" if risk.absence else newcomers
    return str(risk.mission.person) if risk.mission else ""


def _words(risk: Risk) -> str:
    if risk.code == "places_free":
        return _("somebody was asked and has not answered") if risk.people else _("nobody is asked")
    return str(WORDS[risk.code])


def _called(risk: Risk, managing: dict[int, list[Person]], hosts: bool) -> Person | None:
    mission, need = risk.mission, risk.slot.need
    if hosts:
        return mission.person if mission and risk.code != "no_mentor" else None
    match CALLED[risk.code]:
        case "manager" if mission:
            able = [one for one in managing.get(home_unit(mission) or 0, []) if one.pk != mission.person_id]
            return able[0] if able else None
        case "person" if mission:
            return mission.person
        case _:
            # An absent mentor cannot be called about their own absence.
            return need.contact if risk.code == "no_mentor" else (mission.mentor if mission else None) or need.mentor


def _action(risk: Risk, hosts: bool) -> tuple[str | Promise, str]:
    mission, need = risk.mission, risk.slot.need
    if risk.absence is not None:
        return gettext_lazy("Name somebody"), reverse("micro_mobility:mentor_away", args=[risk.absence.pk])
    if mission is None or risk.code == "no_mentor":
        return gettext_lazy("See the need"), reverse("micro_mobility:need_detail", args=[need.pk])
    if hosts or risk.code == "unprepared":
        return gettext_lazy("See the mission"), reverse("micro_mobility:mission_detail", args=[mission.pk])
    label, name = FOR_CELL.get(risk.code, BEHALF)
    return label, reverse(name, args=[mission.person_id if name.endswith("person_sheet") else mission.pk])


@dataclass(frozen=True, slots=True)
class Eve:
    """The day prepared now, how many things are not settled for it, since when for the oldest."""

    day: date
    count: int
    since: datetime | None


def eve_of(request: HttpRequest) -> Eve:
    """Return what the home pages say of the day before, in one line."""
    day = tomorrow.next_day()
    found = tomorrow.counted(request.actor, day).values()
    return Eve(day, sum(one.count for one in found), min((one.since for one in found if one.since), default=None))
