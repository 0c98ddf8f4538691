"""A whole exercise as it is played: opened, joined by each role, a need, a plan, a wave, answers by link, the debrief."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from reflexes.core import clock, drill
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import make_need, make_offer
from reflexes.mechanisms.allocation.models import Assignment, Offer, Plan, Wave, WeekLoad
from reflexes.mechanisms.allocation.services import waves
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.crisis.models import Exercise
from reflexes.pistes.resources.micro_mobility.exercise_figures import figures
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
MOBILITY = "/micro-mobilite"


@pytest.fixture
def played(coordinator, agent, manager, host, town):
    """An exercise in forty days, whose agent has given no half-day at all, with one need of the host."""
    make_offer(agent, free=[], weekly_cap=3)
    cell = signed_in(coordinator)
    moment = timezone.localtime(clock.now() + timedelta(days=40)).replace(hour=9, minute=0)
    opened = {"name": "Crue", "plays_at_0": moment.date().isoformat(), "plays_at_1": "09:00", "all_free": "on"}
    opened["invited"] = ["coordinator", "agent", "manager", "host"]
    assert cell.post("/exercices/nouveau/", opened).status_code == 302
    exercise = Exercise.objects.get()
    assert cell.post(f"/exercices/{exercise.pk}/rejoindre/").status_code == 302
    with clock.shifted(exercise.shift), drill.playing(exercise.pk):
        day = clock.today() + timedelta(days=3)
        day += timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)
        need = make_need(
            town.hall, place=town.site, days=[(day, "am")], mentor=host, contact=host, exercise=exercise, headcount=1
        )
    return cell, exercise, need


def test_a_turn_is_played_from_the_plan_to_the_debrief_and_nothing_leaves(played, agent, manager, host, mailoutbox):
    cell, exercise, need = played
    slot = need.slots.get()
    asked = {"starts_on": slot.day.isoformat(), "ends_on": slot.day.isoformat(), "price_km": 10, "price_soft_wish": 50}
    assert cell.post(f"{MOBILITY}/plans/nouveau/", {**asked, "seed": 7}).status_code == 302
    run_all()
    plan = Plan.objects.get()
    assert plan.exercise_id == exercise.pk and plan.lines.get().person_id == agent.pk  # free because it is supposed so
    preview = cell.get(f"{MOBILITY}/plans/{plan.number}/vague/")
    with clock.shifted(exercise.shift):
        until = clock.now() + timedelta(days=1)
    sent = {
        "seen": preview.context["seen"],
        "answer_by_0": until.date().isoformat(),
        "answer_by_1": "18:00",
        "looked": [line.pk for line in plan.lines.all()],
    }
    assert cell.post(f"{MOBILITY}/plans/{plan.number}/vague/envoyer/", sent).status_code == 302
    run_all()
    assert waves.expire_unanswered() == 0  # the exercise has its own clock
    assert Offer.objects.get(person=agent).last_asked_at is None

    mailbox = cell.get(f"/exercices/{exercise.pk}/courrier/")
    assert "sans réponse pour l’instant" in mailbox.content.decode()
    letters = mailbox.context["rows"]
    doors = [url for letter in letters for _label, url in letter.doors if "/reponse/" in url]
    assert doors and not doors[0].startswith("http")
    phone = Client()
    opened = phone.get(doors[0])
    assert opened.status_code == 200 and 'class="exercise"' in opened.content.decode()
    assert phone.post(doors[0], {"reponse": "oui"}).status_code in {200, 302}
    mission = Assignment.objects.get()
    assert mission.state == State.ACCEPTED and mission.exercise_id == exercise.pk

    run_all()
    after = cell.get(f"/exercices/{exercise.pk}/courrier/").content.decode()
    assert "répondu : oui" in after
    assert "sans réponse pour l’instant" in after, "the manager is asked now"

    led = signed_in(manager)
    led.post(f"/exercices/{exercise.pk}/rejoindre/")
    assert led.post(f"{MOBILITY}/mon-service/missions/{mission.pk}/liberer/").status_code == 302
    welcoming = signed_in(host)
    assert welcoming.post(f"{MOBILITY}/missions/{mission.pk}/accueil/confirmer/").status_code == 404  # not joined yet
    welcoming.post(f"/exercices/{exercise.pk}/rejoindre/")
    assert welcoming.post(f"{MOBILITY}/missions/{mission.pk}/accueil/confirmer/").status_code == 302
    run_all()
    assert "répondu : la personne peut y aller" in cell.get(f"/exercices/{exercise.pk}/courrier/").content.decode()
    mission.refresh_from_db()
    assert mission.state == State.CONFIRMED
    assert not mailoutbox and set(Message.objects.values_list("exercise_id", flat=True)) == {exercise.pk}
    assert not WeekLoad.objects.filter(exercise=None).exists()

    assert cell.post(f"/exercices/{exercise.pk}/terminer/").status_code == 302
    debrief = cell.get(f"/exercices/{exercise.pk}/bilan/")
    told = {str(label): value for label, value in debrief.context["figures"]}
    assert list(told.values())[:3] == ["1 / 1", "1 / 1", "1 / 1"]
    assert Wave.objects.get().exercise_id == exercise.pk


def test_a_proposal_that_nobody_answered_expires_at_the_clock_of_its_exercise(played, agent):
    _cell, exercise, need = played
    with clock.shifted(exercise.shift):
        wave = Wave.objects.create(answer_by=clock.now() - timedelta(minutes=1), exercise=exercise)
        slot = need.slots.get()
        proposed = Assignment.objects.create(
            slot=slot, person=agent, day=slot.day, half=slot.half, wave=wave, exercise=exercise
        )
    assert waves.expire_unanswered() == 1
    proposed.refresh_from_db()
    assert proposed.state == State.EXPIRED
    assert figures(exercise.pk)


def test_what_was_played_is_no_experience_in_real_life(played, agent, town):
    from reflexes.mechanisms.allocation.factories import make_assignment, next_monday
    from reflexes.mechanisms.allocation.services.problem import build_span

    _cell, exercise, need = played
    make_assignment(need.slots.get(), agent, state="done", exercise=exercise)
    make_need(town.hall, place=town.site, kind=need.kind)
    first = next_monday()
    problem = build_span(first, first + timedelta(days=6), exercise_id=None)
    person = next(one for one in problem.people if one.id == str(agent.pk))
    assert not person.experience and not person.wear and not person.half_days
