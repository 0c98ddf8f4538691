"""One person, one ballot, on a screen: twice is once, too many crosses write nothing, nothing ties ballot and person."""

import logging
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reflexes.core import clock
from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.core.notifications.models import Message
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.factories_votes import make_keeper, make_line, make_vote
from reflexes.mechanisms.assembly.models import Ballot, BallotMark, Channel, RollEntry, Vote
from reflexes.mechanisms.assembly.services import ballots, desk
from reflexes.mechanisms.assembly.services.reckoning import reckon
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def vote() -> Vote:
    return make_vote()


def cast(line: RollEntry, *codes: str, **how: object) -> bool:
    return ballots.do_cast(actor=STRANGER, entry=line, codes=codes, **how)  # type: ignore[arg-type]


def test_a_ballot_is_in_the_box_and_the_line_is_struck(vote: Vote) -> None:
    line = make_line(vote)
    assert cast(line, "01", "03 ")
    line.refresh_from_db()
    assert (line.voted, line.voted_on, line.channel) == (True, clock.today(), "web")
    ballot = Ballot.objects.get()
    assert sorted(ballot.marks.values_list("choice__code", flat=True)) == ["01", "03"]


def test_tapping_twice_is_one_ballot_and_a_calm_sentence(vote: Vote) -> None:
    line = make_line(vote)
    assert ballots.already(line) == ""
    assert [cast(line, "01"), cast(line, "02"), cast(line)] == [True, False, False]
    assert list(BallotMark.objects.values_list("choice__code", flat=True)) == ["01"]
    said = ballots.already(line)
    assert "Votre bulletin est déjà dans l’urne" in said
    assert "un bureau de vote" in said


@pytest.mark.parametrize(
    ("codes", "how", "code"),
    [
        (("01", "02", "03", "04"), {}, "too_many"),
        ((), {}, "no_cross"),
        (("99",), {}, "choice_unknown"),
        (("01",), {"blank": True}, "blank_and_ticked"),
    ],
)
def test_a_ballot_that_cannot_be_is_refused_before_anything_is_written(
    vote: Vote, codes: tuple[str, ...], how: dict[str, object], code: str
) -> None:
    line = make_line(vote)
    with pytest.raises(Refusal) as no:
        cast(line, *codes, **how)
    assert no.value.code == code
    line.refresh_from_db()
    assert not line.voted
    assert not Ballot.objects.exists()
    assert cast(line, "01"), "the voter corrects and votes"


def test_the_same_project_ticked_twice_is_one_cross(vote: Vote) -> None:
    assert cast(make_line(vote), "01", "01", "02", "03")
    assert BallotMark.objects.count() == 3


def test_voting_blank_is_a_ballot_that_does_not_count(vote: Vote) -> None:
    assert cast(make_line(vote), blank=True)
    assert Ballot.objects.get().void == Ballot.Why.BLANK


def test_nobody_votes_before_the_hour_nor_after(vote: Vote) -> None:
    line = make_line(vote)
    for moment, code in ((vote.opens_at - timedelta(minutes=1), "not_open_yet"), (vote.closes_at, "closed")):
        with clock.travelling(moment), pytest.raises(Refusal) as no:
            cast(line, "01")
        assert no.value.code == code
    assert not Ballot.objects.exists()
    with pytest.raises(Refusal) as draft:
        cast(make_line(make_vote(frozen=False)), "01")
    assert draft.value.code == "not_open_yet"


def test_a_line_struck_at_the_desk_does_not_vote_on_a_screen_and_the_reverse(vote: Vote) -> None:
    keeper = make_keeper(vote.organisation)
    on_paper, on_screen = make_line(vote), make_line(vote)
    desk.do_strike(actor=keeper, entry=on_paper)
    assert cast(on_paper, "01") is False
    assert "Un bulletin papier a déjà été remis" in ballots.already(on_paper)
    cast(on_screen, "01")
    with pytest.raises(Refusal) as no:
        desk.do_strike(actor=keeper, entry=on_screen)
    assert (no.value.code, no.value.conflict) == ("already_voted", True)
    assert "second" in str(no.value)
    assert Ballot.objects.count() == 1


def test_by_telephone_somebody_of_the_desk_writes_it_down(vote: Vote) -> None:
    keeper = make_keeper(vote.organisation)
    line = make_line(vote)
    with pytest.raises(PermissionDenied):
        cast(line, "01", channel=Channel.PHONE)
    assert ballots.do_cast(actor=keeper, entry=line, codes=["01"], channel=Channel.PHONE)
    line.refresh_from_db()
    assert (line.channel, line.struck_by_id) == ("phone", keeper.person_id)
    with pytest.raises(Http404):
        cast(make_line(vote), "01", channel=Channel.PAPER)


def test_an_exercise_casts_nothing_real(vote: Vote) -> None:
    with pytest.raises(Refusal) as no:
        ballots.do_cast(actor=Actor(exercise_id=3), entry=make_line(vote), codes=["01"])
    assert no.value.code == "in_exercise"


# Secrecy


def test_casting_writes_two_tables_and_nothing_else(vote: Vote, caplog: pytest.LogCaptureFixture) -> None:
    keeper, line, phone = make_keeper(vote.organisation), make_line(vote), make_line(vote)
    before = [table.objects.count() for table in (Entry, Job, Message)]
    with caplog.at_level(logging.DEBUG, logger="reflexes"):
        cast(line, "01")
        ballots.do_cast(actor=keeper, entry=phone, codes=["02"], channel=Channel.PHONE)
    assert [table.objects.count() for table in (Entry, Job, Message)] == before
    assert caplog.text == ""


