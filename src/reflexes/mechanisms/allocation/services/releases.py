"""What a home service gives: several people let go at once, and the loss of capacity that somebody acknowledges."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.minimums import Left, left_at
from reflexes.mechanisms.allocation.services.missions import do_release
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.journal.services import record

GIVEN = (State.RELEASED, State.CONFIRMED, State.STAND_IN, State.STARTED, State.DONE, State.RETURNED, State.DEBRIEFED)
LATELY = timedelta(days=30)


def below_minimum(
    missions: Iterable[Assignment], exercise_id: int | None, *, left: dict[tuple[int, date, str], Left] | None = None
) -> list[tuple[date, str]]:
    """Return the half-days on which letting all these people go would leave a service below its minimum."""
    wanted: Counter[tuple[int, date, str]] = Counter()
    for mission in missions:
        capacity = mission.person.offer.capacity
        if capacity is not None and capacity.unit_id is not None:
            wanted[(capacity.unit_id, mission.day, mission.half)] += 1
    if not wanted:
        return []
    days = [day for _unit, day, _half in wanted]
    if left is None:
        left = left_at({unit for unit, _day, _half in wanted}, min(days), max(days), exercise_id=exercise_id)
    short = set()
    for key, count in wanted.items():
        found = left.get(key)
        if found is not None and found.minimum is not None and (found.left or 0) - count < found.minimum:
            short.add((key[1], key[2]))
    return sorted(short)


def do_release_all(*, actor: Actor, missions: list[Assignment]) -> int:
    """Let several people go at once: all or nobody, and only while every minimum holds. Return how many."""
    if not missions:
        raise Refusal("nobody_to_release", _("Nobody waits for your answer any more."), conflict=True)
    with transaction.atomic():
        if below_minimum(missions, actor.exercise_id):
            raise Refusal(
                "below_minimum",
                _("Together they would leave the service below its minimum. Answer one by one."),
                conflict=True,
            )
        for mission in missions:
            do_release(actor=actor, assignment=mission)
    return len(missions)


def losses(exercise_id: int | None) -> QuerySet[Assignment]:
    """Return what releases cost the services, in their words, that nobody acknowledged (P09 (9))."""
    return (
        Assignment.objects.filter(state__in=GIVEN, loss_acknowledged_at=None, exercise_id=exercise_id)
        .exclude(capacity_loss="")
        .select_related("person__offer__capacity__unit", "slot__need__organisation")
        .annotate(since=F("changed_at"))
    )


def do_acknowledge_loss(*, actor: Actor, assignment: Assignment) -> None:
    """The cell has read what it costs: the service is told, and the page of silences forgets it."""
    if not perms.is_cell(actor):
        raise PermissionDenied
    with transaction.atomic():
        if not losses(actor.exercise_id).filter(pk=assignment.pk).exists():
            raise Refusal("acknowledged_already", _("A colleague has already answered this service."), conflict=True)
        Assignment.objects.filter(pk=assignment.pk, loss_acknowledged_at=None).update(loss_acknowledged_at=clock.now())
        record(
            actor=actor,
            verb="allocation.loss_acknowledged",
            object_kind="assignment",
            object_key=assignment.pk,
            params={"slot": assignment.slot_id},
        )
        announce(assignment, "loss_acknowledged")


def given_lately(actor: Actor) -> int:
    """Return how many half-days a manager's service gave over the last thirty days."""
    today = clock.today()
    return (
        perms.missions_of_service(actor)
        .filter(state__in=(State.DONE, State.RETURNED, State.DEBRIEFED), day__range=(today - LATELY, today))
        .count()
    )
