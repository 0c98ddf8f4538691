"""The worker: claims rows by conditional update, does them, and leaves the truth in the table whatever kills it.

Habit of healthchecks' ``sendalerts``: no lock is held between the claim and the end. Several workers share the table.
A worker killed with -9 keeps its claims until the lease ends; then another worker's reaper takes them back (undone
work) or calls them uncertain (words that may have left).
"""

import logging
import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F
from django.utils import translation

from reflexes.core import clock, drill
from reflexes.core.outbox.errors import LeaseLost, NotSent, Refused
from reflexes.core.outbox.handlers import Handler, handler_of, periods
from reflexes.core.outbox.models import LEASE, Job, Outcome, State
from reflexes.core.outbox.services import enqueue, followed

log = logging.getLogger("reflexes.worker")

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
IDLE_SECONDS = 0.5
DATABASE_AWAY_SECONDS = 5.0
LOOKED_AT = 10


def wait_before(key: str, attempt: int) -> timedelta:
    """Return how long to wait after ``attempt`` failed: twice as long each time, at most an hour.

    The jitter comes from the job itself, so that a test or a reader can recompute it.

    >>> wait_before("mail:1", 1) == wait_before("mail:1", 1)
    True
    """
    doubled = FIRST_WAIT * (1 << min(attempt - 1, 12))
    spread = random.Random(f"{key}/{attempt}").uniform(0.75, 1.25)  # noqa: S311 - a queue, not a secret
    return min(doubled, LONGEST_WAIT) * spread


