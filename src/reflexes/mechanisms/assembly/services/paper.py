"""Paper ballots: bundles counted when the box is opened, each sheet typed by two people who do not see one another.

Two readings that agree make the ballot. Two that differ wait for a third, by somebody who read neither, and that one
decides. A sheet makes one ballot; a void one is kept too, with why. A correction is two new readings; what was read
before stays in the journal. Sheets come out of a box that mixed them: nothing here knows who wrote them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Ballot, BallotMark, Channel, PaperBatch, PaperReading, Vote
from reflexes.mechanisms.assembly.perms_votes import check_keeping_vote, check_reading
from reflexes.mechanisms.journal.services import record

MOST_PAPERS = 1_000


@dataclass(frozen=True, slots=True)
class Progress:
    """Where one bundle stands: sheets counted, read once, waiting for a third reader, made into ballots, and void."""

    batch: PaperBatch
    read_once: int
    disagree: int
    done: int
    void: int

    @property
    def finished(self) -> bool:
        """Tell whether every sheet counted in the box is one ballot, and no more."""
        return self.done == self.batch.papers and not (self.read_once or self.disagree)


def do_open_batch(*, actor: Actor, vote: Vote, code: str, place: str, papers: int) -> PaperBatch:
    """Open a bundle: so many sheets were counted in the box of ``place``, by hand, before anything is typed."""
    check_reading(actor, vote)
    if not code.strip() or not place.strip():
        raise Refusal("batch_unnamed", gettext_lazy("Give the bundle its number, and say where its box stood."))
    _check_papers(papers)
    try:
        with transaction.atomic():
            _held_to_type(vote)
            batch = PaperBatch.objects.create(
                vote=vote,
                code=code.strip()[:12],
                place=place.strip()[:160],
                papers=papers,
                opened_by_id=actor.person_id,
            )
            record(
                actor=actor,
                verb="assembly.batch_opened",
                object_kind="batch",
                object_key=batch.pk,
                params={"code": batch.code, "papers": papers},
            )
    except IntegrityError as error:
        raise Refusal(
            "batch_known", gettext_lazy("A bundle has this number already. Give this one another."), conflict=True
        ) from error
    return batch


def _check_papers(papers: int) -> None:
    if not 1 <= papers <= MOST_PAPERS:
        raise Refusal("papers", gettext_lazy("A bundle holds from one to a thousand sheets. Split what is more."))


def _held_to_type(vote: Vote) -> Vote:
    """Return the vote held in the caller's transaction: boxes are opened once it has begun, until the result is out."""
    current = Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
    if current.state == Vote.State.PUBLISHED:
        raise Refusal(
            "published", gettext_lazy("The result is public: paper ballots do not change any more."), conflict=True
        )
    if current.state == Vote.State.DRAFT or clock.now() < current.opens_at:
        raise Refusal("not_open_yet", gettext_lazy("This vote is not open yet: there is no box to open."))
    return current


def do_recount_papers(*, actor: Actor, batch: PaperBatch, papers: int, reason: str) -> None:
    """Correct how many sheets the box held, counted again by hand; why is kept."""
    check_keeping_vote(actor, batch.vote)
    _check_papers(papers)
    if not reason.strip():
        raise Refusal("reason_missing", gettext_lazy("Say who counted the sheets again, and what they found."))
    with transaction.atomic():
        _held_to_type(batch.vote)
        current = PaperBatch.objects.select_for_update().get(pk=batch.pk)
        if current.readings.filter(sheet__gt=papers).exists():
            raise Refusal(
                "sheets_beyond",
                gettext_lazy("Sheets with a higher number were typed already. Count again, or have them read again."),
                conflict=True,
            )
        PaperBatch.objects.filter(pk=batch.pk).update(papers=papers)
        record(
            actor=actor,
            verb="assembly.papers_recounted",
            object_kind="batch",
            object_key=batch.pk,
            reason=reason,
            params={"code": current.code, "before": current.papers, "papers": papers},
        )
    batch.refresh_from_db()


def do_read_sheet(*, actor: Actor, batch: PaperBatch, sheet: int, codes: Iterable[str], void: str = "") -> PaperReading:
    """Type what one sheet says; ``codes`` are its crosses, ``void`` says why it cannot count.

    No cross makes it blank, and too many void: that is what the paper says, not a typing error. An unknown code is one.
    Raises Refusal: ``sheet``, ``choice_unknown``, ``read_by_you``, ``read_already``.
    """
    check_reading(actor, batch.vote)
    with transaction.atomic():
        vote = _held_to_type(batch.vote)
        current = PaperBatch.objects.select_for_update().get(pk=batch.pk)
        if not 1 <= sheet <= current.papers:
            raise Refusal(
                "sheet",
                _("This bundle holds sheets 1 to %(papers)s. Look at the number of the sheet.")
                % {"papers": current.papers},
            )
        crosses, void = _read(vote, codes, void)
        readings = list(current.readings.filter(sheet=sheet).order_by("pk"))
        if readings and readings[0].ballot_id is not None:
            raise Refusal(
                "read_already",
                gettext_lazy("This sheet is a ballot already. If it was mistyped, have it read again and say why."),
                conflict=True,
            )
        own = next((one for one in readings if one.reader_id == actor.person_id), None)
        if own is not None:
            return _read_own_again(actor, own, len(readings), crosses, void)
        reading = PaperReading.objects.create(
            batch=current,
            sheet=sheet,
            reader_id=actor.person_id,
            crosses=crosses,
            void=void,
            decides=len(readings) == 2,
        )
        if reading.decides or any(_same(one, reading) for one in readings):
            _into_the_box(vote, reading)
            reading.refresh_from_db()
    return reading


