"""What each column of a sheet is: said once, remembered for the next sheet that calls it so."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.models import Import
from reflexes.mechanisms.allocation.services import import_columns, imports
from reflexes.mechanisms.allocation.services.import_columns import ColumnRead
from reflexes.mechanisms.allocation.sheets.labels import LABELS
from reflexes.pistes.resources.micro_mobility.views.cell import access_cell
from reflexes.web.answers import done, invalid, refused
from reflexes.web.pages import page
from reflexes.web.words import full_date

TEMPLATE = "micro_mobility/sheets/columns.html"
DETAIL = "micro_mobility:sheets_import"
MOST_SHOWN = 50
# What the page sends for a column left out: an answer, where nothing would be a question left open.
OUT = "-"


class ColumnsForm(forms.Form):
    """One choice for each title of the sheet."""

    def __init__(self, *args: Any, read: list[ColumnRead], what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read = read
        columns = import_columns.columns_of(what)
        choices = [
            (OUT, _("Leave this column out")),
            *((column.key, LABELS[column.key]) for column in columns),
        ]
        for place, column in enumerate(read):
            self.fields[f"c{place}"] = forms.ChoiceField(
                label=column.title[:80], choices=choices, initial=column.key or OUT, help_text=_told(column)
            )

    def chosen(self) -> dict[str, str]:
        """Return the column of each title."""
        said = {column.title: self.cleaned_data[f"c{place}"] for place, column in enumerate(self.read)}
        return {title: import_columns.LEFT_OUT if key == OUT else key for title, key in said.items()}


def _told(column: ColumnRead) -> str:
    """Return some of what is under a title, and since when somebody said what it is."""
    told = _("It holds: %(examples)s.") % {"examples": ", ".join(column.examples)} if column.examples else _("Empty.")
    if column.chosen_at is not None:
        told += " " + _("Read as on %(day)s.") % {"day": full_date(column.chosen_at)}
    return told


def _missing(imported: Import, form: ColumnsForm) -> list[str]:
    """Return the columns that must be there and that no title gives yet."""
    given = {column.key for column in form.read}
    must = [column.key for column in import_columns.columns_of(imported.what) if column.required]
    return [str(LABELS[key]) for key in must if key not in given]


def _context(imported: Import, form: ColumnsForm, **shown: Any) -> dict[str, Any]:
    return {
        "imported": imported,
        "form": form,
        "missing": _missing(imported, form),
        "remembered": any(column.chosen_at for column in form.read),
        "problems": [],
        **shown,
    }


@require_http_methods(["GET", "POST"])
def sheets_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Show each title with some of what it holds; say what it is."""
    access_cell(request.actor)
    imported = imports.access_import(request.actor, pk)
    if imported.state not in {Import.State.READ, Import.State.COLUMNS}:
        return HttpResponseRedirect(reverse(DETAIL, args=[pk]))
    read = import_columns.columns_read(imported)
    if request.method == "GET":
        return page(request, TEMPLATE, _context(imported, ColumnsForm(read=read, what=imported.what)))
    form = ColumnsForm(request.POST, read=read, what=imported.what)
    if not form.is_valid():
        return invalid(request, TEMPLATE, _context(imported, form))
    try:
        run = imports.do_choose_columns(actor=request.actor, imported=imported, chosen=form.chosen())
    except Refusal as refusal:
        return refused(request, TEMPLATE, _context(imported, form), refusal)
    if not run.ready:
        return invalid(request, TEMPLATE, _context(imported, form, problems=run.problems[:MOST_SHOWN]))
    return done(request, _("These columns are remembered for your next sheet."), DETAIL, pk)


@require_POST
def sheets_columns_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget what was said of these titles."""
    access_cell(request.actor)
    imported = imports.access_import(request.actor, pk)
    import_columns.do_forget_columns(actor=request.actor, imported=imported)
    return done(request, _("Forgotten: the titles are read as usual."), "micro_mobility:sheets_columns", pk)
