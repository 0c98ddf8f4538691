"""The table of silences says what waits, on whom, since when; it is empty when nothing waits."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_plan,
    make_plan_line,
    make_slot,
    make_wave,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Offer, PlanView
from reflexes.mechanisms.allocation.services.silences import (
    MISSIONS,
    SILENCES,
    WeekFigures,
    silences,
    unsent_plan,
    waiting_on,
    week_figures,
)
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.mechanisms.directory.models import FlyingTerms

pytestmark = pytest.mark.django_db


@pytest.fixture
def cell() -> Actor:
    return actor_for(make_person("Rémi", role="coordinator"))


def codes(cell: Actor) -> dict[str, int]:
    return {one.code: one.count for one in silences(cell)}


def greeted(**fields: Any) -> Offer:
    return make_offer(make_person(role="agent"), greeted_at=clock.now(), **fields)


def test_nothing_waits_in_an_empty_town(cell: Actor) -> None:
    assert silences(cell) == []


def test_an_offer_waits_until_somebody_answers_or_asks(cell: Actor) -> None:
    offer = make_offer(make_person(role="agent"))
    assert codes(cell) == {"offers_unanswered": 1}
    Offer.objects.filter(pk=offer.pk).update(last_asked_at=clock.now())
    assert codes(cell) == {}


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("proposed", "agents_silent"),
        ("accepted", "managers_silent"),
        ("released", "hosts_silent"),
        ("stand_in", "stand_ins_wanted"),
        ("returned", "not_debriefed"),
    ],
)
def test_each_state_waits_on_somebody(state: str, code: str, cell: Actor) -> None:
    need = make_need(priority=2, days=half_days(1, start=next_monday(2)))
    make_assignment(need.slots.get(), greeted().person, state=state)
    assert codes(cell) == {code: 1}
    assert [one.state for one in waiting_on(cell, code)] == [state]


def test_somebody_not_back_at_their_post_on_the_day_waits(cell: Actor) -> None:
    mission = make_assignment(make_need(priority=2).slots.get(), greeted().person, state="done")
    assert codes(cell) == {}
    Assignment.objects.filter(pk=mission.pk).update(returns_on=clock.today() - timedelta(days=1))
    assert codes(cell) == {"not_returned": 1}


def test_a_mission_of_tomorrow_without_its_boxes_waits(cell: Actor) -> None:
    need = make_need(priority=2, days=[(clock.today() + timedelta(days=1), "am")])
    mission = make_assignment(need.slots.get(), greeted().person, state="confirmed")
    assert codes(cell) == {"unprepared": 1}
    Assignment.objects.filter(pk=mission.pk).update(trained=True, safety_told=True)
    assert codes(cell) == {}


def test_a_vital_half_day_nobody_is_asked_for_waits(cell: Actor) -> None:
    need = make_need(priority=3)
    assert codes(cell) == {"needs_short": 1}
    make_assignment(need.slots.get(), greeted().person)
    assert codes(cell) == {"agents_silent": 1}


def test_a_need_that_nobody_looked_at_waits_until_a_plan_counts_it_or_somebody_is_asked(cell: Actor) -> None:
    seen, asked = make_need(priority=2), make_need(priority=1)
    assert codes(cell) == {"needs_new": 2}
    make_assignment(asked.slots.get(), greeted().person)
    assert list(waiting_on(cell, "needs_new")) == [seen]
    PlanView.objects.create(plan=make_plan(), slot=seen.slots.get(), counts={}, nearest=[])
    assert not waiting_on(cell, "needs_new").exists()


def test_the_oldest_silence_comes_first(cell: Actor) -> None:
    make_offer(make_person(role="agent"), came_forward_at=clock.now() - timedelta(days=4))
    make_assignment(make_need(priority=2).slots.get(), greeted().person)
    assert [one.code for one in silences(cell)] == ["offers_unanswered", "agents_silent"]


def test_only_the_cell_reads_the_table(cell: Actor) -> None:
    for role in ("host", "manager", "agent", "hr", "director"):
        with pytest.raises(Http404):
            silences(actor_for(make_person(role=role)))
    with pytest.raises(Http404):
        waiting_on(cell, "no_such_silence")


def test_the_table_is_read_with_one_query_for_the_missions_and_one_for_the_rest(
    cell: Actor, django_assert_num_queries: Any
) -> None:
    for _number in range(5):
        make_offer(make_person(role="agent"))
    # The third reads what employers decided about half-days.
    with django_assert_num_queries(3):
        silences(cell)


def test_what_is_counted_is_what_the_lists_hold(cell: Actor) -> None:
    today, yesterday = clock.today(), clock.today() - timedelta(days=1)
    for age, state in enumerate(state for _times in range(3) for state in State.values):
        turn = age // len(State)
        mission = make_assignment(make_need(days=[(today, "am")]).slots.get(), greeted().person, state=state)
        Assignment.objects.filter(pk=mission.pk).update(
            changed_at=clock.now() - timedelta(hours=age),
            created_at=clock.now() - timedelta(days=age),
            release_by=(None, clock.now() - timedelta(days=age), clock.now() + timedelta(days=1))[turn],
            returns_on=(None, yesterday, today)[turn],
            trained=turn == 2,
            safety_told=turn > 0,
        )
    department = make_organisation("Département")
    for days in (3, 1):
        FlyingTerms.objects.create(
            person=make_person(),
            organisation=department,
            days_a_year=10,
            starts_on=today - timedelta(days=400),
            review_on=today - timedelta(days=days),
        )
        make_need(state="draft", created_at=clock.now() - timedelta(days=days))
    counted = {one.code: one for one in silences(cell)}
    assert {*MISSIONS, "job_sheets_to_review", "drafts"} <= set(counted)
    for code in SILENCES:
        rows = list(waiting_on(cell, code))
        assert len(rows) == (counted[code].count if code in counted else 0), code
        if rows:
            assert counted[code].since == min(row.since for row in rows), code


def test_the_week_counts_places_asked_agreed_and_done(cell: Actor) -> None:
    with clock.travelling(at_noon(next_monday() + timedelta(days=2))):
        figures = week_of_one_need(cell)
    assert (figures.asked, figures.agreed, figures.done) == (3, 2, 1)


def test_on_a_sunday_with_nothing_more_to_come_the_next_week_is_counted(cell: Actor) -> None:
    sunday = next_monday() + timedelta(days=6)
    with clock.travelling(at_noon(sunday)):
        assert week_of_one_need(cell).asked == 0
        slot = make_slot(make_need(days=[(sunday, "pm")]), sunday + timedelta(days=2), headcount=5)
        assert week_figures(cell).monday == sunday - timedelta(days=6)
        slot.need.slots.filter(day=sunday).delete()
        figures = week_figures(cell)
    assert (figures.monday, figures.asked) == (sunday + timedelta(days=1), 5)


def at_noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def week_of_one_need(cell: Actor) -> WeekFigures:
    """Write one need on this Monday, three places, and one draft; count them."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    slot = make_need(days=[(monday, "am")], headcount=3).slots.get()
    make_assignment(slot, greeted().person, state="debriefed")
    make_assignment(slot, greeted().person, state="confirmed")
    make_slot(make_need(state="draft"), monday, "pm", headcount=9)
    return week_figures(cell)


def test_a_plan_that_is_ready_waits_until_a_wave_leaves(cell: Actor) -> None:
    slot = make_need().slots.get()
    plan = make_plan(state="ready", finished_at=clock.now())
    assert unsent_plan(cell) is None, "An empty plan has nothing to send."
    make_plan_line(plan, slot, greeted().person)
    assert unsent_plan(cell) == plan
    make_plan(state="queued")
    assert unsent_plan(cell) is None, "A newer plan is on its way."
    newer = make_plan(state="ready", finished_at=clock.now(), based_on=plan)
    make_plan_line(newer, slot, greeted().person)
    make_wave(plan, sent_at=clock.now())
    assert unsent_plan(cell) is None, "Of two plans side by side, one was chosen."
