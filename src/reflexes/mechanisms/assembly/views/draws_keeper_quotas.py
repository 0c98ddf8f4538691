"""The balances sought: typed in a grid of lines, or read from the sheet that other tools of sortition write."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from reflexes.core.errors import Refusal
from reflexes.core.sheets.problems import Problem
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.services import draws, pool_list
from reflexes.mechanisms.assembly.services.draws import QuotaLine
from reflexes.mechanisms.assembly.views.draws_keeper import at, kept_draw, menu_of
from reflexes.web.answers import done, invalid, refused
from reflexes.web.asking import bound
from reflexes.web.pages import INVALID, page

GRID = "assembly/draws/keeper/quotas.html"
SHEET = "assembly/draws/keeper/quotas_sheet.html"
BLANK, MORE, MOST = 8, 6, 200
MOST_SHOWN = 100
# What is typed in a cell of the grid: titles, answers, then figures.
NUMBER = {"inputmode": "numeric", "size": 4}


class LineForm(forms.Form):
    """One answer of one question: how few and how many people of the panel gave it."""

    feature = forms.CharField(label=gettext_lazy("Question"), max_length=120, required=False)
    value = forms.CharField(label=pgettext_lazy("quota", "Answer"), max_length=120, required=False)
    minimum = forms.IntegerField(
        label=gettext_lazy("At least"), min_value=0, max_value=draws.MOST_SEATS, required=False,
        widget=forms.TextInput(attrs=NUMBER),
    )  # fmt: skip
    maximum = forms.IntegerField(
        label=gettext_lazy("At most"), min_value=0, max_value=draws.MOST_SEATS, required=False,
        widget=forms.TextInput(attrs=NUMBER),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for both figures of a line that says an answer."""
        typed = super().clean() or {}
        if typed.get("value"):
            for name in ("minimum", "maximum"):
                if typed.get(name) is None and name not in self.errors:
                    self.add_error(name, gettext_lazy("Write a figure, 0 if need be."))
        elif typed.get("feature") or typed.get("minimum") is not None or typed.get("maximum") is not None:
            self.add_error("value", gettext_lazy("Write the answer, or empty the line."))
        return typed


@require_http_methods(["GET", "POST"])
def quotas(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Show the quotas as lines to type; ``?conseil=1`` fills them with the smallest change that would do."""
    kept = kept_draw(request, draw, piste)
    if request.method != "POST":
        return page(request, GRID, _grid(kept, _known(kept, advised="conseil" in request.GET)))
    lines = _typed(request)
    if "plus" in request.POST:
        # Nothing is written: the same lines come back with empty ones below, so no error is said yet.
        kept_lines = [LineForm(initial=_as_typed(one), prefix=one.prefix) for one in lines]
        return page(request, GRID, _grid(kept, kept_lines + _blank(len(lines), MORE)))
    wrong = [place for place, one in enumerate(lines) if not one.is_valid()]
    if wrong:
        return invalid(request, GRID, _grid(kept, lines, wrong=wrong))
    try:
        draws.do_write_quotas(actor=request.actor, draw=kept, quotas=_lines(lines))
    except Refusal as refusal:
        return refused(request, GRID, _grid(kept, lines), refusal)
    return done(request, _("The balances sought are written."), at(piste, "draw", kept.slug))


def _grid(draw: Draw, lines: list[LineForm], *, wrong: list[int] | None = None) -> dict[str, Any]:
    known = list(draw.quotas.order_by("pk"))
    advice = {place: one for place, one in enumerate(known) if one.advised_minimum is not None}
    return {
        "draw": draw,
        "open": draw.state == Draw.State.PREPARING,
        "lines": [(place, one, advice.get(place)) for place, one in enumerate(lines)],
        "fixed": known,
        "wrong": wrong or [],
        "advice": bool(advice),
        "home": at(draw.piste, "draw", draw.slug),
        "here": at(draw.piste, "draw_quotas", draw.slug),
        "sheet_url": at(draw.piste, "draw_quotas_sheet", draw.slug),
        "menu_here": menu_of(draw.piste),
    }


def _known(draw: Draw, *, advised: bool) -> list[LineForm]:
    """Return the quotas written, and blank lines below; with ``advised`` they say what would do."""
    found = []
    for place, one in enumerate(draw.quotas.order_by("pk")):
        values = {"feature": one.feature, "value": one.value, "minimum": one.minimum, "maximum": one.maximum}
        if advised and one.advised_minimum is not None:
            values |= {"minimum": one.advised_minimum, "maximum": one.advised_maximum}
        found.append(LineForm(initial=values, prefix=str(place)))
    blank = 2 if found else BLANK
    return found + (_blank(len(found), blank) if draw.state == Draw.State.PREPARING else [])


def _blank(first: int, number: int) -> list[LineForm]:
    return [LineForm(prefix=str(first + place)) for place in range(number)]


def _typed(request: HttpRequest) -> list[LineForm]:
    """Return the lines that were sent, as many as the page had."""
    places = [name.partition("-")[0] for name in request.POST if name.endswith("-value")]
    number = max((int(place[:4]) for place in places if place.isdecimal()), default=-1) + 1
    return [LineForm(request.POST, prefix=str(place)) for place in range(min(number, MOST))]


def _as_typed(line: LineForm) -> dict[str, Any]:
    return {name: line[name].value() for name in line.fields}


def _lines(lines: list[LineForm]) -> list[QuotaLine]:
    """Return the lines that say an answer; a question left empty is that of the line above."""
    found, feature = [], ""
    for one in lines:
        typed = one.cleaned_data
        feature = typed["feature"] or feature
        if typed["value"]:
            found.append(QuotaLine(feature, typed["value"], typed["minimum"], typed["maximum"]))
    return found


class SheetForm(forms.Form):
    """A sheet of quotas."""

    sheet = forms.FileField(
        label=gettext_lazy("The sheet"),
        help_text=gettext_lazy("In .csv, .xlsx or .ods. Its columns: category, feature, min, max."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
        error_messages={"required": gettext_lazy("Choose a file in .csv, .xlsx or .ods.")},
        max_length=200,
    )


@require_http_methods(["GET", "POST"])
def quotas_sheet(request: HttpRequest, draw: str, *, piste: str) -> HttpResponse:
    """Read the quotas of a sheet in place of those there are; every wrong line is named and nothing is written."""
    kept = kept_draw(request, draw, piste)
    form = bound(SheetForm, request)
    context: dict[str, Any] = {
        "draw": kept,
        "form": form,
        "problems": [],
        "back": at(piste, "draw_quotas", kept.slug),
        "menu_here": menu_of(piste),
    }
    if not form.is_bound:
        return page(request, SHEET, context)
    if not form.is_valid():
        return invalid(request, SHEET, context)
    given = form.cleaned_data["sheet"]
    try:
        problems = pool_list.do_import_quotas(
            actor=request.actor, draw=kept, file_name=given.name, content=given.read()
        )
    except Refusal as refusal:
        return refused(request, SHEET, context, refusal)
    if problems:
        return page(request, SHEET, {**context, **told(problems)}, status=INVALID)
    return done(request, _("The balances sought are written."), context["back"])


def told(problems: list[Problem]) -> dict[str, Any]:
    """Return the first problems of a sheet, and how many more there are."""
    more = max(0, len(problems) - MOST_SHOWN)
    words = ngettext("%(count)d other line is wrong.", "%(count)d other lines are wrong.", more) % {"count": more}
    return {"problems": problems[:MOST_SHOWN], "more": words if more else ""}
