"""The system proposes, a person of the cell sends: plans are checked, reasons are kept, nothing leaves by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.factories import (
    half_days,
    make_assignment,
    make_need,
    make_offer,
    make_wish,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Offer, Plan, Slot
from reflexes.mechanisms.allocation.services import adjusting, offers, plans, price_asking, readings, waves
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_skill, make_unit
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db

SATURDAY = next_monday() + timedelta(days=5)


class Town:
    """A cell, a service of volunteers, an association with a need."""

    def __init__(self) -> None:
        self.organisation = make_organisation("Ville")
        self.unit = make_unit(self.organisation, "Crèche")
        self.cell = actor_for(make_person("Rémi", role="coordinator", organisation=self.organisation))
        self.association = make_organisation("Épicerie", kind="association")

    def volunteer(self, name: str = "Amina", *, skills: tuple[Any, ...] = (), **offer: Any) -> Person:
        person = make_person(name, role="agent", unit=self.unit, skills=skills)
        make_offer(person, **offer)
        return person

    def planned(self, **fields: Any) -> Plan:
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


def asked(plan: Plan) -> set[tuple[int, int]]:
    return set(plan.lines.filter(dismissed=False).values_list("person_id", "slot_id"))


def test_a_plan_is_computed_by_the_worker_and_kept_with_its_seed_and_its_figures(town: Town) -> None:
    amina = town.volunteer()
    need = make_need(town.association, priority=3)
    plan = town.planned()
    assert asked(plan) == {(amina.pk, need.slots.get().pk)}
    assert (plan.optimal, plan.seed, plan.progress) == (True, 7, 100)
    assert [(fill.priority, fill.filled, fill.asked) for fill in plan.fills.all()] == [(3, 1, 1)]
    verbs = Entry.objects.filter(object_kind="plan").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["allocation.plan_asked", "allocation.plan_ready"]


def test_the_same_needs_people_and_seed_give_the_same_plan(town: Town) -> None:
    for name in ("Amina", "Basile", "Chloé", "Driss"):
        town.volunteer(name)
    make_need(town.association, slots=3)
    assert asked(town.planned()) == asked(town.planned())


def test_computing_a_plan_again_after_a_crash_changes_nothing(town: Town) -> None:
    town.volunteer()
    make_need(town.association)
    plan = town.planned()
    before = asked(plan)
    plans.compute(plan.pk)
    assert asked(plan) == before
    Plan.objects.filter(pk=plan.pk).update(state="running")
    plans.compute(plan.pk)
    assert asked(plan) == before


def test_p09_accept_2_a_hard_wish_blocks_and_only_the_persons_own_yes_lifts_it(town: Town) -> None:
    """The weekend test: a nursery assistant asked for no weekend, and it is kept whatever the need."""
    nurse = town.volunteer("Nadia", free=[(SATURDAY, "am")], wishes={"no_weekend": ""})
    need = make_need(town.association, days=[(SATURDAY, "am")], priority=3)
    slot = need.slots.get()
    plan = town.planned()
    assert asked(plan) == set()
    reasons, price = plans.why_not(plan, person_id=nurse.pk, slot_id=slot.pk)
    assert ([reason.code for reason in reasons], price) == (["wish"], None)
    with pytest.raises(Refusal) as refused:
        adjusting.do_add_line(actor=town.cell, plan=plan, person=nurse, slot=slot)
    assert refused.value.code == "blocked_wish"

    waiver = offers.do_ask_waiver(actor=town.cell, person=nurse, slot=slot)
    with pytest.raises(Refusal):
        adjusting.do_add_line(actor=town.cell, plan=plan, person=nurse, slot=slot)
    for somebody_else in (town.cell, actor_for(make_person("Marc", role="manager", unit=town.unit))):
        with pytest.raises(PermissionDenied):
            offers.do_answer_waiver(actor=somebody_else, waiver=waiver, yes=True)

    offers.do_answer_waiver(actor=actor_for(nurse), waiver=waiver, yes=True)
    adjusting.do_add_line(actor=town.cell, plan=plan, person=nurse, slot=slot)
    wave = waves.do_send_wave(actor=town.cell, plan=plan)
    assert wave.assignments.get().person == nurse


def test_p09_accept_2_a_no_to_going_beyond_a_limit_stands(town: Town) -> None:
    nurse = town.volunteer("Nadia", free=[(SATURDAY, "am")], wishes={"no_weekend": ""})
    slot = make_need(town.association, days=[(SATURDAY, "am")]).slots.get()
    waiver = offers.do_ask_waiver(actor=town.cell, person=nurse, slot=slot)
    offers.do_answer_waiver(actor=actor_for(nurse), waiver=waiver, yes=False)
    assert not plans.waived(nurse.pk, slot.pk)
    for again in (
        lambda: offers.do_ask_waiver(actor=town.cell, person=nurse, slot=slot),
        lambda: offers.do_answer_waiver(actor=actor_for(nurse), waiver=waiver, yes=True),
    ):
        with pytest.raises(Refusal):
            again()


def test_a_hard_wish_stated_after_the_plan_holds_the_line_back(town: Town) -> None:
    nurse = town.volunteer("Nadia", free=[(SATURDAY, "am")])
    make_need(town.association, days=[(SATURDAY, "am")])
    plan = town.planned()
    assert len(asked(plan)) == 1
    make_wish(nurse.offer, "no_weekend")
    ready = waves.preview(plan)
    assert (ready.lines, [code for _line, code in ready.held_back]) == ([], ["wish"])
    with pytest.raises(Refusal) as refused:
        waves.do_send_wave(actor=town.cell, plan=plan)
    assert refused.value.code == "nothing_to_send"


def test_a_soft_wish_gives_way_when_nobody_else_can_come(town: Town) -> None:
    person = town.volunteer(free=half_days(2))
    make_wish(person.offer, "no_half", "am", hard=False)
    need = make_need(town.association, days=[(next_monday(), "am")])
    plan = town.planned()
    assert asked(plan) == {(person.pk, need.slots.get().pk)}
    assert plan.lines.get().soft_missed == 1


def test_p09_accept_3_a_plan_asks_nobody_until_a_person_of_the_cell_sends_it(town: Town) -> None:
    town.volunteer()
    make_need(town.association)
    plan = town.planned()
    assert not Assignment.objects.exists()
    assert not Job.objects.filter(kind__endswith=".proposed").exists()
    for nobody in (Actor(), actor_for(make_person("Delphine", role="host")), actor_for(make_person(role="hr"))):
        with pytest.raises(PermissionDenied):
            waves.do_send_wave(actor=nobody, plan=plan)
        with pytest.raises(PermissionDenied):
            plans.do_request_plan(actor=nobody, starts_on=next_monday(), ends_on=next_monday(), seed=1)
        with pytest.raises(Http404):
            perms.access_plan(nobody, plan.number)
    wave = waves.do_send_wave(actor=town.cell, plan=plan)
    assert wave.sent_by_id == town.cell.person_id
    assert Assignment.objects.get().state == "proposed"


def test_sending_a_wave_twice_asks_nobody_twice(town: Town) -> None:
    town.volunteer()
    make_need(town.association)
    plan = town.planned()
    waves.do_send_wave(actor=town.cell, plan=plan)
    with pytest.raises(Refusal):
        waves.do_send_wave(actor=town.cell, plan=plan)
    assert Assignment.objects.count() == 1
    assert Job.objects.filter(kind__endswith=".proposed").count() == 1


def test_a_wave_can_be_limited_and_says_until_when_to_answer(town: Town) -> None:
    for name in ("Amina", "Basile"):
        town.volunteer(name)
    make_need(town.association, headcount=2)
    plan = town.planned()
    line = plan.lines.order_by("pk").first()
    assert line is not None
    with pytest.raises(Refusal):
        waves.do_send_wave(actor=town.cell, plan=plan, answer_by=clock.now() - timedelta(hours=1))
    wave = waves.do_send_wave(actor=town.cell, plan=plan, only={line.pk})
    assert [one.person_id for one in wave.assignments.all()] == [line.person_id]
    assert Offer.objects.get(person_id=line.person_id).last_asked_at is not None


def test_a_no_ends_the_asking_for_that_need_and_is_held_against_nobody(town: Town) -> None:
    person = town.volunteer()
    need, other = make_need(town.association, slots=2), make_need(town.association, days=half_days(6)[5:])
    make_assignment(need.slots.all()[0], person, state="declined")
    plan = town.planned()
    assert asked(plan) == {(person.pk, other.slots.get().pk)}
    reasons, _price = plans.why_not(plan, person_id=person.pk, slot_id=need.slots.all()[1].pk)
    assert [reason.code for reason in reasons] == ["forbidden:declined"]


def test_a_withheld_half_day_does_not_end_the_asking_for_the_others(town: Town) -> None:
    person = town.volunteer()
    need = make_need(town.association, slots=2)
    first, second = need.slots.all()
    make_assignment(first, person, state="withheld")
    assert asked(town.planned()) == {(person.pk, second.pk)}


@pytest.mark.parametrize(
    ("state", "motive"), [("excused", "agent"), ("no_show", ""), ("cancelled", "service"), ("cancelled", "agent")]
)
def test_a_half_day_given_back_after_a_yes_is_not_asked_again(town: Town, state: str, motive: str) -> None:
    person = town.volunteer()
    first, second = make_need(town.association, slots=2).slots.all()
    make_assignment(first, person, state=state, drop_motive=motive)
    assert asked(town.planned()) == {(person.pk, second.pk)}


@pytest.mark.parametrize("motive", ["host", "cell"])
def test_a_mission_that_others_called_off_says_nothing_of_the_person(town: Town, motive: str) -> None:
    person = town.volunteer()
    slot = make_need(town.association).slots.get()
    make_assignment(slot, person, state="cancelled", drop_motive=motive)
    assert asked(town.planned()) == {(person.pk, slot.pk)}


def test_missions_already_agreed_are_kept_in_the_next_plan(town: Town) -> None:
    person, other = town.volunteer("Amina", weekly_cap=1), town.volunteer("Basile")
    need = make_need(town.association, slots=2)
    first, second = need.slots.all()
    make_assignment(first, person, state="confirmed")
    plan = town.planned()
    assert asked(plan) == {(person.pk, first.pk), (other.pk, second.pk)}
    assert plan.lines.get(person=person).kept
    assert [line.person_id for line in waves.preview(plan).lines] == [other.pk]


def test_a_regulated_skill_needs_a_confirmed_certificate_that_has_not_ended(town: Town) -> None:
    diploma = make_skill("care-assistant", regulated=True)
    confirmed, unconfirmed, ended = (town.volunteer(name, skills=(diploma,)) for name in ("Anne", "Béa", "Cléo"))
    confirmed.skills.update(confirmed_by=town.organisation)
    ended.skills.update(confirmed_by=town.organisation, expires_on=next_monday() - timedelta(days=1))
    need = make_need(town.association, headcount=3, skill=diploma)
    plan = town.planned()
    slot = need.slots.get()
    assert asked(plan) == {(confirmed.pk, slot.pk)}
    for person, state in ((unconfirmed, "missing"), (ended, "expired")):
        reasons, _price = plans.why_not(plan, person_id=person.pk, slot_id=slot.pk)
        assert [(reason.code, reason.params["state"]) for reason in reasons] == [("certificate", state)]


def test_an_eligible_person_left_out_learns_the_exact_price(town: Town) -> None:
    for name in ("Amina", "Basile"):
        town.volunteer(name)
    need = make_need(town.association)
    plan = town.planned()
    slot = need.slots.get()
    left_out = next(person for person, chosen in plans.candidates(plan, slot.pk) if not chosen)
    reasons, price = plans.why_not(plan, person_id=left_out, slot_id=slot.pk)
    assert reasons == ()
    assert price is not None
    assert price.tie


def test_taking_somebody_out_by_hand_keeps_them_out_of_the_wave_and_in_the_journal(town: Town) -> None:
    town.volunteer()
    make_need(town.association)
    plan = town.planned()
    line = plan.lines.get()
    adjusting.do_dismiss_line(actor=town.cell, plan=plan, line=line, dismissed=True)
    assert waves.preview(plan).lines == []
    adjusting.do_dismiss_line(actor=town.cell, plan=plan, line=line, dismissed=False)
    assert len(waves.preview(plan).lines) == 1
    assert Entry.objects.filter(verb__in=("allocation.line_dismissed", "allocation.line_restored")).count() == 2


def test_a_plan_can_be_stopped_before_it_is_computed(town: Town) -> None:
    town.volunteer()
    make_need(town.association)
    start = next_monday()
    plan = plans.do_request_plan(actor=town.cell, starts_on=start, ends_on=start, seed=1)
    plans.do_cancel_plan(actor=town.cell, plan=plan)
    run_all()
    plan.refresh_from_db()
    assert plan.state in {Plan.State.CANCELLED, Plan.State.READY}
    with pytest.raises(Refusal):
        plans.do_cancel_plan(actor=town.cell, plan=plan)


def test_proposals_nobody_answered_end_kindly(town: Town) -> None:
    slot = make_need(town.association).slots.get()
    mission = make_assignment(slot, town.volunteer())
    assert waves.expire_unanswered() == 0
    with clock.travelling(mission.wave.answer_by + timedelta(minutes=1)):
        assert waves.expire_unanswered() == 1
    mission.refresh_from_db()
    assert mission.state == "expired"


def test_planning_reads_the_database_a_constant_number_of_times(town: Town, django_assert_max_num_queries: Any) -> None:
    from reflexes.mechanisms.allocation.services.problem import build

    for number in range(12):
        town.volunteer(f"Agent {number}")
    make_need(town.association, slots=4, headcount=3)
    plan = town.planned()
    with django_assert_max_num_queries(16):
        build(plan)
    assert Slot.objects.count() == 4


def test_a_big_plan_is_priced_by_the_worker_and_again_once_its_lines_change(town: Town, monkeypatch) -> None:
    need = make_need(town.association, days=half_days(1), headcount=1)
    slot = need.slots.get()
    people = [town.volunteer() for _number in range(2)]
    plan = town.planned()
    asked_for = plan.lines.get().person_id
    left_out = next(one for one in people if one.pk != asked_for)
    at_once = plans.why_not(plan, person_id=left_out.pk, slot_id=slot.pk)
    monkeypatch.setattr(readings, "AT_ONCE", 0)
    assert not price_asking.is_at_once(plan)
    question = {"person_id": left_out.pk, "slot_id": slot.pk}
    assert price_asking.told(plan, **question) == (None, False)
    for _time in range(2):
        price_asking.do_ask_price(actor=town.cell, plan=plan, person=left_out, slot=slot)
    assert price_asking.told(plan, **question) == (None, True)
    assert Job.objects.filter(kind="allocation.price").count() == 1
    run_all()
    found, looking = price_asking.told(plan, **question)
    assert found is not None
    assert ((found.reasons, found.price), looking) == (at_once, False)
    plan.lines.update(dismissed=True)
    assert price_asking.told(plan, **question) == (None, False)


def test_a_half_day_whose_every_place_is_promised_has_no_price_and_says_so(town: Town) -> None:
    need = make_need(town.association, days=half_days(1), headcount=1)
    slot = need.slots.get()
    here, other = town.volunteer(), town.volunteer()
    make_assignment(slot, here, state="accepted")
    plan = town.planned()
    with pytest.raises(Refusal) as refused:
        plans.why_not(plan, person_id=other.pk, slot_id=slot.pk)
    assert refused.value.code == "places_pinned"
