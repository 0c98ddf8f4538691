"""The demonstration shows visits that calls ask of units: two to make and one made, and one silent."""

import pytest

from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.pistes.contact.proactive_desks import demo_campaign, demo_units, demo_visits
from reflexes.pistes.contact.proactive_desks.models import EntrustedVisit, ProximityUnit
from reflexes.pistes.contact.proactive_desks.perms_units import entrusted_visits

pytestmark = pytest.mark.django_db


def test_one_unit_has_two_visits_to_make_and_one_made_and_another_is_silent() -> None:
    directory_demo.seed()
    demo_campaign.seed(people=200, calls=20)
    demo_units.seed()
    demo_visits.seed()
    first = ProximityUnit.objects.order_by("pk").first()
    nadia = first.members.get(place="lead").person
    assert str(nadia) == "Nadia Heitz"
    waiting = entrusted_visits(actor_of(nadia, nadia.capacities.get()))
    assert waiting.count() == 2 and not any(one.is_late for one in waiting)
    assert first.entrusted.get(came="well").task.result == "reached"
    assert EntrustedVisit.objects.exclude(unit=first).get().is_late
    assert not Message.objects.filter(key__startswith="visit-").exists()
