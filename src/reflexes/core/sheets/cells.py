"""What a cell holds, and the same thing said as text or as a number, whatever the format of the sheet."""

import math
import re
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?", re.ASCII)
SPACES = dict.fromkeys(map(ord, "\u00a0\u202f "), None)
LIVE = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def as_text(cell: Cell) -> str:
    """Return what a person reads in the cell: a whole number without its ``.0``, a date as 2026-11-23.

    >>> as_text(3.0), as_text(True), as_text(None), as_text(" a ")
    ('3', 'yes', '', 'a')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        at_midnight = not (cell.hour or cell.minute or cell.second)
        return cell.date().isoformat() if at_midnight else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def as_number(cell: Cell) -> float | None:
    """Return the finite number a cell holds, with a decimal point or comma; ``None`` when it is not one.

    >>> as_number("2,5"), as_number("1 200"), as_number("two"), as_number(True)
    (2.5, 1200.0, None, None)
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return float(cell) if math.isfinite(cell) else None
    text = as_text(cell).translate(SPACES)
    if not NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) else None


def guarded(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula when it opens a CSV file.

    >>> guarded("=1+1"), guarded("'=x"), guarded("Élan")
    ("'=1+1", "''=x", 'Élan')
    """
    return f"'{text}" if text.lstrip("'").startswith(LIVE) else text


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` was given.

    >>> unguarded(guarded("=1+1")), unguarded("l'eau"), unguarded("'tis")
    ('=1+1', "l'eau", "'tis")
    """
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(LIVE) else text
