"""What somebody tells is kept in their own words, sealed, found again, and never joined across purposes."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import keyring
from reflexes.core.acting import STRANGER
from reflexes.core.privacy.services import views_of
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.models import Case, Channel, ReferralStep, State
from reflexes.mechanisms.casework.services import board
from reflexes.mechanisms.casework.services.cases import do_add_need, do_merge, do_unmerge, family, find_same, same_as
from reflexes.mechanisms.casework.tests.casting import FACTS, SAID, Cast, announced, journaled, refused
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import actor_for
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_p12_accept_5_a_case_keeps_the_own_words_and_only_its_key_reads_them(cast: Cast) -> None:
    case = cast.told()
    key = keyring.take(cast.key_name)
    assert key.unseal(case.said) == {"words": SAID}
    assert key.unseal(case.identity) == FACTS
    row = Case.objects.values().get(pk=case.pk)
    assert not [column for column, value in row.items() if "Rose" in str(value) or "9800011" in str(value)]
    assert case.referrals.get().state == State.TO_QUALIFY


def test_once_the_key_is_destroyed_nothing_of_a_case_is_read_and_the_board_still_stands(cast: Cast) -> None:
    case = cast.told()
    keyring.destroy(cast.key_name)
    assert board.words_of([case]) == {case.pk: ""}
    refused("key_gone", do_add_need, actor=cast.navigator, case=case, words="Et du pain.")


@pytest.mark.parametrize("channel", Channel.values)
def test_every_door_leads_to_the_same_list(cast: Cast, channel: str) -> None:
    cast.told(channel=channel, actor=cast.navigator, told_by=None)
    assert board.counts(cast.navigator, piste=cast.piste)["a-qualifier"] == 1


def test_nothing_is_written_without_words_a_known_channel_a_piste_or_a_right(cast: Cast) -> None:
    refused("words_missing", cast.told, words="  ")
    refused("words_too_long", cast.told, words="a" * 5001)
    refused("channel_missing", cast.told, channel="pigeon")
    refused("piste_unknown", cast.told, piste="nowhere")
    refused("key_gone", cast.told, key_name="0" * 32)
    for actor in (cast.resident, STRANGER):
        with pytest.raises(PermissionDenied):
            cast.told(actor=actor)
    assert not Case.objects.exists()


def test_the_journal_holds_pseudonyms_and_no_word_of_the_person(cast: Cast) -> None:
    cast.told()
    (entry,) = journaled("case_opened")
    written = json.dumps(Entry.objects.values("params", "reason", "object_key").get(pk=entry.pk))
    assert "Rose" not in written
    assert "médicaments" not in written


def test_an_urgent_case_tells_the_navigators_and_stands_first(cast: Cast) -> None:
    cast.told()
    urgent = cast.told(urgent=True)
    assert len(announced("need_urgent")) == 1
    first = board.column(cast.navigator, "a-qualifier", piste=cast.piste)[0]
    assert first.case == urgent


def test_only_the_navigators_of_the_organisation_read_a_case(cast: Cast) -> None:
    case = cast.told()
    assert perms.access_case(cast.navigator, case.key) == case
    for actor in cast.others:
        with pytest.raises(Http404):
            perms.access_case(actor, case.key)
        with pytest.raises(Http404):
            perms.access_referral(actor, case.referrals.get().key)


def test_somebody_is_found_by_their_telephone_however_it_is_written(cast: Cast) -> None:
    case = cast.told()
    (found,) = find_same(cast.navigator, phone="+33 6 39 98 00 11")
    assert (found.case, found.open_needs) == (case, 1)
    assert [one.case for one in find_same(cast.navigator, name="MARTIN Rose")] == [case]
    assert find_same(cast.navigator, phone="06 39 98 00 12") == []
    assert find_same(cast.navigator) == []
    for actor in cast.others:
        assert find_same(actor, phone=FACTS["phone"]) == []


def test_a_search_finds_each_purpose_and_a_merge_never_crosses_them(cast: Cast) -> None:
    first, other = cast.told(), cast.told(key_name=keyring.make())
    assert {one.case for one in find_same(cast.navigator, phone=FACTS["phone"])} == {first, other}
    assert first.phone_digest != other.phone_digest
    assert same_as(cast.navigator, first) == []
    refused("across_keys", do_merge, actor=cast.navigator, case=other, into=first)


def test_two_cases_of_one_person_are_brought_together_and_taken_apart_again(cast: Cast) -> None:
    first, second = cast.told(), cast.told(words="Il me faut aussi du pain.")
    assert [one.case for one in same_as(cast.navigator, second)] == [first]
    do_merge(actor=cast.navigator, case=second, into=first)
    assert family(second) == [first, second]
    assert len(find_same(cast.navigator, phone=FACTS["phone"])) == 1
    refused("merged_already", do_merge, actor=cast.navigator, case=first, into=second)
    refused("merged_meanwhile", do_merge, actor=cast.navigator, case=second, into=cast.told())
    do_unmerge(actor=cast.navigator, case=second)
    assert family(second) == [second]
    assert [len(journaled("cases_merged")), len(journaled("cases_unmerged"))] == [1, 1]
    refused("not_merged", do_unmerge, actor=cast.navigator, case=second)


def test_a_case_is_not_merged_into_itself(cast: Cast) -> None:
    case = cast.told()
    refused("merged_already", do_merge, actor=cast.navigator, case=case, into=case)


def test_another_need_of_the_same_person_is_followed_by_itself(cast: Cast) -> None:
    case = cast.told()
    do_add_need(actor=cast.navigator, case=case, words="Et quelqu’un pour parler.")
    assert case.referrals.count() == 2
    step = ReferralStep.objects.filter(referral__case=case).latest("pk")
    assert keyring.take(cast.key_name).unseal(step.words)["words"].startswith("Et quelqu’un")
    with pytest.raises(PermissionDenied):
        do_add_need(actor=cast.partner, case=case, words="Rien")


def test_what_is_played_and_what_is_real_never_mix(cast: Cast) -> None:
    exercise = make_exercise()
    playing = actor_for(cast.navigator_person, exercise_id=exercise.pk)
    real, played = cast.told(), cast.told(actor=playing, exercise_id=exercise.pk)
    assert list(perms.visible_cases(cast.navigator)) == [real]
    assert list(perms.visible_cases(playing)) == [played]
    refused("in_exercise", cast.told, actor=playing)
    with pytest.raises(Http404):
        cast.told(exercise_id=exercise.pk)


def test_reading_a_list_is_written_down_once_for_each_person(cast: Cast) -> None:
    case = cast.told()
    referrals = list(board.column(cast.navigator, "a-qualifier", piste=cast.piste))
    assert [card.words for card in board.cards(cast.navigator, referrals)] == [SAID]
    (view,) = views_of(case.subject)
    assert (view.viewer_key, view.purpose) == (cast.navigator.person_key, "referral")


def test_a_board_costs_the_same_for_one_need_and_for_many(cast: Cast, django_assert_num_queries: object) -> None:
    for _number in range(3):
        cast.told()
    rows = list(board.column(cast.navigator, "a-qualifier", piste=cast.piste))
    with django_assert_num_queries(1):  # type: ignore[operator]
        board.cards(cast.navigator, rows)
