"""The life of an import: read with everything wrong said, confirmed, written in batches, taken back.

Killed in the middle, it goes on where it stopped: each batch is one transaction, and a line is written once
(``ImportLine``; issue 2, part 6).
"""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.core.sheets.problems import Problem, has_errors
from reflexes.core.sheets.reading import read_table
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Import, ImportLine
from reflexes.mechanisms.allocation.services import import_columns, import_needs, import_people
from reflexes.mechanisms.allocation.services.import_words import Words
from reflexes.mechanisms.allocation.sheets.parsing import parse_needs, parse_people
from reflexes.mechanisms.allocation.sheets.rows import NeedRow, PersonRow
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.journal.services import record

BATCH = 25
UNCONFIRMED_FOR = timedelta(days=7)
UNDONE_WITHIN = timedelta(days=30)


def nothing() -> None:
    """Do nothing between two batches (the default)."""


@dataclass(slots=True)
class DryRun:
    """What a sheet would do: the problems of each line, what it would make and change."""

    problems: list[Problem] = field(default_factory=list)
    units: list[Any] = field(default_factory=list)
    to_create: int = 0
    to_change: int = 0

    @property
    def refused(self) -> bool:
        """Tell whether something must be put right first."""
        return has_errors(self.problems)

    @property
    def ready(self) -> bool:
        """Tell whether it may be written once somebody says yes."""
        return bool(self.units) and not self.refused


def imports_of(actor: Actor) -> QuerySet[Import]:
    """Return the imports of the cell, latest first; nobody else has any."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    return Import.objects.filter(exercise_id=actor.exercise_id).defer("content").select_related("made_by")


def access_import(actor: Actor, pk: int) -> Import:
    """Return one import to the cell; for anyone else it does not exist."""
    found = (
        Import.objects.filter(pk=pk, exercise_id=actor.exercise_id).select_related("made_by", "organisation").first()
        if perms.is_cell(actor)
        else None
    )
    if found is None:
        raise Http404
    return found


def dry_run(imported: Import) -> DryRun:
    """Read the sheet of an import against the site; nothing is written."""
    table = read_table(io.BytesIO(bytes(imported.content)), name=imported.file_name)
    run = DryRun()
    words, chosen = Words.of(imported), import_columns.chosen_for(imported)
    if imported.what == Import.What.PEOPLE:
        people = parse_people(table, chosen)
        run.units = list(people.rows)
        run.problems = [*people.problems, *import_people.check(people, words)]
        met = [import_people.known(row, words) for row in people.rows]
    else:
        needs = parse_needs(table, chosen)
        run.units = import_needs.gathered(needs.rows)
        run.problems = [*needs.problems, *import_needs.check(needs, words)]
        met = [import_needs.known(group, words) for group in run.units]
    run.to_change = sum(pk is not None for pk in met)
    run.to_create = len(met) - run.to_change
    return run


def do_read_import(
    *, actor: Actor, piste: str, what: str, file_name: str, content: bytes
) -> tuple[Import | None, DryRun]:
    """Read a sheet; without any error it is kept until somebody confirms it.

    One whose columns must be said first is kept too, until they are; any other is not.
    """
    if not perms.is_cell(actor) or actor.organisation_id is None:
        raise PermissionDenied
    if what not in Import.What.values:
        raise Refusal("what_unknown", _("Choose what the sheet holds: people or needs."))
    imported = Import(
        piste=piste,
        what=what,
        file_name=file_name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        made_by_id=actor.person_id,
        organisation_id=actor.organisation_id,
        exercise_id=actor.exercise_id,
        created_at=clock.now(),
    )
    run = dry_run(imported)
    if run.ready:
        _count(imported, run)
    elif import_columns.waits_for_columns(run.problems):
        imported.state = Import.State.COLUMNS
    else:
        return None, run
    imported.save()
    return imported, run


def do_choose_columns(*, actor: Actor, imported: Import, chosen: Mapping[str, str]) -> DryRun:
    """Remember what the columns are and read the sheet again: it waits for a yes once nothing is wrong in it."""
    with transaction.atomic():
        import_columns.do_choose_columns(actor=actor, imported=imported, chosen=chosen)
        run = dry_run(imported)
        imported.state = Import.State.READ if run.ready else Import.State.COLUMNS
        _count(imported, run)
        imported.save()
    return run


def _count(imported: Import, run: DryRun) -> None:
    imported.total, imported.to_create, imported.to_change = len(run.units), run.to_create, run.to_change


def do_confirm_import(*, actor: Actor, imported: Import, criteria: str = "", open_complete: bool = False) -> None:
    """Say yes: a worker writes the lines. ``open_complete`` opens the needs that lack nothing."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    if imported.what == Import.What.PEOPLE:
        check_real(actor)  # needs may be played, people are real
    with transaction.atomic():
        moved = Import.objects.filter(pk=imported.pk, state=Import.State.READ).update(
            state=Import.State.RUNNING, criteria=criteria, open_complete=open_complete
        )
        if not moved:
            raise Refusal("import_decided", _("This sheet was already confirmed or given up."), conflict=True)
        record(
            actor=actor,
            verb="allocation.import_confirmed",
            object_kind="import",
            object_key=imported.pk,
            params={"what": imported.what, "count": imported.total},
        )
        enqueue(
            "allocation.import",
            {"import": imported.pk},
            key=f"allocation.import:{imported.pk}",
            exercise_id=imported.exercise_id,
        )


