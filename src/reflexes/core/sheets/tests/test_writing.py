"""What is written is read back the same, and nothing written runs as a formula."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reflexes.core.sheets.cells import as_text, guarded, unguarded
from reflexes.core.sheets.reading import read_table
from reflexes.core.sheets.writing import FORMATS, sheet_titles, write_tables

TITLES = ["id", "words", "number", "day"]
ROWS = [
    ["=1+1", "l'eau", 2.5, date(2026, 11, 23)],
    ["'=x", "deux\nlignes", -3, None],
    ["+33 6", 'un "mot"; un autre', 0, date(2024, 2, 29)],
    ["@SUM(A1)", "\x07é￾", 12, None],
]


def written(kind: str, rows=ROWS) -> bytes:
    out = io.BytesIO()
    write_tables(out, {"Plan": (TITLES, rows)}, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_written_is_read_back(kind):
    table = read_table(io.BytesIO(written(kind)), name=f"plan.{kind}")
    assert table.problems == []
    assert table.headers == TITLES
    expected = [[as_text(cell) for cell in row] for row in ROWS]
    expected[3][1] = "é"  # what no spreadsheet accepts is left out
    assert [[as_text(cell) for cell in row] for row in table.rows] == expected


@pytest.mark.parametrize("kind", FORMATS)
def test_numbers_stay_numbers(kind):
    table = read_table(io.BytesIO(written(kind)), name=f"plan.{kind}")
    assert [float(row[2]) for row in table.rows] == [2.5, -3, 0, 12]


def test_no_cell_of_a_csv_begins_as_a_formula():
    rows = list(csv.reader(io.StringIO(written("csv").decode("utf-8-sig"), newline=""), delimiter=";"))
    assert not [cell for row in rows[1:] for cell in row if cell.startswith(("=", "+", "@"))]
    assert rows[2][2] == "-3"


def test_no_cell_of_a_workbook_is_a_formula():
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx")))
    cells = [cell for row in book["Plan"].iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert book["Plan"]["A2"].quotePrefix
    assert b"formula" not in written("ods")


def test_csv_holds_one_table():
    with pytest.raises(ValueError, match="2 tables as csv"):
        write_tables(io.BytesIO(), {"a": (["id"], []), "b": (["id"], [])}, "csv")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("before")

    def broken():
        yield ["a"]
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        write_tables(path, {"p": (["id"], broken())}, "csv")
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["plan.csv"]
    write_tables(path, {"p": (["id"], [["a"]])}, "csv")
    assert path.read_bytes().decode("utf-8-sig") == "id\r\na\r\n"


def test_sheet_titles_are_accepted_by_every_spreadsheet_and_differ():
    titles = sheet_titles(["a/b:c", "A B C", "x" * 60, "x" * 61, "", "'"])
    assert len({title.casefold() for title in titles}) == 6
    assert all(0 < len(title) <= 31 and not set(title) & set("[]:*?/\\") for title in titles)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=30))
def test_a_guarded_text_is_given_back(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@"))


@settings(max_examples=8, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1, max_size=8), st.text(max_size=8)), min_size=1, max_size=4))
@pytest.mark.parametrize("kind", FORMATS)
def test_random_cells_survive_the_journey(kind, rows):
    cells = [["k" + one, other] for one, other in rows]
    out = io.BytesIO()
    write_tables(out, {"s": (["id", "text"], cells)}, kind)
    table = read_table(io.BytesIO(out.getvalue()), name=f"s.{kind}")
    assert not table.refused
    assert len(table.rows) == len(rows)
