"""What a plan says of itself is written once by the worker, and follows the changes made by hand (docs/adr/0017)."""

from datetime import timedelta

import pytest

from reflexes.core.errors import Refusal
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.factories import make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Need, Plan, PlanReading, PlanView
from reflexes.mechanisms.allocation.services import adjusting, plans, readings, waves
from reflexes.mechanisms.directory.factories import actor_for, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool(town):
    """Four who offered every half-day, for a need of two places and a need of one."""
    people = [make_person(name, role="agent", unit=town.home) for name in ("Amina", "Basile", "Chloé", "Driss")]
    for one in people:
        make_offer(one)
    make_need(town.association, headcount=2)
    make_need(town.association)
    return people


@pytest.fixture
def plan(pool, coordinator) -> Plan:
    return planned(actor_for(coordinator))


def planned(actor) -> Plan:
    start = next_monday()
    plan = plans.do_request_plan(actor=actor, starts_on=start, ends_on=start + timedelta(days=13), seed=7)
    run_all()
    plan.refresh_from_db()
    return plan


def test_a_computed_plan_keeps_what_it_saw_of_each_half_day_and_what_it_says_of_itself(plan, pool):
    assert PlanView.objects.filter(plan=plan).count() == 2
    slot = plan.lines.first().slot_id
    assert plans.why_empty(plan, slot)["eligible"] == 4
    found = plans.candidates(plan, slot)
    assert {person for person, _chosen in found} == {one.pk for one in pool}
    assert [chosen for _person, chosen in found] == sorted((chosen for _person, chosen in found), reverse=True)
    again = plans.read(plan)
    assert plans.facts(plan) == readings.compute(again.problem, again.plan)
    assert PlanReading.objects.get(plan=plan).lines == ""


def test_a_small_plan_changed_by_hand_is_read_again_at_once(plan, coordinator):
    everybody = {row.value: row.selected for row in plans.spread(plan)}
    line = plan.lines.first()
    adjusting.do_dismiss_line(actor=actor_for(coordinator), plan=plan, line=line, dismissed=True)
    left = {row.value: row.selected for row in plans.spread(plan)}
    assert sum(left.values()) < sum(everybody.values())
    assert plans.facts(plan).fresh
    assert line.person_id not in {person for person, chosen in plans.candidates(plan, line.slot_id) if chosen}


def test_a_big_plan_changed_by_hand_says_so_until_the_worker_has_read_it_again(plan, coordinator, monkeypatch):
    monkeypatch.setattr(readings, "AT_ONCE", 0)
    actor, line = actor_for(coordinator), plan.lines.first()
    before = plans.facts(plan)
    for dismissed in (True, False, True):  # the second time round must not be taken for the first
        adjusting.do_dismiss_line(actor=actor, plan=plan, line=line, dismissed=dismissed)
        stale = plans.facts(plan)
        assert not stale.fresh or stale == before
        run_all()
        assert plans.facts(plan).fresh
    again = plans.read(plan)
    assert plans.facts(plan) == readings.compute(again.problem, again.plan)
    assert plans.facts(plan).spread != before.spread


def test_what_another_version_wrote_is_read_again_instead_of_failing(plan):
    PlanReading.objects.filter(plan=plan).update(facts={"spread": [{"unknown": 1}], "overlaps": [], "bottlenecks": []})
    again = plans.read(plan)
    assert plans.facts(plan) == readings.compute(again.problem, again.plan)


def test_the_way_of_somebody_the_plan_did_not_keep_is_measured_from_where_they_live(plan, town):
    slot = plan.lines.first().slot
    far = make_person("Élise", role="agent", unit=town.home, latitude=slot.need.place.latitude + 0.1)
    far.longitude = slot.need.place.longitude
    far.save()
    nowhere = make_person("Farid", role="agent", unit=town.home, latitude=None, longitude=None)
    ways = plans.distances(plan, slot.pk, [far.pk, nowhere.pk])
    assert ways[far.pk] == pytest.approx(11.1, abs=0.1)
    assert ways[nowhere.pk] is None


@pytest.fixture
def big(monkeypatch):
    """Read a pool and send a wave as in a big town, with few rows."""
    monkeypatch.setattr(limits, "POOL_AT_ONCE", 0)
    monkeypatch.setattr(limits, "WAVE_AT_ONCE", 2)


def test_a_wave_of_a_big_plan_says_what_a_whole_reading_says(plan, monkeypatch):
    whole = waves.preview(plan)
    monkeypatch.setattr(limits, "POOL_AT_ONCE", 0)
    near = waves.preview(plan)
    assert [line.pk for line in near.lines] == [line.pk for line in whole.lines]
    assert near.spread == whole.spread
    assert [(one.slot.pk, one.more, one.people) for one in near.advice] == [
        (one.slot.pk, one.more, one.people) for one in whole.advice
    ]


def test_a_big_plan_leaves_wave_after_wave_the_most_constrained_half_day_first(plan, coordinator, big):
    actor, sent = actor_for(coordinator), []
    assert plan.lines.count() == 3
    for later in (1, 0):
        now = waves.preview(plan)
        assert now.later == later
        wave = waves.do_send_wave(actor=actor, plan=plan)
        assert wave.assignments.count() == len(now.lines)
        sent += [line.turn for line in now.lines]
    assert sent == sorted(sent)
    assert set(plan.lines.values_list("person_id", "slot_id")) == {
        (one.person_id, one.slot_id) for one in plan.assignments.all()
    }
    with pytest.raises(Refusal) as told:
        waves.do_send_wave(actor=actor, plan=plan)
    assert told.value.code == "nothing_to_send"


def test_lines_that_can_no_longer_leave_never_hide_the_others(pool, coordinator, town, big):
    make_need(town.association, headcount=2)
    plan = planned(actor_for(coordinator))
    first = plan.lines.order_by("turn", "pk").first()
    Need.objects.filter(slots=first.slot_id).update(state="closed")
    ready = waves.preview(plan)
    assert {code for _line, code in ready.held_back} == {"need_closed"}
    assert ready.lines
    assert first.slot_id not in {line.slot_id for line in ready.lines}
