"""What the door adds to the cast of the house: the agent is also a volunteer next door."""

import pytest

from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_capacity
from reflexes.mechanisms.directory.models import Person


@pytest.fixture
def agent(agent: Person, town) -> Person:
    """An agent of the town, who is also a volunteer of the association."""
    Person.objects.filter(pk=agent.pk).update(phone="+33639981234")
    agent.refresh_from_db()
    make_capacity(agent, role=roles.VOLUNTEER, organisation=town.association)
    return agent
