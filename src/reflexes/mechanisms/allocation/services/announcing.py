"""How a mechanism tells a piste: a job named after the slug that the row carries."""

from datetime import timedelta

from reflexes.core import clock
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.allocation.models import Assignment, Plan, Slot, WishWaiver


def announce(assignment: Assignment, event: str, *, after: timedelta = timedelta(0)) -> None:
    """Tell the piste of this mission's need that ``event`` happened; it chooses the words and the people.

    ``after`` lets a mistap be taken back before anybody reads of it.
    """
    piste = assignment.slot.need.piste
    enqueue(
        f"{piste}.{event}",
        {"assignment": assignment.pk},
        key=f"{piste}.{event}:{assignment.pk}:{clock.now().isoformat()}",
        run_at=clock.now() + after if after else None,
        exercise_id=assignment.exercise_id,
    )


def announce_plan(plan: Plan, kind: str) -> None:
    """Ask a worker to compute ``plan``."""
    enqueue(kind, {"plan": plan.pk}, key=f"{kind}:{plan.pk}", exercise_id=plan.exercise_id)


def announce_waiver(waiver: WishWaiver, event: str, *, exercise_id: int | None) -> None:
    """Tell the piste of the need that somebody is asked to go beyond their own limit, this once."""
    kind = f"{waiver.slot.need.piste}.{event}"
    enqueue(kind, {"waiver": waiver.pk}, key=f"{kind}:{waiver.pk}", exercise_id=exercise_id)


def announce_stop(slots: list[Slot], motive: str, *, exercise_id: int | None) -> None:
    """Tell the piste, once, that everything stopped on these half-days."""
    for piste in sorted({slot.need.piste for slot in slots}):
        kind, mine = f"{piste}.half_days_stopped", [slot.pk for slot in slots if slot.need.piste == piste]
        enqueue(
            kind,
            {"slots": mine, "motive": motive},
            key=f"{kind}:{mine[0]}:{clock.now().isoformat()}",
            exercise_id=exercise_id,
        )
