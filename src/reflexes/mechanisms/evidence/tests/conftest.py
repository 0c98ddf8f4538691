"""People around datasets: in charge of calls, data-protection officer, caller; a piste that keeps rows in memory."""

from collections.abc import Iterator

import pytest

from reflexes.core import registry
from reflexes.core.acting import Actor
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import Rows
from reflexes.mechanisms.evidence.services import holdings
from tests.harness.cast import Town


@pytest.fixture
def supervisor(town: Town) -> Actor:
    return actor_for(make_person("Sonia", role=roles.SUPERVISOR, organisation=town.hall))


@pytest.fixture
def dpo(town: Town) -> Actor:
    return actor_for(make_person("Denis", role=roles.DPO, organisation=town.hall))


@pytest.fixture
def caller(town: Town) -> Person:
    return make_person("Carole", role=roles.CALLER, organisation=town.hall)


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rows]:
    monkeypatch.setattr(holdings, "_keepers", {})
    kept = Rows()
    kept.register(registry.pistes()[0].slug)
    yield kept
