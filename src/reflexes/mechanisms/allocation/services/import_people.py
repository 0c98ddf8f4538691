"""One line of a people sheet, checked against the site and written: person, capacity, skills, offer, wishes."""

from collections.abc import Callable
from datetime import date
from typing import Any

from reflexes.core import clock
from reflexes.core.notifications.recipients import normalised_phone
from reflexes.core.sheets.problems import Level, Problem
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import ChosenKind, FreeHalfDay, Import, ImportLine, Offer, Wish
from reflexes.mechanisms.allocation.services.import_words import (
    CHANNELS,
    SEXES,
    STATUSES,
    Words,
    person_traits,
    said,
)
from reflexes.mechanisms.allocation.sheets.columns import slug
from reflexes.mechanisms.allocation.sheets.rows import Parsed, PersonRow
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, Commune, Person, PersonSkill, Unit

# Wishes that the site keeps in another way, or not at all.
ELSEWHERE = frozenset({"no_date", "only_remote"})
PERSON = ("first_name", "last_name", "email", "phone", "channel", "sex")
OFFER = ("weekly_cap", "max_km", "can_mentor", "active")


def check(parsed: Parsed[PersonRow], words: Words) -> list[Problem]:
    """Return everything the site cannot do with these lines."""
    problems: list[Problem] = []
    for row in parsed.rows:
        problems += _check_line(parsed, row, words)
    return problems


Wrong = Callable[..., None]


def _check_line(parsed: Parsed[PersonRow], row: PersonRow, words: Words) -> list[Problem]:
    found: list[Problem] = []

    def wrong(code: str, key: str, level: Level = Level.ERROR, **params: object) -> None:
        found.append(said(code, parsed.file, row.row, parsed.titles.get(key, key), level, **params))

    for key, skills in (("skills", row.skills), ("certificates", tuple(row.certificates))):
        for skill in skills:
            if skill not in words.skills:
                shown, column = parsed.labels.get(skill, skill), parsed.titles.get(key, key)
                found.append(words.skill_problem(skill, shown, parsed.file, row.row, column))
    for key, wishes in (("hard_wishes", row.hard), ("soft_wishes", row.soft)):
        for kind, value in wishes:
            _check_wish(wrong, key, kind, value, words)
    _check_left_empty(wrong, row, words)
    return found


def _check_wish(wrong: Wrong, key: str, kind: str, value: str, words: Words) -> None:
    """Say a wish the site cannot keep: it is an error, never dropped."""
    if kind in ELSEWHERE:
        wrong("wish_kept_elsewhere", key)
    elif kind == "no_host" and words.host(value) is None:
        wrong("wish_host", key, found=value)
    elif kind in {"no_kind", "only_kind"}:
        for one in value.split("|"):
            if one not in words.kinds:
                wrong("kind_unknown", key, found=one, kinds=", ".join(sorted(set(words.kinds.values()))))
        if kind == "only_kind" and len(value.split("|")) > limits.KINDS_CHOSEN:
            wrong("too_many_kinds", key, most=limits.KINDS_CHOSEN)


def _check_left_empty(wrong: Wrong, row: PersonRow, words: Words) -> None:
    """Warn of what is not understood and left as it is."""
    commune = row.commune or row.commune_code
    plane = bool(row.position and not row.position.degrees)
    lost = (
        ("unit_unknown", "unit", row.unit, words.host(row.unit) is not None),
        ("commune_unknown", "commune", commune, commune_of(row, words) is not None),
        ("plane", "x_km", "x_km" if plane else "", False),
        ("status_unknown", "status", row.status, normalised(row.status) in STATUSES),
        ("category_unknown", "category", row.category, row.category.upper() in Capacity.Category.values),
        ("channel_unknown", "channel", row.channel, normalised(row.channel) in CHANNELS),
    )
    for code, key, written, understood in lost:
        if written and not understood:
            wrong(code, key, Level.WARNING, found=written)


def commune_of(row: Any, words: Words) -> Commune | None:
    """Return the commune a line names, by its code first."""
    return words.communes.get(row.commune_code) or words.communes.get(normalised(row.commune))


