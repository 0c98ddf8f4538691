"""How a mechanism tells a piste: a job named after the slug that the row carries.

The piste finds words, links and recipients; an event that happens twice to one row is told twice.
"""

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.assembly.models import (
    Attendance,
    Body,
    Commitment,
    Consultation,
    Contribution,
    Draw,
    Expense,
    Milestone,
    Proposal,
    Review,
    RollEntry,
    Seat,
    Session,
    Vote,
)

Told = (
    Body
    | Seat
    | Session
    | Attendance
    | Expense
    | Consultation
    | Contribution
    | Proposal
    | Draw
    | Commitment
    | Milestone
    | Review
    | RollEntry
)


def announce(about: Told, event: str, *, once: str = "", **also: object) -> None:
    """Tell the piste of ``about`` that ``event`` happened: a job ``<slug>.<event>`` with the row's id, and ``also``.

    ``once`` names what is told one time only, such as a day.
    """
    origin = _origin(about)
    kind = f"{origin.piste}.{event}"
    enqueue(
        kind,
        {about._meta.model_name or "": about.pk, **also},
        key=f"{kind}:{about.pk}:{once or clock.now().isoformat()}",
        exercise_id=_world(about),
    )


def system_of(about: Told) -> Actor:
    """Return the system acting in the world of ``about``: what it does in an exercise is no real act."""
    return Actor(role=SYSTEM.role, exercise_id=_world(about))


def _origin(about: Told) -> Body | Consultation | Proposal | Draw | Vote:
    """Return the row that carries the slug of the piste."""
    match about:
        case Body() | Consultation() | Proposal() | Draw():
            return about
        case Seat():
            return about.college.body
        case Session():
            return about.body
        case Attendance():
            return about.session.body
        case Expense():
            return about.attendance.session.body
        case Contribution():
            return about.consultation
        case Milestone():
            return about.commitment.proposal
        case Commitment() | Review():
            return about.proposal
        case RollEntry():
            return about.vote


def _world(about: Told) -> int | None:
    """Return the exercise a row belongs to: a session played belongs to one though its body is real."""
    match about:
        case Session():
            return about.exercise_id
        case Attendance():
            return about.session.exercise_id
        case Expense():
            return about.attendance.session.exercise_id
        case _:
            return _origin(about).exercise_id
