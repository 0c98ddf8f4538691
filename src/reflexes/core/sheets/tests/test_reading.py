"""Reading never fails badly: every file gives a table or one clear sentence, in both languages."""

import io
import random
import time
import zipfile

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table as OdfTable
from odf.table import TableCell, TableRow
from odf.text import P

from reflexes.core.sheets.problems import READING, Level, Problem
from reflexes.core.sheets.reading import MEGABYTE, Table, read_table

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(data: bytes, name: str = "people.csv", **options) -> Table:
    return read_table(io.BytesIO(data), name=name, **options)


def codes(table: Table) -> list[str]:
    return [problem.code for problem in table.problems]


def workbook(*rows: tuple, sheet: str = "Sheet") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods_with_formula() -> bytes:
    document, table = OpenDocumentSpreadsheet(), OdfTable(name="s")
    for texts in (("id", "cap"), ("a", "2")):
        row = TableRow()
        for text in texts:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    empty = TableRow(numberrowsrepeated=3)
    empty.addElement(TableCell(numbercolumnsrepeated=2))
    table.addElement(empty)
    row = TableRow()
    row.addElement(TableCell())
    row.addElement(TableCell(formula="of:=1+1", valuetype="float", value="2"))
    table.addElement(row)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "text",
    ["id;nom\n1;Zoé, là\n", 'id,nom\n1,"Zoé, là"\n', "id\tnom\n1\tZoé, là\n"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_is_read_whatever_its_separator_and_its_encoding(text, encoding):
    table = read(text.encode(encoding))
    assert (table.headers, table.rows, table.problems) == (["id", "nom"], [["1", "Zoé, là"]], [])


def test_a_decimal_comma_does_not_pass_for_a_separator():
    table = read(b"id;lat;lon\n1;48,5;7,7\n2;48,6;7,8\n")
    assert table.rows == [["1", "48,5", "7,7"], ["2", "48,6", "7,8"]]


def test_row_numbers_are_those_a_person_sees_blank_rows_included():
    assert read(b"id;n\n\n1;a\n;\n2;b\n").row_numbers == [3, 5]
    assert read(workbook((), (None, "id"), (), (None, 1)), "p.xlsx").row_numbers == [4]


def test_a_workbook_keeps_numbers_dates_and_the_sheet_asked_for():
    book = openpyxl.Workbook()
    book.active.append(["id"])
    other = book.create_sheet("besoins")
    other.append(["id", "n"])
    other.append(["a", 2.5])
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), "p.xlsx", sheet="besoins").rows == [["a", 2.5]]
    assert codes(read(out.getvalue(), "p.xlsx", sheet="nope")) == ["no_sheet"]


def test_the_first_visible_sheet_is_read():
    book = openpyxl.Workbook()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("seen").append(["id"])
    book["seen"].append(["1"])
    book.active = 1
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), "p.xlsx").headers == ["id"]


BAD = {
    "empty": (b"", "p.csv"),
    "no_rows": (b"id;name\n", "p.csv"),
    "duplicate_title": (b"id;ID\n1;2\n", "p.csv"),
    "formula": (b"id;n\n=1+1;2\n", "p.csv"),
    "quotes": (b'id;n\n"1;2\n', "p.csv"),
    "not_text": (bytes(range(256)), "p.csv"),
    "unknown_kind": (b"id;n\n1;2\n", "p.pdf"),
    "wrong_extension": (b"id;n\n1;2\n", "p.xlsx"),
    "damaged": (b"PK\x03\x04nothing", "p.ods"),
    "old_excel": (OLE + b"\0" * 100, "p.xlsx"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), "p.xlsx"),
    "beyond_titles": (b"id;n\n1;2;3\n", "p.csv"),
    "untitled": (b"id;;n\n1;2;3\n", "p.csv"),
    "too_many_columns": (b";".join(b"c%d" % n for n in range(600)) + b"\n1\n", "p.csv"),
}


@pytest.mark.parametrize("code", BAD)
def test_each_bad_file_has_its_sentence_in_both_languages(code):
    table = read(*BAD[code])
    assert codes(table) == [code]
    with translation.override("en"):
        english = str(table.problems[0])
    with translation.override("fr"):
        french = str(table.problems[0])
    assert english != french
    for sentence in (english, french):
        assert sentence.startswith("p.")
        assert "%(" not in sentence
        assert "\n" not in sentence


