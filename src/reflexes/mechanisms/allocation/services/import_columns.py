"""What each column of a sheet is: read, chosen by somebody, remembered for the next sheet that calls it so."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.sheets.cells import as_text
from reflexes.core.sheets.problems import Problem, shortened
from reflexes.core.sheets.reading import Table, read_table
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import ColumnChoice, Import
from reflexes.mechanisms.allocation.sheets import columns
from reflexes.mechanisms.allocation.sheets.columns import Column, plain
from reflexes.mechanisms.allocation.sheets.labels import LABELS
from reflexes.mechanisms.journal.services import record

EXAMPLES = 3
LEFT_OUT = ""
# What somebody puts right by saying what the columns are, without touching the file.
SETTLED_BY_A_CHOICE = frozenset({"missing_column", "said_twice"})


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """One title of a sheet: some of what is under it, what it is read as, and since when somebody said so."""

    title: str
    examples: tuple[str, ...]
    key: str
    chosen_at: datetime | None


def columns_of(what: str) -> tuple[Column, ...]:
    """Return the columns that a sheet of people or of needs may hold."""
    return columns.PEOPLE if what == Import.What.PEOPLE else columns.NEEDS


def chosen_for(imported: Import) -> dict[str, str]:
    """Return what the organisation said of its titles: title as it is compared, to column."""
    return {choice.header: choice.key for choice in _choices(imported)}


def _choices(imported: Import) -> list[ColumnChoice]:
    mine = ColumnChoice.objects.filter(organisation_id=imported.organisation_id, what=imported.what)
    return list(mine.order_by("pk"))


def waits_for_columns(problems: list[Problem]) -> bool:
    """Tell whether saying what the columns are may be enough."""
    return any(problem.code in SETTLED_BY_A_CHOICE for problem in problems)


def columns_read(imported: Import) -> list[ColumnRead]:
    """Return each title of the sheet, with what it is read as."""
    table = read_table(io.BytesIO(bytes(imported.content)), name=imported.file_name)
    known = columns.known_titles(columns_of(imported.what))
    said = {choice.header: choice for choice in _choices(imported)}
    read = []
    for place, title in enumerate(table.headers):
        choice = said.get(plain(title))
        key = choice.key if choice else known.get(plain(title), LEFT_OUT)
        read.append(ColumnRead(title, _examples(table, place), key, choice.chosen_at if choice else None))
    return read


def _examples(table: Table, place: int) -> tuple[str, ...]:
    found = dict.fromkeys(shortened(as_text(row[place]), 40) for row in table.rows[:200] if as_text(row[place]))
    return tuple(found)[:EXAMPLES]


def do_choose_columns(*, actor: Actor, imported: Import, chosen: Mapping[str, str]) -> None:
    """Remember what each title is (``chosen``: title to column, nothing to leave it out)."""
    check_real(actor)
    if not perms.is_cell(actor):
        raise PermissionDenied
    if imported.state not in {Import.State.READ, Import.State.COLUMNS}:
        raise Refusal("import_decided", _("This sheet was already confirmed or given up."), conflict=True)
    wanted = [key for key in chosen.values() if key]
    twice = next((key for key in wanted if wanted.count(key) > 1), "")
    if twice:
        said = _("Two columns cannot both be “%(column)s”. Leave one of them out.")
        raise Refusal("column_twice", said % {"column": LABELS[twice]})
    usual = columns.known_titles(columns_of(imported.what))
    with transaction.atomic():
        kept = [(plain(title)[:120], key) for title, key in chosen.items() if plain(title)]
        mine = ColumnChoice.objects.filter(organisation_id=imported.organisation_id, what=imported.what)
        mine.filter(header__in=[header for header, _key in kept]).delete()
        # A title read as everybody reads it needs no memory.
        ColumnChoice.objects.bulk_create(
            ColumnChoice(
                organisation_id=imported.organisation_id,
                what=imported.what,
                header=header,
                key=key,
                chosen_by_id=actor.person_id,
                chosen_at=clock.now(),
            )
            for header, key in dict(kept).items()
            if usual.get(header, LEFT_OUT) != key
        )
        record(
            actor=actor,
            verb="allocation.columns_chosen",
            object_kind="import",
            object_key=imported.pk,
            params={"count": len(kept)},
        )


def do_forget_columns(*, actor: Actor, imported: Import) -> None:
    """Forget what was said of the titles of this sheet: they are read as everybody's again."""
    check_real(actor)
    if not perms.is_cell(actor):
        raise PermissionDenied
    headers = [plain(column.title) for column in columns_read(imported)]
    with transaction.atomic():
        mine = ColumnChoice.objects.filter(organisation_id=imported.organisation_id, what=imported.what)
        mine.filter(header__in=headers).delete()
        record(actor=actor, verb="allocation.columns_forgotten", object_kind="import", object_key=imported.pk)
