"""The public page: off by default, nothing of anybody, never an exercise, and a real way to come forward."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_need
from reflexes.mechanisms.allocation.models import Offer
from reflexes.mechanisms.allocation.services.silences import silences
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.public import scrubbed
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
CELL_PAGE = "/micro-mobilite/page-publique/"
PUBLIC = "/besoins-ouverts/"
COME = "/besoins-ouverts/venir-aider/"
HERSELF = {"first_name": "Nadia", "last_name": "Kaci", "phone": "06 39 98 00 11", "email": "nadia@example.org"}


@pytest.fixture(autouse=True)
def forgotten_tries(db):
    cache.clear()


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def open_page(cell):
    assert cell.post(CELL_PAGE, {"on": "yes", "phone": "04 65 71 00 00", "counter": "Mairie, 9 h"}).status_code == 302


def test_it_does_not_exist_until_the_cell_switches_it_on_and_again_once_it_is_off(cell, stranger, member):
    for address in (PUBLIC, f"{PUBLIC}flux.json", f"{PUBLIC}criteres/", COME):
        assert stranger.get(address).status_code == 404, address
    assert member.get(CELL_PAGE).status_code == 404 and member.post(CELL_PAGE, {"on": "yes"}).status_code == 404
    assert cell.post(CELL_PAGE, {"on": "yes", "phone": "", "counter": ""}).status_code == 422  # nobody to call
    assert cell.post(CELL_PAGE, {"on": "yes", "phone": "04 65 71 00 00"}).status_code == 302
    assert stranger.get(PUBLIC).status_code == 200 and stranger.get(f"{PUBLIC}criteres/").status_code == 200
    assert cell.post(CELL_PAGE, {"on": "no", "phone": "04 65 71 00 00"}).status_code == 302
    assert stranger.get(PUBLIC).status_code == 404


def test_it_shows_what_is_open_and_nothing_of_anybody(open_page, stranger, town, host, agent):
    need = make_need(
        town.hall,
        place=town.site,
        title="Tri des colis, appeler Hugo au 06 39 98 12 34",
        criteria="Écrire à hugo@example.org",
        mentor=host,
        contact=host,
        stated_by=host,
    )
    make_need(town.hall, place=town.site, title="Brouillon secret", state="draft")
    make_need(town.hall, place=town.site, title="Besoin joué", exercise=make_exercise())
    read = stranger.get(PUBLIC).content.decode()
    assert "Tri des colis" in read and str(town.site.commune) in read
    for hidden in ("Brouillon secret", "Besoin joué", "39 98 12 34", "hugo@example.org", str(host), town.site.name):
        assert hidden not in read.replace("Tri des colis, appeler Hugo", ""), hidden
    fed = json.loads(stranger.get(f"{PUBLIC}flux.json").content)
    assert len(fed["items"]) == 1 and "39 98" not in json.dumps(fed)
    assert stranger.get(f"{PUBLIC}flux.json").headers["Cache-Control"] == "public, max-age=300"
    slot = need.slots.get()
    type(slot).objects.filter(pk=slot.pk).update(held=slot.headcount)
    assert "Tri des colis" not in stranger.get(PUBLIC).content.decode()


def test_the_preview_of_the_cell_is_what_everybody_reads(open_page, cell, stranger, town):
    make_need(town.hall, place=town.site, title="Accueil au gymnase")
    for reader, address in ((cell, CELL_PAGE), (stranger, PUBLIC)):
        shown = reader.get(address).context["shown"]
        assert [one.title for one in shown] == ["Accueil au gymnase"]


def test_it_is_filtered_by_commune_and_kind_from_the_address(open_page, stranger, town):
    make_need(town.hall, place=town.site, title="Accueil", kind="reception")
    make_need(town.hall, place=town.site, title="Colis", kind="food_aid")
    make_need(town.hall, remote=True, place=None, title="Appels", kind="calls")
    code = town.site.commune_id
    assert {one.title for one in stranger.get(f"{PUBLIC}?commune={code}").context["shown"]} == {"Accueil", "Colis"}
    assert [one.title for one in stranger.get(f"{PUBLIC}?kind=calls").context["shown"]] == ["Appels"]
    assert stranger.get(f"{PUBLIC}?kind=unknown&commune=x").status_code == 200


def test_an_exercise_does_not_show_the_public_page(open_page, member):
    exercise = make_exercise()
    member.post(f"/exercices/{exercise.pk}/rejoindre/")
    assert member.get(PUBLIC).status_code == 409


def test_somebody_who_comes_forward_is_a_silence_until_greeted(open_page, cell, coordinator, stranger, mailoutbox):
    answer = stranger.post(COME, {**HERSELF, "kinds": ["food_aid"]})
    assert answer.status_code == 302 and stranger.get(answer["Location"]).status_code == 200
    offer = Offer.objects.get(person__last_name="Kaci")
    assert not offer.half_days.exists() and offer.greeted_at is None  # nobody plans them before speaking to them
    waiting = {one.code: one.count for one in silences(actor_for(coordinator))}
    assert waiting["offers_unanswered"] == 1
    assert "Nadia" in cell.get("/micro-mobilite/ce-qui-attend/offers_unanswered/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"phone": "", "email": ""},
        {"phone": "abc"},
        {"email": "nadia"},
        {"kinds": ["food_aid", "calls", "waste"]},
        {"kinds": ["unknown"]},
        {"birth_date": "2999-01-01"},
        {"birth_date": "31 février"},
        {"commune": "00000"},
    ],
)
def test_a_form_with_a_fault_keeps_what_was_typed_and_writes_nothing(open_page, stranger, wrong):
    answer = stranger.post(COME, {**HERSELF, **wrong})
    assert answer.status_code == 422 and "Kaci" in answer.content.decode()
    assert not Person.objects.filter(last_name="Kaci").exists()


def test_nobody_learns_from_outside_who_is_known(open_page, stranger):
    make_person("Nadia", email="nadia@example.org", account=False)
    before = Person.objects.count()
    known, unknown = stranger.post(COME, HERSELF), stranger.post(COME, {**HERSELF, "email": "autre@example.org"})
    assert known.status_code == unknown.status_code == 302 and known["Location"] == unknown["Location"]
    assert Person.objects.count() == before + 1


def test_robots_and_floods_write_nothing_more(open_page, stranger):
    assert stranger.post(COME, {**HERSELF, "website": "http://spam.example"}).status_code == 302
    assert not Person.objects.filter(last_name="Kaci").exists()
    answers = [stranger.post(COME, {**HERSELF, "email": f"n{number}@example.org"}).status_code for number in range(7)]
    assert answers[0] == 302 and answers[-1] == 422


def test_the_list_asks_the_same_number_of_questions_with_more_needs(open_page, stranger, town, constant_queries):
    def grow() -> None:
        for number in range(4):
            make_need(town.hall, place=town.site, slots=2, title=f"Besoin {number}")

    grow()
    constant_queries(stranger, PUBLIC, grow)
    constant_queries(stranger, f"{PUBLIC}flux.json", grow)


def test_what_is_past_is_not_asked_any_more(open_page, stranger, town):
    need = make_need(town.hall, place=town.site, title="Hier")
    need.slots.update(day=clock.today() - timedelta(days=1))
    assert "Hier" not in stranger.get(PUBLIC).content.decode()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("au 06 39 98 12 34", "au …"),
        ("au +33 6 39 98 12 34", "au …"),
        ("au 06.39.98.12.34", "au …"),
        ("a.b@ville.example", "…"),
        ("le 24 novembre 2026, 3 personnes", "le 24 novembre 2026, 3 personnes"),
    ],
)
def test_numbers_of_people_are_taken_out_and_dates_stay(typed, read):
    assert scrubbed(typed) == read
