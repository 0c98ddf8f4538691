"""Paper ballots: two people type each sheet without seeing one another, a third decides, a sheet counts once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reflexes.core import clock
from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms_votes
from reflexes.mechanisms.assembly.factories_votes import make_batch, make_keeper, make_vote
from reflexes.mechanisms.assembly.models import Ballot, PaperBatch, PaperReading, Vote
from reflexes.mechanisms.assembly.services import paper
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_person
from reflexes.mechanisms.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def vote() -> Vote:
    return make_vote()


@pytest.fixture
def batch(vote: Vote) -> PaperBatch:
    return make_batch(vote, papers=3)


@pytest.fixture
def readers(vote: Vote) -> list[Actor]:
    return [
        actor_for(make_person(name, role=roles.AGENT, organisation=vote.organisation))
        for name in ("Ana", "Bo", "Cy", "Di")
    ]


def read(reader: Actor, batch: PaperBatch, sheet: int, *codes: str, **how: str) -> PaperReading:
    return paper.do_read_sheet(actor=reader, batch=batch, sheet=sheet, codes=codes, **how)


def said(vote: Vote) -> list[tuple[str, str]]:
    return sorted(
        (" ".join(one.marks.order_by("choice__code").values_list("choice__code", flat=True)), one.void)
        for one in vote.ballots.order_by("key")
    )


def test_one_reading_makes_no_ballot_and_two_that_agree_make_one(batch: PaperBatch, readers: list[Actor]) -> None:
    assert read(readers[0], batch, 1, "02", "01").ballot is None
    assert not Ballot.objects.exists()
    assert read(readers[1], batch, 1, "01", "02 ").ballot == Ballot.objects.get()
    assert said(batch.vote) == [("01 02", "")]
    assert Ballot.objects.get().batch == batch


def test_nobody_is_both_readers_of_a_sheet(batch: PaperBatch, readers: list[Actor]) -> None:
    read(readers[0], batch, 1, "01")
    read(readers[0], batch, 1, "01")
    assert PaperReading.objects.count() == 1
    assert not Ballot.objects.exists()


def test_two_that_differ_wait_for_a_third_who_read_neither(batch: PaperBatch, readers: list[Actor]) -> None:
    ana, bo, cy, di = readers
    read(ana, batch, 1, "01")
    read(bo, batch, 1, "02")
    assert not Ballot.objects.exists()
    assert paper.sheets_to_read(cy, batch, third=True) == [1]
    assert paper.sheets_to_read(ana, batch, third=True) == []
    for one in (ana, bo):
        with pytest.raises(Refusal) as no:
            read(one, batch, 1, "02")
        assert no.value.code == "read_by_you"
    decided = read(cy, batch, 1, "02", "03")
    assert decided.decides
    assert said(batch.vote) == [("02 03", "")]
    with pytest.raises(Refusal) as no:
        read(di, batch, 1, "01")
    assert no.value.code == "read_already"
    assert Ballot.objects.count() == 1


def test_a_paper_with_too_many_crosses_is_void_and_kept_with_why(batch: PaperBatch, readers: list[Actor]) -> None:
    read(readers[0], batch, 1, "01", "02", "03", "04")
    read(readers[1], batch, 1, "04", "03", "02", "01")
    read(readers[0], batch, 2)
    read(readers[1], batch, 2)
    read(readers[0], batch, 3, "01", void="marked")
    read(readers[1], batch, 3, void="marked")
    assert said(batch.vote) == [("", "blank"), ("", "marked"), ("", "too_many")]


@pytest.mark.parametrize(
    ("sheet", "codes", "void", "code"),
    [
        (0, ("01",), "", "sheet"),
        (4, ("01",), "", "sheet"),
        (1, ("77",), "", "choice_unknown"),
        (1, (), "odd", "void_unknown"),
    ],
)
def test_what_is_not_on_the_sheet_is_refused(
    batch: PaperBatch, readers: list[Actor], sheet: int, codes: tuple[str, ...], void: str, code: str
) -> None:
    with pytest.raises(Refusal) as no:
        read(readers[0], batch, sheet, *codes, void=void)
    assert no.value.code == code
    assert not PaperReading.objects.exists()


def test_a_slip_seen_before_the_second_reader_is_typed_again_and_leaves_a_trace(
    batch: PaperBatch, readers: list[Actor]
) -> None:
    read(readers[0], batch, 1, "01")
    assert read(readers[0], batch, 1, "02").crosses == "02"
    trace = Entry.objects.get(verb="assembly.reading_changed")
    assert trace.params["read"] == [[str(readers[0].person_key), "01", ""]]
    read(readers[1], batch, 1, "02")
    assert said(batch.vote) == [("02", "")]


def test_a_sheet_mistyped_by_both_is_read_again_and_leaves_a_trace(batch: PaperBatch, readers: list[Actor]) -> None:
    for reader in readers[:2]:
        read(reader, batch, 1, "01")
    with pytest.raises(Refusal):
        paper.do_read_again(actor=readers[2], batch=batch, sheet=1, reason=" ")
    paper.do_read_again(actor=readers[2], batch=batch, sheet=1, reason="La croix est en face du 02.")
    assert not Ballot.objects.exists()
    trace = Entry.objects.get(verb="assembly.sheet_read_again")
    assert [one[1] for one in trace.params["read"]] == ["01", "01"]
    assert trace.reason == "La croix est en face du 02."
    for reader in readers[:2]:
        read(reader, batch, 1, "02")
    assert said(batch.vote) == [("02", "")]


def test_a_bundle_is_finished_when_ballots_are_as_many_as_papers_counted(
    vote: Vote, batch: PaperBatch, readers: list[Actor]
) -> None:
    ana, bo, _cy, _di = readers
    empty = make_batch(vote, papers=1)
    read(ana, batch, 1, "01")
    read(bo, batch, 1, "01")
    read(ana, batch, 2)
    read(bo, batch, 2, "01")
    read(ana, batch, 3, "02")
    found = {one.batch: one for one in paper.progress(vote)}
    assert (found[batch].done, found[batch].disagree, found[batch].read_once, found[batch].void) == (1, 1, 1, 0)
    assert not found[batch].finished
    assert (found[empty].done, found[empty].finished) == (0, False)
    read(readers[2], batch, 2)
    read(bo, batch, 3, "02")
    found = {one.batch: one for one in paper.progress(vote)}
    assert (found[batch].done, found[batch].void, found[batch].finished) == (3, 1, True)
    assert paper.sheets_to_read(ana, batch) == []


def test_progress_asks_as_few_questions_for_many_bundles(
    vote: Vote, readers: list[Actor], django_assert_num_queries
) -> None:
    for _number in range(5):
        one = make_batch(vote)
        read(readers[0], one, 1, "01")
        read(readers[1], one, 1, "01")
    with django_assert_num_queries(2):
        assert len(paper.progress(vote)) == 5


def test_papers_counted_again_leave_a_reason(batch: PaperBatch, readers: list[Actor]) -> None:
    keeper = make_keeper(batch.vote.organisation)
    read(readers[0], batch, 3, "01")
    with pytest.raises(Refusal) as no:
        paper.do_recount_papers(actor=keeper, batch=batch, papers=2, reason="Recompté.")
    assert no.value.code == "sheets_beyond"
    paper.do_recount_papers(actor=keeper, batch=batch, papers=4, reason="Recompté à deux.")
    assert batch.papers == 4
    assert Entry.objects.get(verb="assembly.papers_recounted").params["before"] == 3


def test_bundles_are_opened_by_people_of_the_organisation_with_a_number_of_their_own(
    vote: Vote, readers: list[Actor]
) -> None:
    opened = paper.do_open_batch(actor=readers[0], vote=vote, code="7", place="Salle des fêtes", papers=50)
    assert perms_votes.access_batch(readers[0], opened.pk) == opened
    for how, code in (({"code": "7"}, "batch_known"), ({"code": " "}, "batch_unnamed"), ({"papers": 0}, "papers")):
        with pytest.raises(Refusal) as no:
            paper.do_open_batch(actor=readers[0], vote=vote, **{"code": "8", "place": "Mairie", "papers": 5, **how})
        assert no.value.code == code
    for other in (
        STRANGER,
        actor_for(make_person(role=roles.AGENT)),
        actor_for(make_person(role=roles.ELECTED, organisation=vote.organisation)),
    ):
        with pytest.raises(PermissionDenied):
            paper.do_open_batch(actor=other, vote=vote, code="9", place="Mairie", papers=5)
        with pytest.raises((PermissionDenied, Http404)):
            perms_votes.access_batch(other, opened.pk)


def test_no_box_is_opened_before_the_vote_nor_after_the_result(batch: PaperBatch, readers: list[Actor]) -> None:
    vote = batch.vote
    with clock.travelling(vote.opens_at), pytest.raises(Refusal) as early:
        clock_before = vote.opens_at
        Vote.objects.filter(pk=vote.pk).update(opens_at=vote.closes_at - (vote.closes_at - clock_before) / 2)
        read(readers[0], batch, 1, "01")
    assert early.value.code == "not_open_yet"
    Vote.objects.filter(pk=vote.pk).update(opens_at=clock_before, state=Vote.State.PUBLISHED)
    with pytest.raises(Refusal) as late:
        read(readers[0], batch, 1, "01")
    assert late.value.code == "published"
