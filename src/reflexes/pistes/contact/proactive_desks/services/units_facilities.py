"""Facilities that units support: added by hand or by a sheet read first without writing; visits and calls."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.core.sheets.cells import Cell, as_text
from reflexes.core.sheets.problems import Problem, has_errors
from reflexes.core.sheets.reading import Table, read_table
from reflexes.core.text import normalised
from reflexes.mechanisms.directory.models import Commune
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks.facility_kinds import KIND_WORDS, KINDS
from reflexes.pistes.contact.proactive_desks.models import Facility, FieldNeed, ProximityUnit, Visit
from reflexes.pistes.contact.proactive_desks.perms_units import (
    check_managing,
    check_world,
    check_writing,
    visible_facilities,
)
from reflexes.pistes.contact.proactive_desks.services.units import check_live

MOST_ROWS = 5000
OLDEST_DAYS = 31
FIELDS = ("name", "kind", "commune", "address", "contact_role", "contact_phone", "unit")
TITLES = {
    "name": {"name", "nom", "etablissement", "facility"},
    "kind": {"kind", "type", "genre", "nature"},
    "commune": {"commune", "ville", "town"},
    "address": {"address", "adresse"},
    "contact_role": {"contact", "fonction", "post", "fonction du contact"},
    "contact_phone": {"phone", "telephone", "tel", "numero"},
    "unit": {"unit", "unite", "unite de proximite"},
}
NEEDED = {"name": _("name"), "kind": _("kind"), "commune": _("commune")}
WORDS: dict[str, "str | Promise"] = {
    "no_column": _("there is no column “%(title)s”. The titles are: name, kind, commune, address, post, phone, unit."),
    "name": _("this facility has no name. Write it."),
    "kind": _("“%(found)s” is no kind of facility we know. Write one of the list, or “other”."),
    "commune": _("“%(found)s” is no commune of this territory. Is it the file of another town?"),
    "phone": _("“%(found)s” is no telephone number. Write it like 03 88 00 00 00, or leave it empty."),
    "unit": _("“%(found)s” is no unit at work here. Write its name as on its page, or leave it empty."),
    "twice": _("“%(found)s” is there already, or twice in the sheet, in the same commune. Keep one line."),
}


@dataclass(slots=True)
class Reading:
    """What a sheet holds: the facilities, not written yet, and everything wrong in it."""

    facilities: list[Facility] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Tell whether something in the sheet stops the work."""
        return has_errors(self.problems)


def find_facilities(actor: Actor, *, text: str = "", kind: str = "", unit: str = "") -> QuerySet[Facility]:
    """Return the facilities that the actor sees, with what waits there and the last time anybody went or called."""
    found = visible_facilities(actor).filter(closed_on=None)
    for word in normalised(text).split():
        found = found.filter(search__contains=word)
    if kind:
        found = found.filter(kind=kind)
    if unit == "none":
        found = found.filter(unit=None)
    elif unit.isdecimal():
        found = found.filter(unit_id=int(unit))
    return found.annotate(
        waiting=Count("needs", filter=Q(needs__closed_at=None), distinct=True),
        oldest=Min("needs__opened_at", filter=Q(needs__closed_at=None)),
        seen_on=Max("visits__on"),
    ).order_by("search", "pk")


