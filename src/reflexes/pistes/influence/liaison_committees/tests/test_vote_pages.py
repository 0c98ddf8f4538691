"""Votes of committees stand under the committees' own segment, and no committee takes their word."""

import pytest
from django.test import Client
from django.urls import resolve, reverse

from reflexes.mechanisms.assembly.factories import make_body
from reflexes.mechanisms.assembly.factories_votes import make_lettered, make_vote
from reflexes.mechanisms.assembly.models import Ballot

pytestmark = pytest.mark.django_db
PISTE = "liaison_committees"


def address(name: str, *args: object) -> str:
    return reverse(f"{PISTE}_public:{name}", args=args)


def test_a_committee_called_votes_does_not_hide_the_votes(town, member: Client, partner: Client, stranger) -> None:
    make_body(town.hall, piste=PISTE, slug="votes", name="Comité des votes")
    vote = make_vote(town.hall, piste=PISTE, title="Le nom du parc")
    assert resolve("/comites/votes/").view_name == f"{PISTE}_public:votes"
    for reader in (member, partner, stranger):
        assert "Le nom du parc" in reader.get("/comites/votes/").content.decode()
        assert reader.get(address("vote_page", vote.slug)).status_code == 200


def test_a_member_of_a_committee_votes_with_a_code(town, stranger: Client) -> None:
    vote = make_vote(town.hall, piste=PISTE)
    _line, code = make_lettered(vote)
    opened = stranger.post(address("vote_by_code", vote.slug), {"code": code})
    answer = stranger.post(
        address("vote_ballot", vote.slug), {"pass": opened.context["pass"], "choice": ["01"], "step": "cast"}
    )
    assert answer["Location"] == address("vote_done", vote.slug)
    assert Ballot.objects.filter(vote=vote).count() == 1
