"""Who opens this piste: a member, a partner and a stranger."""

from django.test import Client
from django.urls import reverse

from reflexes.mechanisms.directory.models import Person
from tests.harness.cast import signed_in


def test_budgets_are_open_to_all_and_the_desk_to_its_officer_alone(
    member: Client, partner: Client, stranger: Client, facilitator: Person
) -> None:
    for client in (member, partner, stranger):
        assert client.get(reverse("citizen_dialogue_public:editions")).status_code == 200
    assert signed_in(facilitator).get(reverse("citizen_dialogue:keeper_waiting")).status_code == 200
    assert member.get(reverse("citizen_dialogue:keeper_waiting")).status_code == 404


def test_a_stranger_is_asked_to_sign_in(stranger: Client) -> None:
    answer = stranger.get(reverse("citizen_dialogue:keeper_waiting"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
