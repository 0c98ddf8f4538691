"""What was not right: told in confidence, read by the cell alone, answered (design.md rule 5)."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core.privacy.services import export_person
from reflexes.mechanisms.allocation.factories import make_assignment
from reflexes.mechanisms.allocation.models import Assignment, Concern, Wish
from reflexes.mechanisms.allocation.privacy import erase
from reflexes.mechanisms.allocation.services import concerns, silences
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.allocation.tests.test_missions import Cast, refused
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_capacity, make_person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db
WORDS = "On m’a laissée seule toute la matinée."


@pytest.fixture
def cast() -> Cast:
    return Cast()


@pytest.fixture
def mission(cast: Cast) -> Assignment:
    return cast.at(State.DONE)


def tell(cast: Cast, mission: Assignment, **said: Any) -> Concern:
    return concerns.do_tell_concern(actor=said.pop("actor", cast.agent), assignment=mission, words=WORDS, **said)


def test_a_concern_is_received_taken_by_name_and_answered(cast: Cast, mission: Assignment) -> None:
    concern = tell(cast, mission)
    assert concern.state == Concern.State.RECEIVED
    concerns.do_take_concern(actor=cast.cell, concern=concern)
    assert concern.handled_by_id == cast.cell.person_id
    refused("concern_taken", concerns.do_take_concern, actor=cast.cell, concern=concern)
    refused("words_missing", concerns.do_answer_concern, actor=cast.cell, concern=concern, words=" ")
    concerns.do_answer_concern(actor=cast.cell, concern=concern, words="Le tuteur est changé.")
    assert concerns.access_concern(cast.agent, concern.pk).answer == "Le tuteur est changé."


def test_neither_host_nor_manager_nor_hr_nor_colleague_finds_it(cast: Cast, mission: Assignment) -> None:
    concern = tell(cast, mission)
    hr = actor_for(make_person("Hélène", role=roles.HR, organisation=cast.unit.organisation))
    director = actor_for(make_person("Denis", role=roles.DIRECTOR, organisation=cast.unit.organisation))
    colleague = actor_for(make_person("Bruno", role=roles.AGENT, unit=cast.unit))
    for actor in (cast.host, cast.manager, hr, director, colleague):
        with pytest.raises(Http404):
            concerns.access_concern(actor, concern.pk)
        with pytest.raises(PermissionDenied):
            concerns.do_answer_concern(actor=actor, concern=concern, words="Vu.")


def test_human_resources_read_it_only_while_the_person_agrees(cast: Cast, mission: Assignment) -> None:
    concern = tell(cast, mission)
    hr = actor_for(make_person("Hélène", role=roles.HR, organisation=cast.unit.organisation))
    elsewhere = actor_for(make_person("Hector", role=roles.HR))
    with pytest.raises(PermissionDenied):
        concerns.do_let_hr_read(actor=cast.cell, concern=concern, yes=True)
    concerns.do_let_hr_read(actor=cast.agent, concern=concern, yes=True)
    assert concerns.access_concern(hr, concern.pk) == concern
    with pytest.raises(Http404):
        concerns.access_concern(elsewhere, concern.pk)
    concerns.do_let_hr_read(actor=cast.agent, concern=concern, yes=False)
    with pytest.raises(Http404):
        concerns.access_concern(hr, concern.pk)


def test_somebody_of_the_cell_who_also_welcomes_there_does_not_read_it(cast: Cast, mission: Assignment) -> None:
    both = make_person("Inès", role=roles.COORDINATOR, organisation=cast.unit.organisation)
    concern = tell(cast, mission)
    assert concerns.visible_concerns(actor_for(both)).filter(pk=concern.pk).exists()
    make_capacity(both, role=roles.HOST, organisation=cast.association)
    cell = actor_for(both)
    assert cell.role == roles.COORDINATOR or not concerns.visible_concerns(cell).exists()
    assert not concerns.visible_concerns(cell).filter(pk=concern.pk).exists()


def test_not_going_back_there_is_a_limit_that_the_person_alone_ticks(cast: Cast, mission: Assignment) -> None:
    tell(cast, mission)
    assert not Wish.objects.exists()
    tell(cast, mission, not_again=True)
    wish = Wish.objects.get()
    assert (wish.kind, wish.value, wish.hard) == ("no_host", str(cast.association.pk), True)


def test_the_journal_knows_that_something_was_told_and_nothing_of_what_nor_by_whom(
    cast: Cast, mission: Assignment
) -> None:
    tell(cast, mission)
    entry = Entry.objects.get(verb="allocation.concern_told")
    assert entry.actor_key is None
    assert WORDS not in json.dumps([entry.params, entry.reason])


def test_the_cell_writes_down_what_was_said_by_telephone_with_its_origin(cast: Cast, mission: Assignment) -> None:
    refused("channel_missing", tell, cast=cast, mission=mission, actor=cast.cell)
    concern = tell(cast, mission, actor=cast.cell, channel="phone")
    assert (concern.person_id, concern.channel, concern.written_by_id) == (
        cast.person.pk,
        "phone",
        cast.cell.person_id,
    )


@pytest.mark.parametrize("state", [State.PROPOSED, State.DECLINED, State.ACCEPTED])
def test_nothing_is_told_of_a_host_that_does_not_know_the_person(cast: Cast, state: str) -> None:
    mission = make_assignment(cast.second, cast.volunteer(), state=state)
    with pytest.raises(PermissionDenied):
        tell(cast, mission, actor=actor_for(mission.person))


def test_an_open_concern_is_a_silence_until_it_is_answered(cast: Cast, mission: Assignment) -> None:
    concern = tell(cast, mission)
    assert "concerns_open" in [one.code for one in silences.silences(cast.cell)]
    concerns.do_answer_concern(actor=cast.cell, concern=concern, words="C’est réglé.")
    assert "concerns_open" not in [one.code for one in silences.silences(cast.cell)]


def test_a_concern_is_exported_with_its_answer_and_erased_with_the_person(cast: Cast, mission: Assignment) -> None:
    concern = tell(cast, mission)
    concerns.do_answer_concern(actor=cast.cell, concern=concern, words="C’est réglé.")
    told = json.dumps(export_person(cast.person.key), default=str, ensure_ascii=False)
    assert WORDS in told and "C’est réglé." in told
    erase(cast.person.key)
    assert not Concern.objects.exists()
