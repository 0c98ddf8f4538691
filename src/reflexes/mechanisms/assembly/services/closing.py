"""Closing a vote, and stirring its box: ballots are written again in an order drawn by the system.

Between a ballot and the roll there is no key and no time, but a database remembers in which order rows were written
(``rowid``, ``ctid``) and, PostgreSQL, by which transaction (``xmin``). Stirring takes that away: new keys, new rows,
one transaction for all, in an order nobody can draw again, so there is no seed. The box is stirred each night while the
vote is open, so that the backup of the night tells little, and once for all when it closes. See docs/votes.md for what
this does not protect.
"""

import logging
from collections import defaultdict
from secrets import SystemRandom
from uuid import UUID, uuid4

from django.db import Error, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly.models import Ballot, BallotMark, Vote
from reflexes.mechanisms.assembly.perms_votes import check_keeping_vote
from reflexes.mechanisms.assembly.services.ballots import ON_SCREEN
from reflexes.mechanisms.journal.services import record

logger = logging.getLogger(__name__)
BATCH = 2_000
luck = SystemRandom()


class BoxChanged(Exception):
    """Stirring would have lost or added something: nothing was written."""


def do_close(*, actor: Actor, vote: Vote) -> None:
    """Close a vote whose hour has come: no ballot after this, and the order of those before is gone."""
    check_keeping_vote(actor, vote)
    with transaction.atomic():
        current = Vote.objects.select_for_update().get(pk=vote.pk)
        if current.state != Vote.State.FROZEN:
            raise Refusal("not_open", _("This vote was closed already, or is not frozen yet."), conflict=True)
        if clock.now() < current.closes_at:
            raise Refusal("too_early", _("This vote is still open: it can be closed once its hour has come."))
        Vote.objects.filter(pk=vote.pk).update(state=Vote.State.CLOSED, closed_at=clock.now())
        _write_again(vote)
        record(
            actor=actor,
            verb="assembly.vote_closed",
            object_kind="vote",
            object_key=vote.pk,
            params={"count": vote.roll.filter(voted=True).count(), "ballots": vote.ballots.count()},
        )
        transaction.on_commit(_forget_old_rows, robust=True)
    vote.refresh_from_db()


def stir(vote: Vote) -> None:
    """Stir the box of a vote that is open; ballots cast meanwhile wait for the next time."""
    with transaction.atomic():
        Vote.objects.select_for_update(no_key=True).get(pk=vote.pk)
        _write_again(vote)
        transaction.on_commit(_forget_old_rows, robust=True)


def stir_open_votes() -> int:
    """Stir the box of every open vote; return how many."""
    votes = Vote.objects.filter(state=Vote.State.FROZEN, opens_at__lte=clock.now()).order_by("pk")
    for vote in votes:
        stir(vote)
    return len(votes)


def _write_again(vote: Vote) -> None:
    """Write the ballots cast on screens again, in an order drawn now. Paper came out of a box: it was mixed there."""
    ballots = list(vote.ballots.filter(batch=None, channel__in=ON_SCREEN).order_by("pk"))
    marks: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    said = BallotMark.objects.filter(ballot__vote=vote, ballot__batch=None).order_by("choice_id")
    for ballot_id, choice_id, points in said.values_list("ballot_id", "choice_id", "points"):
        marks[ballot_id].append((choice_id, points))
    luck.shuffle(ballots)
    _take_out([one.pk for one in ballots], sum(len(marks[one.pk]) for one in ballots))
    again = [Ballot(key=uuid4(), vote=vote, channel=one.channel, void=one.void) for one in ballots]
    Ballot.objects.bulk_create(again, batch_size=BATCH)
    BallotMark.objects.bulk_create(
        (
            BallotMark(ballot=new, choice_id=choice_id, points=points)
            for one, new in zip(ballots, again, strict=True)
            for choice_id, points in marks[one.pk]
        ),
        batch_size=BATCH,
    )


def _take_out(keys: list[UUID], crosses: int) -> None:
    """Delete the ballots that were read, all of them and nothing else, or raise BoxChanged."""
    _erase_for_good()
    found = [0, 0]
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        found[0] += BallotMark.objects.filter(ballot__in=some).delete()[0]
        found[1] += Ballot.objects.filter(pk__in=some).delete()[0]
    if found != [crosses, len(keys)]:
        raise BoxChanged


def _erase_for_good() -> None:
    """Make SQLite write zeros over deleted rows; the file would keep them otherwise."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _forget_old_rows() -> None:
    """Leave no older version of a ballot in the files of the database. What cannot be done now is said in the log."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                _vacuum(cursor)
    except Error as error:
        logger.warning("Older versions of ballots stay in the database until its next cleaning: %s", error)


def _vacuum(cursor: CursorWrapper) -> None:
    cursor.execute("SET lock_timeout = '5s'")
    try:
        for table in (Ballot, BallotMark):
            cursor.execute(f"VACUUM FULL {connection.ops.quote_name(table._meta.db_table)}")
    finally:
        cursor.execute("RESET lock_timeout")
