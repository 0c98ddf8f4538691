"""Give back the missions to come of somebody who leaves or may no longer come; everybody concerned is told."""

from datetime import date

from django.db.models import QuerySet

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.missions import _done, _let_go
from reflexes.mechanisms.allocation.states import DropMotive, State
from reflexes.mechanisms.directory.models import Person

TO_COME = (
    State.PROPOSED,
    State.RESERVE,
    State.ACCEPTED,
    State.RELEASED,
    State.CONFIRMED,
    State.STAND_IN,
)


def to_come(person: Person, *, after: date | None = None, before: date | None = None) -> QuerySet[Assignment]:
    """Return the real missions and proposals of ``person`` that did not begin, after a day and before another."""
    found = Assignment.objects.filter(person=person, state__in=TO_COME, exercise_id=None, day__gte=clock.today())
    if after is not None:
        found = found.filter(day__gt=after)
    if before is not None:
        found = found.filter(day__lt=before)
    return found.select_related("slot__need__organisation", "person").order_by("day", "half", "pk")


def free(actor: Actor, person: Person, *, after: date | None = None, before: date | None = None) -> list[Assignment]:
    """Withdraw the proposals and give back the missions; managers, hosts and the cell are told."""
    freed = list(to_come(person, after=after, before=before))
    for mission in freed:
        asked_only = mission.state in {State.PROPOSED, State.RESERVE}
        _let_go(mission, State.CANCELLED if asked_only else State.EXCUSED, drop_motive=DropMotive.AGENT)
        _done(actor, mission, "dropped", {"motive": DropMotive.AGENT.value})
    return freed
