"""Proximity units for tests, in the words of the field: what is not said is sensible."""

from datetime import timedelta
from itertools import count
from typing import Any

from reflexes.core import clock, keyring
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_commune, make_organisation, make_person
from reflexes.mechanisms.directory.models import Organisation, Person
from reflexes.pistes.contact.proactive_desks.models import (
    Callee,
    CentreQuestion,
    DailyReport,
    Doctrine,
    DoctrinePoint,
    EntrustedVisit,
    Facility,
    FieldNeed,
    HumanTask,
    ProximityUnit,
    UnitMember,
    Visit,
)

_numbers = count(1)


def make_doctrine(organisation: Organisation, **fields: Any) -> Doctrine:
    """Return a published version with two fixed points and two margins; ``draft=True`` for one being written."""
    world = {"organisation": organisation, "exercise": fields.get("exercise")}
    last = Doctrine.objects.filter(**world).order_by("-number").values_list("number", flat=True).first()
    values: dict[str, Any] = {
        "number": (last or 0) + 1,
        "priority": "Isoler sans séparer.",
        "published_at": None if fields.pop("draft", False) else clock.now(),
        **world,
        **fields,
    }
    doctrine = Doctrine.objects.create(**values)
    for kind, words in (
        ("fixed", "Personne n’est déplacé sans son accord."),
        ("fixed", "Les dépistages sont décidés par un médecin."),
        ("margin", "Prêter du matériel pour deux semaines."),
        ("margin", "Réserver jusqu’à cinq chambres d’hôtel."),
    ):
        position = doctrine.points.filter(kind=kind).count() + 1
        DoctrinePoint.objects.create(doctrine=doctrine, kind=kind, position=position, words=words)
    return doctrine


def make_outreach(first_name: str = "Naïma", organisation: Organisation | None = None, **fields: Any) -> Person:
    """Return somebody who works in the field, with an account."""
    return make_person(first_name, role=roles.OUTREACH, organisation=organisation, **fields)


def make_proximity_unit(organisation: Organisation | None = None, **fields: Any) -> ProximityUnit:
    """Return a unit at work for ten days, with a lead and a deputy; ``lead=`` and ``deputy=`` to choose them."""
    owner = organisation or make_organisation()
    lead = fields.pop("lead", None) or make_outreach("Lucie", owner)
    deputy = fields.pop("deputy", None) or make_outreach("Denis", owner)
    today = clock.today()
    doctrine = Doctrine.objects.filter(organisation=owner, exercise=fields.get("exercise")).exclude(published_at=None)
    values: dict[str, Any] = {
        "name": f"Secteur {next(_numbers)}",
        "organisation": owner,
        "starts_on": today - timedelta(days=10),
        "ends_on": today + timedelta(days=20),
        **fields,
    }
    if "doctrine" not in values:
        values["doctrine"] = doctrine.order_by("-number").first() or make_doctrine(
            owner, exercise=values.get("exercise")
        )
    unit = ProximityUnit.objects.create(**values)
    unit.communes.add(make_commune())
    for person, place, does in ((lead, "lead", "infirmière"), (deputy, "deputy", "agent de terrain")):
        make_member(unit, person, place=place, does=does)
    return unit


def make_member(unit: ProximityUnit, person: Person | None = None, **fields: Any) -> UnitMember:
    """Return a street worker of the unit."""
    chosen = person or make_outreach(organisation=unit.organisation)
    return UnitMember.objects.create(
        unit=unit, person=chosen, **{"does": "éducateur", "joined_on": unit.starts_on, **fields}
    )


def make_facility(unit: ProximityUnit, **fields: Any) -> Facility:
    """Return a care home that the unit supports."""
    values: dict[str, Any] = {
        "organisation": unit.organisation,
        "name": f"Résidence {next(_numbers)}",
        "kind": "care-home",
        "commune": make_commune(),
        "contact_role": "directrice",
        "contact_phone": "+33639980100",
        "unit": unit,
        "exercise": unit.exercise,
        **fields,
    }
    return Facility.objects.create(**values)


def make_field_need(facility: Facility, **fields: Any) -> FieldNeed:
    """Return beds to move, asked two days ago; ``state="met"`` for one that was."""
    asked = clock.now() - timedelta(days=2)
    values: dict[str, Any] = {
        "facility": facility,
        "unit": facility.unit,
        "kind": "beds",
        "words": "Quatre lits à descendre d’un étage.",
        "urgency": FieldNeed.Urgency.WEEK,
        "opened_at": asked,
        "news_at": asked,
        "exercise": facility.exercise,
        **fields,
    }
    if values.get("state") in {"met", "not_met"}:
        values = {"outcome": "Fait avec les pompiers.", "closed_at": clock.now(), **values}
    return FieldNeed.objects.create(**values)


def make_visit(facility: Facility, **fields: Any) -> Visit:
    """Return a visit of today."""
    return Visit.objects.create(
        facility=facility, **{"unit": facility.unit, "on": clock.today(), "saw": "Tout tient.", **fields}
    )


def make_report(unit: ProximityUnit, **fields: Any) -> DailyReport:
    """Return a report of today, sent; ``sent_at=None`` for one being typed."""
    values: dict[str, Any] = {
        "day": clock.today(),
        "visits": 3,
        "needs_noted": 1,
        "needs_met": 1,
        "arrangements": 0,
        "went_well": "Les lits sont descendus.",
        "sent_at": clock.now(),
        **fields,
    }
    return DailyReport.objects.create(unit=unit, **values)


def make_centre_question(unit: ProximityUnit, **fields: Any) -> CentreQuestion:
    """Return a question asked yesterday, whose answer is owed by now."""
    values: dict[str, Any] = {
        "words": "Qui paie les chambres d’hôtel ?",
        "asked_at": clock.now() - timedelta(days=1),
        "due_at": clock.now() + timedelta(hours=2),
        **fields,
    }
    return CentreQuestion.objects.create(unit=unit, **values)


def make_entrusted_visit(unit: ProximityUnit, callee: Callee, **fields: Any) -> EntrustedVisit:
    """Return a visit asked of ``unit`` for the coming days, as somebody in charge asks it; ``kind=`` for its task."""
    campaign = callee.campaign
    Callee.objects.filter(pk=callee.pk).update(state=Callee.State.HUMAN)
    asked_by = fields.pop("asked_by", None) or make_person(
        "Nadège", role=roles.SUPERVISOR, organisation=campaign.organisation
    )
    kind = fields.pop("kind", HumanTask.Kind.VISIT)
    task, _made = HumanTask.objects.get_or_create(
        campaign=campaign, callee=callee, done_at=None, defaults={"kind": kind, "taken_by": asked_by}
    )
    brief = {"why": fields.pop("why", "Ne répond plus depuis trois jours."), "said": fields.pop("said", "Un chien.")}
    values = {"due_on": clock.today() + timedelta(days=2), **fields}
    sealed = keyring.take(campaign.dataset.key).seal(brief)
    return EntrustedVisit.objects.create(task=task, unit=unit, asked_by=asked_by, brief=sealed, **values)
