"""The chain: what it proves, and that nothing can be changed quietly."""

import pytest
from django.db import connection, transaction

from reflexes.core.acting import SYSTEM
from reflexes.mechanisms.journal.models import AppendOnly, Entry, Head, Seal
from reflexes.mechanisms.journal.services import record, seal, told, verify

pytestmark = pytest.mark.django_db(transaction=True)


def write(count: int) -> None:
    for number in range(count):
        record(
            actor=SYSTEM,
            verb="crisis.sequence_opened",
            object_kind="sequence",
            object_key=number,
            params={"number": number},
        )


def change(sql: str, *values: object) -> None:
    """Do what somebody with the database's password could do."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_every_act_is_sealed_as_soon_as_it_is_committed() -> None:
    write(3)
    found = verify()
    assert (found.ok, found.sealed, found.unsealed) == (True, 3, 0)


def test_an_act_that_is_rolled_back_leaves_no_line() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(1)
        raise ZeroDivisionError
    assert Entry.objects.count() == 0
    assert verify().sealed == 0


def test_several_acts_of_one_transaction_are_sealed_once_and_in_order() -> None:
    with transaction.atomic():
        write(5)
    assert list(Seal.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert verify().ok


def test_a_changed_line_is_found() -> None:
    write(4)
    entry = Entry.objects.order_by("pk")[1]
    change("UPDATE journal_entry SET reason = 'nothing to see' WHERE id = %s", entry.pk)
    assert verify().problems == [(2, "changed")]


def test_a_removed_line_is_found() -> None:
    write(4)
    one = Seal.objects.get(number=3)
    change("DELETE FROM journal_seal WHERE number = 3")
    change("DELETE FROM journal_entry WHERE id = %s", one.entry_id)
    codes = [code for _number, code in verify().problems]
    assert codes[0] == "missing"


def test_lines_cut_off_at_the_end_are_found() -> None:
    write(4)
    one = Seal.objects.get(number=4)
    change("DELETE FROM journal_seal WHERE number = 4")
    change("DELETE FROM journal_entry WHERE id = %s", one.entry_id)
    assert verify().problems == [(4, "cut_short")]


def test_a_line_slipped_in_between_is_found() -> None:
    write(2)
    forged = Entry.objects.create(verb="crisis.sequence_opened", object_kind="sequence", object_key="9")
    Seal.objects.create(number=3, entry=forged, previous="0" * 64, digest="f" * 64)
    assert (3, "out_of_order") in verify().problems


def test_what_a_killed_process_left_unsealed_is_sealed_later() -> None:
    Entry.objects.create(verb="crisis.sequence_opened", object_kind="sequence", object_key="1")
    assert verify().unsealed == 1
    assert seal() == 1
    assert seal() == 0
    assert verify().ok
    assert Head.objects.get().number == 1


def test_the_journal_refuses_to_be_changed_or_emptied() -> None:
    write(1)
    entry = Entry.objects.get()
    for attempt in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(reason="x")):
        with pytest.raises(AppendOnly):
            attempt()


def test_an_entry_reads_as_a_sentence_even_when_a_fact_is_missing() -> None:
    write(1)
    ((_entry, sentence),) = told(Entry.objects.order_by("pk"))
    assert "0" in sentence
    assert "–" in sentence
