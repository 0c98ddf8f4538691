"""Who does which kind of job. Each app declares its own in ``<app>/jobs.py``, found when Django starts.

@handler("my_piste.proposed")
def proposed(job: Job) -> None: ...

@every(timedelta(minutes=1), "journal.seal")
def seal(job: Job) -> None: ...
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reflexes.core.outbox.models import Job

Run = Callable[["Job"], None]


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind of job is done; see ``handler``."""

    kind: str
    run: Run
    external: bool
    long: bool
    attempts: int
    follow: Run | None


_handlers: dict[str, Handler] = {}
_periods: dict[str, timedelta] = {}


def handler(
    kind: str, *, external: bool = False, long: bool = False, attempts: int = 6, follow: Run | None = None
) -> Callable[[Run], Run]:
    """Declare the function that does the jobs of ``kind``.

    By default it runs in one transaction with the end of its job: its writes happen exactly once. ``external`` ones
    speak to the world, outside any transaction, and are never tried twice unless they raise ``NotSent``. ``long``
    ones compute for minutes outside a transaction, call ``job.renew()`` now and then, and bear being started again.
    ``follow`` is called with the job each time its state changes, in the transaction that changes it.
    """
    if external and long:
        raise ValueError(f"{kind} is either external or long, not both: split it in two jobs.")

    def declare(run: Run) -> Run:
        known = _handlers.get(kind)
        if known is not None and known.run is not run:
            raise ValueError(f"Two functions want to do {kind}: {known.run} and {run}. Rename one of them.")
        _handlers[kind] = Handler(kind, run, external, long, attempts, follow)
        return run

    return declare


def every(period: timedelta, kind: str, *, long: bool = False, attempts: int = 3) -> Callable[[Run], Run]:
    """Declare the function that does ``kind`` once in each ``period``, however many workers there are.

    Periods missed while no worker was running are not caught up.
    """

    def declare(run: Run) -> Run:
        if kind not in _handlers:
            handler(kind, long=long, attempts=attempts)(run)
        _periods[kind] = period
        return run

    return declare


def handler_of(kind: str) -> Handler | None:
    """Return who does ``kind``, or nothing when the app that did is switched off."""
    return _handlers.get(kind)


def periods() -> dict[str, timedelta]:
    """Return the kinds done again and again, with their period."""
    return dict(_periods)
