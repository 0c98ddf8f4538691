"""No file without its purpose; refusals honoured by every reading; nothing merged, nothing stored (P04 (1), (4)-(7))."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils import translation

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.sheets.reading import read_table
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_capacity, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import Rows, make_dataset, make_export, make_holder
from reflexes.mechanisms.evidence.models import Dataset, Export, Reading
from reflexes.mechanisms.evidence.services import datasets, destruction, exports, holdings, oppositions, readings
from reflexes.mechanisms.journal.models import Entry
from tests.harness.cast import Town

pytestmark = pytest.mark.django_db
PHONE, OTHER = "+33639980001", "+33639980002"


@pytest.fixture
def dataset(town: Town, rows: Rows) -> Dataset:
    kept = make_dataset(town.hall)
    rows.add(kept, PHONE, {"last_name": "Schaal"})
    rows.add(kept, OTHER, {"last_name": "Muller"})
    return kept


@pytest.fixture
def reader(dataset: Dataset, caller: Person) -> Actor:
    make_holder(dataset, caller, "visiting")
    return actor_for(caller)


def whole(**also: Any) -> exports.Asked:
    """Return what a file needs to be asked for."""
    said = exports.Asked(
        what_for="visiting",
        why="Deux agents vont les voir jeudi.",
        facts=("last_name", "commune"),
        group="everybody",
        to_whom="Le CCAS",
        until=clock.today() + timedelta(days=7),
        kind="csv",
    )
    return replace(said, **also)


def taken(actor: Actor, dataset: Dataset, **also: Any) -> tuple[Export, list[list[str]]]:
    """Ask for a file, take it, and return it with its lines."""
    export = exports.do_ask_export(actor=actor, dataset=dataset, asked=whole(**also))
    written = exports.do_take_export(actor=actor, export=export).decode("utf-8-sig")
    export.refresh_from_db()
    return export, [line.split(";") for line in written.splitlines()]


@pytest.mark.parametrize(
    "lacking",
    [
        {"what_for": ""},
        {"what_for": "selling"},
        {"why": " "},
        {"facts": ()},
        {"facts": ("last_name", "secret")},
        {"group": ""},
        {"to_whom": ""},
        {"until": None},
        {"kind": "exe"},
    ],
)
def test_a_file_without_its_purpose_is_refused_in_a_sentence_and_journaled(
    dataset: Dataset, reader: Actor, lacking: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as refused:
        exports.do_ask_export(actor=reader, dataset=dataset, asked=whole(**lacking))
    assert refused.value.code == "incomplete"
    assert not Export.objects.exists()
    entry = exports.refused(dataset).get()
    assert (entry.params["code"], entry.actor_key) == ("incomplete", reader.person_key)
    assert "selling" not in str(entry.params)


def test_the_database_itself_keeps_no_file_without_a_purpose(dataset: Dataset, caller: Person) -> None:
    for empty in ("what_for", "why", "group", "to_whom"):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_export(dataset, caller, **{empty: ""})


def test_only_who_is_named_for_this_purpose_takes_a_file(dataset: Dataset, reader: Actor, supervisor: Actor) -> None:
    for actor, what_for in ((supervisor, "visiting"), (reader, "calling")):
        with pytest.raises(Refusal) as refused:
            exports.do_ask_export(actor=actor, dataset=dataset, asked=whole(what_for=what_for))
        assert refused.value.code == "not_named"
    assert exports.refused(dataset).count() == 2


def test_somebody_named_in_one_role_reads_nothing_in_another(
    town: Town, dataset: Dataset, reader: Actor, caller: Person
) -> None:
    make_capacity(caller, organisation=town.hall, role=roles.AGENT)
    with pytest.raises(Refusal) as refused:
        exports.do_ask_export(actor=replace(reader, role=roles.AGENT), dataset=dataset, asked=whole())
    assert refused.value.code == "not_named"


def test_a_file_says_its_purpose_and_its_end_on_its_first_line_and_holds_only_what_was_ticked(
    dataset: Dataset, reader: Actor
) -> None:
    with translation.override("fr"):
        export, lines = taken(reader, dataset)
    assert dataset.title in lines[0][0]
    assert "aller les voir" in lines[0][0]
    assert "Le CCAS" in lines[0][0]
    assert str(export.until.year) in lines[0][0]
    assert lines[1] == ["nom", "commune"]
    assert sorted(lines[2:]) == [["Muller", "Strasbourg"], ["Schaal", "Strasbourg"]]
    assert PHONE[3:] not in str(lines)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_file_is_the_same_as_an_excel_or_libreoffice_sheet(dataset: Dataset, reader: Actor, kind: str) -> None:
    export = exports.do_ask_export(actor=reader, dataset=dataset, asked=whole(kind=kind))
    written = exports.do_take_export(actor=reader, export=export)
    found = read_table(io.BytesIO(written), name=f"fichier.{kind}")
    assert "Schaal" in str(found)


def test_each_line_of_a_file_is_a_reading_under_a_pseudonym(dataset: Dataset, reader: Actor) -> None:
    export, _lines = taken(reader, dataset)
    read = dataset.readings.order_by("pk")
    assert {(one.reader, one.what, one.what_for, one.through, one.allowed) for one in read} == {
        (reader.person_key, holdings.IN_A_FILE, "visiting", str(export.key), True)
    }
    assert (export.people, read.count()) == (2, 2)


def test_p04_accept_4_a_refusal_is_honoured_by_every_file_and_every_reading(
    dataset: Dataset, reader: Actor, caller: Person, dpo: Actor
) -> None:
    make_holder(dataset, caller, "calling")
    oppositions.do_oppose(actor=dpo, organisation=dataset.controller, phone=PHONE, scope="calls")
    export, lines = taken(reader, dataset)
    assert [line[0] for line in lines[2:]] == ["Muller"]
    assert (export.people, export.left_out) == (1, 1)
    refusing = next(iter(holdings.of_phone(PHONE))).holding
    asked = {"actor": reader, "dataset": dataset, "subject": refusing.subject, "sealed": refusing.sealed}
    for also in ({}, {"allowed": True, "through": "lease:12"}):
        with pytest.raises(Refusal) as refused:
            readings.do_reveal(**asked, what="identity", what_for="calling", **also)
        assert refused.value.code == "opposed"
    assert dataset.readings.filter(subject=refusing.subject, allowed=False).count() == 2
    # What the refusal is not about goes on, and so does everything once it is taken back.
    assert readings.do_reveal(**asked, what="identity", what_for="visiting")["last_name"] == "Schaal"
    oppositions.do_lift(actor=dpo, organisation=dataset.controller, phone=PHONE, scope="calls")
    assert readings.do_reveal(**asked, what="identity", what_for="calling")["last_name"] == "Schaal"


def test_a_refusal_told_to_another_organisation_changes_nothing_here(
    town: Town, dataset: Dataset, reader: Actor, dpo: Actor
) -> None:
    oppositions.do_oppose(actor=dpo, organisation=town.association, phone=PHONE, scope="calls")
    export, _lines = taken(reader, dataset)
    assert export.left_out == 0


@pytest.mark.django_db(transaction=True)
def test_a_right_taken_back_before_the_file_is_taken_is_refused_and_stays_written(
    dataset: Dataset, reader: Actor
) -> None:
    export = exports.do_ask_export(actor=reader, dataset=dataset, asked=whole())
    dataset.holders.update(ended_at=clock.now())
    with pytest.raises(Refusal) as refused:
        exports.do_take_export(actor=reader, export=export)
    assert refused.value.code == "not_named"
    with pytest.raises(PermissionDenied):
        readings.do_read_list(
            actor=reader,
            dataset=dataset,
            held=holdings.lists_of(dataset.piste).rows(dataset, "everybody"),
            what_for="visiting",
            through="file",
        )
    assert dataset.readings.filter(allowed=False).count() == 2
    assert not dataset.readings.filter(allowed=True).exists()


def test_a_file_lives_a_month_at_most_and_never_longer_than_its_data(dataset: Dataset, reader: Actor) -> None:
    for until in (clock.today() - timedelta(days=1), clock.today() + timedelta(days=32)):
        with pytest.raises(Refusal) as refused:
            exports.do_ask_export(actor=reader, dataset=dataset, asked=whole(until=until))
        assert refused.value.code == "until_outside"
    with clock.shifted(timedelta(days=55)), pytest.raises(Refusal):
        exports.do_ask_export(actor=reader, dataset=dataset, asked=whole(until=clock.today() + timedelta(days=7)))


def test_nothing_leaves_data_that_are_over_or_belong_to_another_world(
    dataset: Dataset, reader: Actor, supervisor: Actor
) -> None:
    export = exports.do_ask_export(actor=reader, dataset=dataset, asked=whole())
    datasets.do_close(actor=supervisor, dataset=dataset)
    for act in (
        lambda: exports.do_ask_export(actor=reader, dataset=dataset, asked=whole()),
        lambda: exports.do_take_export(actor=reader, export=export),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "over"
    assert not Reading.objects.exists()


def test_a_file_is_taken_once_by_whoever_asked_for_it(dataset: Dataset, reader: Actor, supervisor: Actor) -> None:
    export = exports.do_ask_export(actor=reader, dataset=dataset, asked=whole())
    with pytest.raises(PermissionDenied):
        exports.do_take_export(actor=supervisor, export=export)
    exports.do_take_export(actor=reader, export=export)
    export.refresh_from_db()
    with pytest.raises(Refusal) as again:
        exports.do_take_export(actor=reader, export=export)
    assert again.value.conflict


def test_silence_about_a_file_is_seen_until_somebody_says_that_it_is_destroyed(
    town: Town, dataset: Dataset, reader: Actor, dpo: Actor
) -> None:
    export, _lines = taken(reader, dataset)
    watched = Dataset.objects.filter(pk=dataset.pk)
    assert not exports.still_out(watched).exists()
    stranger = actor_for(make_person("Dora", role=roles.DPO, organisation=town.association))
    with clock.shifted(timedelta(days=8)):
        assert exports.still_out(watched).get() == export
        assert [weeks for _export, weeks in exports.to_remind()] == [0]
        with pytest.raises(Http404):
            exports.access_export(stranger, export.key)
        with pytest.raises(PermissionDenied):
            exports.do_say_destroyed(actor=stranger, export=export, words="Je le sais.")
        with pytest.raises(Refusal) as refused:
            exports.do_say_destroyed(actor=dpo, export=export)
        assert refused.value.code == "reasons_missing"
        exports.do_say_destroyed(actor=reader, export=export)
        assert not exports.still_out(watched).exists()
        with pytest.raises(Refusal) as again:
            exports.do_say_destroyed(actor=reader, export=export)
        assert again.value.conflict


def test_the_record_of_destruction_counts_the_files_that_nobody_said_to_be_destroyed(
    dataset: Dataset, reader: Actor, supervisor: Actor
) -> None:
    taken(reader, dataset)
    closed = datasets.do_close(actor=supervisor, dataset=dataset)
    record = destruction.do_destroy(actor=supervisor, dataset=closed, why="Finie.")
    figures = dict(record.remains.values_list("what", "number"))
    assert (figures[holdings.FILES], figures[holdings.FILES_OUT]) == (1, 1)


def test_p04_accept_6_two_files_of_different_purposes_share_nothing_and_nothing_is_stored(
    town: Town, dataset: Dataset, rows: Rows, reader: Actor, caller: Person
) -> None:
    other = make_dataset(town.hall, title="Logements accessibles")
    rows.add(other, PHONE, {"last_name": "Schaal"})
    make_holder(other, caller, "calling")
    tables = set(connection.introspection.table_names())
    _export, first = taken(reader, dataset)
    _other, second = taken(reader, other, what_for="calling")
    assert set(connection.introspection.table_names()) == tables
    assert first[0] != second[0]
    # The same person in both: nothing but what was ticked, and no mark by which lines could be joined.
    for line in (*first[2:], *second[2:]):
        assert set(line) <= {"Schaal", "Muller", "Strasbourg"}
    stored = [list(kept.objects.values()) for kept in (Export, Entry, Reading)]
    assert "Schaal" not in str(stored)
    subjects = set(Reading.objects.filter(dataset=dataset).values_list("subject", flat=True))
    assert not subjects & set(Reading.objects.filter(dataset=other).values_list("subject", flat=True))


def test_a_big_file_asks_no_more_of_the_database_than_a_small_one(
    town: Town, rows: Rows, caller: Person, django_assert_max_num_queries: Any
) -> None:
    big = make_dataset(town.hall)
    for number in range(120):
        rows.add(big, f"+3363998{number:04}", {"last_name": "Klein"})
    make_holder(big, caller, "visiting")
    with django_assert_max_num_queries(45):
        export, _lines = taken(actor_for(caller), big)
    assert export.people == 120
