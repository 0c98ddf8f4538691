"""The demo campaign has the shape of the real one, and leaves somebody to call."""

import pytest

from reflexes.mechanisms.casework.models import Referral
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory.factories import actor_for
from reflexes.mechanisms.directory.models import Organisation
from reflexes.pistes.contact.proactive_desks import demo_campaign
from reflexes.pistes.contact.proactive_desks.models import CallerCard, Campaign, Lease
from reflexes.pistes.contact.proactive_desks.services.leases import do_claim
from reflexes.pistes.contact.proactive_desks.services.supervision import standing


@pytest.mark.django_db
def test_the_demo_campaign_has_the_shape_of_the_one_of_2020() -> None:
    directory_demo.seed_communes()
    Organisation.objects.create(name=directory_demo.ORGANISATIONS["Ville"][0], kind="town")
    demo_campaign.seed(people=200, calls=160)
    campaign = Campaign.objects.get()
    seen = standing(campaign)
    assert campaign.state == "open"
    assert seen.calls > 120
    of_use = Lease.objects.filter(outcome__in=("fine", "need")).count()
    assert 35 <= 100 * of_use / seen.calls <= 60
    assert 1 <= seen.needs.needs <= 12
    assert Referral.objects.count() == seen.needs.needs
    caller = CallerCard.objects.order_by("pk").first()
    assert caller is not None
    assert isinstance(do_claim(actor=actor_for(caller.person), campaign=campaign), Lease)
