"""Work of this mechanism done by a worker."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every, handler
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.services import (
    answers,
    closing,
    commitments,
    draws_plan,
    pool_erasure,
    reviews,
    roll,
    seats,
    tries,
)


@every(timedelta(hours=1), "assembly.watch")
def watch(job: Job) -> None:
    """Say what should have been answered or done and was not, and which reviews may be called."""
    answers.tell_late_answers()
    commitments.tell_late_commitments()
    reviews.tell_due_reviews()


@every(timedelta(hours=6), "assembly.end_seats")
def end_seats(job: Job) -> None:
    """End the seats whose last day has passed."""
    seats.end_seats()


@every(timedelta(days=1), "assembly.stir")
def stir_boxes(job: Job) -> None:
    """Stir the ballots of open votes, so that the backup of the night does not tell in which order they came."""
    closing.stir_open_votes()


@every(timedelta(days=1), "assembly.forget_rolls")
def forget_rolls(job: Job) -> None:
    """Take names off the rolls of old votes, and forget from where wrong codes came."""
    roll.forget_names()
    tries.forget()


@handler("assembly.draw_plan", long=True)
def make_tickets(job: Job) -> None:
    """Make the tickets of one draw and publish its record; started again from nothing if the worker died."""
    draws_plan.compute(job.payload["draw"], renew=job.renew)


@every(timedelta(hours=6), "assembly.erase_pools")
def erase_pools(job: Job) -> None:
    """Destroy the pools whose last day has come."""
    pool_erasure.erase_pools()
