"""The pages of visits: asked from the task, read and told at the door, silent on one list that reminds units."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.models import Reading
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_campaign
from reflexes.pistes.contact.proactive_desks.factories_units import (
    make_centre_question,
    make_entrusted_visit,
    make_facility,
    make_field_need,
    make_proximity_unit,
    make_report,
)
from reflexes.pistes.contact.proactive_desks.models import Callee, Campaign, EntrustedVisit, HumanTask, ProximityUnit
from reflexes.pistes.contact.proactive_desks.tests.units_desk import (
    at,
    centre,
    director,
    four_o_clock,
    head,
    hour,
    lead,
    phone,
    unit,
)
from tests.harness.cast import Town, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["centre", "director", "four_o_clock", "head", "lead", "phone", "unit"]


@pytest.fixture
def campaign(town: Town, four_o_clock: None) -> Campaign:
    return make_campaign(town.hall, units_visit=True)


@pytest.fixture
def callee(campaign: Campaign) -> Callee:
    return make_callee(campaign, "Bernadotte", state="human")


@pytest.fixture
def boss(town: Town) -> Person:
    return make_person("Nadège", role=roles.SUPERVISOR, organisation=town.hall)


@pytest.fixture
def desk(boss: Person) -> Client:
    return signed_in(boss)


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_campaign_without_units_says_why_and_what_to_do(desk: Client, boss: Person, callee: Callee) -> None:
    Campaign.objects.update(units_visit=False)
    task = HumanTask.objects.create(campaign=callee.campaign, callee=callee, kind="visit", taken_by=boss)
    page = shown(desk, at("task", task.key))
    assert "Demandez-le au délégué à la protection des données" in page
    assert at("visit_entrust", task.key) not in page


def test_the_choice_stands_on_the_page_of_the_purpose_default_no(desk: Client, campaign: Campaign) -> None:
    page = shown(desk, at("campaign_data", campaign.slug))
    box = page[page.index('name="units_visit"') :].split(">")[0]
    assert "checked" in box, "this campaign names them"
    campaign = make_campaign(campaign.organisation, state="draft")
    page = shown(desk, at("campaign_data", campaign.slug))
    assert "checked" not in page[page.index('name="units_visit"') :].split(">")[0]


def test_a_visit_is_entrusted_from_the_task_and_shows_there_until_it_is_told(
    desk: Client, phone: Client, unit: ProximityUnit, boss: Person, callee: Callee
) -> None:
    task = HumanTask.objects.create(campaign=callee.campaign, callee=callee, kind="visit", taken_by=boss)
    entrust = at("visit_entrust", task.key)
    assert entrust in shown(desk, at("task", task.key))
    form = shown(desk, entrust)
    assert "Son territoire couvre cette adresse" in form and "checked" not in form
    asked = {
        "unit": unit.pk,
        "due_on": clock.today() + timedelta(days=1),
        "why": "Ne répond plus.",
        "said": "Un chien.",
    }
    for wrong in ({"unit": ""}, {"unit": "999"}, {"why": " "}, {"due_on": "demain"}):
        answer = desk.post(entrust, {**asked, **wrong})
        assert answer.status_code == 422 and "Un chien." in answer.content.decode(), "nothing typed is lost"
    assert desk.post(entrust, asked).status_code == 302
    assert "Neudorf" in shown(desk, at("tasks", callee.campaign.slug))
    visit = EntrustedVisit.objects.get()
    assert at("visit", visit.key) in shown(phone, at("unit", unit.pk))
    assert "1 visite à faire" in shown(phone, at("units"))
    page = shown(phone, at("visit", visit.key))
    assert "Bernadotte" not in page and "Un chien." not in page
    phone.post(at("visit_read", visit.key))
    page = shown(phone, at("visit", visit.key))
    assert "Bernadotte" in page and "Un chien." in page and "rue des Tanneurs" in page
    assert Reading.objects.filter(allowed=True, through=str(visit.key)).count() == 2
    phone.post(at("visit_save", visit.key), {"words": "Elle sourit."})
    assert "Elle sourit." in shown(phone, at("visit", visit.key))
    sent = {"client_key": uuid.uuid4(), "came": "well", "words": "Elle sourit."}
    assert [phone.post(at("visit_tell", visit.key), sent).status_code for _time in range(2)] == [302, 302]
    assert phone.get(at("visit", visit.key)).status_code == 404
    assert phone.post(at("visit_read", visit.key)).status_code == 404
    assert not Reading.objects.latest("pk").allowed, "the refused reading is written"
    assert "vue, tout va bien" in shown(desk, at("task", task.key))


def test_taken_back_it_is_404_for_the_unit_and_what_is_told_late_is_heard(
    desk: Client, phone: Client, unit: ProximityUnit, boss: Person, callee: Callee
) -> None:
    visit = make_entrusted_visit(unit, callee, asked_by=boss)
    phone.post(at("visit_read", visit.key))
    assert desk.post(at("visit_take_back", visit.key)).status_code == 302
    assert phone.get(at("visit", visit.key)).status_code == 404
    assert phone.post(at("visit_read", visit.key)).status_code == 404
    assert desk.get(at("visit", visit.key)).status_code == 404, "who asks reads the task"
    said = {"client_key": uuid.uuid4(), "came": "need", "words": ""}
    refused = phone.post(at("visit_tell", visit.key), said)
    assert refused.status_code == 422 and "Bernadotte" not in refused.content.decode()
    assert phone.post(at("visit_tell", visit.key), {**said, "words": "Plus de pain."}).status_code == 302
    assert Case.objects.get().channel == "visit"


def test_two_of_the_unit_tell_at_once_and_no_word_is_lost(
    phone: Client, unit: ProximityUnit, callee: Callee, boss: Person
) -> None:
    visit = make_entrusted_visit(unit, callee, asked_by=boss)
    deputy = signed_in(unit.members.get(place="deputy").person)
    phone.post(at("visit_tell", visit.key), {"client_key": uuid.uuid4(), "came": "well"})
    late = deputy.post(
        at("visit_tell", visit.key), {"client_key": uuid.uuid4(), "came": "need", "words": "Plus de chauffage."}
    )
    assert late.status_code == 409 and "Plus de chauffage." in late.content.decode()


@pytest.mark.parametrize("came", ["died", "unsafe"])
def test_after_a_hard_visit_comes_a_breath_and_somebody_to_talk_to(
    phone: Client, unit: ProximityUnit, callee: Callee, boss: Person, came: str
) -> None:
    visit = make_entrusted_visit(unit, callee, asked_by=boss)
    answer = phone.post(at("visit_tell", visit.key), {"client_key": uuid.uuid4(), "came": came})
    assert answer.headers["Location"] == at("visit_after", visit.key)
    page = shown(phone, at("visit_after", visit.key))
    assert "Respirez" in page and "Denis" in page and "Bernadotte" not in page


def test_the_centre_reads_figures_and_never_who(
    centre: Client, head: Client, unit: ProximityUnit, callee: Callee, boss: Person
) -> None:
    visit = make_entrusted_visit(unit, callee, asked_by=boss)
    for client in (centre, head):
        assert client.get(at("visit", visit.key)).status_code == 404
        page = shown(client, at("unit", unit.pk))
        assert str(visit.key) not in page and "1 visite demandée par un appel" in page
        assert str(callee.commune) in shown(client, at("units_board"))


def test_a_visit_not_made_by_its_day_shows_on_the_board_on_the_tasks_and_on_what_waits(
    desk: Client, phone: Client, unit: ProximityUnit, callee: Callee, boss: Person
) -> None:
    visit = make_entrusted_visit(unit, callee, asked_by=boss, due_on=clock.today() - timedelta(days=1))
    for address in (at("units_board"), at("units_waiting")):
        assert "1 visite non faite à son jour" in shown(desk, address)
    assert "Neudorf devait y passer" in shown(desk, at("tasks", callee.campaign.slug))
    assert "reprenez la visite" in shown(desk, at("task", visit.task.key)).lower()
    page = shown(phone, at("visit", visit.key))
    assert "Son jour est passé" in page
    assert phone.post(at("visit_read", visit.key)).status_code == 404
    assert phone.post(at("visit_tell", visit.key), {"client_key": uuid.uuid4(), "came": "well"}).status_code == 302


def test_units_are_reminded_from_the_list_once_a_day_and_one_comes_back_to_it(
    centre: Client, phone: Client, head: Client, unit: ProximityUnit, callee: Callee, boss: Person
) -> None:
    make_entrusted_visit(unit, callee, asked_by=boss, due_on=clock.today() - timedelta(days=1))
    make_field_need(make_facility(unit), news_at=clock.now() - timedelta(days=9))
    page = shown(centre, at("units_waiting"))
    assert page.count("Relancer") == 3 and "comptes rendus manquent" in page
    for what in ("report", "visits", "needs"):
        answer = centre.post(at("unit_remind", unit.pk), {"what": what})
        assert answer.headers["Location"] == at("units_waiting")
    told = Message.objects.filter(key__startswith="unit-reminder:")
    assert told.count() == 6, "the lead and the deputy, for three things"
    assert not any("Bernadotte" in one.body for one in told)
    page = shown(centre, at("units_waiting"))
    assert page.count("relancée aujourd’hui") == 3 and "Relancer" not in page
    centre.post(at("unit_remind", unit.pk), {"what": "report"})
    assert told.count() == 6
    assert "Relancer" not in shown(head, at("units_waiting")), "the director reads"
    assert head.post(at("unit_remind", unit.pk), {"what": "report"}).status_code == 403
    assert phone.get(at("units_waiting")).status_code == 403


def test_a_unit_that_answered_meanwhile_is_not_reminded(centre: Client, unit: ProximityUnit) -> None:
    for back in range(8):
        make_report(unit, day=clock.today() - timedelta(days=back))
    centre.post(at("unit_remind", unit.pk), {"what": "report"})
    centre.post(at("unit_remind", unit.pk), {"what": "n’importe"})
    assert not Message.objects.filter(key__startswith="unit-reminder:").exists()


def test_silences_of_units_stand_on_the_home_of_the_cell(centre: Client, unit: ProximityUnit) -> None:
    make_centre_question(unit)
    page = shown(centre, reverse("micro_mobility:silences"))
    assert "Sur le terrain" in page and "comptes rendus manquent" in page and at("units_waiting") in page


def test_what_waits_and_the_board_ask_the_same_questions_however_many_visits(
    desk: Client, phone: Client, unit: ProximityUnit, campaign: Campaign, boss: Person, constant_queries: Callable
) -> None:
    yesterday = clock.today() - timedelta(days=1)
    make_entrusted_visit(unit, make_callee(campaign), asked_by=boss, due_on=yesterday)
    other = make_proximity_unit(campaign.organisation, name="Autre")
    make_entrusted_visit(other, make_callee(campaign), asked_by=boss, due_on=yesterday)
    make_field_need(make_facility(unit), news_at=clock.now() - timedelta(days=9))

    def grow() -> None:
        for _each in range(4):
            make_entrusted_visit(unit, make_callee(campaign), asked_by=boss)
            late = make_proximity_unit(campaign.organisation)
            make_entrusted_visit(late, make_callee(campaign), asked_by=boss, due_on=yesterday)
            make_field_need(make_facility(late), news_at=clock.now() - timedelta(days=9))

    with clock.travelling(hour(16)):
        for client, address in (
            (desk, at("units_waiting")),
            (desk, at("units_board")),
            (desk, at("tasks", campaign.slug)),
            (phone, at("unit", unit.pk)),
            (phone, at("units")),
        ):
            constant_queries(client, address, grow)
