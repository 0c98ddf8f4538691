"""Over-asking and the reserve: nothing leaves without a person, a yes is never lost, a no is never held against."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import half_days, make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Assignment, Offer, Plan, Slot
from reflexes.mechanisms.allocation.services import adjusting, asking, missions, plans, reserve, waves
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.services.asking import yes_rates
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_unit
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db


class Town:
    """A cell, a service of volunteers, an association with a need."""

    def __init__(self) -> None:
        self.organisation = make_organisation("Ville")
        self.unit = make_unit(self.organisation, "Crèche")
        self.cell = actor_for(make_person("Rémi", role="coordinator", organisation=self.organisation))
        self.association = make_organisation("Épicerie", kind="association")

    def volunteer(self, name: str, **offer: object) -> Person:
        person = make_person(name, role="agent", unit=self.unit)
        make_offer(person, **offer)
        return person

    def planned(self, **fields: object) -> Plan:
        start = next_monday()
        plan = plans.do_request_plan(
            actor=self.cell, starts_on=start, ends_on=start + timedelta(days=13), seed=7, **fields
        )
        run_all()
        plan.refresh_from_db()
        assert plan.state == Plan.State.READY, plan.failure
        return plan


@pytest.fixture
def town() -> Town:
    return Town()


def says(person: Person, slot: Slot, *, yes: bool) -> Assignment:
    mission = Assignment.objects.select_related("slot__need", "wave").get(person=person, slot=slot)
    return missions.do_answer(actor=actor_for(person), assignment=mission, yes=yes)


def test_where_few_can_come_a_wave_advises_to_ask_more_people_than_places(town: Town) -> None:
    for name in ("Amina", "Basile", "Chloé", "Driss"):
        town.volunteer(name)
    slot = make_need(town.association, headcount=2).slots.get()
    (advice,) = waves.preview(town.planned()).advice
    assert (advice.slot, advice.thin, advice.others) == (slot, True, 2)
    assert (advice.now.ask, advice.more.ask, len(advice.people)) == (2, 4, 2)
    assert advice.more.filled > advice.now.filled


def test_nobody_is_asked_beyond_the_places_unless_a_person_says_so(town: Town) -> None:
    for name in ("Amina", "Basile", "Chloé", "Driss"):
        town.volunteer(name)
    make_need(town.association, headcount=2)
    wave = waves.do_send_wave(actor=town.cell, plan=town.planned())
    assert wave.assignments.count() == 2
    assert not wave.assignments.filter(over_asked=True).exists()


def test_people_asked_beyond_the_places_and_the_others_all_know_it(town: Town) -> None:
    for name in ("Amina", "Basile", "Chloé", "Driss"):
        town.volunteer(name)
    make_need(town.association, headcount=2)
    plan = town.planned()
    (advice,) = waves.preview(plan).advice
    wave = waves.do_send_wave(actor=town.cell, plan=plan, beyond=[one.key for one in advice.people])
    assert wave.assignments.filter(over_asked=True).count() == 4
    assert Entry.objects.get(verb="allocation.asked_beyond").params == {"count": 2}


def test_somebody_who_can_no_longer_be_asked_beyond_the_places_stops_the_wave_whole(town: Town) -> None:
    for name in ("Amina", "Basile"):
        town.volunteer(name)
    make_need(town.association)
    plan = town.planned()
    (advice,) = waves.preview(plan).advice
    Offer.objects.filter(person_id=advice.people[0].person_id).update(active=False)
    with pytest.raises(Refusal) as refused:
        waves.do_send_wave(actor=town.cell, plan=plan, beyond=[advice.people[0].key])
    assert refused.value.code == "beyond_changed"
    assert not Assignment.objects.exists()


def test_with_a_large_pool_the_advice_says_that_another_wave_is_enough(town: Town) -> None:
    for number in range(8):
        town.volunteer(f"Agent {number}")
    make_need(town.association)
    (advice,) = waves.preview(town.planned()).advice
    assert not advice.thin


def test_the_rate_of_yes_is_that_of_the_kind_of_mission_and_needs_answers_to_leave_the_prior(town: Town) -> None:
    need = make_need(town.association, slots=10, kind="calls", headcount=5)
    assert yes_rates(None)["calls"] == 0.6
    for slot in need.slots.all():
        make_assignment(slot, make_person(account=False), state="declined")
    assert yes_rates(None)["calls"] == 0.3
    assert yes_rates(None)["food"] == 0.6
    exercise = make_assignment(need.slots.all()[0], make_person(account=False), state="accepted")
    assert yes_rates(None)["calls"] > 0.3
    assert exercise.exercise_id is None


def test_the_rate_of_yes_follows_the_last_answers(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ANSWERS_READ", 10)
    need = make_need(town.association, slots=10, kind="calls", headcount=5)
    for state in ("declined", "accepted"):
        for slot in need.slots.all():
            make_assignment(slot, make_person(account=False), state=state)
    assert yes_rates(None)["calls"] == 0.8


def test_the_most_constrained_half_day_is_asked_first_then_whoever_was_asked_least_recently(town: Town) -> None:
    days = half_days(2)
    lately, long_ago, never = (town.volunteer(name, free=days[:1]) for name in ("Amina", "Basile", "Chloé"))
    only = town.volunteer("Driss", free=days[1:])
    Offer.objects.filter(person=lately).update(last_asked_at=clock.now() - timedelta(days=1))
    Offer.objects.filter(person=long_ago).update(last_asked_at=clock.now() - timedelta(days=30))
    easy = make_need(town.association, days=days[:1], headcount=3, priority=3)
    rare = make_need(town.association, days=days[1:], headcount=2, priority=1)
    lines = waves.preview(town.planned()).lines
    assert [line.person_id for line in lines] == [only.pk, never.pk, long_ago.pk, lately.pk]
    assert [line.slot.need_id for line in lines] == [rare.pk, easy.pk, easy.pk, easy.pk]


def test_whoever_was_asked_least_recently_is_advised_first(town: Town) -> None:
    people = [town.volunteer(name) for name in ("Amina", "Basile", "Chloé")]
    make_need(town.association)
    plan = town.planned()
    left_out = [one for one in people if one.pk != plan.lines.get().person_id]
    Offer.objects.filter(person=left_out[0]).update(last_asked_at=clock.now() - timedelta(days=1))
    (advice,) = waves.preview(plan).advice
    assert [one.person_id for one in advice.people] == [left_out[1].pk]


def test_a_yes_beyond_the_places_is_kept_on_reserve_told_at_once_and_holds_nothing(town: Town) -> None:
    amina, basile = town.volunteer("Amina"), town.volunteer("Basile")
    slot = make_need(town.association).slots.get()
    for person in (amina, basile):
        make_assignment(slot, person, over_asked=True)
    assert says(amina, slot, yes=True).state == "accepted"
    kept = says(basile, slot, yes=True)
    assert kept.state == "reserve"
    slot.refresh_from_db()
    assert slot.held == 1
    assert not basile.week_loads.filter(held__gt=0).exists()
    assert Job.objects.filter(kind__endswith=".reserved").count() == 1
    assert says(basile, slot, yes=True).state == "reserve"
    assert Job.objects.filter(kind__endswith=".reserved").count() == 1


def test_anyone_leaves_the_reserve_in_one_gesture_even_after_the_time_to_answer(town: Town) -> None:
    amina = town.volunteer("Amina")
    slot = make_need(town.association, days=half_days(6)[5:]).slots.get()
    mission = make_assignment(slot, amina, state="reserve")
    with clock.travelling(mission.wave.answer_by + timedelta(hours=1)):
        assert says(amina, slot, yes=False).state == "declined"


def test_a_place_free_again_is_proposed_to_the_reserve_first_and_only_by_a_person(town: Town) -> None:
    amina, basile = town.volunteer("Amina"), town.volunteer("Basile")
    slot = make_need(town.association).slots.get()
    first = make_assignment(slot, amina, state="accepted")
    waiting = make_assignment(slot, basile, state="reserve")
    assert not reserve.reserve_for_free_places(None).exists()
    with pytest.raises(Refusal) as refused:
        reserve.do_ask_reserve(actor=town.cell, assignment=waiting)
    assert refused.value.code == "slot_full"
    missions.do_drop(actor=actor_for(amina), assignment=first, motive="agent")
    assert [one.pk for one in reserve.reserve_for_free_places(None)] == [waiting.pk]
    waiting.refresh_from_db()
    assert waiting.state == "reserve"
    waiting = Assignment.objects.select_related("slot__need").get(pk=waiting.pk)
    assert reserve.do_ask_reserve(actor=town.cell, assignment=waiting).state == "proposed"
    assert says(basile, slot, yes=True).state == "accepted"
    assert not reserve.reserve_for_free_places(None).exists()


def test_a_new_plan_asks_the_reserve_first_and_on_the_same_row(town: Town) -> None:
    for name in ("Amina", "Basile", "Chloé", "Driss"):
        town.volunteer(name)
    waiting = town.volunteer("Elsa")
    slot = make_need(town.association).slots.get()
    mission = make_assignment(slot, waiting, state="reserve")
    plan = town.planned()
    assert plan.lines.get().person_id == waiting.pk
    waves.do_send_wave(actor=town.cell, plan=plan)
    mission.refresh_from_db()
    assert (mission.state, Assignment.objects.count()) == ("proposed", 1)


def test_people_on_reserve_are_thanked_when_the_half_day_begins_or_the_need_closes(town: Town) -> None:
    need = make_need(town.association, slots=2)
    first, second = need.slots.all()
    kept = make_assignment(first, town.volunteer("Amina"), state="reserve")
    later = make_assignment(second, town.volunteer("Basile"), state="reserve")
    assert reserve.thank_reserve(None) == 0
    with clock.travelling(missions.half_day_starts(first.day, first.half)):
        assert reserve.thank_reserve(None) == 1
    kept.refresh_from_db()
    assert kept.state == "not_needed"
    type(need).objects.filter(pk=need.pk).update(state="closed")
    assert reserve.thank_reserve(None) == 1
    later.refresh_from_db()
    assert later.state == "not_needed"
    assert Job.objects.filter(kind__endswith=".not_needed").count() == 2


def test_the_reserve_is_heard_of_by_neither_the_home_service_nor_the_host(town: Town) -> None:
    from reflexes.mechanisms.allocation.perms import visible_assignments

    need = make_need(town.association)
    make_assignment(need.slots.get(), town.volunteer("Amina"), state="reserve")
    for person in (
        make_person("Maud", role="manager", unit=town.unit),
        make_person("Hugo", role="host", organisation=town.association),
    ):
        assert not visible_assignments(actor_for(person)).exists()


def test_a_no_ends_the_asking_for_that_need_by_every_door(town: Town) -> None:
    """Re-plan, adding by hand, asking beyond the places, and the reserve (the call list has its own test)."""
    amina, basile = town.volunteer("Amina"), town.volunteer("Basile")
    need = make_need(town.association, slots=2, headcount=1)
    first, second = need.slots.all()
    before = town.planned()
    make_assignment(first, amina)
    says(amina, first, yes=False)

    again = town.planned(based_on=before)
    assert amina.pk not in set(again.lines.values_list("person_id", flat=True))
    with pytest.raises(Refusal) as refused:
        adjusting.do_add_line(actor=town.cell, plan=before, person=amina, slot=second)
    assert refused.value.code == "blocked_forbidden:declined"
    assert all(one.person_id != amina.pk for each in waves.preview(again).advice for one in each.people)
    assert {line.person_id for line in waves.preview(again).lines} == {basile.pk}

    kept = make_assignment(second, town.volunteer("Chloé"), state="reserve")
    says(kept.person, second, yes=False)
    last = town.planned(based_on=before)
    assert kept.person_id not in set(last.lines.values_list("person_id", flat=True))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(refusals=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(("declined", "expired"))), max_size=5))
def test_past_refusals_change_nothing_in_what_a_plan_sees(town: Town, refusals: list[tuple[int, str]]) -> None:
    """No cost, no order, no bar: whoever said no to other needs is exactly as likely to be asked as before."""
    people = list(Person.objects.filter(first_name__startswith="Volontaire").order_by("pk"))
    if not people:
        people = [town.volunteer(f"Volontaire {number}") for number in range(3)]
        make_need(town.association, slots=2, headcount=2)
    past = make_need(town.association, days=half_days(1, start=next_monday(-2)), state="closed")
    plan = Plan(starts_on=next_monday(), ends_on=next_monday() + timedelta(days=6), seed=1)
    before = problems.build(plan)
    for number, state in dict(refusals).items():
        make_assignment(past.slots.get(), people[number], state=state)
    assert problems.build(plan) == before
