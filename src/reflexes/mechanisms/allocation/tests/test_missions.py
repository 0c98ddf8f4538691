"""The life of a mission: who may move it, what each move asks, and what a refusal leaves untouched."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.allocation.factories import (
    make_assignment,
    make_need,
    make_offer,
    make_slot,
    make_wave,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Slot, WeekLoad, half_day_starts
from reflexes.mechanisms.allocation.services import missions, returns
from reflexes.mechanisms.allocation.services.waves import expire_unanswered
from reflexes.mechanisms.allocation.states import HOLDING, TRANSITIONS, State, WithholdMotive
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person, make_unit
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db


class Cast:
    """An agent of a service, its manager, a host and a coordinator; a need of two half-days with one place each."""

    def __init__(self) -> None:
        town = make_organisation("Ville")
        self.unit = make_unit(town, "Médiathèque")
        self.association = make_organisation("Épicerie", kind="association")
        self.person = self.volunteer()
        self.agent = actor_for(self.person)
        self.manager = actor_for(make_person("Didier", role="manager", unit=self.unit))
        self.host = actor_for(make_person("Delphine", role="host", organisation=self.association))
        self.cell = actor_for(make_person("Rémi", role="coordinator", organisation=town))
        self.need = make_need(self.association, slots=2)
        self.first, self.second = self.need.slots.all()

    def volunteer(self, **offer: Any) -> Person:
        person = make_person("Amina", role="agent", unit=self.unit)
        make_offer(person, **offer)
        return person

    def proposed(self, slot: Slot | None = None, person: Person | None = None) -> Assignment:
        return make_assignment(slot or self.first, person or self.person)

    def at(self, state: str) -> Assignment:
        return make_assignment(self.first, self.person, state=state)


@pytest.fixture
def cast() -> Cast:
    return Cast()


def refused(code: str, act: Callable[..., object], **words: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        act(**words)
    assert found.value.code == code
    assert str(found.value)
    return found.value


def test_one_whole_turn_from_the_yes_to_the_debrief(cast: Cast) -> None:
    mission = cast.proposed()
    missions.do_answer(actor=cast.agent, assignment=mission, yes=True)
    missions.do_release(actor=cast.manager, assignment=mission, capacity_loss="La banque de prêt ferme à midi.")
    missions.do_confirm(actor=cast.host, assignment=mission)
    missions.do_prepare(actor=cast.host, assignment=mission, trained=True, safety_told=True)
    missions.do_start(actor=cast.host, assignment=mission, return_interview_at=clock.now() + timedelta(days=15))
    missions.do_finish(actor=cast.host, assignment=mission)
    returns.do_return(actor=cast.agent, assignment=mission)
    answers = dict.fromkeys(("was_volunteer", "fresh_eye_used", "roles_split", "return_prepared"), True)
    returns.do_debrief(actor=cast.agent, assignment=mission, answers=answers, remarks="Le quai est trop haut.")

    mission.refresh_from_db()
    assert mission.state == State.DEBRIEFED
    verbs = [entry.verb.split(".")[1] for entry in Entry.objects.about("assignment", str(mission.pk))]
    assert verbs == ["accepted", "released", "confirmed", "prepared", "started", "done", "returned", "debriefed"]
    told = {kind.removeprefix(f"{cast.need.piste}.") for kind in Job.objects.values_list("kind", flat=True)}
    assert {"accepted", "released", "confirmed", "done", "returned"} <= told


def test_saying_yes_holds_the_place_the_week_and_the_half_day(cast: Cast) -> None:
    missions.do_answer(actor=cast.agent, assignment=cast.proposed(), yes=True)
    cast.first.refresh_from_db()
    assert cast.first.held == 1
    assert WeekLoad.objects.get(person=cast.person).held == 1


def test_a_no_costs_nothing_and_asks_for_no_reason(cast: Cast) -> None:
    mission = missions.do_answer(actor=cast.agent, assignment=cast.proposed(), yes=False)
    assert mission.state == State.DECLINED
    assert not WeekLoad.objects.exists()
    assert Entry.objects.get(verb="allocation.declined").reason == ""


def test_the_second_yes_for_one_place_is_kept_on_reserve_and_holds_nothing(cast: Cast) -> None:
    mine, other = cast.proposed(), cast.proposed(person=cast.volunteer())
    missions.do_answer(actor=cast.agent, assignment=mine, yes=True)
    missions.do_answer(actor=actor_for(other.person), assignment=other, yes=True)
    other.refresh_from_db()
    assert other.state == State.RESERVE
    assert not WeekLoad.objects.filter(person=other.person).exists()


def test_nobody_says_yes_twice_for_one_half_day(cast: Cast) -> None:
    elsewhere = make_slot(make_need(cast.association, days=[(next_monday(3), "am")]), cast.first.day, cast.first.half)
    missions.do_answer(actor=cast.agent, assignment=cast.proposed(), yes=True)
    second = cast.proposed(elsewhere)
    refused("half_day_taken", missions.do_answer, actor=cast.agent, assignment=second, yes=True)
    elsewhere.refresh_from_db()
    assert elsewhere.held == 0
    assert WeekLoad.objects.get(person=cast.person).held == 1


def test_the_database_itself_refuses_two_missions_on_one_half_day(cast: Cast) -> None:
    cast.at(State.CONFIRMED)
    elsewhere = make_slot(make_need(cast.association, days=[(next_monday(3), "am")]), cast.first.day, cast.first.half)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            slot=elsewhere, person=cast.person, day=elsewhere.day, half=elsewhere.half, state=State.RELEASED
        )


def test_a_weekly_limit_is_never_passed(cast: Cast) -> None:
    person = cast.volunteer(weekly_cap=1)
    one, two = cast.proposed(cast.first, person), cast.proposed(cast.second, person)
    missions.do_answer(actor=actor_for(person), assignment=one, yes=True)
    refused("week_full", missions.do_answer, actor=actor_for(person), assignment=two, yes=True)
    cast.second.refresh_from_db()
    assert cast.second.held == 0


def test_a_late_answer_is_refused_with_a_door_left_open(cast: Cast) -> None:
    mission = cast.proposed()
    with clock.travelling(mission.wave.answer_by + timedelta(minutes=1)):
        refused("too_late", missions.do_answer, actor=cast.agent, assignment=mission, yes=True)


def test_p09_accept_9_the_manager_refuses_with_a_coded_motive_and_says_what_the_service_loses(cast: Cast) -> None:
    mission = cast.at(State.ACCEPTED)
    refused("motive_missing", missions.do_withhold, actor=cast.manager, assignment=mission, motive="because")
    missions.do_withhold(
        actor=cast.manager, assignment=mission, motive=WithholdMotive.MINIMUM, capacity_loss="Deux absents."
    )
    mission.refresh_from_db()
    cast.first.refresh_from_db()
    assert (mission.state, mission.withhold_motive, mission.capacity_loss) == ("withheld", "minimum", "Deux absents.")
    assert cast.first.held == 0
    assert WeekLoad.objects.get(person=cast.person).held == 0


def test_p09_accept_9_the_manager_is_given_a_moment_to_answer_by(cast: Cast) -> None:
    mission = missions.do_answer(actor=cast.agent, assignment=cast.proposed(), yes=True)
    mission.refresh_from_db()
    assert mission.release_by is not None
    assert clock.now() < mission.release_by


def test_p09_accept_9_a_manager_of_another_service_decides_nothing(cast: Cast) -> None:
    mission = cast.at(State.ACCEPTED)
    other = actor_for(make_person("Marc", role="manager", unit=make_unit(cast.unit.organisation)))
    for act in (missions.do_release, missions.do_withhold):
        with pytest.raises(PermissionDenied):
            act(actor=other, assignment=mission, **({"motive": "minimum"} if act is missions.do_withhold else {}))


def test_p09_accept_8_a_confirmed_mission_has_two_named_contacts(cast: Cast) -> None:
    mission = cast.at(State.RELEASED)
    type(cast.need).objects.filter(pk=cast.need.pk).update(mentor=None)
    mission = Assignment.objects.select_related("slot__need").get(pk=mission.pk)
    Assignment.objects.filter(pk=mission.pk).update(mentor=None, host_contact=None)
    mission = Assignment.objects.select_related("slot__need").get(pk=mission.pk)
    refused("contacts_missing", missions.do_confirm, actor=cast.host, assignment=mission)
    mentor = make_person("Nathalie", account=False)
    type(cast.need).objects.filter(pk=cast.need.pk).update(mentor=mentor)
    mission = Assignment.objects.select_related("slot__need").get(pk=mission.pk)
    missions.do_confirm(actor=cast.host, assignment=mission)
    mission.refresh_from_db()
    assert mission.host_contact == mentor
    assert mission.hr_contact is not None
    assert mission.hr_contact != mission.host_contact


@pytest.mark.parametrize(("trained", "safety_told"), [(False, False), (True, False), (False, True)])
def test_p09_accept_10_nobody_starts_until_both_boxes_are_ticked(trained: bool, safety_told: bool, cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    missions.do_prepare(actor=cast.host, assignment=mission, trained=trained, safety_told=safety_told)
    later = clock.now() + timedelta(days=15)
    refused("not_prepared", missions.do_start, actor=cast.host, assignment=mission, return_interview_at=later)
    mission.refresh_from_db()
    assert mission.state == State.CONFIRMED


def test_the_return_interview_is_booked_at_the_start_and_after_the_mission(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    missions.do_prepare(actor=cast.host, assignment=mission, trained=True, safety_told=True)
    early = clock.now() - timedelta(days=1)
    refused("interview_too_early", missions.do_start, actor=cast.host, assignment=mission, return_interview_at=early)


def test_x8_an_unanswered_question_blocks_the_closing_of_a_mission(cast: Cast) -> None:
    mission = cast.at(State.RETURNED)
    answers = {"was_volunteer": True, "fresh_eye_used": None, "roles_split": False, "return_prepared": True}
    refused("question_open", returns.do_debrief, actor=cast.agent, assignment=mission, answers=answers)
    mission.refresh_from_db()
    assert mission.state == State.RETURNED


def test_p09_accept_6_the_database_keeps_a_designated_mission_apart_with_its_authority_and_basis(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            slot=cast.first, person=cast.person, day=cast.first.day, half=cast.first.half, mode="designated"
        )
    Assignment.objects.create(
        slot=cast.first,
        person=cast.person,
        day=cast.first.day,
        half=cast.first.half,
        mode="designated",
        authority="Direction générale",
        basis="Réquisition du 23 mars",
    )


def test_a_stand_in_is_looked_for_while_the_holder_keeps_the_mission(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    missions.do_ask_stand_in(actor=cast.agent, assignment=mission)
    cast.first.refresh_from_db()
    assert cast.first.held == 1
    missions.do_keep_after_all(actor=cast.agent, assignment=mission)
    assert mission.state == State.CONFIRMED


def test_a_drop_out_frees_the_half_day_for_somebody_else(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    missions.do_drop(actor=cast.agent, assignment=mission, motive="agent")
    cast.first.refresh_from_db()
    assert (mission.state, cast.first.held) == (State.EXCUSED, 0)
    cast.need.refresh_from_db()
    assert cast.need.state == "open"


def test_each_stops_a_mission_only_in_their_own_name(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    for actor, motive in ((cast.agent, "host"), (cast.host, "agent"), (cast.manager, "cell"), (Actor(), "agent")):
        with pytest.raises(PermissionDenied):
            missions.do_drop(actor=actor, assignment=mission, motive=motive)


def test_a_need_is_filled_when_every_place_is_held_and_open_again_when_one_is_lost(cast: Cast) -> None:
    other = cast.volunteer()
    one, two = cast.proposed(), cast.proposed(cast.second, other)
    missions.do_answer(actor=cast.agent, assignment=one, yes=True)
    missions.do_answer(actor=actor_for(other), assignment=two, yes=True)
    cast.need.refresh_from_db()
    assert cast.need.state == "filled"
    missions.do_drop(actor=cast.agent, assignment=one, motive="agent")
    cast.need.refresh_from_db()
    assert cast.need.state == "open"


def test_whoever_comes_second_is_told_what_the_mission_has_become(cast: Cast) -> None:
    mission = cast.at(State.ACCEPTED)
    stale = Assignment.objects.select_related("slot__need").get(pk=mission.pk)
    missions.do_release(actor=cast.manager, assignment=mission)
    found = refused("state_changed", missions.do_withhold, actor=cast.manager, assignment=stale, motive="leave")
    assert found.conflict


def test_every_state_is_in_the_table_and_holding_states_lead_to_the_debrief() -> None:
    assert set(TRANSITIONS) == set(State)
    reached, layer = set(), {State.PROPOSED}
    while layer:
        reached |= layer
        layer = {State(one) for state in layer for one in TRANSITIONS[state]} - reached
    assert reached == set(State)
    assert all(state in reached for state in HOLDING)


def test_a_stranger_moves_nothing(cast: Cast) -> None:
    mission = cast.proposed()
    stranger = actor_for(make_person("Zoé", role="agent"))
    for act in (
        lambda: missions.do_answer(actor=stranger, assignment=mission, yes=True),
        lambda: missions.do_release(actor=stranger, assignment=mission),
        lambda: missions.do_confirm(actor=stranger, assignment=mission),
        lambda: returns.do_return(actor=stranger, assignment=mission),
        lambda: missions.do_ask_stand_in(actor=stranger, assignment=mission),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Entry.objects.exists()


def test_a_proposal_is_never_to_be_answered_after_its_half_day_has_begun(cast: Cast) -> None:
    wave = make_wave(answer_by=half_day_starts(cast.first.day, cast.first.half) + timedelta(days=3))
    mission = make_assignment(cast.first, cast.person, wave=wave)
    assert mission.answer_by == half_day_starts(cast.first.day, cast.first.half)
    with clock.travelling(mission.answer_by + timedelta(minutes=1)):
        refused("too_late", missions.do_answer, actor=cast.agent, assignment=mission, yes=True)
        assert expire_unanswered() == 1
