"""Two kinds of mission, two or three half-days a week: the limits a person sets hold on every day of the week."""

from datetime import timedelta

import pytest

from reflexes.core import registry
from reflexes.core.errors import Refusal
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import half_days, make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Plan
from reflexes.mechanisms.allocation.services import missions, offers, plans, waves
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_unit
from reflexes.mechanisms.directory.models import Person

pytestmark = pytest.mark.django_db

MONDAY = next_monday()
WEDNESDAY = MONDAY + timedelta(days=2)


@pytest.fixture
def cell() -> Person:
    return make_person("Rémi", role="coordinator", organisation=make_organisation("Ville"))


def volunteer(name: str = "Amina", **offer: object) -> Person:
    person = make_person(name, role="agent", unit=make_unit(make_organisation(f"Ville de {name}"), f"Service {name}"))
    make_offer(person, **{"free": half_days(20), **offer})
    return person


def planned(cell: Person, first: object, last: object) -> Plan:
    plan = plans.do_request_plan(actor=actor_for(cell), starts_on=first, ends_on=last, seed=3)
    run_all()
    plan.refresh_from_db()
    assert plan.state == Plan.State.READY, plan.failure
    return plan


def test_p09_accept_7_a_plan_begun_midweek_counts_the_missions_of_the_days_before_it(cell: Person) -> None:
    amina = volunteer(weekly_cap=3)
    early = make_need(days=[(MONDAY, "am"), (MONDAY, "pm")], title="Début de semaine")
    for slot in early.slots.all():
        make_assignment(slot, amina, state="confirmed")
    need = make_need(days=[(WEDNESDAY, "am"), (WEDNESDAY, "pm"), (WEDNESDAY + timedelta(days=1), "am")])
    plan = planned(cell, WEDNESDAY, MONDAY + timedelta(days=6))
    assert plan.lines.count() == 1
    left_out = need.slots.exclude(plan_lines__plan=plan).first()
    assert left_out is not None
    reasons, _price = plans.why_not(plan, person_id=amina.pk, slot_id=need.slots.get(plan_lines__plan=plan).pk)
    assert reasons == ()


def test_p09_accept_7_a_full_week_leaves_nobody_to_ask_on_its_other_days_and_the_next_week_is_free(
    cell: Person,
) -> None:
    amina = volunteer(weekly_cap=2)
    early = make_need(days=[(MONDAY, "am"), (MONDAY, "pm")])
    first, second = early.slots.all()
    make_assignment(first, amina, state="confirmed")
    make_assignment(second, amina)  # asked already, not answered yet: it counts too
    this_week, next_week = make_need(days=[(WEDNESDAY, "am")]), make_need(days=[(WEDNESDAY + timedelta(weeks=1), "am")])
    plan = planned(cell, WEDNESDAY, WEDNESDAY + timedelta(days=10))
    assert [line.slot_id for line in plan.lines.all()] == [next_week.slots.get().pk]
    reasons, _price = plans.why_not(plan, person_id=amina.pk, slot_id=this_week.slots.get().pk)
    assert [reason.code for reason in reasons] == ["cap"]


def test_p09_accept_7_a_half_day_held_for_a_closed_need_is_not_asked_twice(cell: Person) -> None:
    amina = volunteer(weekly_cap=5)
    closed = make_need(days=[(WEDNESDAY, "am")])
    make_assignment(closed.slots.get(), amina, state="confirmed")
    type(closed).objects.filter(pk=closed.pk).update(state="closed")
    other = make_need(days=[(WEDNESDAY, "am"), (WEDNESDAY, "pm")])
    plan = planned(cell, WEDNESDAY, WEDNESDAY)
    assert [line.slot.half for line in plan.lines.select_related("slot")] == ["pm"]
    reasons, _price = plans.why_not(plan, person_id=amina.pk, slot_id=other.slots.get(half="am").pk)
    assert [reason.code for reason in reasons] == ["busy"]


@pytest.mark.parametrize("cap", [2, 3])
def test_p09_accept_7_two_or_three_half_days_a_week_are_never_passed_by_a_plan_nor_by_a_yes(
    cell: Person, cap: int
) -> None:
    amina = volunteer(weekly_cap=cap)
    need = make_need(days=[(day, half) for day, half in half_days(6, start=MONDAY)])
    plan = planned(cell, MONDAY, MONDAY + timedelta(days=6))
    assert plan.lines.count() == cap
    waves.do_send_wave(actor=actor_for(cell), plan=plan)
    for mission in amina.assignments.select_related("slot__need", "wave"):
        missions.do_answer(actor=actor_for(amina), assignment=mission, yes=True)
    beyond = make_assignment(need.slots.exclude(assignments__person=amina)[0], amina)
    with pytest.raises(Refusal) as refused:
        missions.do_answer(actor=actor_for(amina), assignment=beyond, yes=True)
    assert refused.value.code == "week_full"


def test_p09_accept_7_two_kinds_of_mission_are_chosen_at_most_and_no_other_is_proposed(cell: Person) -> None:
    amina = volunteer(kinds=())
    known = list(registry.kinds())
    with pytest.raises(Refusal) as refused:
        offers.do_set_terms(actor=actor_for(amina), offer=amina.offer, weekly_cap=3, max_km=None, kinds=known[:3])
    assert refused.value.code == "too_many_kinds"
    offers.do_set_terms(actor=actor_for(amina), offer=amina.offer, weekly_cap=3, max_km=None, kinds=known[:2])
    other = make_need(kind=known[2], days=[(MONDAY, "am")])
    mine = make_need(kind=known[0], days=[(MONDAY, "pm")])
    plan = planned(cell, MONDAY, MONDAY + timedelta(days=6))
    assert [line.slot.need_id for line in plan.lines.select_related("slot")] == [mine.pk]
    reasons, _price = plans.why_not(plan, person_id=amina.pk, slot_id=other.slots.get().pk)
    assert [(reason.code, reason.params["kind"]) for reason in reasons] == [("wish", "only_kind")]
