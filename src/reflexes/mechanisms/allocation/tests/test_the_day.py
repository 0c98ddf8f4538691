"""The day before and the day itself: stand-ins, managers who do not answer, mentors away, stops, attendance."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone

from reflexes.core import clock, registry
from reflexes.core.acting import Actor
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.factories import make_assignment, next_monday
from reflexes.mechanisms.allocation.models import Assignment, MentorAbsence, Slot, WeekLoad
from reflexes.mechanisms.allocation.services import (
    attendance,
    deadlines,
    mentors,
    missions,
    nudges,
    standing_in,
    stopping,
    tomorrow,
)
from reflexes.mechanisms.allocation.states import HOLDING, State
from reflexes.mechanisms.allocation.tests.test_missions import Cast, refused
from reflexes.mechanisms.directory.factories import actor_for, make_person, make_skill, make_unit
from reflexes.mechanisms.directory.models import PersonSkill
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def at(cast: Cast, moment: time, *, days: int = 0) -> Any:
    """Live at that moment of the day of the first half-day (``days`` before or after it)."""
    day = cast.first.day + timedelta(days=days)
    return clock.travelling(timezone.make_aware(datetime.combine(day, moment)))


def announced(event: str) -> list[int]:
    kind = f"{registry.pistes()[0].slug}.{event}"
    return list(Job.objects.filter(kind=kind).order_by("pk").values_list("payload__assignment", flat=True))


def consistent() -> None:
    """The database says the same of places and weeks whichever way it is read."""
    for slot in Slot.objects.order_by("pk"):
        taken = slot.assignments.filter(state__in=HOLDING, stands_in_for=None).count()
        assert taken == slot.held <= slot.headcount
    for load in WeekLoad.objects.order_by("pk"):
        mine = Assignment.objects.filter(person=load.person, state__in=HOLDING)
        assert load.held == sum(missions.monday(one.day) == load.week for one in mine)


# --- a stand-in, to the end ---------------------------------------------------------------------------------------


@pytest.fixture
def holder(cast: Cast) -> Assignment:
    mission = cast.at(State.CONFIRMED)
    missions.do_ask_stand_in(actor=cast.agent, assignment=mission)
    return mission


def stand_in(cast: Cast, holder: Assignment) -> Assignment:
    other = cast.volunteer()
    return standing_in.do_propose_stand_in(actor=cast.cell, holder=holder, person_id=other.pk)


def test_the_holder_is_excused_at_the_moment_the_host_confirms_the_stand_in(cast: Cast, holder: Assignment) -> None:
    asked = stand_in(cast, holder)
    missions.do_answer(actor=actor_for(asked.person), assignment=asked, yes=True)
    consistent()
    missions.do_release(actor=cast.manager, assignment=asked)
    holder.refresh_from_db()
    assert holder.state == State.STAND_IN
    missions.do_confirm(actor=cast.host, assignment=asked)
    holder.refresh_from_db()
    asked.refresh_from_db()
    assert (holder.state, asked.state, asked.stands_in_for_id) == (State.EXCUSED, State.CONFIRMED, None)
    assert announced("replaced") == [holder.pk]
    assert announced("confirmed") == [asked.pk]
    consistent()


def test_the_manager_of_a_stand_in_who_keeps_them_leaves_the_holder_in_place(cast: Cast, holder: Assignment) -> None:
    asked = stand_in(cast, holder)
    missions.do_answer(actor=actor_for(asked.person), assignment=asked, yes=True)
    missions.do_withhold(actor=cast.manager, assignment=asked, motive="minimum")
    holder.refresh_from_db()
    assert holder.state == State.STAND_IN
    cast.first.refresh_from_db()
    assert cast.first.held == 1
    consistent()


def test_only_one_stand_in_is_taken_for_one_holder(cast: Cast, holder: Assignment) -> None:
    first, second = stand_in(cast, holder), stand_in(cast, holder)
    missions.do_answer(actor=actor_for(first.person), assignment=first, yes=True)
    missions.do_answer(actor=actor_for(second.person), assignment=second, yes=True)
    second.refresh_from_db()
    assert second.state == State.RESERVE
    consistent()


def test_a_stand_in_who_said_yes_takes_the_place_of_a_holder_who_leaves_at_once(cast: Cast, holder: Assignment) -> None:
    asked = stand_in(cast, holder)
    missions.do_answer(actor=actor_for(asked.person), assignment=asked, yes=True)
    missions.do_drop(actor=cast.agent, assignment=holder, motive="agent")
    asked.refresh_from_db()
    cast.first.refresh_from_db()
    assert (asked.state, asked.stands_in_for_id, cast.first.held) == (State.ACCEPTED, None, 1)
    consistent()


def test_a_holder_who_comes_after_all_frees_those_who_were_asked_instead(cast: Cast, holder: Assignment) -> None:
    asked = stand_in(cast, holder)
    missions.do_answer(actor=actor_for(asked.person), assignment=asked, yes=True)
    missions.do_keep_after_all(actor=cast.agent, assignment=holder)
    asked.refresh_from_db()
    assert (asked.state, asked.drop_motive) == (State.CANCELLED, "holder")
    refused("state_changed", missions.do_confirm, actor=cast.host, assignment=asked)
    consistent()


def test_somebody_whom_a_rule_forbids_is_never_offered_as_a_stand_in(cast: Cast, holder: Assignment) -> None:
    never = cast.volunteer(wishes={"no_half": str(cast.first.half)})
    busy = cast.volunteer(free=[])
    said_no = cast.volunteer()
    make_assignment(cast.first, said_no, state=State.DECLINED)
    able = cast.volunteer()
    found = [offer.person_id for offer in standing_in.candidates(cast.cell, holder)]
    assert found == [able.pk]
    for person in (never, busy, said_no):
        refused("cannot_stand_in", standing_in.do_propose_stand_in, actor=cast.cell, holder=holder, person_id=person.pk)


def test_those_on_reserve_are_offered_first_and_asked_on_the_same_row(cast: Cast, holder: Assignment) -> None:
    cast.volunteer()
    reserve = make_assignment(cast.first, cast.volunteer(), state=State.RESERVE)
    assert standing_in.candidates(cast.cell, holder)[0].person_id == reserve.person_id
    asked = standing_in.do_propose_stand_in(actor=cast.cell, holder=holder, person_id=reserve.person_id)
    assert (asked.pk, asked.state, asked.stands_in_for_id) == (reserve.pk, State.PROPOSED, holder.pk)


def test_only_the_cell_reads_and_asks_stand_ins(cast: Cast, holder: Assignment) -> None:
    for actor in (cast.agent, cast.host, cast.manager):
        with pytest.raises(PermissionDenied):
            standing_in.candidates(actor, holder)


def test_the_evening_before_a_holder_hears_once_that_nobody_was_found(cast: Cast, holder: Assignment) -> None:
    # They looked for somebody days before: the first half-day may be tomorrow, and it may be evening.
    Assignment.objects.filter(pk=holder.pk).update(changed_at=clock.now() - timedelta(days=2))
    with at(cast, time(16, 30), days=-1):
        assert standing_in.say_nobody_found() == 0
    with at(cast, time(17, 5), days=-1):
        assert standing_in.say_nobody_found() == 1
        assert standing_in.say_nobody_found() == 0
    assert announced("nobody_found") == [holder.pk]
    holder.refresh_from_db()
    assert holder.state == State.STAND_IN


# --- a manager who never answers ----------------------------------------------------------------------------------


@pytest.fixture
def waiting(cast: Cast) -> Assignment:
    above = make_unit(cast.unit.organisation, "Direction")
    type(cast.unit).objects.filter(pk=cast.unit.pk).update(parent=above)
    cast.director = make_person("Chloé", role="manager", unit=above)  # type: ignore[attr-defined]
    return make_assignment(cast.first, cast.person, state=State.ACCEPTED, release_by=clock.now() + timedelta(hours=2))


def test_p09_accept_9_a_silent_manager_is_reminded_then_the_unit_above_is_asked_and_nothing_is_ever_a_silent_yes(
    cast: Cast, waiting: Assignment
) -> None:
    late = clock.now() + timedelta(hours=3)
    with clock.travelling(late):
        assert deadlines.remind_and_escalate() == (1, 0)
        assert deadlines.remind_and_escalate() == (0, 0)
    with clock.travelling(late + limits.ESCALATE_AFTER + timedelta(minutes=1)):
        assert deadlines.remind_and_escalate() == (0, 1)
        assert deadlines.remind_and_escalate() == (0, 0)
    assert deadlines.next_above(waiting) == [cast.director]  # type: ignore[attr-defined]
    assert announced("escalated") == [waiting.pk]
    with clock.travelling(late + timedelta(days=3)):
        deadlines.remind_and_escalate()
        waiting.refresh_from_db()
        assert waiting.state == State.ACCEPTED
        director = actor_for(cast.director)  # type: ignore[attr-defined]
        missions.do_release(actor=director, assignment=waiting)
    waiting.refresh_from_db()
    assert waiting.released_by == cast.director  # type: ignore[attr-defined]


def test_p09_accept_9_a_yes_said_by_telephone_keeps_whose_yes_it_was(cast: Cast, waiting: Assignment) -> None:
    said: dict[str, Any] = {"actor": cast.cell, "assignment": waiting, "said": "release", "channel": "phone"}
    refused("said_by_missing", nudges.do_write_answer, **said)
    refused("said_by_missing", nudges.do_write_answer, **said, said_by=cast.person.pk)
    nudges.do_write_answer(**said, said_by=cast.director.pk)  # type: ignore[attr-defined]
    waiting.refresh_from_db()
    assert waiting.released_by == cast.director  # type: ignore[attr-defined]
    written = Entry.objects.get(verb="allocation.answer_written")
    assert written.params["said_by"] == str(cast.director.key)  # type: ignore[attr-defined]
    assert written.actor_key == cast.cell.person_key


def test_p09_accept_9_a_mission_nobody_answered_ends_after_its_day_without_ever_having_been_released(
    cast: Cast, waiting: Assignment
) -> None:
    with at(cast, time(9), days=1):
        assert deadlines.end_unanswered() == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.drop_motive, waiting.released_by) == (State.CANCELLED, "unanswered", None)
    consistent()


def test_the_cell_asks_above_at_once_and_only_once(cast: Cast, waiting: Assignment) -> None:
    assert deadlines.do_escalate(actor=cast.cell, assignment=waiting) == [cast.director]  # type: ignore[attr-defined]
    refused("not_to_escalate", deadlines.do_escalate, actor=cast.cell, assignment=waiting)
    with pytest.raises(PermissionDenied):
        deadlines.do_escalate(actor=cast.manager, assignment=waiting)


def test_without_anybody_above_the_cell_is_told_to_call(cast: Cast) -> None:
    alone = make_assignment(cast.first, cast.person, state=State.ACCEPTED)
    refused("nobody_above", deadlines.do_escalate, actor=cast.cell, assignment=alone)


# --- a mentor who is not there ------------------------------------------------------------------------------------


def away(cast: Cast, **said: Any) -> MentorAbsence:
    return mentors.do_say_mentor_away(
        actor=said.pop("actor", cast.host),
        organisation_id=cast.association.pk,
        person=cast.need.mentor,
        day=cast.first.day,
        halves=[cast.first.half],
        **said,
    )[0]


def test_without_anybody_instead_nobody_starts_and_newcomers_are_told(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    Assignment.objects.filter(pk=mission.pk).update(trained=True, safety_told=True)
    away(cast)
    assert announced("mentor_away") == [mission.pk]
    refused("mentor_absent", missions.do_start, actor=cast.host, assignment=mission, return_interview_at=clock.now())
    mission.refresh_from_db()
    assert mission.state == State.CONFIRMED


def test_somebody_else_of_the_team_welcomes_and_the_mission_may_start(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    Assignment.objects.filter(pk=mission.pk).update(trained=True, safety_told=True)
    absence = away(cast)
    mentors.do_replace_mentor(actor=cast.host, absence=absence, person_id=cast.host.person_id)
    mission.refresh_from_db()
    assert mission.mentor_id == mission.host_contact_id == cast.host.person_id
    assert announced("mentor_changed") == [mission.pk]
    missions.do_start(actor=cast.host, assignment=mission, return_interview_at=clock.now() + timedelta(days=30))


def test_a_mentor_who_comes_after_all_finds_everything_as_before(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    absence = away(cast, replaced_by=cast.host.person_id)
    mentors.do_say_mentor_back(actor=cast.host, absence=absence)
    mission.refresh_from_db()
    assert mission.mentor_id == cast.need.mentor_id
    assert not MentorAbsence.objects.exists()


def test_a_mentor_who_comes_that_half_day_anyway_may_welcome_instead(cast: Cast) -> None:
    cast.at(State.CONFIRMED)
    able = cast.volunteer(can_mentor=True)
    Slot.objects.filter(pk=cast.first.pk).update(headcount=3)
    make_assignment(cast.first, able, state=State.CONFIRMED)
    absence = away(cast)
    names = mentors.replacements(
        cast.association.pk, cast.first.day, cast.first.half, besides=absence.person_id, exercise_id=None
    )
    assert able in names
    stranger = make_person("Zoé")
    refused("not_a_mentor_there", mentors.do_replace_mentor, actor=cast.host, absence=absence, person_id=stranger.pk)


def test_somebody_confirmed_after_the_mentor_was_said_away_is_welcomed_by_whoever_does_instead(cast: Cast) -> None:
    mission = cast.at(State.RELEASED)
    Assignment.objects.filter(pk=mission.pk).update(mentor=None, host_contact=None)
    able = cast.volunteer(can_mentor=True)
    Slot.objects.filter(pk=cast.first.pk).update(headcount=3)
    make_assignment(cast.first, able, state=State.CONFIRMED)
    Assignment.objects.filter(pk=mission.pk).update(state=State.PROPOSED)
    away(cast, replaced_by=able.pk)
    Assignment.objects.filter(pk=mission.pk).update(state=State.RELEASED)
    confirmed = missions.do_confirm(actor=cast.host, assignment=Assignment.objects.get(pk=mission.pk))
    assert confirmed.mentor_id == confirmed.host_contact_id == able.pk


def test_when_whoever_welcomed_instead_comes_no_more_newcomers_and_the_cell_are_told(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    able = cast.volunteer(can_mentor=True)
    Slot.objects.filter(pk=cast.first.pk).update(headcount=3)
    make_assignment(cast.first, able, state=State.CONFIRMED)
    absence = away(cast, replaced_by=able.pk)
    mission.refresh_from_db()
    assert mission.mentor_id == able.pk
    missions.do_drop(actor=actor_for(able), assignment=Assignment.objects.get(person=able), motive="agent")
    mission.refresh_from_db()
    absence.refresh_from_db()
    assert absence.replaced_by_id is None
    assert mission.mentor_id == cast.need.mentor_id
    assert announced("mentor_away") == [mission.pk]
    assert missions.mentor_missing(mission)


def test_only_the_host_and_the_cell_say_that_a_mentor_is_away(cast: Cast) -> None:
    elsewhere = actor_for(make_person("Paula", role="host"))
    for actor in (cast.agent, cast.manager, elsewhere):
        with pytest.raises(PermissionDenied):
            away(cast, actor=actor)


# --- a mission that must stop today -------------------------------------------------------------------------------


def test_a_mission_stopped_on_the_way_keeps_its_hours_and_its_place_and_sends_the_person_back(cast: Cast) -> None:
    mission = cast.at(State.STARTED)
    with at(cast, time(10)):
        stopping.do_stop(actor=cast.agent, assignment=mission, motive="agent", hours=Decimal("1.5"))
    mission.refresh_from_db()
    assert (mission.state, mission.hours, mission.returns_on) == (State.DONE, Decimal("1.5"), cast.first.day)
    assert mission.stopped_at is not None
    cast.first.refresh_from_db()
    assert cast.first.held == 1
    assert announced("stopped") == [mission.pk]
    consistent()


@pytest.mark.parametrize(
    ("who", "motive", "may"),
    [
        ("agent", "agent", True),
        ("agent", "danger", True),
        ("host", "danger", True),
        ("host", "host", True),
        ("cell", "cell", True),
        ("manager", "service", True),
        ("host", "agent", False),
        ("agent", "host", False),
        ("manager", "danger", False),
    ],
)
def test_each_stops_in_their_own_name(cast: Cast, who: str, motive: str, may: bool) -> None:
    mission = cast.at(State.STARTED)
    actor = getattr(cast, who)
    if may:
        assert stopping.do_stop(actor=actor, assignment=mission, motive=motive).state == State.DONE
    else:
        with pytest.raises(PermissionDenied):
            stopping.do_stop(actor=actor, assignment=mission, motive=motive)


def test_stopping_a_whole_need_reads_the_number_back_and_leaves_nobody_behind(cast: Cast) -> None:
    Slot.objects.filter(pk=cast.first.pk).update(headcount=4)
    under_way = cast.at(State.STARTED)
    expected = make_assignment(cast.first, cast.volunteer(), state=State.CONFIRMED)
    asked = make_assignment(cast.first, cast.volunteer())
    slots = stopping.to_stop(cast.host, cast.first.day, ["am", "pm"], need_id=cast.need.pk)
    assert stopping.reach(slots).people == 3
    refused("count_changed", stopping.do_stop_all, actor=cast.host, slots=slots, motive="danger", people=2)
    stopping.do_stop_all(actor=cast.host, slots=slots, motive="danger", people=3)
    states = {one.pk: one.state for one in Assignment.objects.all()}
    assert states == {
        under_way.pk: State.DONE,
        expected.pk: State.CANCELLED,
        asked.pk: State.CANCELLED,
    }
    refused("half_day_stopped", missions._say_yes, actor=cast.agent, assignment=_fresh(cast))
    consistent()
    stopping.do_reopen(actor=cast.host, slots=slots)
    assert not slots.filter(stopped_at__isnull=False).exists()


def _fresh(cast: Cast) -> Assignment:
    cast.first.refresh_from_db()
    return make_assignment(cast.first, cast.volunteer())


def test_a_host_stops_nothing_elsewhere(cast: Cast) -> None:
    stranger = actor_for(make_person("Paula", role="host"))
    slots = stopping.to_stop(stranger, cast.first.day, ["am"], need_id=cast.need.pk)
    assert slots.exists()
    with pytest.raises(PermissionDenied):
        stopping.do_stop_all(actor=stranger, slots=slots, motive="danger", people=0)


# --- attendance ---------------------------------------------------------------------------------------------------


def seen(cast: Cast, mission: Assignment, what: str, **said: Any) -> Assignment:
    return attendance.do_write_attendance(
        actor=said.pop("actor", cast.host),
        assignment=mission,
        seen=what,
        interview_at=clock.now() + timedelta(days=60),
        **said,
    )


@pytest.fixture
def that_day(cast: Cast) -> Iterator[None]:
    with at(cast, time(11)):
        yield


@pytest.mark.usefixtures("that_day")
def test_a_line_from_paper_makes_every_move_at_once_and_keeps_its_origin(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    seen(cast, mission, "came", trained=True, safety_told=True, hours=Decimal("3.5"), channel="paper")
    mission.refresh_from_db()
    assert (mission.state, mission.hours, mission.trained) == (State.DONE, Decimal("3.5"), True)
    verbs = [entry.verb.split(".")[1] for entry in Entry.objects.about("assignment", str(mission.pk))]
    assert verbs == ["prepared", "started", "done", "written_down"]


@pytest.mark.usefixtures("that_day")
def test_p09_accept_10_a_sheet_never_starts_somebody_without_both_boxes(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    refused("not_prepared", seen, cast=cast, mission=mission, what="came", trained=True)
    mission.refresh_from_db()
    assert (mission.state, mission.trained) == (State.CONFIRMED, False)


def test_a_sheet_is_not_written_before_its_day(cast: Cast) -> None:
    with at(cast, time(11), days=-1):
        refused("not_yet", seen, cast=cast, mission=cast.at(State.CONFIRMED), what="absent")


@pytest.mark.usefixtures("that_day")
@pytest.mark.parametrize(("what", "back"), [("absent", "confirmed"), ("excused", "confirmed"), ("finished", "started")])
def test_a_mistap_is_taken_back_within_a_few_minutes_and_no_longer(cast: Cast, what: str, back: str) -> None:
    mission = cast.at(State.STARTED if what == "finished" else State.CONFIRMED)
    seen(cast, mission, what)
    attendance.do_undo(actor=cast.host, assignment=mission)
    mission.refresh_from_db()
    assert mission.state == back
    consistent()
    seen(cast, mission, what)
    with clock.travelling(clock.now() + limits.UNDO_WITHIN):
        refused("too_late_to_undo", attendance.do_undo, actor=cast.host, assignment=mission)


@pytest.mark.usefixtures("that_day")
def test_an_excuse_given_by_the_person_is_not_the_hosts_to_take_back(cast: Cast) -> None:
    mission = cast.at(State.CONFIRMED)
    missions.do_drop(actor=cast.agent, assignment=mission, motive="agent")
    refused("too_late_to_undo", attendance.do_undo, actor=cast.host, assignment=mission)


# --- the day before -----------------------------------------------------------------------------------------------


def codes(cast: Cast) -> list[str]:
    found = tomorrow.risks(tomorrow.told(cast.cell, cast.first.day))
    return sorted({risk.code for risk in found if risk.slot == cast.first})


def test_each_thing_that_could_go_wrong_has_its_line(cast: Cast) -> None:
    assert codes(cast) == ["places_free"]
    mission = cast.at(State.CONFIRMED)
    assert codes(cast) == ["unprepared"]
    Assignment.objects.filter(pk=mission.pk).update(trained=True, safety_told=True)
    assert codes(cast) == []
    type(cast.person).objects.filter(pk=cast.person.pk).update(email="", phone="")
    assert codes(cast) == ["unreachable"]
    Slot.objects.filter(pk=cast.first.pk).update(skill=make_skill("bafa", regulated=True))
    assert codes(cast) == ["certificate", "unreachable"]
    away(cast)
    assert codes(cast) == ["certificate", "no_mentor", "unreachable"]
    Slot.objects.filter(pk=cast.first.pk).update(headcount=F("headcount") + 5)
    for state in (State.PROPOSED, State.ACCEPTED, State.RELEASED, State.STAND_IN):
        make_assignment(cast.first, cast.volunteer(), state=state)
    assert set(codes(cast)) >= {"unanswered", "unreleased", "unconfirmed", "stand_in", "places_free"}


def same_count(actor: Actor, day: date) -> set[str]:
    """The risks counted are those told, kind by kind, since the same moment, in the same order; return their kinds."""
    found = tomorrow.told(actor, day)
    told = {
        code: tomorrow.Counted(
            count=sum(risk.code == code for risk in found),
            since=min((risk.since for risk in found if risk.code == code and risk.since), default=None),
        )
        for code in tomorrow.CODES
        if code in {risk.code for risk in found}
    }
    assert list(tomorrow.counted(actor, day).items()) == list(told.items())
    return set(told)


def test_what_is_counted_of_a_day_is_what_its_page_tells(cast: Cast) -> None:
    day = cast.first.day
    assert same_count(cast.cell, day + timedelta(days=300)) == set()
    assert same_count(cast.cell, day) == {"places_free"}
    Slot.objects.filter(pk=cast.first.pk).update(skill=make_skill("bafa", regulated=True), headcount=80)
    for age, state in enumerate(state for _times in range(4) for state in State.values):
        mission = make_assignment(cast.first, cast.volunteer(), state=state)
        turn = age // len(State)
        Assignment.objects.filter(pk=mission.pk).update(
            changed_at=clock.now() - timedelta(hours=(7 * age) % 60),
            trained=turn > 0,
            safety_told=turn > 1,
            mentor=make_person() if turn == 1 else None,
        )
        if turn == 2:
            type(mission.person).objects.filter(pk=mission.person_id).update(email="nobody at home", phone="12")
        if turn == 3:
            PersonSkill.objects.create(
                person=mission.person, skill=make_skill("bafa"), confirmed_by=cast.association, expires_on=day
            )
    assert same_count(cast.cell, day) == set(tomorrow.CODES) - {"no_mentor"}
    assert same_count(cast.host, day) == tomorrow.FOR_HOSTS - {"no_mentor"}
    away(cast)
    assert same_count(cast.cell, day) == set(tomorrow.CODES)
    assert same_count(cast.host, day) == set(tomorrow.FOR_HOSTS)
    cast.need.mentor = None
    cast.need.save()
    assert same_count(cast.cell, day) == set(tomorrow.CODES)


def test_a_host_reads_its_own_half_days_and_nothing_of_proposals_or_services(cast: Cast) -> None:
    Slot.objects.filter(pk=cast.first.pk).update(headcount=5)
    for state in (State.PROPOSED, State.ACCEPTED, State.RELEASED):
        make_assignment(cast.first, cast.volunteer(), state=state)
    found = tomorrow.told(cast.host, cast.first.day)
    assert {risk.code for risk in found} == {"places_free", "unconfirmed"}
    stranger = actor_for(make_person("Paula", role="host"))
    assert tomorrow.told(stranger, cast.first.day) == []


def test_a_half_day_called_off_is_not_at_risk(cast: Cast) -> None:
    Slot.objects.filter(pk=cast.first.pk).update(stopped_at=clock.now())
    assert codes(cast) == []


def test_the_day_prepared_before_an_idle_weekend_is_monday(cast: Cast) -> None:
    monday = next_monday(1)
    assert tomorrow.next_day(monday - timedelta(days=3)) == monday


def test_those_asked_too_late_find_the_place_taken_and_go_on_reserve(cast: Cast, holder: Assignment) -> None:
    first, second = stand_in(cast, holder), stand_in(cast, holder)
    missions.do_answer(actor=actor_for(first.person), assignment=first, yes=True)
    missions.do_release(actor=cast.manager, assignment=first)
    missions.do_confirm(actor=cast.host, assignment=first)
    second.refresh_from_db()
    missions.do_answer(actor=actor_for(second.person), assignment=second, yes=True)
    second.refresh_from_db()
    assert (second.state, second.stands_in_for) == (State.RESERVE, None)
    consistent()


def test_a_holder_who_begins_frees_those_who_were_asked_instead(cast: Cast, holder: Assignment) -> None:
    asked = stand_in(cast, holder)
    missions.do_prepare(actor=cast.host, assignment=holder, trained=True, safety_told=True)
    missions.do_start(actor=cast.host, assignment=holder, return_interview_at=clock.now() + timedelta(days=60))
    asked.refresh_from_db()
    assert (asked.state, asked.stands_in_for) == (State.CANCELLED, None)
    consistent()
