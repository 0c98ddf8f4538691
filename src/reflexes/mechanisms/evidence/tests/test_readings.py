"""Each reading has a purpose and is written down; a refused one survives its refusal (P04 (1), (4))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from reflexes.core import clock
from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import actor_for
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import Rows, make_dataset, make_holder
from reflexes.mechanisms.evidence.models import Dataset, Reading
from reflexes.mechanisms.evidence.services import datasets, holdings, readings
from reflexes.mechanisms.evidence.services.holdings import Holding
from tests.harness.cast import Town

PHONE = "+33639980001"


@pytest.fixture
def dataset(town: Town) -> Dataset:
    return make_dataset(town.hall)


@pytest.fixture
def held(dataset: Dataset, rows: Rows) -> Holding:
    return rows.add(dataset, PHONE, {"last_name": "Schaal"})


def reveal(actor: Actor, dataset: Dataset, held: Holding, what_for: str = "calling", **also: object) -> dict[str, str]:
    return readings.do_reveal(
        actor=actor,
        dataset=dataset,
        subject=held.subject,
        sealed=held.sealed,
        what="identity",
        what_for=what_for,
        **also,
    )


def test_p04_accept_1_whoever_is_named_reads_for_their_purpose_and_it_is_written_down(
    dataset: Dataset, held: Holding, caller: Person
) -> None:
    make_holder(dataset, caller)
    facts = reveal(actor_for(caller), dataset, held, through="lease:12")
    assert facts == {"phone": PHONE, "last_name": "Schaal"}
    reading = dataset.readings.get()
    assert (reading.allowed, reading.reader, reading.subject) == (True, caller.key, held.subject)
    assert (reading.role, reading.what_for, reading.through) == ("caller", "calling", "lease:12")


@pytest.mark.django_db(transaction=True)
def test_p04_accept_1_a_reading_outside_its_purpose_is_refused_and_stays_written(
    dataset: Dataset, held: Holding, caller: Person
) -> None:
    make_holder(dataset, caller)
    with pytest.raises(PermissionDenied):
        reveal(actor_for(caller), dataset, held, what_for="canvassing")
    assert dataset.readings.get().allowed is False


@pytest.mark.django_db(transaction=True)
def test_a_refused_reading_is_never_undone_by_the_transaction_around_it(
    dataset: Dataset, held: Holding, caller: Person
) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        reveal(actor_for(caller), dataset, held)


def test_a_partner_and_a_stranger_read_nothing(dataset: Dataset, held: Holding, partner_host: Person) -> None:
    for actor in (actor_for(partner_host), STRANGER):
        with pytest.raises(PermissionDenied):
            reveal(actor, dataset, held)
    assert [one.allowed for one in dataset.readings.order_by("pk")] == [False, False]


def test_a_lease_that_the_piste_checked_lets_read_without_being_named(
    dataset: Dataset, held: Holding, caller: Person
) -> None:
    assert reveal(actor_for(caller), dataset, held, through="lease:12", allowed=True)["last_name"] == "Schaal"
    with pytest.raises(PermissionDenied):
        reveal(actor_for(caller), dataset, held, allowed=False)


def test_past_its_last_day_nobody_reads_not_even_with_a_lease(dataset: Dataset, held: Holding, caller: Person) -> None:
    make_holder(dataset, caller)
    assert dataset.ends_on is not None
    days = dataset.ends_on - clock.today()
    with clock.shifted(days):
        assert reveal(actor_for(caller), dataset, held)
    with clock.shifted(days + timedelta(days=1)), pytest.raises(PermissionDenied):
        reveal(actor_for(caller), dataset, held, allowed=True)


def test_a_closed_dataset_is_read_by_nobody_even_with_an_old_row_in_hand(
    dataset: Dataset, held: Holding, caller: Person, supervisor: Actor
) -> None:
    make_holder(dataset, caller)
    datasets.do_close(actor=supervisor, dataset=dataset)
    with pytest.raises(PermissionDenied):
        reveal(actor_for(caller), dataset, held, allowed=True)


def test_a_real_dataset_is_not_read_from_inside_an_exercise(
    town: Town, dataset: Dataset, held: Holding, caller: Person
) -> None:
    make_holder(dataset, caller)
    exercise = make_exercise()
    with pytest.raises(PermissionDenied):
        reveal(actor_for(caller, exercise_id=exercise.pk), dataset, held)


def test_without_the_folder_of_keys_the_sentence_says_so_and_nothing_is_written_as_read(
    dataset: Dataset, held: Holding, caller: Person
) -> None:
    from reflexes.core import keyring

    keyring.destroy(dataset.key)
    with pytest.raises(Refusal) as refused:
        reveal(actor_for(caller), dataset, held, allowed=True)
    assert refused.value.code == "key_gone"
    assert not Reading.objects.exists()


def test_p04_accept_4_a_person_sees_all_that_is_held_of_them_and_it_is_written_down(
    dataset: Dataset, held: Holding, rows: Rows, caller: Person
) -> None:
    rows.add(dataset, "+33639980002", {"last_name": "Muller"})
    make_holder(dataset, caller)
    reveal(actor_for(caller), dataset, held)
    shown = readings.do_show_own(actor=STRANGER, found=holdings.of_phone(PHONE), through="code")
    assert [facts["last_name"] for _found, facts in shown] == ["Schaal"]
    assert list(readings.of_subjects(dataset, [held.subject]).values_list("role", flat=True)) == ["caller"]
    assert dataset.readings.filter(what_for=holdings.OWN_ACCESS, role=readings.CONCERNED).count() == 1


def test_readings_are_forgotten_after_a_year(dataset: Dataset, held: Holding, caller: Person) -> None:
    reveal(actor_for(caller), dataset, held, allowed=True)
    assert readings.forget() == 0
    with clock.shifted(timedelta(days=366)):
        assert readings.forget() == 1
