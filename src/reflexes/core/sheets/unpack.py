"""Open one XLSX or ODS workbook in a process of its own, under limits of memory and time.

Run as ``python -I unpack.py KIND SHEET MAX_ROWS MAX_COLUMNS``: the file on standard input, JSON lines on standard
output. It stands alone (standard library and calamine) so that it starts fast. A workbook of 10 MB may ask for
terabytes: a zip bomb, a cell in the last row of the last column, one long text shared by a million cells. Whatever it
does, only this process dies, and its parent says one sentence.
"""

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

MEMORY = 1_500_000_000
UNPACKED = 300_000_000
WRITTEN = 200_000_000
FORMULAS_SHOWN = 50
CELL_WITH_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<(?:\w+:)?f[\s/>]',
)
PART_OF_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
PART_OF_LINK = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
NAMED = {name: re.compile(rb'\b%s="([^"]*)"' % name.encode()) for name in ("name", "r:id", "Id", "Target")}


class Refused(Exception):
    """The workbook cannot be read; the first argument is the code of the problem."""


def main(arguments: list[str]) -> None:
    """Read the workbook on standard input and write its rows on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    kind, wanted, max_rows, max_columns = (
        arguments[0],
        arguments[1],
        int(arguments[2]),
        int(arguments[3]),
    )
    data = sys.stdin.buffer.read()
    try:
        for line in lines(data, kind, wanted, max_rows, max_columns):
            sys.stdout.write(line + "\n")
    except Refused as refused:
        sys.stdout.write("\n" + json.dumps({"refused": refused.args[0], **(refused.args[1:] or ({},))[0]}) + "\n")
    except MemoryError:
        sys.stdout.write("\n" + json.dumps({"refused": "too_big_opened"}) + "\n")


def lines(data: bytes, kind: str, wanted: str, max_rows: int, max_columns: int) -> Iterator[str]:
    """Yield the JSON lines of one sheet: what it is, its rows, its formulas, the end mark."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    with opened(data) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
            raise Refused("too_big_opened")
        if kind == "ods" and b"encryption-data" in content(archive, "META-INF/manifest.xml"):
            raise Refused("encrypted")
        try:
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            name = chosen(workbook, wanted)
            sheet = workbook.get_sheet_by_name(name)
        except PasswordError as error:
            raise Refused("encrypted") from error
        except (CalamineError, ValueError, OSError) as error:
            raise Refused("damaged") from error
        yield json.dumps({"sheet": name, "first_column": (sheet.start or (0, 0))[1]})
        if sheet.height > max_rows + 1:
            raise Refused("too_many_rows")
        if sheet.width > max_columns:
            raise Refused("too_many_columns")
        written = 0
        for row in sheet.iter_rows():
            line = json.dumps([cell(value) for value in row], ensure_ascii=False)
            written += len(line)
            if written > WRITTEN:
                raise Refused("too_big_opened")
            yield line
        found = list(formulas_of_xlsx(archive, name) if kind == "xlsx" else formulas_of_ods(archive, name))
        yield json.dumps(
            {
                "formulas": found[:FORMULAS_SHOWN],
                "others": max(0, len(found) - FORMULAS_SHOWN),
            }
        )


def opened(data: bytes) -> zipfile.ZipFile:
    """Return the archive a workbook is."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refused("damaged") from error


def content(archive: zipfile.ZipFile, path: str) -> bytes:
    """Return one part of the archive, empty when it is not there."""
    try:
        return archive.read(path)
    except KeyError:
        return b""
    except Exception as error:  # zipfile lets out zlib, struct, runtime and encoding errors
        raise Refused("damaged") from error


def chosen(workbook: Any, wanted: str) -> str:
    """Return the name of the sheet asked for, or of the first one a person sees."""
    names = [sheet.name for sheet in workbook.sheets_metadata]
    if wanted:
        if wanted not in names:
            raise Refused("no_sheet", {"sheet": wanted, "sheets": ", ".join(names)})
        return wanted
    seen = [sheet.name for sheet in workbook.sheets_metadata if str(sheet.visible).endswith("Visible")]
    if not names:
        raise Refused("empty")
    return str((seen or names)[0])


def cell(value: Any) -> Any:
    """Return a value JSON can carry; a date is ``{"d": …}``, a moment ``{"t": …}``."""
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def formulas_of_xlsx(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[int, int]]:
    """Yield row and column (from 0) of each formula of an XLSX sheet, read from its XML."""
    from html import unescape

    links = {}
    for tag in PART_OF_LINK.findall(content(archive, "xl/_rels/workbook.xml.rels")):
        key, target = NAMED["Id"].search(tag), NAMED["Target"].search(tag)
        if key and target:
            path = target[1].decode("utf-8", "replace")
            links[key[1]] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    for tag in PART_OF_SHEET.findall(content(archive, "xl/workbook.xml")):
        label, key = NAMED["name"].search(tag), NAMED["r:id"].search(tag)
        if label and key and unescape(label[1].decode("utf-8", "replace")) == name:
            for column, row in CELL_WITH_FORMULA.findall(content(archive, links.get(key[1], ""))):
                yield int(row) - 1, column_number(column.decode())


def column_number(letters: str) -> int:
    """Return the place of a column from its letters: A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def formulas_of_ods(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[int, int]]:
    """Yield row and column (from 0) of each formula of an ODS sheet; nothing is parsed when there is none."""
    from xml.etree.ElementTree import ParseError, iterparse

    table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    xml = content(archive, "content.xml")
    if b"formula=" not in xml:
        return
    row = column = 0
    inside = False
    try:
        for event, element in iterparse(io.BytesIO(xml), events=("start", "end")):  # noqa: S314 - under limits
            if event == "start":
                if element.tag == f"{table}table":
                    inside, row = element.get(f"{table}name") == name, 0
                elif element.tag == f"{table}table-row":
                    column = 0
                continue
            if element.tag == f"{table}table-row":
                row += int(element.get(f"{table}number-rows-repeated", "1"))
                element.clear()
            elif element.tag in (f"{table}table-cell", f"{table}covered-table-cell"):
                if inside and element.get(f"{table}formula"):
                    yield row, column
                column += int(element.get(f"{table}number-columns-repeated", "1"))
            elif element.tag == f"{table}table":
                inside = False
    except (ParseError, ValueError) as error:
        raise Refused("damaged") from error


if __name__ == "__main__":
    main(sys.argv[1:])
