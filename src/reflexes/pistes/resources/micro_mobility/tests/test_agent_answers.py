"""One tap from the message: the agent answers, changes their mind, goes beyond a limit or not."""

from datetime import timedelta

import pytest
from django.test import Client

from reflexes.core import clock
from reflexes.core.accounts.models import MagicLink
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import (
    make_assignment,
    make_need,
    make_offer,
    make_slot,
    make_wave,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, Slot, Wave
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.missions import do_release
from reflexes.mechanisms.allocation.services.offers import do_add_wish, do_ask_waiver
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.mechanisms.directory.factories import actor_for, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(agent, partner_host, manager):
    """A proposal just sent to the agent by the association."""
    make_offer(agent)
    need = make_need(partner_host.capacities.get().organisation)
    return make_assignment(need.slots.get(), agent)


def link_in(message: Message) -> str:
    """Return the path of the link of a message, without its preselected answer."""
    address = message.actions.order_by("position").first().url
    return "/" + address.split("//", 1)[1].split("/", 1)[1].split("?")[0]


def sent(proposal: Assignment, event: str = "proposed") -> Message:
    """Let the worker write the message of an event and return the agent's."""
    announce(proposal, event)
    run_all()
    return Message.objects.filter(person_key=proposal.person.key).latest("pk")


def too_late(proposal: Assignment) -> None:
    """Let the time to answer pass."""
    Wave.objects.filter(pk=proposal.wave_id).update(answer_by=clock.now() - timedelta(minutes=1))


def state_of(proposal: Assignment) -> str:
    return Assignment.objects.values_list("state", flat=True).get(pk=proposal.pk)


def test_opening_the_link_writes_nothing_and_shows_two_equal_answers(proposal, stranger):
    page = stranger.get(link_in(sent(proposal)))
    assert page.status_code == 200
    assert b'value="oui"' in page.content and b'value="non"' in page.content
    assert state_of(proposal) == "proposed"


def test_one_tap_says_yes_without_an_account_and_tells_what_happens_next(proposal, stranger):
    link = link_in(sent(proposal))
    assert b"data-one-tap" in stranger.get(f"{link}?reponse=oui").content
    answered = stranger.post(link, {"reponse": "oui"}, follow=True)
    assert answered.status_code == 200
    assert len(answered.context["next_lines"]) == 3
    assert state_of(proposal) == "accepted"
    assert "sessionid" not in stranger.cookies


def test_one_may_change_ones_mind_with_the_same_link_until_the_time_to_answer_has_passed(proposal, stranger):
    link = link_in(sent(proposal))
    for said, state, held in (("oui", "accepted", 1), ("non", "declined", 0), ("oui", "accepted", 1)):
        assert stranger.post(link, {"reponse": said}).status_code == 302
        assert state_of(proposal) == state
        assert Slot.objects.get(pk=proposal.slot_id).held == held
    too_late(proposal)
    late = stranger.post(link, {"reponse": "non"})
    assert late.status_code == 422
    assert state_of(proposal) == "accepted"


def test_the_same_answer_twice_is_one_answer(proposal, stranger):
    link = link_in(sent(proposal))
    for _again in range(2):
        assert stranger.post(link, {"reponse": "oui"}).status_code == 302
    assert Slot.objects.get(pk=proposal.slot_id).held == 1


def test_a_no_after_the_service_let_go_gives_the_place_back(proposal, stranger, manager):
    link = link_in(sent(proposal))
    stranger.post(link, {"reponse": "oui"})
    proposal.refresh_from_db()
    do_release(actor=actor_for(manager), assignment=proposal)
    assert stranger.post(link, {"reponse": "non"}).status_code == 302
    assert state_of(proposal) == "excused"
    assert Slot.objects.get(pk=proposal.slot_id).held == 0


def test_a_yes_when_the_places_are_taken_is_kept_on_reserve(proposal, stranger):
    link = link_in(sent(proposal))
    Slot.objects.filter(pk=proposal.slot_id).update(held=1)
    assert stranger.post(link, {"reponse": "oui"}).status_code == 302
    assert state_of(proposal) == "reserve"
    assert "en réserve" in stranger.get(link).content.decode()


def test_a_yes_on_a_half_day_already_given_is_refused_and_nothing_is_taken(proposal, stranger, agent):
    link = link_in(sent(proposal))
    other = make_need(days=[(proposal.day, proposal.half)]).slots.get()
    make_assignment(other, agent, state="confirmed")
    taken = stranger.post(link, {"reponse": "oui"})
    assert taken.status_code == 409
    assert taken.context["refusal"].code == "half_day_taken"
    assert Slot.objects.get(pk=proposal.slot_id).held == 0


def test_a_yes_beyond_the_weekly_number_is_refused(proposal, stranger, agent):
    agent.offer.weekly_cap = 1
    agent.offer.save()
    link = link_in(sent(proposal))
    make_assignment(make_slot(make_need(), next_monday(), "pm"), agent, state="confirmed")
    assert stranger.post(link, {"reponse": "oui"}).context["refusal"].code == "week_full"


def test_a_yes_to_a_need_closed_meanwhile_is_refused_and_takes_nothing(proposal, stranger):
    link = link_in(sent(proposal))
    stranger.post(link, {"reponse": "non"})
    type(proposal.slot.need).objects.update(state="closed")
    late = stranger.post(link, {"reponse": "oui"})
    assert late.status_code == 409 and late.context["refusal"].code == "need_closed"
    assert Slot.objects.get(pk=proposal.slot_id).held == 0


def test_an_answer_that_is_neither_yes_nor_no_is_asked_again(proposal, stranger):
    link = link_in(sent(proposal))
    assert stranger.post(link, {"reponse": "perhaps"}).status_code == 422
    assert state_of(proposal) == "proposed"


def test_a_link_that_leads_nowhere_or_is_too_old_says_so(proposal, stranger):
    link = link_in(sent(proposal))
    assert stranger.get("/micro-mobilite/reponse/nothing").status_code == 404
    MagicLink.objects.update(expires_at=clock.now())
    assert stranger.get(link).status_code == 410


def test_after_the_time_to_answer_the_page_says_whom_to_call(proposal, stranger):
    link = link_in(sent(proposal))
    too_late(proposal)
    page = stranger.get(link)
    assert page.status_code == 200
    assert not page.context["open"] and not page.context["may_change"]
    assert str(proposal.slot.need.mentor) in page.content.decode()


def test_a_proposal_called_off_says_what_became_of_it(proposal, stranger):
    link = link_in(sent(proposal))
    Assignment.objects.filter(pk=proposal.pk).update(state="cancelled")
    page = stranger.get(link)
    assert page.status_code == 200
    assert b'name="reponse"' not in page.content


def test_the_link_of_one_question_does_not_answer_another(proposal, stranger, agent):
    link = link_in(sent(proposal))
    token = link.rsplit("/", 1)[1]
    for other in ("service/reponse", "limite", "retour"):
        assert stranger.get(f"/micro-mobilite/{other}/{token}").status_code == 404


def test_p09_accept_2_a_weekend_limit_is_crossed_only_by_the_persons_own_yes(agent, coordinator, stranger):
    """The nursery assistant of mechanisms.md P09: a volunteer, and no weekend."""
    offer = make_offer(agent, free=[])
    do_add_wish(actor=actor_for(agent), offer=offer, kind="no_weekend", hard=True)
    do_add_wish(actor=actor_for(agent), offer=offer, kind="no_half", value="pm", hard=True)
    saturday = next_monday() + timedelta(days=5)
    slot = make_slot(make_need(), saturday)
    waiver = do_ask_waiver(actor=actor_for(coordinator), person=agent, slot=slot)
    run_all()
    message = Message.objects.get(person_key=agent.key)
    assert "jamais le week-end" in message.body and "après-midi" not in message.body, "only the limit in question"
    link = link_in(message)
    assert stranger.get(link).status_code == 200
    waiver.refresh_from_db()
    assert waiver.given_at is None, "opening the question is not a yes"
    assert stranger.post(link, {"reponse": "oui"}, follow=True).status_code == 200
    waiver.refresh_from_db()
    assert waiver.given_at is not None
    assert stranger.post(link, {"reponse": "non"}).status_code == 409
    waiver.refresh_from_db()
    assert waiver.refused_at is None


def test_nobody_else_answers_for_somebodys_limit(agent, coordinator, member):
    other = make_person("Basile", role="agent", unit=agent.capacities.get().unit)
    make_offer(other)
    make_offer(agent)
    waiver = do_ask_waiver(actor=actor_for(coordinator), person=other, slot=make_need().slots.get())
    assert member.post(f"/micro-mobilite/mon-espace/limites/{waiver.pk}/", {"reponse": "oui"}).status_code == 409
    waiver.refresh_from_db()
    assert waiver.given_at is None


def test_somebody_without_an_account_says_they_are_back_and_how_it_went(proposal, stranger):
    Assignment.objects.filter(pk=proposal.pk).update(state="done")
    proposal.refresh_from_db()
    link = link_in(sent(proposal, "done"))
    assert stranger.get(link).status_code == 200
    half = stranger.post(link, {"was_volunteer": "oui"})
    assert half.status_code == 422
    assert state_of(proposal) == "done", "an open question keeps the mission open (X8)"
    said = {"was_volunteer": "oui", "fresh_eye_used": "non", "roles_split": "oui", "return_prepared": "oui"}
    assert stranger.post(link, {**said, "remarks": "Les bacs sont trop hauts."}).status_code == 200
    assert state_of(proposal) == "debriefed"
    assert Client().get(link).status_code == 410, "the link is spent"


def test_the_link_about_the_return_is_still_good_a_week_after_it(proposal):
    back = clock.today() + timedelta(days=20)
    Assignment.objects.filter(pk=proposal.pk).update(state="done", returns_on=back)
    sent(proposal, "done")
    assert MagicLink.objects.get(purpose="return").expires_at.date() >= back + timedelta(days=7)


def test_a_link_of_an_exercise_answers_at_the_date_of_the_exercise(agent, stranger):
    """The exercise is played three months from now: its question is open today, at its own date."""
    make_offer(agent)
    played = clock.now() + timedelta(days=90)
    exercise = Exercise.objects.create(name="Crue", plays_at=played, started_at=clock.real_now())
    with clock.shifted(exercise.shift):
        wave = make_wave(exercise=exercise)
        slot = make_need(exercise=exercise).slots.get()
        proposal = make_assignment(slot, agent, wave=wave, exercise=exercise)
        announce(proposal, "proposed")
    run_all()
    message = Message.objects.get(person_key=agent.key)
    assert message.state == "exercise", "nothing leaves"
    link = link_in(message)
    assert stranger.get(link).context["open"]
    assert stranger.post(link, {"reponse": "oui"}).status_code == 302
    assert state_of(proposal) == "accepted"
