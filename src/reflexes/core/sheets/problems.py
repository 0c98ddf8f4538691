"""What is wrong in a sheet, said so that a person can put it right: file, row, column, found, expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy


class Level(Enum):
    """An error stops the work; a warning is said and the work goes on."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. ``code`` is stable, for tests and machines; ``str(problem)`` is the sentence for people.

    ``words`` is a lazy template with ``%(name)s`` marks filled from ``params``: the sentence comes out in the language
    of the reader, not of the moment when the sheet was read.
    """

    code: str
    words: "str | Promise"
    file: str
    row: int | None = None
    column: str = ""
    params: Mapping[str, object] = field(default_factory=dict)
    level: Level = Level.ERROR

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(_("row %(row)s") % {"row": self.row})
        if self.column:
            where.append(_("column “%(column)s”") % {"column": self.column})
        shown = {name: value if isinstance(value, int) else shortened(value) for name, value in self.params.items()}
        return _("%(where)s: %(what)s") % {
            "where": ", ".join(where),
            "what": self.words % shown,
        }


def shortened(value: object, length: int = 80) -> str:
    """Return ``value`` as one printable line of at most ``length`` characters.

    >>> shortened("a\\nb")
    'a b'
    """
    line = "".join(c if c.isprintable() else " " for c in str(value)[: 4 * length])
    line = " ".join(line.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether one of the problems stops the work."""
    return any(problem.level is Level.ERROR for problem in problems)


READING = {
    "missing": gettext_lazy("this file does not exist. Check its name and folder."),
    "unreadable": gettext_lazy("this file cannot be opened (%(why)s). Check that you may read it."),
    "too_big": gettext_lazy(
        "this file is larger than %(limit)s MB. Remove the pictures and the sheets that are not needed, or split it."
    ),
    "too_big_opened": gettext_lazy(
        "this file becomes far too large once opened. Copy the useful cells into a new workbook and save that one."
    ),
    "too_slow": gettext_lazy(
        "this file takes too long to open. Copy the useful cells into a new workbook and save that one."
    ),
    "unknown_kind": gettext_lazy("a sheet is a file in .csv, .xlsx or .ods. Save it in one of these three formats."),
    "wrong_extension": gettext_lazy(
        "its name says %(said)s but its content is %(found)s. Save it again in the format its name says."
    ),
    "old_excel": gettext_lazy("this is an old Excel file. Open it and save it as .xlsx."),
    "encrypted": gettext_lazy("this file is protected by a password. Save a copy without a password."),
    "damaged": gettext_lazy("this file is damaged and cannot be read. Open it in a spreadsheet and save it again."),
    "not_text": gettext_lazy("this is not a text file. Save the sheet again as .csv, in UTF-8."),
    "quotes": gettext_lazy(
        "a quotation mark is opened and never closed, or stands in the middle of a cell. Save the sheet again as .csv."
    ),
    "no_sheet": gettext_lazy("there is no sheet named “%(sheet)s”. This file has: %(sheets)s."),
    "empty": gettext_lazy("this sheet is empty. The first row holds the titles, each next row one line."),
    "no_rows": gettext_lazy("this sheet holds titles and no line below them. Add at least one line."),
    "too_many_rows": gettext_lazy("this sheet has more than %(limit)s rows. Split it."),
    "too_many_columns": gettext_lazy("this sheet has more than %(limit)s columns. Keep the useful ones."),
    "duplicate_title": gettext_lazy("two columns have the title “%(found)s”. Keep one."),
    "untitled": gettext_lazy("this column has cells and no title: it is ignored. Give it a title in the first row."),
    "beyond_titles": gettext_lazy("found “%(found)s” beyond the last title. Each cell stands under a title."),
    "formula": gettext_lazy("found a formula, expected a value. Copy the column, then paste the values only."),
    "more_formulas": ngettext_lazy(
        "this sheet holds %(count)s other formula. Paste values only.",
        "this sheet holds %(count)s other formulas. Paste values only.",
        "count",
    ),
}


def reading_problem(
    code: str,
    file: str,
    *,
    row: int | None = None,
    column: str = "",
    level: Level = Level.ERROR,
    **params: object,
) -> Problem:
    """Return the problem of reading named ``code``."""
    return Problem(code, READING[code], file, row, column, params, level)
