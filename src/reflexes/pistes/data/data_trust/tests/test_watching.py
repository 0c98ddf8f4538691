"""Who watches over datasets sees what waits, judges, closes and destroys; nobody else does (P04, P12 (1))."""

from datetime import timedelta

import pytest
from django.test import Client

from reflexes.core import clock
from reflexes.core.outbox import worker
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.factories import make_dataset, make_holder
from reflexes.mechanisms.evidence.models import Dataset, Reading
from reflexes.pistes.data.data_trust.tests.desk import DESK, Desk, desk
from tests.harness.cast import signed_in
from tests.harness.counting import ConstantQueries

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def draft(desk: Desk) -> Dataset:
    return make_dataset(desk.town.hall, state="draft", title="Appels de septembre", owner=desk.keeper)


def test_what_waits_is_on_the_first_page_with_who_can_end_it(desk: Desk, draft: Dataset) -> None:
    page = desk.judges.get(DESK).content.decode()
    assert draft.title in page
    assert "Un avis est attendu" in page
    with clock.shifted(timedelta(days=56)):
        assert "Leur dernier jour arrive" in desk.judges.get(DESK).content.decode()
    with clock.shifted(timedelta(days=61)):
        assert "détruisez" in desk.keeps.get(DESK).content.decode()


def test_an_opinion_is_given_by_the_data_protection_officer_alone(desk: Desk, draft: Dataset) -> None:
    address = desk.at("avis/", draft)
    said = {"says": "against", "words": "Trop de faits."}
    assert desk.keeps.get(address).status_code == 403
    assert desk.keeps.post(address, said).status_code == 403
    assert desk.judges.post(address, {"says": "against", "words": ""}).status_code == 422
    assert desk.judges.post(address, said).status_code == 302
    assert draft.opinions.get().words == "Trop de faits."
    assert "Trop de faits." in desk.keeps.get(desk.at(dataset=draft)).content.decode()


def test_the_data_protection_officer_does_not_judge_their_own_dataset(desk: Desk) -> None:
    own = make_dataset(desk.town.hall, state="draft", owner=desk.dpo)
    assert desk.judges.post(desk.at("avis/", own), {"says": "favourable", "words": "Bien."}).status_code == 403


def test_the_data_protection_officer_prolongs_and_everybody_reads_why(desk: Desk, stranger: Client) -> None:
    address = desk.at("prolonger/")
    until = clock.today() + timedelta(days=80)
    asked = {"until": until.isoformat(), "why": "Deux besoins attendent."}
    assert desk.keeps.get(address).status_code == 403
    assert desk.keeps.post(address, asked).status_code == 403
    assert desk.judges.get(address).status_code == 200
    assert desk.judges.post(address, {**asked, "until": clock.today().isoformat()}).status_code == 422
    assert desk.judges.post(address, asked).status_code == 302
    desk.dataset.refresh_from_db()
    assert desk.dataset.ends_on == until
    assert "Deux besoins attendent." in stranger.get("/registre-des-donnees/").content.decode()


def test_a_dataset_is_closed_then_destroyed_and_its_record_stands_on_its_page(desk: Desk) -> None:
    browser = desk.keeps
    assert browser.post(desk.at("fermer/")).status_code == 302
    assert browser.post(desk.at("fermer/")).status_code == 409
    page = browser.get(desk.at("detruire/")).content.decode()
    assert desk.dataset.contents.rstrip(".") in page
    assert browser.post(desk.at("detruire/"), {"why": "Finie."}).status_code == 422
    desk.dataset.refresh_from_db()
    assert desk.dataset.state == Dataset.State.CLOSED
    assert browser.post(desk.at("detruire/"), {"why": "Finie.", "understood": "on"}).status_code == 302
    assert browser.post(desk.at("detruire/"), {"why": "Finie.", "understood": "on"}).status_code == 409
    worker.run_all()
    page = browser.get(desk.at()).content.decode()
    assert "Finie." in page
    assert "Personnes : 1" in page


def test_an_open_dataset_is_not_destroyed_before_it_is_closed(desk: Desk) -> None:
    assert desk.keeps.post(desk.at("detruire/"), {"why": "Finie.", "understood": "on"}).status_code == 409


def test_whoever_is_named_to_read_is_stopped_by_whoever_keeps_it(desk: Desk) -> None:
    caller = make_person("Carole", role=roles.CALLER, organisation=desk.town.hall)
    holder = make_holder(desk.dataset, caller)
    address = f"{DESK}lecture/{holder.pk}/finir/"
    assert desk.judges.post(address).status_code == 403
    assert desk.keeps.post(address).status_code == 302
    holder.refresh_from_db()
    assert holder.ended_at is not None
    assert desk.keeps.post(f"{DESK}lecture/0/finir/").status_code == 404


def test_readings_refused_stand_on_the_page_by_role_without_a_name(desk: Desk) -> None:
    caller = make_person("Carole", role=roles.CALLER, organisation=desk.town.hall)
    Reading.objects.create(
        dataset=desk.dataset,
        subject=desk.held.subject,
        reader=caller.key,
        role=roles.CALLER,
        organisation=desk.town.hall,
        what="identity",
        what_for="canvassing",
        allowed=False,
    )
    page = desk.judges.get(desk.at()).content.decode()
    assert "canvassing" in page
    assert caller.last_name not in page


def test_another_organisation_a_member_and_a_stranger_watch_nothing(
    desk: Desk, draft: Dataset, member: Client, partner: Client, stranger: Client
) -> None:
    elsewhere = signed_in(make_person("Dora", role=roles.DPO, organisation=desk.town.association))
    pages = [desk.at(), desk.at("avis/", draft), desk.at("prolonger/"), desk.at("fermer/")]
    pages.append(desk.at("detruire/"))
    for address in pages:
        assert elsewhere.get(address).status_code == 404
        assert elsewhere.post(address, {"says": "favourable", "words": "Bien."}).status_code in {404, 405}
        assert member.get(address).status_code == 403
        assert partner.get(address).status_code == 403
        assert stranger.get(address).status_code == 302
    assert elsewhere.get(DESK).status_code == 200
    assert desk.dataset.title not in elsewhere.get(DESK).content.decode()
    assert member.get(DESK).status_code == 403


def test_the_administrator_keeps_when_nobody_is_in_charge_of_calls(desk: Desk, administrator: Person) -> None:
    browser = signed_in(administrator)
    assert browser.post(desk.at("fermer/")).status_code == 302
    assert browser.get(desk.at("detruire/")).status_code == 200


def test_the_first_page_asks_as_little_of_the_database_when_it_grows(
    desk: Desk, draft: Dataset, constant_queries: ConstantQueries
) -> None:
    def grow() -> None:
        make_dataset(desk.town.hall, state="draft", owner=desk.keeper)
        make_dataset(desk.town.hall, owner=desk.keeper)

    constant_queries(desk.judges, DESK, grow)
