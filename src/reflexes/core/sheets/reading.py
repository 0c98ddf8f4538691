"""Read one table from a CSV, XLSX or ODS file. Nothing here raises: what is wrong is in ``Table.problems``."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from reflexes.core.sheets.cells import Cell, as_text, unguarded
from reflexes.core.sheets.problems import Level, Problem, has_errors, reading_problem
from reflexes.core.text import normalised

MEGABYTE = 1024 * 1024
MAX_BYTES = 10 * MEGABYTE
MAX_ROWS = 200_000
MAX_COLUMNS = 500
MAX_SECONDS = 60
CHARACTERS_IN_A_CELL = 200_000
KINDS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".ods": "ods",
}
LABELS = {"csv": "CSV", "xlsx": "XLSX", "ods": "ODS"}
UNPACK = Path(__file__).with_name("unpack.py")
Source = str | Path | IO[bytes]


@dataclass(slots=True)
class Table:
    """One sheet as rows under titles. ``row_numbers`` are those a person sees in a spreadsheet (the titles are 1)."""

    name: str
    headers: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    row_numbers: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Tell whether something in the file stops the work."""
        return has_errors(self.problems)


class _Refused(Exception):
    """Reading stops here; the argument is the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class _Grid:
    """What a file holds before its titles are understood."""

    lines: list[tuple[int, list[Cell]]]
    first_column: int = 0
    formulas: Sequence[tuple[int, int]] = ()
    other_formulas: int = 0
    untitled: set[int] = field(default_factory=set)


def read_table(
    source: Source,
    *,
    name: str = "",
    sheet: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_rows: int = MAX_ROWS,
) -> Table:
    """Read ``source`` (a path or an open binary file) and return its table with everything that is wrong in it.

    ``name`` is what people call the file; ``sheet`` names a sheet of a workbook (else the first visible one). CSV may
    be UTF-8, UTF-16 with its mark or Windows-1252, separated by semicolons, commas or tabs. Cost: linear in the file; a
    workbook is opened in a process of its own (``unpack.py``). Source: stack.md, "Spreadsheets".

    >>> table = read_table(io.BytesIO(b"id;nom\\n1;Zo\\xc3\\xa9\\n"), name="people.csv")
    >>> table.headers, table.rows, table.row_numbers
    (['id', 'nom'], [['1', 'Zoé']], [2])
    """
    name = name or (Path(source).name if isinstance(source, (str, Path)) else "")
    table = Table(name)
    try:
        data = _bytes_of(source, name, max_bytes)
        kind = _kind_of(data, name)
        grid = _csv_grid(data, name, max_rows) if kind == "csv" else _workbook_grid(data, kind, name, sheet, max_rows)
        _fill(table, grid, max_rows)
    except _Refused as refused:
        table.problems.append(refused.problem)
    return table


def _bytes_of(source: Source, name: str, max_bytes: int) -> bytes:
    try:
        if isinstance(source, (str, Path)):
            with Path(source).open("rb") as file:
                data = file.read(max_bytes + 1)
        else:
            data = source.read(max_bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _Refused(reading_problem("missing", name)) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise _Refused(reading_problem("unreadable", name, why=why)) from error
    if len(data) > max_bytes:
        raise _Refused(reading_problem("too_big", name, limit=max(1, max_bytes // MEGABYTE)))
    return data


def _kind_of(data: bytes, name: str) -> str:
    """Return csv, xlsx or ods; the content and the extension must agree."""
    said = KINDS.get(Path(name).suffix.lower())
    if said is None:
        raise _Refused(reading_problem("unknown_kind", name))
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise _Refused(reading_problem("encrypted" if locked else "old_excel", name))
    if data.startswith(b"PK\x03\x04"):
        found = "ods" if b"opendocument.spreadsheet" in data else "xlsx" if b"xl/" in data else "other"
    elif said == "csv" or not data:
        found = said
    elif data.startswith(b"PK"):
        raise _Refused(reading_problem("damaged", name))
    else:
        found = "csv"
    if found == "other":
        raise _Refused(reading_problem("damaged" if said != "csv" else "not_text", name))
    if found != said:
        raise _Refused(reading_problem("wrong_extension", name, said=LABELS[said], found=LABELS[found]))
    return found


def _csv_grid(data: bytes, name: str, max_rows: int) -> _Grid:
    text = _decoded(data, name)
    lines: list[tuple[int, list[Cell]]] = []
    formulas: list[tuple[int, int]] = []
    for index, record in enumerate(_records(text, _separator(text), name)):
        if len(lines) > max_rows:
            raise _Refused(reading_problem("too_many_rows", name, limit=max_rows))
        if len(record) > MAX_COLUMNS:
            raise _Refused(reading_problem("too_many_columns", name, limit=MAX_COLUMNS))
        formulas += [(index, place) for place, cell in enumerate(record) if cell.lstrip().startswith("=")]
        cells: list[Cell] = [unguarded(cell) for cell in record]
        if any(as_text(cell) for cell in cells):
            lines.append((index, cells))
    return _Grid(lines, 0, formulas[:50], max(0, len(formulas) - 50))


def _decoded(data: bytes, name: str) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _Refused(reading_problem("not_text", name))


def _separator(text: str) -> str:
    """Return the separator under which the titles and the first lines agree best on a number of columns."""

    def agreement(separator: str) -> tuple[bool, float, int]:
        widths: list[int] = []
        try:
            for record in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=separator):
                if record:
                    widths.append(len(record))
                if len(widths) == 50:
                    break
        except csv.Error:
            pass
        if not widths:
            return False, 0.0, 0
        return widths[0] > 1, widths.count(widths[0]) / len(widths), widths[0]

    return max(";,\t", key=agreement)


def _records(text: str, separator: str, name: str) -> Iterator[list[str]]:
    limit = csv.field_size_limit(CHARACTERS_IN_A_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    try:
        for record in reader:
            row += 1
            yield record
    except csv.Error as error:
        raise _Refused(reading_problem("quotes", name, row=row + 1)) from error
    finally:
        csv.field_size_limit(limit)


def _workbook_grid(data: bytes, kind: str, name: str, sheet: str | None, max_rows: int) -> _Grid:
    """Open the workbook in a child process and understand what it says."""
    command = [
        sys.executable,
        "-I",
        str(UNPACK),
        kind,
        sheet or "",
        str(max_rows),
        str(MAX_COLUMNS),
    ]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise _Refused(reading_problem("too_slow", name)) from error
    # Not splitlines(): a cell may hold other line ends than "\n", which JSON leaves as they are.
    lines = [line for line in done.stdout.decode("utf-8", "replace").split("\n") if line]
    last = json.loads(lines[-1]) if lines and lines[-1].startswith("{") and lines[-1].endswith("}") else {}
    if "refused" in last:
        code = last.pop("refused")
        limits = {"too_many_rows": max_rows, "too_many_columns": MAX_COLUMNS}
        raise _Refused(reading_problem(code, name, limit=limits.get(code), **last))
    if "formulas" not in last:
        # The child died: killed by its memory limit (a dense sheet, a bomb) or by bytes that break the reader.
        code = "too_big_opened" if done.returncode < 0 or b"memory" in done.stderr.lower() else "damaged"
        raise _Refused(reading_problem(code, name))
    first = json.loads(lines[0])["first_column"]
    rows = [(index, [_cell(value) for value in json.loads(line)]) for index, line in enumerate(lines[1:-1])]
    kept = [(index, row) for index, row in rows if any(as_text(cell) for cell in row)]
    return _Grid(
        kept,
        first,
        [tuple(place) for place in last["formulas"]],
        last["others"],
    )


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        return date.fromisoformat(value["d"]) if "d" in value else datetime.fromisoformat(value["t"])
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    cell: Cell = value if value != "" else None
    return cell


def _fill(table: Table, grid: _Grid, max_rows: int) -> None:
    """Put titles and rows into the table; say each formula, each title told twice, each cell without a title."""
    if not grid.lines:
        raise _Refused(reading_problem("empty", table.name))
    title_row, titles = grid.lines[0]
    names = [as_text(title) for title in titles]
    places = [place for place, title in enumerate(names) if title]
    table.headers = [names[place] for place in places]
    _say_duplicates(table, title_row)
    if not places:
        raise _Refused(reading_problem("empty", table.name))
    if len(grid.lines) == 1:
        raise _Refused(reading_problem("no_rows", table.name))
    if len(grid.lines) - 1 > max_rows:
        raise _Refused(reading_problem("too_many_rows", table.name, limit=max_rows))
    for index, cells in grid.lines[1:]:
        table.rows.append([cells[place] if place < len(cells) else None for place in places])
        table.row_numbers.append(index + 1)
        _look_beyond(table, grid, names, index, cells)
    for row, column in grid.formulas:
        place = column - grid.first_column
        title = names[place] if 0 <= place < len(names) and names[place] else letters(column)
        table.problems.append(reading_problem("formula", table.name, row=row + 1, column=title))
    if grid.other_formulas:
        table.problems.append(reading_problem("more_formulas", table.name, count=grid.other_formulas))


def _say_duplicates(table: Table, title_row: int) -> None:
    seen: set[str] = set()
    for title in table.headers:
        if normalised(title) in seen:
            table.problems.append(reading_problem("duplicate_title", table.name, row=title_row + 1, found=title))
        seen.add(normalised(title))


def _look_beyond(table: Table, grid: _Grid, names: list[str], index: int, cells: list[Cell]) -> None:
    """Say cells under no title: beyond the last one it is an error (a separator too many), else a warning."""
    for place, cell in enumerate(cells):
        if not as_text(cell) or (place < len(names) and names[place]) or place in grid.untitled:
            continue
        column = letters(place + grid.first_column)
        if place < len(names):
            table.problems.append(reading_problem("untitled", table.name, column=column, level=Level.WARNING))
            grid.untitled.add(place)
        else:
            table.problems.append(
                reading_problem(
                    "beyond_titles",
                    table.name,
                    row=index + 1,
                    column=column,
                    found=as_text(cell),
                )
            )
            break


def letters(column: int) -> str:
    """Return the letters of a column from its place: 0 is A, 26 is AA.

    >>> letters(0), letters(25), letters(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
