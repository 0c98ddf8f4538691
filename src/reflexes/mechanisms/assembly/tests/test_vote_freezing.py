"""A vote is prepared, frozen, and then nothing of it changes (A03)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock, registry
from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms_votes
from reflexes.mechanisms.assembly.factories import make_consultation, make_proposal
from reflexes.mechanisms.assembly.factories_votes import make_choice, make_keeper, make_vote
from reflexes.mechanisms.assembly.models import Proposal, Vote
from reflexes.mechanisms.assembly.services import votes
from reflexes.mechanisms.assembly.services.votes import Terms
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.mechanisms.directory.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Organisation:
    return make_organisation("Ville")


@pytest.fixture
def keeper(hall: Organisation) -> Actor:
    return make_keeper(hall)


def terms(**fields: object) -> Terms:
    now = clock.now()
    values = {
        "title": "Budget des quartiers",
        "rules": "Trois croix au plus.",
        "budget_cents": 100_000,
        "most_choices": 3,
        "opens_at": now + timedelta(days=1),
        "closes_at": now + timedelta(days=15),
        **fields,
    }
    return Terms(**values)  # type: ignore[arg-type]


def prepared(keeper: Actor, **fields: object) -> Vote:
    return votes.do_prepare_vote(actor=keeper, piste=registry.pistes()[0].slug, terms=terms(), **fields)  # type: ignore[arg-type]


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.code


def test_a_draft_is_seen_by_its_officers_alone(keeper: Actor) -> None:
    vote = prepared(keeper)
    assert perms_votes.access_vote(keeper, vote.slug) == vote
    for other in (STRANGER, make_keeper(make_organisation("Voisine")), actor_for(make_person(role="agent"))):
        with pytest.raises(Http404):
            perms_votes.access_vote(other, vote.slug)


def test_only_a_participation_officer_prepares_a_vote() -> None:
    for other in (STRANGER, actor_for(make_person(role="agent")), actor_for(make_person(role="elected"))):
        with pytest.raises(PermissionDenied):
            prepared(other)


def test_two_votes_of_one_title_have_two_addresses(keeper: Actor) -> None:
    assert [prepared(keeper).slug for _number in range(3)] == [
        "budget-des-quartiers", "budget-des-quartiers-2", "budget-des-quartiers-3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("title", " ", "title_missing"),
        ("budget_cents", 0, "budget"),
        ("most_choices", 0, "most_choices"),
        ("step_cents", 0, "step"),
        ("rule", "lottery", "rule"),
    ],
)
def test_terms_that_cannot_be_are_refused_and_nothing_is_written(
    keeper: Actor, field: str, value: object, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        votes.do_prepare_vote(actor=keeper, piste=registry.pistes()[0].slug, terms=replace(terms(), **{field: value}))
    assert code_of(refused) == code
    assert not Vote.objects.exists()


def test_choices_come_by_hand_or_from_proposals(keeper: Actor, hall: Organisation) -> None:
    consultation = make_consultation(hall)
    kept = [make_proposal(consultation=consultation) for _number in range(2)]
    refused = make_proposal(consultation=consultation, state=Proposal.State.REFUSED)
    vote = prepared(keeper, consultation=consultation)
    by_hand = votes.do_write_choice(actor=keeper, vote=vote, title="Bancs", cents=10_000)
    assert by_hand.code == "01"
    taken = votes.do_take_proposals(actor=keeper, vote=vote, cents={one.pk: 20_000 for one in kept})
    assert [one.code for one in taken] == ["02", "03"]
    assert [one.proposal for one in taken] == kept
    for gone in (refused, kept[0], make_proposal()):
        with pytest.raises(Refusal) as no:
            votes.do_take_proposals(actor=keeper, vote=vote, cents={gone.pk: 10})
        assert code_of(no) == "proposal_gone"
    votes.do_write_choice(actor=keeper, vote=vote, code="01", title="Bancs bleus", cents=12_000)
    assert vote.choices.get(code="01").cents == 12_000
    assert vote.choices.count() == 3


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"rules": ""}, "rules_missing"),
        ({"prices": (100,)}, "choices_missing"),
        ({"prices": (100, 200_000)}, "too_dear"),
        ({"closes_at": clock.now() - timedelta(hours=1)}, "closes_in_the_past"),
    ],
)
def test_a_vote_that_lacks_something_is_not_frozen(lacking: dict[str, object], code: str) -> None:
    vote = make_vote(frozen=False, **lacking)  # type: ignore[arg-type]
    with pytest.raises(Refusal) as refused:
        votes.do_freeze(actor=make_keeper(vote.organisation), vote=vote)
    assert code_of(refused) == code
    vote.refresh_from_db()
    assert vote.state == Vote.State.DRAFT


def test_once_frozen_nothing_changes(keeper: Actor, hall: Organisation) -> None:
    vote = make_vote(hall)
    before = votes.charter(vote)
    changes = (
        lambda: votes.do_change_vote(actor=keeper, vote=vote, terms=terms()),
        lambda: votes.do_write_choice(actor=keeper, vote=vote, title="Autre", cents=5),
        lambda: votes.do_write_choice(actor=keeper, vote=vote, code="01", title="Moins cher", cents=5),
        lambda: votes.do_remove_choice(actor=keeper, choice=vote.choices.get(code="01")),
        lambda: votes.do_take_proposals(actor=keeper, vote=vote, cents={}),
        lambda: votes.do_freeze(actor=keeper, vote=vote),
    )
    for change in changes:
        with pytest.raises(Refusal) as refused:
            change()
        assert code_of(refused) == "frozen"
    vote.refresh_from_db()
    assert votes.charter(vote) == before
    assert votes.charter_digest(vote) == votes.frozen_digest(vote)


def test_a_frozen_vote_opens_and_closes_by_the_clock() -> None:
    vote = make_vote()
    for moment, opened in (
        (vote.opens_at - timedelta(seconds=2), False),
        (vote.opens_at + timedelta(seconds=2), True),
        (vote.closes_at - timedelta(seconds=2), True),
        (vote.closes_at, False),
    ):
        with clock.travelling(moment):
            assert votes.is_open(vote) is opened


def test_a_code_goes_on_paper(keeper: Actor, hall: Organisation) -> None:
    vote = make_vote(hall, frozen=False)
    for code in ("A;B", "TROP-LONG", "ABCDEFGHI", "A_1"):
        with pytest.raises(Refusal):
            votes.do_write_choice(actor=keeper, vote=vote, code=code, title="X", cents=1)
    assert votes.do_write_choice(actor=keeper, vote=vote, code=" b 7", title="X", cents=1).code == "B7"
    votes.do_remove_choice(actor=keeper, choice=make_choice(vote, "Z"))
    assert not vote.choices.filter(code="Z").exists()
