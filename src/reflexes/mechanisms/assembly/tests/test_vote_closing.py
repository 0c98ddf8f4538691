"""Closing a vote: its hour has come, nothing is lost, and nothing in the box tells who came before whom."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from reflexes.core import clock
from reflexes.core.acting import STRANGER
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.factories_votes import make_batch, make_keeper, make_line, make_vote
from reflexes.mechanisms.assembly.models import Ballot, BallotMark, RollEntry, Vote
from reflexes.mechanisms.assembly.services import ballots, closing, counting
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.journal.models import Entry

VOTERS = 60


def close(vote: Vote) -> None:
    with clock.travelling(vote.closes_at + timedelta(minutes=1)):
        closing.do_close(actor=make_keeper(vote.organisation), vote=vote)


def place() -> str:
    return "rowid" if connection.vendor == "sqlite" else "ctid"


def in_the_file(table: type, order: str, *columns: str) -> list[tuple]:
    """Return rows in the order in which the file of the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table._meta.db_table} ORDER BY {order}")
        return cursor.fetchall()


def told_apart(vote: Vote) -> dict[object, int]:
    """Return, for each ballot key, how many voters came before: each ballot is made to say it, in crosses 01 to 07."""
    number: dict[object, int] = {}
    for key, code in (
        BallotMark.objects.filter(ballot__vote=vote).order_by("pk").values_list("ballot_id", "choice__code")
    ):
        number[key] = number.get(key, 0) + 2 ** (int(code) - 1)
    return number


def numbered_vote() -> Vote:
    """Return a vote in which the n-th voter wrote n in binary on their ballot."""
    vote = make_vote(prices=(10_000,) * 7, most_choices=7)
    for number in range(1, VOTERS + 1):
        codes = [f"{bit + 1:02}" for bit in range(7) if number >> bit & 1]
        assert ballots.do_cast(actor=STRANGER, entry=make_line(vote), codes=codes)
    return vote


def order_of_ballots(vote: Vote) -> list[int]:
    said = {str(key).replace("-", ""): number for key, number in told_apart(vote).items()}
    return [said[str(row[0]).replace("-", "")] for row in in_the_file(Ballot, place(), "key")]


@pytest.mark.django_db
def test_before_closing_the_file_tells_the_order_and_after_it_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "luck", random.Random(20261122))
    vote = numbered_vote()
    keys = set(vote.ballots.order_by("key").values_list("key", flat=True))
    assert order_of_ballots(vote) == list(range(1, VOTERS + 1)), "this test would see an order"
    close(vote)
    drawn = list(range(1, VOTERS + 1))
    found = order_of_ballots(vote)
    assert sorted(found) == drawn, "none lost, none twice"
    assert found != drawn
    steps = [abs(place - number) for place, number in enumerate(found, 1)]
    assert sum(steps) > VOTERS * VOTERS / 6, "about a third of the length away from its place on average"
    assert not keys & set(vote.ballots.order_by("key").values_list("key", flat=True)), "keys are new too"


@pytest.mark.django_db
def test_crosses_are_written_again_in_the_drawn_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "luck", random.Random(7))
    vote = numbered_vote()
    close(vote)
    said = told_apart(vote)
    by_cross = list(dict.fromkeys(BallotMark.objects.order_by("pk").values_list("ballot_id", flat=True)))
    assert [said[key] for key in by_cross] == order_of_ballots(vote)


