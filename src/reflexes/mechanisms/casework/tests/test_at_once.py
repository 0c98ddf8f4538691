"""Several people act at the same second, in real threads: one answer is written, and a case closes with its last need."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.factories import make_sent
from reflexes.mechanisms.casework.models import Case, Motive, Referral, ReferralStep, State
from reflexes.mechanisms.casework.services import referrals
from reflexes.mechanisms.casework.services.cases import do_add_need
from reflexes.mechanisms.casework.tests.casting import Cast, answering

pytestmark = pytest.mark.django_db(transaction=True)
HANDS = 4


@pytest.fixture
def cast() -> Cast:
    return Cast()


def at_once(act: Callable[[int], object]) -> list[str]:
    """Run ``act`` from several threads in the same second; return how each ended, in a steady order."""
    together = Barrier(HANDS)

    def one(number: int) -> str:
        try:
            together.wait(timeout=20)
            act(number)
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(HANDS) as hands:
        return sorted(hands.map(one, range(HANDS)))


def read(pk: int) -> Referral:
    return Referral.objects.select_related("case").get(pk=pk)


def test_of_several_answers_at_once_one_is_written(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    copies = [read(referral.pk) for _number in range(HANDS)]

    def act(number: int) -> None:
        own = copies[number]
        referrals.do_refuse(actor=answering(own), referral=own, motive=Motive.FULL)

    assert at_once(act) == ["done"] + ["moved_meanwhile"] * (HANDS - 1)
    assert ReferralStep.objects.filter(referral=referral, state=State.REFUSED).count() == 1


def test_the_last_needs_closed_at_once_close_the_case(cast: Cast) -> None:
    case = cast.told()
    for _number in range(HANDS - 1):
        do_add_need(actor=cast.navigator, case=case, words="Encore.")
    needs = [read(pk) for pk in case.referrals.order_by("pk").values_list("pk", flat=True)]
    for one in needs:
        referrals.do_finish(actor=cast.navigator, referral=one, outcome="Fait.")

    def act(number: int) -> None:
        referrals.do_close_told_back(
            actor=cast.navigator, referral=needs[number], what_happened="Fait.", person_told="Oui."
        )

    assert at_once(act) == ["done"] * HANDS
    assert Case.objects.get(pk=case.pk).closed_at is not None


def test_what_came_back_is_entrusted_again_once(cast: Cast) -> None:
    referral = make_sent(cast.navigator, cast.told(), cast.service)
    referrals.do_refuse(actor=answering(referral), referral=referral, motive=Motive.FULL)
    copies = [read(referral.pk) for _number in range(HANDS)]
    ended = at_once(lambda number: referrals.do_refer_again(actor=cast.navigator, referral=copies[number]))
    assert ended == ["done"] + ["moved_meanwhile"] * (HANDS - 1)
    assert Referral.objects.filter(follows=referral).count() == 1
