"""What is kept of a caller is theirs to read, and is forgotten with them; nobody they held is lost."""

import pytest

from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.proactive_desks import privacy
from reflexes.pistes.contact.proactive_desks.factories import make_callee, make_caller, make_campaign, make_lease
from reflexes.pistes.contact.proactive_desks.models import CallerCard, Lease

pytestmark = pytest.mark.django_db


def test_a_caller_who_leaves_is_forgotten_and_who_they_held_is_back_in_the_queue() -> None:
    campaign = make_campaign()
    person = Person.objects.get(pk=make_caller(campaign).person_id)
    callee = make_callee(campaign)
    make_lease(callee, person)
    assert set(privacy.export(person.key)) == {"campaigns_called"}
    privacy.erase(person.key)
    callee.refresh_from_db()
    assert callee.state == "ready"
    assert Lease.objects.get().caller is None
    assert not CallerCard.objects.exists()
    assert privacy.export(person.key) == {}
