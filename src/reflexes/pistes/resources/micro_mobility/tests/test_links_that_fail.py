"""Links that fail: each has its sentence and a way out, writes nothing, and opens no session."""

from datetime import timedelta

import pytest

from reflexes.core import clock
from reflexes.core.accounts.links import make_link, revoke_links
from reflexes.core.accounts.models import MagicLink
from reflexes.core.notifications.models import Message
from reflexes.mechanisms.allocation.factories import make_assignment, make_need, make_offer
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.directory.factories import make_person

pytestmark = pytest.mark.django_db
ANSWER = "/micro-mobilite/reponse/"


def path_to(person, mission, *, purpose="answer", path=ANSWER, **fields):
    address = make_link(person_key=person.key, purpose=purpose, subject=f"assignment:{mission.pk}", path=path, **fields)
    return path + address.rsplit("/", 1)[1]


@pytest.fixture
def proposal(agent):
    make_offer(agent)
    return make_assignment(make_need().slots.get(), agent)


def nothing_moved(proposal):
    return Assignment.objects.get(pk=proposal.pk).state == "proposed"


def test_a_link_that_is_too_old_says_so_and_sends_a_new_one_to_its_owner(stranger, agent, proposal):
    path = path_to(agent, proposal, days=-1)
    page = stranger.get(path)
    assert page.status_code == 410 and "Ce lien est trop ancien" in page.content.decode()
    assert stranger.post(path, {"reponse": "oui"}).status_code == 410
    assert nothing_moved(proposal)
    assert stranger.post("/lien/nouveau/", {"token": path.rsplit("/", 1)[1]}).status_code == 200
    assert Message.objects.get().person_key == agent.key


def test_a_link_used_already_says_that_the_answer_is_recorded(stranger, agent, proposal):
    path = path_to(agent, proposal)
    MagicLink.objects.update(used_at=clock.now())
    page = stranger.get(path)
    assert page.status_code == 410 and "Vous avez déjà répondu" in page.content.decode()
    assert stranger.post(path, {"reponse": "oui"}).status_code == 410
    assert nothing_moved(proposal)


def test_a_link_to_a_question_withdrawn_says_so(stranger, agent, proposal):
    path = path_to(agent, proposal)
    revoke_links(purpose="answer", subject=f"assignment:{proposal.pk}")
    page = stranger.get(path)
    assert page.status_code == 410 and "Ce lien est fermé" in page.content.decode()


@pytest.mark.parametrize("kept", [42, 30, 10, 1])
def test_a_link_cut_by_a_mail_program_says_that_a_part_is_missing(stranger, agent, proposal, kept):
    path = path_to(agent, proposal)
    token = path.removeprefix(ANSWER)
    page = stranger.get(ANSWER + token[:kept])
    assert page.status_code == 404 and "Ce lien est incomplet" in page.content.decode()
    assert nothing_moved(proposal)


@pytest.mark.parametrize(
    "path", [ANSWER, "/micro-mobilite/limite/", "/micro-mobilite/retour/", "/micro-mobilite/service/reponse/"]
)
def test_a_link_that_lost_its_whole_end_says_so_too(stranger, path):
    page = stranger.get(path)
    assert page.status_code == 404 and "Ce lien est incomplet" in page.content.decode()


@pytest.mark.parametrize("left", [".", ",", ")", "%3E", "%22", "%20", "%C2%BB", ").", "%E2%80%A6"])
def test_what_a_mail_program_left_at_the_end_does_not_break_a_link(stranger, agent, proposal, left):
    path = path_to(agent, proposal) + left
    assert stranger.get(path).status_code == 200
    assert stranger.post(path, {"reponse": "oui"}).status_code == 302
    assert Assignment.objects.get(pk=proposal.pk).state == "accepted"


def test_a_link_that_never_was_leads_nowhere(stranger, proposal):
    page = stranger.get(f"{ANSWER}{'x' * 43}")
    assert page.status_code == 404 and "Ce lien ne mène nulle part" in page.content.decode()


def test_a_link_to_somebody_elses_mission_answers_nothing(stranger, agent, proposal, town):
    other = make_person("Basile", role="agent", unit=town.home)
    path = path_to(other, proposal)
    assert stranger.get(path).status_code == 410
    assert stranger.post(path, {"reponse": "oui"}).status_code == 410
    assert nothing_moved(proposal)


def test_a_link_forwarded_to_somebody_says_whose_question_it_is(stranger, agent, proposal):
    page = stranger.get(path_to(agent, proposal)).content.decode()
    assert "Vous n’êtes pas Amina" in page


def test_a_link_of_another_kind_does_not_open_this_question(stranger, agent, proposal):
    path = path_to(agent, proposal, purpose="return")
    assert stranger.get(path).status_code == 404


def test_a_link_opens_nothing_for_whoever_was_erased_and_no_link_opens_a_session(stranger, agent, proposal):
    path = path_to(agent, proposal)
    assert stranger.get(path).status_code == 200
    assert "_auth_user_id" not in stranger.session
    agent.erased_at = clock.now() - timedelta(days=1)
    agent.save()
    assert stranger.get(path).status_code == 410


def test_every_refused_link_says_whom_to_call(stranger, agent, proposal, coordinator):
    for path in (ANSWER, path_to(agent, proposal, days=-1)):
        page = stranger.get(path).content.decode()
        assert "tel:" in page or "appel" in page
