"""Silences, figures and questions: what those who steer see, and what nobody's words become."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from reflexes.core import clock
from reflexes.core.acting import STRANGER
from reflexes.core.privacy.services import do_erase_person, export_person
from reflexes.mechanisms.casework.factories import make_case, make_need, make_sent
from reflexes.mechanisms.casework.models import Motive, Need, Question, Referral, State
from reflexes.mechanisms.casework.services import questions, referrals
from reflexes.mechanisms.casework.services.figures import figures
from reflexes.mechanisms.casework.services.silences import silences
from reflexes.mechanisms.casework.services.watch import watch
from reflexes.mechanisms.casework.tests.casting import Cast, answering, refused
from reflexes.mechanisms.directory import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_each_silence_shows_with_its_age_and_to_no_other_organisation(cast: Cast) -> None:
    cast.told()
    referrals.do_qualify(actor=cast.navigator, referral=cast.need(), need=Need.FOOD)
    make_sent(cast.navigator, cast.told(), cast.service)
    refused_one = make_sent(cast.navigator, cast.told(), cast.service)
    referrals.do_refuse(actor=answering(refused_one), referral=refused_one, motive=Motive.FULL)
    referrals.do_finish(actor=cast.navigator, referral=cast.need(), outcome="Fait.")
    assert [one.code for one in silences(cast.navigator, piste=cast.piste)] == ["returned"]
    with clock.shifted(timedelta(days=4)):
        watch()
        found = {one.code: one.count for one in silences(cast.supervisor, piste=cast.piste)}
        assert silences(cast.partner, piste=cast.piste) == []
    kinds = ("to_qualify_old", "to_entrust_old", "sent_without_news", "returned", "to_tell_back")
    assert found == dict.fromkeys(kinds, 1)
    for actor in (cast.caller, cast.resident, STRANGER):
        with pytest.raises(Http404):
            silences(actor, piste=cast.piste)


def test_p12_accept_9_needs_closed_and_the_age_of_open_needs_are_counted(cast: Cast) -> None:
    cast.told()
    cast.told(urgent=True)
    done = cast.need()
    referrals.do_finish(actor=cast.navigator, referral=done, outcome="Fait.")
    referrals.do_close_told_back(
        actor=cast.navigator, referral=done, what_happened="Répondu.", person_told="Au téléphone."
    )
    again = make_sent(cast.navigator, cast.told(), cast.service)
    referrals.do_refuse(actor=answering(again), referral=again, motive=Motive.FULL)
    referrals.do_refer_again(actor=cast.navigator, referral=again)
    with clock.shifted(timedelta(days=4)):
        counted = figures(piste=cast.piste, organisation_id=cast.town.pk)
    assert (counted.needs, counted.closed, counted.open, counted.urgent) == (4, 1, 3, 1)
    assert counted.ages == [0, 0, 3, 0, 0]
    assert "4" in counted.age_words
    assert figures(piste=cast.piste, key_name="0" * 32).needs == 0
    assert figures(piste=cast.piste, organisation_id=cast.association.pk).age_words == ""


def test_p12_accept_9_ten_thousand_needs_are_counted_in_as_many_questions_as_one(cast: Cast) -> None:
    case = make_case(cast.town)
    with CaptureQueriesContext(
        connection,
    ) as one:
        figures(piste=case.piste, organisation_id=cast.town.pk)
        silences(cast.supervisor, piste=case.piste)
    now = clock.now()
    Referral.objects.bulk_create(
        Referral(
            case=case,
            opened_at=now - timedelta(hours=number),
            moved_at=now,
            state=State.CLOSED if number % 2 else State.TO_QUALIFY,
            told="x" if number % 2 else "",
        )
        for number in range(10_000)
    )
    with CaptureQueriesContext(connection) as many:
        counted = figures(piste=case.piste, organisation_id=cast.town.pk)
        silences(cast.supervisor, piste=case.piste)
    assert (counted.needs, counted.closed) == (10_001, 5_000)
    assert len(many) == len(one)


def test_an_answered_question_is_kept_without_anybody_in_it_and_found_again(cast: Cast) -> None:
    case = cast.told()

    def written(asks: str, answer: str = "Oui, le CCAS les apporte.") -> Question:
        return questions.do_answer_question(
            actor=cast.navigator, piste=cast.piste, asks=asks, answer=answer, need=Need.HEALTH, case=case
        )

    refused("says_who", written, asks="Rose peut-elle avoir ses médicaments ?")
    refused("says_who", written, asks="Que faire ?", answer="Appelez le 06 39 98 00 11.")
    refused("says_who", written, asks="Que faire ?", answer="Écrivez à rose@example.org")
    refused("words_missing", written, asks="Que faire ?", answer="")
    kept = written("Qui apporte des médicaments à domicile ?", "Le CCAS : 3 jours, ou 15 en urgence.")
    found = questions.questions_like(cast.navigator, piste=cast.piste, words="Je n’ai plus de médicaments")
    assert found == [kept]
    assert [one.words for one in found[0].answers.all()] == ["Le CCAS : 3 jours, ou 15 en urgence."]
    assert questions.questions_like(cast.partner, piste=cast.piste, words="médicaments") == []
    with pytest.raises(PermissionDenied):
        questions.do_answer_question(actor=cast.caller, piste=cast.piste, asks="Quoi ?", answer="Rien.")
    questions.do_answer_question(
        actor=cast.navigator, piste=cast.piste, asks="", answer="La pharmacie aussi.", question=kept
    )
    assert kept.answers.count() == 2
    questions.do_retire_question(actor=cast.navigator, question=kept)
    assert list(questions.find_questions(cast.navigator)) == []


def test_who_heard_a_need_is_exported_then_erased_and_the_need_stays_followed(cast: Cast) -> None:
    case = cast.told()
    make_need(case, state=State.CLOSED, told="x")
    known = export_person(cast.caller_person.key)["known"]["casework"]
    assert len(known["cases_told"]) == 1
    assert "Rose" not in str(known)
    do_erase_person(actor=cast.acting("Dora", roles.DPO), person_key=cast.caller_person.key)
    case.refresh_from_db()
    assert case.told_by is None
    assert case.referrals.filter(state=State.TO_QUALIFY).exists()
