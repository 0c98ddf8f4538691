"""Counting: the same bytes whatever the order, every rule side by side, signed departures, open data read back."""

import hashlib
import json
import random
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflexes.core import clock
from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.engines import voting
from reflexes.mechanisms.assembly import limits_votes as limits
from reflexes.mechanisms.assembly.factories_votes import make_batch, make_keeper, make_line, make_vote
from reflexes.mechanisms.assembly.models import Ballot, BallotMark, Choice, Tally, Vote
from reflexes.mechanisms.assembly.services import ballots, closing, counting, open_data, paper, tallies
from reflexes.mechanisms.assembly.tallying import words
from reflexes.mechanisms.assembly.tallying.pabulib import read_pabulib
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db
# Budget 1000; projects 400, 600, 900, 300. Six want 01 and 02 (or the dear 03), four want 04.
SAID = [("01", "02")] * 4 + [("02", "03")] * 2 + [("04",)] * 4


@pytest.fixture
def vote() -> Vote:
    return make_vote()


@pytest.fixture
def keeper(vote: Vote) -> Actor:
    return make_keeper(vote.organisation)


@pytest.fixture
def mayor(vote: Vote) -> Actor:
    return actor_for(make_person("Élodie", role=roles.ELECTED, organisation=vote.organisation))


def cast_all(vote: Vote, said: list[tuple[str, ...]]) -> None:
    for codes in said:
        assert ballots.do_cast(actor=STRANGER, entry=make_line(vote), codes=codes)


def closed(vote: Vote, keeper: Actor, said: list[tuple[str, ...]] = SAID) -> Vote:
    cast_all(vote, said)
    with clock.travelling(vote.closes_at + timedelta(minutes=1)):
        closing.do_close(actor=keeper, vote=vote)
    return vote


def published(vote: Vote, keeper: Actor, said: list[tuple[str, ...]] = SAID) -> Vote:
    closed(vote, keeper, said)
    tallies.do_count(actor=keeper, vote=vote)
    tallies.do_publish(actor=keeper, vote=vote)
    return vote


def test_the_official_rule_and_every_other_are_counted_side_by_side(vote: Vote, keeper: Actor) -> None:
    tally = tallies.do_count(actor=keeper, vote=closed(vote, keeper))
    assert (tally.official, tally.rule) == (True, "equal-shares")
    found = {one.rule.name: one for one in tallies.comparisons(vote)}
    assert set(found) == set(Vote.Rule.values)
    assert found["greedy"].winners == ("02", "01")
    assert set(found["equal-shares"].winners) == {"02", "04"}
    assert [one.represented for one in (found["greedy"], found["equal-shares"])] == [6, 10]
    assert all(json.loads(one.report)["checked"] for one in Tally.objects.order_by("pk"))


def test_the_digest_is_that_of_the_report_and_the_journal_keeps_it(vote: Vote, keeper: Actor) -> None:
    tally = tallies.do_count(actor=keeper, vote=closed(vote, keeper))
    assert hashlib.sha256(tally.report.encode()).hexdigest() == tally.digest
    kept = Entry.objects.filter(verb="assembly.vote_counted").order_by("pk")
    assert tally.digest in {one.params["digest"] for one in kept}
    assert json.loads(tally.report)["ballots"]["counted"] == 10


def test_counting_again_gives_the_same_bytes(vote: Vote, keeper: Actor) -> None:
    first = tallies.do_count(actor=keeper, vote=closed(vote, keeper)).digest
    closing._write_again(vote)
    assert tallies.do_count(actor=keeper, vote=vote).digest == first
    assert Tally.objects.count() == len(Vote.Rule.values)


some_ballots = st.lists(
    st.lists(st.sampled_from(["01", "02", "03", "04"]), min_size=1, max_size=3, unique=True), max_size=12
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=some_ballots, seed=st.integers(0, 99))
def test_the_order_of_ballots_plays_no_part_and_a_report_reads_back(vote: Vote, said: list, seed: int) -> None:
    def report(order: list) -> str:
        Ballot.objects.all().delete()
        for codes in order:
            ballot = Ballot.objects.create(vote=vote, channel="web")
            for choice in Choice.objects.filter(vote=vote, code__in=codes):
                BallotMark.objects.create(ballot=ballot, choice=choice)
        election = counting.election_of(vote)
        kept = counting.count(vote, election, "equal-shares", "")
        tally = voting.tally(election, counting.rule_of(vote, "equal-shares"))
        again = counting.plain(counting.tally_of(json.loads(counting.canonical(kept))))
        assert again == {**counting.plain(tally), "exact_rounds": 0}
        return counting.canonical(kept)

    again = list(said)
    random.Random(seed).shuffle(again)
    assert report(said) == report(again)