def test_every_sentence_of_reading_is_in_french():
    params = {**dict.fromkeys(["why", "limit", "said", "found", "sheet", "sheets"], "x"), "count": 2}
    with translation.override("fr"):
        french = {code: str(Problem(code, READING[code], "f", params=params)) for code in READING}
    with translation.override("en"):
        english = {code: str(Problem(code, READING[code], "f", params=params)) for code in READING}
    assert not [code for code in READING if english[code].split(":", 1)[1] == french[code].split(" :", 1)[1]]


def test_a_file_of_50_mb_is_refused_without_being_read_whole(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(b"id;n\n" + b"1;2\n" * (50 * MEGABYTE // 4))
    started = time.monotonic()
    assert codes(read_table(path)) == ["too_big"]
    assert time.monotonic() - started < 60


def test_a_missing_file_and_a_folder_have_their_sentence(tmp_path):
    assert codes(read_table(tmp_path / "nope.csv")) == ["missing"]
    assert codes(read_table(tmp_path)) == ["unreadable"]


def test_too_many_rows_are_refused_in_each_format():
    assert codes(read(b"id\n" + b"1\n" * 20, max_rows=10)) == ["too_many_rows"]
    assert codes(read(workbook(("id",), *[(1,)] * 20), "p.xlsx", max_rows=10)) == ["too_many_rows"]


def test_a_formula_is_found_at_its_place_in_xlsx_and_ods():
    book = workbook((), (None, "id", "cap"), (None, "a", "=1+1"))
    [problem] = [one for one in read(book, "p.xlsx").problems if one.level is Level.ERROR]
    assert (problem.code, problem.row, problem.column) == ("formula", 3, "cap")
    [problem] = read(ods_with_formula(), "p.ods").problems
    assert (problem.code, problem.row, problem.column) == ("formula", 6, "cap")


def test_a_zip_bomb_is_refused_long_before_it_is_read_whole():
    source = zipfile.ZipFile(io.BytesIO(workbook(("id",), (1,))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = data.replace(b"</sheetData>", b" " * 400_000_000 + b"</sheetData>")
            bomb.writestr(name, data)
    started = time.monotonic()
    assert codes(read(out.getvalue(), "p.xlsx")) == ["too_big_opened"]
    assert time.monotonic() - started < 60


def test_a_cell_at_the_end_of_the_grid_does_not_eat_the_memory():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "id", 1
    out = io.BytesIO()
    book.save(out)
    assert codes(read(out.getvalue(), "p.xlsx")) == ["too_big_opened"]


def test_one_long_text_shared_by_many_cells_does_not_eat_the_memory():
    cells = "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 20 + "</row>" for n in range(1, 3000))
    ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    source = zipfile.ZipFile(io.BytesIO(workbook(("id",), (1,))))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = f"<worksheet {ns}><sheetData>{cells}</sheetData></worksheet>".encode()
            if name == "[Content_Types].xml":
                data = data.replace(
                    b"</Types>",
                    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
                    b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
                )
            if name.endswith("workbook.xml.rels"):
                data = data.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rId99" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
                    b'officeDocument/2006/relationships/sharedStrings"/></Relationships>',
                )
            bomb.writestr(name, data)
        bomb.writestr("xl/sharedStrings.xml", f"<sst {ns}><si><t>{'z' * 1_000_000}</t></si></sst>")
    assert codes(read(out.getvalue(), "p.xlsx")) == ["too_big_opened"]


def test_a_long_and_unprintable_cell_is_said_on_one_short_line():
    [problem] = read(b"id;n\n1;2;" + "é\x07".encode() * 5000).problems
    assert len(str(problem)) < 400
    assert "\x07" not in str(problem)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_give_a_table_or_a_sentence(data):
    table = read(data)
    assert table.rows or table.problems
    assert all(str(problem) for problem in table.problems)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from('ab;,\t"\n\r=é\x00\ufeff| '), max_size=120))
def test_random_csv_gives_a_table_or_a_sentence(text):
    table = read(text.encode("utf-8"))
    assert all(len(row) == len(table.headers) for row in table.rows)
    assert len(table.rows) == len(table.row_numbers)


def test_a_workbook_broken_at_random_gives_a_table_or_a_sentence():
    whole = workbook(("id", "n"), ("a", 1), ("b", 2))
    chance = random.Random(20260406)
    for _turn in range(15):
        broken = bytearray(whole)
        for _blow in range(chance.randint(1, 20)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        table = read(bytes(broken[: chance.randint(100, len(broken))]), "p.xlsx")
        assert table.rows or table.problems
        assert all(str(problem) for problem in table.problems)
