"""What is known about me says why and until when; whoever corrects, objects or leaves gets an answer."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.module_loading import module_has_submodule

from reflexes.core.notifications.models import Message
from reflexes.core.privacy.models import DataRequest
from reflexes.core.privacy.services import do_erase_person
from reflexes.mechanisms.allocation.services.silences import silences
from reflexes.mechanisms.directory.factories import actor_for
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
DATA, ASK, LIST = "/moi/donnees/", "/moi/donnees/demander/", "/annuaire/demandes/"


def test_every_part_of_the_house_says_why_it_knows_and_until_when():
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "privacy"):
            module = import_module(f"{config.name}.privacy")
            assert str(module.WHY) and str(module.UNTIL), config.label


def test_each_room_shows_why_and_until_when(member):
    page = member.get(DATA)
    assert all(room.why and room.until for room in page.context["rooms"])
    assert "à quel titre vous agissez" in page.content.decode()


def test_a_request_waits_in_sight_until_somebody_answers_it(member, agent, coordinator):
    assert member.post(ASK, {"what": "correct", "words": "Ma date de naissance est fausse."}).status_code == 302
    asked = DataRequest.objects.get()
    assert "data_requests" in {one.code for one in silences(actor_for(coordinator))}
    desk = signed_in(coordinator)
    assert str(agent) in desk.get(LIST).content.decode()
    assert "Ma date de naissance" in desk.get(f"{LIST}{asked.pk}/").content.decode()
    assert desk.post(f"{LIST}{asked.pk}/", {"answer": " "}).status_code == 422
    assert desk.post(f"{LIST}{asked.pk}/", {"answer": "C’est corrigé."}).status_code == 302
    assert desk.post(f"{LIST}{asked.pk}/", {"answer": "Encore."}).status_code == 409
    assert Message.objects.get().person_key == agent.key
    assert "C’est corrigé." in member.get(DATA).content.decode()
    assert "data_requests" not in {one.code for one in silences(actor_for(coordinator))}


def test_the_same_request_twice_is_one_request(member):
    wrong = {"what": "object", "words": "Ne servez plus ma date de naissance."}
    assert member.post(ASK, wrong).status_code == 302
    assert member.post(ASK, wrong).status_code == 409
    assert DataRequest.objects.count() == 1


@pytest.mark.parametrize("wrong", [{}, {"what": "burn"}, {"what": "correct"}, {"what": "object", "words": " "}])
def test_a_request_that_says_nothing_is_refused_with_a_sentence(member, wrong):
    assert member.post(ASK, wrong).status_code == 422
    assert not DataRequest.objects.exists()


def test_to_leave_nothing_needs_to_be_said(member):
    assert member.post(ASK, {"what": "leave"}).status_code == 302


def test_only_those_who_answer_read_requests(member, agent, partner, manager, hr, stranger):
    member.post(ASK, {"what": "leave"})
    asked = DataRequest.objects.get()
    for client in (member, partner, signed_in(manager), signed_in(hr)):
        assert client.get(LIST).status_code == 404
        assert client.get(f"{LIST}{asked.pk}/").status_code == 404
        assert client.post(f"{LIST}{asked.pk}/", {"answer": "x"}).status_code == 404
    assert stranger.get(LIST).status_code == 302


def test_whoever_leaves_takes_their_words_with_them(member, agent, administrator):
    member.post(ASK, {"what": "correct", "words": "Appelez-moi au 06 39 98 00 42."})
    do_erase_person(actor=actor_for(administrator), person_key=agent.key)
    kept = DataRequest.objects.get()
    assert (kept.words, kept.answered_at is not None) == ("", True)
