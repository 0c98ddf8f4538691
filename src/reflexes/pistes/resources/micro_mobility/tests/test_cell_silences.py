"""The cell's home: what waits, on whom, since when; reminders and answers written down for people."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Assignment, Offer
from reflexes.mechanisms.allocation.services.silences import SILENCES
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility.views.cell_silences import GROUPS, SAYINGS
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
HOME = "/micro-mobilite/ce-qui-attend/"


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def asked(agent, town):
    """The agent was asked for a half-day and said nothing yet."""
    make_offer(agent)
    need = make_need(town.association, days=[(next_monday(), "am")], priority=3)
    return make_assignment(need.slots.get(), agent)


def test_an_instance_where_nothing_is_yet_says_what_to_do_first(coordinator):
    desk = signed_in(coordinator)
    said = desk.get("/micro-mobilite/ce-qui-attend/").content.decode()
    for first in ("besoins/nouveau/", "feuilles/", "offres/nouvelle/"):
        assert f"/micro-mobilite/{first}" in said
    make_need(state="closed")
    assert "Rien n’attend" in desk.get("/micro-mobilite/ce-qui-attend/").content.decode()


def test_every_silence_has_its_words_and_its_group():
    assert set(SAYINGS) == set(SILENCES)
    assert {group for group, _reader in SILENCES.values()} == set(GROUPS)


def test_the_home_says_when_nothing_waits(cell):
    page = cell.get(HOME)
    assert page.status_code == 200
    assert page.context["groups"] == []


def test_the_home_tells_who_waits_and_leads_to_the_list(cell, asked):
    make_offer(make_person("Basile", role="agent"))
    page = cell.get(HOME)
    lines = {line.href: line for _title, group in page.context["groups"] for line in group}
    assert lines[f"{HOME}agents_silent/"].count == 1
    assert lines[f"{HOME}offers_unanswered/"].count == 2
    for href in lines:
        assert cell.get(href).status_code == 200


@pytest.mark.parametrize("code", SILENCES)
def test_each_list_opens_even_when_empty_and_an_unknown_one_is_not_found(cell, code):
    assert cell.get(f"{HOME}{code}/", follow=True).status_code == 200
    assert cell.get(f"{HOME}nothing/").status_code == 404


def test_a_need_nobody_looked_at_shows_on_the_home_and_leads_to_its_page(cell, town):
    need = make_need(town.association, days=[(next_monday(), "am")], priority=1)
    home = cell.get(HOME).content.decode()
    assert "1 besoin est ouvert et personne ne l’a encore regardé" in home
    assert f"/besoins/{need.pk}/" in cell.get(f"{HOME}needs_new/").content.decode()


def test_the_desk_does_not_exist_for_anyone_else(member, partner, stranger, manager, hr, asked):
    for address in (HOME, f"{HOME}agents_silent/", f"/micro-mobilite/missions/{asked.pk}/ecrire-la-reponse/"):
        assert stranger.get(address).status_code == 302
        for client in (member, partner, signed_in(manager), signed_in(hr)):
            assert client.get(address).status_code == 404


def test_the_home_asks_the_same_questions_whatever_the_number_of_rows(cell, asked, town, constant_queries):
    def grow():
        for _number in range(5):
            one = make_person(role="agent", unit=town.home)
            make_offer(one)
            make_assignment(make_need(town.association).slots.get(), one, state="accepted")
            make_assignment(make_need(town.association).slots.get(), one)

    make_assignment(make_need(town.association).slots.get(), asked.person, state="accepted")
    constant_queries(cell, HOME, grow)
    constant_queries(cell, f"{HOME}managers_silent/", grow)
    constant_queries(cell, f"{HOME}offers_unanswered/", grow)


def test_a_reminder_reaches_whoever_is_waited_for_and_is_journaled(cell, asked, agent):
    answer = cell.post(f"/micro-mobilite/missions/{asked.pk}/relancer/")
    assert answer.status_code == 302
    assert Entry.objects.about("assignment", str(asked.pk)).filter(verb="allocation.nudged").count() == 1
    run_all()
    assert Message.objects.filter(person_key=agent.key).count() == 1


def test_a_reminder_to_the_manager_goes_to_the_home_service(cell, asked, agent, manager):
    mission = make_assignment(make_need().slots.get(), agent, state="accepted")
    cell.post(f"/micro-mobilite/missions/{mission.pk}/relancer/")
    run_all()
    assert Message.objects.filter(person_key=manager.key).count() == 1
    assert not Message.objects.filter(person_key=agent.key).exists()


def test_a_reminder_sent_from_a_list_comes_back_to_it_for_the_next_person(cell, asked):
    page = cell.get(f"{HOME}agents_silent/").content.decode()
    nudge = f"/micro-mobilite/missions/{asked.pk}/relancer/?from=agents_silent"
    assert nudge in page
    assert cell.post(nudge)["Location"] == f"{HOME}agents_silent/"


def test_nobody_is_reminded_twice_within_a_day(cell, asked):
    address = f"/micro-mobilite/missions/{asked.pk}/relancer/"
    cell.post(address)
    again = cell.post(address)
    assert again.status_code == 409
    assert Entry.objects.filter(verb="allocation.nudged").count() == 1
    with clock.travelling(clock.now() + timedelta(days=1, minutes=1)):
        assert cell.post(address).status_code == 302


def test_nobody_is_reminded_of_what_is_settled(cell, asked):
    Assignment.objects.filter(pk=asked.pk).update(state="declined")
    assert cell.post(f"/micro-mobilite/missions/{asked.pk}/relancer/").status_code == 409


def test_an_answer_given_by_phone_is_the_same_move_and_says_that_the_cell_wrote_it(cell, asked, coordinator):
    address = f"/micro-mobilite/missions/{asked.pk}/ecrire-la-reponse/"
    assert cell.get(address).status_code == 200
    assert cell.post(address, {"said": "yes", "channel": "phone"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "accepted"
    written = Entry.objects.about("assignment", str(asked.pk)).get(verb="allocation.answer_written")
    assert (written.params["channel"], written.actor_key) == ("phone", coordinator.key)


@pytest.mark.parametrize(
    ("state", "typed", "becomes"),
    [
        ("proposed", {"said": "no"}, "declined"),
        ("accepted", {"said": "release"}, "released"),
        ("accepted", {"said": "withhold", "motive": "minimum"}, "withheld"),
        ("released", {"said": "confirm"}, "confirmed"),
        ("released", {"said": "turn_down", "reason": "Déjà pourvu."}, "turned_down"),
        ("confirmed", {"said": "agent_drops"}, "excused"),
        ("done", {"said": "returned"}, "returned"),
    ],
)
def test_paper_and_phone_answers_fit_every_state(cell, agent, town, state, typed, becomes):
    make_offer(agent)
    mission = make_assignment(make_need(town.association).slots.get(), agent, state=state)
    answer = cell.post(f"/micro-mobilite/missions/{mission.pk}/ecrire-la-reponse/", {**typed, "channel": "paper"})
    assert answer.status_code == 302
    mission.refresh_from_db()
    assert mission.state == becomes


def test_a_refusal_without_its_motive_writes_nothing_and_keeps_what_was_typed(cell, agent, town):
    make_offer(agent)
    mission = make_assignment(make_need(town.association).slots.get(), agent, state="accepted")
    answer = cell.post(
        f"/micro-mobilite/missions/{mission.pk}/ecrire-la-reponse/", {"said": "withhold", "channel": "paper"}
    )
    assert answer.status_code == 422
    assert answer.context["form"]["said"].value() == "withhold"
    mission.refresh_from_db()
    assert mission.state == "accepted"
    assert not Entry.objects.filter(verb="allocation.answer_written").exists()


def test_an_answer_that_does_not_fit_the_state_is_refused(cell, asked):
    address = f"/micro-mobilite/missions/{asked.pk}/ecrire-la-reponse/"
    assert cell.post(address, {"said": "confirm", "channel": "phone"}).status_code == 422
    assert cell.post(address, {"said": "yes", "channel": "pigeon"}).status_code == 422
    assert cell.post(address, {}).status_code == 422


def test_every_offer_gets_a_human_answer_once(cell, agent):
    make_offer(agent)
    address = f"/micro-mobilite/offres/{agent.pk}/repondre/"
    assert cell.get(address).status_code == 200
    assert cell.post(address, {"words": " "}).status_code == 422
    assert cell.post(address, {"words": "Merci, Amina."}).status_code == 302
    assert Offer.objects.get(person=agent).greeted_at is not None
    assert Message.objects.get(person_key=agent.key).body == "Merci, Amina."
    again = cell.post(address, {"words": "Merci encore."})
    assert again.status_code == 409
    assert again.context["form"]["words"].value() == "Merci encore."
    assert Message.objects.count() == 1
