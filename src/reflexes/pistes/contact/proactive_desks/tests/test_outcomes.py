"""What comes of a call: written once, with all that follows; nothing closes by a counter (P12 (4), (6), (12))."""

import uuid
from datetime import date, timedelta

import pytest
from django.http import Http404
from django.utils import timezone

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Case
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.services.oppositions import opposed
from reflexes.pistes.contact.proactive_desks.factories import (
    make_callee,
    make_caller,
    make_campaign,
    make_lease,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.models import (
    Callee,
    CallerCard,
    HumanTask,
    Lease,
    SaidAnswers,
    Script,
)
from reflexes.pistes.contact.proactive_desks.services import callers, ladder
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end
from reflexes.pistes.contact.proactive_desks.tests.calling import TUESDAY, tuesday_morning

pytestmark = pytest.mark.django_db
__all__ = ["tuesday_morning"]


def said(caller: Actor, callee: Callee, outcome: str, **words: object) -> Callee:
    lease = make_lease(callee, Person.objects.get(pk=caller.person_id))
    do_end(actor=caller, lease_key=lease.key, client_key=uuid.uuid4(), said=Said(outcome, **words))
    callee.refresh_from_db()
    return callee


def test_the_same_outcome_sent_again_is_written_once() -> None:
    campaign = make_campaign()
    caller, callee = make_caller(campaign), make_callee(campaign)
    lease, token = make_lease(callee, Person.objects.get(pk=caller.person_id)), uuid.uuid4()
    answers = [
        do_end(actor=caller, lease_key=lease.key, client_key=token, said=Said("need", words="Je n’ai plus de pain."))
        for _time in range(3)
    ]
    assert [one.again for one in answers] == [False, True, True]
    assert Case.objects.count() == 1
    late = do_end(actor=caller, lease_key=lease.key, client_key=uuid.uuid4(), said=Said("fine"))
    assert late.late, "a second tab does not write over the first"


def test_p12_accept_4_the_outcomes_and_where_each_leads() -> None:
    campaign = make_campaign()
    caller = make_caller(campaign)
    at = TUESDAY + timedelta(hours=5)
    states = {
        outcome: said(caller, make_callee(campaign), outcome, **words)
        for outcome, words in {
            "no_answer": {},
            "fine": {},
            "refused": {},
            "call_back": {"call_back_at": at},
            "need": {"words": "Je ne peux plus descendre."},
            "urgent": {},
            "wrong_number": {},
            "died": {},
        }.items()
    }
    assert {outcome: (one.state, one.end) for outcome, one in states.items()} == {
        "no_answer": ("scheduled", ""),
        "fine": ("closed", "fine"),
        "refused": ("closed", "refused"),
        "call_back": ("scheduled", ""),
        "need": ("closed", "need"),
        "urgent": ("closed", "need"),
        "wrong_number": ("human", ""),
        "died": ("closed", "died"),
    }
    assert states["call_back"].due_at == at
    assert {outcome for outcome, one in states.items() if one.useful} == {"fine", "need", "urgent"}
    assert {outcome for outcome, one in states.items() if not one.reached} == {"no_answer", "wrong_number"}


def test_a_need_is_a_case_in_the_person_s_own_words() -> None:
    campaign = make_campaign()
    caller, callee = make_caller(campaign), make_callee(campaign)
    said(caller, callee, "need", words="Mon ascenseur est en panne depuis lundi.")
    case = Case.objects.get()
    key = keyring.take(campaign.dataset.key)
    assert key.unseal(case.said)["words"] == "Mon ascenseur est en panne depuis lundi."
    assert (case.subject, case.told_by_id, case.urgent) == (callee.key, caller.person_id, False)


def test_a_need_without_a_word_is_refused_and_nothing_is_written() -> None:
    campaign = make_campaign()
    caller, callee = make_caller(campaign), make_callee(campaign)
    with pytest.raises(Refusal) as refused:
        said(caller, callee, "need")
    assert refused.value.code == "words_missing"
    assert Lease.objects.get().closed_at is None


def test_a_refusal_is_kept_for_later_campaigns_and_who_shares_the_telephone_is_left_to_a_person() -> None:
    campaign = make_campaign()
    caller = make_caller(campaign)
    one, other = (make_callee(campaign, phone="+33639980055") for _one in range(2))
    said(caller, one, "refused")
    other.refresh_from_db()
    assert other.state == "human"
    assert other.human_tasks.get().kind == "decide"
    assert opposed(campaign.organisation, ["+33639980055"], "calls") == {"+33639980055"}


def test_somebody_who_died_is_called_by_no_campaign_and_their_partner_still_is() -> None:
    campaign = make_campaign()
    later = make_campaign(campaign.organisation)
    caller = make_caller(campaign)
    phone = "+33639980056"
    one = make_callee(campaign, "Weber", phone=phone)
    same = make_callee(later, "WEBER", phone=phone)
    partner = make_callee(later, "Weber", phone=phone, facts={"first_name": "Paul"})
    said(caller, one, "died")
    same.refresh_from_db()
    partner.refresh_from_db()
    assert (same.state, same.end) == ("closed", "died")
    assert partner.state == "ready"
    assert opposed(campaign.organisation, [phone], "calls") == set()
    assert CallerCard.objects.get(person_id=caller.person_id).easy_next


def test_three_silences_at_different_half_days_make_a_task_and_never_a_closed_row() -> None:
    campaign = make_campaign()
    caller, callee = make_caller(campaign), make_callee(campaign, facts={"relative_phone": "+33639980099"})
    moments = []
    for _try in range(3):
        said(caller, callee, "no_answer")
        moments.append(callee.due_at)
    assert callee.state == "human"
    halves = [timezone.localtime(one).strftime("%a %H") for one in moments[:2] if one]
    assert halves == ["Wed 14", "Wed 14"], "a morning is followed by an afternoon"
    assert callee.human_tasks.get().kind == "relative"


def test_the_ladder_ends_by_a_decision_that_somebody_signs() -> None:
    campaign = make_campaign(attempts=1)
    caller, boss = make_caller(campaign), make_supervisor(campaign)
    callee = make_callee(campaign, facts={"relative_phone": "+33639980099"})
    said(caller, callee, "no_answer")
    kinds = []
    for _rung in range(2):
        task = HumanTask.objects.get(done_at=None)
        kinds.append(task.kind)
        with pytest.raises(Refusal):
            ladder.do_finish_task(actor=boss, task=task, result="unreachable", words="Non")
        ladder.do_finish_task(actor=boss, task=task, result="nothing", words="Personne.")
    last = HumanTask.objects.get(done_at=None)
    assert [*kinds, last.kind] == ["relative", "visit", "decide"]
    callee.refresh_from_db()
    assert callee.state == "human"
    for bad in (("nothing", ""), ("unreachable", " ")):
        with pytest.raises(Refusal):
            ladder.do_finish_task(actor=boss, task=last, result=bad[0], words=bad[1])
    ladder.do_finish_task(actor=boss, task=last, result="unreachable", words="Boîte aux lettres pleine, voisins vus.")
    callee.refresh_from_db()
    assert (callee.state, callee.end) == ("closed", "unreachable")
    assert last.kind == "decide"


def test_a_wrong_number_is_never_rung_again_and_the_one_that_was_found_is() -> None:
    campaign = make_campaign()
    caller, boss = make_caller(campaign), make_supervisor(campaign)
    callee = make_callee(campaign, "Roux", phone="+33639980301")
    said(caller, callee, "wrong_number")
    task = HumanTask.objects.get(done_at=None)
    for phone, code in (("", "number_wrong"), ("12", "phone_unknown")):
        with pytest.raises(Refusal) as refused:
            ladder.do_finish_task(actor=boss, task=task, result="again", words="", phone=phone)
        assert refused.value.code == code
    ladder.do_finish_task(actor=boss, task=task, result="again", words="Sa fille.", phone="06 39 98 03 02")
    callee.refresh_from_db()
    key = keyring.take(campaign.dataset.key)
    assert (callee.state, callee.phone_digest) == ("ready", key.digest("+33639980302"))
    facts = key.unseal(callee.identity)
    assert (facts["last_name"], facts["phone"]) == ("Roux", "+33639980302")


def test_p12_accept_12_isolated_people_are_called_again_every_week_until_a_day() -> None:
    campaign = make_campaign()
    caller, callee = make_caller(campaign), make_callee(campaign)
    until = date(2026, 12, 5)
    said(caller, callee, "fine", every_days=7, recurs_until=until)
    assert callee.state == "scheduled"
    assert callee.due_at.date() == date(2026, 12, 1)
    with clock.travelling(TUESDAY + timedelta(days=7, hours=1)):
        said(caller, callee, "fine")
        assert (callee.state, callee.end) == ("closed", "fine"), "the next week is past the day"


def test_an_agreed_moment_lies_in_the_hours_of_calls() -> None:
    campaign = make_campaign()
    caller, callee = make_caller(campaign), make_callee(campaign)
    lease = make_lease(callee, Person.objects.get(pk=caller.person_id))
    for wrong in (None, TUESDAY - timedelta(hours=1), TUESDAY + timedelta(days=5)):
        with pytest.raises(Refusal):
            do_end(
                actor=caller,
                lease_key=lease.key,
                client_key=uuid.uuid4(),
                said=Said("call_back", call_back_at=wrong),
            )
    assert Lease.objects.get().closed_at is None


def test_the_lease_of_another_is_not_ended() -> None:
    campaign = make_campaign()
    caller, other = make_caller(campaign, "Karim"), make_caller(campaign, "Lina")
    lease = make_lease(make_callee(campaign), Person.objects.get(pk=caller.person_id))
    for stranger in (other, make_supervisor(campaign), Actor()):
        with pytest.raises(Http404):
            do_end(actor=stranger, lease_key=lease.key, client_key=uuid.uuid4(), said=Said("fine"))


def test_p12_accept_8_a_caller_rests_leaves_and_asks_for_a_talk_without_a_reason() -> None:
    campaign = make_campaign()
    caller, boss = make_caller(campaign, level=0), make_supervisor(campaign)
    card = CallerCard.objects.get(person_id=caller.person_id)
    callers.do_set_buddy(
        actor=boss, card=card, buddy=make_person("Rose", role="agent", organisation=campaign.organisation)
    )
    callers.do_rest(actor=caller, card=card)
    card.refresh_from_db()
    assert card.paused_at is not None
    callers.do_come_back(actor=caller, card=card)
    for _twice in range(2):
        callers.do_ask_debrief(actor=caller, card=card)
    assert card.debriefs.count() == 1
    callers.do_hold_debrief(actor=boss, card=card)
    assert card.debriefs.get().held_at is not None
    callee = make_callee(campaign)
    make_lease(callee, card.person)
    callers.do_leave(actor=caller, card=card)
    callee.refresh_from_db()
    assert callee.state == "ready"


def test_p12_accept_3_a_level_opens_after_a_form_read_together_then_talks_and_a_debrief() -> None:
    campaign = make_campaign()
    caller, boss = make_caller(campaign, level=0), make_supervisor(campaign)
    card = CallerCard.objects.get(person_id=caller.person_id)
    said(caller, make_callee(campaign), "fine", note="A bien ri.")
    with pytest.raises(Refusal):
        callers.do_set_level(actor=boss, card=card, level=1)
    lease = callers.calls_to_read(card).get()
    script = Script.objects.create(campaign=campaign, number=1)
    step = script.steps.create(position=1, name="mood", kind="select_one", label_fr="Comment allez-vous ?")
    step.choices.create(position=1, value="well", label_fr="Bien")
    sealed = keyring.take(campaign.dataset.key).seal({"mood": "well"})
    SaidAnswers.objects.create(lease=lease, script=script, sealed=sealed)
    read = callers.do_read_call(actor=boss, card=card, lease=lease)
    assert read.words["note"] == "A bien ri."
    assert read.answers == [("Comment allez-vous ?", "Bien")]
    card.refresh_from_db()
    assert (card.level, card.calls) == (1, 0)
    with pytest.raises(Refusal):
        callers.do_set_level(actor=boss, card=card, level=2)
    CallerCard.objects.update(calls=10)
    callers.do_hold_debrief(actor=boss, card=card)
    callers.do_set_level(actor=boss, card=card, level=2)
    callers.do_set_level(actor=boss, card=card, level=0)
