"""The cell's pages when few can come: a wave that asks a few more, the reserve, the call list, a designation."""

import re
from datetime import timedelta

import pytest
from django.utils import translation

from reflexes.core import clock
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_plan,
    make_plan_line,
    make_slot,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Call, Plan
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill
from reflexes.pistes.resources.micro_mobility.asking_words import chance_words
from reflexes.pistes.resources.micro_mobility.views import cell_studio
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
MONDAY = next_monday()
BASE = "/micro-mobilite"


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def pool(town):
    people = [
        make_person(name, role="agent", unit=town.home, phone="0612345678") for name in ("Amina", "Basile", "Chloé")
    ]
    for one in people:
        make_offer(one, free=half_days(10))
    return people


@pytest.fixture
def slot(town, pool):
    return make_need(town.association, days=[(MONDAY, "am")], headcount=1, priority=3).slots.get()


def planned(coordinator) -> Plan:
    plan = plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=MONDAY, ends_on=MONDAY + timedelta(days=6), seed=7
    )
    run_all()
    plan.refresh_from_db()
    assert plan.state == Plan.State.READY, plan.failure
    return plan


def said(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def wave_fields(page, **more) -> dict:
    until = clock.now() + timedelta(days=1)
    return {"seen": page.context["seen"], "answer_by_0": until.date().isoformat(), "answer_by_1": "18:00", **more}


def test_the_wave_says_in_words_how_many_yes_to_expect_and_whom_to_ask_beyond(cell, coordinator, slot):
    plan = planned(coordinator)
    page = cell.get(f"{BASE}/plans/{plan.number}/vague/")
    (row,) = page.context["advice"]
    assert "Nous sollicitons 1 personne pour 1 place" in row.now
    assert "2 chances sur 5 qu’une place reste vide" in row.now
    assert "Si vous sollicitez 2 personnes" in row.more
    assert len(row.people) == 1
    key = row.people[0].beyond.key
    answer = cell.post(f"{BASE}/plans/{plan.number}/vague/envoyer/", wave_fields(page, beyond=[key]))
    assert answer.status_code == 302
    assert Assignment.objects.filter(over_asked=True).count() == 2
    run_all()
    bodies = list(Message.objects.values_list("body", flat=True))
    assert len(bodies) == 2
    assert all("un peu plus de personnes qu’il n’y a de places" in body for body in bodies)


def test_a_box_forged_for_the_wave_asks_nobody(cell, coordinator, slot, pool):
    plan = planned(coordinator)
    page = cell.get(f"{BASE}/plans/{plan.number}/vague/")
    for forged in ("x", "1-1", f"{slot.pk}-999999"):
        answer = cell.post(f"{BASE}/plans/{plan.number}/vague/envoyer/", wave_fields(page, beyond=[forged]))
        assert answer.status_code == 409
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    ("chance", "words"),
    [(0.2, "1 chance sur 5"), (0.4, "2 chances sur 5"), (0.5, "1 chance sur 2"), (0.05, "1 chance sur 20")],
)
def test_a_chance_is_said_as_people_say_it(chance, words):
    with translation.override("fr"):
        assert chance_words(chance) == words


def test_a_yes_after_the_last_place_reads_that_one_is_on_reserve_and_leaves_in_one_tap(cell, slot, pool, town):
    for person in pool[:2]:
        make_assignment(slot, person, over_asked=True)
    for person in pool[:2]:
        client = signed_in(person)
        mission = Assignment.objects.get(person=person)
        client.post(f"{BASE}/missions/{mission.pk}/reponse/", {"reponse": "oui"})
    kept = Assignment.objects.get(person=pool[1])
    assert kept.state == "reserve"
    run_all()
    assert Message.objects.filter(person_key=pool[1].key, subject__contains="vous êtes en réserve").count() == 1
    page = cell.get(f"{BASE}/reserve/")
    assert [one.pk for one in page.context["others"]] == [kept.pk]
    signed_in(pool[1]).post(f"{BASE}/missions/{kept.pk}/reponse/", {"reponse": "non"})
    kept.refresh_from_db()
    assert kept.state == "declined"


