"""A mission that must stop today, one person's or a whole site's: what was done is kept, and everybody is told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Slot
from reflexes.mechanisms.allocation.services.announcing import announce_stop
from reflexes.mechanisms.allocation.services.missions import _done, _let_go, _move, check_motive
from reflexes.mechanisms.allocation.states import LIVE, DropMotive, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.journal.services import record

# Who may stop everything, and in whose name.
WHOLE = (DropMotive.HOST, DropMotive.DANGER, DropMotive.CELL)
OVER = (State.DONE, State.RETURNED, State.DEBRIEFED)


@transaction.atomic
def do_stop(*, actor: Actor, assignment: Assignment, motive: str, hours: Decimal | None = None) -> Assignment:
    """Stop one mission now, with a coded motive: the hours done are kept, the return to the post is today.

    A mission that has not begun is called off. No reason about the person is asked, whoever stops.
    """
    check_motive(actor, assignment, motive)
    if assignment.state == State.STARTED:
        return _stop_started(actor, assignment, motive, hours)
    to = State.EXCUSED if motive == DropMotive.AGENT and assignment.state != State.PROPOSED else State.CANCELLED
    _let_go(assignment, to, drop_motive=motive)
    return _done(actor, assignment, "dropped", {"motive": motive})


def _stop_started(actor: Actor, assignment: Assignment, motive: str, hours: Decimal | None) -> Assignment:
    fields: dict[str, Any] = {
        "drop_motive": motive,
        "stopped_at": clock.now(),
        "returns_on": max(clock.today(), assignment.day),
    }
    if hours is not None:
        fields["hours"] = hours
    _move(assignment, State.DONE, **fields)
    return _done(actor, assignment, "stopped", {"motive": motive})


@dataclass(frozen=True, slots=True)
class Reach:
    """What stopping everything would do: people under way, expected, still asked; places that would stay closed."""

    started: int
    expected: int
    asked: int
    half_days: int

    @property
    def people(self) -> int:
        """Return how many people would be told."""
        return self.started + self.expected + self.asked


def can_stop(actor: Actor, slots: QuerySet[Slot]) -> bool:
    """The host stops what happens at its own sites, the cell anything."""
    if perms.is_cell(actor):
        return True
    return actor.role == roles.HOST and not slots.exclude(need__organisation_id=actor.organisation_id).exists()


def to_stop(
    actor: Actor, day: date, halves: Collection[str], *, need_id: int | None = None, place_id: int | None = None
) -> QuerySet[Slot]:
    """Return the half-days that stopping a whole need or a whole site reaches."""
    if (need_id is None) == (place_id is None):
        raise ValueError("A need or a place, one of them.")
    slots = Slot.objects.filter(
        day=day, half__in=halves, need__state__in=("open", "filled"), need__exercise_id=actor.exercise_id
    )
    return slots.filter(need_id=need_id) if need_id else slots.filter(need__place_id=place_id, need__remote=False)


def reach(slots: QuerySet[Slot]) -> Reach:
    """Count what stopping these half-days would do, to be read back before it is done."""
    missions = Assignment.objects.filter(slot__in=slots)
    known = missions.aggregate(
        started=Count("pk", filter=Q(state=State.STARTED)),
        asked=Count("pk", filter=Q(state__in=(State.PROPOSED, State.RESERVE))),
        expected=Count("pk", filter=Q(state__in=LIVE) & ~Q(state__in=(State.STARTED, State.PROPOSED, *OVER))),
    )
    return Reach(**known, half_days=slots.filter(stopped_at=None).count())


@transaction.atomic
def do_stop_all(*, actor: Actor, slots: QuerySet[Slot], motive: str, people: int) -> Reach:
    """Stop everything on these half-days: everybody is told, nobody new is asked.

    ``people`` is the number that was read back: if it moved meanwhile nothing is done and the new one is said.
    """
    if not can_stop(actor, slots):
        raise PermissionDenied
    if motive not in {one.value for one in WHOLE} or (motive == DropMotive.CELL and not perms.is_cell(actor)):
        raise Refusal("motive_missing", _("Choose why it stops: everybody reads it."))
    locked = list(slots.select_related("need").select_for_update(of=("self",)).order_by("pk"))
    found = reach(slots)
    if found.people != people:
        raise Refusal(
            "count_changed",
            _("Meanwhile the number of people became %(count)s. Read it again, then confirm.")
            % {"count": found.people},
            conflict=True,
        )
    if not found.people and not found.half_days:
        raise Refusal("nothing_to_stop", _("Nothing goes on there any more: there is nothing to stop."), conflict=True)
    Slot.objects.filter(pk__in=[slot.pk for slot in locked], stopped_at=None).update(stopped_at=clock.now())
    reached = Assignment.objects.filter(slot__in=locked, state__in=(State.RESERVE, *LIVE)).exclude(state__in=OVER)
    for assignment in reached.select_related("slot__need").order_by("pk"):
        if assignment.state == State.STARTED:
            _stop_started(actor, assignment, motive, None)
        else:
            _let_go(assignment, State.CANCELLED, drop_motive=motive)
            _done(actor, assignment, "dropped", {"motive": motive})
    announce_stop(locked, motive, exercise_id=actor.exercise_id)
    for need_id in sorted({slot.need_id for slot in locked}):
        record(
            actor=actor,
            verb="allocation.half_days_stopped",
            object_kind="need",
            object_key=need_id,
            params={"motive": motive, "people": found.people, "day": locked[0].day.isoformat()},
        )
    return found


@transaction.atomic
def do_reopen(*, actor: Actor, slots: QuerySet[Slot]) -> int:
    """Let half-days to come be filled again. People who were told are not called back: a new plan asks anew."""
    if not can_stop(actor, slots):
        raise PermissionDenied
    again = slots.filter(stopped_at__isnull=False, day__gte=clock.today())
    needs = sorted(set(again.values_list("need_id", flat=True)))
    opened = Slot.objects.filter(pk__in=list(again.values_list("pk", flat=True))).update(stopped_at=None)
    if not opened:
        raise Refusal("nothing_stopped", _("Nothing is stopped there, or the day is over."), conflict=True)
    for need_id in needs:
        record(actor=actor, verb="allocation.half_days_reopened", object_kind="need", object_key=need_id)
    return opened
