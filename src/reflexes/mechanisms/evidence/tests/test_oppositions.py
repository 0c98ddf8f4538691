"""A refusal outlives the campaign, is kept as a digest, and is asked before a row is written (P04 (4), P12 (4))."""

import pytest

from reflexes.core import keyring
from reflexes.core.acting import STRANGER
from reflexes.core.errors import Refusal
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.evidence.models import Opposition, OppositionKey
from reflexes.mechanisms.evidence.services import oppositions
from tests.harness.cast import Town

ONE, OTHER = "+33639980001", "+33639980002"


def test_p04_accept_4_a_refusal_is_honoured_in_every_later_campaign_of_the_controller(town: Town) -> None:
    oppositions.do_oppose(actor=STRANGER, organisation=town.hall, phone=ONE, scope="calls")
    assert oppositions.opposed(town.hall, [ONE, OTHER], "calls") == {ONE}
    assert oppositions.opposed(town.hall, [ONE], "visits") == set()


def test_a_refusal_said_to_one_controller_says_nothing_to_another(town: Town) -> None:
    for organisation in (town.hall, town.association):
        oppositions.do_oppose(actor=STRANGER, organisation=organisation, phone=ONE, scope="calls")
    of_town, of_association = Opposition.objects.order_by("pk").values_list("digest", flat=True)
    assert of_town != of_association
    oppositions.do_lift(actor=STRANGER, organisation=town.association, phone=ONE, scope="calls")
    assert oppositions.opposed(town.association, [ONE], "calls") == set()
    assert oppositions.opposed(town.hall, [ONE], "calls") == {ONE}


def test_a_refusal_holds_no_number(town: Town) -> None:
    kept = oppositions.do_oppose(actor=STRANGER, organisation=town.hall, phone=ONE, scope="calls")
    held = [str(value) for value in Opposition.objects.filter(pk=kept.pk).values().get().values()]
    assert not any(ONE in value or ONE.lstrip("+") in value for value in held)


def test_refusing_twice_is_refusing_once_and_a_refusal_taken_back_may_come_again(town: Town) -> None:
    refuse = {"actor": STRANGER, "organisation": town.hall, "phone": ONE, "scope": "calls"}
    assert oppositions.do_oppose(**refuse) == oppositions.do_oppose(**refuse)
    assert oppositions.do_lift(**refuse)
    assert not oppositions.do_lift(**refuse)
    oppositions.do_oppose(**refuse)
    assert oppositions.opposed(town.hall, [ONE], "calls") == {ONE}
    assert OppositionKey.objects.count() == 1


def test_what_is_no_number_is_refused_in_words(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        oppositions.do_oppose(actor=STRANGER, organisation=town.hall, phone="", scope="calls")
    assert refused.value.code == "phone_unknown"


def test_without_its_key_nobody_is_said_to_accept_calls(town: Town) -> None:
    oppositions.do_oppose(actor=STRANGER, organisation=town.hall, phone=ONE, scope="calls")
    keyring.destroy(OppositionKey.objects.get().key)
    with pytest.raises(Refusal) as refused:
        oppositions.opposed(town.hall, [ONE], "calls")
    assert refused.value.code == "key_gone"


def test_a_refusal_played_is_no_real_refusal_and_a_real_one_counts_in_an_exercise(town: Town) -> None:
    exercise = make_exercise()
    oppositions.do_oppose(actor=STRANGER, organisation=town.hall, phone=ONE, scope="calls", exercise_id=exercise.pk)
    oppositions.do_oppose(actor=STRANGER, organisation=town.hall, phone=OTHER, scope="calls")
    assert oppositions.opposed(town.hall, [ONE, OTHER], "calls") == {OTHER}
    assert oppositions.opposed(town.hall, [ONE, OTHER], "calls", exercise.pk) == {ONE, OTHER}