def test_a_count_is_told_in_sentences(vote: Vote, keeper: Actor) -> None:
    tallies.do_count(actor=keeper, vote=closed(vote, keeper))
    for line in tallies.outcome(keeper, vote).lines:
        assert words.why_words(line.account, "EUR").endswith(".")


def test_an_empty_box_is_counted_too(vote: Vote, keeper: Actor) -> None:
    published(vote, keeper, [])
    assert (tallies.outcome(STRANGER, vote).tally.voters, tallies.outcome(STRANGER, vote).ballots["counted"]) == (0, 0)
    assert f"{vote.slug}.pb" not in open_data.open_data(vote)


def test_void_ballots_are_told_and_not_counted(vote: Vote, keeper: Actor) -> None:
    ballots.do_cast(actor=STRANGER, entry=make_line(vote), codes=[], blank=True)
    tally = tallies.do_count(actor=keeper, vote=closed(vote, keeper))
    said = json.loads(tally.report)
    assert (said["ballots"]["counted"], said["ballots"]["void"], said["tally"]["voters"]) == (10, {"blank": 1}, 10)


def test_nothing_is_counted_before_closing_nor_with_papers_left(vote: Vote, keeper: Actor) -> None:
    with pytest.raises(Refusal) as early:
        tallies.do_count(actor=keeper, vote=vote)
    assert early.value.code == "not_closed"
    batch = make_batch(closed(vote, keeper), papers=1, code="B7")
    readers = [actor_for(make_person(role=roles.AGENT, organisation=vote.organisation)) for _each in range(2)]
    paper.do_read_sheet(actor=readers[0], batch=batch, sheet=1, codes=["04"])
    with pytest.raises(Refusal) as left:
        tallies.do_count(actor=keeper, vote=vote)
    assert left.value.code == "papers_left"
    assert "B7" in str(left.value)
    paper.do_read_sheet(actor=readers[1], batch=batch, sheet=1, codes=["04"])
    assert json.loads(tallies.do_count(actor=keeper, vote=vote).report)["ballots"]["by_channel"] == {
        "web": 10,
        "paper": 1,
    }


def test_rules_changed_beside_the_site_are_seen_and_nothing_is_counted(vote: Vote, keeper: Actor) -> None:
    closed(vote, keeper)
    Choice.objects.filter(vote=vote, code="03").update(cents=1)
    with pytest.raises(Refusal) as no:
        tallies.do_count(actor=keeper, vote=vote)
    assert no.value.code == "charter_changed"
    assert not Tally.objects.exists()


def test_papers_corrected_after_the_count_ask_for_another_count(vote: Vote, keeper: Actor) -> None:
    batch = make_batch(closed(vote, keeper), papers=1)
    readers = [actor_for(make_person(role=roles.AGENT, organisation=vote.organisation)) for _each in range(2)]
    for reader in readers:
        paper.do_read_sheet(actor=reader, batch=batch, sheet=1, codes=["04"])
    tallies.do_count(actor=keeper, vote=vote)
    paper.do_read_again(actor=readers[0], batch=batch, sheet=1, reason="C'est le 03.")
    for reader in readers:
        paper.do_read_sheet(actor=reader, batch=batch, sheet=1, codes=["03"])
    with pytest.raises(Refusal) as no:
        tallies.do_publish(actor=keeper, vote=vote)
    assert no.value.code == "count_again"
    tallies.do_count(actor=keeper, vote=vote)
    tallies.do_publish(actor=keeper, vote=vote)
    assert vote.state == Vote.State.PUBLISHED


def test_a_departure_is_reasoned_signed_and_both_results_stay(vote: Vote, keeper: Actor, mayor: Actor) -> None:
    published(vote, keeper)
    first, last = vote.choices.get(code="01"), vote.choices.get(code="04")
    how = {"vote": vote, "choice": first, "funded": True, "reason": "Le terrain se libère.", "signed_words": "maire"}
    for lacking in ({"reason": " "}, {"signed_words": ""}):
        with pytest.raises(Refusal):
            tallies.do_override(actor=mayor, **{**how, **lacking})
    for other in (keeper, STRANGER, actor_for(make_person(role=roles.ELECTED))):
        with pytest.raises(PermissionDenied):
            tallies.do_override(actor=other, **how)
    tallies.do_override(actor=mayor, **how)
    with pytest.raises(Refusal) as twice:
        tallies.do_override(actor=mayor, **how)
    assert twice.value.code == "decided_already"
    with pytest.raises(Refusal) as same:
        tallies.do_override(actor=mayor, **{**how, "choice": last})
    assert same.value.code == "as_counted"
    shown = tallies.outcome(STRANGER, vote)
    lines = {one.choice.code: one for one in shown.lines}
    assert (lines["01"].computed, lines["01"].funded, lines["01"].override.reason) == (
        False,
        True,
        "Le terrain se libère.",
    )
    assert (shown.departs, shown.computed_cents, shown.decided_cents) == (True, 90_000, 130_000)
    files = open_data.open_data(vote)
    assert b"Le terrain se lib" in files[f"{vote.slug}-projects.csv"]
    assert read_pabulib(files[f"{vote.slug}.pb"].decode(), "x.pb").selected == ("01", "02", "04")


