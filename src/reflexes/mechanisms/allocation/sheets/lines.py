"""Reading one line: each cell as what it should be, each misunderstanding said once with what was expected."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from reflexes.core.sheets.cells import Cell, as_number, as_text
from reflexes.core.sheets.problems import Problem
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.sheets.columns import Titled, slug
from reflexes.mechanisms.allocation.sheets.halfdays import NotUnderstood, day_of, half_days_of
from reflexes.mechanisms.allocation.sheets.words import said

YES = {"yes", "y", "oui", "o", "true", "vrai", "1", "x", "on"}
NO = {"", "no", "n", "non", "false", "faux", "0", "off"}
PRIORITIES = {
    **dict.fromkeys(("3", "p3", "vital", "vitale", "haute", "high"), 3),
    **dict.fromkeys(("2", "p2", "important", "importante", "moyenne", "medium", "middle"), 2),
    **dict.fromkeys(("1", "p1", "useful", "utile", "basse", "low"), 1),
}
BETWEEN_ITEMS = re.compile(r"[|;\n]")


@dataclass(slots=True)
class Line:
    """One line of a titled table. ``problems`` and ``labels`` are those of the whole sheet."""

    titled: Titled
    row: int
    cells: list[Cell]
    problems: list[Problem]
    labels: dict[str, str] = field(default_factory=dict)

    def wrong(self, code: str, key: str, **params: object) -> None:
        """Say what is wrong in the cell of column ``key``."""
        params.setdefault("found", self.text(key))
        self.problems.append(said(code, self.titled.table.name, row=self.row, column=self.titled.title(key), **params))

    def cell(self, key: str) -> Cell:
        """Return the raw cell, ``None`` when the sheet has no such column."""
        place = self.titled.places.get(key)
        return None if place is None else self.cells[place]

    def text(self, key: str) -> str:
        """Return the cell as one line of text."""
        return " ".join(as_text(self.cell(key)).split())

    def whole(self, key: str, low: int, high: int, default: int) -> int:
        """Return a whole number; ``default`` for an empty cell."""
        if not self.text(key):
            return default
        number = as_number(self.cell(key))
        if number is None or not number.is_integer() or not low <= number <= high:
            self.wrong("not_whole", key, low=low, high=high)
            return default
        return int(number)

    def number(self, key: str, low: float, high: float) -> float | None:
        """Return a number, ``None`` for an empty cell."""
        text = self.text(key)
        if not text:
            return None
        number = as_number(re.sub(r"\s*km$", "", text, flags=re.IGNORECASE))
        if number is None or not low <= number <= high:
            self.wrong("not_number", key, low=f"{low:g}", high=f"{high:g}")
            return None
        return number

    def yes_no(self, key: str) -> bool:
        """Return yes or no; an empty cell is no."""
        word = normalised(self.text(key))
        if word not in YES | NO:
            self.wrong("not_yes_no", key)
        return word in YES

    def priority(self, key: str) -> int:
        """Return 3, 2 or 1; an empty cell is 2."""
        text = normalised(self.text(key))
        if text and text not in PRIORITIES:
            self.wrong("not_priority", key)
        return PRIORITIES.get(text, 2)

    def items(self, key: str) -> list[str]:
        """Return the parts of a list ``a|b``."""
        return [item.strip() for item in BETWEEN_ITEMS.split(as_text(self.cell(key))) if item.strip()]

    def slugs(self, key: str) -> tuple[str, ...]:
        """Return a list as slugs, each once, keeping how each was written."""
        return tuple(dict.fromkeys(self.slug(item) for item in self.items(key) if slug(item)))

    def slug(self, text: str) -> str:
        """Return one slug, keeping how it was written."""
        found = slug(text)
        if found:
            self.labels.setdefault(found, " ".join(text.split()))
        return found

    def half_days(self, key: str) -> tuple[str, ...]:
        """Return the half-days of a list; each that is not understood is said."""
        cell = self.cell(key)
        if isinstance(cell, (date, datetime)):
            self.wrong("not_half_day", key)
            return ()
        found: list[str] = []
        for item in (part.strip() for part in re.split(r"[|;,\n]", as_text(cell))):
            try:
                found += half_days_of(item) if item else ()
            except NotUnderstood as problem:
                self.wrong(str(problem), key, found=item)
        return tuple(dict.fromkeys(found))

    def understood(self, key: str, read: Callable[[str], object], code: str, text: str, **params: object) -> object:
        """Return ``read(text)``, or say ``code`` and return ``None`` when it is not understood."""
        try:
            return read(text)
        except NotUnderstood as problem:
            self.wrong(str(problem) if str(problem) == "impossible_date" else code, key, found=text, **params)
            return None

    def day(self, key: str) -> date | None:
        """Return a date, ``None`` for an empty cell."""
        cell = self.cell(key)
        if not as_text(cell):
            return None
        try:
            return day_of(cell if isinstance(cell, (date, datetime)) else as_text(cell))
        except NotUnderstood as problem:
            self.wrong(str(problem), key)
            return None