def do_write_facility(*, actor: Actor, fields: Mapping[str, Any], facility: Facility | None = None) -> Facility:
    """Add a facility, or put it right. Given to another unit, its open needs go with it."""
    check_managing(actor)
    kept = facility or Facility(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
    check_world(actor, kept.exercise_id)
    values = {name: fields[name] for name in FIELDS if name in fields}
    values["contact_phone"] = _phone(values.get("contact_phone", ""))
    if values.get("kind") not in KINDS:
        raise Refusal("kind", _("Choose what kind of place it is in the list."))
    for name, value in values.items():
        setattr(kept, name, value)
    try:
        with transaction.atomic():
            kept.save()
            if facility is not None and kept.unit_id is not None:
                FieldNeed.objects.filter(facility=kept, closed_at=None).update(unit_id=kept.unit_id)
            _record(actor, "facility_changed" if facility else "facility_added", kept)
    except IntegrityError as error:
        raise Refusal("facility_known", _("This facility is in the list already, in the same commune.")) from error
    return kept


def _phone(written: str) -> str:
    if not written.strip():
        return ""
    number = normalised_phone(written)
    if not number:
        raise Refusal("phone", _("Write a telephone number like 03 88 00 00 00, or leave it empty."))
    return number


def do_close_facility(*, actor: Actor, facility: Facility) -> None:
    """Set a facility aside: it closed, or needs no unit any more. Its open needs are closed one by one first."""
    check_managing(actor)
    check_world(actor, facility.exercise_id)
    with transaction.atomic():
        held = Facility.objects.select_for_update().get(pk=facility.pk)
        if held.needs.filter(closed_at=None).exists():
            raise Refusal(
                "needs_wait", _("It still waits for something: say first what became of each need."), conflict=True
            )
        held.closed_on = clock.today()
        held.save(update_fields=["closed_on"])
        _record(actor, "facility_closed", held)


def do_import_facilities(*, actor: Actor, file_name: str, content: bytes, dry_run: bool = False) -> Reading:
    """Write the facilities of a sheet (CSV, XLSX or ODS), all or none; ``dry_run`` reads all and writes nothing."""
    check_managing(actor)
    found = Reading()
    table = read_table(io.BytesIO(content), name=file_name, max_rows=MOST_ROWS)
    found.problems += table.problems
    with transaction.atomic():
        if not found.refused:
            _read(actor, table, found)
        if found.refused or dry_run:
            return found
        for one in found.facilities:
            one.search = normalised(one.words())[:300]
        Facility.objects.bulk_create(found.facilities, batch_size=500)
        record(
            actor=actor,
            verb="proactive_desks.facilities_imported",
            object_kind="organisation",
            object_key=actor.organisation_id,
            params={"count": len(found.facilities)},
        )
    return found


def _read(actor: Actor, table: Table, found: Reading) -> None:
    titles = [normalised(title) for title in table.headers]
    places = {
        name: next((place for place, title in enumerate(titles) if title in known), None)
        for name, known in TITLES.items()
    }
    for name, title in NEEDED.items():
        if places[name] is None:
            found.problems.append(Problem("no_column", WORDS["no_column"], table.name, params={"title": title}))
    if found.refused:
        return
    known = _Known(actor)
    for row, cells in zip(table.row_numbers, table.rows, strict=True):
        _read_row(actor, table, row, {name: cells[at] for name, at in places.items() if at is not None}, known, found)


class _Known:
    """What a sheet may name: communes, units, kinds; and the facilities that are there already."""

    def __init__(self, actor: Actor) -> None:
        self.communes: dict[str, Commune] = {}
        for commune in Commune.objects.order_by("code"):
            self.communes[normalised(commune.name)] = self.communes[commune.code] = commune
        live = ProximityUnit.objects.filter(
            organisation_id=actor.organisation_id, exercise_id=actor.exercise_id, ended_on=None
        )
        self.units = {unit.search: unit for unit in live.order_by("pk")}
        self.kinds = {normalised(words): slug for words, slug in KIND_WORDS.items()}
        self.kinds |= {slug: slug for slug in KINDS} | {normalised(str(label)): slug for slug, label in KINDS.items()}
        there = Facility.objects.filter(organisation_id=actor.organisation_id, exercise_id=actor.exercise_id)
        self.taken = set(there.order_by("pk").values_list("commune_id", "search"))


def _read_row(actor: Actor, table: Table, row: int, cells: Mapping[str, Cell], known: _Known, found: Reading) -> None:
    """Read one line into a facility, or say everything wrong in it."""
    text = {name: as_text(cells.get(name)).strip() for name in TITLES}
    before = len(found.problems)

    def wrong(code: str, name: str) -> None:
        column = next(title for title in table.headers if normalised(title) in TITLES[name])
        found.problems.append(Problem(code, WORDS[code], table.name, row, column, {"found": text[name]}))

    kind = known.kinds.get(normalised(text["kind"]))
    commune = known.communes.get(normalised(text["commune"]))
    unit = known.units.get(normalised(text["unit"])) if text["unit"] else None
    phone = normalised_phone(text["contact_phone"]) if text["contact_phone"] else ""
    if not text["name"]:
        wrong("name", "name")
    if kind is None:
        wrong("kind", "kind")
    if commune is None:
        wrong("commune", "commune")
    if text["unit"] and unit is None:
        wrong("unit", "unit")
    if text["contact_phone"] and not phone:
        wrong("phone", "contact_phone")
    if len(found.problems) > before or commune is None or kind is None:
        return
    name = text["name"][:160]
    if (commune.code, normalised(name)[:300]) in known.taken:
        wrong("twice", "name")
        return
    known.taken.add((commune.code, normalised(name)[:300]))
    found.facilities.append(
        Facility(
            organisation_id=actor.organisation_id,
            name=name,
            kind=kind,
            commune=commune,
            address=text["address"][:200],
            contact_role=text["contact_role"][:120],
            contact_phone=phone,
            unit=unit,
            exercise_id=actor.exercise_id,
        )
    )


def unit_of(actor: Actor, facility: Facility) -> ProximityUnit:
    """Return the unit in charge of a facility; without one, nothing can be written there."""
    if facility.unit is None:
        raise Refusal("no_unit", _("No unit is in charge here: give this facility to one first."))
    check_writing(actor, facility.unit)
    check_live(facility.unit)
    return facility.unit


def check_day(on: date) -> None:
    """Refuse a day to come, and one so old that nobody would believe it."""
    if on > clock.today():
        raise Refusal("day_to_come", _("This day is to come. Write what was done, once it is."))
    if (clock.today() - on).days > OLDEST_DAYS:
        raise Refusal("day_old", _("This was more than a month ago. Check the day."))


def do_visit(*, actor: Actor, facility: Facility, on: date, how: str, saw: str, client_key: UUID) -> Visit:
    """Write that the unit went there or called; the same ``client_key`` sent twice is one visit."""
    unit = unit_of(actor, facility)
    check_day(on)
    if not saw.strip():
        raise Refusal("saw_missing", _("Say in a few words what you saw or heard there."))
    with transaction.atomic():
        visit, made = Visit.objects.get_or_create(
            client_key=client_key,
            defaults={
                "facility": facility,
                "unit": unit,
                "on": on,
                "how": how,
                "saw": saw.strip()[:300],
                "by_id": actor.person_id,
            },
        )
        if made:
            _record(actor, "facility_visited", facility, {"how": how})
    return visit


def _record(actor: Actor, verb: str, facility: Facility, params: dict[str, object] | None = None) -> None:
    record(
        actor=actor,
        verb=f"proactive_desks.{verb}",
        object_kind="facility",
        object_key=facility.pk,
        params=params or {},
    )