def _read(vote: Vote, codes: Iterable[str], void: str) -> tuple[str, str]:
    """Return the crosses of a sheet as they are compared, and why it is void, if it is."""
    if void not in {"", *Ballot.Why.values}:
        raise Refusal("void_unknown", gettext_lazy("Choose from the list why this sheet cannot count."))
    if void in {Ballot.Why.UNREADABLE, Ballot.Why.MARKED, Ballot.Why.TOO_MANY}:
        return "", void
    crossed = sorted({code.strip().upper() for code in codes} - {""})
    known = set(vote.choices.order_by("code").values_list("code", flat=True))
    if strange := next((code for code in crossed if code not in known), ""):
        raise Refusal(
            "choice_unknown",
            _("No project has the number “%(code)s” in this vote. Look at the sheet again.") % {"code": strange[:20]},
        )
    if not crossed:
        return "", Ballot.Why.BLANK
    # Beyond this many crosses, which ones no longer matters: the sheet is void, and two readers agree that it is.
    return ("", Ballot.Why.TOO_MANY) if len(crossed) > vote.most_choices else (" ".join(crossed), "")


def _same(one: PaperReading, other: PaperReading) -> bool:
    return (one.crosses, one.void) == (other.crosses, other.void)


def _read_own_again(actor: Actor, own: PaperReading, readers: int, crosses: str, void: str) -> PaperReading:
    """Let the only reader of a sheet so far type it again; what they had typed stays in the journal."""
    if readers > 1:
        raise Refusal(
            "read_by_you",
            gettext_lazy("You read this sheet, and so did somebody else. A third person reads it now."),
            conflict=True,
        )
    if (own.crosses, own.void) != (crosses, void):
        _keep_trace(actor, "assembly.reading_changed", [own], reason="")
        PaperReading.objects.filter(pk=own.pk).update(crosses=crosses, void=void, read_at=clock.now())
        own.refresh_from_db()
    return own


def _into_the_box(vote: Vote, reading: PaperReading) -> None:
    """Make the ballot of a sheet, once, as ``reading`` says."""
    ballot = Ballot.objects.create(vote=vote, channel=Channel.PAPER, batch=reading.batch, void=reading.void)
    choices = vote.choices.filter(code__in=reading.crosses.split()).order_by("code")
    BallotMark.objects.bulk_create(BallotMark(ballot=ballot, choice=choice) for choice in choices)
    PaperReading.objects.filter(batch=reading.batch, sheet=reading.sheet).update(ballot=ballot)


def do_read_again(*, actor: Actor, batch: PaperBatch, sheet: int, reason: str) -> None:
    """Set the readings of a sheet aside, with its ballot, for two people to read it anew; the journal keeps them."""
    check_reading(actor, batch.vote)
    if not reason.strip():
        raise Refusal(
            "reason_missing", gettext_lazy("Say in one sentence what is wrong with this sheet as it was typed.")
        )
    with transaction.atomic():
        _held_to_type(batch.vote)
        current = PaperBatch.objects.select_for_update().get(pk=batch.pk)
        readings = list(current.readings.filter(sheet=sheet).order_by("pk"))
        if not readings:
            raise Refusal("not_read", gettext_lazy("Nobody read this sheet yet: type it."))
        _keep_trace(actor, "assembly.sheet_read_again", readings, reason=reason)
        current.readings.filter(sheet=sheet).delete()
        Ballot.objects.filter(pk__in=[one.ballot_id for one in readings if one.ballot_id]).delete()


def _keep_trace(actor: Actor, verb: str, readings: list[PaperReading], *, reason: str) -> None:
    first = readings[0]
    record(
        actor=actor,
        verb=verb,
        object_kind="batch",
        object_key=first.batch_id,
        reason=reason,
        params={
            "code": first.batch.code,
            "sheet": first.sheet,
            "read": [[str(one.reader.key), one.crosses, one.void] for one in readings],
        },
    )


def progress(vote: Vote) -> list[Progress]:
    """Return where each bundle of ``vote`` stands, with three queries whatever their number."""
    sheets = (
        PaperReading.objects.filter(batch__vote=vote)
        .order_by()
        .values("batch_id", "sheet")
        .annotate(readers=Count("pk"), ballots=Count("ballot"))
    )
    counts: dict[int, list[int]] = {}
    for one in sheets:
        place = 2 if one["ballots"] else min(one["readers"], 2) - 1
        counts.setdefault(one["batch_id"], [0, 0, 0])[place] += 1
    batches = vote.batches.annotate(voided=Count("ballots", filter=~Q(ballots__void=""))).order_by("code")
    return [Progress(one, *counts.get(one.pk, [0, 0, 0]), one.voided) for one in batches]


def sheets_to_read(actor: Actor, batch: PaperBatch, *, third: bool = False) -> list[int]:
    """Return the sheets that ``actor`` may read now: those with no ballot that they did not read.

    ``third`` returns only those on which two readers disagree. Readings are never shown before one's own is typed.
    """
    check_reading(actor, batch.vote)
    read: dict[int, set[int]] = {}
    settled = set()
    for reading in batch.readings.order_by("sheet", "pk"):
        read.setdefault(reading.sheet, set()).add(reading.reader_id)
        if reading.ballot_id is not None:
            settled.add(reading.sheet)
    open_sheets = (sheet for sheet in range(1, batch.papers + 1) if sheet not in settled)
    waiting = [sheet for sheet in open_sheets if actor.person_id not in read.get(sheet, set())]
    return [sheet for sheet in waiting if len(read.get(sheet, set())) == 2] if third else waiting
