"""A person sees every reading: of what was opened, and of their words read in a list (P04 (4))."""

import pytest
from django.test import Client

from reflexes.core.privacy.services import record_views
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.pistes.data.data_trust.tests.desk import SHEET, Desk, desk, opened

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


def test_p04_accept_4_words_read_in_a_list_are_readings_too(desk: Desk, stranger: Client) -> None:
    navigator = make_person("Odile", role=roles.NAVIGATOR, organisation=desk.town.hall)
    page = opened(stranger).get(SHEET).content.decode()
    assert str(roles.ROLES[roles.NAVIGATOR]) not in page
    record_views(actor_for(navigator), [desk.held.subject], "identity", "calling")
    page = opened(stranger).get(SHEET).content.decode()
    assert f"{roles.ROLES[roles.NAVIGATOR]}, {desk.town.hall}" in page
    assert navigator.last_name not in page