def test_the_reserve_is_asked_in_one_tap_once_a_place_is_free(cell, slot, pool):
    kept = make_assignment(slot, pool[0], state="reserve")
    assert cell.get(f"{BASE}/ce-qui-attend/reserve_first/").url == f"{BASE}/reserve/"
    page = cell.get(f"{BASE}/reserve/")
    assert [one.pk for one, _phone in page.context["first"]] == [kept.pk]
    assert cell.post(f"{BASE}/reserve/{kept.pk}/demander/").status_code == 302
    kept.refresh_from_db()
    assert kept.state == "proposed"
    assert cell.post(f"{BASE}/reserve/{kept.pk}/demander/").status_code == 409


def test_p09_accept_12_thin_pool_leads_to_a_call_list_with_a_number_a_script_and_a_trace(cell, slot, pool, coordinator):
    page = cell.get(f"{BASE}/demi-journees/{slot.pk}/appels/")
    text = said(page)
    assert "06 12 34 56 78" in text
    assert "tel:+33612345678" in page.content.decode()
    assert len(page.context["script"]) == 4
    taken = cell.post(f"{BASE}/demi-journees/{slot.pk}/appeler/{pool[0].pk}/")
    call = Call.objects.get()
    assert taken.url == f"{BASE}/appels/{call.pk}/"
    assert "Claire" in said(cell.get(taken.url))
    done = cell.post(taken.url, {"outcome": "yes"}, follow=True)
    assert "a dit oui" in said(done)
    mission = Assignment.objects.get()
    assert (mission.person, mission.state) == (pool[0], "accepted")
    assert said(cell.get(f"{BASE}/appels/?outcome=yes")).count("Amina") == 1
    assert "Amina" not in said(cell.get(f"{BASE}/appels/?q=zzz"))


def test_another_coordinator_sees_who_is_calling_and_cannot_take_the_same_call(cell, slot, pool, town):
    other = signed_in(make_person("Rémi", role="coordinator", unit=town.cell))
    cell.post(f"{BASE}/demi-journees/{slot.pk}/appeler/{pool[0].pk}/")
    page = other.get(f"{BASE}/demi-journees/{slot.pk}/appels/")
    assert "appel en cours" in said(page)
    refused = other.post(f"{BASE}/demi-journees/{slot.pk}/appeler/{pool[0].pk}/")
    assert refused.status_code == 409
    assert "Claire" in said(refused)
    assert Call.objects.count() == 1


def test_a_call_without_an_outcome_or_with_an_impossible_moment_writes_nothing(cell, slot, pool):
    cell.post(f"{BASE}/demi-journees/{slot.pk}/appeler/{pool[0].pk}/")
    call = Call.objects.get()
    for wrong in ({}, {"outcome": "later"}, {"outcome": "later", "call_back_at_0": "hier", "call_back_at_1": "10:00"}):
        assert cell.post(f"{BASE}/appels/{call.pk}/", wrong).status_code == 422
    call.refresh_from_db()
    assert call.outcome == "open"
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    later = {"outcome": "later", "call_back_at_0": tomorrow, "call_back_at_1": "10:00"}
    assert cell.post(f"{BASE}/appels/{call.pk}/", later).status_code == 302


def test_a_half_day_with_nobody_to_call_says_what_to_do(cell, town):
    lonely = make_need(town.association, days=[(MONDAY, "pm")], priority=3).slots.get()
    page = cell.get(f"{BASE}/demi-journees/{lonely.pk}/appels/")
    assert page.context["empty"]
    assert "Il n’y a personne à appeler" in said(page)


def test_p09_accept_6_a_designation_needs_an_authority_and_a_basis_and_the_person_reads_both(cell, slot, pool, manager):
    address = f"{BASE}/demi-journees/{slot.pk}/designer/?who=Amina"
    assert len(cell.get(address).context["found"]) == 1
    whom = {"who": "Amina", "person": pool[0].pk}
    refused = cell.post(address, {**whom, "authority": "", "basis": ""})
    assert refused.status_code == 422
    assert not Assignment.objects.exists()
    fields = {**whom, "authority": "La maire", "basis": "Arrêté du 20 novembre 2026"}
    assert cell.post(address, fields).status_code == 302
    mission = Assignment.objects.get()
    assert (mission.mode, mission.state, mission.authority) == ("designated", "accepted", "La maire")
    run_all()
    read = Message.objects.get(person_key=pool[0].key)
    assert "vous désigne" in read.body
    assert "Arrêté du 20 novembre 2026" in read.body
    assert "vous y opposez" in read.body
    assert "Voulez-vous" not in read.subject
    told = Message.objects.get(person_key=manager.key)
    assert "La maire désigne" in told.body
    page = signed_in(pool[0]).get(f"{BASE}/missions/{mission.pk}/")
    assert "Une autorité vous désigne" in said(page)
    assert cell.post(address, fields).status_code == 409


