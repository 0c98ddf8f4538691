"""A script from a spreadsheet with XLSForm's column names, and back (P12 (2); outreach research, 5.5).

Sheet ``survey``: type, name, label, hint, relevant, required, and ours: need. Sheet ``choices``: list_name, name,
label, and ours: need, urgent. Labels and hints may be told by language (``label::fr``). A CSV file holds one sheet: the
choices come in a second file. One bad line and nothing is written.
"""

import io
import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.sheets.cells import as_text
from reflexes.core.sheets.problems import Problem, has_errors
from reflexes.core.sheets.reading import Table, read_table
from reflexes.core.sheets.writing import write_tables
from reflexes.core.text import normalised
from reflexes.pistes.contact.proactive_desks.models import Campaign, NeedKind, Script, ScriptStep
from reflexes.pistes.contact.proactive_desks.perms import check_supervising
from reflexes.pistes.contact.proactive_desks.script.steps import KINDS, SELECTS, Choice, Step, faults
from reflexes.pistes.contact.proactive_desks.services.scripts import WORDS, do_begin_version, steps_of

YES = {"yes", "true", "true()", "oui", "vrai", "1", "x"}
NO = {"", "no", "false", "false()", "non", "faux", "0"}
SURVEY = ("type", "name", "label::fr", "label::en", "hint::fr", "hint::en", "relevant", "required", "need")
CHOICES = ("list_name", "name", "label::fr", "label::en", "need", "urgent")
COLUMN_LENGTHS = {"label": 4000, "choice_label": 200}
# The bad word of a condition stands in the column “relevant”, and so on: where a person looks.
COLUMN_OF = {"bad_name": "name", "name_twice": "name", "no_label": "label", "no_choices": "type"}
LINES = {
    **WORDS,
    "no_column": _("no column has the title “%(found)s”. Add it to the first row."),
    "unknown_list": _("found the list “%(found)s”, which has no line in the sheet “choices”. Add its choices there."),
    "no_list_name": _("found “%(found)s”, expected the name of a list after it, such as select_one yes_no."),
    "no_list": _("this choice belongs to no list. Write the name of its list in the column “list_name”."),
    "no_choice_label": _("this choice says nothing. Write its words in French or in English."),
    "not_yes_no": _("found “%(found)s”, expected yes or no."),
    "unknown_need": _("found the need “%(found)s”, expected one of: %(needs)s."),
    "too_long": _("these words are longer than %(limit)s characters. Shorten them."),
}


def do_import_script(
    *, actor: Actor, campaign: Campaign, file_name: str, content: bytes, choices_name: str = "", choices: bytes = b""
) -> tuple[Script | None, list[Problem]]:
    """Read a sheet into the version in writing (opened if need be); what is wrong comes back and nothing is written."""
    check_supervising(actor, campaign)
    steps, problems = read_script(file_name, content, choices_name, choices)
    if has_errors(problems):
        return None, problems
    return do_begin_version(actor=actor, campaign=campaign, steps=steps), problems


def read_script(
    file_name: str, content: bytes, choices_name: str = "", choices: bytes = b""
) -> tuple[list[Step], list[Problem]]:
    """Return the steps of a sheet and what is wrong in it, with row, column and what was expected."""
    of_text = file_name.lower().endswith((".csv", ".txt", ".tsv"))
    survey = _Sheet(read_table(io.BytesIO(content), name=file_name, sheet=None if of_text else "survey"))
    survey.want("type", "name")
    lists: dict[str, list[Choice]] = {}
    table: _Sheet | None = None
    if choices:
        table = _Sheet(read_table(io.BytesIO(choices), name=choices_name))
    elif not of_text and not survey.table.refused and any(row["type"].startswith("select") for row in survey.rows):
        table = _Sheet(read_table(io.BytesIO(content), name=file_name, sheet="choices"))
    if table is not None:
        table.want("list_name", "name")
        lists = _lists(table)
    steps = [_step(survey, row, lists) for row in survey.rows] if not survey.table.refused else []
    problems = [*survey.table.problems, *(table.table.problems if table else [])]
    if not has_errors(problems):
        for fault in faults(steps):
            column = COLUMN_OF.get(fault.code, "relevant" if fault.code.startswith("condition") else "type")
            survey.say(fault.code, survey.numbers[fault.place] if survey.numbers else None, column, found=fault.found)
        problems = [*survey.table.problems, *(table.table.problems if table else [])]
    return steps, problems


def sheet_of(script: Script, kind: str) -> bytes:
    """Return a version as a workbook (``xlsx`` or ``ods``), which ``read_script`` reads back the same."""
    survey: list[list[str]] = []
    choices: list[list[str]] = []
    for step in steps_of(script):
        listed = f"{step.kind} {step.name}" if step.kind in SELECTS else step.kind
        survey.append(
            [
                listed,
                step.name,
                *(words.get(language, "") for words in (step.label, step.hint) for language in ("fr", "en")),
                step.relevant,
                _yes(step.required),
                step.need,
            ]
        )
        choices += [
            [
                step.name,
                one.value,
                *(one.label.get(language, "") for language in ("fr", "en")),
                one.need,
                _yes(one.urgent),
            ]
            for one in step.choices
        ]
    out = io.BytesIO()
    write_tables(out, {"survey": (SURVEY, survey), "choices": (CHOICES, choices)}, kind)
    return out.getvalue()