def known(row: PersonRow, words: Words) -> int | None:
    """Return the person a line is about when the site already knows them."""
    if row.id in words.keys:
        return words.keys[row.id]
    found = {pk for trait in person_traits(row.name, row.email, row.birth_date) for pk in words.people.get(trait, [])}
    return found.pop() if len(found) == 1 else None


def write(imported: Import, row: PersonRow, words: Words) -> ImportLine:
    """Write one line: the person is made or changed, their offer too; what was there before is kept beside."""
    pk = known(row, words)
    person = Person.objects.filter(pk=pk, erased_at=None).first() if pk else None
    made = person is None
    person = person or Person(created_at=clock.now())
    before: dict[str, Any] = {} if made else {name: getattr(person, name) for name in PERSON}
    for name, value in _person_fields(row, words).items():
        setattr(person, name, value)
    person.save()
    capacity = _capacity(imported, row, person, words)
    offer = Offer.objects.filter(person=person).first()
    if offer is not None:
        before |= {name: getattr(offer, name) for name in OFFER}
    offer = offer or Offer(person=person, capacity=capacity, came_forward_at=clock.now())
    for name, value in _offer_fields(row).items():
        setattr(offer, name, value)
    offer.save()
    after = {name: getattr(person, name) for name in PERSON} | {name: getattr(offer, name) for name in OFFER}
    after["half_days"] = _free(offer, row)
    after["wishes"] = _wishes(offer, row, words)
    after["skills"] = _skills(imported, person, row, words)
    words.keys[row.id] = person.pk
    return ImportLine(
        imported=imported, row=row.row, key=row.id[:200], person=person, made=made, before=before, after=after
    )


def undo(line: ImportLine) -> bool:
    """Take one line back; tell whether all of it could be. Somebody who has an account or a mission stays."""
    person = line.person
    if person is None:
        return True
    # Somebody erased since: how they were before is forgotten, and stays so.
    if person.erased_at is not None or not (line.made or line.before):
        return False
    offer = Offer.objects.filter(person=person).first()
    if line.made:
        if person.user_id is None and not person.assignments.exists() and not _used(person):
            person.delete()
            return True
        return False
    changed = {name: line.before[name] for name in PERSON if getattr(person, name) == line.after.get(name)}
    for name, value in changed.items():
        setattr(person, name, value)
    person.save()
    if offer is not None:
        offer.half_days.filter(pk__in=line.after.get("half_days", [])).delete()
        offer.wishes.filter(pk__in=line.after.get("wishes", [])).delete()
        person.skills.filter(pk__in=line.after.get("skills", [])).delete()
        if "weekly_cap" in line.before:
            for name in OFFER:
                if getattr(offer, name) == line.after.get(name):
                    setattr(offer, name, line.before[name])
            offer.save()
        elif not person.assignments.exists():
            offer.delete()
    return len(changed) == len(PERSON)


def _used(person: Person) -> bool:
    return (
        person.mentored_needs.exists()
        or person.contact_needs.exists()
        or person.import_lines.filter(undone=False).count() > 1
    )


def _person_fields(row: PersonRow, words: Words) -> dict[str, Any]:
    """Return the columns a line fills in; an empty cell changes nothing."""
    first, _space, last = row.name.partition(" ")
    fields: dict[str, Any] = {"first_name": first[:80], "last_name": last[:80]}
    commune = commune_of(row, words)
    if commune is not None:
        fields |= {"commune": commune, "latitude": commune.latitude, "longitude": commune.longitude}
    if row.position and row.position.degrees:
        fields |= {"latitude": row.position.first, "longitude": row.position.second}
    if row.email:
        fields["email"] = row.email[:254]
    if row.phone:
        fields["phone"] = normalised_phone(row.phone) or row.phone[:30]
    if normalised(row.channel) in CHANNELS:
        fields["channel"] = CHANNELS[normalised(row.channel)].value
    if normalised(row.sex) in SEXES:
        fields["sex"] = SEXES[normalised(row.sex)]
    if row.birth_date:
        fields["birth_date"] = row.birth_date
    return fields


