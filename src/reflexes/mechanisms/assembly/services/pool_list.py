"""Quotas and pools from sheets, as the tools of the Sortition Foundation write them. One bad line: nothing written."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.sheets.cells import as_text
from reflexes.core.sheets.problems import Problem, has_errors
from reflexes.core.sheets.reading import Table, read_table
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.drawing import sheets
from reflexes.mechanisms.assembly.models import Channel, Draw
from reflexes.mechanisms.assembly.perms_draws import check_keeping_draw
from reflexes.mechanisms.assembly.services.draws import QuotaLine, do_write_quotas, open_draw
from reflexes.mechanisms.assembly.services.pool import LENGTHS, Coming, is_address, write
from reflexes.mechanisms.journal.services import record

# What the columns are called in the sheets people have.
TITLES = {
    "first_name": {"first name", "first_name", "prenom", "prenoms"},
    "last_name": {"last name", "last_name", "name", "nom", "nom de famille"},
    "email": {"email", "e-mail", "mail", "courriel", "adresse electronique"},
    "phone": {"phone", "mobile_number", "phone number", "telephone", "tel", "portable"},
}
WORDS = {
    "no_quotas": _("the draw has no quotas yet. Import or write them first."),
    "no_contact": _("this line has no e-mail nor telephone. People drawn must be told."),
    "email": _("“%(found)s” is no e-mail address. Correct it, or leave the cell empty."),
    "too_long": _("“%(found)s” is too long. Shorten it."),
}


def do_import_quotas(*, actor: Actor, draw: Draw, file_name: str, content: bytes) -> list[Problem]:
    """Write the quotas of a sheet in place of those there were; return what is wrong in it (then nothing changed)."""
    check_keeping_draw(actor, draw)
    found = sheets.read_quotas(read_table(io.BytesIO(content), name=file_name), size=draw.size)
    if not found.refused:
        lines = [QuotaLine(one.feature, one.value, one.low, one.high) for one in found.quotas]
        do_write_quotas(actor=actor, draw=draw, quotas=_same_features(lines, found.features))
    return found.problems


def _same_features(lines: Sequence[QuotaLine], features: Sequence[str]) -> list[QuotaLine]:
    """Return the lines under one spelling of each feature: the first of the sheet."""
    spelling = {normalised(feature): feature for feature in features}
    return [QuotaLine(spelling[normalised(one.feature)], one.value, one.minimum, one.maximum) for one in lines]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of people: its name, its bytes, the titles of the columns that make an address."""

    name: str
    content: bytes
    household: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sheet holds: people with their answers, everything wrong in it, those who share an address."""

    people: list[tuple[Coming, dict[str, str]]]
    problems: list[Problem]

    @property
    def together(self) -> list[list[Coming]]:
        """The people of each address given twice or more: one of them at most sits."""
        homes: dict[str, list[Coming]] = {}
        for coming, _answers in self.people:
            homes.setdefault(coming.household, []).append(coming)
        return [found for home, found in homes.items() if home and len(found) > 1]


def read_pool(actor: Actor, draw: Draw, sheet: Sheet) -> Reading:
    """Read a sheet of people and write nothing: what it would add, and what is wrong."""
    check_keeping_draw(actor, draw)
    table = read_table(io.BytesIO(sheet.content), name=sheet.name)
    found = _known_quotas(draw, table)
    sheets.read_people(found, table, household=sheet.household)
    return Reading(_people(found, table), found.problems)


def do_import_pool(
    *, actor: Actor, draw: Draw, sheet: Sheet, channel: str = Channel.WEB, dry_run: bool = False
) -> tuple[int, list[Problem]]:
    """Add the people of a sheet (CSV, XLSX or ODS); return how many, and everything wrong in it.

    One column for each question of the quotas. Names and contacts are kept for this draw alone, other columns not at
    all. ``dry_run`` reads everything and writes nothing.
    """
    check_keeping_draw(actor, draw)
    with transaction.atomic():
        current = open_draw(draw)
        found = read_pool(actor, current, sheet)
        if has_errors(found.problems) or dry_run:
            return len(found.people), found.problems
        write(current, found.people, channel)
        record(
            actor=actor,
            verb="assembly.pool_imported",
            object_kind="draw",
            object_key=draw.pk,
            params={"count": len(found.people)},
        )
    return len(found.people), found.problems


def _known_quotas(draw: Draw, table: Table) -> sheets.Sheets:
    """Return the quotas of the draw as the reader of sheets knows them."""
    quotas = list(draw.quotas.order_by("pk"))
    found = sheets.Sheets(features=tuple(dict.fromkeys(one.feature for one in quotas)))
    found.quotas = [
        sheets.QuotaRow(place, one.feature, one.value, one.minimum, one.maximum, None, None)
        for place, one in enumerate(quotas)
    ]
    if not quotas:
        found.problems.append(Problem("no_quotas", WORDS["no_quotas"], table.name))
    return found


def _people(found: sheets.Sheets, table: Table) -> list[tuple[Coming, dict[str, str]]]:
    """Return everybody with their contacts; add to the problems of ``found`` each line that cannot be told."""
    titles = [normalised(title) for title in table.headers]
    places = {
        name: next((place for place, title in enumerate(titles) if title in known), None)
        for name, known in TITLES.items()
    }
    cells_of = dict(zip(table.row_numbers, table.rows, strict=True))
    people = []
    for one in found.people:
        cells = cells_of[one.row]
        contact = {name: "" if place is None else as_text(cells[place]) for name, place in places.items()}
        if not (contact["email"] or contact["phone"]):
            found.problems.append(Problem("no_contact", WORDS["no_contact"], table.name, one.row))
        for name, text in contact.items():
            code = "too_long" if len(text) > LENGTHS[name] else "email" if name == "email" and text else ""
            if code == "too_long" or (code == "email" and not is_address(text)):
                title = table.headers[places[name] or 0]
                found.problems.append(Problem(code, WORDS[code], table.name, one.row, title, {"found": text}))
        answers = dict(zip(found.features, one.answers, strict=True))
        people.append((Coming(answers=answers, household=one.home, **contact), answers))
    return people
