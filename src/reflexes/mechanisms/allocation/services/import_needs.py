"""The lines of a needs sheet, gathered by need, checked against the site and written as drafts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.sheets.problems import Level, Problem
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.models import Import, ImportLine, Need, Slot
from reflexes.mechanisms.allocation.services.import_people import commune_of
from reflexes.mechanisms.allocation.services.import_words import Words, said
from reflexes.mechanisms.allocation.services.needs import (
    Asked,
    do_change_need,
    do_open_need,
    do_state_need,
    missing,
)
from reflexes.mechanisms.allocation.sheets.columns import slug
from reflexes.mechanisms.allocation.sheets.rows import NeedRow, Parsed
from reflexes.mechanisms.allocation.states import NeedState
from reflexes.mechanisms.directory.models import Person, Place

TEXTS = ("tasks", "constraints", "provided", "criteria")
SAME = ("host", "kind", "place", "commune", "host_mentor", "second_contact", "min_age", "newcomers_per_mentor")
Group = list[NeedRow]


def gathered(rows: Iterable[NeedRow]) -> list[Group]:
    """Return the lines of each need together, in the order of the sheet."""
    groups: dict[str, Group] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return list(groups.values())


def key_of(row: NeedRow) -> str:
    """Return the identifier of the need a line belongs to."""
    return row.need or row.id


def check(parsed: Parsed[NeedRow], words: Words) -> list[Problem]:
    """Return everything the site cannot do with these lines."""
    problems: list[Problem] = []
    for group in gathered(parsed.rows):
        problems += _check_need(parsed, group[0], words)
        for row in group:
            if row.skill and row.skill not in words.skills:
                column = parsed.titles.get("skill", "skill")
                shown = parsed.labels.get(row.skill, row.skill)
                problems.append(words.skill_problem(row.skill, shown, parsed.file, row.row, column))
            for name in SAME:
                if getattr(row, name) != getattr(group[0], name):
                    column = parsed.titles.get(name, name)
                    found = getattr(row, name)
                    problems.append(said("differs", parsed.file, row.row, column, found="" if found is None else found))
    return problems


def _check_need(parsed: Parsed[NeedRow], row: NeedRow, words: Words) -> list[Problem]:
    found = []

    def wrong(code: str, key: str, level: Level = Level.ERROR, **params: object) -> None:
        found.append(said(code, parsed.file, row.row, parsed.titles.get(key, key), level, **params))

    if not row.host:
        wrong("host_missing", "host")
    elif words.host(row.host) is None:
        wrong("host_unknown", "host", found=row.host)
    if row.kind not in words.kinds:
        wrong("kind_unknown", "kind", found=row.kind, kinds=", ".join(sorted(set(words.kinds.values()))))
    if row.certificates:
        wrong("certificates_elsewhere", "certificates")
    host = words.host(row.host)
    if host and not row.remote and _site(host[0].pk, host[1].name if host[1] else "", row, words) is None:
        wrong("place_unknown", "place", Level.WARNING)
    for key, name in (("host_mentor", row.host_mentor), ("second_contact", row.second_contact)):
        if name and words.named(name) is None:
            wrong("person_unknown", key, Level.WARNING, found=name)
    return found


def _site(organisation_id: int, unit: str, row: NeedRow, words: Words) -> "Place | str | None":
    """Return the site of a line: one the host has, or the name of one to make in a commune known."""
    for name in (row.place, unit, row.host):
        known = words.places.get((organisation_id, slug(name))) if name else None
        if known is not None:
            return known
    named_commune = words.communes.get(normalised(row.place))
    if commune_of(row, words) or named_commune:
        return row.host if named_commune or not row.place else row.place
    return None


def known(group: Group, words: Words) -> int | None:
    """Return the need that these lines were before, when they were imported already."""
    return words.keys.get(key_of(group[0]))


def write(imported: Import, group: Group, words: Words, actor: Actor) -> ImportLine:
    """Write one need with its half-days: a new draft, or the need these lines were before."""
    pk = known(group, words)
    need = Need.objects.filter(pk=pk).exclude(state=NeedState.CLOSED).first() if pk else None
    fields = _fields(imported, group[0], words)
    slots = _asked(group, words)
    if need is None:
        need = do_state_need(actor=actor, piste=imported.piste, fields=fields, slots=slots)
        made, before = True, {}
    else:
        made, before = False, said_by(need)
        fields.pop("organisation")
        need = do_change_need(actor=actor, need=need, version=need.version, fields=fields, slots=slots)
    after = said_by(need)
    if imported.open_complete and need.state == NeedState.DRAFT and not missing(need):
        do_open_need(actor=actor, need=need)
    words.keys[key_of(group[0])] = need.pk
    return ImportLine(
        imported=imported,
        row=group[0].row,
        key=key_of(group[0])[:200],
        need=need,
        made=made,
        before=before,
        after=after,
    )


def undo(line: ImportLine, actor: Actor) -> bool:
    """Take one need back; tell whether it could be. One that people were asked for, or changed since, stays."""
    need = line.need
    if need is None:
        return True
    if Slot.objects.filter(need=need, assignments__isnull=False).exists() or said_by(need) != line.after:
        return False
    if line.made:
        need.delete()
        return True
    before = dict(line.before)
    slots = [
        Asked(date.fromisoformat(day), half, count, skill, team, mentor)
        for day, half, count, skill, team, mentor in before.pop("slots")
    ]
    returns_on = before.pop("returns_on")
    fields = {**before, "returns_on": date.fromisoformat(returns_on) if returns_on else None}
    try:
        do_change_need(
            actor=actor,
            need=need,
            version=need.version,
            fields={_column(name): value for name, value in fields.items()},
            slots=slots,
        )
    except Refusal:
        return False
    return True


RELATED = {"place_id": "place", "mentor_id": "mentor", "contact_id": "contact", "unit_id": "unit"}


def _column(name: str) -> str:
    return RELATED.get(name, name)


def said_by(need: Need) -> dict[str, Any]:
    """Return what a need says, as plain data."""
    names = ("kind", "title", "priority", "remote", "minimum_age", "newcomers_per_mentor", *TEXTS, *RELATED)
    slots = need.slots.order_by("day", "half", "skill_id").values_list(
        "day", "half", "headcount", "skill_id", "minimum_team", "mentor_required"
    )
    return {
        **{name: getattr(need, name) for name in names},
        "returns_on": need.returns_on.isoformat() if need.returns_on else None,
        "slots": [[day.isoformat(), *rest] for day, *rest in slots],
    }


def _fields(imported: Import, row: NeedRow, words: Words) -> dict[str, Any]:
    host = words.host(row.host)
    if host is None:
        raise ValueError(f"row {row.row}: the check let an unknown host through")
    organisation, unit = host
    fields: dict[str, Any] = {
        "organisation": organisation.pk,
        "unit": unit,
        "kind": words.kinds[row.kind],
        "title": row.title.split(", ", 1)[0][:120] if len(row.title) > 120 else row.title,
        "priority": row.priority,
        "remote": row.remote,
    }
    fields |= {name: getattr(row, name) for name in TEXTS if getattr(row, name)}
    fields.setdefault("criteria", imported.criteria)
    if row.min_age:
        fields["minimum_age"] = row.min_age
    if row.newcomers_per_mentor:
        fields["newcomers_per_mentor"] = row.newcomers_per_mentor
    if row.return_date:
        fields["returns_on"] = row.return_date
    for column, name in (("mentor_id", row.host_mentor), ("contact_id", row.second_contact)):
        person_id = words.named(name) if name else None
        if person_id is not None:
            fields[RELATED[column]] = Person.objects.get(pk=person_id)
    if not row.remote:
        place = _place(organisation.pk, unit.name if unit else "", row, words)
        if place is not None:
            fields["place"] = place
    return fields


def _place(organisation_id: int, unit: str, row: NeedRow, words: Words) -> Place | None:
    found = _site(organisation_id, unit, row, words)
    if not isinstance(found, str):
        return found
    commune = commune_of(row, words) or words.communes[normalised(row.place)]
    exact = row.position if row.position and row.position.degrees else None
    place = Place.objects.create(
        organisation_id=organisation_id,
        name=found[:160],
        commune=commune,
        latitude=exact.first if exact else commune.latitude,
        longitude=exact.second if exact else commune.longitude,
    )
    words.places[organisation_id, slug(found)] = place
    return place


def _asked(group: Group, words: Words) -> list[Asked]:
    """Return the half-days; two lines for the same half-day and skill add up."""
    found: dict[tuple[str, int | None], Asked] = {}
    for row in group:
        skill_id = words.skills[row.skill].pk if row.skill else None
        for key in row.half_days:
            already = found.get((key, skill_id))
            count = row.headcount + (already.headcount if already else 0)
            found[key, skill_id] = Asked(
                day=date.fromisoformat(key[:10]),
                half=key[11:],
                headcount=min(count, 200),
                skill_id=skill_id,
                minimum_team=max(row.min_team, already.minimum_team if already else 0),
                mentor_required=row.mentor_required or bool(already and already.mentor_required),
            )
    return list(found.values())
