"""The guided first visit: on the real pages, skipped or ended for good, begun again from the help page."""

import pytest
from django.urls import reverse

from reflexes.core import registry
from reflexes.mechanisms.directory import privacy, roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.directory.models import GuidedVisit
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
GUIDED = [role for role in roles.ROLES if registry.guide_for(role)]


@pytest.mark.parametrize("role", GUIDED)
def test_each_role_goes_through_its_own_real_pages_to_the_end(role, town):
    person = make_person("Zoé", role=role, unit=town.home)
    client, steps = signed_in(person), registry.guide_for(role).steps
    assert 3 <= len(steps) <= 5
    for number, step in enumerate(steps, start=1):
        page = client.get(reverse(step.url_name))
        assert page.status_code == 200
        assert page.context["guide"].number == number and 'class="guide"' in page.content.decode()
        answer = client.post("/visite/", {"at": str(number), "go": "next"})
        assert answer.status_code == 302
    assert GuidedVisit.objects.get().skipped is False
    assert 'class="guide"' not in client.get(reverse(steps[0].url_name)).content.decode()


def test_it_is_skipped_in_one_gesture_and_begun_again_from_the_help_page(member, agent):
    home = reverse(registry.guide_for("agent").steps[0].url_name)
    assert 'class="guide"' in member.get(home).content.decode()
    assert member.post("/visite/", {"at": "1", "go": "skip"}).status_code == 302
    assert GuidedVisit.objects.get(person=agent).skipped
    assert 'class="guide"' not in member.get(home).content.decode()
    assert member.get("/aide/").status_code == 200
    assert member.post("/visite/recommencer/").status_code == 302
    assert 'class="guide"' in member.get(home).content.decode()


def test_another_role_of_the_same_person_has_its_own_visit(agent, town):
    GuidedVisit.objects.create(person=agent, role="host")
    home = reverse(registry.guide_for("agent").steps[0].url_name)
    assert 'class="guide"' in signed_in(agent).get(home).content.decode()


@pytest.mark.parametrize("wrong", [{}, {"at": "0", "go": "next"}, {"at": "99", "go": "next"}, {"at": "1", "go": "x"}])
def test_a_step_that_does_not_exist_is_refused_with_a_sentence(member, wrong):
    assert member.post("/visite/", wrong).status_code == 422


def test_strangers_and_roles_without_pages_find_help_and_no_visit(stranger, hr, client, nobody_behind):
    assert stranger.get("/aide/").status_code == 200
    assert stranger.post("/visite/", {"at": "1", "go": "next"}).status_code == 302
    assert signed_in(hr).get("/aide/").status_code == 200
    assert signed_in(hr).post("/visite/recommencer/").status_code == 403
    client.force_login(nobody_behind)
    assert client.get("/aide/").status_code == 200 and client.post("/visite/", {}).status_code == 403


def test_a_person_takes_their_visits_with_them(agent):
    GuidedVisit.objects.create(person=agent, role="agent")
    assert privacy.export(agent.key)["guided_visits"][0]["role"] == "agent"
    privacy.erase(agent.key)
    assert not GuidedVisit.objects.exists()


def test_saving_ones_number_does_not_undo_the_language_of_the_page(member, agent):
    member.post("/langue/", {"language": "en", "next": "/moi/"})
    saved = {"channel": "mail", "phone": "", "language": "fr"}
    assert member.post("/moi/", saved).status_code == 302
    assert member.get("/moi/").headers["Content-Language"] == "en"
    member.post("/moi/", {**saved, "language": "en"})
    member.post("/moi/", saved)
    assert member.get("/moi/").headers["Content-Language"] == "fr"