def do_take_back_import(*, actor: Actor, imported: Import) -> None:
    """Give up a sheet not yet confirmed, or take back one that was written."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    with transaction.atomic():
        rows = Import.objects.filter(pk=imported.pk)
        if rows.filter(state__in=(Import.State.READ, Import.State.COLUMNS)).update(
            state=Import.State.GIVEN_UP, content=b"", finished_at=clock.now()
        ):
            record(actor=actor, verb="allocation.import_given_up", object_kind="import", object_key=imported.pk)
            return
        if not can_undo(imported):
            raise Refusal("too_old", _("This sheet can no longer be taken back: change the lines one by one."))
        if not rows.filter(state=Import.State.DONE).update(state=Import.State.UNDOING, kept=0):
            raise Refusal(
                "import_moving", _("This sheet is being written or taken back: wait for its end."), conflict=True
            )
        record(
            actor=actor,
            verb="allocation.import_undone",
            object_kind="import",
            object_key=imported.pk,
            params={"what": imported.what},
        )
        enqueue(
            "allocation.import_undo",
            {"import": imported.pk},
            key=f"allocation.import_undo:{imported.pk}",
            exercise_id=imported.exercise_id,
        )


def can_undo(imported: Import) -> bool:
    """Tell whether what was there before is still known."""
    return imported.finished_at is None or clock.now() - imported.finished_at < UNDONE_WITHIN


def _actor(imported: Import) -> Actor:
    """Return the coordinator who confirmed, as the worker acts for them."""
    person = imported.made_by
    return Actor(
        person_key=person.key if person else None,
        person_id=imported.made_by_id,
        organisation_id=imported.organisation_id,
        role=roles.COORDINATOR,
        exercise_id=imported.exercise_id,
    )


def write(import_id: int, *, renew: Callable[[], None] = nothing) -> None:
    """Write the lines not written yet, batch by batch; harmless to start again at any moment."""
    imported = Import.objects.select_related("made_by", "organisation").get(pk=import_id)
    if imported.state != Import.State.RUNNING:
        return
    run, words, actor = dry_run(imported), Words.of(imported), _actor(imported)
    while _write_batch(imported, run.units, words, actor):
        renew()


def _row_of(unit: Any) -> int:
    return int(unit.row if isinstance(unit, PersonRow) else unit[0].row)


def _write_batch(imported: Import, units: list[Any], words: Words, actor: Actor) -> bool:
    """Write one batch in one transaction; tell whether there was one."""
    with transaction.atomic():
        held = Import.objects.select_for_update().defer("content").get(pk=imported.pk)
        if held.state != Import.State.RUNNING:
            return False
        written = set(held.lines.values_list("row", flat=True))
        batch = [unit for unit in units if _row_of(unit) not in written][:BATCH]
        lines = []
        for unit in batch:
            if isinstance(unit, PersonRow):
                lines.append(import_people.write(imported, unit, words))
            else:
                lines.append(_write_need(imported, unit, words, actor))
        ImportLine.objects.bulk_create(lines)
        if len(batch) < BATCH:
            Import.objects.filter(pk=imported.pk).update(state=Import.State.DONE, content=b"", finished_at=clock.now())
            return False
    return True


def _write_need(imported: Import, group: list[NeedRow], words: Words, actor: Actor) -> ImportLine:
    """Write one need; one that can no longer be changed (people were asked) is left as it is, and counted."""
    try:
        with transaction.atomic():
            return import_needs.write(imported, group, words, actor)
    except Refusal:
        Import.objects.filter(pk=imported.pk).update(kept=imported.kept + 1)
        imported.kept += 1
        return ImportLine(
            imported=imported,
            row=group[0].row,
            key=import_needs.key_of(group[0])[:200],
            need_id=import_needs.known(group, words),
        )


def undo(import_id: int, *, renew: Callable[[], None] = nothing) -> None:
    """Take back the lines not taken back yet, the last one first; what is used by then stays and is counted."""
    imported = Import.objects.select_related("made_by", "organisation").get(pk=import_id)
    actor = _actor(imported)
    while _undo_batch(imported, actor):
        renew()


def _undo_batch(imported: Import, actor: Actor) -> bool:
    with transaction.atomic():
        held = Import.objects.select_for_update().defer("content").get(pk=imported.pk)
        if held.state != Import.State.UNDOING:
            return False
        lines = list(held.lines.filter(undone=False).select_related("person", "need").order_by("-row")[:BATCH])
        kept = 0
        for line in lines:
            whole = import_people.undo(line) if held.what == Import.What.PEOPLE else _undo_need(line, actor)
            kept += not whole
        # Lines whose person or need is gone went with it.
        ImportLine.objects.filter(pk__in=[line.pk for line in lines]).update(undone=True, before={}, after={})
        over = len(lines) < BATCH
        Import.objects.filter(pk=held.pk).update(
            kept=held.kept + kept,
            **({"state": Import.State.UNDONE, "finished_at": clock.now()} if over else {}),
        )
    return not over


def _undo_need(line: ImportLine, actor: Actor) -> bool:
    return bool(line.after) and import_needs.undo(line, actor)


def forget() -> None:
    """Forget the files nobody confirmed in a week, and how things were before what was written a month ago."""
    now = clock.now()
    waiting = (Import.State.READ, Import.State.COLUMNS)
    Import.objects.filter(state__in=waiting, created_at__lt=now - UNCONFIRMED_FOR).update(
        state=Import.State.GIVEN_UP, content=b"", finished_at=now
    )
    ImportLine.objects.filter(imported__finished_at__lt=now - UNDONE_WITHIN).exclude(before={}, after={}).update(
        before={}, after={}
    )
