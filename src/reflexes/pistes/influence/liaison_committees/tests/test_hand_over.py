"""Whoever answers leaves: somebody else answers, the authors are told, no day moves (design.md rule 10)."""

import pytest

from reflexes.mechanisms.assembly.factories import make_body, make_proposal
from reflexes.mechanisms.assembly.models import Proposal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import make_person
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.influence.liaison_committees.tests.desk import SLUG, at, desk
from tests.harness.cast import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["desk"]


@pytest.fixture
def body(town, elected):
    return make_body(town.hall, piste=SLUG, answerer=elected)


@pytest.fixture
def heir(town):
    return make_person("Hélène", role=roles.DIRECTOR, organisation=town.hall)


def handed(heir, **typed):
    return {"answerer": heir.pk, "words": "Directrice", "reason": "Démission.", **typed}


def test_the_officer_opens_both_pages_and_nobody_else_does(desk, body, partner, stranger, town):
    elsewhere = signed_in(make_person("Fanny", role=roles.FACILITATOR, organisation=town.association))
    for url in (at("body_hand_over", body.slug), at("hand_over", make_proposal(body).pk)):
        assert desk.get(url).status_code == 200
        assert partner.get(url).status_code == 404
        assert elsewhere.get(url).status_code in {403, 404}
        assert stranger.get(url).status_code == 302


def test_a_proposal_changes_hands_with_a_reason_and_keeps_its_day(desk, body, heir, elected):
    proposal = make_proposal(body, answerer=elected)
    url = at("hand_over", proposal.pk)
    refused = desk.post(url, handed(heir, reason=""))
    assert refused.status_code == 422 and refused.context["form"]["words"].value() == "Directrice"
    assert desk.post(url, handed(elected)).status_code == 422  # nobody hands over to themselves
    assert desk.post(url, handed(heir)).status_code == 302
    now = Proposal.objects.get()
    assert (now.answerer, now.answer_due_on) == (heir, proposal.answer_due_on)
    assert Entry.objects.get(verb="assembly.proposal_handed_over").reason == "Démission."


def test_a_committee_changes_hands_with_all_that_waits_and_nothing_else(desk, body, heir, elected, town):
    other = make_person("Olga", role=roles.ELECTED, organisation=town.hall)
    waits = [make_proposal(body, answerer=elected), make_proposal(body, answerer=elected, state="studied")]
    keeps = [make_proposal(body, answerer=elected, state="refused"), make_proposal(body, answerer=other)]
    assert desk.post(at("body_hand_over", body.slug), handed(heir, reason=" ")).status_code == 422
    assert desk.post(at("body_hand_over", body.slug), handed(heir)).status_code == 302
    body.refresh_from_db()
    assert (body.answerer, body.answerer_words) == (heir, "Directrice")
    assert set(Proposal.objects.filter(answerer=heir)) == set(waits)
    assert [Proposal.objects.get(pk=one.pk).answerer for one in keeps] == [elected, other]


def test_a_committee_that_ended_hands_over_what_waits_and_its_text_stays(desk, body, heir, elected):
    proposal = make_proposal(body, answerer=elected)
    desk.post(at("body_close", body.slug), {"words": "Tout est rendu."})
    assert desk.post(at("body_hand_over", body.slug), handed(heir)).status_code == 302
    body.refresh_from_db()
    proposal.refresh_from_db()
    assert body.answerer == elected and proposal.answerer == heir