def _capacity(imported: Import, row: PersonRow, person: Person, words: Words) -> Capacity:
    where = words.host(row.unit) if row.unit else None
    if row.unit and where is None:
        unit = Unit.objects.create(organisation_id=imported.organisation_id, name=row.unit[:160])
        words.units[slug(row.unit)] = unit
        where = (imported.organisation, unit)
    organisation, unit = where or (imported.organisation, None)
    fields = {"unit": unit, "trade": row.trade[:120]} if unit else {"trade": row.trade[:120]}
    if normalised(row.status) in STATUSES:
        fields["status"] = STATUSES[normalised(row.status)].value
    if row.category.upper() in Capacity.Category.values:
        fields["category"] = row.category.upper()
    capacity, _made = Capacity.objects.update_or_create(
        person=person, organisation=organisation, role=roles.AGENT, defaults={k: v for k, v in fields.items() if v}
    )
    return capacity


def _offer_fields(row: PersonRow) -> dict[str, Any]:
    near = [float(value) for kind, value in (*row.hard, *row.soft) if kind == "near_home"]
    limits_km = [km for km in (row.max_km, *near) if km]
    return {
        # A week of none is a pause: the offer stays and nobody asks.
        "weekly_cap": max(row.cap, 1),
        "active": row.cap > 0,
        "max_km": min(limits_km) if limits_km else None,
        "can_mentor": row.mentor,
    }


def _free(offer: Offer, row: PersonRow) -> list[int]:
    """Add the half-days to come; return those that were not there."""
    today = clock.today()
    wanted = {(date.fromisoformat(key[:10]), key[11:]) for key in row.half_days}
    there = set(offer.half_days.values_list("day", "half"))
    new = [FreeHalfDay(offer=offer, day=day, half=half) for day, half in sorted(wanted - there) if day >= today]
    return [one.pk for one in FreeHalfDay.objects.bulk_create(new)]


def _wishes(offer: Offer, row: PersonRow, words: Words) -> list[int]:
    """Add the wishes; return those that were not there. A limit already said is never made softer."""
    added = []
    for wishes, hard in ((row.hard, True), (row.soft, False)):
        for kind, value in wishes:
            if kind == "only_kind":
                chosen = [ChosenKind(offer=offer, kind=words.kinds[one]) for one in value.split("|")]
                ChosenKind.objects.bulk_create(chosen, ignore_conflicts=True)
            elif kind != "near_home":
                added += _wish(offer, *_kept_as(kind, value, words), hard)
    return added


def _kept_as(kind: str, value: str, words: Words) -> tuple[str, str]:
    """Return how the site keeps a wish of the sheet."""
    if kind == "no_kind":
        return kind, words.kinds[value]
    if kind == "no_host":
        host = words.host(value)
        return kind, str(host[0].pk) if host else value
    if kind == "prefers_half":
        return "no_half", "pm" if value == "am" else "am"
    return kind, value


def _wish(offer: Offer, kind: str, value: str, hard: bool) -> list[int]:
    wish, made = Wish.objects.get_or_create(offer=offer, kind=kind, value=value, defaults={"hard": hard})
    if hard and not wish.hard:
        Wish.objects.filter(pk=wish.pk).update(hard=True)
    return [wish.pk] if made else []


def _skills(imported: Import, person: Person, row: PersonRow, words: Words) -> list[int]:
    """Add the skills; those given with a certificate are confirmed by the organisation that gives the sheet."""
    added = []
    for name in dict.fromkeys((*row.skills, *row.certificates)):
        skill = words.skills[name]
        proof: dict[str, Any] = {}
        if name in row.certificates:
            end = row.certificates[name]
            proof = {"confirmed_by": imported.organisation, "expires_on": None if end.year == 9999 else end}
        held, made = PersonSkill.objects.get_or_create(person=person, skill=skill, defaults=proof)
        if made:
            added.append(held.pk)
        elif proof:
            PersonSkill.objects.filter(pk=held.pk).update(**proof)
    return added
