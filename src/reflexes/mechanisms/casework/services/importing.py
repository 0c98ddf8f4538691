"""Structures and services from files in the national schema data·inclusion v1, as CSV or JSON, by its column names.

Read first (``read``): each bad line is named and nothing is written. Then written whole (``do_import``): what a source
no longer lists is put aside, never deleted; what is absent from a file of another source is left alone.
"""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone, usable_email
from reflexes.core.sheets.cells import as_text
from reflexes.core.sheets.problems import Level, Problem, has_errors
from reflexes.core.sheets.reading import MAX_BYTES, MAX_ROWS, read_table
from reflexes.core.text import normalised
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.models import Need, Service, ServiceTheme, ServiceZone, Structure
from reflexes.mechanisms.casework.models.services import BY_HAND
from reflexes.mechanisms.journal.services import record

STRUCTURES, SERVICES = "structures", "services"
NEEDED = {STRUCTURES: ("id", "source", "nom"), SERVICES: ("id", "source", "structure_id", "nom", "description")}
# Column of the schema → ours. What the schema holds besides is left in its file: nobody reads it here.
PLAIN = {
    "nom": "name",
    "description": "description",
    "adresse": "address",
    "code_postal": "postal_code",
    "commune": "city",
    "code_insee": "commune_code",
    "horaires_accueil": "hours",
}
OF_STRUCTURE = {**PLAIN, "siret": "siret", "site_web": "website"}
OF_SERVICE = {
    **PLAIN,
    "contact_nom_prenom": "contact_name",
    "conditions_acces": "conditions",
    "mobilisation_precisions": "how_to_ask",
}
WRITTEN_AT_ONCE = 500

SENTENCES = {
    "not_json": _("this is not a list of objects in JSON. Export it again from data·inclusion."),
    "too_big": _("this file is too large. Keep the services of your territory."),
    "column_missing": _("this column is missing. The file keeps the names of the schema data·inclusion v1."),
    "cell_missing": _("this cell is empty. Every line needs it."),
    "twice": _("“%(found)s” stands twice in this file. Keep one line."),
    "no_structure": _("no structure “%(found)s” in the file of structures, nor here. Bring its structure with it."),
    "ours": _("the source “%(found)s” is the one of what is written here by hand. Change it in the file."),
    "date_wrong": _("“%(found)s” is no date. Write it as 2026-11-24, or leave the cell empty."),
    "phone_wrong": _("“%(found)s” is no telephone number: the line is kept without it."),
    "email_wrong": _("“%(found)s” is no e-mail address: the line is kept without it."),
    "theme_unknown": _("the theme “%(found)s” is not in the schema: the line is kept without it."),
}

Row = dict[str, str]


@dataclass(slots=True)
class Read:
    """What the files hold: rows by kind, and every problem; with an error among them nothing is ever written."""

    structures: list[Row] = field(default_factory=list)
    services: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Tell whether something in the files stops the work."""
        return has_errors(self.problems)


def read(structures: tuple[str, bytes] | None, services: tuple[str, bytes] | None) -> Read:
    """Read the two files, each a name and its bytes; either may be missing. Nothing is written."""
    found = Read()
    if structures is not None:
        found.structures = _rows(found, *structures, STRUCTURES)
    if services is not None:
        found.services = _rows(found, *services, SERVICES)
        _check_structures(found, services[0])
    return found


def _problem(code: str, file: str, row: int | None = None, column: str = "", **params: Any) -> Problem:
    level = Level.WARNING if code in {"phone_wrong", "email_wrong", "theme_unknown"} else Level.ERROR
    return Problem(code, SENTENCES[code], file, row, column, params, level)


def _rows(found: Read, name: str, data: bytes, kind: str) -> list[Row]:
    """Return the good lines of a file, each with its number under ``#``; the others are said in ``found``."""
    lines = _json_lines(found, name, data) if name.lower().endswith(".json") else _sheet_lines(found, name, data)
    if lines and (missing := [one for one in NEEDED[kind] if not any(one in line for _number, line in lines)]):
        found.problems += [_problem("column_missing", name, column=one) for one in missing]
        return []
    kept: dict[str, Row] = {}
    for number, line in lines:
        problems = list(_faults(name, number, line, kind))
        if (key := f"{line.get('source')}\n{line.get('id')}") in kept:
            problems.append(_problem("twice", name, number, "id", found=line["id"]))
        found.problems += problems
        if not has_errors(problems):
            kept[key] = {**line, "#": str(number)}
    return list(kept.values())


