"""The pool and the quotas, as the tools of the Sortition Foundation write them, with everything wrong in each line.

Quotas: ``category,feature,min,max`` or ``feature,value,min,max`` or ``category,name,min,max``, with ``min_flex`` and
``max_flex`` or not, in French too. Pool: one column for each feature, an identifier or not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core.sheets.cells import as_number, as_text
from reflexes.core.sheets.problems import Level, Problem, has_errors
from reflexes.core.sheets.reading import Source, Table, read_table
from reflexes.core.text import normalised

IDS = ("id", "nationbuilder_id", "unique_id", "person_id", "identifiant", "pseudonyme", "pseudonym", "numero")
FEATURES = ("category", "categorie", "critere")
VALUES = ("value", "name", "valeur", "reponse", "modalite")
NUMBERS = {
    "min": ("min", "minimum"),
    "max": ("max", "maximum"),
    "min_flex": ("min_flex",),
    "max_flex": ("max_flex",),
}
MOST_SHOWN = 8

WORDS: dict[str, str | Promise] = {
    "no_feature": _("a column named “category” or “feature” is missing. Each line is one answer of one question."),
    "no_value": _("a column named “value”, “name” or “feature” is missing, beside “%(beside)s”."),
    "no_number": _("the column “%(found)s” is missing. Each line says how few and how many people gave this answer."),
    "not_whole": _("found “%(found)s”, expected a whole number from 0 up."),
    "empty": _("this cell is empty, expected an answer."),
    "twice": _("“%(value)s” of “%(feature)s” is told twice. Keep one line."),
    "order": _("the minimum (%(low)s) is above the maximum (%(high)s)."),
    "no_column": _("there is no column “%(found)s”, which the quotas ask for. The sheet has: %(titles)s."),
    "no_household": _("there is no column “%(found)s”, chosen as part of the address. The sheet has: %(titles)s."),
    "no_id_column": _("there is no column “%(found)s”, chosen as the identifier. The sheet has: %(titles)s."),
    "unknown": _("found “%(found)s”, expected one of: %(expected)s."),
    "no_id": _("the identifier is empty. Give one to each person."),
    "same_id": _("the identifier “%(found)s” is already on row %(other)s. Give one to each person."),
    "too_few": _("the answers of “%(feature)s” ask for at least %(low)s people, the panel has %(size)s."),
    "too_many": _("the answers of “%(feature)s” allow at most %(high)s people, the panel has %(size)s."),
}


def said(code: str, file: str, row: int | None = None, column: str = "", **params: object) -> Problem:
    """Return the problem named ``code``."""
    return Problem(code, WORDS[code], file, row, column, params, Level.ERROR)


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One line of the sheet of quotas."""

    row: int
    feature: str
    value: str
    low: int
    high: int
    low_flex: int | None
    high_flex: int | None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the pool: their row in the sheet, answers in the order of the features, home (empty: alone)."""

    row: int
    id: str
    answers: tuple[str, ...]
    home: str


@dataclass(slots=True)
class Sheets:
    """What both sheets say. ``titles`` are the titles of the columns of quotas, to name them when they are wrong."""

    quotas_file: str = ""
    features: tuple[str, ...] = ()
    quotas: list[QuotaRow] = field(default_factory=list)
    people: list[PersonRow] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Tell whether nothing can be drawn from these sheets."""
        return has_errors(self.problems)


def read_sheets(
    pool: Source, quotas: Source, *, size: int, household: Sequence[str] = (), id_title: str = ""
) -> Sheets:
    """Read both sheets; everything wrong is in ``problems``."""
    sheets = read_quotas(read_table(quotas), size=size)
    read_people(sheets, read_table(pool), household=household, id_title=id_title)
    return sheets


def read_quotas(quotas: Table, *, size: int) -> Sheets:
    """Read the quotas alone; everything wrong is in ``problems``."""
    sheets = Sheets()
    _read_quotas(sheets, quotas)
    _check_sums(sheets, size)
    return sheets


def read_people(sheets: Sheets, table: Table, *, household: Sequence[str] = (), id_title: str = "") -> None:
    """Add the people of a table to sheets whose quotas are known; everything wrong is in ``problems``."""
    sheets.problems += table.problems
    if not sheets.refused:
        _read_people(sheets, table, household, id_title)


def _place(table: Table, names: Sequence[str]) -> int | None:
    titles = [normalised(title) for title in table.headers]
    return next((titles.index(name) for name in names if name in titles), None)


def _read_quotas(sheets: Sheets, table: Table) -> None:
    sheets.quotas_file = table.name
    sheets.problems += table.problems
    places = None if table.refused else _quota_places(sheets, table)
    if places is None:
        return
    sheets.titles = {name: table.headers[at] for name, at in places.items() if at is not None}
    seen: set[tuple[str, str]] = set()
    for number, cells in zip(table.row_numbers, table.rows, strict=True):
        line = _quota(sheets, table, number, [as_text(cell) for cell in cells], places)
        if line is None:
            continue
        key = normalised(line.feature), normalised(line.value)
        if key in seen:
            words = {"feature": line.feature, "value": line.value}
            sheets.problems.append(said("twice", table.name, number, sheets.titles["value"], **words))
        seen.add(key)
        sheets.quotas.append(line)
    first: dict[str, str] = {}
    for line in sheets.quotas:
        first.setdefault(normalised(line.feature), line.feature)
    sheets.features = tuple(first.values())


