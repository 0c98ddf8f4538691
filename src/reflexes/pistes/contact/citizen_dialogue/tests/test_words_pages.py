"""The shared screens of words, held by a consultation of no body: said, typed, proposed, answered, taken back, judged."""

import uuid
from functools import partial

import pytest

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import (
    make_body,
    make_commitment,
    make_consultation,
    make_contribution,
    make_proposal,
)
from reflexes.mechanisms.assembly.links import REVIEW, SAID, TO_ANSWER
from reflexes.mechanisms.assembly.links import link_for as link_of_piste
from reflexes.mechanisms.assembly.models import Consultation, Contribution, Proposal, Review
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.pistes.contact.citizen_dialogue.circles import DIALOGUE
from reflexes.pistes.contact.citizen_dialogue.factories import make_edition
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
SLUG = "citizen_dialogue"
link_for = partial(link_of_piste, SLUG)


@pytest.fixture
def door(town, elected) -> Consultation:
    return make_consultation(town.hall, piste=SLUG, answerer=elected, title="La piste du quai")


@pytest.fixture
def desk(facilitator):
    return signed_in(facilitator)


@pytest.fixture
def asked(door) -> Proposal:
    return proposal_of(door)


def proposal_of(door: Consultation, **fields) -> Proposal:
    values = {"title": "Des bancs", "words": "Trois bancs.", "answerer": door.answerer, "answer_due_on": clock.today()}
    return Proposal.objects.create(piste=SLUG, consultation=door, **{**values, **fields})


def path(address: str) -> str:
    return "/" + address.split("/", 3)[3].partition("?")[0]


def test_words_are_said_typed_and_read_together(desk, door, member, partner, stranger):
    speak = DIALOGUE.public("speak", door.slug)
    for reader in (member, partner, stranger):
        sent = {"client_key": str(uuid.uuid4()), "kind": "idea", "words": "De l’ombre."}
        answer = reader.post(speak, sent)
        assert answer.status_code == 302 and reader.get(answer["Location"]).status_code == 200
    typed = {"client_key": str(uuid.uuid4()), "channel": "paper", "words": "Sur papier.", "said_on": str(clock.today())}
    assert desk.post(DIALOGUE.desk("type", door.slug), typed).status_code == 302
    assert len(stranger.get(speak).context["rows"]) == 4
    assert len(desk.get(DIALOGUE.desk("contributions")).context["rows"]) == 4
    assert stranger.get(DIALOGUE.public("rules", door.slug)).status_code == 200
    assert stranger.get(DIALOGUE.public("speak", "no-such")).status_code == 404


def test_a_proposal_is_made_of_what_was_said_here_and_of_nothing_said_elsewhere(desk, door, elected):
    here, elsewhere = make_contribution(door), make_contribution(make_consultation(door.organisation, piste=SLUG))
    new = DIALOGUE.desk("proposal_new", door.slug)
    form = desk.get(new).context["form"]
    assert list(form.fields["contributions"].queryset) == [here] and "session" not in form.fields
    typed = {"title": "Des bancs", "words": "Trois bancs."}
    assert desk.post(new, {**typed, "contributions": [elsewhere.pk]}).status_code == 422
    assert desk.post(new, {**typed, "contributions": [here.pk]}).status_code == 302
    made = Proposal.objects.get()
    assert (made.consultation, made.body, made.answerer) == (door, None, elected)
    assert desk.post(DIALOGUE.desk("unmerge", made.pk), {"contribution": here.pk}).status_code == 302
    assert desk.get(DIALOGUE.desk("merge", made.pk)).status_code == 200


def test_proposals_are_read_by_all_and_taken_away_as_files(door, asked, stranger):
    proposal_of(make_consultation(door.organisation, piste=SLUG))
    page = stranger.get(DIALOGUE.public("proposals", door.slug))
    assert [life.proposal for life in page.context["lives"]] == [asked]
    assert stranger.get(DIALOGUE.public("proposal_page", door.slug, asked.pk)).status_code == 200
    assert "Des bancs" in stranger.get(DIALOGUE.public("proposals_csv", door.slug)).content.decode("utf-8-sig")
    told = stranger.get(DIALOGUE.public("proposals_json", door.slug)).json()
    assert (told["consultation"], len(told["proposals"])) == (door.title, 1)


def test_the_page_of_proposals_asks_the_same_number_of_questions_however_long(door, asked, stranger, constant_queries):
    constant_queries(stranger, DIALOGUE.public("proposals", door.slug), lambda: proposal_of(door))


def test_the_desk_of_one_piste_shows_nothing_of_another(desk, asked, door, town, partner, stranger):
    foreign = make_proposal(make_body(town.hall, piste="liaison_committees"))
    listed = desk.get(DIALOGUE.desk("proposals"))
    assert list(listed.context["rows"]) == [asked]
    assert desk.get(DIALOGUE.desk("proposal", foreign.pk)).status_code == 404
    for url in (DIALOGUE.desk("proposal", asked.pk), DIALOGUE.desk("consultation", door.slug)):
        assert desk.get(url).status_code == 200
        assert partner.get(url).status_code == 404 and stranger.get(url).status_code == 302


def test_whoever_owes_it_answers_by_link_and_a_link_opens_nothing_of_another_piste(
    door, asked, elected, stranger, town
):
    address = path(link_for(elected, TO_ANSWER, asked.pk, exercise_id=None))
    assert stranger.post(address, {"state": "adopted", "geste": "publier"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "adopted"
    foreign = make_proposal(make_body(town.hall, piste="liaison_committees", answerer=elected), answerer=elected)
    assert stranger.get(path(link_for(elected, TO_ANSWER, foreign.pk, exercise_id=None))).status_code == 410


def test_words_are_taken_back_and_a_review_is_called_by_link(door, asked, stranger):
    nadia = make_person("Nadia", account=False)
    said = make_contribution(door, person=nadia, proposal=asked)
    address = path(link_for(nadia, SAID, said.pk, exercise_id=None))
    page = stranger.get(address)
    assert DIALOGUE.public("proposal_page", door.slug, asked.pk) in page.content.decode()
    Proposal.objects.filter(pk=asked.pk).update(state="adopted", answered_at=clock.now())
    make_commitment(asked)
    review = Review.objects.create(proposal=asked, due_on=clock.today())
    judge = path(link_for(nadia, REVIEW, review.pk, exercise_id=None))
    assert stranger.post(judge, {"geste": "demander"}).status_code == 302
    assert stranger.post(address, {"geste": "reprendre"}).status_code == 302
    assert Contribution.objects.get().state == "withdrawn"


def test_what_a_step_sets_is_changed_with_the_step_and_what_is_tried_sets_its_own(desk, door, town):
    ruled = make_edition(town.hall).steps.get(kind="ideas").consultation
    assert desk.get(DIALOGUE.desk("consultation", ruled.slug)).context["ruled_at"]
    for name in ("channels", "channel", "prolong", "consultation_close"):
        assert desk.get(DIALOGUE.desk(name, ruled.slug)).status_code == 404
        assert desk.get(DIALOGUE.desk(name, door.slug)).status_code == 200


def test_somebody_else_answers_a_proposal(desk, asked, town):
    heir = make_person("Hélène", role=roles.DIRECTOR, organisation=town.hall)
    typed = {"answerer": heir.pk, "words": "Directrice", "reason": "Départ."}
    assert desk.post(DIALOGUE.desk("hand_over", asked.pk), typed).status_code == 302
    asked.refresh_from_db()
    assert asked.answerer == heir
