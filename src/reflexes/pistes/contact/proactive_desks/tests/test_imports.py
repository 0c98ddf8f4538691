"""A sheet of people to call: everything wrong is named, whoever refused is never written, nothing is merged."""

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core import clock, keyring
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory.factories import make_commune
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.services.oppositions import do_oppose
from reflexes.pistes.contact.proactive_desks import priorities
from reflexes.pistes.contact.proactive_desks.factories import (
    make_call_dataset,
    make_caller,
    make_campaign,
    make_lease,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.models import Batch, BatchProblem, Callee, Campaign
from reflexes.pistes.contact.proactive_desks.services import imports

pytestmark = pytest.mark.django_db
TITLES = "Nom;Prénom;Téléphone;Commune;Âge;Vit seul;Téléphone du proche;Difficulté;Numéro de sécurité sociale"


def sheet(*lines: str) -> bytes:
    return "\n".join([TITLES, *lines]).encode()


def read(campaign: Campaign, *lines: str) -> Batch:
    boss = make_supervisor(campaign)
    return imports.do_read_batch(actor=boss, campaign=campaign, file_name="apa.csv", content=sheet(*lines))


def codes(batch: Batch) -> list[tuple[int, str]]:
    return [(one.row, one.code) for one in BatchProblem.objects.filter(batch=batch)]


def good(number: int, name: str = "Martin", rest: str = "Strasbourg;82;oui;;1;") -> str:
    return f"{name}{number};Jeanne;06 39 98 {number // 100:02d} {number % 100:02d};{rest}"


def test_each_line_that_is_wrong_is_named_and_the_others_are_taken() -> None:
    make_commune()
    campaign = make_campaign(state="draft")
    batch = read(
        campaign,
        good(1),
        ";Paul;06 39 98 00 02;Strasbourg;;;;;",
        "Durand;Paul;12;Strasbourg;;;;;",
        "Petit;Luc;;Strasbourg;;;;;",
        "Roux;Ada;06 39 98 00 05;Lyon;;;;;",
        good(1),
    )
    assert codes(batch) == [
        (0, "column_left_out"),
        (3, "name_missing"),
        (4, "phone_bad"),
        (5, "phone_missing"),
        (6, "elsewhere"),
        (7, "double"),
    ]
    assert (batch.lines, batch.good, batch.bad, batch.doubles, batch.elsewhere) == (6, 1, 3, 1, 1)
    assert Callee.objects.count() == 0, "a dry run writes nobody"
    assert "Martin" not in batch.sealed
    imports.do_take_batch(actor=make_supervisor(campaign), batch=batch)
    assert Callee.objects.count() == 1
    batch.refresh_from_db()
    assert batch.sealed == ""


def test_only_what_a_call_needs_is_kept_and_it_is_sealed() -> None:
    make_commune()
    campaign = make_campaign(state="draft")
    batch = read(campaign, "Martin;Jeanne;06 39 98 00 01;Strasbourg;82;oui;06 39 98 00 09;2;2 44 07 67 000 111")
    imports.do_take_batch(actor=make_supervisor(campaign), batch=batch)
    callee = Callee.objects.get()
    assert keyring.take(campaign.dataset.key).unseal(callee.identity) == {
        "last_name": "Martin",
        "first_name": "Jeanne",
        "phone": "+33639980001",
        "relative_phone": "+33639980009",
    }
    assert (callee.difficulty, callee.reasons, callee.priority) == (2, "alone age_80", 7)
    assert [str(one) for one in priorities.words(callee.reasons)]
    assert callee.commune_id == "67482"


def test_one_landline_for_two_people_keeps_both() -> None:
    make_commune()
    campaign = make_campaign(state="draft")
    two = ("Lefèvre;Jean;06 39 98 00 42;Strasbourg;;;;;", "Lefèvre;Marie;06 39 98 00 42;Strasbourg;;;;;")
    batch = read(campaign, *two)
    assert (batch.good, batch.shared, batch.doubles) == (2, 2, 0)
    imports.do_take_batch(actor=make_supervisor(campaign), batch=batch)
    assert Callee.objects.values("phone_digest").distinct().count() == 1


def test_p12_accept_4_whoever_refused_is_counted_and_never_written() -> None:
    make_commune()
    campaign = make_campaign(state="draft")
    boss = make_supervisor(campaign)
    do_oppose(actor=boss, organisation=campaign.organisation, phone="+33639980001", scope="calls")
    batch = read(campaign, good(1), good(2))
    assert (batch.good, batch.opposed) == (1, 1)
    assert all(row == 0 for row, _code in codes(batch)), "no line number tells who it was"
    do_oppose(actor=boss, organisation=campaign.organisation, phone="+33639980002", scope="calls")
    with pytest.raises(Refusal):
        imports.do_take_batch(actor=boss, batch=batch)
    assert Callee.objects.count() == 0


def test_the_file_of_another_town_is_refused_whole() -> None:
    make_commune()
    campaign = make_campaign(state="draft")
    batch = read(campaign, *(good(number, rest="Marseille;;;;;") for number in range(1, 9)), good(9))
    assert batch.state == "dropped"
    assert (0, "another_town") in codes(batch)
    assert batch.sealed == ""


def test_a_file_without_telephones_says_so() -> None:
    campaign = make_campaign(state="draft")
    boss = make_supervisor(campaign)
    batch = imports.do_read_batch(actor=boss, campaign=campaign, file_name="x.csv", content=b"Nom;Ville\nA;B\n")
    assert (0, "no_phone") in codes(batch)
    assert batch.state == "dropped"
    for junk in (b"", b"\x00\x01\x02", b"PK\x03\x04junk"):
        again = imports.do_read_batch(actor=boss, campaign=campaign, file_name="x.xlsx", content=junk)
        assert again.state == "dropped"


def test_a_sheet_is_taken_once_and_the_same_people_are_not_written_again() -> None:
    make_commune()
    campaign = make_campaign(state="draft")
    boss = make_supervisor(campaign)
    batch = read(campaign, good(1), good(2))
    imports.do_take_batch(actor=boss, batch=batch)
    with pytest.raises(Refusal):
        imports.do_take_batch(actor=boss, batch=batch)
    again = read(campaign, good(1), good(2), good(3))
    assert (again.good, again.doubles) == (1, 2)


def test_a_sheet_is_undone_until_somebody_of_it_is_called() -> None:
    make_commune()
    campaign = make_campaign(state="draft")
    boss, caller = make_supervisor(campaign), make_caller(campaign)
    batch = imports.do_take_batch(actor=boss, batch=read(campaign, good(1), good(2)))
    assert imports.can_undo(batch)
    assert imports.do_undo_batch(actor=boss, batch=batch) == 2
    batch = imports.do_take_batch(actor=boss, batch=read(campaign, good(1), good(2)))
    callee = Callee.objects.first()
    assert callee is not None
    make_lease(callee, Person.objects.get(pk=caller.person_id))
    with pytest.raises(Refusal):
        imports.do_undo_batch(actor=boss, batch=batch)
    assert Callee.objects.count() == 2


def test_p12_accept_1_nobody_is_written_before_the_data_are_open() -> None:
    campaign = make_campaign(state="draft")
    campaign.dataset = make_call_dataset(campaign.organisation, state="draft")
    campaign.save()
    with pytest.raises(Refusal) as refused:
        read(campaign, good(1))
    assert refused.value.code == "dataset_closed"


def test_only_those_in_charge_bring_people_in() -> None:
    campaign = make_campaign(state="draft")
    for stranger in (make_caller(campaign), make_supervisor(make_campaign())):
        with pytest.raises(PermissionDenied):
            imports.do_read_batch(actor=stranger, campaign=campaign, file_name="a.csv", content=sheet(good(1)))


def test_p04_two_sheets_of_different_purposes_cannot_be_joined() -> None:
    make_commune()
    first = make_campaign(state="draft")
    second = make_campaign(first.organisation, state="draft")
    for campaign in (first, second):
        imports.do_take_batch(actor=make_supervisor(campaign), batch=read(campaign, good(1)))
    digests = set(Callee.objects.values_list("phone_digest", flat=True))
    keys = set(Callee.objects.values_list("key", flat=True))
    assert len(digests) == len(keys) == 2


def test_a_sheet_read_and_left_lies_nowhere_once_another_is_read() -> None:
    make_commune()
    campaign = make_campaign(state="draft")
    first = read(campaign, good(1))
    read(campaign, good(2))
    first.refresh_from_db()
    assert (first.state, first.sealed) == ("dropped", "")
    assert clock.now() >= first.read_at