@pytest.mark.django_db
def test_each_closing_draws_its_own_order() -> None:
    first, second = numbered_vote(), None
    close(first)
    drawn = order_of_ballots(first)
    first.delete()
    second = numbered_vote()
    close(second)
    assert order_of_ballots(second) != drawn


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_no_transaction_joins_a_ballot_to_the_roll_after_closing() -> None:
    vote = numbered_vote()
    join = "SELECT count(*) FROM assembly_rollentry r JOIN assembly_ballot b ON r.xmin::text = b.xmin::text"
    with connection.cursor() as cursor:
        cursor.execute(join)
        assert cursor.fetchone()[0] == VOTERS, "each ballot is joined to its voter while the box is not stirred"
        file_of = "SELECT pg_relation_filenode('assembly_ballot')"
        cursor.execute(file_of)
        file_before = cursor.fetchone()
    close(vote)
    with connection.cursor() as cursor:
        cursor.execute(join)
        assert cursor.fetchone()[0] == 0
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM assembly_ballot")
        assert cursor.fetchone()[0] == 1
        cursor.execute(file_of)
        assert cursor.fetchone() != file_before, "a new file, without the older versions of the rows"


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_the_file_keeps_no_trace_of_the_ballots_as_they_were_cast() -> None:
    vote = numbered_vote()
    keys = [key.hex for key in vote.ballots.order_by("key").values_list("key", flat=True)]
    close(vote)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        path = cursor.fetchall()[0][2]
    for ending in ("", "-wal"):
        with open(path + ending, "rb") as file:
            content = file.read()
        assert not [key for key in keys if key.encode() in content]


@pytest.mark.django_db
def test_stirring_while_the_vote_is_open_loses_nothing_and_keeps_it_open() -> None:
    vote = numbered_vote()
    before = counting.fingerprint(counting.election_of(vote))
    keys = set(vote.ballots.order_by("key").values_list("key", flat=True))
    assert closing.stir_open_votes() == 1
    assert counting.fingerprint(counting.election_of(vote)) == before
    assert not keys & set(vote.ballots.order_by("key").values_list("key", flat=True))
    assert ballots.do_cast(actor=STRANGER, entry=make_line(vote), codes=["01"])


@pytest.mark.django_db
def test_paper_ballots_stay_with_their_bundle() -> None:
    vote = make_vote()
    batch = make_batch(vote)
    kept = Ballot.objects.create(vote=vote, channel="paper", batch=batch)
    ballots.do_cast(actor=STRANGER, entry=make_line(vote), codes=["01"])
    close(vote)
    assert Ballot.objects.get(batch=batch) == kept
    assert vote.ballots.count() == 2


@pytest.mark.django_db
def test_a_box_that_would_change_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    vote = numbered_vote()
    before = sorted(vote.ballots.order_by("key").values_list("key", flat=True))
    monkeypatch.setattr(closing, "BATCH", 1)
    monkeypatch.setattr(closing.Ballot.objects, "filter", lambda **_of: Ballot.objects.none())
    with pytest.raises(closing.BoxChanged):
        close(vote)
    monkeypatch.undo()
    vote.refresh_from_db()
    assert vote.state == Vote.State.FROZEN
    assert sorted(vote.ballots.order_by("key").values_list("key", flat=True)) == before


@pytest.mark.django_db
def test_a_vote_closes_once_at_its_hour_by_its_keeper() -> None:
    vote = make_vote()
    keeper = make_keeper(vote.organisation)
    with pytest.raises(Refusal) as early:
        closing.do_close(actor=keeper, vote=vote)
    assert early.value.code == "too_early"
    with pytest.raises(PermissionDenied):
        closing.do_close(actor=actor_for(make_person(role="agent", organisation=vote.organisation)), vote=vote)
    line = make_line(vote)
    ballots.do_cast(actor=STRANGER, entry=line, codes=["01"])
    close(vote)
    assert vote.state == Vote.State.CLOSED
    assert Entry.objects.get(verb="assembly.vote_closed").params == {"count": 1, "ballots": 1}
    with pytest.raises(Refusal) as twice:
        close(vote)
    assert twice.value.code == "not_open"
    with clock.travelling(vote.closes_at), pytest.raises(Refusal) as late:
        ballots.do_cast(actor=STRANGER, entry=make_line(vote), codes=["01"])
    assert late.value.code == "closed"
    assert RollEntry.objects.filter(voted=True).count() == Ballot.objects.count() == 1
