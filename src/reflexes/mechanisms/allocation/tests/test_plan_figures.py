"""What is counted of a plan is what its lines say, whatever was changed by hand and whoever was asked."""

from datetime import timedelta

import pytest

from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.factories import (
    make_assignment,
    make_minimum,
    make_need,
    make_offer,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Plan
from reflexes.mechanisms.allocation.services import adjusting, plan_figures, plans, waves
from reflexes.mechanisms.allocation.states import LIVE
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill, make_unit

pytestmark = pytest.mark.django_db
MONDAY = (next_monday(), "am")


@pytest.fixture
def pool(town):
    people = [make_person(name, role="agent", unit=town.home) for name in ("Amina", "Basile", "Chloé", "Driss")]
    for one in people:
        make_offer(one)
    return people


def planned(coordinator) -> Plan:
    start = next_monday()
    plan = plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=start, ends_on=start + timedelta(days=13), seed=7
    )
    run_all()
    plan.refresh_from_db()
    assert plan.state == Plan.State.READY, plan.failure
    return plan


def counted(plan: Plan) -> tuple[list[tuple[int, int, int]], int, int]:
    """Count everything again, line by line."""
    lines = [line for line in plan.lines.select_related("slot__need").order_by("pk") if not line.dismissed]
    fills = [
        (one.priority, sum(line.slot.need.priority == one.priority for line in lines), one.asked)
        for one in plan.fills.all()
    ]
    going = set(Assignment.objects.filter(state__in=LIVE).values_list("slot_id", "person_id"))
    anew = [line for line in lines if not line.kept and (line.slot_id, line.person_id) not in going]
    return fills, len({line.person_id for line in lines}), len(anew)


def said(plan: Plan) -> tuple[list[tuple[int, int, int]], int, int]:
    fills = [(one.priority, one.filled, one.asked) for one in plan_figures.fills(plan)]
    return fills, plan_figures.people(plan), plan_figures.to_send(plan)


def test_the_figures_of_a_plan_are_those_of_its_lines_at_every_moment(coordinator, town, pool):
    actor = actor_for(coordinator)
    agreed = make_need(town.association, days=[MONDAY], priority=1).slots.get()
    make_assignment(agreed, pool[0], state="confirmed")
    make_need(town.association, slots=2, headcount=2, priority=3)
    make_need(town.association, days=[(next_monday(), "pm")], priority=2)
    plan = planned(coordinator)
    assert said(plan) == counted(plan)
    line = plan.lines.filter(kept=False).order_by("pk").first()
    adjusting.do_dismiss_line(actor=actor, plan=plan, line=line, dismissed=True)
    assert said(plan) == counted(plan)
    adjusting.do_add_line(actor=actor, plan=plan, person=line.person, slot=line.slot)
    assert said(plan) == counted(plan)
    waves.do_send_wave(actor=actor, plan=plan, only={line.pk})
    assert said(plan) == counted(plan)
    left = plan_figures.to_send(plan)
    waves.do_send_wave(actor=actor, plan=plan)
    assert (left > 0, plan_figures.to_send(plan)) == (True, 0)
    line.person.plan_lines.all().delete()  # as erasing somebody does
    assert said(plan) == counted(plan)


@pytest.fixture
def big(monkeypatch):
    """Check a wave as in a big territory: only those who go and those near enough are read."""
    monkeypatch.setattr(limits, "POOL_AT_ONCE", 0)


def test_in_a_big_territory_too_mates_who_go_since_use_up_what_their_service_keeps(coordinator, town, pool, big):
    make_minimum(town.home, next_monday(), present=4, minimum=3)
    make_need(town.association, days=[MONDAY])
    plan = planned(coordinator)
    assert len(waves.preview(plan).lines) == 1
    mate = next(one for one in pool if one.pk != plan.lines.get().person_id)
    make_assignment(make_need(town.association, days=[MONDAY]).slots.get(), mate, state="accepted")
    ready = waves.preview(plan)
    assert [code for _line, code in ready.held_back] == ["unit_minimum"]
    assert ready.lines == []


def test_in_a_big_territory_too_the_mates_of_another_service_change_nothing(coordinator, town, pool, big):
    make_minimum(town.home, next_monday(), present=4, minimum=3)
    make_need(town.association, days=[MONDAY])
    plan = planned(coordinator)
    other = make_person("Nora", role="agent", unit=make_unit(town.home.organisation, "Parcs"))
    make_offer(other)
    make_assignment(make_need(town.association, days=[MONDAY]).slots.get(), other, state="accepted")
    assert len(waves.preview(plan).lines) == 1


def test_in_a_big_territory_too_a_team_is_checked_with_its_mentor_of_another_skill(coordinator, town, big, monkeypatch):
    """The mentor goes to another half-day of the same team: a wave that holds only one of both still sees them."""
    monkeypatch.setattr(limits, "WAVE_AT_ONCE", 1)
    cooking, driving = make_skill("cooking"), make_skill("driving")
    mentor = make_person("Maud", role="agent", unit=town.home, skills=(cooking,))
    make_offer(mentor, can_mentor=True)
    for name in ("Amina", "Basile"):
        make_offer(make_person(name, role="agent", unit=town.home, skills=(driving,)))
    need = make_need(town.association, days=[MONDAY], skill=driving)
    need.slots.create(day=MONDAY[0], half=MONDAY[1], skill=cooking, headcount=1, mentor_required=True)
    need.slots.update(mentor_required=True)
    plan = planned(coordinator)
    assert {line.person_id for line in plan.lines.all()} >= {mentor.pk}
    ready = waves.preview(plan)
    assert [code for _line, code in ready.held_back] == []
    assert ready.lines


def test_a_wave_looks_beyond_the_places_of_the_scarcest_half_days_first_and_of_all_when_asked(
    coordinator, town, pool, monkeypatch
):
    monkeypatch.setattr(waves, "ADVISED", 1)
    make_need(town.association, slots=3)
    plan = planned(coordinator)
    few, everywhere = waves.preview(plan, advised=waves.ADVISED), waves.preview(plan, advised=None)
    assert (len(few.advice), few.also_short) == (1, 2)
    assert (len(everywhere.advice), everywhere.also_short) == (3, 0)
    assert few.advice == everywhere.advice[:1]
    key = everywhere.advice[2].people[0].key
    wave = waves.do_send_wave(actor=actor_for(coordinator), plan=plan, beyond=[key])
    assert wave.assignments.filter(slot=everywhere.advice[2].slot).count() == 2