class Worker:
    """One worker. ``stop()`` lets it finish the job in hand."""

    def __init__(self, *, lease: timedelta = LEASE) -> None:
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        self.lease = lease
        self.raising = False
        self._stopped = threading.Event()
        self._ticked: dict[str, int] = {}
        self._next_reap = 0.0

    def stop(self) -> None:
        """Ask to stop once the job in hand is finished."""
        self._stopped.set()

    def work(self, *, once: bool = False, max_seconds: float | None = None) -> int:
        """Do jobs until told to stop, until none is due (``once``), or for ``max_seconds``; return how many."""
        ends = None if max_seconds is None else time.monotonic() + max_seconds
        done = 0
        self._survive_power_cuts()
        while not self._stopped.is_set() and (ends is None or time.monotonic() < ends):
            try:
                close_old_connections()
                self.tick()
                self.reap()
                worked = self.step()
            except DatabaseError:
                # Its job keeps its claim; the reaper settles it once the database is back.
                log.exception("The database does not answer; trying again in %s seconds.", DATABASE_AWAY_SECONDS)
                self._stopped.wait(DATABASE_AWAY_SECONDS)
                continue
            done += worked
            if not worked:
                if once:
                    break
                self._stopped.wait(IDLE_SECONDS)
        return done

    def step(self) -> bool:
        """Do one due job; tell whether there was one."""
        job = self.claim()
        if job is None:
            return False
        self.do(job)
        return True

    def claim(self) -> Job | None:
        """Make one due job ours by conditional update, or return nothing."""
        # In a worker both clocks agree; in a test that travels, whichever is later makes the job due.
        due = max(clock.real_now(), clock.now())
        waiting = Job.objects.filter(state=State.WAITING, run_at__lte=due)
        for pk, kind in waiting.order_by("run_at", "id").values_list("pk", "kind")[:LOOKED_AT]:
            known = handler_of(kind)
            with transaction.atomic():
                if Job.objects.filter(pk=pk, state=State.WAITING).update(
                    state=State.SENDING if known is not None and known.external else State.RUNNING,
                    worker=self.name,
                    lease_until=clock.real_now() + self.lease,
                    attempts=F("attempts") + 1,
                ):
                    job = Job.objects.get(pk=pk)
                    job.lease = self.lease
                    followed(job)
                    return job
        return None

    def do(self, job: Job) -> None:
        """Do a claimed job in the manner of its kind and write how it ended."""
        known = handler_of(job.kind)
        if known is None:
            self._settle(job, State.DEAD, Outcome.UNKNOWN_KIND)
            return
        with translation.override(settings.LANGUAGE_CODE), _clock_of(job):
            if known.external and job.exercise_id is not None:
                # Whoever wrote it was wrong: nothing of an exercise leaves the house (design.md rule 8).
                self._settle(job, State.DEAD, Outcome.REFUSED, "An exercise speaks to nobody outside.")
            elif known.external:
                self._speak(job, known)
            elif known.long:
                self._compute(job, known)
            else:
                self._transact(job, known)

    def _transact(self, job: Job, known: Handler) -> None:
        """Do the job and end it in one transaction: both happen or neither."""
        try:
            with transaction.atomic():
                if self._settle(job, State.DONE, Outcome.NOTHING):
                    known.run(job)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the job must say so
            self._failed(job, known, error)

    def _compute(self, job: Job, known: Handler) -> None:
        """Do a long job outside any transaction; another worker may have taken it over meanwhile."""
        try:
            known.run(job)
        except LeaseLost:
            log.warning("%s was taken over by another worker.", job)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, the job must say so
            self._failed(job, known, error)
        else:
            self._settle(job, State.DONE, Outcome.NOTHING)

    def _speak(self, job: Job, known: Handler) -> None:
        """Speak to the world: only what is certain not to have left is tried again."""
        try:
            known.run(job)
        except NotSent as error:
            self._retry(job, known, Outcome.NOT_SENT, str(error))
        except Refused as error:
            self._settle(job, State.DEAD, Outcome.REFUSED, str(error))
        except Exception as error:
            log.exception("%s may or may not have left.", job)
            self._settle(job, State.UNCERTAIN, Outcome.MAYBE_SENT, _named(error))
            if self.raising:
                raise
        else:
            self._settle(job, State.DONE, Outcome.NOTHING)

    def _failed(self, job: Job, known: Handler, error: Exception) -> None:
        """Write that the job failed and was undone; it is tried again until its attempts are used up."""
        log.error("%s failed.", job, exc_info=error)
        self._retry(job, known, Outcome.FAILED, _named(error))
        if self.raising:
            raise error

    def _retry(self, job: Job, known: Handler, outcome: Outcome, detail: str) -> None:
        if job.attempts >= known.attempts:
            self._settle(job, State.DEAD, outcome, detail)
        else:
            self._settle(job, State.WAITING, outcome, detail)

    def _settle(self, job: Job, state: State, outcome: Outcome, detail: str = "") -> bool:
        """Write how a job of ours ended, unless another worker took it over; tell whether it was still ours.

        What we know of words already spoken is written even when the reaper has just called them uncertain.
        """
        held = (State.SENDING, State.UNCERTAIN) if job.state == State.SENDING else (State.RUNNING,)
        return settle(job, held, state, outcome, detail, worker=self.name)

    def reap(self) -> int:
        """Settle the jobs of workers that gave no sign of life; return how many."""
        if time.monotonic() < self._next_reap:
            return 0
        self._next_reap = time.monotonic() + min(self.lease.total_seconds() / 4, 15)
        return reap()

    def tick(self) -> None:
        """Write the job of the present period of each kind done again and again."""
        moment = clock.real_now().timestamp()
        for kind, period in periods().items():
            number = int(moment // period.total_seconds())
            if self._ticked.get(kind) != number:
                enqueue(kind, {}, key=f"tick:{kind}:{number}")
                self._ticked[kind] = number

    def _survive_power_cuts(self) -> None:
        """Make "being sent" reach the disk before anything leaves.

        SQLite's NORMAL is safe against kill -9 but may forget the last commits after a power cut: a mail would then
        leave twice. PostgreSQL already waits for the disk.
        """
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=FULL")


def settle(job: Job, held: tuple[State, ...], state: State, outcome: Outcome, detail: str = "", *, worker: str) -> bool:
    """Move ``job`` from one of the ``held`` states of ``worker`` to ``state``; tell whether it was still there."""
    now = clock.real_now()
    with transaction.atomic():
        moved = Job.objects.filter(pk=job.pk, worker=worker, state__in=held).update(
            state=state,
            outcome=outcome,
            detail=detail[:500],
            lease_until=None,
            run_at=now + wait_before(job.key, job.attempts) if state == State.WAITING else job.run_at,
            ended_at=None if state == State.WAITING else now,
        )
        if not moved:
            return False
        job.refresh_from_db()
        followed(job)
    return True


def reap() -> int:
    """Settle the jobs whose lease ended: undone work waits again, words that may have left become uncertain."""
    stale = Job.objects.filter(state__in=(State.RUNNING, State.SENDING), lease_until__lt=clock.real_now())
    if not stale.exists():
        return 0
    with transaction.atomic():
        # A row locked by its own worker is just being settled: leave it.
        jobs = list(stale.select_for_update(skip_locked=True).order_by("id")[:100])
        for job in jobs:
            log.warning("%s was left by a worker that stopped.", job)
            known = handler_of(job.kind)
            if job.state == State.SENDING:
                ended, outcome = State.UNCERTAIN, Outcome.MAYBE_SENT_KILLED
            elif known is not None and job.attempts >= known.attempts:
                ended, outcome = State.DEAD, Outcome.KILLED
            else:
                ended, outcome = State.WAITING, Outcome.KILLED
            settle(job, (State(job.state),), ended, outcome, worker=job.worker)
    return len(jobs)


def run_all(*, raising: bool = True) -> int:
    """Do every job that is due, here and now, and those they cause; return how many were done.

    For the demo and for tests: an unexpected failure is raised after it was written, unless ``raising`` is false.
    """
    worker = Worker()
    worker.raising = raising
    done = 0
    while worker.step():
        done += 1
    return done


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


@contextmanager
def _clock_of(job: Job) -> Iterator[None]:
    """Live at the date of the job's exercise, if it has one."""
    if job.exercise_id is None:
        yield
    else:
        with clock.shifted(timedelta(seconds=job.shift_seconds)), drill.playing(job.exercise_id):
            yield
