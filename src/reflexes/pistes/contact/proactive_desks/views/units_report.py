"""The report of a day, typed on a telephone in five minutes; the board of all units at its fixed hour."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.registry import Waits
from reflexes.pistes.contact.proactive_desks.models import DailyReport
from reflexes.pistes.contact.proactive_desks.perms_units import (
    access_unit,
    can_manage_all,
    can_write,
    check_centre,
    check_writing,
)
from reflexes.pistes.contact.proactive_desks.services import units_reports
from reflexes.pistes.contact.proactive_desks.services.units import hours_of, moment_of
from reflexes.pistes.contact.proactive_desks.services.units_silences import silences
from reflexes.web.answers import done, invalid, refused
from reflexes.web.forms import few_lines, needed
from reflexes.web.pages import CONFLICT, INVALID, page

UNITS, BOARD = "proactive_desks:units", "proactive_desks:units_board"
WAITING = "proactive_desks:units_waiting"
TEMPLATE = "proactive_desks/units/report.html"


def day_of(request: HttpRequest) -> date:
    """Return the day of the address; one that is none is today."""
    try:
        return date.fromisoformat(request.GET.get("jour", ""))
    except ValueError:
        return clock.today()


def _figure(label: "str | Promise") -> forms.Field:
    field = forms.IntegerField(
        label=label,
        min_value=0,
        max_value=units_reports.MOST,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    # Filled already: emptied, it follows again what is counted.
    return needed(field)


def _words(label: "str | Promise") -> forms.CharField:
    return forms.CharField(label=label, widget=few_lines(3), required=False, max_length=units_reports.LONGEST)


class ReportForm(forms.Form):
    """A day: four figures counted already, three questions."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    went_well = _words(gettext_lazy("What went well?"))
    stuck = _words(gettext_lazy("What is stuck?"))
    wanted = _words(gettext_lazy("What do you need from the centre before noon?"))
    visits = _figure(gettext_lazy("Visits and calls"))
    needs_noted = _figure(gettext_lazy("Needs noted"))
    needs_met = _figure(gettext_lazy("Needs met"))
    arrangements = _figure(gettext_lazy("Arrangements made on the spot"))
    channel = forms.ChoiceField(
        label=gettext_lazy("How this report reached you"),
        choices=DailyReport.Channel.choices,
        initial=DailyReport.Channel.WEB,
        required=False,
    )

    def typed(self) -> units_reports.Typed:
        """Return what the form says, once it is valid."""
        said = self.cleaned_data
        return units_reports.Typed(
            figures={name: said.get(name) for name in units_reports.NAMES},
            went_well=said["went_well"],
            stuck=said["stuck"],
            wanted=said["wanted"],
        )


def _begun(report: DailyReport | None, found: units_reports.Figures) -> dict[str, Any]:
    """Return what the form shows at first: what was typed, else what is counted."""
    shown = units_reports.figures_of(report, found)
    figures = {name: getattr(shown, name) for name in units_reports.NAMES}
    if report is None:
        return {**figures, "version": 0}
    words = {name: getattr(report, name) for name in ("went_well", "stuck", "wanted", "channel")}
    return {**figures, **words, "version": report.version}


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, unit: int) -> HttpResponse:
    """Show the report of a day, prefilled with what was written during it, and send it."""
    kept = access_unit(request.actor, unit)
    day = day_of(request)
    found = units_reports.counted([kept.pk], day)[kept.pk]
    known = units_reports.report_of(kept, day)
    hours = hours_of(kept.organisation_id)
    context: dict[str, Any] = {
        "unit": kept,
        "day": day,
        "before": day - timedelta(days=1),
        "today": clock.today(),
        "report": known,
        "due": moment_of(day, hours.reports_by),
        "closes": moment_of(day, hours.closes_at),
        "open": known is None or known.sent_at is None or units_reports.can_correct(known, hours),
        "writes": can_write(request.actor, kept),
        "homes": units_reports.homes_of([kept.pk], day),
        "question": getattr(known, "question", None) if known else None,
        "menu_here": UNITS,
    }
    if request.method != "POST":
        form = ReportForm(initial=_begun(known, found))
        return page(request, TEMPLATE, {**context, "form": form})
    check_writing(request.actor, kept)
    form = ReportForm(request.POST)
    context["form"] = form
    if not form.is_valid():
        return invalid(request, TEMPLATE, context)
    try:
        units_reports.do_send_report(
            actor=request.actor,
            unit=kept,
            day=day,
            typed=form.typed(),
            version=form.cleaned_data["version"] or 0,
            channel=form.cleaned_data["channel"] or DailyReport.Channel.WEB,
        )
    except Refusal as refusal:
        return refused(request, TEMPLATE, context, refusal)
    if clock.now() < context["closes"]:
        sentence = _("The report is sent. Until %(hour)s you may correct it.") % {
            "hour": formats.time_format(hours.closes_at, _("H:i"))
        }
    else:
        sentence = _("The report is sent, after the board closed: its hour stands beside it.")
    return done(request, sentence, reverse("proactive_desks:unit", args=[kept.pk]))


