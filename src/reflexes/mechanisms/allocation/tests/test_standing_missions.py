"""A plan can always be made, whatever people already agreed to: life is looser than the engine."""

from datetime import timedelta

import pytest

from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import half_days, make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Plan
from reflexes.mechanisms.allocation.services import plans
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill

pytestmark = pytest.mark.django_db
MONDAY = (next_monday(), "am")


@pytest.fixture
def cell():
    return actor_for(make_person("Rémi", role="coordinator"))


def planned(cell) -> set[tuple[int, int]]:
    plan = plans.do_request_plan(actor=cell, starts_on=next_monday(), ends_on=next_monday() + timedelta(days=6), seed=7)
    run_all()
    plan.refresh_from_db()
    assert plan.state == Plan.State.READY, plan.failure
    return set(plan.lines.values_list("person_id", "slot_id"))


def volunteer(name: str, **offer):
    person = make_person(name, role="agent", skills=offer.pop("skills", ()))
    make_offer(person, **offer)
    return person


def test_a_no_to_one_half_day_does_not_undo_the_yes_to_another_of_the_same_need(cell):
    amina = volunteer("Amina")
    first, second = make_need(days=half_days(2)).slots.all()
    make_assignment(first, amina, state="declined")
    make_assignment(second, amina, state="accepted")
    assert planned(cell) == {(amina.pk, second.pk)}


def test_a_skill_taken_back_after_a_yes_keeps_the_mission_and_its_half_day(cell):
    skill = make_skill("conduire")
    amina, basile = volunteer("Amina"), volunteer("Basile", skills=(skill,))
    held = make_need(days=[MONDAY], skill=skill, headcount=2).slots.get()
    other = make_need(days=[MONDAY]).slots.get()
    make_assignment(held, amina, state="accepted")
    assert planned(cell) in ({(basile.pk, held.pk)}, {(basile.pk, other.pk)})


def test_more_people_asked_than_places_do_not_stop_the_next_plan(cell):
    slot = make_need(days=[MONDAY]).slots.get()
    amina, basile, chloe = volunteer("Amina"), volunteer("Basile"), volunteer("Chloé")
    make_assignment(slot, amina)
    make_assignment(slot, basile, state="accepted")
    assert planned(cell) == {(basile.pk, slot.pk)}
    other = make_need(days=[MONDAY], priority=3).slots.get()
    assert planned(cell) == {(basile.pk, slot.pk), (chloe.pk, other.pk)}


def test_somebody_asked_for_two_places_on_one_half_day_is_counted_once(cell):
    amina = volunteer("Amina")
    first, second = make_need(days=[MONDAY]).slots.get(), make_need(days=[MONDAY]).slots.get()
    make_assignment(first, amina)
    make_assignment(second, amina, state="accepted")
    assert planned(cell) == {(amina.pk, second.pk)}


def test_a_team_left_short_by_a_refusal_does_not_stop_the_next_plan(cell):
    team = make_need(days=[MONDAY], headcount=2, minimum_team=2).slots.get()
    amina = volunteer("Amina")
    make_assignment(team, amina, state="accepted")
    assert planned(cell) == {(amina.pk, team.pk)}
    basile = volunteer("Basile")
    assert planned(cell) == {(amina.pk, team.pk), (basile.pk, team.pk)}
