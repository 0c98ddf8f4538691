"""What a service says when it keeps or lends somebody: another half-day really asked, a cost really read (P09 (9))."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import (
    make_assignment,
    make_minimum,
    make_need,
    make_offer,
    make_slot,
    make_wish,
    next_monday,
)
from reflexes.mechanisms.allocation.models import Assignment, OtherHalfDay
from reflexes.mechanisms.allocation.services import missions, other_dates, releases
from reflexes.mechanisms.allocation.services.silences import silences
from reflexes.mechanisms.directory.factories import actor_for, make_person
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
ROOT = "/micro-mobilite/"
SERVICE = f"{ROOT}mon-service/"
TUESDAY = next_monday() + timedelta(days=1)


def bodies(person) -> list[str]:
    return list(Message.objects.filter(person_key=person.key).order_by("pk").values_list("body", flat=True))


@pytest.fixture
def asked(agent, manager, partner_host):
    """The agent said yes for Monday morning; the same need also asks for Tuesday afternoon."""
    make_offer(agent, free=[(next_monday(), "am")])
    need = make_need(partner_host.capacities.get().organisation, days=[(next_monday(), "am"), (TUESDAY, "pm")])
    return make_assignment(need.slots.get(day=next_monday()), agent, state="accepted")


@pytest.fixture
def other(asked, manager) -> OtherHalfDay:
    missions.do_withhold(actor=actor_for(manager), assignment=asked, motive="other_date", other=(TUESDAY, "pm"))
    return OtherHalfDay.objects.get()


def test_p09_accept_9_another_half_day_is_asked_and_the_agents_yes_is_enough(
    other, agent, manager, coordinator, partner_host
):
    desk = signed_in(coordinator)
    assert {one.code: one.count for one in silences(actor_for(coordinator))}["half_days_proposed"] == 1
    page = desk.get(f"{ROOT}autres-demi-journees/{other.pk}/")
    option, why = page.context["options"][0]
    assert option.same_need and not why, "not having offered that half-day is no obstacle: they are asked"
    sent = desk.post(f"{ROOT}autres-demi-journees/{other.pk}/demander/", {"slot": str(option.slot.pk)})
    assert sent.status_code == 302
    proposal = Assignment.objects.get(slot=option.slot, person=agent)
    assert proposal.state == "proposed", "nobody is assigned: the person answers"
    run_all()
    before = len(bodies(manager))
    missions.do_answer(actor=actor_for(agent), assignment=proposal, yes=True)
    proposal.refresh_from_db()
    assert proposal.state == "released", "the service had agreed already"
    run_all()
    assert "que vous aviez propos" in bodies(manager)[-1]
    assert len(bodies(manager)) == before + 1, "told once, asked nothing"
    assert str(agent) in bodies(partner_host)[-1]
    assert "half_days_proposed" not in {one.code for one in silences(actor_for(coordinator))}


def test_p09_accept_9_a_refusal_of_the_other_half_day_never_shows_in_the_service(other, agent, manager, coordinator):
    desk = signed_in(manager)
    shown = desk.get(SERVICE).content.decode()
    slot = other.assignment.slot.need.slots.get(day=TUESDAY)
    proposal = other_dates.do_propose(actor=actor_for(coordinator), other=other, slot_id=slot.pk)
    missions.do_answer(actor=actor_for(agent), assignment=proposal, yes=False)
    line = f"{agent}</strong> peut partir le"
    assert (line in shown) and (line in desk.get(SERVICE).content.decode()), "the page says the same before and after"
    with pytest.raises(Refusal):
        other_dates.do_propose(actor=actor_for(coordinator), other=OtherHalfDay.objects.get(), slot_id=slot.pk)


def test_a_hard_wish_still_blocks_on_the_other_half_day(other, agent, coordinator):
    make_wish(agent.offer, "no_weekday", str(TUESDAY.weekday()))
    slot = other.assignment.slot.need.slots.get(day=TUESDAY)
    answer = signed_in(coordinator).post(f"{ROOT}autres-demi-journees/{other.pk}/demander/", {"slot": str(slot.pk)})
    assert answer.status_code == 422
    assert not Assignment.objects.filter(slot=slot).exists()


def test_a_service_that_takes_its_half_day_back_is_asked_like_any_other(other, agent, manager, coordinator):
    slot = other.assignment.slot.need.slots.get(day=TUESDAY)
    proposal = other_dates.do_propose(actor=actor_for(coordinator), other=other, slot_id=slot.pk)
    assert signed_in(manager).post(f"{SERVICE}dates/{other.pk}/reprendre/").status_code == 302
    missions.do_answer(actor=actor_for(agent), assignment=proposal, yes=True)
    proposal.refresh_from_db()
    assert proposal.state == "accepted"


def test_a_half_day_that_nothing_fits_is_closed_with_a_word_to_both(other, agent, manager, coordinator):
    desk, address = signed_in(coordinator), f"{ROOT}autres-demi-journees/{other.pk}/clore/"
    assert desk.post(address, {"reason": " "}).status_code == 422
    assert desk.post(address, {"reason": "Tout est pourvu ce jour-là."}).status_code == 302
    run_all()
    for reader in (agent, manager):
        assert "Tout est pourvu ce jour-là." in bodies(reader)[-1]
    assert desk.post(address, {"reason": "Encore"}).status_code == 404


def test_two_coordinators_ask_once(other, coordinator, agent):
    slot = other.assignment.slot.need.slots.get(day=TUESDAY)
    second = make_slot(make_need(), TUESDAY, "pm")
    other_dates.do_propose(actor=actor_for(coordinator), other=other, slot_id=slot.pk)
    for place in (slot, second):
        with pytest.raises(Refusal) as found:
            other_dates.do_propose(actor=actor_for(coordinator), other=other, slot_id=place.pk)
        assert found.value.conflict
    assert Assignment.objects.filter(person=agent, state="proposed").count() == 1


def test_only_the_cell_follows_other_half_days_up(other, member, partner, manager, hr, stranger):
    for client in (member, partner, signed_in(manager), signed_in(hr)):
        assert client.get(f"{ROOT}autres-demi-journees/").status_code == 404
        assert client.get(f"{ROOT}autres-demi-journees/{other.pk}/").status_code == 404
        assert client.post(f"{ROOT}autres-demi-journees/{other.pk}/demander/", {"slot": "1"}).status_code == 404
    assert stranger.get(f"{ROOT}autres-demi-journees/").status_code == 302


# ---- all at once


@pytest.fixture
def three(agent, manager, town):
    """Three agents of the service said yes for the same Monday morning."""
    people = [agent, *(make_person(f"Agent {number}", role="agent", unit=town.home) for number in range(2))]
    found = []
    for person in people:
        make_offer(person)
        found.append(make_assignment(make_need(days=[(next_monday(), "am")]).slots.get(), person, state="accepted"))
    return found


def states(rows) -> set[str]:
    return set(Assignment.objects.filter(pk__in=[one.pk for one in rows]).values_list("state", flat=True))


def test_all_go_in_one_gesture_after_reading_who_and_what_it_leaves(three, town, manager):
    make_minimum(town.home, next_monday(), present=6, minimum=3)
    desk = signed_in(manager)
    assert desk.get(SERVICE).context["may_all_go"]
    read = desk.get(f"{SERVICE}liberer-tous/")
    assert all(str(one.person) in read.content.decode() for one in three)
    assert states(three) == {"accepted"}, "reading decides nothing"
    assert desk.post(f"{SERVICE}liberer-tous/", {"mission": [one.pk for one in three]}).status_code == 302
    assert states(three) == {"released"}


def test_nobody_goes_when_together_they_leave_less_than_the_minimum(three, town, manager):
    make_minimum(town.home, next_monday(), present=5, minimum=3)
    desk = signed_in(manager)
    page = desk.get(SERVICE)
    assert not page.context["may_all_go"]
    assert all(one.left.keeps_one_more for one in page.context["asking"]), "one by one each could go"
    assert desk.post(f"{SERVICE}liberer-tous/", {"mission": [one.pk for one in three]}).status_code == 409
    assert states(three) == {"accepted"}, "all or nobody"


def test_somebody_who_asked_since_the_page_was_read_is_not_let_go(three, manager):
    desk = signed_in(manager)
    assert desk.post(f"{SERVICE}liberer-tous/", {"mission": [three[0].pk, "x", ""]}).status_code == 302
    assert sorted(states(three)) == ["accepted", "released"]
    assert desk.post(f"{SERVICE}liberer-tous/", {}).status_code == 409


def test_letting_all_go_belongs_to_the_manager_alone(three, coordinator, hr, member, partner, stranger):
    for client in (signed_in(coordinator), signed_in(hr), member, partner):
        assert client.post(f"{SERVICE}liberer-tous/", {"mission": [three[0].pk]}).status_code == 403
    assert stranger.post(f"{SERVICE}liberer-tous/").status_code == 302
    assert states(three) == {"accepted"}


# ---- what it costs


def test_p09_accept_9_the_loss_of_capacity_is_acknowledged_and_the_service_told(
    asked, manager, coordinator, member, partner, stranger
):
    missions.do_release(actor=actor_for(manager), assignment=asked, capacity_loss="L'accueil ferme à 16 h.")
    assert {one.code: one.count for one in silences(actor_for(coordinator))}["costs_unread"] == 1
    desk = signed_in(coordinator)
    assert "ferme à 16 h" in desk.get(f"{ROOT}ce-que-cela-coute/").content.decode()
    assert desk.post(f"{ROOT}ce-que-cela-coute/{asked.pk}/lu/").status_code == 302
    assert desk.post(f"{ROOT}ce-que-cela-coute/{asked.pk}/lu/").status_code == 409
    run_all()
    assert "ferme à 16 h" in bodies(manager)[-1]
    asked.refresh_from_db()
    assert asked.loss_acknowledged_at is not None
    for client in (member, partner, signed_in(manager)):
        assert client.get(f"{ROOT}ce-que-cela-coute/").status_code == 404
        assert client.post(f"{ROOT}ce-que-cela-coute/{asked.pk}/lu/").status_code == 404
    assert stranger.get(f"{ROOT}ce-que-cela-coute/").status_code == 302


def test_what_a_service_gave_is_counted_from_missions_that_took_place(agent, manager):
    make_offer(agent)
    for days, state in ((3, "done"), (5, "debriefed"), (40, "done"), (4, "no_show")):
        day = clock.today() - timedelta(days=days)
        make_assignment(make_need(days=[(day, "am")]).slots.get(), agent, state=state)
    assert releases.given_lately(actor_for(manager)) == 2


def test_lists_of_the_cell_ask_the_same_number_of_questions(other, coordinator, town, constant_queries):
    def grow():
        for number in range(3):
            person = make_person(f"Agent {number}", role="agent", unit=town.home)
            make_offer(person)
            kept = make_assignment(make_need().slots.get(), person, state="withheld")
            OtherHalfDay.objects.create(assignment=kept, day=TUESDAY, half="am")
            make_assignment(
                make_need(days=[(TUESDAY, "am")]).slots.get(), person, state="released", capacity_loss="Un guichet."
            )

    grow()
    constant_queries(signed_in(coordinator), f"{ROOT}autres-demi-journees/", grow)
    constant_queries(signed_in(coordinator), f"{ROOT}ce-que-cela-coute/", grow)


def test_the_same_half_day_is_no_other_half_day(asked, manager):
    key = f"{asked.pk}-"
    posted = {f"{key}motive": "other_date", f"{key}other": f"{asked.day.isoformat()}/{asked.half}"}
    assert signed_in(manager).post(f"{SERVICE}missions/{asked.pk}/garder/", posted).status_code == 422
    asked.refresh_from_db()
    assert asked.state == "accepted"


def test_letting_all_go_says_when_no_minimum_is_known(three, manager):
    desk = signed_in(manager)
    assert "aucun minimum" in desk.get(f"{SERVICE}liberer-tous/").content.decode()
    assert not desk.get(SERVICE).context["all_known"]
