"""Who keeps the cell, and what the one who comes after has to know: nothing depends on one account (design.md 10)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Call, Concern, Handover, Import, Need, Plan, Wave
from reflexes.mechanisms.allocation.states import NeedState, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.mechanisms.journal.services import record

# Below this the cell hangs on one person.
ENOUGH = 2


def can_keep_cell(actor: Actor) -> bool:
    """The cell looks after itself; the administrator may rebuild it when nobody is left."""
    return perms.is_cell(actor) or actor.role == roles.ADMINISTRATOR


def members(actor: Actor) -> QuerySet[Capacity]:
    """Return who keeps the cell today or later, by name; nobody else finds this list."""
    if not can_keep_cell(actor):
        raise Http404
    held = Capacity.objects.filter(role=roles.COORDINATOR, person__erased_at=None)
    held = held.filter(Q(ends_on=None) | Q(ends_on__gte=clock.today()))
    return held.select_related("person__user", "organisation", "handover__successor").order_by("person__search", "pk")


def access_member(actor: Actor, pk: int) -> Capacity:
    """Return somebody who keeps or kept the cell: their note is read after they left too."""
    if not can_keep_cell(actor):
        raise Http404
    held = Capacity.objects.filter(role=roles.COORDINATOR, person__erased_at=None, pk=pk)
    capacity = held.select_related("person", "organisation", "handover__successor").first()
    if capacity is None:
        raise Http404
    return capacity


def people_to_name(actor: Actor, words: str) -> QuerySet[Person]:
    """Return the people of the directory who could keep the cell, by name."""
    keeping = members(actor).values("person_id")
    found = Person.objects.filter(erased_at=None, capacities__isnull=False).exclude(pk__in=keeping).distinct()
    for word in words.split():
        found = found.filter(search__contains=word)
    return found.order_by("search", "pk")


def do_name_coordinator(
    *, actor: Actor, person: Person, organisation_id: int, starts_on: date | None = None
) -> Capacity:
    """Give somebody a place in the cell, from a day on. They keep their other capacities."""
    check_real(actor)
    if not can_keep_cell(actor):
        raise PermissionDenied
    day = starts_on or clock.today()
    if day < clock.today():
        raise Refusal("day_past", _("They begin today or later: choose another day."))
    if person.erased_at is not None:
        raise Refusal("person_gone", _("This person is no longer known here. Choose somebody else."))
    with transaction.atomic():
        held, made = Capacity.objects.get_or_create(
            person=person, organisation_id=organisation_id, role=roles.COORDINATOR, defaults={"starts_on": day}
        )
        if not made:
            if held.ends_on is None or held.ends_on >= clock.today():
                raise Refusal("named_already", _("This person already keeps the cell."), conflict=True)
            Capacity.objects.filter(pk=held.pk).update(starts_on=day, ends_on=None)
            held.refresh_from_db()
            held.departures.filter(taken_back_at=None).update(taken_back_at=clock.now())
        record(
            actor=actor,
            verb="allocation.coordinator_named",
            object_kind="person",
            object_key=person.key,
            params={"day": day.isoformat()},
        )
    return held


def do_write_note(*, actor: Actor, capacity: Capacity, note: str) -> Handover:
    """Keep the words for whoever comes after, as they are typed."""
    check_real(actor)
    if not can_keep_cell(actor):
        raise PermissionDenied
    with transaction.atomic():
        written, _made = Handover.objects.get_or_create(capacity=capacity, defaults={"changed_at": clock.now()})
        if written.note != note:
            Handover.objects.filter(pk=written.pk).update(note=note[:20000], changed_at=clock.now())
            record(actor=actor, verb="allocation.handover_written", object_kind="capacity", object_key=capacity.pk)
    written.refresh_from_db()
    return written


def do_name_successor(*, actor: Actor, capacity: Capacity, person: Person) -> Handover:
    """Say who takes over; somebody who does not keep the cell yet does from today, so that both meet."""
    check_real(actor)
    if not can_keep_cell(actor):
        raise PermissionDenied
    if person.pk == capacity.person_id:
        raise Refusal("own_successor", _("Name somebody else: nobody takes over from themself."))
    with transaction.atomic():
        if not members(actor).filter(person=person).exists():
            do_name_coordinator(actor=actor, person=person, organisation_id=capacity.organisation_id)
        written, _made = Handover.objects.get_or_create(capacity=capacity, defaults={"changed_at": clock.now()})
        Handover.objects.filter(pk=written.pk).update(successor=person, changed_at=clock.now())
        record(actor=actor, verb="allocation.handover_written", object_kind="capacity", object_key=capacity.pk)
    written.refresh_from_db()
    return written


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What one person of the cell has in hand, as rows: the piste words and links them."""

    waves: list[Wave]
    plans: list[Plan]
    drafts: list[Need]
    calls: list[Call]
    concerns: list[Concern]
    imports: list[Import]
    contact_of: list[Need]

    @property
    def count(self) -> int:
        """Return how many things are open."""
        return sum(len(getattr(self, name)) for name in self.__slots__)


MOST = 30


def open_work(person: Person) -> OpenWork:
    """Return what waits on ``person`` in the cell, in a constant number of queries; drills left aside."""

    def few(rows: QuerySet[Any]) -> list[Any]:
        return list(rows[:MOST])

    today = clock.today()
    going = Q(assignments__state=State.PROPOSED)
    plans = Plan.objects.filter(made_by=person, exercise_id=None, ends_on__gte=today, waves=None)
    welcomes = Need.objects.filter(contact=person, exercise_id=None, slots__day__gte=today)
    calls = Call.objects.filter(made_by=person, exercise_id=None, outcome__in=(Call.Outcome.OPEN, Call.Outcome.LATER))
    return OpenWork(
        waves=few(Wave.objects.filter(going, sent_by=person, exercise_id=None).distinct().order_by("answer_by", "pk")),
        plans=few(plans.exclude(state__in=(Plan.State.CANCELLED, Plan.State.FAILED)).order_by("-number")),
        drafts=few(
            Need.objects.filter(stated_by=person, state=NeedState.DRAFT, exercise_id=None)
            .select_related("organisation")
            .order_by("created_at", "pk")
        ),
        calls=few(calls.select_related("person", "slot__need").order_by("call_back_at", "pk")),
        concerns=few(
            Concern.objects.filter(handled_by=person, state=Concern.State.HANDLED, exercise_id=None).order_by(
                "received_at", "pk"
            )
        ),
        imports=few(
            Import.objects.filter(made_by=person, state=Import.State.READ, exercise_id=None).order_by("created_at")
        ),
        contact_of=few(
            welcomes.exclude(state=NeedState.CLOSED).select_related("organisation").distinct().order_by("pk")
        ),
    )
