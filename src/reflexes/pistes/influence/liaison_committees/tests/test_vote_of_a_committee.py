"""A committee votes: its members are put on the roll and written to, each opens one ballot with their own link."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core.notifications.models import Message
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.assembly.factories import make_body, make_college, make_seat
from reflexes.mechanisms.assembly.factories_votes import make_vote
from reflexes.mechanisms.assembly.models import Ballot, Body, Vote
from reflexes.mechanisms.directory.factories import make_person
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SLUG = "liaison_committees"


@pytest.fixture
def desk(facilitator) -> Client:
    return signed_in(facilitator)


@pytest.fixture
def body(town) -> Body:
    return make_body(town.hall, piste=SLUG)


@pytest.fixture
def members(body):
    """Two who read e-mail and one who reads paper."""
    college = make_college(body)
    people = [make_person(name, email=f"{name.lower()}@exemple.fr") for name in ("Ana", "Bo")]
    people.append(make_person("Cy", email="", channel="print"))
    for one in people:
        make_seat(college, person=one, state="held")
    return people


@pytest.fixture
def vote(town, body) -> Vote:
    return make_vote(town.hall, piste=SLUG, body=body)


def at(name: str, vote: Vote) -> str:
    return reverse(f"{SLUG}:keeper_{name}", args=[vote.slug])


def test_members_vote_by_their_own_link_once_and_are_not_written_to_again(desk, vote, members, client):
    page = desk.get(at("roll", vote))
    assert page.context["members"] == 3
    assert desk.post(at("members_enrol", vote)).status_code == 302
    assert desk.post(at("members_enrol", vote)).status_code == 302
    assert vote.roll.count() == 3
    assert "3 personnes" in desk.get(at("links_send", vote)).content.decode()
    for _time in range(2):
        assert desk.post(at("links_send", vote)).status_code == 302
    run_all()
    letters = {one.person_key: one for one in Message.objects.filter(key__contains="vote_link")}
    assert len(letters) == 3
    link = _link_of(letters[members[0].key])
    assert not _link_of(letters[members[2].key])
    ballot = client.get(link, follow=True)
    assert ballot.status_code == 200
    address = ballot.redirect_chain[-1][0] if ballot.redirect_chain else link
    client.post(address, {"step": "cast", "choice": ["01"]})
    assert Ballot.objects.filter(vote=vote).count() == 1
    assert vote.roll.filter(voted=True).get().person == members[0]
    assert desk.get(at("roll", vote)).context["to_write_to"] == 2


def _link_of(message: Message) -> str:
    return next((urlsplit(way.url).path for way in message.actions.all() if "/lien/bulletin/" in way.url), "")


def test_links_leave_only_once_the_vote_is_frozen(desk, town, body, members):
    draft = make_vote(town.hall, piste=SLUG, body=body, frozen=False)
    desk.post(at("members_enrol", draft))
    answer = desk.post(at("links_send", draft))
    assert answer.status_code == 422
    assert not Message.objects.exists()


def test_an_officer_elsewhere_finds_neither_the_roll_nor_the_links(partner, member, vote):
    for name in ("members_enrol", "links_send"):
        assert partner.post(at(name, vote)).status_code == 404
        assert member.post(at(name, vote)).status_code == 404
