"""The account of volunteering half-days: counted from the missions, held at the yes, never used by a designation."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import reasons
from reflexes.mechanisms.allocation.factories import make_allowance, make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Assignment, DayAllowance
from reflexes.mechanisms.allocation.services import accounts, plans, why
from reflexes.mechanisms.allocation.services.missions import do_answer, do_drop, do_record_absence
from reflexes.mechanisms.allocation.services.silences import silences, waiting_on
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person

pytestmark = pytest.mark.django_db


def account(person):
    return accounts.account_of(person.pk, on=next_monday(), exercise_id=None)


def mission(person, *, weeks=1, half="am", state="proposed", **fields):
    return make_assignment(make_need(days=[(next_monday(weeks), half)]).slots.get(), person, state=state, **fields)


def test_without_a_decision_of_the_employer_there_is_no_account(agent):
    make_offer(agent)
    assert account(agent) is None


def test_the_account_of_another_employer_is_nobodys_business(agent, town):
    make_offer(agent)
    make_allowance(town.association)
    assert account(agent) is None


def test_done_is_used_a_yes_is_promised_and_an_excuse_counts_for_nothing(agent, town):
    make_offer(agent, weekly_cap=10)
    make_allowance(town.hall, half_days=10)
    done = mission(agent, state="done")
    going = mission(agent, half="pm", state="confirmed")
    mission(agent, weeks=2, state="excused")
    mission(agent, weeks=3, state="no_show")
    mission(agent, weeks=4, state="proposed")
    found = account(agent)
    assert (found.used, found.promised, found.left) == ([done], [going], 8)


def test_a_designated_mission_never_uses_the_account(agent, town):
    make_offer(agent)
    make_allowance(town.hall, half_days=1, blocks=True)
    mission(agent, state="done", mode="designated", authority="Préfète", basis="Réquisition")
    assert account(agent).left == 1


def test_a_mission_outside_the_dates_is_not_counted(agent, town):
    make_offer(agent)
    make_allowance(town.hall, starts_on=next_monday(2), ends_on=next_monday(9))
    mission(agent, weeks=1, state="done")
    mission(agent, weeks=3, state="done")
    assert len(accounts.account_of(agent.pk, on=next_monday(3), exercise_id=None).used) == 1


def test_a_resident_has_no_employer_here(town):
    person = make_person("Rose", role="volunteer", organisation=town.hall)
    make_offer(person)
    make_allowance(town.hall)
    assert account(person) is None


def test_once_spent_a_decision_that_blocks_refuses_the_next_yes_and_writes_nothing(agent, town):
    make_offer(agent, weekly_cap=10)
    make_allowance(town.hall, half_days=1, blocks=True)
    mission(agent, state="confirmed")
    asked = mission(agent, weeks=2)
    with pytest.raises(Refusal) as refusal:
        do_answer(actor=actor_for(agent), assignment=asked, yes=True)
    assert refusal.value.code == "account_spent"
    asked.refresh_from_db()
    assert (asked.state, asked.slot.held) == ("proposed", 0)


def test_once_spent_a_decision_that_only_tells_lets_the_yes_through(agent, town):
    make_offer(agent, weekly_cap=10)
    make_allowance(town.hall, half_days=1)
    mission(agent, state="confirmed")
    do_answer(actor=actor_for(agent), assignment=mission(agent, weeks=2), yes=True)
    assert (account(agent).left, account(agent).over) == (0, 1)


def test_missions_beyond_the_decision_are_a_silence_of_the_cell(agent, town, coordinator):
    make_offer(agent, weekly_cap=10)
    make_allowance(town.hall, half_days=1)
    mission(agent, weeks=-1, state="done")
    assert "accounts_over" not in {one.code for one in silences(actor_for(coordinator))}
    beyond = mission(agent, weeks=2, state="confirmed")
    assert "accounts_over" in {one.code for one in silences(actor_for(coordinator))}
    assert list(waiting_on(actor_for(coordinator), "accounts_over")) == [beyond]


def test_a_half_day_given_back_can_be_promised_again(agent, town):
    make_offer(agent, weekly_cap=10)
    make_allowance(town.hall, half_days=1, blocks=True)
    first = mission(agent, state="confirmed")
    do_drop(actor=actor_for(agent), assignment=first, motive="agent")
    do_answer(actor=actor_for(agent), assignment=mission(agent, weeks=2), yes=True)
    assert account(agent).left == 0


def test_an_absence_gives_the_half_day_back(agent, town, coordinator):
    make_offer(agent)
    make_allowance(town.hall, half_days=1)
    first = mission(agent, state="confirmed")
    do_record_absence(actor=actor_for(coordinator), assignment=first, excused=True)
    assert account(agent).left == 1


def test_a_spent_account_is_not_asked_and_the_person_reads_why(agent, town, coordinator):
    make_offer(agent, weekly_cap=10, free=[(next_monday(2), "am")])
    make_allowance(town.hall, half_days=1, blocks=True)
    mission(agent, state="confirmed")
    slot = make_need(days=[(next_monday(2), "am")]).slots.get()
    found = why.why_not_me(actor_for(agent), [slot])[slot.pk]
    assert [one.code for one in found] == ["forbidden:account_spent"]
    assert len(reasons.sentences(found, reasons.Names())) == 1
    plan = plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=next_monday(2), ends_on=next_monday(2) + timedelta(days=6), seed=1
    )
    plans.compute(plan.pk)
    assert not plan.lines.exists()


def test_a_plan_never_asks_more_half_days_than_the_account_holds(agent, town, coordinator):
    monday = next_monday()
    days = [(monday + timedelta(days=number), "am") for number in range(4)]
    make_offer(agent, weekly_cap=10, free=days)
    make_allowance(town.hall, half_days=2, blocks=True)
    make_need(days=days)
    plan = plans.do_request_plan(
        actor=actor_for(coordinator), starts_on=monday, ends_on=monday + timedelta(days=6), seed=1
    )
    plans.compute(plan.pk)
    assert plan.lines.count() == 2


def test_an_exercise_has_its_own_account(agent, town):
    from reflexes.mechanisms.crisis.models import Exercise

    make_offer(agent)
    make_allowance(town.hall, half_days=5)
    drill = Exercise.objects.create(name="Crue", plays_at=clock.now())
    mission(agent, state="done")
    assert accounts.account_of(agent.pk, on=next_monday(), exercise_id=drill.pk).left == 5


def said(**fields):
    today = clock.today()
    return {
        "half_days": 10,
        "starts_on": date(today.year, 1, 1),
        "ends_on": date(today.year, 12, 31),
        "reference": "Délibération 2026-114",
        "decided_on": date(today.year, 1, 1),
        "blocks": False,
        **fields,
    }


def test_the_cell_the_administrator_and_ones_own_human_resources_write_a_decision(
    coordinator, administrator, hr, town, agent, manager, partner_host
):
    for number, person in enumerate((coordinator, administrator, hr)):
        year = 2030 + number
        accounts.do_set_allowance(
            actor=actor_for(person),
            organisation=town.hall,
            **said(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31)),
        )
    assert DayAllowance.objects.count() == 3
    for person in (agent, manager, partner_host):
        with pytest.raises(PermissionDenied):
            accounts.do_set_allowance(actor=actor_for(person), organisation=town.hall, **said())
    elsewhere = make_organisation("Autre ville")
    make_person("Zoé", role="agent", organisation=elsewhere)
    with pytest.raises(PermissionDenied):
        accounts.do_set_allowance(actor=actor_for(hr), organisation=elsewhere, **said())


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reference": " "}, "reference_missing"),
        ({"half_days": 0}, "half_days_missing"),
        ({"ends_on": date(2000, 1, 1)}, "ends_before"),
        ({"decided_on": date(2999, 1, 1)}, "not_decided"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_with_a_sentence(coordinator, town, agent, wrong, code):
    with pytest.raises(Refusal) as refusal:
        accounts.do_set_allowance(actor=actor_for(coordinator), organisation=town.hall, **said(**wrong))
    assert refusal.value.code == code
    assert not DayAllowance.objects.exists()


def test_two_decisions_never_cover_the_same_days(coordinator, town, agent):
    first = accounts.do_set_allowance(actor=actor_for(coordinator), organisation=town.hall, **said())
    with pytest.raises(Refusal) as refusal:
        accounts.do_set_allowance(actor=actor_for(coordinator), organisation=town.hall, **said(half_days=3))
    assert refusal.value.conflict
    accounts.do_set_allowance(
        actor=actor_for(coordinator), organisation=town.hall, allowance=first, **said(half_days=12)
    )
    assert DayAllowance.objects.get().half_days == 12


def test_a_decision_taken_back_leaves_every_mission_as_it_is(coordinator, town, agent):
    make_offer(agent)
    allowance = make_allowance(town.hall)
    kept = mission(agent, state="done")
    accounts.do_remove_allowance(actor=actor_for(coordinator), allowance=allowance)
    assert account(agent) is None
    assert Assignment.objects.get() == kept


@pytest.mark.django_db(transaction=True)
def test_of_two_yeses_at_once_for_the_last_half_day_one_is_kept(agent, town):
    """Two answers of one person at the same second, on different weeks and needs: the account is never overdrawn."""
    make_offer(agent, weekly_cap=10)
    make_allowance(town.hall, half_days=1, blocks=True)
    asked = [mission(agent, weeks=weeks) for weeks in (1, 2, 3, 4)]
    together = Barrier(len(asked))

    def answer(one):
        try:
            together.wait(timeout=20)
            do_answer(actor=actor_for(agent), assignment=one, yes=True)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "yes"

    with ThreadPoolExecutor(len(asked)) as crowd:
        said = list(crowd.map(answer, asked))
    assert sorted(said) == ["account_spent"] * 3 + ["yes"]
    assert Assignment.objects.filter(state="accepted").count() == 1
