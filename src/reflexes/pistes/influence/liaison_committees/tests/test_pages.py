"""Who reads the list of committees: everybody, signed in or not."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_member_a_partner_and_a_stranger_read_the_list(member: Client, partner: Client, stranger: Client) -> None:
    for reader in (member, partner, stranger):
        assert reader.get(reverse("liaison_committees_public:bodies")).status_code == 200
