"""The text message before the call: once for each person, by the operator's provider, kept nowhere."""

from typing import Any, ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from reflexes.core import keyring
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.errors import Refused
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.directory.factories import make_organisation
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.services.oppositions import do_oppose
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.contact.proactive_desks.factories import (
    fiction_phone,
    make_callee,
    make_caller,
    make_campaign,
    make_supervisor,
)
from reflexes.pistes.contact.proactive_desks.models import Campaign, Forewarning
from reflexes.pistes.contact.proactive_desks.services import texts
from tests.harness.cast import signed_in


class Provider:
    """A provider of text messages that keeps what it was given."""

    leaves = True
    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, message: Message, words: str) -> None:
        self.sent.append((message.phone, words))


@pytest.fixture(autouse=True)
def _with_a_provider(settings: Any) -> None:
    Provider.sent.clear()
    settings.TEXT_BACKEND = f"{__name__}.Provider"


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign(make_organisation())


def test_each_person_is_told_once_and_nothing_of_it_is_kept(campaign: Campaign) -> None:
    callee = make_callee(campaign, phone=fiction_phone(1234))
    make_callee(campaign, phone="+33388000000")
    actor = make_supervisor(campaign)
    assert texts.do_forewarn(actor=actor, campaign=campaign) == texts.Forewarned(1, 1)
    assert texts.do_forewarn(actor=actor, campaign=campaign).told == 0
    job = Job.objects.get(kind=texts.FOREWARN)
    assert job.payload == {"callee": callee.pk}
    texts.send_forewarning(job.payload["callee"])
    ((phone, words),) = Provider.sent
    assert phone == fiction_phone(1234)
    assert campaign.who_calls in words
    assert campaign.how_to_check in words
    assert "06 39 98 00 00" in words
    assert not Message.objects.exists()
    assert Entry.objects.filter(verb="proactive_desks.forewarned").first().params == {"count": 1}


def test_who_asked_to_be_left_alone_is_not_written_to(campaign: Campaign) -> None:
    make_callee(campaign, phone=fiction_phone(1234))
    actor = make_supervisor(campaign)
    do_oppose(
        actor=actor, organisation=campaign.organisation, phone=fiction_phone(1234), scope="calls", exercise_id=None
    )
    assert texts.do_forewarn(actor=actor, campaign=campaign).told == 0
    assert not Forewarning.objects.exists()


def test_nothing_leaves_once_the_key_is_gone_or_the_campaign_is_over(campaign: Campaign) -> None:
    callee = make_callee(campaign)
    keyring.destroy(campaign.dataset.key)
    with pytest.raises(Refused):
        texts.send_forewarning(callee.pk)
    Campaign.objects.update(state=Campaign.State.CLOSED)
    with pytest.raises(Refused):
        texts.send_forewarning(callee.pk)
    with pytest.raises(Refused):
        texts.send_forewarning(0)
    assert Provider.sent == []


def test_without_a_provider_or_before_the_calls_it_is_said_and_nobody_is_marked(
    campaign: Campaign, settings: Any
) -> None:
    make_callee(campaign)
    actor = make_supervisor(campaign)
    settings.TEXT_BACKEND = "reflexes.core.notifications.text.PageBackend"
    with pytest.raises(Refusal) as refused:
        texts.do_forewarn(actor=actor, campaign=campaign)
    assert refused.value.code == "no_provider"
    campaign.state = Campaign.State.PAUSED
    with pytest.raises(Refusal) as refused:
        texts.do_forewarn(actor=actor, campaign=campaign)
    assert refused.value.code == "not_open"
    assert not Forewarning.objects.exists()


def test_only_those_in_charge_of_the_campaign_tell_people(campaign: Campaign) -> None:
    make_callee(campaign)
    caller = make_caller(campaign)
    with pytest.raises(PermissionDenied):
        texts.do_forewarn(actor=caller, campaign=campaign)
    there = reverse("proactive_desks:forewarn", args=[campaign.slug])
    assert signed_in(Person.objects.get(pk=caller.person_id)).post(there).status_code == 404
    keeper = signed_in(Person.objects.get(pk=make_supervisor(campaign).person_id))
    assert keeper.post(there).status_code == 302
    page = keeper.get(reverse("proactive_desks:scripts", args=[campaign.slug])).content.decode()
    assert "Personnes prévenues : 1" in page.replace("\u00a0", " ").replace("\u202f", " ")
    assert Forewarning.objects.count() == 1
