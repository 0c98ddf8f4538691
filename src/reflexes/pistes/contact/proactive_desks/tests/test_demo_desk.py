"""The demonstration shows needs at every moment of their life, and one that a service may answer by its link."""

import pytest
from django.test import Client

from reflexes.mechanisms.casework.models import Referral, State
from reflexes.mechanisms.directory import demo as directory_demo
from reflexes.pistes.contact.proactive_desks import demo_desk

pytestmark = pytest.mark.django_db


def test_needs_stand_in_every_column_and_a_service_opens_its_link(stranger: Client) -> None:
    directory_demo.seed()
    demo_desk.seed()
    wanted = {State.TO_QUALIFY, State.SENT, State.ACCEPTED, State.DONE}
    assert {State(one) for one in Referral.objects.values_list("state", flat=True)} == wanted
    page = stranger.get("".join(demo_desk.link_of_a_service().partition("/guichets/lien/")[1:]))
    assert page.status_code == 200 and "Huguette Adam" not in page.content.decode()
    Referral.objects.filter(state=State.SENT).update(state=State.ACCEPTED)
    assert demo_desk.link_of_a_service() == ""
