"""The fortnight by gestures: saved at each tap, the same as before, nothing, undone; also without any script."""

from datetime import timedelta

import pytest

from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, next_monday
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
HALF_DAYS = "/micro-mobilite/mon-espace/demi-journees/"


def key(days, half="am", weeks=1):
    return f"{(next_monday(weeks) + timedelta(days=days)).isoformat()}/{half}"


def post(client, *ticked, gesture="", path="", weeks=1):
    data = {"du": next_monday(weeks).isoformat(), "half_days": list(ticked)}
    return client.post(f"{HALF_DAYS}{path}", data | ({"geste": gesture} if gesture else {}))


def offered(agent):
    return {f"{day.isoformat()}/{half}" for day, half in agent.offer.half_days.values_list("day", "half")}


@pytest.fixture
def offer(agent):
    return make_offer(agent, free=[])


def test_each_tap_is_kept_and_answers_nothing_to_read(member, agent, offer):
    answer = post(member, key(0), key(1), path="enregistrer/")
    assert (answer.status_code, answer.content) == (204, b"")
    assert offered(agent) == {key(0), key(1)}


def test_a_half_day_of_nowhere_is_refused_in_a_sentence_while_saving(member, agent, offer):
    answer = post(member, "2026-13-45/noon", path="enregistrer/")
    assert answer.status_code == 422 and b"<" not in answer.content
    assert offered(agent) == set()


def test_the_same_as_the_fortnight_before(member, agent, offer):
    post(member, key(0), key(3, "pm"))
    post(member, weeks=3, gesture="copier")
    assert offered(agent) == {key(0), key(3, "pm"), key(0, weeks=3), key(3, "pm", weeks=3)}


def test_the_same_as_before_leaves_out_what_a_mission_takes(member, agent, offer):
    post(member, key(0), key(1))
    need = make_need(days=[(next_monday(3), "am")])
    make_assignment(need.slots.get(), agent, state="confirmed")
    post(member, weeks=3, gesture="copier")
    assert offered(agent) == {key(0), key(1), key(1, weeks=3)}


def test_two_weeks_are_cleared_and_put_back(member, agent, offer):
    post(member, key(0), key(1))
    post(member, gesture="vider")
    assert offered(agent) == set()
    post(member, gesture="annuler")
    assert offered(agent) == {key(0), key(1)}


def test_taps_that_follow_one_another_are_undone_together(member, agent, offer):
    post(member, key(0))
    post(member, gesture="vider")
    post(member, key(2), path="enregistrer/")
    post(member, key(2), key(3), path="enregistrer/")
    post(member, gesture="annuler")
    assert offered(agent) == set()


def test_undoing_with_nothing_to_undo_changes_nothing(member, agent, offer):
    post(member, key(0))
    other = signed_in(agent)
    post(other, key(0), gesture="annuler")
    assert offered(agent) == {key(0)}


def test_a_gesture_of_nowhere_keeps_what_was_ticked(member, agent, offer):
    post(member, key(0), gesture="rien")
    assert offered(agent) == {key(0)}


def test_undo_is_offered_once_something_can_be_put_back(member, agent, offer):
    space = f"/micro-mobilite/mon-espace/?du={next_monday().isoformat()}"
    assert not member.get(space).context["may_undo"]
    post(member, key(0))
    assert member.get(space).context["may_undo"]
