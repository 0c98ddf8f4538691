"""Sheets in and out for the cell: a dry run that names each bad line, a yes, a worker that writes, a way back."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from reflexes.core.errors import Refusal
from reflexes.core.sheets.problems import Level
from reflexes.core.sheets.reading import MAX_BYTES, MEGABYTE
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Import, Plan
from reflexes.mechanisms.allocation.services import exports, import_columns, imports
from reflexes.pistes.resources.micro_mobility.piste import piste
from reflexes.pistes.resources.micro_mobility.reasons import usual_criteria
from reflexes.pistes.resources.micro_mobility.views.cell import PER_PAGE, access_cell
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page, paginate

SHEETS = "micro_mobility:sheets"
DETAIL = "micro_mobility:sheets_import"
COLUMNS = "micro_mobility:sheets_columns"
MOST_SHOWN = 200
TONES = {
    Import.State.COLUMNS: "waits",
    Import.State.READ: "waits",
    Import.State.RUNNING: "going",
    Import.State.DONE: "done",
    Import.State.UNDOING: "going",
    Import.State.UNDONE: "stopped",
    Import.State.GIVEN_UP: "stopped",
}
FORMATS = (
    ("xlsx", gettext_lazy("Excel (.xlsx)")),
    ("ods", gettext_lazy("LibreOffice (.ods)")),
    ("csv", gettext_lazy("Text (.csv)")),
)
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv; charset=utf-8",
}


class SheetForm(forms.Form):
    """A sheet to read."""

    what = forms.ChoiceField(
        label=gettext_lazy("What does the sheet hold?"),
        choices=(
            (Import.What.PEOPLE.value, gettext_lazy("People who could help")),
            (Import.What.NEEDS.value, gettext_lazy("Needs")),
        ),
        widget=forms.RadioSelect,
    )
    sheet = forms.FileField(
        label=gettext_lazy("The sheet"),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods,.txt,.tsv,.xlsm"}),
        error_messages={
            "required": gettext_lazy("Choose a file in .csv, .xlsx or .ods."),
            "empty": gettext_lazy("This file is empty. Choose the one that holds the lines."),
        },
        max_length=200,
    )


class ExportForm(forms.Form):
    """What leaves the site, in which format."""

    what = forms.ChoiceField(label=gettext_lazy("What?"))
    kind = forms.ChoiceField(label=gettext_lazy("In which format?"), choices=FORMATS, initial="xlsx")

    def __init__(self, *args: Any, exercise_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="out_%s", **kwargs)
        plans = (
            Plan.objects.defer("snapshot")
            .filter(exercise_id=exercise_id, state=Plan.State.READY)
            .order_by("-number")[:50]
        )
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("needs", gettext_lazy("Needs that are not closed")),
            ("people", gettext_lazy("People who could help")),
            *((f"plan:{plan.number}", _("Plan %(number)s") % {"number": plan.number}) for plan in plans),
        ]


def _context(request: HttpRequest, **shown: Any) -> dict[str, Any]:
    rows = paginate(request, imports.imports_of(request.actor), PER_PAGE)
    return {
        "rows": [(one, TONES[Import.State(one.state)]) for one in rows],
        "pages": rows,
        "sheet_form": SheetForm(),
        "export_form": ExportForm(exercise_id=request.actor.exercise_id),
        "problems": [],
        "more": 0,
        **shown,
    }


@require_GET
def sheets(request: HttpRequest) -> HttpResponse:
    """Show the sheets given so far, give one, take one out."""
    access_cell(request.actor)
    return page(request, "micro_mobility/sheets/sheets.html", _context(request))


@require_POST
def sheets_dry_run(request: HttpRequest) -> HttpResponse:
    """Read a sheet: every bad line is named, or the sheet waits for a yes. Nothing is written yet."""
    access_cell(request.actor)
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return invalid(request, "micro_mobility/sheets/sheets.html", _context(request, sheet_form=form))
    given = form.cleaned_data["sheet"]
    if given.size > MAX_BYTES:
        said = _("This file is larger than %(limit)s MB. Remove the pictures and the sheets not needed, or split it.")
        form.add_error("sheet", said % {"limit": MAX_BYTES // MEGABYTE})
        return invalid(request, "micro_mobility/sheets/sheets.html", _context(request, sheet_form=form))
    imported, run = imports.do_read_import(
        actor=request.actor,
        piste=piste.slug,
        what=form.cleaned_data["what"],
        file_name=given.name,
        content=given.read(),
    )
    if imported is None:
        errors = sorted(run.problems, key=lambda one: (one.level is not Level.ERROR, one.row or 0))
        shown = {"problems": errors[:MOST_SHOWN], "more": max(0, len(errors) - MOST_SHOWN)}
        return invalid(request, "micro_mobility/sheets/sheets.html", _context(request, sheet_form=form, **shown))
    return HttpResponseRedirect(_where(imported))


def _where(imported: Import) -> str:
    """Return the page of a sheet: its columns while they are not all known, else what it would do or did."""
    name = COLUMNS if imported.state == Import.State.COLUMNS else DETAIL
    return reverse(name, args=[imported.pk])


def _detail(request: HttpRequest, imported: Import) -> dict[str, Any]:
    waiting = imported.state == Import.State.READ
    run = imports.dry_run(imported) if waiting else imports.DryRun()
    lines = imported.lines
    written = lines.filter(undone=False).count()
    return {
        "imported": imported,
        "tone": TONES[Import.State(imported.state)],
        "waiting": waiting,
        "moving": imported.state in {Import.State.RUNNING, Import.State.UNDOING},
        "run": run,
        "warnings": run.problems[:MOST_SHOWN],
        "more": max(0, len(run.problems) - MOST_SHOWN),
        "first": [_line(unit) for unit in run.units[:10]],
        "again": waiting
        and Import.objects.filter(digest=imported.digest, state=Import.State.DONE).exclude(pk=imported.pk).exists(),
        "made": lines.filter(made=True, undone=False).count(),
        "changed": lines.filter(made=False, undone=False).count(),
        "written": written if imported.state != Import.State.UNDOING else lines.filter(undone=True).count(),
        "may_undo": imported.state == Import.State.DONE and imports.can_undo(imported),
        "criteria": usual_criteria(),
        "remembered": next((one.chosen_at for one in _columns(imported, waiting) if one.chosen_at), None),
    }


def _columns(imported: Import, waiting: bool) -> list[import_columns.ColumnRead]:
    return import_columns.columns_read(imported) if waiting else []


def _line(unit: Any) -> str:
    """Return one line of the sheet in a few words."""
    if isinstance(unit, list):
        first = unit[0]
        return f"{first.need or first.id} · {first.title} · {first.host}"
    return " · ".join(part for part in (unit.id, unit.name, unit.unit) if part)


@require_GET
def sheets_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one sheet: what it would make and change, how far the writing is, or what it became."""
    imported = imports.access_import(request.actor, pk)
    if imported.state == Import.State.COLUMNS:
        return HttpResponseRedirect(_where(imported))
    return page(
        request,
        "micro_mobility/sheets/import.html",
        _detail(request, imported),
        fragment="micro_mobility/sheets/includes/moving.html",
    )