class _Sheet:
    """A table whose titles are XLSForm's, whatever their capitals and language marks."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.titles = [_title(one) for one in table.headers]
        self.numbers = table.row_numbers
        self.rows = [self._row(number, cells) for number, cells in zip(table.row_numbers, table.rows, strict=True)]

    def _row(self, number: int, cells: list[object]) -> dict[str, str]:
        said = {title: as_text(cell) for title, cell in zip(self.titles, cells, strict=False)}  # type: ignore[arg-type]
        known = {name: said.get(name, "") for name in ("type", "name", "list_name", "relevant", "required", "need")}
        words = {
            f"{what}::{language}": said.get(f"{what}::{language}", "") or said.get(what, "") * (language == "fr")
            for what in ("label", "hint")
            for language in ("fr", "en")
        }
        return {**known, **words, "urgent": said.get("urgent", ""), "row": str(number)}

    def want(self, *titles: str) -> None:
        """Say each column that is missing: nothing can be read without it."""
        if not self.table.refused:
            for title in titles:
                if title not in self.titles:
                    self.say("no_column", self.numbers[0] - 1 if self.numbers else 1, found=title)
            if not any(title.startswith("label") for title in self.titles):
                self.say("no_column", 1, found="label")

    def say(self, code: str, row: int | None, column: str = "", **params: object) -> None:
        """Write one thing wrong."""
        known = {"kinds": ", ".join(KINDS), "needs": ", ".join(NeedKind.values), **params}
        self.table.problems.append(Problem(code, LINES[code], self.table.name, row, column, known))

    def yes(self, row: Mapping[str, str], column: str) -> bool:
        """Read yes or no; empty is no."""
        said = normalised(row[column])
        if said not in YES | NO:
            self.say("not_yes_no", int(row["row"]), column, found=row[column])
        return said in YES

    def need(self, row: Mapping[str, str]) -> str:
        """Read which need an answer tells."""
        said = normalised(row["need"])
        if said and said not in NeedKind.values:
            self.say("unknown_need", int(row["row"]), "need", found=row["need"])
        return said if said in NeedKind.values else ""

    def words(self, row: Mapping[str, str], what: str, longest: int) -> dict[str, str]:
        """Read words by language."""
        said = {language: row[f"{what}::{language}"] for language in ("fr", "en")}
        if any(len(one) > longest for one in said.values()):
            self.say("too_long", int(row["row"]), what, limit=longest)
        return said


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _title(said: str) -> str:
    """Return a title as XLSForm writes it: ``Label::Français (fr)`` and ``label:fr`` are ``label::fr``."""
    title = normalised(said)
    what, _marks, language = title.partition("::") if "::" in title else title.partition(":")
    if what in {"label", "hint"} and language:
        inside = re.search(r"\((\w+)\)", language)
        code = (
            inside[1]
            if inside
            else {"francais": "fr", "french": "fr", "english": "en", "anglais": "en"}.get(
                language.strip(), language.strip()
            )
        )
        return f"{what}::{code}"
    return {"list name": "list_name", "relevance": "relevant"}.get(title, title)


def _lists(sheet: _Sheet) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = {}
    if sheet.table.refused:
        return found
    for row in sheet.rows:
        number, said = int(row["row"]), row["name"]
        label = sheet.words(row, "label", COLUMN_LENGTHS["choice_label"])
        if not row["list_name"]:
            sheet.say("no_list", number, "list_name")
        if not said or said.split() != [said] or len(said) > 40:
            sheet.say("bad_value", number, "name", found=said)
        if any(one.value == said for one in found.get(row["list_name"], [])):
            sheet.say("value_twice", number, "name", found=said)
        if not any(label.values()):
            sheet.say("no_choice_label", number, "label")
        choice = Choice(said, label, sheet.need(row), sheet.yes(row, "urgent"))
        found.setdefault(row["list_name"], []).append(choice)
    return found


def _step(sheet: _Sheet, row: Mapping[str, str], lists: Mapping[str, list[Choice]]) -> Step:
    number = int(row["row"])
    kind, _space, listed = " ".join(row["type"].split()).partition(" ")
    kind = normalised(kind)
    choices: tuple[Choice, ...] = ()
    if kind not in KINDS or (listed and kind not in SELECTS):
        sheet.say("unknown_kind", number, "type", found=row["type"])
    elif kind in SELECTS and not listed:
        sheet.say("no_list_name", number, "type", found=row["type"])
    elif kind in SELECTS and listed not in lists:
        sheet.say("unknown_list", number, "type", found=listed)
    else:
        choices = tuple(lists.get(listed, ()))
    longest = ScriptStep._meta.get_field("relevant").max_length or 0
    if len(row["relevant"]) > longest:
        sheet.say("condition_too_long", number, "relevant")
    return Step(
        name=row["name"],
        kind=kind,
        label=sheet.words(row, "label", COLUMN_LENGTHS["label"]),
        hint=sheet.words(row, "hint", COLUMN_LENGTHS["label"]),
        relevant=row["relevant"],
        required=sheet.yes(row, "required"),
        need=sheet.need(row),
        choices=choices,
    )