def test_no_column_of_a_ballot_tells_a_time_a_place_or_a_person() -> None:
    kinds = {field.name: field.get_internal_type() for field in Ballot._meta.concrete_fields}
    assert kinds == {
        "key": "UUIDField", "vote": "ForeignKey", "channel": "CharField", "batch": "ForeignKey", "void": "CharField",
    }  # fmt: skip
    assert {field.name for field in BallotMark._meta.concrete_fields} == {"id", "ballot", "choice", "points"}
    assert not {field.name for field in RollEntry._meta.get_fields()} & {
        "ballot",
        "ballots",
        "voted_at",
        "ip",
        "address",
    }
    assert RollEntry._meta.get_field("voted_on").get_internal_type() == "DateField"


def test_the_journal_of_the_desk_names_no_line(vote: Vote) -> None:
    keeper = make_keeper(vote.organisation)
    line = make_line(vote, "Nadia Ferhat", number="4711")
    desk.do_strike(actor=keeper, entry=line)
    entry = Entry.objects.get(verb="assembly.paper_given")
    assert (entry.object_kind, entry.object_key, entry.params) == ("vote", str(vote.pk), {"channel": "paper"})
    assert "4711" not in str(list(Entry.objects.values()))


# The desk


def test_the_desk_finds_a_line_by_name_without_accents_or_by_number(vote: Vote) -> None:
    keeper = make_keeper(vote.organisation)
    zoe = make_line(vote, "ÉLAN Zoé", number="12")
    make_line(vote, "Ferhat Nadia", number="120")
    assert desk.find_on_roll(keeper, vote, "zoe elan") == [zoe]
    assert zoe in desk.find_on_roll(keeper, vote, "12")
    assert desk.find_on_roll(keeper, vote, "  ") == []
    for other in (
        STRANGER,
        actor_for(make_person(role="agent", organisation=vote.organisation)),
        make_keeper(make_vote().organisation),
    ):
        with pytest.raises(PermissionDenied):
            desk.find_on_roll(other, vote, "zoe")


def test_a_strike_of_today_is_taken_back_with_a_reason_and_a_screen_ballot_never(vote: Vote) -> None:
    keeper = make_keeper(vote.organisation)
    line, voter = make_line(vote), make_line(vote)
    desk.do_strike(actor=keeper, entry=line)
    with pytest.raises(Refusal):
        desk.do_take_back_strike(actor=keeper, entry=line, reason=" ")
    desk.do_take_back_strike(actor=keeper, entry=line, reason="Autre personne du même nom.")
    line.refresh_from_db()
    assert (line.voted, line.voted_on, line.channel, line.struck_by_id) == (False, None, "", None)
    cast(voter, "01")
    with pytest.raises(Refusal) as no:
        desk.do_take_back_strike(actor=keeper, entry=voter, reason="Erreur.")
    assert no.value.code == "not_undone"


def test_somebody_added_at_the_desk_is_not_on_the_roll_twice(vote: Vote) -> None:
    keeper = make_keeper(vote.organisation)
    first = desk.do_add_at_desk(actor=keeper, vote=vote, name=" Zoé   Élan ")
    assert (first.name, first.known) == ("Zoé Élan", "desk")
    with pytest.raises(Refusal) as no:
        desk.do_add_at_desk(actor=keeper, vote=vote, name="ELAN Zoe")
    assert no.value.code == "on_the_roll"
    desk.do_add_at_desk(actor=keeper, vote=vote, name="Elan Zoé", namesake=True)
    assert vote.roll.count() == 2


def test_a_letter_that_came_in_time_is_struck_after_the_hour(vote: Vote) -> None:
    keeper, line, late = make_keeper(vote.organisation), make_line(vote), make_line(vote)
    with clock.travelling(vote.closes_at + timedelta(hours=1)):
        desk.do_strike(actor=keeper, entry=line, channel=Channel.LETTER)
        with pytest.raises(Refusal) as no:
            desk.do_strike(actor=keeper, entry=late)
    assert no.value.code == "closed"


# What always holds

acts = st.lists(
    st.tuples(
        st.sampled_from(["web", "room", "phone", "paper", "letter", "back", "nonsense"]),
        st.integers(0, 4),
        st.lists(st.sampled_from(["01", "02", "03", "04", "99"]), max_size=4),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_voters_and_ballots_are_as_many_by_channel_whatever_is_done(vote: Vote, acts: list) -> None:
    keeper = make_keeper(vote.organisation)
    lines = [make_line(vote) for _number in range(5)]
    for act, place, codes in acts:
        line = lines[place]
        try:
            if act in ballots.ON_PAPER:
                desk.do_strike(actor=keeper, entry=line, channel=act)
            elif act == "back":
                desk.do_take_back_strike(actor=keeper, entry=line, reason="Erreur.")
            else:
                ballots.do_cast(actor=keeper, entry=line, codes=codes, channel="web" if act == "nonsense" else act)
        except Refusal:
            pass
        found = reckon(vote)
        assert found.screens_agree, found
        assert sum(found.ballots.values()) == sum(found.voters.get(channel, 0) for channel in ballots.ON_SCREEN)
        assert found.voted == RollEntry.objects.filter(vote=vote, voted=True).count()
