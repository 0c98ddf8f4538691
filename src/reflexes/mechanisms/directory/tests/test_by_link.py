"""Pages opened by a link: refusals said in words, a new link sent to its owner, no session."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from reflexes.core import clock
from reflexes.core.accounts import links
from reflexes.core.accounts.models import MagicLink
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.by_link import answered_by_link
from reflexes.mechanisms.directory.joining import INVITATION, INVITATION_PATH
from reflexes.mechanisms.directory.models import Capacity, Person

pytestmark = pytest.mark.django_db


def link_to(person: Person, **kwargs) -> tuple[str, str]:
    """Return the path and the token of a link that opens the page of invitations."""
    address = links.make_link(
        person_key=person.key, purpose=INVITATION, subject=f"person:{person.pk}", path=INVITATION_PATH, **kwargs
    )
    path = address.split("8000", 1)[1]
    return path, path.rsplit("/", 1)[1]


def test_a_stranger_with_a_guessed_link_finds_nothing(stranger):
    response = stranger.get(f"{INVITATION_PATH}{'x' * 43}")
    assert response.status_code == 404
    assert "_auth_user_id" not in stranger.session


def test_a_link_opens_a_page_and_no_session(agent):
    client = Client()
    response = client.get(link_to(agent)[0])
    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "no-store" in response.headers["Cache-Control"]


def test_a_link_that_is_too_old_offers_a_new_one_sent_to_its_owner_only(agent):
    path, token = link_to(agent, days=-1)
    page = Client().get(path)
    assert page.status_code == 410
    assert reverse("link_renew") in page.content.decode()
    answer = Client().post(reverse("link_renew"), {"token": token})
    assert answer.status_code == 200
    message = Message.objects.get()
    fresh = message.actions.get().url
    assert message.email == agent.email
    assert fresh.rsplit("/", 1)[1] not in answer.content.decode()
    assert Client().get(fresh.split("8000", 1)[1]).status_code == 200


def test_a_link_is_renewed_once_so_nobody_is_flooded(agent):
    _path, token = link_to(agent, days=-1)
    answers = [Client().post(reverse("link_renew"), {"token": token}).status_code for _ in range(3)]
    assert answers == [200, 410, 410]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x", "é" * 50, "x" * 5000])
def test_a_new_link_for_a_token_that_never_was_is_refused(stranger, token):
    assert stranger.post(reverse("link_renew"), {"token": token}).status_code == 404
    assert not Message.objects.exists()


def test_used_and_revoked_links_say_what_happened(agent):
    path, token = link_to(agent)
    links.use_link(links.open_link(token, INVITATION))
    used = Client().get(path)
    path, _token = link_to(agent)
    links.revoke_links(purpose=INVITATION, subject=f"person:{agent.pk}")
    revoked = Client().get(path)
    assert (used.status_code, revoked.status_code) == (410, 410)
    assert used.content != revoked.content
    assert reverse("link_renew") not in used.content.decode() + revoked.content.decode()


def test_a_link_of_someone_erased_is_void(agent):
    path, _token = link_to(agent)
    Person.objects.update(erased_at=clock.now())
    assert Client().get(path).status_code == 410


def test_a_link_for_a_role_no_longer_held_is_void_and_acts_in_that_role_when_held(agent, partner_host):
    seen = []

    @answered_by_link("answer", role=roles.AGENT)
    def view(request, *, link, person, actor):
        seen.append(actor)
        return HttpResponse()

    def opened(person) -> int:
        address = links.make_link(person_key=person.key, purpose="answer", subject="assignment:1", path="/a/")
        request = RequestFactory().get("/a/")
        request.session, request.user = {}, person.user
        return view(request, token=address.rsplit("/", 1)[1]).status_code

    assert opened(agent) == 200
    assert (seen[0].role, seen[0].person_key) == (roles.AGENT, agent.key)
    assert opened(partner_host) == 410
    Capacity.objects.filter(role=roles.AGENT).update(ends_on=clock.today() - timedelta(days=1))
    assert opened(agent) == 410


def test_a_link_of_an_exercise_is_answered_at_the_date_of_the_exercise(agent):
    dates = []

    @answered_by_link("answer")
    def view(request, *, link, person, actor):
        dates.append((clock.now(), actor.exercise_id))
        return HttpResponse()

    with clock.shifted(timedelta(days=100)):
        address = links.make_link(
            person_key=agent.key, purpose="answer", subject="assignment:1", path="/a/", exercise_id=3
        )
    view(RequestFactory().get("/a/"), token=address.rsplit("/", 1)[1])
    assert dates[0][0] - clock.real_now() > timedelta(days=99)
    assert dates[0][1] == 3
    assert MagicLink.objects.get().used_at is None
