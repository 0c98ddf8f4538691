"""Objecting on the screens: one tap from the message or the mission, an answer in writing, the badge of the designated."""

import re

import pytest

from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Objection
from reflexes.mechanisms.allocation.services.designating import do_designate
from reflexes.mechanisms.allocation.services.missions import do_drop
from reflexes.mechanisms.directory.factories import actor_for
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def mission(town, agent, coordinator, manager):
    make_offer(agent)
    need = make_need(town.association, title="Trier les colis", days=[(next_monday(), "am")])
    designated = do_designate(
        actor=actor_for(coordinator),
        slot=need.slots.get(),
        person=agent,
        authority="La maire",
        basis="Arrêté du 20 novembre",
    )
    run_all()
    return designated


def test_one_tap_on_the_mission_records_it_and_says_until_when_the_answer_comes(mission, member):
    here = f"/micro-mobilite/missions/{mission.pk}/"
    assert "Je m’oppose" in member.get(here).content.decode()
    assert member.post(f"{here}objection/").status_code == 302
    said = member.get(here).content.decode()
    assert "Je m’oppose" not in said
    assert "La cellule vous répond par écrit avant le" in said
    assert member.post(f"{here}objection/").status_code == 302, "a second tap changes nothing"
    assert Objection.objects.count() == 1


def test_the_link_of_the_message_is_enough_and_never_says_that_one_said_yes(mission, client):
    sent = Message.objects.filter(person_key=mission.person.key).latest("pk")
    link = re.search(r"/micro-mobilite/reponse/[\w.:-]+", sent.actions.get().url).group()
    page = client.get(link).content.decode()
    assert "une autorité vous désigne" in page
    assert "vous avez dit oui" not in page
    assert client.post(link, {"reponse": "objection", "words": "Ma mère est seule."}).status_code == 302
    assert Objection.objects.get().words == "Ma mère est seule."
    assert "Votre opposition est du" in client.get(link).content.decode()


def test_the_cell_sees_it_answers_it_and_the_person_reads_the_answer(mission, member, coordinator):
    desk = signed_in(coordinator)
    member.post(f"/micro-mobilite/missions/{mission.pk}/objection/")
    run_all()
    assert "1 personne désignée s’oppose" in desk.get("/micro-mobilite/ce-qui-attend/").content.decode()
    waiting = desk.get("/micro-mobilite/ce-qui-attend/objections_open/").content.decode()
    assert str(mission.person) in waiting
    assert "désigné" in waiting
    where = f"/micro-mobilite/objections/{Objection.objects.get().pk}/"
    assert where in waiting
    assert desk.post(where, {"verdict": "stands", "words": ""}).status_code == 422
    assert desk.post(where, {"verdict": "stands", "words": "Personne d'autre ne sait conduire."}).status_code == 302
    run_all()
    said = Message.objects.filter(person_key=mission.person.key).latest("pk")
    assert "Personne d'autre ne sait conduire." in said.body
    assert "maintenue" in said.body
    assert (
        "Personne d&#x27;autre ne sait conduire."
        in member.get(f"/micro-mobilite/missions/{mission.pk}/").content.decode()
    )


def test_whoever_is_freed_reads_it_once_and_the_service_is_told(mission, member, coordinator, manager):
    desk = signed_in(coordinator)
    member.post(f"/micro-mobilite/missions/{mission.pk}/objection/")
    run_all()
    before = Message.objects.filter(person_key=mission.person.key).count()
    desk.post(f"/micro-mobilite/objections/{Objection.objects.get().pk}/", {"verdict": "freed", "words": "Entendu."})
    run_all()
    mine = Message.objects.filter(person_key=mission.person.key)
    assert mine.count() == before + 1
    assert "vous n’y allez pas" in mine.latest("pk").body.lower()
    told = Message.objects.filter(person_key=manager.key).latest("pk")
    assert "oppos" not in told.subject + told.body, "the service reads that it stops, never why"


def test_whoever_objected_in_vain_is_still_told_when_the_mission_stops(mission, member, coordinator):
    desk = signed_in(coordinator)
    member.post(f"/micro-mobilite/missions/{mission.pk}/objection/")
    desk.post(f"/micro-mobilite/objections/{Objection.objects.get().pk}/", {"verdict": "stands", "words": "Décidé."})
    mission.refresh_from_db()
    do_drop(actor=actor_for(coordinator), assignment=mission, motive="cell")
    run_all()
    assert Message.objects.filter(person_key=mission.person.key, key__contains="dropped").exists()


def test_what_was_said_on_the_telephone_is_written_down(mission, coordinator):
    desk = signed_in(coordinator)
    page = desk.get(f"/micro-mobilite/missions/{mission.pk}/ecrire-la-reponse/").content.decode()
    where = f"/micro-mobilite/missions/{mission.pk}/objection-recue/"
    assert where in page
    assert desk.get(where).status_code == 200
    assert desk.post(where, {}).status_code == 422
    assert desk.post(where, {"channel": "phone"}).status_code == 302
    assert Objection.objects.get().channel == "phone"


def test_the_designated_are_told_apart_wherever_people_are_named(mission, coordinator, manager):
    for client, address in (
        (signed_in(coordinator), "/micro-mobilite/ce-qui-attend/managers_silent/"),
        (signed_in(coordinator), f"/micro-mobilite/personnes/{mission.person_id}/"),
        (signed_in(coordinator), f"/micro-mobilite/besoins/{mission.slot.need_id}/"),
        (signed_in(manager), "/micro-mobilite/mon-service/"),
        (signed_in(manager), "/micro-mobilite/mon-service/liberer-tous/"),
    ):
        assert re.search(r'badge-note">.*?</svg>désigné', client.get(address).content.decode(), re.DOTALL), address


def test_the_table_of_what_waits_never_says_that_a_designated_person_said_yes(mission, coordinator):
    said = signed_in(coordinator).get("/micro-mobilite/ce-qui-attend/").content.decode()
    assert "1 agent attend la réponse de son responsable." in said
