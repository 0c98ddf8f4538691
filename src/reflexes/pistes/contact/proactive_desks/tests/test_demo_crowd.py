"""The crowd of the demo has the shares of 2020 and no row that the services would not have written."""

from collections import Counter

import pytest
from django.db.models import Count, F, Q

from reflexes.core import clock, keyring
from reflexes.mechanisms.casework.models import Case, Referral, ReferralStep, State
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory.factories import actor_for
from reflexes.mechanisms.directory.models import Organisation
from reflexes.mechanisms.evidence.models import Opposition, Reading
from reflexes.mechanisms.journal.services import verify
from reflexes.pistes.contact.proactive_desks import demo, demo_campaign, demo_desk
from reflexes.pistes.contact.proactive_desks.models import (
    AnswerCount,
    Callee,
    CallerCard,
    Campaign,
    HumanTask,
    Lease,
    SaidAnswers,
)
from reflexes.pistes.contact.proactive_desks.services.leases import do_claim
from reflexes.pistes.contact.proactive_desks.services.supervision import standing

pytestmark = pytest.mark.django_db
PEOPLE, BY_SERVICES = 2_000, 40


@pytest.fixture
def campaign() -> Campaign:
    directory_demo.seed_communes()
    Organisation.objects.create(name=directory_demo.ORGANISATIONS["Ville"][0], kind="town")
    demo_campaign.seed(people=BY_SERVICES, calls=12)
    demo_desk.seed()
    demo.crowd(PEOPLE)
    return Campaign.objects.select_related("dataset").get()


def test_the_crowd_has_the_shares_of_2020_and_no_row_out_of_place(campaign: Campaign) -> None:
    _shares(campaign)
    _calls(campaign)
    _people(campaign)
    _needs(campaign)
    _sealed(campaign)
    assert verify().ok
    caller = CallerCard.objects.filter(campaign=campaign, person__user__isnull=False).order_by("pk").first()
    assert caller is not None
    assert isinstance(do_claim(actor=actor_for(caller.person), campaign=campaign), Lease)
    # Large enough already, it is left as it is.
    demo.crowd(PEOPLE)
    assert campaign.callees.count() == PEOPLE


def _shares(campaign: Campaign) -> None:
    """47 calls of a hundred are of use, 3 tell a need, and what supervision says is what rows say."""
    seen = standing(campaign)
    outcomes = Counter(Lease.objects.filter(closing="said").order_by().values_list("outcome", flat=True))
    calls = sum(outcomes.values())
    told = outcomes["need"] + outcomes["urgent"]
    assert seen.people == PEOPLE and seen.calls == calls
    assert abs(calls - 1.1 * PEOPLE) < PEOPLE * 0.05
    assert abs(100 * (outcomes["fine"] + told) / calls - 47) <= 1
    assert abs(100 * told / calls - 3) <= 0.5
    assert seen.needs.needs == told == Case.objects.filter(key_name=campaign.dataset.key).count()
    assert seen.ready > 100 and seen.human and seen.later and seen.needs.open and seen.needs.closed


def _calls(campaign: Campaign) -> None:
    """Each call is over, under the script, read under its lease; nobody holds two people, nor a telephone two calls."""
    leases = Lease.objects.filter(campaign=campaign)
    assert not leases.filter(
        Q(closed_at=None) | Q(closing="said", outcome="") | Q(closed_at__lt=F("opened_at"))
    ).exists()
    assert not leases.exclude(phone_digest=F("callee__phone_digest")).exists()
    for column in ("caller_id", "phone_digest"):
        ends: dict[object, object] = {}
        for who, opened, closed in leases.order_by("opened_at").values_list(column, "opened_at", "closed_at"):
            assert who not in ends or ends[who] <= opened  # type: ignore[operator]
            ends[who] = closed
    crowd = leases.filter(said__isnull=False)
    assert crowd.count() > PEOPLE
    read = Counter(Reading.objects.filter(what_for="call", what="phone").values_list("through", flat=True))
    assert read == {str(key): 1 for key in crowd.filter(closing="said").values_list("key", flat=True)}
    mood = AnswerCount.objects.filter(step="mood").values_list("number", flat=True)
    assert sum(mood) == SaidAnswers.objects.exclude(sealed="").count()


def _people(campaign: Campaign) -> None:
    """Whoever refused is opposed, whoever waits for somebody has one task, moments to come are to come."""
    rows = Callee.objects.filter(campaign=campaign)
    refused = rows.filter(end="refused").values("phone_digest").distinct().count()
    assert Opposition.objects.count() >= refused > 10
    waiting = rows.filter(state="human")
    assert waiting.filter(human_tasks__done_at=None).distinct().count() == waiting.count()
    assert HumanTask.objects.filter(done_at=None).count() == waiting.count()
    assert not rows.filter(end="unreachable").exclude(human_tasks__result="unreachable").exists()
    assert not rows.filter(tries__gte=campaign.attempts, state__in=("ready", "scheduled")).exists()
    useful = rows.filter(leases__outcome__in=("fine", "need", "urgent")).distinct()
    assert useful.count() == rows.filter(useful=True).count()
    assert not HumanTask.objects.filter(Q(opened_at__gt=clock.now()) | Q(done_at__gt=clock.now())).exists()
    assert rows.filter(batch__file_name="beneficiaires-apa.csv").count() > PEOPLE * 0.3
    for batch in campaign.batches.annotate(there=Count("callees")):
        assert batch.good == batch.there and batch.lines == batch.good + batch.bad + batch.doubles


def _needs(campaign: Campaign) -> None:
    """Each need has its case and its steps, the last of which is its state; closed, the words were told back."""
    needs = Referral.objects.filter(case__key_name=campaign.dataset.key, case__subject__isnull=False)
    assert set(needs.values_list("state", flat=True)) >= {State.CLOSED, State.ACCEPTED, State.TO_QUALIFY}
    assert needs.filter(handed_on_at__isnull=False).count() == needs.exclude(follows=None).count()
    last = {step.referral_id: step for step in ReferralStep.objects.filter(referral__in=needs).order_by("pk")}
    for need in needs.select_related("case"):
        assert (last[need.pk].state, last[need.pk].at) == (need.state, need.moved_at)
        assert need.opened_at == need.case.opened_at <= need.moved_at <= clock.now()
    closed = needs.filter(case__closed_at__isnull=False, handed_on_at=None)
    assert closed.count() == needs.filter(state="closed", handed_on_at=None).count()
    assert not closed.filter(told="").exists()


def _sealed(campaign: Campaign) -> None:
    """What is sealed opens with the key of the dataset, and digests are those of what it says."""
    key = keyring.take(campaign.dataset.key)
    for callee in Callee.objects.filter(campaign=campaign).order_by("-pk")[:200]:
        facts = key.unseal(callee.identity)
        assert facts["last_name"] and key.digest(facts["phone"]) == callee.phone_digest
    for case in Case.objects.filter(key_name=key.name).order_by("-pk")[:50]:
        assert key.unseal(case.said)["words"]
        assert key.digest(key.unseal(case.identity)["phone"]) == case.phone_digest
    for sealed in SaidAnswers.objects.exclude(sealed="").order_by("-pk").values_list("sealed", flat=True)[:50]:
        assert key.unseal(sealed)["mood"]