@require_POST
def report_save(request: HttpRequest, unit: int) -> HttpResponse:
    """Keep a report while it is typed; answers the version that the next save must know."""
    kept = access_unit(request.actor, unit)
    form = ReportForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("A figure is not readable: the rest waits for it."), status=INVALID)
    try:
        saved = units_reports.do_save_report(
            actor=request.actor,
            unit=kept,
            day=day_of(request),
            typed=form.typed(),
            version=form.cleaned_data["version"] or 0,
        )
    except Refusal as refusal:
        return HttpResponse(str(refusal), status=CONFLICT if refusal.conflict else INVALID)
    return JsonResponse({"fields": {"version": saved.version}})


WAITS = {
    "reports_missing": (
        ngettext_lazy("%(count)d report is missing", "%(count)d reports are missing", "count"),
        gettext_lazy("the lead or the deputy of the unit"),
        gettext_lazy("See which"),
        WAITING,
        "",
    ),
    "questions_waiting": (
        ngettext_lazy("%(count)d question waits for the centre", "%(count)d questions wait for the centre", "count"),
        gettext_lazy("the centre"),
        gettext_lazy("Answer"),
        BOARD,
        "#questions",
    ),
    "needs_without_news": (
        ngettext_lazy(
            "%(count)d need of a facility without news", "%(count)d needs of facilities without news", "count"
        ),
        gettext_lazy("the unit in charge"),
        gettext_lazy("See which"),
        "proactive_desks:field_needs",
        "?state=silent",
    ),
    "visits_late": (
        ngettext_lazy("%(count)d visit not made by its day", "%(count)d visits not made by their day", "count"),
        gettext_lazy("whoever asked for it"),
        gettext_lazy("See which"),
        WAITING,
        "",
    ),
    "units_past_end": (
        ngettext_lazy("%(count)d unit past its last day", "%(count)d units past their last day", "count"),
        gettext_lazy("somebody named"),
        gettext_lazy("Decide"),
        UNITS,
        "",
    ),
}


def waits_of(actor: Actor) -> list[Waits]:
    """Return what waits about the units that the actor sees, each with its sentence and its one action."""
    found = []
    for silence in silences(actor):
        sentence, who, action, name, more = WAITS[silence.code]
        said = sentence % {"count": silence.count}
        found.append(Waits(said, silence.count, silence.since, who, action, reverse(name) + more))
    return found


@require_GET
def board_page(request: HttpRequest) -> HttpResponse:
    """Show every unit on one line, by name: who reported and at what time, who did not and whom to call."""
    check_centre(request.actor)
    day = min(day_of(request), clock.today())
    seen = units_reports.board(request.actor, day)
    names = {line.unit.pk: line.unit for line in seen.lines}
    context = {
        "board": seen,
        "today": clock.today(),
        "now": clock.now(),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < clock.today() else None,
        "questions": [(line.unit, question) for line in seen.lines for question in line.questions],
        "homes": [(names[one.unit_id], one) for one in units_reports.homes_of(names, day)],
        "waits": waits_of(request.actor),
        "manages": can_manage_all(request.actor),
    }
    return page(request, "proactive_desks/units/board.html", context)