def _quota_places(sheets: Sheets, table: Table) -> dict[str, int | None] | None:
    """Return where each title of the quotas stands; ``None`` when one that is needed is missing."""
    feature, value = _place(table, FEATURES), _place(table, ["feature", *VALUES])
    if feature is None:
        # The newer titles: feature, value.
        feature, value = _place(table, ["feature"]), _place(table, VALUES)
    if feature is None:
        sheets.problems.append(said("no_feature", table.name))
        return None
    if value is None:
        sheets.problems.append(said("no_value", table.name, beside=table.headers[feature]))
        return None
    places = {"feature": feature, "value": value, **{name: _place(table, names) for name, names in NUMBERS.items()}}
    missing = [name for name in ("min", "max") if places[name] is None]
    sheets.problems += [said("no_number", table.name, found=name) for name in missing]
    return None if missing else places


def _quota(sheets: Sheets, table: Table, row: int, texts: list[str], places: dict[str, int | None]) -> QuotaRow | None:
    feature, value = texts[places["feature"] or 0], texts[places["value"] or 0]
    for name, text in (("feature", feature), ("value", value)):
        if not text:
            sheets.problems.append(said("empty", table.name, row, sheets.titles[name]))
    read = {name: _whole(sheets, table, row, places[name], texts) for name in NUMBERS}
    low, high = read["min"], read["max"]
    if not feature or not value or low is None or high is None:
        return None
    if low > high:
        sheets.problems.append(said("order", table.name, row, sheets.titles["min"], low=low, high=high))
    return QuotaRow(row, feature, value, low, high, read["min_flex"], read["max_flex"])


def _whole(sheets: Sheets, table: Table, row: int, place: int | None, texts: list[str]) -> int | None:
    if place is None or (not texts[place] and table.headers[place].endswith("flex")):
        return None
    found = as_number(texts[place])
    if found is None or found < 0 or found != int(found):
        sheets.problems.append(said("not_whole", table.name, row, table.headers[place], found=texts[place]))
        return None
    return int(found)


def _check_sums(sheets: Sheets, size: int) -> None:
    """Say when the answers of one question cannot come to the panel, whatever the pool."""
    if sheets.refused:
        return
    for feature in sheets.features:
        lines = [line for line in sheets.quotas if normalised(line.feature) == normalised(feature)]
        low, high = sum(line.low for line in lines), sum(line.high for line in lines)
        row, words = lines[0].row, {"feature": feature, "size": size}
        if low > size:
            sheets.problems.append(said("too_few", sheets.quotas_file, row, sheets.titles["min"], low=low, **words))
        if high < size:
            sheets.problems.append(said("too_many", sheets.quotas_file, row, sheets.titles["max"], high=high, **words))


def _read_people(sheets: Sheets, table: Table, household: Sequence[str], id_title: str) -> None:
    titles = ", ".join(table.headers)
    places = [_place(table, [normalised(feature)]) for feature in sheets.features]
    homes = [_place(table, [normalised(title)]) for title in household]
    asked = [(name, place, "no_column") for name, place in zip(sheets.features, places, strict=True)]
    asked += [(name, place, "no_household") for name, place in zip(household, homes, strict=True)]
    identity = _place(table, [normalised(id_title)] if id_title else IDS)
    if id_title:
        asked.append((id_title, identity, "no_id_column"))
    missing = [said(code, table.name, found=name, titles=titles) for name, place, code in asked if place is None]
    sheets.problems += missing
    if missing:
        return
    known: dict[str, dict[str, str]] = {normalised(feature): {} for feature in sheets.features}
    for line in sheets.quotas:
        known[normalised(line.feature)][normalised(line.value)] = line.value
    seen: dict[str, int] = {}
    for count, (number, cells) in enumerate(zip(table.row_numbers, table.rows, strict=True), 1):
        texts = [as_text(cell) for cell in cells]
        person = texts[identity] if identity is not None else str(count)
        if not person:
            sheets.problems.append(said("no_id", table.name, number, table.headers[identity or 0]))
        elif person in seen:
            words = {"found": person, "other": seen[person]}
            sheets.problems.append(said("same_id", table.name, number, table.headers[identity or 0], **words))
        seen.setdefault(person, number)
        answers = [
            _answer(sheets, table, number, place or 0, texts, known[normalised(feature)])
            for feature, place in zip(sheets.features, places, strict=True)
        ]
        at_home = [normalised(texts[place]) for place in homes if place is not None]
        home = "\x1f".join(at_home) if any(at_home) else ""
        sheets.people.append(PersonRow(number, person, tuple(answers), home))


def _answer(sheets: Sheets, table: Table, row: int, place: int, texts: list[str], known: dict[str, str]) -> str:
    found = texts[place]
    answer = known.get(normalised(found))
    if answer is None and not found:
        sheets.problems.append(said("empty", table.name, row, table.headers[place]))
    elif answer is None:
        expected = list(known.values())
        shown = ", ".join(expected[:MOST_SHOWN]) + (", …" if len(expected) > MOST_SHOWN else "")
        sheets.problems.append(said("unknown", table.name, row, table.headers[place], found=found, expected=shown))
    return answer or ""
