"""What the worker does when a mission of this piste moves: the words leave exactly once, with the end of the job."""

from functools import partial

from reflexes.core.outbox.handlers import handler
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.allocation.models import WishWaiver
from reflexes.mechanisms.allocation.states import State
from reflexes.pistes.resources.micro_mobility.messages import AUDIENCES, loaded, tell, tell_waiver


def announce(event: str, job: Job) -> None:
    """Tell people what happened to one mission; a mission erased since has nobody to tell."""
    assignment = loaded(job.payload["assignment"])
    if assignment is not None:
        tell(assignment, event, key=job.key)


for _event in AUDIENCES:
    handler(f"micro_mobility.{_event}")(partial(announce, _event))


# A reminder asks the question of the mission's state once more, in the same words.
ASKED_AGAIN = {
    State.PROPOSED: "proposed",
    State.ACCEPTED: "accepted",
    State.RELEASED: "released",
    State.DONE: "done",
}


@handler("micro_mobility.nudged")
def remind(job: Job) -> None:
    """Ask again whoever is waited for; nobody is when they answered meanwhile."""
    assignment = loaded(job.payload["assignment"])
    event = ASKED_AGAIN.get(State(assignment.state)) if assignment is not None else None
    if assignment is not None and event is not None:
        tell(assignment, event, key=job.key, again=True)


@handler("micro_mobility.waiver_asked")
def ask_waiver(job: Job) -> None:
    """Ask one person whether they would go beyond their own limit."""
    known = WishWaiver.objects.select_related("person__offer", "slot__need__organisation")
    waiver = known.filter(pk=job.payload["waiver"], given_at=None, refused_at=None).first()
    if waiver is not None:
        tell_waiver(waiver, key=job.key, exercise_id=job.exercise_id)
