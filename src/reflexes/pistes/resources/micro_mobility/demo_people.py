"""The demo of papers and departures: a certificate to confirm, one that ended, a coordinator who leaves on a Friday.

Neither certificate is good on a day of the plans: the demo's figures stay those of its sheets.
"""

from datetime import timedelta

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Departure, Handover
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, CertificateClaim, Person, PersonSkill

FRIDAY = 4
NOTE = (
    "La Banque alimentaire préfère qu'on appelle avant 9 heures, jamais le lundi.\n"
    "J'ai promis à Marianne une réponse pour le portail : elle l'attend mercredi.\n"
    "Le cahier des appels est dans le tiroir de gauche."
)


def seed(found: directory_demo.DemoDirectory) -> None:
    """Write two certificates of carers, a handover, and somebody who left."""
    _certificates(found)
    _handover(found)
    _gone(found)


def _certificates(found: directory_demo.DemoDirectory) -> None:
    skill = found.skills["aide-soignant"]
    carers = [person for row, person in found.agents if _could_come(row)][:2]
    if len(carers) < 2:
        return
    new, ended = carers
    held = PersonSkill.objects.create(person=new, skill=skill)
    CertificateClaim.objects.create(
        held=held,
        body="Institut de formation des soignants",
        number="AS-2019-114",
        issued_on=clock.today() - timedelta(days=2600),
        expires_on=clock.today() + timedelta(days=400),
        sent_at=clock.now() - timedelta(days=2),
    )
    PersonSkill.objects.create(
        person=ended,
        skill=skill,
        confirmed_by=found.capacities[ended.pk].organisation,
        confirmer=found.people["K02"],
        confirmed_at=clock.now() - timedelta(days=300),
        certificate_body="Institut de formation des soignants",
        certificate_number="AS-2014-020",
        expires_on=clock.today() - timedelta(days=19),
    )


def _could_come(row: dict[str, str]) -> bool:
    """Tell whether somebody of the nurseries is free on the Thursday morning that asks for a carer."""
    thursday = directory_demo.FIRST_MONDAY + timedelta(days=3)
    return "puériculture" in row["trade"] and f"{thursday}/am" in row["half_days"] and not row["hard_wishes"]


def _handover(found: directory_demo.DemoDirectory) -> None:
    person, successor = found.people["K03"], found.people["K02"]
    capacity = person.capacities.get(role=roles.COORDINATOR)
    today = clock.today()
    last_day = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    Handover.objects.create(capacity=capacity, successor=successor, note=NOTE, changed_at=clock.now())
    Departure.objects.create(
        person=person, capacity=capacity, last_day=last_day, said_by=person, said_at=clock.now() - timedelta(days=6)
    )
    Capacity.objects.filter(pk=capacity.pk).update(ends_on=last_day)


def _gone(found: directory_demo.DemoDirectory) -> None:
    unit = next(unit for code, unit in found.units.items() if code.startswith("S"))
    last_day = clock.today() - timedelta(days=10)
    person = Person.objects.create(
        first_name="Odile", last_name="Kern", phone="03 88 00 00 91", channel=Person.Channel.PHONE
    )
    capacity = Capacity.objects.create(
        person=person, organisation=unit.organisation, unit=unit, role=roles.AGENT, trade="archiviste", ends_on=last_day
    )
    Departure.objects.create(
        person=person,
        capacity=capacity,
        last_day=last_day,
        said_at=clock.now() - timedelta(days=40),
        closed_at=clock.now() - timedelta(days=9),
    )
