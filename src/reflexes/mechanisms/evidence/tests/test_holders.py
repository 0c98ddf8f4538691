"""Who may read is named: a person, in a role they hold, for a purpose of the piste, with a reason, until a day."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import Rows, make_dataset, make_holder
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.mechanisms.evidence.services import holders, readings
from tests.harness.cast import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(town: Town, rows: Rows) -> Dataset:
    return make_dataset(town.hall)


def named(actor: Actor, dataset: Dataset, person: Person, **also: Any) -> Any:
    said = {
        "role": roles.CALLER,
        "what_for": "calling",
        "why": "Elle appelle le mardi.",
        "until": clock.today(),
        **also,
    }
    return holders.do_name_holder(actor=actor, dataset=dataset, person=person, **said)


def test_somebody_is_named_named_again_until_later_then_stopped(
    dataset: Dataset, supervisor: Actor, caller: Person
) -> None:
    named(supervisor, dataset, caller)
    again = named(supervisor, dataset, caller, until=dataset.ends_on, why="Elle remplace Karim.")
    assert dataset.holders.get() == again
    assert readings.can_read(actor_for(caller), dataset, "calling")
    assert not readings.can_read(actor_for(caller), dataset, "visiting")
    holders.do_end_holder(actor=supervisor, holder=again)
    assert not readings.can_read(actor_for(caller), dataset, "calling")


def test_nobody_is_named_without_role_purpose_reason_or_beyond_the_last_day(
    town: Town, dataset: Dataset, supervisor: Actor, caller: Person
) -> None:
    assert dataset.ends_on is not None
    for code, also in (
        ("until_outside", {"until": dataset.ends_on + timedelta(days=1)}),
        ("until_outside", {"until": clock.today() - timedelta(days=1)}),
        ("purpose_missing", {"what_for": "selling"}),
        ("reasons_missing", {"why": " "}),
        ("person_elsewhere", {"role": roles.DIRECTOR}),
    ):
        with pytest.raises(Refusal) as refused:
            named(supervisor, dataset, caller, **also)
        assert refused.value.code == code
    elsewhere = make_person("Dora", role=roles.CALLER, organisation=town.association)
    with pytest.raises(Refusal) as refused:
        named(supervisor, dataset, elsewhere)
    assert refused.value.code == "person_elsewhere"
    assert not dataset.holders.exists()


def test_the_officer_a_caller_and_another_organisation_name_nobody(
    town: Town, dataset: Dataset, dpo: Actor, caller: Person
) -> None:
    elsewhere = actor_for(make_person("Sami", role=roles.SUPERVISOR, organisation=town.association))
    for actor in (dpo, actor_for(caller), elsewhere):
        with pytest.raises(PermissionDenied):
            named(actor, dataset, caller)


def test_a_name_is_found_in_the_organisation_that_answers_and_nowhere_else(
    town: Town, dataset: Dataset, supervisor: Actor, caller: Person
) -> None:
    make_person("Carole", role=roles.CALLER, organisation=town.association)
    assert list(holders.people_to_name(supervisor, dataset, "carole")) == [caller]
    assert not holders.people_to_name(supervisor, dataset, "c")
    make_holder(dataset, caller)
    assert holders.roles_of(dataset, caller) == [roles.CALLER]