def test_these_pages_do_not_exist_outside_the_cell(member, partner, stranger, slot, pool, manager, hr):
    call = Call.objects.create(slot=slot, person=pool[0])
    kept = make_assignment(slot, pool[1], state="reserve")
    pages = (
        f"{BASE}/demi-journees/{slot.pk}/appels/",
        f"{BASE}/demi-journees/{slot.pk}/designer/",
        f"{BASE}/appels/",
        f"{BASE}/appels/{call.pk}/",
        f"{BASE}/reserve/",
    )
    for client in (member, partner, signed_in(manager), signed_in(hr)):
        assert {client.get(address).status_code for address in pages} == {404}
        assert client.post(f"{BASE}/reserve/{kept.pk}/demander/").status_code == 404
        assert client.post(f"{BASE}/demi-journees/{slot.pk}/appeler/{pool[0].pk}/").status_code == 404
    assert stranger.get(pages[0]).status_code == 302


def test_the_call_list_asks_the_database_a_constant_number_of_questions(cell, slot, town, constant_queries):
    def grow() -> None:
        for number in range(4):
            person = make_person(f"Agent {number}", role="agent", unit=town.home)
            make_offer(person, free=half_days(4) if number % 2 else [])
            Call.objects.create(slot=slot, person=person, outcome="no_answer")

    grow()

    constant_queries(cell, f"{BASE}/demi-journees/{slot.pk}/appels/", grow)
    constant_queries(cell, f"{BASE}/appels/", grow)


def test_a_team_left_without_a_mentor_gets_one_in_one_tap(cell, coordinator, town, pool):
    """After a drop-out a frozen plan may keep a team without its mentor: the studio says it and mends it."""
    mentors = [make_person(name, role="agent", unit=town.home) for name in ("Maya", "Milo")]
    for one in mentors:
        make_offer(one, free=half_days(10), can_mentor=True)
    slot = make_need(town.association, days=[(MONDAY, "am")], headcount=2, mentor_required=True).slots.get()
    plan = planned(coordinator)
    address = f"{BASE}/plans/{plan.number}/demi-journee/{slot.pk}/"
    chosen = plan.lines.filter(person__in=mentors).first()
    assert chosen is not None
    other = next(one for one in mentors if one.pk != chosen.person_id)
    plan.lines.filter(person=other).delete()
    if not plan.lines.exclude(person__in=mentors).exists():
        plan.lines.create(slot=slot, person=pool[0], km=1, priority=slot.need.priority)
    assert not cell.get(address).context["no_mentor"]
    line = {"slot": slot.pk, "person": chosen.person_id, "do": "dismiss"}
    cell.post(f"{BASE}/plans/{plan.number}/ligne/", line)
    page = cell.get(address)
    assert page.context["no_mentor"]
    mentor, replaced = page.context["swaps"][0]
    fields = {"slot": slot.pk, "person": mentor.person_id, "instead_of": replaced.offer.person_id, "do": "swap"}
    assert cell.post(f"{BASE}/plans/{plan.number}/ligne/", fields).status_code == 302
    assert not cell.get(address).context["no_mentor"]
    assert cell.post(f"{BASE}/plans/{plan.number}/ligne/", fields).status_code in (409, 422)
    assert plan.lines.get(person_id=replaced.offer.person_id).dismissed


def test_a_mentor_who_comes_for_another_skill_guides_the_whole_team(town, pool):
    """All those of one need on one half-day are one team, as the engine counts it."""
    need = make_need(town.association, days=[(MONDAY, "am")], headcount=1, mentor_required=True)
    hands = need.slots.get()
    driving = make_slot(need, MONDAY, "am", skill=make_skill("conduire"))
    driver = make_person("Maya", role="agent", unit=town.home)
    make_offer(driver, can_mentor=True)
    plan = make_plan(state="ready")
    make_plan_line(plan, hands, pool[0])
    assert cell_studio.lacks_mentor(plan, hands)
    make_plan_line(plan, driving, driver)
    assert not cell_studio.lacks_mentor(plan, hands)
