"""A designated person objects without a reason; an answer in words is owed before a moment (mechanisms.md P09 (6))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import limits, privacy
from reflexes.mechanisms.allocation.models import Assignment, Objection, half_day_starts
from reflexes.mechanisms.allocation.services import missions, objecting, silences
from reflexes.mechanisms.allocation.tests.test_designated_and_spread import Town, designate
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def mission(town: Town) -> Assignment:
    return designate(town, town.slot(headcount=2), town.agent("Amina"))


def objected(mission: Assignment, words: str = "") -> Objection:
    return objecting.do_object(actor=actor_for(mission.person), assignment=mission, words=words)


def test_p09_accept_6_an_objection_needs_no_reason_and_owes_an_answer_before_a_moment(mission: Assignment) -> None:
    with clock.shifted(-timedelta(days=7)):
        objection = objected(mission)
    assert (objection.words, objection.channel, objection.verdict) == ("", "screen", "")
    assert objection.answer_by == objection.made_at + limits.OBJECTION_WITHIN
    assert objected(mission).pk == objection.pk, "said twice, it is said once"
    assert Entry.objects.get(verb="allocation.objection_made").actor_key is None


def test_the_answer_is_never_due_after_the_half_day_begins(mission: Assignment) -> None:
    begins = half_day_starts(mission.day, mission.half)
    with clock.shifted(begins - clock.now() - timedelta(hours=2)):
        assert objected(mission).answer_by == begins


def test_an_objection_waits_in_the_table_of_silences_until_it_is_answered(town: Town, mission: Assignment) -> None:
    def waiting() -> dict[str, int]:
        return {one.code: one.count for one in silences.silences(town.cell)}

    assert "objections_open" not in waiting()
    objection = objected(mission)
    assert waiting()["objections_open"] == 1
    assert list(silences.waiting_on(town.cell, "objections_open")) == [objection]
    objecting.do_answer_objection(actor=town.cell, objection=objection, verdict="stands", words="Personne d'autre.")
    assert "objections_open" not in waiting()


def test_an_answer_is_one_of_two_in_words_and_only_once(town: Town, mission: Assignment) -> None:
    objection = objected(mission)
    for verdict, words, code in (
        ("", "Parce que.", "verdict_missing"),
        ("peut-être", "Parce que.", "verdict_missing"),
        ("stands", "  ", "words_missing"),
    ):
        with pytest.raises(Refusal) as refused:
            objecting.do_answer_objection(actor=town.cell, objection=objection, verdict=verdict, words=words)
        assert refused.value.code == code
    objecting.do_answer_objection(actor=town.cell, objection=objection, verdict="stands", words="Personne d'autre.")
    with pytest.raises(Refusal) as refused:
        objecting.do_answer_objection(actor=town.cell, objection=objection, verdict="freed", words="Non.")
    assert refused.value.code == "objection_answered"
    mission.refresh_from_db()
    assert (mission.state, objection.verdict) == ("accepted", "stands")


def test_whoever_is_freed_gives_the_place_back_and_is_not_designated_again_for_that_need(
    town: Town, mission: Assignment
) -> None:
    objecting.do_answer_objection(actor=town.cell, objection=objected(mission), verdict="freed", words="Entendu.")
    mission.refresh_from_db()
    mission.slot.refresh_from_db()
    assert (mission.state, mission.drop_motive, mission.slot.held) == ("cancelled", "cell", 0)
    with pytest.raises(Refusal) as refused:
        designate(town, mission.slot, mission.person)
    assert refused.value.code == "designated_after_no"


def test_nobody_begins_before_their_objection_is_answered(town: Town, mission: Assignment) -> None:
    host = actor_for(make_person("Hugo", role="host", organisation=town.association))
    objection = objected(mission)
    Assignment.objects.filter(pk=mission.pk).update(state="confirmed", trained=True, safety_told=True)
    mission.refresh_from_db()
    with clock.shifted(half_day_starts(mission.day, mission.half) - clock.now()):
        with pytest.raises(Refusal) as refused:
            missions.do_start(actor=host, assignment=mission, return_interview_at=clock.now() + timedelta(days=1))
        assert refused.value.code == "answer_owed"
        assert "object" not in str(refused.value), "the host never reads that somebody objected"
        objecting.do_answer_objection(actor=town.cell, objection=objection, verdict="stands", words="Décidé.")
        missions.do_start(actor=host, assignment=mission, return_interview_at=clock.now() + timedelta(days=1))
    mission.refresh_from_db()
    assert mission.state == "started"


def test_a_volunteer_says_no_and_has_nothing_to_object_to(town: Town, mission: Assignment) -> None:
    Assignment.objects.filter(pk=mission.pk).update(mode="volunteer")
    mission.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        objected(mission)
    assert refused.value.code == "not_designated"


def test_a_mission_begun_is_stopped_rather_than_objected_to(mission: Assignment) -> None:
    Assignment.objects.filter(pk=mission.pk).update(state="started")
    mission.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        objected(mission)
    assert refused.value.code == "objection_late"


def test_the_cell_writes_down_what_was_said_and_how_it_came(town: Town, mission: Assignment) -> None:
    with pytest.raises(Refusal) as refused:
        objecting.do_object(actor=town.cell, assignment=mission)
    assert refused.value.code == "channel_missing"
    objection = objecting.do_object(actor=town.cell, assignment=mission, words="Ma mère est seule.", channel="phone")
    assert (objection.channel, objection.written_by_id) == ("phone", town.cell.person_id)


def test_firewall_an_objection_is_read_by_the_person_and_the_cell_alone(town: Town, mission: Assignment) -> None:
    objection = objected(mission)
    assert list(objecting.visible_objections(actor_for(mission.person))) == [objection]
    assert objecting.access_objection(town.cell, objection.pk) == objection
    for role in ("manager", "host", "hr", "administrator", "agent"):
        stranger = actor_for(make_person(role=role, unit=town.unit))
        assert not objecting.visible_objections(stranger).exists()
        with pytest.raises(Http404):
            objecting.access_objection(stranger, objection.pk)
        with pytest.raises(PermissionDenied):
            objecting.do_object(actor=stranger, assignment=mission)
        with pytest.raises(PermissionDenied):
            objecting.do_answer_objection(actor=stranger, objection=objection, verdict="stands", words="Non.")
    assert not Entry.objects.about("assignment", str(mission.pk)).filter(verb__contains="objection").exists()


def test_an_objection_leaves_with_the_person_and_is_in_what_they_take_away(mission: Assignment) -> None:
    objected(mission, words="Je ne peux pas.")
    assert privacy.export(mission.person.key)["objections"][0]["said"] == "Je ne peux pas."
    privacy.erase(mission.person.key)
    assert not Objection.objects.exists()
    mission.refresh_from_db()
    assert (mission.mode, mission.basis) == ("designated", "–"), "that somebody was designated stays counted"


def test_the_database_refuses_an_answer_without_words(mission: Assignment) -> None:
    objection = objected(mission)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(answered_at=clock.now(), verdict="stands", answer="")
