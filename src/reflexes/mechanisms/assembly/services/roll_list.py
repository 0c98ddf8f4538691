"""The list of a desk, from a sheet: a number and a name a line. One bad line and nothing is written."""

import io

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.sheets.cells import as_text
from reflexes.core.sheets.problems import Problem, has_errors
from reflexes.core.sheets.reading import Table, read_table
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.models import RollEntry, Vote
from reflexes.mechanisms.assembly.perms_votes import check_keeping_vote
from reflexes.mechanisms.assembly.services.roll import BATCH, check_anonymous, locked_vote
from reflexes.mechanisms.journal.services import record

# What the columns are called in the lists that town halls keep.
TITLES = {
    "number": {"number", "numero", "n°", "no", "id", "identifiant", "numero d'electeur", "numero electeur"},
    "name": {"name", "nom", "nom de naissance", "nom complet"},
    "first_name": {"first name", "first_name", "prenom", "prenoms"},
}
NUMBER_LENGTH, NAME_LENGTH = 40, 160
WORDS = {
    "no_name_column": _("no column holds the names. Give it the title “name”."),
    "no_number_column": _("no column holds the numbers of the lines. Give it the title “number”."),
    "no_name": _("this line has no name. Write one, or remove the line."),
    "no_number": _("this line has no number. Each line has its own: it tells two people of the same name apart."),
    "number_twice": _("the number “%(found)s” is on two lines of this sheet. Each line has its own."),
    "number_known": _("the number “%(found)s” is on the roll already. Leave out the lines that are."),
    "too_long": _("“%(found)s” is too long. Shorten it."),
}


def do_import_list(*, actor: Actor, vote: Vote, file_name: str, content: bytes) -> tuple[int, list[Problem]]:
    """Add the lines of a sheet (CSV, XLSX or ODS) to the roll; return how many, and what is wrong in the sheet.

    Columns: ``number`` and ``name``, perhaps ``first name``; others are left out, so that nothing useless is kept.
    """
    check_keeping_vote(actor, vote)
    table = read_table(io.BytesIO(content), name=file_name)
    if table.refused:
        return 0, table.problems
    with transaction.atomic():
        current = locked_vote(vote)
        check_anonymous(current, anonymous=False)
        lines = _lines(current, table)
        if has_errors(table.problems):
            return 0, table.problems
        RollEntry.objects.bulk_create(lines, batch_size=BATCH)
        record(
            actor=actor,
            verb="assembly.list_imported",
            object_kind="vote",
            object_key=vote.pk,
            params={"count": len(lines)},
        )
    return len(lines), table.problems


def _lines(vote: Vote, table: Table) -> list[RollEntry]:
    """Return the lines to write; what is wrong is added to the problems of ``table``."""
    places = _places(table)
    if "name" not in places or "number" not in places:
        return []
    known = set(vote.roll.exclude(number="").order_by("pk").values_list("number", flat=True))
    seen: set[str] = set()
    lines = []
    for row, cells in zip(table.row_numbers, table.rows, strict=True):
        said = {name: as_text(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        number, name = said["number"], " ".join(f"{said['name']} {said.get('first_name', '')}".split())
        if problem := _wrong(table, row, number, name, seen, known):
            table.problems.append(problem)
        seen.add(number)
        search = normalised(f"{number} {name}")[:300]
        lines.append(RollEntry(vote=vote, known=RollEntry.Known.LIST, number=number, name=name, search=search))
    return lines


def _places(table: Table) -> dict[str, int]:
    titles = [normalised(title) for title in table.headers]
    places = {}
    for name, words in TITLES.items():
        found = next((place for place, title in enumerate(titles) if title in words), None)
        if found is not None:
            places[name] = found
        elif name != "first_name":
            table.problems.append(Problem(f"no_{name}_column", WORDS[f"no_{name}_column"], table.name, 1))
    return places


def _wrong(table: Table, row: int, number: str, name: str, seen: set[str], known: set[str]) -> Problem | None:
    checks = (
        (not number, "no_number", ""),
        (not name, "no_name", ""),
        (number in seen, "number_twice", number),
        (number in known, "number_known", number),
        (len(number) > NUMBER_LENGTH, "too_long", number),
        (len(name) > NAME_LENGTH, "too_long", name),
    )
    code, found = next(((code, found) for wrong, code, found in checks if wrong), ("", ""))
    return Problem(code, WORDS[code], table.name, row, params={"found": found}) if code else None
