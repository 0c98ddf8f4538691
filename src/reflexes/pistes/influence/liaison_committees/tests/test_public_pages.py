"""Everybody reads who sits, what was asked and what became of it, the longest overdue first (P01; screens.md 11)."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.core import clock
from reflexes.mechanisms.assembly.factories import (
    make_attendance,
    make_body,
    make_college,
    make_commitment,
    make_consultation,
    make_contribution,
    make_proposal,
    make_seat,
    make_session,
)
from reflexes.mechanisms.assembly.models import Answer, Body, College, Milestone, Proposal, Review
from reflexes.mechanisms.assembly.views.life import AHEAD, DONE, LATE, OVER, life_of
from reflexes.mechanisms.crisis.factories import make_exercise
from reflexes.mechanisms.directory.factories import make_person

pytestmark = pytest.mark.django_db
SLUG = "liaison_committees"
State = Proposal.State


@pytest.fixture
def body(town) -> Body:
    return make_body(town.hall, piste=SLUG, name="Comité de liaison")


def address(body: Body, name: str = "body_page", *more: object) -> str:
    return reverse(f"liaison_committees_public:{name}", args=[body.slug, *more])


def answered(body: Body, state: str, motive: str = "", **fields: object) -> Proposal:
    proposal = make_proposal(body, state=state, answered_at=clock.now(), **fields)
    Answer.objects.create(proposal=proposal, state=state, motive=motive, by=body.answerer, by_words="adjointe")
    return proposal


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_a_member_a_partner_and_a_stranger_read_the_same_page(body, member, partner, stranger) -> None:
    proposal = make_proposal(body, title="Marché du samedi")
    for reader in (member, partner, stranger):
        shown = read(reader, address(body))
        assert "Marché du samedi" in shown and body.mandate in shown and body.end_condition in shown
        assert str(body.answerer) in shown
        assert read(reader, address(body, "proposal_page", proposal.pk))
    assert "Comité de liaison" in read(stranger, reverse("liaison_committees_public:bodies"))


def test_a_draft_a_private_body_and_a_body_played_are_not_read_by_strangers(town, member, stranger) -> None:
    hidden = [
        make_body(town.hall, piste=SLUG, name="Brouillon", state="draft"),
        make_body(town.hall, piste=SLUG, name="Entre nous", public=False),
        make_body(town.hall, piste=SLUG, name="Joué", exercise=make_exercise()),
        make_body(town.hall, piste="micro_mobility", name="Ailleurs"),
    ]
    for body in hidden:
        for name in ("body_page", "proposals_csv", "proposals_json", "speak", "rules"):
            assert stranger.get(address(body, name)).status_code == 404, (body, name)
        assert member.get(address(body)).status_code == 404
        assert body.name not in read(stranger, reverse("liaison_committees_public:bodies"))


def test_residents_sit_under_a_first_name_and_an_initial_and_public_functions_in_full(body, stranger) -> None:
    residents = make_college(body, by=College.By.LOT)
    elected = make_college(body, by=College.By.ELECTION)
    make_seat(residents, make_person("Nadia", last_name="Kaciouni", account=False))
    make_seat(elected, make_person("Rémi", last_name="Haasenfratz", account=False), capacity_words="conseiller")
    make_seat(residents, make_person("Zoé", last_name="Partie", account=False), state="left", why_left="moved")
    shown = read(stranger, address(body))
    assert "Nadia K." in shown and "Kaciouni" not in shown
    assert "Rémi Haasenfratz, conseiller" in shown
    assert "Zoé" not in shown


def test_p01_accept_4_an_overdue_answer_is_first_and_says_who_owes_it_since_when(body, stranger) -> None:
    make_proposal(body, title="Peinture de la piste")
    make_proposal(body, title="Bancs du parc", answer_due_on=clock.today() - timedelta(days=21))
    shown = read(stranger, address(body))
    assert shown.index("Bancs du parc") < shown.index("Peinture de la piste")
    assert len(re.findall(r"badge-waits", shown.split("Bancs du parc")[1].split("Peinture")[0])) >= 2
    assert str(body.answerer) in shown.split("Bancs du parc")[1]
    assert "badge-waits" in read(stranger, reverse("liaison_committees_public:bodies"))


def test_p01_accept_4_a_refusal_shows_its_motive_in_the_same_block_as_an_adoption(body, stranger) -> None:
    answered(body, State.ADOPTED, "Oui, dès mars.", title="Adoptée")
    answered(body, State.REFUSED, "La voie est départementale.", title="Refusée")
    answered(body, State.ADAPTED, "Le dimanche plutôt.", title="Adaptée")
    shown = read(stranger, address(body))
    blocks = re.findall(r'<div class="answer">(.*?)</div>', shown, re.DOTALL)
    for motive in ("Oui, dès mars.", "La voie est départementale.", "Le dimanche plutôt."):
        assert sum(f"<p>{motive}</p>" in block for block in blocks) == 1, motive


def test_p01_accept_4_the_line_of_life_says_each_step_in_words(body) -> None:
    received = life_of(make_proposal(body))
    assert [step.tone for step in received.steps] == [DONE, AHEAD, AHEAD, AHEAD, AHEAD]
    late = life_of(make_proposal(body, answer_due_on=clock.today() - timedelta(days=3)))
    assert late.late and late.steps[2].tone == LATE
    refused = life_of(answered(body, State.REFUSED, "Non."))
    assert refused.steps[2].tone == DONE and refused.steps[3].tone == OVER
    kept = answered(body, State.ADOPTED)
    make_commitment(kept, done_on=clock.today())
    assert [step.tone for step in life_of(kept).steps] == [DONE] * 5
    make_commitment(kept, due_on=clock.today() - timedelta(days=1))
    assert life_of(kept).steps[4].tone == LATE
    for life in (received, late, refused):
        assert all(str(step.name) and step.words for step in life.steps)


def test_p01_accept_5_the_evaluation_stands_beside_the_answer(body, stranger) -> None:
    proposal = answered(body, State.ADOPTED, "Oui.")
    commitment = make_commitment(proposal)
    Milestone.objects.create(
        commitment=commitment, words="Arrêté signé", due_on=clock.today(), done_on=clock.today(), done_words="Signé."
    )
    review = Review.objects.create(
        proposal=proposal,
        due_on=clock.today(),
        called_at=clock.now(),
        verdict="partly",
        words="Un samedi sur deux.",
        evaluated_at=clock.now(),
    )
    for url in (address(body), address(body, "proposal_page", proposal.pk)):
        shown = read(stranger, url)
        assert review.words in shown and commitment.words in shown and "Signé." in shown


def test_the_page_asks_as_many_questions_with_many_proposals(body, stranger, constant_queries) -> None:
    def grow() -> None:
        for number in range(12):
            proposal = answered(body, State.ADOPTED, "Oui.", title=f"Proposition {number} de plus")
            Milestone.objects.create(commitment=make_commitment(proposal), words="Étape", due_on=clock.today())
            Review.objects.create(proposal=proposal, due_on=clock.today())
            make_seat(make_college(body), make_person(account=False))

    grow()
    constant_queries(stranger, address(body), grow)
    constant_queries(stranger, address(body, "proposals_json"), grow)
    constant_queries(
        stranger, reverse("liaison_committees_public:bodies"), lambda: make_proposal(make_body(piste=SLUG))
    )


def test_proposals_are_found_by_words_and_state_from_the_address(body, stranger) -> None:
    make_proposal(body, title="Marché couvert")
    answered(body, State.REFUSED, "Non.", title="Fontaine")
    found = stranger.get(f"{address(body)}?q=MARCHE+couvert").context["lives"]
    assert [life.proposal.title for life in found] == ["Marché couvert"]
    found = stranger.get(f"{address(body)}?state=refused").context["lives"]
    assert [life.proposal.title for life in found] == ["Fontaine"]
    assert stranger.get(f"{address(body)}?state=nothing&page=zz").status_code == 200


def test_the_open_data_says_what_the_page_says_and_no_author(body, stranger) -> None:
    author = make_person("Nadia", last_name="Kaciouni", email="nadia@example.org", account=False)
    proposal = answered(body, State.ADAPTED, "Le dimanche plutôt.", title="Marché")
    make_contribution(make_consultation(body=body), person=author, proposal=proposal, shown_name="Nadia des Quais")
    told = json.loads(stranger.get(address(body, "proposals_json")).content)
    assert [row["title"] for row in told["proposals"]] == ["Marché"] and told["proposals"][0]["voices"] == 1
    sheet = stranger.get(address(body, "proposals_csv")).content.decode("utf-8-sig")
    assert "Le dimanche plutôt." in sheet and "adapted" in sheet
    for hidden in ("Kaciouni", "nadia@example.org", "Nadia des Quais"):
        assert hidden not in sheet + json.dumps(told, ensure_ascii=False)


def test_published_minutes_are_read_and_those_being_written_are_not(body, stranger) -> None:
    past = clock.now() - timedelta(days=3)
    session = make_session(body, starts_at=past, state="held", minutes="On a parlé des marchés.")
    make_attendance(session, presence="there")
    page = address(body, "minutes_page", session.number)
    assert stranger.get(page).status_code == 404
    type(session).objects.filter(pk=session.pk).update(minutes_published_at=clock.now())
    assert "On a parlé des marchés." in read(stranger, page)
    assert page in read(stranger, address(body))


def test_a_body_past_its_end_says_so(body, stranger) -> None:
    Body.objects.filter(pk=body.pk).update(
        starts_on=clock.today() - timedelta(days=90), ends_on=clock.today() - timedelta(days=4)
    )
    assert stranger.get(address(body)).context["past"]


def test_a_proposal_of_another_body_is_not_read_under_this_one(body, town, stranger) -> None:
    elsewhere = make_proposal(make_body(town.hall, piste=SLUG))
    assert stranger.get(address(body, "proposal_page", elsewhere.pk)).status_code == 404
