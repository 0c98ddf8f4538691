"""What is known of those who keep and read datasets is given to them, and ends with them."""

from reflexes.mechanisms.directory.factories import actor_for
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence import privacy
from reflexes.mechanisms.evidence.factories import Rows, make_dataset, make_export, make_holder
from reflexes.mechanisms.evidence.models import Export
from reflexes.mechanisms.evidence.services import readings
from tests.harness.cast import Town


def test_a_reader_gets_their_readings_without_whom_they_concerned(town: Town, caller: Person, rows: Rows) -> None:
    dataset = make_dataset(town.hall)
    make_holder(dataset, caller)
    held = rows.add(dataset, "+33639980001", {})
    readings.do_reveal(
        actor=actor_for(caller),
        dataset=dataset,
        subject=held.subject,
        sealed=held.sealed,
        what="identity",
        what_for="calling",
    )
    known = privacy.export(caller.key)
    assert known.keys() == {"datasets_held", "readings"}
    assert str(held.subject) not in str(known)


def test_whoever_took_a_file_is_told_so_and_the_use_stays_after_they_left(town: Town, caller: Person) -> None:
    export = make_export(make_dataset(town.hall), caller)
    assert [one["to_whom"] for one in privacy.export(caller.key)["exports_asked"]] == [export.to_whom]
    privacy.erase(caller.key)
    assert Export.objects.get() == export


def test_somebody_who_leaves_reads_nothing_any_more(town: Town, caller: Person) -> None:
    dataset = make_dataset(town.hall)
    make_holder(dataset, caller)
    privacy.erase(caller.key)
    assert not readings.can_read(actor_for(caller), dataset, "calling")


def test_a_stranger_is_known_of_nothing(town: Town, partner_host: Person) -> None:
    make_dataset(town.hall)
    assert privacy.export(partner_host.key) == {}
