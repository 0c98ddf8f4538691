"""Sheets left in a folder by another program (payroll, planning): read once each, written like any other import.

``<folder>/people/`` and ``<folder>/needs/`` are read; a file goes to ``done/`` or ``refused/`` with its report beside
it. The rule is that of the site: one bad line and nothing of the sheet is written. Killed at any moment, the next
reading goes on: what a sheet holds is recognised by its digest, so it is never written twice.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.sheets.problems import Problem
from reflexes.core.sheets.reading import KINDS, MAX_BYTES
from reflexes.mechanisms.allocation.models import Import
from reflexes.mechanisms.allocation.services import imports
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Organisation

# A file that changed this recently may still be being copied.
SETTLED = timedelta(minutes=1)
DONE, REFUSED = "done", "refused"
TAKEN = (
    Import.State.COLUMNS,
    Import.State.READ,
    Import.State.RUNNING,
    Import.State.DONE,
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file of the folder, and what became of it: an import, or the problems for which it was refused."""

    file: str
    what: str
    imported: Import | None
    problems: tuple[Problem, ...] = ()

    @property
    def waits(self) -> bool:
        """Tell whether somebody must say what its columns hold."""
        return self.imported is not None and self.imported.state == Import.State.COLUMNS


def read_folder(root: Path, *, piste: str, organisation: Organisation, criteria: str = "") -> list[Dropped]:
    """Read every settled sheet of the folder, in the order of their names; return what became of each."""
    found = []
    for what in Import.What.values:
        folder = root / what
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if _is_settled(path):
                found.append(_take(root, path, what, piste, organisation, criteria))
    return found


def _is_settled(path: Path) -> bool:
    if path.suffix.lower() not in KINDS or path.name.startswith((".", "~")) or not path.is_file():
        return False
    return clock.real_now() - datetime.fromtimestamp(path.stat().st_mtime, tz=UTC) > SETTLED


def _take(root: Path, path: Path, what: str, piste: str, organisation: Organisation, criteria: str) -> Dropped:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    imported, problems = _known(content, what, organisation), list[Problem]()
    if imported is None:
        imported, problems = _bring_in(content, path.name, what, piste, organisation, criteria)
    taken = Dropped(path.name, what, imported, tuple(problems))
    _put_away(root, path, taken)
    return taken


def _known(content: bytes, what: str, organisation: Organisation) -> Import | None:
    """Return the import of this very sheet, when it was taken before its file could be put away."""
    rows = Import.objects.filter(
        dropped=True, what=what, organisation=organisation, digest=hashlib.sha256(content).hexdigest(), state__in=TAKEN
    )
    return rows.order_by("-pk").first()


def _bring_in(
    content: bytes, name: str, what: str, piste: str, organisation: Organisation, criteria: str
) -> tuple[Import | None, list[Problem]]:
    """Read a sheet and say yes to it, in one transaction: whoever set the folder up said yes beforehand."""
    actor = Actor(organisation_id=organisation.pk, role=roles.COORDINATOR)
    with transaction.atomic():
        imported, run = imports.do_read_import(actor=actor, piste=piste, what=what, file_name=name, content=content)
        if imported is None:
            return None, run.problems
        Import.objects.filter(pk=imported.pk).update(dropped=True)
        if imported.state == Import.State.READ:
            imports.do_confirm_import(actor=actor, imported=imported, criteria=criteria)
    return imported, run.problems


def _put_away(root: Path, path: Path, taken: Dropped) -> None:
    """Move a file to where it belongs, under a name of its own, with its report beside it."""
    folder = root / (REFUSED if taken.imported is None else DONE)
    folder.mkdir(exist_ok=True)
    stem = f"{clock.real_now():%Y-%m-%d-%H%M%S}-{path.name}"
    (folder / f"{stem}.txt").write_text(report(taken) + "\n", encoding="utf-8")
    os.replace(path, folder / stem)


def report(taken: Dropped) -> str:
    """Return in plain words what became of a file."""
    if taken.imported is None:
        lines = [_("%(file)s was refused: nothing was written. Put it right and leave it again.")]
    elif taken.waits:
        lines = [_("%(file)s waits on the site: somebody of the cell says what its columns hold.")]
    else:
        lines = [_("%(file)s is being written: %(count)s lines. The site can take it back for a month.")]
    count = taken.imported.total if taken.imported else 0
    return "\n".join([lines[0] % {"file": taken.file, "count": count}, *(f"- {one}" for one in taken.problems)])
