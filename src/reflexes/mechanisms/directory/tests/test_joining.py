"""How an account and a person of the directory find each other, and when they must not."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.accounts.models import User
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_capacity, make_person
from reflexes.mechanisms.directory.joining import do_attach_account, do_invite
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase assez longue"


@pytest.fixture(autouse=True)
def forget_tries():
    cache.clear()


def opened(email: str) -> Client:
    """Open an account oneself and prove the e-mail."""
    client = Client()
    client.post(reverse("account_signup"), {"email": email, "password1": PASSWORD, "password2": PASSWORD})
    path = re.search(r"https?://[^/]+(/\S+)", Message.objects.get(email=email.lower()).body).group(1)
    client.post(path)
    return client


def test_a_member_who_opens_an_account_is_tied_to_their_person_once_the_email_is_proven(town):
    person = make_person(email="Nadia@Ville.example", account=False, language="en")
    make_capacity(person, role=roles.AGENT, organisation=town.hall)
    opened("nadia@ville.example")
    person.refresh_from_db()
    assert person.user.email == "nadia@ville.example"
    assert person.user.language == "en"
    assert Entry.objects.get(verb="directory.account_attached").object_key == str(person.key)


def test_before_the_email_is_proven_nobody_is_tied():
    person = make_person(email="nadia@ville.example", account=False)
    Client().post(
        reverse("account_signup"),
        {"email": "nadia@ville.example", "password1": PASSWORD, "password2": PASSWORD},
    )
    person.refresh_from_db()
    assert person.user is None


def test_a_stranger_to_the_directory_keeps_an_account_alone():
    make_person(email="nadia@ville.example", account=False)
    opened("inconnue@ailleurs.example")
    assert Person.objects.filter(user__isnull=False).count() == 0


def test_two_people_who_share_an_email_are_not_guessed_apart():
    make_person(email="accueil@asso.example", account=False)
    make_person(email="accueil@asso.example", account=False)
    user = User.objects.create_user("accueil@asso.example")
    assert do_attach_account(user=user, email=user.email) is None


def test_a_person_who_has_an_account_is_never_given_to_another(partner_host):
    thief = User.objects.create_user("voleur@ailleurs.example")
    assert do_attach_account(user=thief, email=partner_host.email) is None
    partner_host.refresh_from_db()
    assert partner_host.user != thief


def test_an_account_stands_for_one_person_only(agent):
    make_person(email="autre@ville.example", account=False)
    assert do_attach_account(user=agent.user, email="autre@ville.example") is None


def test_someone_erased_is_not_tied_again():
    make_person(email="nadia@ville.example", account=False, erased_at=clock.now())
    user = User.objects.create_user("nadia@ville.example")
    assert do_attach_account(user=user, email=user.email) is None


def test_a_person_written_in_the_directory_later_is_tied_at_the_next_sign_in():
    user = User.objects.create_user("nadia@ville.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    person = make_person(email="nadia@ville.example", account=False)
    Client().post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    person.refresh_from_db()
    assert person.user == user


def test_messages_follow_a_member_who_changes_their_email(agent):
    client = Client()
    client.post(reverse("account_login"), {"login": agent.email, "password": "a long enough secret"})
    client.post(reverse("account_email"), {"action_add": "", "email": "amina.diallo@ville.example"})
    path = re.search(r"https?://[^/]+(/\S+)", Message.objects.get(email="amina.diallo@ville.example").body).group(1)
    client.post(path)
    client.post(reverse("account_email"), {"action_primary": "", "email": "amina.diallo@ville.example"})
    agent.refresh_from_db()
    assert agent.email == "amina.diallo@ville.example"
    assert agent.user.email == "amina.diallo@ville.example"


def test_a_member_and_a_partner_cannot_invite_even_by_the_service(agent, partner_host):
    person = make_person(email="nadia@ville.example", account=False)
    for inviter in (agent, partner_host):
        with pytest.raises(PermissionDenied):
            do_invite(actor=actor_for(inviter), person=person)


def test_an_invitation_is_written_in_the_persons_language_and_goes_by_mail(coordinator):
    person = make_person(email="nadia@ville.example", account=False, language="en", channel="print")
    do_invite(actor=actor_for(coordinator), person=person)
    message = Message.objects.get()
    assert (message.way, message.language) == ("mail", "en")
    assert "Nadia" not in message.subject
    assert message.actions.count() == 1
