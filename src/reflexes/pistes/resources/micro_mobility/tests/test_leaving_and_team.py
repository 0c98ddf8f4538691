"""Leaving in one gesture, and handing the cell over: what is read first, what is written, who may."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, make_plan, next_monday
from reflexes.mechanisms.allocation.models import Departure, Handover
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Capacity
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
ROOT = "/micro-mobilite/"
MINE = f"{ROOT}mon-espace/partir/"
LEAVE = f"{ROOT}departs/"
TEAM = f"{ROOT}la-cellule/equipe/"


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def admin(administrator):
    return signed_in(administrator)


def held(person, role: str = "") -> Capacity:
    return person.capacities.get(**({"role": role} if role else {}))


def day(days: int = 0) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def test_an_agent_reads_what_leaving_does_then_leaves_and_may_stay_after_all(agent, member, town):
    make_offer(agent)
    mission = make_assignment(make_need(town.association).slots.get(), agent, state="confirmed")
    page = member.get(f"{MINE}?jour={day()}")
    assert [one.pk for one in page.context["read"].missions] == [mission.pk]
    assert not Departure.objects.exists()
    assert member.post(MINE, {"last_day": day()}).status_code == 302
    mission.refresh_from_db()
    assert mission.state == "excused"
    departure = Departure.objects.get()
    assert "reste finalement" in member.get(MINE).content.decode()
    assert member.post(f"{LEAVE}{departure.pk}/annuler/").status_code == 302
    agent.offer.refresh_from_db()
    assert agent.offer.active


def test_the_cell_finds_whoever_leaves_by_name_says_the_day_and_takes_it_back(cell, agent, town):
    make_offer(agent)
    page = cell.get(f"{LEAVE}?qui=amina")
    assert [one.person for one in page.context["found"]] == [agent]
    address = f"{LEAVE}qui/{held(agent).pk}/"
    assert cell.get(address).status_code == 200
    assert cell.post(address, {"last_day": day(3)}).status_code == 302
    assert not cell.get(f"{LEAVE}?qui=amina").context["found"]
    (line,) = cell.get(LEAVE).context["lines"]
    assert line[0].person == agent
    assert "Amina" in cell.post(f"{LEAVE}sortir/", {"kind": "csv"}).content.decode("utf-8-sig")
    assert cell.post(f"{LEAVE}{line[0].pk}/annuler/").status_code == 302
    assert cell.post(f"{LEAVE}{line[0].pk}/annuler/").status_code == 409
    assert len(cell.get(f"{LEAVE}?state=back").context["lines"]) == 1


@pytest.mark.parametrize("typed", [{}, {"last_day": "demain"}, {"last_day": "1999-01-01"}, {"last_day": "2199-01-01"}])
def test_an_impossible_last_day_answers_422_and_nothing_moves(cell, agent, typed):
    page = cell.post(f"{LEAVE}qui/{held(agent).pk}/", typed)
    assert page.status_code == 422
    assert not Departure.objects.exists()


def test_nobody_else_says_somebody_s_last_day_nor_reads_who_leaves(agent, manager, hr, partner, stranger, host):
    address = f"{LEAVE}qui/{held(agent).pk}/"
    for client in (signed_in(manager), signed_in(hr), signed_in(host), partner):
        assert client.get(LEAVE).status_code == 404
        assert client.get(address).status_code == 404
        assert client.post(address, {"last_day": day()}).status_code == 404
        assert client.get(TEAM).status_code == 404
    assert stranger.get(LEAVE).status_code == 302


def test_the_person_sheet_says_that_somebody_leaves(cell, agent):
    make_offer(agent)
    cell.post(f"{LEAVE}qui/{held(agent).pk}/", {"last_day": day(3)})
    assert cell.get(f"{ROOT}personnes/{agent.pk}/").context["departure"] is not None


def test_the_administrator_names_somebody_when_nobody_is_left_in_the_cell(admin, coordinator, agent, town):
    coordinator.capacities.all().delete()
    assert "Personne ne tient la cellule" in admin.get(TEAM).content.decode()
    page = admin.get(f"{TEAM}?qui=amina")
    assert [one for one, _form in page.context["found"]] == [agent]
    assert admin.post(f"{TEAM}nommer/", {"person": agent.pk, "organisation": town.hall.pk}).status_code == 302
    assert held(agent, roles.COORDINATOR).starts_on == clock.today()
    assert signed_in(agent).get("/agir-comme/").status_code == 200


@pytest.mark.parametrize("typed", [{}, {"person": "x"}, {"person": 10**18, "organisation": 1}, {"person": -1}])
def test_naming_nobody_is_said_and_writes_nothing(admin, typed, coordinator):
    assert admin.post(f"{TEAM}nommer/", typed).status_code == 422
    assert Capacity.objects.filter(role=roles.COORDINATOR).count() == 1


def test_the_last_of_the_cell_reads_why_they_cannot_go_and_one_of_two_looks_twice(cell, coordinator):
    address = f"{LEAVE}qui/{held(coordinator).pk}/"
    page = cell.post(address, {"last_day": day(), "alone": "1", "seen": "on"})
    assert page.status_code == 422
    assert "Nommez d’abord quelqu’un" in page.content.decode()
    make_person("Colin", role=roles.COORDINATOR)
    assert "seen" in cell.get(address).context["form"].fields
    assert cell.post(address, {"last_day": day(), "alone": "1"}).status_code == 422
    assert cell.post(address, {"last_day": day(), "alone": "1", "seen": "on"}).status_code == 302


def test_handing_over_keeps_the_words_while_typed_names_a_successor_and_prints(cell, coordinator, town):
    own = held(coordinator).pk
    colin = make_person("Colin", role=roles.COORDINATOR, organisation=town.hall)
    make_plan(coordinator, state="ready")
    page = cell.get(f"{TEAM}{own}/passer-la-main/")
    assert "Plan 1" in page.content.decode()
    assert cell.post(f"{TEAM}{own}/passer-la-main/mot/", {"note": "Appeler la Banque"}).status_code == 204
    assert Handover.objects.get().note == "Appeler la Banque"
    assert cell.post(f"{TEAM}{own}/passer-la-main/", {"note": "Appeler la Banque lundi"}).status_code == 302
    assert cell.post(f"{TEAM}{own}/passer-la-main/suite/", {"person": colin.pk}).status_code == 302
    assert cell.post(f"{TEAM}{own}/passer-la-main/suite/", {"person": "x"}).status_code == 422
    assert Handover.objects.get().successor == colin
    printed = cell.get(f"{TEAM}{own}/passer-la-main/imprimer/")
    assert printed["Content-Type"] == "application/pdf"
    assert signed_in(colin).get(f"{TEAM}{own}/passer-la-main/").status_code == 200


def test_the_handover_page_tells_what_waits_and_who_comes(cell, coordinator, agent, town):
    make_offer(agent)
    make_assignment(make_need(town.association).slots.get(), agent, state="accepted")
    page = cell.get(f"{TEAM}{held(coordinator).pk}/passer-la-main/")
    words = [item.words for _title, items in page.context["sections"] for item in items]
    assert any("attend" in one for one in words)
    assert any("1 personne vient" in one for one in words)


def test_the_administrator_reads_a_handover_without_the_cell_s_links(admin, coordinator, agent, town):
    make_plan(coordinator, state="ready")
    page = admin.get(f"{TEAM}{held(coordinator).pk}/passer-la-main/")
    assert page.status_code == 200
    assert not [item.href for _title, items in page.context["sections"] for item in items if item.href]


def test_lists_ask_the_same_questions_whatever_the_number_of_rows(cell, coordinator, town, constant_queries):
    def grow():
        for _number in range(4):
            one = make_person(role="agent", unit=town.home)
            Departure.objects.create(person=one, capacity=held(one), last_day=next_monday())
            make_person(role=roles.COORDINATOR, organisation=town.hall)
            make_plan(coordinator, state="ready")

    grow()
    constant_queries(cell, LEAVE, grow)
    constant_queries(cell, TEAM, grow)
    constant_queries(cell, f"{TEAM}{held(coordinator).pk}/passer-la-main/", grow)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(max_size=60), number=st.integers(-5, 10**20))
def test_whatever_is_typed_about_people_who_leave_is_never_an_error_page(cell, coordinator, words, number):
    own = held(coordinator).pk
    for address in (f"{LEAVE}", f"{TEAM}"):
        assert cell.get(address, {"qui": words, "q": words, "state": words, "page": number}).status_code == 200
    assert cell.get(f"{LEAVE}qui/{own}/", {"jour": words}).status_code == 200
    for address, typed in (
        (f"{LEAVE}qui/{own}/", {"last_day": words, "alone": words}),
        (f"{TEAM}nommer/", {"person": number, "organisation": words}),
        (f"{TEAM}{own}/passer-la-main/", {"note": words}),
        (f"{TEAM}{own}/passer-la-main/suite/", {"person": number}),
    ):
        assert cell.post(address, typed).status_code in {302, 409, 422}
