"""Whoever owes answers has one list for every piste, an elected member as a director."""

import pytest
from django.urls import reverse

from reflexes.core import registry
from reflexes.mechanisms.assembly.factories import make_body, make_consultation, make_proposal
from reflexes.mechanisms.assembly.models import Proposal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.pistes.influence.liaison_committees.tests.desk import SLUG, at, desk
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]
LIST = reverse("liaison_committees:to_answer")


@pytest.fixture
def director(town):
    return make_person("Dominique", role=roles.DIRECTOR, organisation=town.hall)


def test_a_director_who_owes_an_answer_finds_it_from_the_menu_and_answers(director, town, partner, stranger):
    proposal = make_proposal(make_body(town.hall, piste=SLUG, answerer=director), answerer=director)
    client = signed_in(director)
    home = client.get("/")
    assert home.status_code == 302 and home["Location"] == LIST
    page = client.get(LIST)
    assert [one.pk for one in page.context["rows"]] == [proposal.pk]
    answer = reverse("liaison_committees:answer", args=[proposal.pk])
    assert answer in page.content.decode()
    assert client.get(answer).context["back"] == LIST
    assert not partner.get(LIST).context["rows"] and stranger.get(LIST).status_code == 302
    assert partner.get(answer).status_code == 404


def test_proposals_of_every_piste_are_in_one_list_and_each_leads_to_its_own(director, town):
    other = "citizen_dialogue"
    door = make_consultation(town.hall, piste=other, answerer=director)
    asked = Proposal.objects.create(
        piste=other, consultation=door, title="Des bancs", words="Trois.", answerer=director, answer_due_on="2030-01-01"
    )
    page = signed_in(director).get(LIST)
    assert reverse(f"{other}:answer", args=[asked.pk]) in page.content.decode()


@pytest.mark.parametrize("role", ["elected", "director"])
def test_the_menu_says_it_once(role):
    entries = [entry for entry in registry.menu_for(role) if entry.url_name.endswith(":to_answer")]
    assert [entry.url_name for entry in entries] == ["liaison_committees:to_answer"]


def test_the_lists_of_the_desk_lead_to_each_other(desk):
    tabs = desk.get(at("proposals")).context["tabs"]
    assert [tab.current for tab in tabs][:2] == [True, False]
    for tab in tabs:
        assert desk.get(tab.href).status_code == 200


def test_the_list_asks_the_same_number_of_questions_however_long(director, town, constant_queries):
    body = make_body(town.hall, piste=SLUG, answerer=director)
    make_proposal(body, answerer=director)
    constant_queries(signed_in(director), LIST, lambda: make_proposal(body, answerer=director))
