"""The door of the house, for a agent, a partner_host, a stranger and an account nobody stands behind."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.accounts.models import User
from reflexes.core.notifications.models import Message
from reflexes.core.privacy.services import record_view
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_capacity, make_organisation, make_person
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db

CLOSED = ["acting_switch", "account_me", "account_data", "account_data_file", "invite"]


def signed_in(person_or_user) -> Client:
    """Return the browser of a person, or of an account nobody stands behind."""
    client = Client()
    client.force_login(getattr(person_or_user, "user", person_or_user))
    return client


def said(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("name", CLOSED)
def test_a_stranger_is_asked_to_sign_in_first(stranger, name):
    response = stranger.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_a_stranger_reads_what_the_house_is_and_where_to_sign_in(stranger):
    response = stranger.get("/")
    assert response.status_code == 200
    assert reverse("account_login") in said(response)


def test_outside_a_demonstration_nobody_enters_without_a_password(stranger, agent):
    assert reverse("demo_sign_in") not in said(stranger.get("/"))
    capacity = agent.capacities.first()
    assert stranger.post(reverse("demo_sign_in"), {"capacity": capacity.pk}).status_code == 404
    assert "_auth_user_id" not in stranger.session


@override_settings(DEMO=True)
def test_in_a_demonstration_one_click_enters_as_a_role(stranger, agent):
    capacity = agent.capacities.get(role=roles.VOLUNTEER)
    assert reverse("demo_sign_in") in said(stranger.get("/"))
    response = stranger.post(reverse("demo_sign_in"), {"capacity": capacity.pk})
    assert response.status_code == 302
    page = stranger.get(reverse("account_me"))
    assert page.wsgi_request.capacity == capacity


@override_settings(DEMO=True)
@pytest.mark.parametrize("wrong", ["", "abc", "0", "9" * 30, "²"])
def test_in_a_demonstration_an_unknown_choice_opens_nothing(stranger, agent, wrong):
    assert stranger.post(reverse("demo_sign_in"), {"capacity": wrong}).status_code == 404


@override_settings(DEMO=True)
def test_in_a_demonstration_a_closed_account_is_not_offered(stranger, agent):
    User.objects.update(is_active=False)
    capacity = agent.capacities.first()
    assert stranger.post(reverse("demo_sign_in"), {"capacity": capacity.pk}).status_code == 404


def test_an_account_nobody_stands_behind_is_told_what_to_do(nobody_behind):
    client = signed_in(nobody_behind)
    for name in ("home", "account_me"):
        response = client.get(reverse(name))
        assert response.status_code == 200
        assert nobody_behind.email in said(response)
        assert reverse("account_email") in said(response)
    assert client.get(reverse("account_data")).status_code == 404
    assert client.get(reverse("invite")).status_code == 403


def test_a_person_whose_capacities_have_ended_is_told_so(partner_host):
    Capacity.objects.update(ends_on=clock.today() - timedelta(days=1))
    response = signed_in(partner_host).get("/")
    assert response.status_code == 200
    assert response.wsgi_request.actor.role == ""
    assert response.wsgi_request.person == partner_host


def test_a_member_sees_their_capacities_and_nobody_elses(member, partner_host):
    page = said(member.get(reverse("acting_switch")))
    assert "Les Paniers" in page
    assert "Ville" in page
    assert page.count('name="capacity"') >= 1
    assert f'value="{partner_host.capacities.get().pk}"' not in page


def test_a_member_chooses_in_which_capacity_to_act(member, agent):
    volunteer = agent.capacities.get(role=roles.VOLUNTEER)
    assert member.post(reverse("acting_switch"), {"capacity": volunteer.pk}).url == reverse("home")
    response = member.get(reverse("acting_switch"))
    assert response.wsgi_request.capacity == volunteer
    assert response.wsgi_request.actor.role == roles.VOLUNTEER
    assert response.wsgi_request.actor.organisation_id == volunteer.organisation_id


@pytest.mark.parametrize("wrong", ["", "abc", "99999999"])
def test_a_capacity_one_does_not_hold_is_refused_with_a_sentence(member, agent, wrong):
    before = member.get(reverse("acting_switch")).wsgi_request.capacity
    response = member.post(reverse("acting_switch"), {"capacity": wrong})
    assert response.status_code == 422
    assert 'role="alert"' in said(response)
    assert response.wsgi_request.capacity == before


def test_a_member_cannot_act_in_a_partners_capacity(member, partner_host):
    stolen = partner_host.capacities.get()
    assert member.post(reverse("acting_switch"), {"capacity": stolen.pk}).status_code == 422
    assert member.get(reverse("acting_switch")).wsgi_request.capacity != stolen


def test_someone_who_loses_a_capacity_is_moved_to_another_and_told_once(member, agent):
    volunteer = agent.capacities.get(role=roles.VOLUNTEER)
    member.post(reverse("acting_switch"), {"capacity": volunteer.pk})
    member.get(reverse("acting_switch"))
    Capacity.objects.filter(pk=volunteer.pk).update(ends_on=clock.today() - timedelta(days=1))
    response = member.get(reverse("acting_switch"))
    assert response.wsgi_request.capacity.role == roles.AGENT
    assert "toast-warning" in said(response)
    assert "toast-warning" not in said(member.get(reverse("acting_switch")))


def test_someone_whose_capacity_was_deleted_is_moved_and_told(member, agent):
    volunteer = agent.capacities.get(role=roles.VOLUNTEER)
    member.post(reverse("acting_switch"), {"capacity": volunteer.pk})
    member.get(reverse("acting_switch"))
    volunteer.delete()
    response = member.get(reverse("acting_switch"))
    assert response.wsgi_request.capacity.role == roles.AGENT
    assert "toast-warning" in said(response)


def test_someone_never_moved_silently_even_before_any_choice(partner_host):
    client = signed_in(partner_host)
    first = client.get(reverse("acting_switch")).wsgi_request.capacity
    make_capacity(partner_host, role=roles.VOLUNTEER, organisation=make_organisation("Autre maison"))
    Capacity.objects.filter(pk=first.pk).update(ends_on=clock.today() - timedelta(days=1))
    assert "toast-warning" in said(client.get(reverse("acting_switch")))


def test_a_member_chooses_how_to_be_reached(member, agent):
    response = member.post(
        reverse("account_me"), {"channel": "text", "phone": "06 39 98 12 34", "language": "en"}, follow=True
    )
    agent.refresh_from_db()
    assert (agent.channel, agent.phone, agent.language) == ("text", "+33639981234", "en")
    assert response.headers["Content-Language"] == "en"
    assert Entry.objects.get(verb="directory.contact_set").params == {"channel": "text"}


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        ({"channel": "text", "phone": "", "language": "fr"}, "phone"),
        ({"channel": "phone", "phone": "12", "language": "fr"}, "phone"),
        ({"channel": "pigeon", "phone": "", "language": "fr"}, "channel"),
        ({"channel": "mail", "phone": "", "language": "xx"}, "language"),
        ({}, "channel"),
    ],
)
def test_an_answer_that_would_reach_nobody_is_refused_and_nothing_is_written(member, agent, answer, field):
    response = member.post(reverse("account_me"), answer)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    agent.refresh_from_db()
    assert (agent.channel, agent.phone) == ("mail", "+33639981234")
    assert not Entry.objects.filter(verb="directory.contact_set").exists()


def test_someone_without_an_email_cannot_choose_mail(partner_host):
    Person.objects.filter(pk=partner_host.pk).update(email="")
    response = signed_in(partner_host).post(reverse("account_me"), {"channel": "mail", "phone": "", "language": "fr"})
    assert response.status_code == 422


def test_a_member_sees_what_is_known_and_who_read_it(member, agent, partner_host):
    record_view(actor_for(partner_host), agent.key, "contact", "mission")
    page = said(member.get(reverse("account_data")))
    assert "Les Paniers" in page
    assert "Paula" not in page


def test_a_member_takes_what_is_known_away_as_a_file(member, agent):
    response = member.get(reverse("account_data_file"))
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.json()["person_key"] == str(agent.key)


def test_the_number_of_queries_does_not_grow_with_capacities(member, agent, django_assert_max_num_queries):
    member.get(reverse("acting_switch"))
    for number in range(8):
        make_capacity(agent, role=roles.VOLUNTEER, organisation=make_organisation(f"Maison {number}"))
    with django_assert_max_num_queries(6):
        member.get(reverse("acting_switch"))


def test_only_those_who_look_after_the_directory_invite(member, partner, coordinator):
    assert member.get(reverse("invite")).status_code == 403
    assert partner.get(reverse("invite")).status_code == 403
    assert signed_in(coordinator).get(reverse("invite")).status_code == 200


def test_human_resources_invite_their_own_organisation_only(hr, town):
    theirs = make_person(email="nadia@ville.example", account=False, first_name="Nadia", last_name="Ours")
    make_capacity(theirs, role=roles.AGENT, organisation=town.hall)
    other = make_person(email="louis@asso.example", account=False, first_name="Louis", last_name="Ailleurs")
    make_capacity(other, role=roles.HOST, organisation=town.association)
    client = signed_in(hr)
    page = said(client.get(reverse("invite")))
    assert "Nadia" in page
    assert "Louis" not in page
    assert client.post(reverse("invite"), {"person": str(other.key)}).status_code == 404
    assert client.post(reverse("invite"), {"person": "not a key"}).status_code == 404


def test_people_are_found_whatever_their_accents(coordinator):
    make_person(email="e@ville.example", account=False, first_name="Élodie", last_name="Évrard")
    client = signed_in(coordinator)
    assert "Élodie" in said(client.get(reverse("invite"), {"q": "EVRARD"}))
    assert "Élodie" not in said(client.get(reverse("invite"), {"q": "zzz"}))


def invited(coordinator: Person, person: Person) -> str:
    response = signed_in(coordinator).post(reverse("invite"), {"person": str(person.key)})
    assert response.status_code == 302
    message = Message.objects.get(person_key=person.key)
    return message.actions.get().url.removeprefix("http://127.0.0.1:8000")


def test_an_invited_person_opens_their_account_and_signs_in(coordinator, town):
    person = make_person(
        email="nadia@ville.example", account=False, first_name="Nadia", channel="phone", phone="+33639981234"
    )
    make_capacity(person, role=roles.AGENT, organisation=town.hall)
    path = invited(coordinator, person)
    client = Client()
    assert client.get(path).status_code == 200
    password = {"password": "trois mots bien à moi", "again": "trois mots bien à moi"}
    assert client.post(path, password).status_code == 302
    assert "_auth_user_id" not in client.session
    person.refresh_from_db()
    assert person.user.email == "nadia@ville.example"
    sign_in = client.post(
        reverse("account_login"), {"login": "nadia@ville.example", "password": "trois mots bien à moi"}
    )
    assert sign_in.status_code == 302
    assert client.get(reverse("account_me")).wsgi_request.person == person
    assert client.get(path).status_code == 410
    assert client.post(path, password).status_code == 410


def test_an_invitation_refuses_a_weak_password_and_stays_open(coordinator):
    person = make_person(email="nadia@ville.example", account=False)
    path = invited(coordinator, person)
    for weak in ({"password": "court", "again": "court"}, {"password": "a" * 20, "again": "b" * 20}, {}):
        assert Client().post(path, weak).status_code == 422
    person.refresh_from_db()
    assert person.user is None
    assert Client().get(path).status_code == 200


def test_an_invitation_ties_the_account_that_already_has_the_email(coordinator, nobody_behind):
    person = make_person(email=nobody_behind.email, account=False)
    path = invited(coordinator, person)
    Client().post(path, {"password": "trois mots bien à moi", "again": "trois mots bien à moi"})
    person.refresh_from_db()
    assert person.user == nobody_behind
    assert nobody_behind.check_password("a long enough secret")


def test_people_who_cannot_be_invited_are_told_why(coordinator, agent):
    client = signed_in(coordinator)
    without = make_person(email="", account=False)
    response = client.post(reverse("invite"), {"person": str(without.key)})
    assert response.status_code == 422
    one = make_person(email="accueil@asso.example", account=False)
    make_person(email="Accueil@asso.example", account=False)
    assert client.post(reverse("invite"), {"person": str(one.key)}).status_code == 422
    assert client.post(reverse("invite"), {"person": str(agent.key)}).status_code == 404
    assert not Message.objects.exists()
