"""Work of this mechanism done by a worker."""

from datetime import timedelta

from reflexes.core.outbox.handlers import every, handler
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.allocation.services import (
    deadlines,
    departures,
    imports,
    personal,
    plans,
    price_asking,
    standing_in,
    waves,
)


@handler("allocation.plan", long=True)
def compute_plan(job: Job) -> None:
    """Compute one plan; started again from nothing if the worker died."""
    plans.compute(job.payload["plan"], renew=job.renew)


@handler("allocation.plan_reading", long=True)
def read_plan_again(job: Job) -> None:
    """Write what a plan says of itself after changes by hand."""
    plans.read_again(job.payload["plan"])


@handler("allocation.price", long=True)
def price_pair(job: Job) -> None:
    """Find what sending one person more would cost a big plan."""
    price_asking.compute(job.payload["price"])


@every(timedelta(minutes=5), "allocation.expire")
def expire_proposals(job: Job) -> None:
    """End the proposals whose time to answer has passed."""
    waves.expire_unanswered()


@every(timedelta(minutes=5), "allocation.deadlines")
def watch_deadlines(job: Job) -> None:
    """Remind and escalate home managers, say that no stand-in was found, end what nobody answered."""
    deadlines.remind_and_escalate()
    standing_in.say_nobody_found()
    deadlines.end_unanswered()


@handler("allocation.import", long=True)
def write_import(job: Job) -> None:
    """Write a confirmed sheet in batches; started again, it goes on where it stopped."""
    imports.write(job.payload["import"], renew=job.renew)


@handler("allocation.import_undo", long=True)
def undo_import(job: Job) -> None:
    """Take a sheet back in batches."""
    imports.undo(job.payload["import"], renew=job.renew)


@every(timedelta(days=1), "allocation.forget_imports")
def forget_imports(job: Job) -> None:
    """Forget the files that nobody confirmed, and how things were before old imports."""
    imports.forget()


@every(timedelta(days=1), "allocation.own_plans")
def remind_own_plans(job: Job) -> None:
    """Ask once a year whoever wrote a plan for themself whether it is still true."""
    personal.remind_old_plans()


@every(timedelta(hours=6), "allocation.departures")
def carry_out_departures(job: Job) -> None:
    """Close what the last day has passed of, delete what has served."""
    departures.close_departed()
    departures.forget_departed()
