"""How this mechanism tells a piste: a job named after the slug that the case carries (``messages.handle``)."""

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.casework.models import Case, Referral


def announce(about: Referral, event: str) -> None:
    """Tell the piste of a need that ``event`` happened; what happens twice is told twice."""
    kind = f"{about.case.piste}.{event}"
    enqueue(
        kind,
        {"referral": about.pk},
        key=f"{kind}:{about.pk}:{clock.now().isoformat()}",
        exercise_id=about.case.exercise_id,
    )


def system_of(case: Case) -> Actor:
    """Return the system acting in the world of a case."""
    return Actor(role=SYSTEM.role, exercise_id=case.exercise_id)
