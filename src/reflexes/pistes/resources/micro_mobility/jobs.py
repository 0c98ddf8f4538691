"""What the worker does when a mission of this piste moves: the words leave exactly once, with the end of the job."""

from datetime import timedelta
from functools import partial

from reflexes.core.outbox.handlers import every, handler
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.allocation.models import Concern, Objection, Slot, WishWaiver
from reflexes.mechanisms.allocation.services.learning import pass_on_remarks
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory.twinning import drills_due
from reflexes.pistes.resources.micro_mobility.messages import (
    AUDIENCES,
    loaded,
    tell,
    tell_concern,
    tell_drill_due,
    tell_objection,
    tell_waiver,
    tell_whole_stop,
)
from reflexes.pistes.resources.micro_mobility.messages.morning import tell_morning
from reflexes.pistes.resources.micro_mobility.messages.sheets import read_dropped
from reflexes.pistes.resources.micro_mobility.messages.thanks import tell_thanks


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


@every(timedelta(days=1), "micro_mobility.pass_on_remarks")
def pass_on(job: Job) -> None:
    """Pass on what newcomers noticed, once nobody can be recognised."""
    pass_on_remarks()


@every(timedelta(days=1), "micro_mobility.drill_reminders")
def remind_drills(job: Job) -> None:
    """Remind both services of a drill that is due: once for each date missed."""
    for pair in drills_due().order_by("pk"):
        tell_drill_due(pair)


@handler("micro_mobility.nudged")
def remind(job: Job) -> None:
    """Ask again whoever is waited for; nobody is when they answered meanwhile."""
    assignment = loaded(job.payload["assignment"])
    event = ASKED_AGAIN.get(State(assignment.state)) if assignment is not None else None
    if assignment is not None and event is not None:
        tell(assignment, event, key=job.key, again=True)


def about_concern(event: str, job: Job) -> None:
    """Tell the cell or the person about something told in confidence."""
    known = Concern.objects.select_related("person", "handled_by").filter(pk=job.payload["concern"])
    concern = known.first()
    if concern is not None:
        tell_concern(concern, event, key=job.key)


for _event in ("concern_told", "concern_taken", "concern_answered"):
    handler(f"micro_mobility.{_event}")(partial(about_concern, _event))


def about_objection(event: str, job: Job) -> None:
    """Tell the cell or the person about an objection."""
    known = Objection.objects.select_related(
        "assignment__person", "assignment__slot__need__organisation", "answered_by"
    )
    objection = known.filter(pk=job.payload["objection"]).first()
    if objection is not None:
        tell_objection(objection, event, key=job.key)


for _event in ("objection_made", "objection_answered"):
    handler(f"micro_mobility.{_event}")(partial(about_objection, _event))


@handler("micro_mobility.half_days_stopped")
def whole_stop(job: Job) -> None:
    """Tell the cell that everything stopped somewhere."""
    slots = Slot.objects.filter(pk__in=job.payload["slots"]).select_related("need__organisation").order_by("day", "pk")
    if found := list(slots):
        tell_whole_stop(found, job.payload["motive"], key=job.key, exercise_id=job.exercise_id)


@every(timedelta(minutes=5), "micro_mobility.morning")
def morning(job: Job) -> None:
    """Tell the cell each morning what could go wrong tomorrow: once a day, whatever the number of workers."""
    tell_morning()


@every(timedelta(minutes=10), "micro_mobility.dropped_sheets", long=True)
def dropped_sheets(job: Job) -> None:
    """Bring in the sheets that another program left in the folder."""
    read_dropped()


@handler("micro_mobility.waiver_asked")
def ask_waiver(job: Job) -> None:
    """Ask one person whether they would go beyond their own limit."""
    known = WishWaiver.objects.select_related("person__offer", "slot__need__organisation")
    waiver = known.filter(pk=job.payload["waiver"], given_at=None, refused_at=None).first()
    if waiver is not None:
        tell_waiver(waiver, key=job.key, exercise_id=job.exercise_id)


@handler("micro_mobility.thanked")
def thank(job: Job) -> None:
    """Write one part of a round of thanks, each person once."""
    tell_thanks(job.payload, exercise_id=job.exercise_id)
