"""Ask for work to be done later, and decide on the work that got stuck."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock, drill
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.handlers import handler_of
from reflexes.core.outbox.models import STUCK, Job, State
from reflexes.core.outbox.perms import can_tend_outbox


def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    key: str,
    run_at: datetime | None = None,
    exercise_id: int | None = None,
) -> Job:
    """Write a job in the caller's transaction, so that it exists if and only if its cause does (issue 2, 1.3).

    The same ``key`` twice is one job: the first is returned, the transaction goes on. ``run_at`` is read on the
    caller's clock; a job of an exercise is done when the exercise's clock says so, and lives at its date.

    Raises ValueError when ``key`` already names a job of another kind: a mistake of the caller.
    """
    exercise_id = drill.current() if exercise_id is None else exercise_id
    shift = _shift() if exercise_id is not None else timedelta(0)
    job = Job(
        key=key,
        kind=kind,
        payload=payload,
        run_at=run_at - shift if run_at else clock.real_now(),
        exercise_id=exercise_id,
        shift_seconds=int(shift.total_seconds()),
    )
    # "On conflict do nothing" on both databases: no error, so the caller's transaction is not broken.
    Job.objects.bulk_create([job], ignore_conflicts=True)
    kept = Job.objects.get(key=key)
    if kept.kind != kind:
        raise ValueError(f"The key {key} already names a job of kind {kept.kind}: give {kind} a key of its own.")
    return kept


def _shift() -> timedelta:
    """Return how far the current clock is from the real one, in whole seconds."""
    return timedelta(seconds=round((clock.now() - clock.real_now()).total_seconds()))


def stuck_jobs() -> QuerySet[Job]:
    """Return the dead letters and the uncertain jobs, oldest first: each waits for a person."""
    return Job.objects.filter(state__in=STUCK).order_by("created_at", "id")


def access_job(actor: Actor, pk: int) -> Job:
    """Return a job to someone who tends the outbox; for anyone else it does not exist."""
    if not can_tend_outbox(actor):
        raise Http404
    job = Job.objects.filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


def do_try_again(*, actor: Actor, job: Job) -> None:
    """Put a stuck job back in the queue: the person takes it on them that it may arrive twice when uncertain."""
    _decide(actor, job, State.WAITING)


def do_set_aside(*, actor: Actor, job: Job) -> None:
    """Close a stuck job without doing it."""
    _decide(actor, job, State.SET_ASIDE)


def _decide(actor: Actor, job: Job, state: State) -> None:
    """Move a stuck job by conditional update: of two people deciding at once, one is told it is decided."""
    if not can_tend_outbox(actor):
        raise PermissionDenied
    now = clock.real_now()
    with transaction.atomic():
        moved = Job.objects.filter(pk=job.pk, state__in=STUCK).update(
            state=state,
            attempts=0,
            run_at=now,
            worker="",
            ended_at=now if state == State.SET_ASIDE else None,
            decided_by=actor.person_key,
            decided_at=now,
        )
        if not moved:
            raise Refusal(
                "already_decided",
                _("Someone has already decided on this one. Open the outbox again to see what became of it."),
                conflict=True,
            )
        job.refresh_from_db()
        followed(job)


def followed(job: Job) -> None:
    """Tell the owner of ``job`` that its state changed, in the same transaction."""
    owner = handler_of(job.kind)
    if owner is not None and owner.follow is not None:
        owner.follow(job)


def decisions_by(person_key: UUID) -> QuerySet[Job]:
    """Return the stuck jobs ``person_key`` decided on."""
    return Job.objects.filter(decided_by=person_key).order_by("decided_at", "id")
