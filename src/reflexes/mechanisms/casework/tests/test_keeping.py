"""What cases hold under one key is found whole for the person it is about, and deleted whole with its purpose."""

import pytest

from reflexes.core import keyring
from reflexes.mechanisms.casework.factories import make_sent
from reflexes.mechanisms.casework.models import Case, Motive, Referral
from reflexes.mechanisms.casework.services import referrals
from reflexes.mechanisms.casework.services.cases import do_merge
from reflexes.mechanisms.casework.services.keeping import WORDS, shed, texts_of
from reflexes.mechanisms.casework.tests.casting import FACTS, SAID, Cast, answering, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return Cast()


def test_everything_sealed_about_somebody_is_found_by_their_telephone(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    cast.told(facts={"phone": "06 39 98 00 12"})
    referrals.do_refuse(actor=answering(referral), referral=referral, motive=Motive.FULL, words="Complet.")
    referrals.do_close_told_back(
        actor=cast.navigator, referral=referral, what_happened="Rien trouvé.", person_told="Rappelée."
    )
    kept = list(texts_of(cast.key_name, phone=FACTS["phone"]))
    whats = {one.what for one in kept}
    assert whats == {"identity", "case_words", "referral", "step_words", "told"}
    assert whats <= set(WORDS)
    assert {one.subject for one in kept} == {referral.case.subject}
    key = keyring.take(cast.key_name)
    assert key.unseal(next(one.sealed for one in kept if one.what == "case_words")) == {"words": SAID}
    assert list(texts_of(keyring.make(), phone=FACTS["phone"])) == []
    assert len(list(texts_of(cast.key_name, subjects=[referral.case.subject]))) == len(kept)


def test_cases_are_deleted_whole_once_each_need_is_closed_and_figures_remain(cast: Cast) -> None:
    other = cast.told(key_name=keyring.make())
    case = cast.told()
    first = make_sent(cast.navigator, case, cast.service)
    do_merge(actor=cast.navigator, case=cast.told(), into=case)
    refused("needs_open", shed, key_name=cast.key_name)
    assert Case.objects.filter(key_name=cast.key_name).count() == 2
    referrals.do_refuse(actor=answering(first), referral=first, motive=Motive.FULL)
    referrals.do_refer_again(actor=cast.navigator, referral=first)
    for referral in Referral.objects.filter(state="to_qualify", case__key_name=cast.key_name):
        referrals.do_finish(actor=cast.navigator, referral=referral, outcome="Fait.")
        referrals.do_close_told_back(actor=cast.navigator, referral=referral, what_happened="Fait.", person_told="Oui.")
    assert shed(cast.key_name) == {"cases": 2, "needs": 2, "needs_met": 2}
    assert set(shed(cast.key_name)) <= set(WORDS)
    assert list(Case.objects.all()) == [other]
