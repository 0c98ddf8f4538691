"""Where a campaign stands, lists on paper, and the end that deletes everything but figures."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock, keyring
from reflexes.core.errors import Refusal
from reflexes.mechanisms.casework.models import Case, Referral
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.models import Dataset, Opinion, Reading
from reflexes.mechanisms.evidence.services import datasets
from reflexes.pistes.contact.proactive_desks.factories import (
    make_callee,
    make_caller,
    make_campaign,
    make_card,
    make_lease,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.models import Callee, CallerCard, Campaign, Lease, Script
from reflexes.pistes.contact.proactive_desks.services import campaigns, holdings, paper, supervision
from reflexes.pistes.contact.proactive_desks.services.leases import do_claim
from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end
from reflexes.pistes.contact.proactive_desks.tests.calling import TUESDAY, tuesday_morning

pytestmark = pytest.mark.django_db
__all__ = ["tuesday_morning"]


def test_p12_accept_1_a_campaign_opens_only_with_its_purpose_approved_and_all_it_needs() -> None:
    boss = actor_for(make_person("Nadia", role=roles.SUPERVISOR))
    campaign = campaigns.do_prepare_campaign(actor=boss, title="Prendre des nouvelles")
    officer = actor_for(make_person("Denis", role=roles.DPO, organisation=campaign.organisation))
    assert campaigns.missing(campaign) == [*campaigns.MISSING]
    with pytest.raises(Refusal):
        campaigns.do_open_campaign(actor=boss, campaign=campaign)
    words = dict.fromkeys(("source", "basis_words", "purpose", "contents", "recipients", "information"), "Dit.")
    said = {**words, "basis": "public_task", "ends_on": clock.today() + timedelta(days=60)}
    dataset = datasets.do_write_dataset(actor=boss, dataset=campaign.dataset, fields=said)
    with pytest.raises(Refusal):
        datasets.do_open(actor=boss, dataset=dataset)
    datasets.do_give_opinion(actor=officer, dataset=dataset, says=Opinion.Says.FAVOURABLE, words="Rien de trop.")
    datasets.do_open(actor=boss, dataset=dataset)
    first_line = {"who_calls": "La mairie", "call_back": "06 39 98 00 00", "how_to_check": "Le standard"}
    campaigns.do_change_campaign(actor=boss, campaign=campaign, fields=first_line)
    campaign = Campaign.objects.select_related("dataset").get(pk=campaign.pk)
    make_callee(campaign)
    make_card(campaign)
    assert campaigns.missing(campaign) == ["script"]
    Script.objects.create(campaign=campaign, number=1, published_at=clock.now())
    assert campaigns.do_open_campaign(actor=boss, campaign=campaign).state == "open"
    with pytest.raises(Refusal):
        campaigns.do_change_campaign(actor=boss, campaign=campaign, fields={"who_calls": ""})
    campaigns.do_pause_campaign(actor=boss, campaign=campaign)
    with pytest.raises(Refusal) as refused:
        campaigns.do_end_campaign(actor=boss, campaign=campaign)
    assert refused.value.code == "still_waiting"


def test_a_partner_and_a_caller_open_nothing() -> None:
    campaign = make_campaign(state="draft")
    for stranger in (make_supervisor(make_campaign()), make_caller(campaign)):
        for act in (campaigns.do_open_campaign, campaigns.do_pause_campaign):
            with pytest.raises(PermissionDenied):
                act(actor=stranger, campaign=campaign)
    with pytest.raises(PermissionDenied):
        campaigns.do_prepare_campaign(actor=make_caller(campaign), title="Non")


def test_p12_accept_9_reached_useful_needs_closed_and_the_age_of_open_needs() -> None:
    campaign = make_campaign()
    caller = make_caller(campaign)
    outcomes = {"fine": {}, "need": {"words": "Du pain."}, "refused": {}, "no_answer": {}}
    for outcome, words in outcomes.items():
        lease = make_lease(make_callee(campaign), Person.objects.get(pk=caller.person_id))
        do_end(actor=caller, lease_key=lease.key, client_key=uuid.uuid4(), said=Said(outcome, **words))
    make_callee(campaign)
    with clock.travelling(TUESDAY + timedelta(days=2)):
        seen = supervision.standing(campaign)
    assert (seen.people, seen.ready, seen.later, seen.closed, seen.calls) == (5, 1, 1, 3, 4)
    assert (seen.reached, seen.useful, seen.useful_share) == (3, 2, 67)
    assert (seen.needs.needs, seen.needs.open) == (1, 1)
    assert seen.needs.median_age is not None
    assert seen.needs.median_age.days >= 1


def test_the_standing_costs_the_same_for_ten_people_and_for_one(
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    campaign = make_campaign()
    for _one in range(10):
        make_callee(campaign)
    with django_assert_max_num_queries(8):
        supervision.standing(campaign)


def test_a_lease_gone_silent_is_listed_until_somebody_saw_it() -> None:
    campaign = make_campaign()
    make_callee(campaign)
    gone, other = make_caller(campaign, "Karim"), make_caller(campaign, "Lina")
    do_claim(actor=gone, campaign=campaign)
    with clock.travelling(TUESDAY + timedelta(minutes=25)):
        do_claim(actor=other, campaign=campaign)
        assert [one.caller_id for one in supervision.gone_silent(campaign)] == [gone.person_id]
        with pytest.raises(PermissionDenied):
            supervision.do_see_silences(actor=gone, campaign=campaign)
        assert supervision.do_see_silences(actor=make_supervisor(campaign), campaign=campaign) == 1
        assert supervision.gone_silent(campaign) == []


def test_p12_accept_11_a_list_on_paper_for_one_caller_and_what_came_of_it_entered_later() -> None:
    campaign = make_campaign()
    for _one in range(4):
        make_callee(campaign)
    hard = make_callee(campaign, difficulty=3, priority=9)
    caller, boss = make_caller(campaign), make_supervisor(campaign)
    card = CallerCard.objects.select_related("campaign").get(person_id=caller.person_id)
    with pytest.raises(Refusal):
        paper.do_lend_on_paper(actor=boss, card=card, number=50)
    made = paper.do_lend_on_paper(actor=boss, card=card, number=3)
    lines = paper.do_read_list(actor=boss, paper=made)
    assert len({line.code for line in lines}) == 3
    assert Reading.objects.filter(what="call_list", allowed=True).count() == 3
    assert not Lease.objects.filter(callee=hard).exists()
    with pytest.raises(Refusal):
        paper.do_lend_on_paper(actor=boss, card=card, number=1)
    token = uuid.uuid4()
    first = lines[0].code
    typed = f" {first[:3].lower()}-{first[3:]} "
    for _twice in range(2):
        done = paper.do_enter(actor=boss, code=typed, client_key=token, said=Said("fine"))
    assert done.again
    assert Callee.objects.filter(end="fine").count() == 1
    with pytest.raises(Refusal):
        paper.do_enter(
            actor=make_caller(campaign, "Lina"), code=lines[1].code, client_key=uuid.uuid4(), said=Said("fine")
        )
    with pytest.raises(Http404):
        paper.access_paper_lease(make_supervisor(make_campaign()), lines[1].code)
    with clock.travelling(TUESDAY + timedelta(days=1, minutes=1)):
        do_claim(actor=make_caller(campaign, "Omar"), campaign=campaign)
        late = paper.do_enter(actor=caller, code=lines[1].code, client_key=uuid.uuid4(), said=Said("fine"))
        assert late.late


def test_nothing_is_destroyed_while_a_need_is_followed_then_figures_alone_remain() -> None:
    campaign = make_campaign()
    caller, boss = make_caller(campaign), make_supervisor(campaign)
    for outcome, words in {"fine": {"note": "Rit."}, "need": {"words": "Du pain."}, "refused": {}}.items():
        lease = make_lease(make_callee(campaign), Person.objects.get(pk=caller.person_id))
        do_end(actor=caller, lease_key=lease.key, client_key=uuid.uuid4(), said=Said(outcome, **words))
    dataset = Dataset.objects.get(pk=campaign.dataset_id)
    datasets.do_close(actor=boss, dataset=dataset)
    with pytest.raises(Refusal) as refused:
        holdings.shed(dataset)
    assert refused.value.code == "needs_open"
    Referral.objects.update(state="closed", told="Du pain est livré.")
    figures = holdings.shed(dataset)
    assert figures == {
        "people": 3,
        "reached": 3,
        "useful": 2,
        "texts": 4,
        "needs": 1,
        "refused": 1,
        "unreachable": 0,
        "calls": 3,
        "cases": 1,
        "needs_met": 0,
    }
    assert [model.objects.count() for model in (Callee, Lease, CallerCard, Case)] == [0, 0, 0, 0]
    assert Campaign.objects.get().state == "closed"


def test_what_is_held_of_a_telephone_is_found_by_its_number_alone() -> None:
    campaign = make_campaign()
    caller = make_caller(campaign)
    mine = make_callee(campaign, "Roux", phone="+33639980123", reasons="alone")
    make_callee(campaign, phone="+33639980124")
    lease = make_lease(mine, Person.objects.get(pk=caller.person_id))
    do_end(actor=caller, lease_key=lease.key, client_key=uuid.uuid4(), said=Said("need", words="Du pain."))
    key = keyring.take(campaign.dataset.key)
    found = list(holdings.find(campaign.dataset, "+33639980123"))
    assert [one.what for one in found] == ["callee", "call_words", "identity", "case_words"]
    assert {one.subject for one in found} == {mine.key}
    assert key.unseal(found[0].sealed)["last_name"] == "Roux"
