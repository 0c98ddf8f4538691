"""The demo territory: real communes (data/territory), invented organisations and people (data/demo)."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from reflexes.core.accounts.models import User
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import (
    Capacity,
    Commune,
    Organisation,
    Person,
    PersonSkill,
    Place,
    Skill,
    Twinning,
    Unit,
)

DATA = Path(__file__).parent / "data"
# The fortnight of the demo sheets begins on this Monday; seeding moves it by whole weeks.
FIRST_MONDAY = date(2026, 11, 23)
ORGANISATIONS = {
    "Ville": ("Ville de Strasbourg (démonstration)", Organisation.Kind.TOWN),
    "Métropole": ("Eurométropole de Strasbourg (démonstration)", Organisation.Kind.INTERCOMMUNALITY),
    "CCAS": ("CCAS (démonstration)", Organisation.Kind.CCAS),
}
STATUSES = {
    "titulaire": Capacity.Status.PERMANENT,
    "contractuel": Capacity.Status.CONTRACT,
    "stagiaire": Capacity.Status.TRAINEE,
    "apprenti": Capacity.Status.APPRENTICE,
}
CHANNELS = {
    "email": Person.Channel.MAIL,
    "sms": Person.Channel.TEXT,
    "phone": Person.Channel.PHONE,
    "print": Person.Channel.PRINT,
}
REGULATED = {"aide-soignant"}
PRIMARY = {"petite-enfance", "hygiene-alimentaire", "collecte"}


@dataclass
class DemoDirectory:
    """What later seeds need to find again: units, people and skills by their code or name in the sheets."""

    units: dict[str, Unit] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    skills: dict[str, Skill] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    by_name: dict[str, Person] = field(default_factory=dict)
    agents: list[tuple[dict[str, str], Person]] = field(default_factory=list)
    capacities: dict[int, Capacity] = field(default_factory=dict)


def sheet(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one demo sheet."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def seed_communes() -> dict[str, Commune]:
    """Write the real communes of the territory, which is one intercommunality."""
    group = json.loads((DATA / "territory" / "source.json").read_text(encoding="utf-8"))["code"]
    for row in sheet("territory/communes"):
        Commune.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "postal_codes": row["postal_codes"].replace("|", ", "),
                "group_code": group,
                "population": int(row["population"]),
                "latitude": float(row["lat"]),
                "longitude": float(row["lon"]),
            },
        )
    return {commune.code: commune for commune in Commune.objects.all()}


def seed() -> DemoDirectory:
    """Write organisations, units, places, skills, people and their capacities. Made for an empty database."""
    communes = seed_communes()
    found = DemoDirectory()
    for row in sheet("demo/skills"):
        found.skills[row["skill"]] = Skill.objects.create(
            slug=row["skill"], label_fr=row["fr"], label_en=row["en"], regulated=row["skill"] in REGULATED
        )
    _seed_units(found, communes)
    _seed_contacts(found)
    _seed_agents(found, communes)
    return found


def _seed_units(found: DemoDirectory, communes: dict[str, Commune]) -> None:
    organisations = {
        code: Organisation.objects.create(name=name, kind=kind) for code, (name, kind) in ORGANISATIONS.items()
    }
    organisations["CCAS"].parent = organisations["Ville"]
    organisations["CCAS"].save()
    rows = list(sheet("demo/units"))
    for row in rows:
        organisation = organisations.get(row["organisation"]) or Organisation.objects.create(
            name=row["name"], kind=Organisation.Kind.ASSOCIATION
        )
        found.units[row["id"]] = found.units[row["name"]] = Unit.objects.create(
            organisation=organisation, name=row["name"], open_to_public=row["state"] != "closed"
        )
        if row["state"] == "host":
            found.places[row["name"]] = Place.objects.create(
                organisation=organisation,
                name=row["name"],
                commune=communes[row["commune_code"]],
                latitude=float(row["lat"]),
                longitude=float(row["lon"]),
            )
    for row in rows:
        if row["state"] != "host" and row["twinned_with"]:
            Twinning.objects.create(home=found.units[row["id"]], host=found.units[row["twinned_with"]])


def _person(row: dict[str, str], commune: Commune | None, **fields: object) -> Person:
    first, _, last = row["name"].partition(" ")
    user = User(email=row["email"] or f"{row['id'].lower()}@demo.example", language="")
    user.set_unusable_password()
    user.save()
    return Person.objects.create(
        user=user,
        first_name=first,
        last_name=last,
        email=row["email"],
        phone=row["phone"],
        sex=row["sex"].lower(),
        commune=commune,
        **fields,
    )


def _seed_contacts(found: DemoDirectory) -> None:
    role_of = {"cell": roles.COORDINATOR, "manager": roles.MANAGER, "mentor": roles.HOST}
    for row in sheet("demo/contacts"):
        person = _person(row, None)
        unit = found.units[row["unit"]]
        Capacity.objects.create(person=person, organisation=unit.organisation, unit=unit, role=role_of[row["role"]])
        found.people[row["id"]] = found.by_name[row["name"]] = person
    _seed_other_roles(found)


def _seed_other_roles(found: DemoDirectory) -> None:
    """Add who reads but does not run the cell: HR, the director, the administrator."""
    town = found.units["C00"].organisation
    others = (
        ("X01", "Nadège Klein", roles.HR),
        ("X02", "Paul Ostermann", roles.DIRECTOR),
        ("X03", "Inès Zimmer", roles.ADMINISTRATOR),
    )
    for code, name, role in others:
        person = _person({"id": code, "name": name, "email": f"{role}@demo.example", "phone": "", "sex": ""}, None)
        Capacity.objects.create(person=person, organisation=town, role=role)
        found.people[code] = found.by_name[name] = person


def _seed_agents(found: DemoDirectory, communes: dict[str, Commune]) -> None:
    for row in sheet("demo/people"):
        person = _person(
            row,
            communes[row["commune_code"]],
            channel=CHANNELS[row["channel"]],
            birth_date=date.fromisoformat(row["birth_date"]),
            latitude=float(row["lat"]),
            longitude=float(row["lon"]),
        )
        unit = found.units[row["unit"]]
        found.capacities[person.pk] = Capacity.objects.create(
            person=person,
            organisation=unit.organisation,
            unit=unit,
            role=roles.AGENT,
            trade=row["trade"],
            category=row["category"],
            status=STATUSES[row["status"]],
        )
        PersonSkill.objects.bulk_create(
            PersonSkill(
                person=person,
                skill=found.skills[slug],
                primary=slug in PRIMARY,
                confirmed_by=unit.organisation if slug in REGULATED else None,
            )
            for slug in row["skills"].split("|")
            if slug
        )
        found.people[row["id"]] = found.by_name[row["name"]] = person
        found.agents.append((row, person))
