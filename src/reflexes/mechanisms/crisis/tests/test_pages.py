"""Sequences and exercises on screen: open, join, leave, end."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.crisis.models import Exercise, Sequence
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
PLAYED = {"name": "Canicule", "invited": ["agent"], "plays_at_0": "2027-07-12", "plays_at_1": "08:00"}


def sequence(**fields):
    return {
        "level": "watch",
        "title": "Veille",
        "changes": "Une réunion par jour.",
        "does_not_change": "La paie.",
        "review_on": (clock.today() + timedelta(days=10)).isoformat(),
        **fields,
    }


def test_everybody_reads_the_sequences_and_the_cell_opens_the_next_one(coordinator, member, stranger):
    cell = signed_in(coordinator)
    assert cell.post("/sequences/", sequence()).status_code == 302
    assert cell.post("/sequences/", sequence(level="crisis", title="Étape 2")).status_code == 302
    page = member.get("/sequences/")
    assert [one.title for one in page.context["rows"]] == ["Étape 2", "Veille"]
    assert page.context["form"] is None
    assert member.post("/sequences/", sequence()).status_code == 403
    assert stranger.get("/sequences/").status_code == 302


def test_a_sequence_is_reviewed_after_today_or_refused(coordinator):
    answer = signed_in(coordinator).post("/sequences/", sequence(review_on=clock.today().isoformat()))
    assert answer.status_code == 422 and "Une réunion par jour." in answer.content.decode()
    assert not Sequence.objects.exists()


def test_an_exercise_is_joined_lived_at_its_date_and_left(coordinator, member, agent):
    cell = signed_in(coordinator)
    assert cell.post("/exercices/nouveau/", {"name": ""}).status_code == 422
    assert cell.post("/exercices/nouveau/", PLAYED).status_code == 302
    exercise = Exercise.objects.get()
    assert member.post(f"/exercices/{exercise.pk}/rejoindre/").status_code == 302
    page = member.get("/exercices/")
    assert page.wsgi_request.actor.exercise_id == exercise.pk
    assert page.context["joined"] == exercise.pk and "in-exercise" in page.content.decode()
    assert member.post("/exercices/quitter/").status_code == 302
    assert member.get("/exercices/").context["joined"] is None


def test_an_ended_exercise_puts_everybody_back_to_today(coordinator, member):
    cell, exercise = signed_in(coordinator), make_exercise()
    member.post(f"/exercices/{exercise.pk}/rejoindre/")
    assert member.post(f"/exercices/{exercise.pk}/terminer/").status_code == 403
    assert cell.post(f"/exercices/{exercise.pk}/terminer/").status_code == 302
    assert member.get("/exercices/").wsgi_request.actor.exercise_id is None
    assert cell.post(f"/exercices/{exercise.pk}/terminer/").status_code == 409
    assert member.post(f"/exercices/{exercise.pk}/rejoindre/").status_code == 409


def test_an_account_without_person_reads_and_does_not_play(client, nobody_behind):
    exercise = make_exercise()
    client.force_login(nobody_behind)
    assert client.get("/exercices/").status_code == 200
    assert client.post(f"/exercices/{exercise.pk}/rejoindre/").status_code == 403
    assert client.post("/exercices/999/rejoindre/").status_code == 403


def test_the_list_asks_the_same_number_of_questions_with_more_rows(member, constant_queries):
    make_exercise()
    constant_queries(member, "/exercices/", lambda: [make_exercise() for _number in range(5)])