@require_POST
def sheets_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Say yes: the lines are written by a worker, in batches that may be killed and started again."""
    imported = imports.access_import(request.actor, pk)
    try:
        imports.do_confirm_import(
            actor=request.actor,
            imported=imported,
            criteria=request.POST.get("criteria", "").strip()[:4000] or usual_criteria(),
            open_complete=request.POST.get("open_complete") == "on",
        )
    except Refusal as refusal:
        return refused(request, "micro_mobility/sheets/import.html", _detail(request, imported), refusal)
    return done(request, _("The sheet is being written: you may close this page."), DETAIL, pk)


@require_POST
def sheets_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a sheet not confirmed, or take back what it wrote."""
    imported = imports.access_import(request.actor, pk)
    try:
        imports.do_take_back_import(actor=request.actor, imported=imported)
    except Refusal as refusal:
        fresh = imports.access_import(request.actor, pk)
        return refused(request, "micro_mobility/sheets/import.html", _detail(request, fresh), refusal)
    if imported.state in {Import.State.READ, Import.State.COLUMNS}:
        return done(request, _("The sheet is given up: nothing was written."), SHEETS)
    return done(request, _("The sheet is being taken back. What people use by now stays."), DETAIL, pk)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Take needs, people or a plan out as a sheet; the journal says who took what out."""
    access_cell(request.actor)
    form = ExportForm(request.POST, exercise_id=request.actor.exercise_id)
    if not form.is_valid():
        return invalid(request, "micro_mobility/sheets/sheets.html", _context(request, export_form=form))
    what, _colon, number = form.cleaned_data["what"].partition(":")
    kind = form.cleaned_data["kind"]
    plan = perms.access_plan(request.actor, int(number)) if number else None
    content = exports.do_export(actor=request.actor, what=what, kind=kind, plan=plan)
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}{"-" if number else ""}{number}.{kind}"'
    return answer