def _sheet_lines(found: Read, name: str, data: bytes) -> list[tuple[int, Row]]:
    table = read_table(io.BytesIO(data), name=name)
    found.problems += table.problems
    if table.refused:
        return []
    titles = [normalised(title).replace(" ", "_") for title in table.headers]
    lines = [{title: as_text(cell) for title, cell in zip(titles, row, strict=True)} for row in table.rows]
    return list(zip(table.row_numbers, lines, strict=True))


def _json_lines(found: Read, name: str, data: bytes) -> list[tuple[int, Row]]:
    if len(data) > MAX_BYTES:
        found.problems.append(_problem("too_big", name))
        return []
    try:
        read_back = json.loads(data)
    except (ValueError, RecursionError):
        read_back = None
    if isinstance(read_back, dict):
        read_back = read_back.get("items")
    if not isinstance(read_back, list) or not all(isinstance(one, dict) for one in read_back):
        found.problems.append(_problem("not_json", name))
        return []
    if len(read_back) > MAX_ROWS:
        found.problems.append(_problem("too_big", name))
        return []
    lines = [{key: _as_cell(value) for key, value in one.items()} for one in read_back]
    return [(number, line) for number, line in enumerate(lines, start=1) if any(line.values())]


def _as_cell(value: Any) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value).strip()


def _faults(name: str, number: int, line: Row, kind: str) -> Iterable[Problem]:
    for column in NEEDED[kind]:
        if not line.get(column):
            yield _problem("cell_missing", name, number, column)
    if line.get("source") == BY_HAND:
        yield _problem("ours", name, number, "source", found=BY_HAND)
    if line.get("date_maj") and _day(line["date_maj"]) is None:
        yield _problem("date_wrong", name, number, "date_maj", found=line["date_maj"])
    if line.get("telephone") and not normalised_phone(line["telephone"]):
        yield _problem("phone_wrong", name, number, "telephone", found=line["telephone"])
    if line.get("courriel") and not usable_email(line["courriel"]):
        yield _problem("email_wrong", name, number, "courriel", found=line["courriel"])
    for theme in several(line.get("thematiques", "")):
        if theme.partition("--")[0] not in Need.values:
            yield _problem("theme_unknown", name, number, "thematiques", found=theme)


def _check_structures(found: Read, name: str) -> None:
    """Take out the services whose structure is nowhere."""
    known = set(Structure.objects.order_by("pk").values_list("source", "external_id"))
    known |= {(one["source"], one["id"]) for one in found.structures}
    lost = [one for one in found.services if (one["source"], one["structure_id"]) not in known]
    for one in lost:
        found.problems.append(_problem("no_structure", name, int(one["#"]), "structure_id", found=one["structure_id"]))
    found.services = [one for one in found.services if one not in lost]


