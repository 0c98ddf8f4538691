"""A list that leaves the site as a sheet: cells are text, and the journal says who took how many lines out."""

import io
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.sheets.cells import Cell
from reflexes.core.sheets.writing import FORMATS, write_tables
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.journal.services import record


def do_take_out(*, actor: Actor, what: str, titles: Sequence[str], rows: Sequence[Sequence[Cell]], kind: str) -> bytes:
    """Return a list of the cell as CSV, XLSX or ODS; it is journaled with its number of lines."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    if kind not in FORMATS:
        raise Refusal("format_unknown", _("Choose a format: CSV, XLSX or ODS."))
    out = io.BytesIO()
    write_tables(out, {what: (titles, rows)}, kind)
    record(
        actor=actor,
        verb="allocation.sheet_exported",
        object_kind="sheet",
        object_key=what,
        params={"what": what, "count": len(rows), "format": kind},
    )
    return out.getvalue()
