"""The end really deletes: rows, key and every copy; a record and anonymous figures remain (P04 (5), (6))."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection, models

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox import worker
from reflexes.core.outbox.models import Job, State
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.evidence.factories import Rows, make_dataset, make_holder
from reflexes.mechanisms.evidence.models import Dataset, Destruction
from reflexes.mechanisms.evidence.services import datasets, destruction, holdings, readings
from tests.harness.cast import Town

PHONE = "+33639980001"
WHY = "La campagne est finie."


@pytest.fixture
def over(town: Town, rows: Rows, supervisor: Actor) -> Dataset:
    """A dataset of two people, closed."""
    dataset = make_dataset(town.hall)
    for number in ("1", "2"):
        rows.add(dataset, PHONE[:-1] + number, {"last_name": "Schaal"})
    return datasets.do_close(actor=supervisor, dataset=dataset)


def test_p04_accept_5_rows_die_with_the_campaign_and_only_figures_and_a_record_remain(
    over: Dataset, supervisor: Actor
) -> None:
    assert list(holdings.of_phone(PHONE))
    record = destruction.do_destroy(actor=supervisor, dataset=over, why=WHY)
    over.refresh_from_db()
    assert over.state == Dataset.State.DESTROYED
    assert list(record.remains.values_list("what", "number")) == [("people", 2)]
    assert (record.number, record.why, record.ordered_role) == (1, WHY, roles.SUPERVISOR)
    assert not list(holdings.of_phone(PHONE))
    worker.run_all()
    record.refresh_from_db()
    assert record.key_gone_at is not None
    assert not keyring.holds(over.key)


@pytest.mark.django_db(transaction=True)
def test_the_key_is_burnt_at_once_and_the_job_finds_it_done(over: Dataset, supervisor: Actor) -> None:
    record = destruction.do_destroy(actor=supervisor, dataset=over, why=WHY)
    gone_at = Destruction.objects.get(pk=record.pk).key_gone_at
    assert gone_at is not None
    assert not keyring.holds(over.key)
    worker.run_all()
    assert Destruction.objects.get(pk=record.pk).key_gone_at == gone_at


def test_a_process_killed_after_the_record_loses_nothing_the_worker_burns_the_key(
    over: Dataset, supervisor: Actor
) -> None:
    # Within the test's own transaction nothing runs after the commit: as if the process had died there.
    destruction.do_destroy(actor=supervisor, dataset=over, why=WHY)
    assert keyring.holds(over.key)
    worker.run_all()
    assert not keyring.holds(over.key)
    assert Job.objects.get(kind=destruction.BURN_KEY).state == State.DONE


def test_a_process_killed_before_the_record_destroys_nothing(
    over: Dataset, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: Any, **_fields: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(destruction, "enqueue", dies)
    with pytest.raises(KeyboardInterrupt):
        destruction.do_destroy(actor=supervisor, dataset=over, why=WHY)
    assert Dataset.objects.get(pk=over.pk).state == Dataset.State.CLOSED
    assert keyring.holds(over.key)
    assert not Destruction.objects.exists()


def test_an_open_dataset_is_closed_first_and_one_past_its_end_is_not_waited_for(
    town: Town, rows: Rows, supervisor: Actor
) -> None:
    dataset = make_dataset(town.hall)
    with pytest.raises(Refusal) as refused:
        destruction.do_destroy(actor=supervisor, dataset=dataset, why=WHY)
    assert refused.value.code == "not_over"
    with clock.shifted(timedelta(days=61)):
        assert destruction.do_destroy(actor=supervisor, dataset=dataset, why=WHY).number == 1


def test_it_is_destroyed_once_with_a_reason_and_by_those_who_keep_it(
    over: Dataset, supervisor: Actor, dpo: Actor, partner_host: Any
) -> None:
    with pytest.raises(Refusal) as refused:
        destruction.do_destroy(actor=supervisor, dataset=over, why=" ")
    assert refused.value.code == "reasons_missing"
    for actor in (dpo, actor_for(partner_host), Actor()):
        with pytest.raises(PermissionDenied):
            destruction.do_destroy(actor=actor, dataset=over, why=WHY)
    destruction.do_destroy(actor=supervisor, dataset=over, why=WHY)
    with pytest.raises(Refusal) as again:
        destruction.do_destroy(actor=supervisor, dataset=over, why=WHY)
    assert again.value.conflict


def test_what_a_piste_still_needs_is_not_destroyed(
    over: Dataset, supervisor: Actor, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def needed(_dataset: Dataset) -> dict[str, int]:
        raise Refusal("needs_open", "Trois besoins attendent encore.")

    holdings.register(over.piste, holdings.Keeper(rows.find, needed, {}))
    with pytest.raises(Refusal) as refused:
        destruction.do_destroy(actor=supervisor, dataset=over, why=WHY)
    assert refused.value.code == "needs_open"
    assert Dataset.objects.get(pk=over.pk).state == Dataset.State.CLOSED


def test_records_are_numbered_without_a_hole_and_those_of_an_exercise_take_no_number(
    town: Town, rows: Rows, supervisor: Actor
) -> None:
    exercise = make_exercise()
    sonia = make_person("Sonia", role=roles.SUPERVISOR, organisation=town.hall)
    playing = actor_for(sonia, exercise_id=exercise.pk)
    closed: dict[str, Any] = {"state": Dataset.State.CLOSED}
    played = make_dataset(town.hall, exercise=exercise, **closed)
    numbers = [
        destruction.do_destroy(actor=actor, dataset=dataset, why=WHY).number
        for actor, dataset in (
            (supervisor, make_dataset(town.hall, **closed)),
            (playing, played),
            (supervisor, make_dataset(town.hall, **closed)),
        )
    ]
    assert numbers == [1, None, 2]


@pytest.fixture
def table(transactional_db: None) -> Iterator[str]:
    """The rows of a piste, as they lie in the database and in each of its backups."""
    name = f"kept_{uuid4().hex[:8]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} (dataset integer NOT NULL, sealed text NOT NULL)")
    yield name
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {name}")


def backup_of(table: str, folder: Path) -> list[str]:
    """Back up the database as its owner does, restore the copy elsewhere, and return the sealed texts in it."""
    if connection.vendor == "sqlite":
        copy = folder / "last-night.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        restored = sqlite3.connect(copy)
        try:
            return [row[0] for row in restored.execute(f"SELECT sealed FROM {table} ORDER BY rowid")]
        finally:
            restored.close()
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} (sealed) TO STDOUT") as copied:
        (folder / "last-night.copy").write_bytes(b"".join(bytes(part) for part in copied))
    return (folder / "last-night.copy").read_text().splitlines()


def test_a_backup_made_before_the_destruction_is_unreadable_after_it(table: str, tmp_path: Path, town: Town) -> None:
    dataset = make_dataset(town.hall)
    key = keyring.take(dataset.key)

    def shed(of: Dataset) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE dataset = %s", [of.pk])
            return {"people": cursor.rowcount}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(holdings, "_keepers", {})
        holdings.register(dataset.piste, holdings.Keeper(lambda _of, _phone: [], shed, {}))
        with connection.cursor() as cursor:
            for name in ("Schaal", "Muller"):
                cursor.execute(
                    f"INSERT INTO {table} VALUES (%s, %s)",
                    [dataset.pk, key.seal({"last_name": name, "phone": PHONE})],
                )
        before = backup_of(table, tmp_path)
        assert [readings.unsealed(dataset, sealed)["last_name"] for sealed in before] == ["Schaal", "Muller"]

        keeper = actor_for(make_person("Sonia", role=roles.SUPERVISOR, organisation=town.hall))
        closed = datasets.do_close(actor=keeper, dataset=dataset)
        destruction.do_destroy(actor=keeper, dataset=closed, why=WHY)

    for sealed in before:
        with pytest.raises(Refusal) as refused:
            readings.unsealed(dataset, sealed)
        assert refused.value.code == "key_gone"
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"Schaal" not in kept
    assert PHONE.encode() not in kept


def test_p04_accept_6_the_same_person_in_two_datasets_is_found_by_no_common_value(town: Town) -> None:
    one, other = make_dataset(town.hall), make_dataset(town.hall)
    kept = Rows()
    first, second = (kept.add(dataset, PHONE, {"last_name": "Schaal"}) for dataset in (one, other))
    digests = {keyring.take(dataset.key).digest(PHONE) for dataset in (one, other)}
    assert len(digests) == 2
    assert first.sealed != second.sealed
    assert first.subject != second.subject
    with pytest.raises(keyring.SealBroken):
        keyring.take(other.key).unseal(first.sealed)


def test_p04_accept_6_no_table_joins_two_datasets() -> None:
    """No row points to two datasets, nor to two rows of people of datasets: there is no place for a merged file."""
    of_dataset = {
        model
        for model in apps.get_models()
        if any(field.related_model is Dataset for field in model._meta.get_fields() if _points(field))
    }
    # A pseudonym in a column of its own is what a row about one person of a dataset looks like.
    about_people = {
        model for model in of_dataset if any(isinstance(field, models.UUIDField) for field in model._meta.fields)
    }
    for model in apps.get_models():
        pointed = [field.related_model for field in model._meta.get_fields() if _points(field)]
        assert pointed.count(Dataset) <= 1, model
        for about in about_people:
            assert pointed.count(about) <= 1, model
        assert not any(field.many_to_many and field.related_model in about_people for field in model._meta.get_fields())


def _points(field: Any) -> bool:
    return bool(getattr(field, "concrete", False) and field.related_model)


def test_who_could_read_reads_no_more_once_it_is_destroyed(over: Dataset, supervisor: Actor, caller: Any) -> None:
    make_holder(over, caller)
    held = next(iter(holdings.of_phone(PHONE))).holding
    destruction.do_destroy(actor=supervisor, dataset=over, why=WHY)
    with pytest.raises(PermissionDenied):
        readings.do_reveal(
            actor=actor_for(caller),
            dataset=over,
            subject=held.subject,
            sealed=held.sealed,
            what="identity",
            what_for="calling",
            allowed=True,
        )
    assert over.holders.get().ended_at is not None
