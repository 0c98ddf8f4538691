"""The people and the rows around these screens: a piste that keeps rows in memory, and who watches over them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client

from reflexes.core import registry
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import Rows, make_dataset
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import holdings
from reflexes.mechanisms.evidence.services.holdings import Holding
from tests.harness.cast import Town, signed_in

PHONE, OTHER = "+33639980001", "+33639980002"
ASK = "/ce-que-l-on-sait-de-moi/"
SHEET = f"{ASK}fiche/"
REGISTER = "/registre-des-donnees/"
DESK = "/donnees/"


@dataclass
class Desk:
    """One open dataset that holds one person, and those who watch over it."""

    town: Town
    rows: Rows
    dataset: Dataset
    held: Holding
    keeper: Person
    dpo: Person

    @property
    def keeps(self) -> Client:
        """Return the browser of whoever is in charge of calls."""
        return signed_in(self.keeper)

    @property
    def judges(self) -> Client:
        """Return the browser of the data-protection officer."""
        return signed_in(self.dpo)

    def at(self, name: str = "", dataset: Dataset | None = None) -> str:
        """Return the address of a page of one dataset."""
        return f"{DESK}fiche/{(dataset or self.dataset).slug}/{name}"


@pytest.fixture
def desk(town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(holdings, "_keepers", {})
    rows = Rows()
    rows.register(registry.pistes()[0].slug)
    keeper = make_person("Sonia", role=roles.SUPERVISOR, organisation=town.hall)
    dataset = make_dataset(town.hall, owner=keeper)
    held = rows.add(dataset, PHONE, {"last_name": "Schaal"})
    dpo = make_person("Denis", role=roles.DPO, organisation=town.hall)
    yield Desk(town, rows, dataset, held, keeper, dpo)


def code_sent() -> str:
    """Return the code of the last text message."""
    body = Message.objects.order_by("-pk")[0].body
    found = re.search(r"\b(\d{6})\b", body)
    assert found is not None
    return found.group(1)


def opened(client: Client, phone: str = "06 39 98 00 01") -> Client:
    """Prove a telephone by its code, in a browser without account."""
    client.post(ASK, {"phone": phone})
    answer = client.post(f"{ASK}code/", {"code": code_sent()})
    assert answer.status_code == 302, answer.content.decode()
    return client