def several(cell: str) -> list[str]:
    """Return the values of a cell that holds several, as the exports of the schema write them.

    >>> several('["sante", "mobilite"]'), several("{sante,mobilite}"), several("sante; mobilite"), several("")
    (['sante', 'mobilite'], ['sante', 'mobilite'], ['sante', 'mobilite'], [])
    """
    if cell.startswith("["):
        try:
            return [str(one).strip() for one in json.loads(cell) if str(one).strip()]
        except ValueError:
            pass
    parts = cell.strip("[]{}").replace(";", ",").replace("|", ",").split(",")
    return [part.strip().strip("\"'") for part in parts if part.strip().strip("\"'")]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def do_import(*, actor: Actor, found: Read) -> dict[str, int]:
    """Write what was read, and put aside what its sources no longer list; return how many of each."""
    perms.check_listing(actor)
    if found.refused:
        raise Refusal("bad_lines", _("Nothing was written: put the lines right first."))
    if not found.structures and not found.services:
        raise Refusal("nothing_read", _("Choose a file of structures, of services, or both."))
    with transaction.atomic():
        _write_structures(found.structures)
        _write_services(found.services)
        aside = _put_aside(Structure, found.structures) + _put_aside(Service, found.services)
        figures = {"structures": len(found.structures), "services": len(found.services), "aside": aside}
        record(
            actor=actor,
            verb="casework.directory_imported",
            object_kind="directory",
            object_key="services",
            params=figures,
        )
    return figures


def _fill(row: Any, line: Row, columns: dict[str, str]) -> None:
    for column, name in columns.items():
        longest = row._meta.get_field(name).max_length
        row.__dict__[name] = line.get(column, "")[:longest]
    row.phone = normalised_phone(line.get("telephone", ""))
    row.email = usable_email(line.get("courriel", ""))
    row.updated_on = _day(line.get("date_maj", ""))
    row.put_aside_at = None
    row.search = normalised(row.words())[:300]


def _write(model: Any, lines: list[Row], columns: dict[str, str], owners: dict[Any, int] | None) -> list[Any]:
    sources = {line["source"] for line in lines}
    known = {(one.source, one.external_id): one for one in model.objects.filter(source__in=sources).order_by("pk")}
    rows = []
    for line in lines:
        row = known.get((line["source"], line["id"])) or model(source=line["source"], external_id=line["id"][:200])
        if owners is not None:
            row.structure = owners[line["source"], line["structure_id"]]
        _fill(row, line, columns)
        rows.append(row)
    names = [*columns.values(), "phone", "email", "updated_on", "put_aside_at", "search"]
    names += ["structure"] if owners is not None else []
    model.objects.bulk_create([one for one in rows if one.pk is None], batch_size=WRITTEN_AT_ONCE)
    model.objects.bulk_update([one for one in rows if one.pk is not None], names, batch_size=WRITTEN_AT_ONCE)
    return rows


def _write_structures(lines: list[Row]) -> None:
    _write(Structure, lines, OF_STRUCTURE, None)


def _write_services(lines: list[Row]) -> None:
    sources = {line["source"] for line in lines}
    owners = {(one.source, one.external_id): one for one in Structure.objects.filter(source__in=sources).order_by("pk")}
    rows = _write(Service, lines, OF_SERVICE, owners)
    ServiceTheme.objects.filter(service__in=[one.pk for one in rows]).delete()
    ServiceZone.objects.filter(service__in=[one.pk for one in rows]).delete()
    themes, zones = [], []
    for row, line in zip(rows, lines, strict=True):
        for theme in dict.fromkeys(several(line.get("thematiques", ""))):
            if theme.partition("--")[0] in Need.values:
                themes.append(ServiceTheme(service=row, theme=theme[:120]))
        for code in dict.fromkeys(several(line.get("zone_eligibilite", ""))):
            zones.append(ServiceZone(service=row, code=code[:12]))
    ServiceTheme.objects.bulk_create(themes, batch_size=WRITTEN_AT_ONCE)
    ServiceZone.objects.bulk_create(zones, batch_size=WRITTEN_AT_ONCE)


def _put_aside(model: Any, lines: list[Row]) -> int:
    """Put aside what the sources of a file no longer list."""
    aside = 0
    for source in {line["source"] for line in lines}:
        listed = {line["id"] for line in lines if line["source"] == source}
        in_use = model.objects.filter(source=source, put_aside_at=None).order_by("pk")
        gone = [key for key, external in in_use.values_list("pk", "external_id") if external not in listed]
        aside += model.objects.filter(pk__in=gone).update(put_aside_at=clock.now())
    return aside