def test_nobody_reads_a_result_before_it_is_public(vote: Vote, keeper: Actor, mayor: Actor) -> None:
    tallies.do_count(actor=keeper, vote=closed(vote, keeper))
    for other in (STRANGER, actor_for(make_person(role="agent", organisation=vote.organisation))):
        with pytest.raises(Http404):
            tallies.outcome(other, vote)
    with pytest.raises(Http404):
        open_data.open_data(vote)
    for allowed in (keeper, mayor):
        assert tallies.outcome(allowed, vote).lines
    tallies.do_publish(actor=keeper, vote=vote)
    assert tallies.outcome(STRANGER, vote).lines
    with pytest.raises(Refusal) as again:
        tallies.do_count(actor=keeper, vote=vote)
    assert again.value.code == "published"


def test_open_data_say_what_was_chosen_in_no_order_and_nothing_of_anybody(vote: Vote, keeper: Actor) -> None:
    line = make_line(vote, "Nadia Ferhat", number="card-of-nadia")
    ballots.do_cast(actor=STRANGER, entry=line, codes=["01"])
    files = open_data.open_data(published(vote, keeper))
    content = b"".join(files.values()).decode()
    assert not any(word in content for word in ("Nadia", "Ferhat", "card-of-nadia"))
    keys = vote.ballots.order_by("key").values_list("key", flat=True)
    assert not any(str(key) in content or key.hex in content for key in keys)
    file = read_pabulib(files[f"{vote.slug}.pb"].decode(), "vote.pb")
    assert not file.problems
    assert file.meta["max_length"] == "3"
    election = counting.election_of(vote)
    assert file.marks == {one.marks: one.voters for one in election.ballots}
    by_key = [row.split(";")[1] for row in files[f"{vote.slug}-ballots.csv"].decode("utf-8-sig").splitlines()[1:]]
    cast = [" ".join(codes) for codes in [("01",), *SAID]]
    assert sorted(by_key) == sorted(cast)


def test_anybody_counts_again_from_the_open_file(vote: Vote, keeper: Actor) -> None:
    from reflexes.mechanisms.assembly.tallying.services import Wishes, count, rule_of

    published(vote, keeper)
    file = read_pabulib(open_data.vote_pb(vote), "vote.pb")
    rule = rule_of(file, Wishes(then_greedy=vote.then_greedy))
    assert rule is not None
    report = count(file, rule, voting.model.no_progress)
    assert report is not None
    assert set(report.tally.winners) == set(tallies.outcome(STRANGER, vote).tally.winners)


def test_the_channel_is_said_when_enough_ballots_came_by_each(vote: Vote, keeper: Actor) -> None:
    published(vote, keeper)
    assert "voting_method" in open_data.vote_pb(vote)
    other = make_vote(vote.organisation)
    alone = make_line(other)
    ballots.do_cast(actor=keeper, entry=alone, codes=["03"], channel="phone")
    published(other, keeper)
    assert limits.SMALLEST_CHANNEL > 1
    assert "voting_method" not in open_data.vote_pb(other)


def test_the_archive_is_the_same_bytes_each_time(vote: Vote, keeper: Actor) -> None:
    published(vote, keeper)
    archive = open_data.open_data_zip(vote)
    assert archive == open_data.open_data_zip(vote)
    assert len(zipfile.ZipFile(BytesIO(archive)).namelist()) == 5 + len(Vote.Rule.values)


def test_a_title_with_the_separator_breaks_nothing(keeper: Actor, vote: Vote) -> None:
    other = make_vote(vote.organisation, title='Bancs; "bleus"')
    published(other, keeper)
    assert read_pabulib(open_data.vote_pb(other), "x.pb").meta["description"] == "Bancs, 'bleus'"
