"""The board of needs and the page of one need."""

from datetime import timedelta

import pytest

from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_slot,
    next_monday,
)
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
BOARD = "/micro-mobilite/besoins/"


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


def titles(page) -> list[str]:
    return [need.title for need in page.context["rows"]]


def test_the_board_shows_vital_needs_first_and_leaves_the_closed_out(cell, town):
    make_need(town.association, title="Utile", priority=1)
    make_need(town.association, title="Vital", priority=3)
    make_need(town.association, title="Fermé", state="closed")
    assert titles(cell.get(BOARD)) == ["Vital", "Utile"]
    assert titles(cell.get(f"{BOARD}?state=closed")) == ["Fermé"]


def test_the_board_counts_places_asked_and_held(cell, town, agent):
    need = make_need(town.association, slots=2, headcount=3)
    make_offer(agent)
    make_assignment(need.slots.all()[0], agent, state="accepted")
    row = cell.get(BOARD).context["rows"][0]
    assert (row.asked, row.held, row.half_days) == (6, 1, 2)


def test_the_filters_are_kept_in_the_address(cell, town):
    make_need(town.association, title="Portage", priority=3, days=[(next_monday(), "am")])
    make_need(town.hall, title="Écoute", priority=1, kind="calls", days=[(next_monday() + timedelta(days=1), "pm")])
    assert titles(cell.get(f"{BOARD}?priority=3")) == ["Portage"]
    assert titles(cell.get(f"{BOARD}?kind=calls")) == ["Écoute"]
    assert titles(cell.get(f"{BOARD}?host={town.hall.pk}")) == ["Écoute"]
    assert titles(cell.get(f"{BOARD}?half=am")) == ["Portage"]
    assert titles(cell.get(f"{BOARD}?until={next_monday()}")) == ["Portage"]
    assert titles(cell.get(f"{BOARD}?since={next_monday() + timedelta(days=1)}")) == ["Écoute"]
    assert titles(cell.get(f"{BOARD}?q=paniers")) == ["Portage"]


def test_a_filter_that_means_nothing_shows_everything(cell, town):
    make_need(town.association, title="Portage")
    for asked in ("?priority=lots", "?since=2026-99-99", "?host=0", "?page=9999", "?kind=%00"):
        assert cell.get(f"{BOARD}{asked}").status_code == 200


def test_the_map_names_the_places_of_the_list_and_says_where_some_wait(cell, town):
    need = make_need(town.association, headcount=2)
    points = cell.get(BOARD).context["points"]
    assert [(point.label, point.waits) for point in points] == [(need.place.name, True)]


def test_the_page_of_a_need_tells_who_is_asked_and_why_it_is_empty(cell, coordinator, town, agent):
    skill = make_skill("parler-turc")
    need = make_need(town.association, days=half_days(2), skill=skill)
    agent.skills.create(skill=skill)
    make_offer(agent)
    make_assignment(need.slots.all()[0], agent)
    plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=next_monday(), ends_on=next_monday() + timedelta(days=6), seed=1
    )
    run_all()
    page = cell.get(f"{BOARD}{need.pk}/")
    first, second = page.context["slots"]
    assert [(mission.person, can_write) for mission, _tone, can_write in first.missions] == [(agent, True)]
    assert second.why
    assert len(page.context["events"]) == 0


def test_the_host_sees_its_need_without_those_who_only_were_asked(host, partner, town, agent):
    need = make_need(town.hall, days=half_days(2))
    make_offer(agent)
    other = make_person("Basile", role="agent", unit=town.home)
    make_offer(other)
    make_assignment(need.slots.all()[0], agent, state="proposed")
    make_assignment(need.slots.all()[1], other, state="released")
    page = signed_in(host).get(f"{BOARD}{need.pk}/")
    assert [[mission.person for mission, *_rest in one.missions] for one in page.context["slots"]] == [[], [other]]
    assert str(agent) not in page.content.decode()
    assert partner.get(f"{BOARD}{need.pk}/").status_code == 404


def test_the_board_does_not_exist_outside_the_cell(member, partner, stranger, manager, town):
    make_need(town.association)
    assert stranger.get(BOARD).status_code == 302
    for client in (member, partner, signed_in(manager)):
        assert client.get(BOARD).status_code == 404


def test_boards_ask_the_same_questions_whatever_the_number_of_rows(cell, town, agent, constant_queries):
    need = make_need(town.association, slots=2)
    make_offer(agent)
    make_assignment(need.slots.all()[0], agent)

    days = iter(next_monday(2) + timedelta(days=number) for number in range(20))

    def grow():
        for _number in range(4):
            make_need(town.association)
            slot = make_slot(need, next(days))
            one = make_person(role="agent")
            make_offer(one)
            make_assignment(slot, one)

    constant_queries(cell, BOARD, grow)
    constant_queries(cell, f"{BOARD}{need.pk}/", grow)
