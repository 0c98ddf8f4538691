"""One call: who is read when, words that are never lost, an end written once, an emergency in one gesture."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import playing
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import make_organisation
from reflexes.mechanisms.evidence.models import Reading
from reflexes.pistes.contact.proactive_desks.demo_script import default_steps
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_caller, make_campaign, make_supervisor
from reflexes.pistes.contact.proactive_desks.factories_scripts import make_call, make_script
from reflexes.pistes.contact.proactive_desks.models import (
    AnswerCount,
    CallerCard,
    Campaign,
    LateNote,
    Lease,
    SaidAnswers,
)
from reflexes.pistes.contact.proactive_desks.services import scripts, scripts_calls
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said
from reflexes.pistes.contact.proactive_desks.tests.calling import at_ten


@pytest.fixture(autouse=True)
def _in_calling_hours() -> Any:
    with clock.travelling(at_ten()):
        yield


@pytest.fixture
def campaign(db: None) -> Campaign:
    made = make_campaign(make_organisation("Ville"))
    make_script(made)
    return made


def lease_of(said: SaidAnswers) -> Lease:
    return Lease.objects.select_related("callee", "campaign__dataset", "campaign__organisation").get(said=said)


def finish(actor: Actor, lease: Lease, outcome: str, **words: Any) -> Any:
    return scripts_calls.do_finish(
        actor=actor, lease=lease, client_key=uuid.uuid4(), ended=Said(outcome=outcome, **words)
    )


def test_p12_accept_2_a_caller_sees_the_name_then_the_number_and_no_more(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    lease = lease_of(said)
    seen = scripts_calls.who(lease)
    assert seen is not None
    assert (seen.name, seen.phone, seen.address) == ("Jeanne Martin", "", "")
    scripts_calls.do_show_number(actor=actor, lease=lease)
    scripts_calls.do_show_number(actor=actor, lease=lease)
    seen = scripts_calls.who(lease_of(said))
    assert seen is not None
    assert seen.phone.startswith("06 39 98")
    assert seen.address == ""
    readings = Reading.objects.order_by("pk").values_list("what", "allowed", "through")
    assert list(readings) == [("name", True, str(lease.key)), ("phone", True, str(lease.key))]


def test_nobody_else_sees_the_number_and_the_try_is_written_down(campaign: Campaign) -> None:
    _actor, said = make_call(campaign)
    other = make_caller(campaign, "Lou")
    with pytest.raises(PermissionDenied):
        scripts_calls.do_show_number(actor=other, lease=lease_of(said))
    assert Reading.objects.filter(allowed=False, reader=other.person_key).count() == 1
    with pytest.raises(Http404):
        scripts_calls.do_save(actor=other, lease=lease_of(said), answers={})


def test_once_the_time_is_over_the_page_shows_nobody(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    with clock.shifted(timedelta(minutes=25) + (at_ten() - clock.real_now())):
        assert scripts_calls.who(lease_of(said)) is None
        with pytest.raises(PermissionDenied):
            scripts_calls.do_show_number(actor=actor, lease=lease_of(said))


def test_p12_accept_2_a_call_keeps_the_version_it_began_with(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    keeper = make_supervisor(campaign, "Zoé")
    newer = scripts.do_begin_version(actor=keeper, campaign=campaign)
    scripts.do_remove_step(actor=keeper, script=newer, place=0)
    scripts.do_publish(actor=keeper, script=newer)
    assert scripts.script_of(lease_of(said)) == said.script != newer
    # Taken again by the same caller (two tabs), the same call goes on.
    again = scripts_calls.do_take_next(actor=actor, campaign=campaign)
    assert again == said


def test_answers_are_sealed_and_come_back_to_the_caller(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    words = "Je n’ai vu personne depuis mardi."
    scripts_calls.do_save(actor=actor, lease=lease_of(said), answers={"mood": "low", "low_words": words}, at="link")
    said.refresh_from_db()
    assert "personne" not in said.sealed
    assert said.step == "link"
    assert scripts_calls.answers_of(said)["low_words"] == words
    scripts_calls.do_save(actor=actor, lease=lease_of(said), answers={"mood": "", "unknown": "x"})
    said.refresh_from_db()
    assert scripts_calls.answers_of(said) == {"low_words": words}


def test_an_answer_that_is_none_is_refused_and_nothing_is_written(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    with pytest.raises(Refusal) as refused:
        scripts_calls.do_save(actor=actor, lease=lease_of(said), answers={"low_words": "Oui", "mood": "splendid"})
    assert refused.value.code == "not_a_choice"
    said.refresh_from_db()
    assert said.sealed == ""


def test_saving_keeps_the_person_and_says_so_when_the_time_is_over(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    before = lease_of(said).until
    with clock.shifted(timedelta(minutes=15) + (at_ten() - clock.real_now())):
        scripts_calls.do_save(actor=actor, lease=lease_of(said), answers={"mood": "well"})
    assert lease_of(said).until > before + timedelta(minutes=10)
    finish(actor, lease_of(said), "fine")
    with pytest.raises(Refusal) as refused:
        scripts_calls.do_save(actor=actor, lease=lease_of(said), answers={"mood": "low"})
    assert (refused.value.code, refused.value.conflict) == ("over", True)


def test_choices_are_counted_once_without_anybody_and_only_those_of_the_road(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    answers = {"mood": "well", "again": "yes", "link": "family neighbours", "other": "Bonjour à tous"}
    scripts_calls.do_save(actor=actor, lease=lease_of(said), answers=answers)
    key = uuid.uuid4()
    for _twice in range(2):
        scripts_calls.do_finish(actor=actor, lease=lease_of(said), client_key=key, ended=Said(outcome="fine"))
    counted = AnswerCount.objects.order_by("step", "value").values_list("step", "value", "number")
    assert list(counted) == [("link", "family", 1), ("link", "neighbours", 1), ("mood", "well", 1)]


def test_a_campaign_without_a_script_gives_nobody(db: None) -> None:
    campaign = make_campaign(make_organisation("Ville"))
    make_callee(campaign)
    with pytest.raises(Refusal) as refused:
        scripts_calls.do_take_next(actor=make_caller(campaign), campaign=campaign)
    assert refused.value.code == "no_script"
    assert not Lease.objects.exists()


def test_p12_accept_5_a_need_keeps_the_persons_own_words(campaign: Campaign) -> None:
    from reflexes.core import keyring

    actor, said = make_call(campaign)
    lease = lease_of(said)
    words = "J’ai plus personne pour les courses, et mes jambes me portent plus."
    finish(actor, lease, "need", words=words)
    case = Case.objects.get()
    assert keyring.take(campaign.dataset.key).unseal(case.said)["words"] == words
    assert (case.subject, case.told_by_id, case.urgent) == (lease.callee.key, actor.person_id, False)


def test_p12_accept_7_one_gesture_opens_an_urgent_case_and_tells_those_in_charge(campaign: Campaign) -> None:
    from reflexes.core import keyring

    keeper = make_supervisor(campaign, "Nour")
    actor, said = make_call(campaign)
    scripts_calls.do_save(actor=actor, lease=lease_of(said), answers={"mood": "low", "low_words": "Je veux en finir."})
    for _twice in range(2):
        scripts_calls.do_alert(actor=actor, lease=lease_of(said), client_key=uuid.uuid4(), words="Elle pleure.")
    case = Case.objects.get()
    assert case.urgent
    told = keyring.take(campaign.dataset.key).unseal(case.said)["words"]
    assert told == "Je veux en finir.\nElle pleure."
    mine = Message.objects.filter(person_key=keeper.person_key)
    assert mine.count() == 1
    assert mine.get().urgent
    assert "Martin" not in mine.get().body + mine.get().subject
    assert not LateNote.objects.exists()
    # Whom one rings for needs an address: shown for a while, and written down.
    seen = scripts_calls.who(lease_of(said))
    assert seen is not None
    assert seen.address == "3 rue des Tanneurs"
    assert Reading.objects.filter(what="address", allowed=True).count() == 1
    with clock.shifted(timedelta(hours=2) + (at_ten() - clock.real_now())):
        assert scripts_calls.who(lease_of(said)) is None


def test_p12_accept_8_after_an_emergency_the_next_call_is_an_easy_one(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    scripts_calls.do_alert(actor=actor, lease=lease_of(said), client_key=uuid.uuid4())
    assert CallerCard.objects.get(person_id=actor.person_id).easy_next


def test_what_sounds_urgent_is_only_proposed(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    scripts_calls.do_save(
        actor=actor,
        lease=lease_of(said),
        answers={"mood": "low", "low_words": "Je n’ai rien mangé depuis trois jours."},
    )
    said.refresh_from_db()
    steps = scripts.steps_of(said.script)
    signs = scripts_calls.what_sounds_urgent(steps, scripts_calls.answers_of(said))
    assert [sign.code for sign in signs] == ["food"]
    assert not Case.objects.exists()
    assert not Message.objects.exists()


def test_a_note_left_by_the_caller_before_is_read_by_the_next(campaign: Campaign) -> None:
    actor, said = make_call(campaign)
    when = clock.now() + timedelta(hours=1)
    finish(actor, lease_of(said), "call_back", call_back_at=when, note="Parler lentement, elle entend mal.")
    with clock.shifted(timedelta(hours=2) + (at_ten() - clock.real_now())):
        other = make_caller(campaign, "Lou")
        again = scripts_calls.do_take_next(actor=other, campaign=campaign)
        assert isinstance(again, SaidAnswers)
        seen = scripts_calls.who(lease_of(again))
    assert seen is not None
    assert seen.left == "Parler lentement, elle entend mal."


def test_an_emergency_played_in_an_exercise_leaves_for_nobody(db: None) -> None:
    exercise = make_exercise()
    campaign = make_campaign(make_organisation(), exercise=exercise)
    keeper = replace(make_supervisor(campaign), exercise_id=exercise.pk)
    scripts.do_publish(
        actor=keeper,
        script=scripts.do_begin_version(actor=keeper, campaign=campaign, steps=default_steps()),
    )
    with playing(exercise.pk):
        actor, said = make_call(campaign, replace(make_caller(campaign), exercise_id=exercise.pk))
        scripts_calls.do_alert(actor=actor, lease=lease_of(said), client_key=uuid.uuid4())
    assert Case.objects.get().exercise_id == exercise.pk
    assert {one.state for one in Message.objects.order_by("pk")} == {"exercise"}
