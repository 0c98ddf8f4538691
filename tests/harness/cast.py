"""The cast of every test: a member, a partner and a stranger; and the people of one town by their role."""

from dataclasses import dataclass

import pytest
from django.test import Client

from reflexes.core.accounts.models import User
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_account, make_organisation, make_person, make_place, make_unit
from reflexes.mechanisms.directory.models import Organisation, Person, Place, Unit


@dataclass
class Town:
    """One town hall with its services, and one association that is its partner."""

    hall: Organisation
    cell: Unit
    home: Unit
    site: Place
    association: Organisation


def signed_in(person: Person) -> Client:
    """Return a browser in which ``person`` is signed in."""
    client = Client()
    client.force_login(person.user)
    return client


@pytest.fixture
def town(db: None) -> Town:
    """The town hall that everyone of the cast works for, and the association next door."""
    hall = make_organisation("Ville")
    return Town(
        hall=hall,
        cell=make_unit(hall, "Cellule de réaffectation"),
        home=make_unit(hall, "Crèche des Tilleuls"),
        site=make_place(hall, "Épicerie solidaire"),
        association=make_organisation("Les Paniers", kind=Organisation.Kind.ASSOCIATION),
    )


@pytest.fixture
def coordinator(town: Town) -> Person:
    """Keeps the cell."""
    return make_person("Claire", role=roles.COORDINATOR, unit=town.cell)


@pytest.fixture
def host(town: Town) -> Person:
    """Welcomes people in a service of the town."""
    return make_person("Hugo", role=roles.HOST, organisation=town.hall)


@pytest.fixture
def manager(town: Town) -> Person:
    """Leads the service that agents come from."""
    return make_person("Maud", role=roles.MANAGER, unit=town.home)


@pytest.fixture
def agent(town: Town) -> Person:
    """Works in the service of ``manager``."""
    return make_person("Amina", role=roles.AGENT, unit=town.home)


@pytest.fixture
def hr(town: Town) -> Person:
    """Works in human resources: an appraiser, who never reads wishes."""
    return make_person("Hélène", role=roles.HR, organisation=town.hall)


@pytest.fixture
def administrator(town: Town) -> Person:
    """Runs the instance."""
    return make_person("Adam", role=roles.ADMINISTRATOR, organisation=town.hall)


@pytest.fixture
def facilitator(town: Town) -> Person:
    """Keeps the bodies and consultations of the town."""
    return make_person("Fatou", role=roles.FACILITATOR, organisation=town.hall)


@pytest.fixture
def elected(town: Town) -> Person:
    """Owes answers."""
    return make_person("Élise", role=roles.ELECTED, organisation=town.hall)


@pytest.fixture
def resident(town: Town) -> Person:
    """Lives in the town and has an account."""
    return make_person("Rachel", role=roles.RESIDENT, organisation=town.hall)


@pytest.fixture
def partner_host(town: Town) -> Person:
    """Welcomes people in the partner association."""
    return make_person("Paula", role=roles.HOST, organisation=town.association)


@pytest.fixture
def nobody_behind(db: None) -> User:
    """An account that no person of the directory owns."""
    return make_account("account@example.org")


@pytest.fixture
def member(agent: Person) -> Client:
    """The browser of someone who belongs: the agent."""
    return signed_in(agent)


@pytest.fixture
def partner(partner_host: Person) -> Client:
    """The browser of someone of another organisation: the association's host."""
    return signed_in(partner_host)


@pytest.fixture
def stranger(db: None) -> Client:
    """The browser of nobody."""
    return Client()
