"""A topic without decision, decider, room and date is refused, or kept as "a goal, not a decision" (P01 (3))."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Body, Topic
from reflexes.mechanisms.assembly.services import topics
from reflexes.mechanisms.assembly.tests.casting import Cast, refused, told
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def whole(**other: object) -> dict[str, object]:
    return {
        "title": "Marché du samedi",
        "decision": "Rouvrir le marché du samedi place de l’Hôtel-de-Ville ou quai des Bateliers.",
        "decider": "Le conseil municipal",
        "room": "Le lieu et les horaires, pas le nombre d’étals.",
        "decided_on": clock.today() + timedelta(days=30),
        **other,
    }


def write(cast: Cast, *, insist: bool = False, **other: object) -> Topic:
    return topics.do_write_topic(actor=cast.keeper, body=cast.body, fields=whole(**other), insist=insist)


def test_a_whole_topic_is_a_decision(cast: Cast) -> None:
    assert write(cast).kind == Topic.Kind.DECISION
    assert told("topic_written")


@pytest.mark.parametrize("code", topics.MISSING)
def test_without_one_of_the_four_it_is_refused_with_the_sentence_of_what_is_missing(cast: Cast, code: str) -> None:
    nothing = {code: None if code == "decided_on" else " "}
    assert str(refused("topic_incomplete", write, cast=cast, **nothing)) == str(topics.MISSING[code])
    assert not Topic.objects.exists()


def test_all_that_is_missing_is_told_at_once(cast: Cast) -> None:
    only = {"title": "Maintenir le lien social"}
    refusal = refused("topic_incomplete", topics.do_write_topic, actor=cast.keeper, body=cast.body, fields=only)
    assert str(refusal) == " ".join(str(sentence) for sentence in topics.MISSING.values())


def test_when_the_person_insists_it_is_kept_as_a_goal_and_becomes_a_decision_once_whole(cast: Cast) -> None:
    goal = write(cast, insist=True, decided_on=None)
    assert (goal.kind, told("topic_kept_as_goal")[0].params["lacks"]) == (Topic.Kind.GOAL, ["decided_on"])
    topics.do_write_topic(actor=cast.keeper, body=cast.body, topic=goal, fields=whole())
    assert goal.kind == Topic.Kind.DECISION


def test_the_database_itself_calls_nothing_a_decision_without_a_decider(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Topic.objects.create(body=cast.body, kind=Topic.Kind.DECISION, **whole(decider=""))


def test_what_is_decided_already_is_not_put_before_a_body(cast: Cast) -> None:
    refused("decided_already", write, cast=cast, decided_on=clock.today() - timedelta(days=1))


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("decider", "Tous"),
        ("decider", "tout le monde."),
        ("decider", "à définir"),
        ("decision", "Maintenir le lien social"),
        ("decision", "Il faut renforcer la solidarité."),
        ("decision", "To improve the quality of life"),
    ],
)
def test_words_that_say_nothing_are_doubted_and_never_refused(cast: Cast, field: str, words: str) -> None:
    topic = write(cast, **{field: words})
    assert topics.doubts(topic) == [field]
    assert topic.kind == Topic.Kind.DECISION


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("decider", "Le conseil municipal, tous groupes réunis"),
        ("decision", "Maintenir le marché du samedi, ou le déplacer quai des Bateliers"),
        ("decision", "Améliorer l’éclairage de 12 rues du Neudorf"),
        ("decision", "Faut-il maintenir la piste cyclable ?"),
        ("decision", "Fermer la rue des Tilleuls aux voitures le samedi"),
    ],
)
def test_a_real_choice_is_not_doubted(cast: Cast, field: str, words: str) -> None:
    assert topics.doubts(write(cast, **{field: words})) == []


def test_those_who_sit_and_whoever_answers_ask_too_and_nobody_else(cast: Cast) -> None:
    for actor in (cast.member, actor_for(cast.answerer)):
        assert topics.do_write_topic(actor=actor, body=cast.body, fields=whole()).asked_by_id == actor.person_id
    topic = Topic.objects.order_by("pk").first()
    for actor in cast.others:
        with pytest.raises(PermissionDenied):
            topics.do_write_topic(actor=actor, body=cast.body, fields=whole())
        with pytest.raises(PermissionDenied):
            topics.do_withdraw_topic(actor=actor, topic=topic)


def test_a_topic_is_taken_back_once_by_whoever_asked_it(cast: Cast) -> None:
    topic = topics.do_write_topic(actor=cast.member, body=cast.body, fields=whole())
    topics.do_withdraw_topic(actor=cast.member, topic=topic)
    assert topic.withdrawn_at is not None
    refused("withdrawn", topics.do_withdraw_topic, actor=cast.keeper, topic=topic)


def test_a_topic_of_a_body_one_does_not_see_does_not_exist(cast: Cast) -> None:
    topic = write(cast)
    Body.objects.update(public=False)
    assert topics.access_topic(cast.member, topic.pk) == topic
    for actor in cast.others:
        with pytest.raises(Http404):
            topics.access_topic(actor, topic.pk)


def test_a_closed_body_takes_no_topic_and_an_exercise_writes_none(cast: Cast) -> None:
    playing = actor_for(cast.person, exercise_id=make_exercise().pk)
    refused("in_exercise", topics.do_write_topic, actor=playing, body=cast.body, fields=whole())
    cast.body.state = Body.State.CLOSED
    refused("closed", write, cast=cast)
