"""Thanks to everyone who came forward, used or not: read first, sent once for the same days, never to nobody."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core import clock
from reflexes.core.errors import Refusal
from reflexes.core.outbox.models import Job
from reflexes.core.registry import pistes
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer, next_monday
from reflexes.mechanisms.allocation.models import Thanks, ThanksWave
from reflexes.mechanisms.allocation.services import thanks
from reflexes.mechanisms.allocation.services.silences import silences
from reflexes.mechanisms.directory.factories import actor_for, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def span():
    return {"first": clock.today() - timedelta(days=40), "last": clock.today()}


def came(person, *, weeks=-2, state="debriefed", **fields):
    return make_assignment(
        make_need(days=[(next_monday(weeks), "am")]).slots.get(), person, state=state, changed_at=clock.now(), **fields
    )


def groups(span, exercise_id=None):
    return tuple(
        {str(person.first_name) for person in read(exercise_id=exercise_id, **span)}
        for read in (thanks.who_came, thanks.who_was_not_needed)
    )


def thank(coordinator, span, seen, **words):
    return thanks.do_thank(
        actor=actor_for(coordinator),
        piste=pistes()[0].slug,
        came=words.get("came", "Merci."),
        not_needed=words.get("not_needed", "Merci aussi."),
        seen=seen,
        **span,
    )


@pytest.fixture
def three(town, agent):
    make_offer(agent)
    came(agent)
    for name in ("Basile", "Chloé"):
        make_offer(make_person(name, role="agent", unit=town.home, account=False))
    return agent


def test_who_came_and_who_was_not_needed_are_two_lists(three, span):
    assert groups(span) == ({"Amina"}, {"Basile", "Chloé"})


def test_whoever_is_expected_soon_is_not_told_that_they_were_not_needed(three, span, town):
    going = make_person("Denis", role="agent", unit=town.home)
    make_offer(going)
    make_assignment(make_need().slots.get(), going, state="confirmed")
    assert groups(span) == ({"Amina"}, {"Basile", "Chloé"})


def test_everybody_is_thanked_once_for_the_same_days(three, coordinator, span):
    wave = thank(coordinator, span, (1, 2))
    assert wave.thanks.filter(came=True).count() == 1
    assert groups(span) == (set(), set())
    with pytest.raises(Refusal) as refusal:
        thank(coordinator, span, (0, 0))
    assert refusal.value.code == "nobody_left"
    assert ThanksWave.objects.count() == 1


def test_a_mission_done_since_is_thanked_for_in_its_turn(three, coordinator, span):
    thank(coordinator, {**span, "last": clock.today() - timedelta(days=1)}, (1, 0))
    with clock.shifted(timedelta(days=20)):
        came(three, weeks=-1)
        assert groups({"first": span["first"], "last": clock.today()})[0] == {"Amina"}


def test_nothing_leaves_when_the_list_changed_while_it_was_read(three, coordinator, span):
    with pytest.raises(Refusal) as refusal:
        thank(coordinator, span, (1, 1))
    assert refusal.value.conflict
    assert not Thanks.objects.exists() and not ThanksWave.objects.exists()


def test_both_wordings_are_needed_and_only_days_that_are_over(three, coordinator, span):
    for wrong in ({"came": " "}, {"not_needed": ""}):
        with pytest.raises(Refusal):
            thank(coordinator, span, (1, 2), **wrong)
    for days in (
        {"last": clock.today() + timedelta(days=1)},
        {"first": clock.today() + timedelta(days=1)},
        {"first": clock.today() - timedelta(days=2000)},
    ):
        with pytest.raises(Refusal):
            thank(coordinator, {**span, **days}, (1, 2))


def test_only_the_cell_thanks(three, agent, hr, manager, span):
    for person in (agent, hr, manager):
        with pytest.raises(PermissionDenied):
            thank(person, span, (1, 2))


def test_many_people_are_written_to_by_several_jobs_and_each_once(three, coordinator, span, monkeypatch):
    monkeypatch.setattr(thanks, "AT_ONCE", 2)
    thank(coordinator, span, (1, 2))
    jobs = list(Job.objects.filter(kind__endswith=".thanked").order_by("pk"))
    told = [row.person_id for job in jobs for row, _given in thanks.to_write(job.payload)]
    assert len(jobs) == 2
    assert len(told) == len(set(told)) == 3


def test_somebody_who_left_meanwhile_is_not_written_to(three, coordinator, span):
    thank(coordinator, span, (1, 2))
    three.erased_at = clock.now()
    three.save()
    job = Job.objects.get(kind__endswith=".thanked")
    assert len(list(thanks.to_write(job.payload))) == 2


def test_a_half_day_nobody_was_thanked_for_is_a_silence_until_they_are(three, coordinator, span):
    came(three, weeks=-4)
    actor = actor_for(coordinator)
    found = {one.code: one.count for one in silences(actor)}
    assert found["unthanked"] == thanks.unthanked(actor).count() >= 1
    thank(coordinator, span, (1, 2))
    assert "unthanked" not in {one.code for one in silences(actor)}


def test_a_drill_thanks_its_own_people_only(three, coordinator, span):
    from reflexes.mechanisms.crisis.models import Exercise

    drill = Exercise.objects.create(name="Crue", plays_at=clock.now())
    assert groups(span, drill.pk)[0] == set()


def test_the_figures_can_be_counted_again(three, span):
    found = thanks.figures(exercise_id=None, **span)
    assert (found.came_forward, found.came, found.half_days, found.places) == (3, 1, 1, 1)
