"""What the first drill of an hour found, screen by screen: each line here was hard for somebody who did not know."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from reflexes.core import clock
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_plan,
    make_plan_line,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Need, Plan, next_working_day
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.crisis.exercises import do_end_exercise, do_join_exercise, do_start_exercise
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.pistes.resources.micro_mobility.cases import CASES
from reflexes.pistes.resources.micro_mobility.messages import agent as words_for_agents
from reflexes.pistes.resources.micro_mobility.messages.facts import ANSWER
from reflexes.pistes.resources.micro_mobility.views.cell_calls import script
from reflexes.pistes.resources.micro_mobility.views.cell_waves import usual_answer_by
from reflexes.pistes.resources.micro_mobility.views.manager_service import WithholdForm
from reflexes.pistes.resources.micro_mobility.views.need_steps.when import WEEKS, WhenForm
from reflexes.web.forms import fortnight, key_of
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell(coordinator):
    return signed_in(coordinator)


@pytest.fixture
def going(coordinator) -> Plan:
    return make_plan(made_by=coordinator, state=Plan.State.RUNNING)


def test_the_page_where_one_waits_for_a_plan_already_has_the_styles_of_the_studio_that_takes_its_place(cell, going):
    assert "micro_mobility/cell" in cell.get(f"/micro-mobilite/plans/{going.number}/").content.decode()


def test_two_plans_that_become_ready_come_back_to_their_comparison(cell, going, coordinator):
    other = make_plan(made_by=coordinator, state=Plan.State.READY)
    beside = f"/micro-mobilite/plans/{going.number}/{other.number}/"
    asked = cell.get(beside).context["beside"]["query"]
    Plan.objects.filter(pk=going.pk).update(state=Plan.State.READY)
    answer = cell.get(f"/micro-mobilite/plans/{going.number}/progression/{asked}", headers={"HX-Request": "true"})
    assert f'hx-get="{beside}"' in answer.content.decode()


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (time(9), time(17)),  # the evening before
        (time(16, 30), None),  # too near that evening: half of the time left
    ],
)
def test_a_wave_for_tomorrow_is_answered_before_tomorrow(coordinator, town, now, until):
    day = next_monday()
    slot = make_need(town.association, days=[(day, "am")]).slots.get()
    line = make_plan_line(make_plan(made_by=coordinator), slot, make_offer(make_person("Amina")).person)
    with clock.travelling(timezone.make_aware(datetime.combine(day - timedelta(days=1), now))):
        answer_by = timezone.localtime(usual_answer_by([line]))
        assert clock.now() < answer_by < timezone.make_aware(datetime.combine(day, time(8)))
        assert until is None or answer_by.time() == until


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_need_begun_from_a_case_asks_for_no_half_day_that_the_grid_does_not_show(case):
    today = clock.today()
    shown = fortnight(today, weeks=WEEKS, weekends=True)
    assert {asked.day for asked in case.slots(today)} <= set(shown)


def test_the_day_of_return_follows_the_last_half_day_as_long_as_nobody_chose_another(host, town):
    monday, later = next_monday(), next_monday() + timedelta(days=7)
    need = make_need(town.association, state="draft", place=town.site, stated_by=host, days=[(later, "am")])
    Need.objects.filter(pk=need.pk).update(returns_on=next_working_day(later))
    assert returns_on_after(need, host, monday) == next_working_day(monday)
    Need.objects.filter(pk=need.pk).update(returns_on=later + timedelta(days=9))
    assert returns_on_after(need, host, monday) is None


def returns_on_after(need: Need, host, day: date) -> date | None:
    form = WhenForm(
        {"half_days": [key_of((day, "am"))]}, need=Need.objects.get(pk=need.pk), actor=actor_for(host), since=day
    )
    assert form.is_valid(), form.errors
    return form.changes()[0].get("returns_on")


def test_a_call_played_in_an_exercise_begins_with_that_word(coordinator, town):
    slot = make_need(town.association).slots.get()
    actor = actor_for(coordinator)
    assert not any("exercice" in line for line in script(slot, actor))
    assert "exercice" in script(slot, replace(actor, exercise_id=1))[0]


def test_a_full_half_day_says_to_call_nobody_for_now(cell, town):
    make_offer(make_person("Amina", role="agent", unit=town.home), free=half_days(10))
    taken = make_person("Basile", role="agent", unit=town.home)
    slot = make_need(town.association, days=[(next_monday(), "am")], headcount=1).slots.get()
    make_assignment(slot, taken, state=State.CONFIRMED)
    page = cell.get(f"/micro-mobilite/demi-journees/{slot.pk}/appels/").content.decode()
    assert "Toutes les places sont prises" in page


def test_a_manager_is_never_offered_the_half_day_that_is_asked_for(town):
    slot = make_need(town.association, days=[(next_monday(), "am")]).slots.get()
    mission = make_assignment(slot, make_person("Amina", role="agent", unit=town.home), state=State.ACCEPTED)
    offered = dict(WithholdForm(mission=mission).fields["other"].choices)
    assert key_of((next_monday(), "am")) not in offered
    assert key_of((next_monday(), "pm")) in offered


def test_a_mission_is_not_begun_by_a_mistap_the_day_before(host, town):
    slot = make_need(town.hall, place=town.site, days=[(next_monday(), "am")]).slots.get()
    mission = make_assignment(slot, make_person("Amina", role="agent", unit=town.home), state=State.CONFIRMED)
    desk, address = signed_in(host), f"/micro-mobilite/missions/{mission.pk}/accueil/"
    assert f"{address}commencer/" not in desk.get(address).content.decode()
    with clock.travelling(timezone.make_aware(datetime.combine(next_monday(), time(8)))):
        assert f"{address}commencer/" in desk.get(address).content.decode()


def test_in_an_exercise_the_page_of_a_mission_opens_for_whoever_plays_that_person(coordinator, agent, town):
    mission = make_assignment(make_need(town.association).slots.get(), agent, state=State.CONFIRMED)
    assert words_for_agents.confirmed(mission, agent).purpose == ""
    actor = actor_for(coordinator)
    exercise = do_start_exercise(actor=actor, name="Canicule", plays_at=clock.now())
    do_join_exercise(actor=actor, exercise=exercise)
    mission = Assignment.objects.get(pk=mission.pk)
    mission.exercise_id = exercise.pk
    assert words_for_agents.confirmed(mission, agent).purpose == ANSWER
    do_end_exercise(actor=actor, exercise=exercise)


def test_usual_criteria_that_every_need_published_are_said_once(cell, town):
    usual = cell.get("/micro-mobilite/plans/nouveau/").context["rules"]
    # A text area sends its lines with both marks of their end.
    need = make_need(town.association, criteria="\r\n".join(str(rule) for rule in usual))
    page = cell.get("/micro-mobilite/plans/nouveau/")
    assert page.context["usual"]
    assert page.content.decode().count(need.criteria.splitlines()[0][:20]) <= 1
