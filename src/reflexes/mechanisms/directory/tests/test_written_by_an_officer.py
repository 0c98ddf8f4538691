"""A participation officer writes the residents who may sit for their own organisation, and nobody else."""

import pytest
from django.core.exceptions import PermissionDenied

from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.by_hand import do_write_person
from reflexes.mechanisms.directory.factories import actor_for
from reflexes.mechanisms.directory.models import Person

pytestmark = pytest.mark.django_db
WHO = {"first_name": "Salma", "last_name": "Keller", "channel": "phone", "phone": "06 39 98 77 01"}


def test_an_officer_writes_a_resident_once(town, facilitator):
    capacity = do_write_person(actor=actor_for(facilitator), organisation=town.hall, **WHO)
    assert (capacity.role, capacity.organisation) == (roles.RESIDENT, town.hall)
    with pytest.raises(Refusal) as refused:
        do_write_person(actor=actor_for(facilitator), organisation=town.hall, **WHO)
    assert refused.value.code == "person_known"


def test_an_officer_writes_nobody_for_another_organisation_nor_into_a_service(town, facilitator):
    for where in ({"organisation": town.association}, {"unit": town.home}, {}):
        with pytest.raises(PermissionDenied):
            do_write_person(actor=actor_for(facilitator), **where, **WHO)
    assert not Person.objects.filter(last_name="Keller").exists()


def test_an_agent_and_a_partner_write_nobody(town, agent, partner_host):
    for somebody in (agent, partner_host):
        with pytest.raises(PermissionDenied):
            do_write_person(actor=actor_for(somebody), organisation=town.hall, **WHO)
