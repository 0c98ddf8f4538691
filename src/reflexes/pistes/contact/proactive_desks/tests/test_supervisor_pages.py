"""The screens of whoever is in charge of calls: what each says, whom it lets in, what it refuses in words."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_commune, make_person
from reflexes.mechanisms.evidence.models import Reading
from reflexes.pistes.contact.proactive_desks.factories import (
    make_callee,
    make_campaign,
    make_card,
    make_lease,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.models import Batch, Callee, CallerCard, Campaign, HumanTask, Lease
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, end
from reflexes.pistes.contact.proactive_desks.tests.calling import tuesday_morning
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["tuesday_morning"]


def at(name: str, *args: object) -> str:
    return reverse(f"proactive_desks:{name}", args=args)


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign()


@pytest.fixture
def desk(campaign: Campaign) -> Client:
    return signed_in(make_person("Nadia", role=roles.SUPERVISOR, organisation=campaign.organisation))


@pytest.fixture
def caller(campaign: Campaign) -> Client:
    person = make_person("Karim", role=roles.CALLER, organisation=campaign.organisation)
    make_card(campaign, person)
    return signed_in(person)


PAGES = ["campaign", "campaign_write", "campaign_data", "campaign_hours", "sheets", "callers", "tasks"]


@pytest.mark.parametrize("name", PAGES)
def test_only_those_in_charge_of_its_calls_see_a_campaign(
    name: str, campaign: Campaign, desk: Client, caller: Client
) -> None:
    partner = signed_in(make_person("Paul", role=roles.SUPERVISOR, organisation=make_campaign().organisation))
    address = at(name, campaign.slug)
    assert desk.get(address).status_code == 200
    assert caller.get(address).status_code == 404
    assert partner.get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_an_empty_desk_says_what_to_do(db: None) -> None:
    boss = signed_in(make_person("Nadia", role=roles.SUPERVISOR))
    page = boss.get(at("campaigns"))
    assert page.status_code == 200
    assert at("campaign_new") in page.content.decode()
    made = boss.post(at("campaign_new"), {"title": "Canicule", "attempts": 3})
    assert made.status_code == 302
    campaign = Campaign.objects.get()
    assert made["Location"] == at("campaign", campaign.slug)
    draft = boss.get(made["Location"])
    assert draft.status_code == 200
    assert at("campaign_data", campaign.slug) in draft.content.decode()
    refused = boss.post(at("campaign_new"), {"title": "", "attempts": 3})
    assert refused.status_code == 422


def test_a_sheet_is_looked_at_then_taken_then_undone(campaign: Campaign, desk: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    make_commune()
    text = "Nom;Téléphone;Commune\nMartin;06 39 98 00 01;Strasbourg\nDurand;12;Strasbourg\n"
    sent = desk.post(at("sheets", campaign.slug), {"sheet": SimpleUploadedFile("apa.csv", text.encode())})
    batch = Batch.objects.get()
    assert sent["Location"] == at("sheet", campaign.slug, batch.pk)
    page = desk.get(sent["Location"]).content.decode()
    assert at("sheet_take", campaign.slug, batch.pk) in page
    assert "Durand" not in page, "a line that is wrong is told by its number"
    desk.post(at("sheet_take", campaign.slug, batch.pk))
    assert Callee.objects.count() == 1
    desk.post(at("sheet_undo", campaign.slug, batch.pk))
    assert Callee.objects.count() == 0
    assert desk.post(at("sheets", campaign.slug), {}).status_code == 422


def test_where_it_stands_is_asked_again_and_a_get_writes_nothing(campaign: Campaign, desk: Client) -> None:
    make_callee(campaign)
    person = make_person("Karim", role=roles.CALLER, organisation=campaign.organisation)
    lease = make_lease(make_callee(campaign), person, until=clock.now() - timedelta(minutes=1))
    part = desk.get(at("campaign", campaign.slug), headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    assert 'hx-trigger="every 15s"' in part.content.decode()
    lease.refresh_from_db()
    assert lease.closed_at is None


def test_a_caller_is_found_invited_helped_and_let_go(campaign: Campaign, desk: Client) -> None:
    person = make_person("Rosalie", role=roles.AGENT, organisation=campaign.organisation, last_name="Keller")
    page = desk.get(at("callers", campaign.slug), {"q": "kell"}).content.decode()
    assert str(person.key) in page
    desk.post(at("caller_invite", campaign.slug), {"person": str(person.key), "level": "0"})
    card = CallerCard.objects.get(person=person)
    boss = make_supervisor(campaign)
    lease = make_lease(make_callee(campaign), person)
    end(boss, lease, uuid.uuid4(), Said("fine", note="A bien ri."))
    one = at("caller", campaign.slug, card.pk)
    assert desk.get(one).status_code == 200
    read = desk.post(at("call_read", campaign.slug, card.pk), {"call": str(lease.key)})
    assert "A bien ri." in read.content.decode()
    assert Reading.objects.get(what="call_words").allowed
    card.refresh_from_db()
    assert card.level == 1
    for name in ("caller_rest", "caller_rest", "debrief_held", "caller_leave"):
        assert desk.post(at(name, campaign.slug, card.pk)).status_code == 302
    card.refresh_from_db()
    assert card.left_at is not None


def test_a_list_is_lent_printed_and_entered(campaign: Campaign, desk: Client, caller: Client) -> None:
    make_callee(campaign)
    card = CallerCard.objects.get()
    assert desk.post(at("paper_lend", campaign.slug, card.pk), {"number": 5}).status_code == 302
    lease = Lease.objects.get()
    printed = desk.post(at("paper_print", campaign.slug, lease.paper_id))
    assert printed.content.startswith(b"%PDF")
    assert desk.get(at("paper_print", campaign.slug, lease.paper_id)).status_code == 405
    sent = {"code": lease.code, "outcome": "fine", "client_key": str(uuid.uuid4())}
    assert caller.post(at("paper_enter"), {**sent, "code": "ZZZZZZ"}).status_code == 422
    assert caller.post(at("paper_enter"), sent).status_code == 302
    lease.refresh_from_db()
    assert lease.outcome == "fine"


def test_who_waits_is_taken_on_read_and_settled_by_somebody(campaign: Campaign, desk: Client) -> None:
    callee = make_callee(campaign, "Bernadotte")
    task = HumanTask.objects.create(campaign=campaign, callee=callee, kind="decide")
    Callee.objects.update(state="human")
    page = at("task", task.key)
    assert "Bernadotte" not in desk.get(page).content.decode()
    assert desk.post(at("task_read", task.key)).status_code == 403
    assert not Reading.objects.get().allowed
    desk.post(at("task_take", task.key))
    assert "Bernadotte" in desk.post(at("task_read", task.key)).content.decode()
    assert desk.post(page, {"result": "unreachable", "words": ""}).status_code == 422
    assert desk.post(page, {"result": "unreachable", "words": "Voisins vus."}).status_code == 302
    callee.refresh_from_db()
    assert callee.end == "unreachable"


def test_no_page_of_callers_counts_what_each_did(campaign: Campaign, desk: Client, caller: Client) -> None:
    for address in (at("callers", campaign.slug), at("campaign", campaign.slug)):
        shown = []
        for calls in (0, 4321):
            CallerCard.objects.update(calls=calls)
            text = desk.get(address).content.decode()
            shown.append(re.sub(r"[A-Za-z0-9]{64}", "", text))
        assert shown[0] == shown[1]
