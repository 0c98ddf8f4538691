"""Write tables as CSV, XLSX or ODS: text stays text (no live formula), numbers are numbers, dates are ISO."""

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from reflexes.core.sheets.cells import Cell, as_text, guarded

FORMATS = ("csv", "xlsx", "ods")
TITLE_LENGTH = 31  # what Excel accepts for the name of a sheet
CELL_LENGTH = 32_767  # what Excel accepts in one cell
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Content = tuple[Sequence[str], Iterable[Sequence[Cell]]]


def write_tables(target: str | Path | IO[bytes], tables: Mapping[str, Content], kind: str) -> None:
    """Write ``tables`` (name of the sheet to titles and rows) into ``target``, a path or an open binary file.

    A path is replaced at the end only, never left half-written. CSV holds one table: more is the caller's mistake.
    Cost: linear. Source: stack.md, "Spreadsheets".

    >>> out = io.BytesIO()
    >>> write_tables(out, {"plan": (["id", "km"], [["=1", 2.5]])}, "csv")
    >>> out.getvalue().decode("utf-8-sig").splitlines()
    ['id;km', "'=1;2.5"]
    """
    writers = {"csv": _csv, "xlsx": _xlsx, "ods": _ods}
    if not tables or kind not in writers or (kind == "csv" and len(tables) > 1):
        raise ValueError(f"cannot write {len(tables)} tables as {kind}")
    data = writers[kind](tables)
    if isinstance(target, (str, Path)):
        _replace(Path(target), data)
    else:
        target.write(data)


def _replace(path: Path, data: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        Path(draft).chmod(0o666 & ~mask)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("", text)[:CELL_LENGTH]


def _csv(tables: Mapping[str, Content]) -> bytes:
    """Semicolons and a byte-order mark: what a French spreadsheet opens well by a double click."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    for titles, rows in tables.values():
        writer.writerow([guarded(_clean(title)) for title in titles])
        for row in rows:
            writer.writerow([_csv_cell(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return as_text(cell)
    return guarded(_clean(as_text(cell)))


def sheet_titles(names: Iterable[str]) -> list[str]:
    """Return names every spreadsheet accepts, each different: 31 characters, none of ``[]:*?/\\``.

    >>> sheet_titles(["Épicerie: nord/sud", "épicerie  nord sud", ""])
    ['Épicerie nord sud', 'épicerie nord sud (2)', '-']
    """
    given: list[str] = []
    taken: set[str] = set()
    for name in names:
        base = " ".join(re.sub(r"[\[\]:*?/\\]", " ", _clean(name)).split()).strip("'").strip() or "-"
        title, number = base[:TITLE_LENGTH], 1
        while title.casefold() in taken:
            number += 1
            ending = f" ({number})"
            title = base[: TITLE_LENGTH - len(ending)] + ending
        taken.add(title.casefold())
        given.append(title)
    return given


def _widths(titles: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    longest = [len(title) for title in titles]
    for row in rows[:500]:
        for place, cell in enumerate(row[: len(longest)]):
            longest[place] = max(longest[place], len(as_text(cell)))
    return [min(max(length + 2, 8), 60) for length in longest]


def _xlsx(tables: Mapping[str, Content]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook(write_only=True)
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")

    def cell_of(sheet: Any, value: Cell) -> Any:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return WriteOnlyCell(sheet, value=value)
        if isinstance(value, date):
            cell = WriteOnlyCell(sheet, value=value)
            cell.number_format = "yyyy-mm-dd hh:mm" if isinstance(value, datetime) else "yyyy-mm-dd"
            return cell
        text = _clean(as_text(value))
        cell = WriteOnlyCell(sheet, value=text)
        cell.data_type = "s"  # openpyxl takes a text that begins with "=" for a formula
        if guarded(text) != text:
            cell.quotePrefix = True
        if len(text) > 60:
            cell.alignment = wrapped
        return cell

    for title, (titles, lines) in zip(sheet_titles(tables), tables.values(), strict=True):
        rows = list(lines)
        sheet = workbook.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, width in enumerate(_widths(titles, rows), start=1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        heads = [cell_of(sheet, head) for head in titles]
        for head in heads:
            head.font = bold
        sheet.append(heads)
        for row in rows:
            sheet.append([cell_of(sheet, value) for value in row])
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation = "landscape"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _ods(tables: Mapping[str, Content]) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.style import Style, TableColumnProperties, TextProperties
    from odf.table import Table, TableCell, TableColumn, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    bold = Style(name="bold", family="table-cell")
    bold.addElement(TextProperties(fontweight="bold"))
    document.styles.addElement(bold)
    styles: dict[int, Any] = {}

    def cell_of(value: Cell, **style: Any) -> Any:
        text = _clean(as_text(value))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            cell = TableCell(valuetype="float", value=repr(value), **style)
        elif isinstance(value, date):
            cell = TableCell(valuetype="date", datevalue=value.isoformat(), **style)
        elif text:
            cell = TableCell(valuetype="string", **style)
        else:
            return TableCell(**style)
        for line in text.split("\n"):
            cell.addElement(P(text=line))
        return cell

    for title, (titles, lines) in zip(sheet_titles(tables), tables.values(), strict=True):
        rows = list(lines)
        table = Table(name=title)
        for width in _widths(titles, rows):
            if width not in styles:
                styles[width] = Style(name=f"w{width}", family="table-column")
                styles[width].addElement(TableColumnProperties(columnwidth=f"{width * 0.2:.1f}cm"))
                document.automaticstyles.addElement(styles[width])
            table.addElement(TableColumn(stylename=styles[width]))
        for row, style in [(titles, {"stylename": bold}), *((row, {}) for row in rows)]:
            line = TableRow()
            for value in row:
                line.addElement(cell_of(value, **style))
            table.addElement(line)
        document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()
