"""Units as their tests open them: who is in the field, who is at the centre, and which hour it is."""

from collections.abc import Iterator
from datetime import datetime, time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reflexes.core import clock
from reflexes.mechanisms.crisis.models import Sequence
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks.factories_units import make_outreach, make_proximity_unit
from reflexes.pistes.contact.proactive_desks.models import ProximityUnit
from tests.harness.cast import Town, signed_in


def at(name: str, *args: object) -> str:
    """Return the address of a page about units."""
    return reverse(f"proactive_desks:{name}", args=args)


def hour(hours: int, minutes: int = 0) -> datetime:
    """Return today at a given hour."""
    return timezone.make_aware(datetime.combine(clock.today(), time(hours, minutes)))


@pytest.fixture
def four_o_clock() -> Iterator[None]:
    """It is four in the afternoon: the board is not closed, whenever the tests run."""
    with clock.travelling(hour(16)):
        yield


@pytest.fixture
def lead(town: Town) -> Person:
    """Leads the unit."""
    return make_outreach("Lucie", town.hall, phone="+33639980001")


@pytest.fixture
def unit(town: Town, lead: Person, four_o_clock: None) -> ProximityUnit:
    """A unit of the town, at work."""
    return make_proximity_unit(town.hall, name="Neudorf", lead=lead)


@pytest.fixture
def phone(lead: Person, unit: ProximityUnit) -> Client:
    """The telephone of the lead."""
    return signed_in(lead)


@pytest.fixture
def centre(coordinator: Person) -> Client:
    """The browser of the coordinator."""
    return signed_in(coordinator)


@pytest.fixture
def director(town: Town) -> Person:
    """Directs the town's services."""
    return make_person("Paul", role=roles.DIRECTOR, organisation=town.hall)


@pytest.fixture
def head(director: Person) -> Client:
    """The browser of the director."""
    return signed_in(director)


def make_sequence(level: str, title: str = "Canicule, étape 2") -> Sequence:
    """Put a sequence in force."""
    return Sequence.objects.create(
        number=1, level=level, title=title, changes="…", does_not_change="…", review_on=clock.today()
    )
