"""Somebody leaves: what they were to do is given back, their account closes the day after, they may come back a while.

What only served to propose missions is deleted then; the record of what was done is kept longer, then erased.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.accounts.models import MagicLink, User
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.core.notifications.services import notify
from reflexes.core.privacy.services import do_erase_person
from reflexes.mechanisms.allocation import limits, perms, privacy
from reflexes.mechanisms.allocation.models import Assignment, Departure, Need, Offer
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.services.freeing import free, to_come
from reflexes.mechanisms.allocation.states import NeedState, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.mechanisms.directory.services import recipient_of
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import full_date

FURTHEST = timedelta(days=731)
GIVERS = frozenset({roles.AGENT, roles.VOLUNTEER})


def can_say_leaving(actor: Actor, capacity: Capacity) -> bool:
    """People say it of themselves; the cell and the administrator write it down for those who told them."""
    return actor.person_id == capacity.person_id or perms.is_cell(actor) or actor.role == roles.ADMINISTRATOR


def access_capacity(actor: Actor, pk: int) -> Capacity:
    """Return a capacity that ``actor`` may end; elsewhere there is nothing to find. Nobody leaves in an exercise."""
    check_real(actor)
    capacity = (
        Capacity.objects.filter(pk=pk, person__erased_at=None).select_related("person", "organisation", "unit").first()
    )
    if capacity is None or not can_say_leaving(actor, capacity):
        raise Http404
    return capacity


def visible_departures(actor: Actor) -> QuerySet[Departure]:
    """Return the departures the cell and the administrator follow; others see their own only."""
    known = Departure.objects.select_related("person", "capacity__organisation", "capacity__unit", "said_by")
    if perms.is_cell(actor) or actor.role == roles.ADMINISTRATOR:
        return known
    return known.filter(person_id=actor.person_id or 0)


def access_departure(actor: Actor, pk: int) -> Departure:
    """Return one departure within the actor's scope."""
    departure = visible_departures(actor).filter(pk=pk).first()
    if departure is None:
        raise Http404
    return departure


@dataclass(frozen=True, slots=True)
class Effects:
    """What leaving on a day would do, to be read before it is done."""

    missions: list[Assignment]
    welcoming: list[Need]
    pending: int
    cell_left: int | None
    account_closes: bool
    offer_deleted_on: date
    erased_on: date
    way_back_until: date


def effects(capacity: Capacity, last_day: date) -> Effects:
    """Return what leaving would do: nothing is written."""
    person, after = capacity.person, last_day + timedelta(days=1)
    gives = capacity.role in GIVERS
    welcomes = Q(mentor=person) | Q(contact=person)
    open_needs = Need.objects.filter(welcomes, state__in=(NeedState.OPEN, NeedState.FILLED), exercise_id=None)
    return Effects(
        missions=list(to_come(person, after=last_day)) if gives else [],
        welcoming=list(open_needs.filter(slots__day__gt=last_day).distinct().order_by("pk"))
        if capacity.role in {roles.HOST, roles.COORDINATOR}
        else [],
        pending=pending_decisions(capacity).count(),
        cell_left=cell_on(after, besides=capacity).count() if capacity.role == roles.COORDINATOR else None,
        account_closes=not _held_on(person, after, besides=capacity).exists(),
        offer_deleted_on=last_day + limits.WAY_BACK,
        erased_on=last_day + limits.RECORD_KEPT,
        way_back_until=last_day + limits.WAY_BACK,
    )


def cell_on(day: date, *, besides: Capacity | None = None) -> QuerySet[Capacity]:
    """Return who keeps the cell on a day: one can sign in, or be given an account, only if not erased."""
    held = Capacity.objects.filter(role=roles.COORDINATOR, person__erased_at=None)
    held = held.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day))
    return held.exclude(person_id=besides.person_id) if besides else held


def _held_on(person: Person, day: date, *, besides: Capacity) -> QuerySet[Capacity]:
    held = Capacity.objects.filter(person=person).exclude(pk=besides.pk)
    return held.filter(Q(ends_on=None) | Q(ends_on__gte=day))


def pending_decisions(capacity: Capacity) -> QuerySet[Assignment]:
    """Return the missions that wait for this manager's own unit: they go to a colleague, else to the unit above."""
    if capacity.role != roles.MANAGER or capacity.unit_id is None:
        return Assignment.objects.none()
    return Assignment.objects.filter(
        state=State.ACCEPTED, person__offer__capacity__unit_id=capacity.unit_id, exercise_id=None
    ).select_related("slot__need")


def do_leave(*, actor: Actor, capacity: Capacity, last_day: date) -> Departure:
    """Say when somebody's last day is: one gesture, and everything that follows is done or dated."""
    check_real(actor)
    if not can_say_leaving(actor, capacity):
        raise PermissionDenied
    _check_day(capacity, last_day)
    if capacity.role == roles.COORDINATOR and actor.role != roles.ADMINISTRATOR:
        _check_cell(capacity, last_day)
    try:
        with transaction.atomic():
            departure = Departure.objects.create(
                person=capacity.person,
                capacity=capacity,
                last_day=last_day,
                ended_before=capacity.ends_on,
                said_by_id=actor.person_id,
                said_at=clock.now(),
            )
            Capacity.objects.filter(pk=capacity.pk).update(ends_on=last_day)
            capacity.refresh_from_db()
            freed = free(actor, capacity.person, after=last_day) if capacity.role in GIVERS else []
            if capacity.role in GIVERS and last_day <= clock.today():
                _close_offer(departure)
            record(
                actor=actor,
                verb="allocation.leaving_said",
                object_kind="person",
                object_key=capacity.person.key,
                params={"day": last_day.isoformat(), "missions": len(freed)},
            )
            _tell(departure, freed)
    except IntegrityError as twice:
        raise Refusal(
            "leaving_said",
            _("The last day is already written down. Take it back first if it has to change."),
            conflict=True,
        ) from twice
    return departure


def _check_day(capacity: Capacity, last_day: date) -> None:
    today = clock.today()
    if last_day < today:
        raise Refusal("day_past", _("The last day is today or later: what was done before stays as it is."))
    if last_day > today + FURTHEST:
        raise Refusal("day_far", _("The last day is more than two years away: write the year again."))
    if capacity.starts_on and last_day < capacity.starts_on:
        raise Refusal("day_before_start", _("This person has not begun yet on that day: choose a later one."))
    if capacity.ends_on and capacity.ends_on < today:
        raise Refusal("gone", _("This person has already left: there is nothing to do."), conflict=True)


def _check_cell(capacity: Capacity, last_day: date) -> None:
    if not cell_on(last_day + timedelta(days=1), besides=capacity).exists():
        raise Refusal(
            "last_of_cell",
            _("Nobody would keep the cell after that day. Name somebody first, or ask the administrator to."),
        )


def _close_offer(departure: Departure) -> None:
    """Close the offer made in this capacity; one made in another goes on."""
    own = Offer.objects.filter(person=departure.person, active=True)
    own = own.filter(Q(capacity=None) | Q(capacity_id=departure.capacity_id))
    if own.update(active=False):
        Departure.objects.filter(pk=departure.pk).update(offer_closed=True)
        departure.offer_closed = True


def _tell(departure: Departure, freed: list[Assignment]) -> None:
    person = departure.person
    with translation.override(person.language):
        said = [
            _("Hello %(name)s,") % {"name": person.first_name},
            _("Your last day as %(capacity)s is written down: %(day)s.")
            % {"capacity": departure.capacity, "day": full_date(departure.last_day)},
        ]
        if freed:
            said.append(_("The missions planned after that day were given back, and everybody concerned is told."))
        if departure.capacity.role in GIVERS:
            said.append(
                _(
                    "A statement of the hours you gave is yours: print it from your space before you go, or ask the "
                    "cell for it on paper. What you offered and wished is deleted on %(offer)s, the record of your "
                    "missions on %(record)s."
                )
                % {
                    "offer": full_date(departure.last_day + limits.WAY_BACK),
                    "record": full_date(departure.last_day + limits.RECORD_KEPT),
                }
            )
        said.append(
            _("If it is a mistake or if you come back, tell the cell before %(day)s: everything opens again.")
            % {"day": full_date(departure.last_day + limits.WAY_BACK)}
        )
        notify(
            recipient_of(person),
            subject=_("Your last day is written down"),
            body="\n\n".join(said),
            key=f"allocation.leaving:{departure.pk}",
        )


def do_stay(*, actor: Actor, departure: Departure) -> None:
    """Take a departure back: the capacity, the account and the offer are as before; freed missions are not."""
    check_real(actor)
    if not can_say_leaving(actor, departure.capacity):
        raise PermissionDenied
    if departure.forgotten_at is not None or clock.today() > departure.last_day + limits.WAY_BACK:
        raise Refusal(
            "too_late",
            _("The time to come back has passed: what was offered is deleted. Write the person in again."),
            conflict=True,
        )
    with transaction.atomic():
        taken = Departure.objects.filter(pk=departure.pk, taken_back_at=None).update(taken_back_at=clock.now())
        if not taken:
            raise Refusal("stays", _("This departure was already taken back."), conflict=True)
        Capacity.objects.filter(pk=departure.capacity_id).update(ends_on=departure.ended_before)
        if departure.offer_closed:
            Offer.objects.filter(person_id=departure.person_id).update(active=True)
        if departure.closed_at is not None:
            User.objects.filter(person=departure.person).update(is_active=True)
        record(actor=actor, verb="allocation.leaving_taken_back", object_kind="person", object_key=departure.person.key)


def close_departed() -> int:
    """Carry out the departures whose last day has passed; return how many. Done again, it does nothing more."""
    gone = Departure.objects.filter(last_day__lt=clock.today(), closed_at=None, taken_back_at=None)
    closed = 0
    for departure in gone.select_related("person", "capacity__unit", "capacity__organisation").order_by("pk"):
        with transaction.atomic():
            if Departure.objects.filter(pk=departure.pk, closed_at=None).update(closed_at=clock.now()):
                _close(departure)
                closed += 1
    return closed


def _close(departure: Departure) -> None:
    capacity, person = departure.capacity, departure.person
    if capacity.role in GIVERS:
        _close_offer(departure)
    if not current(Capacity.objects.filter(person=person)).exists():
        User.objects.filter(person=person).update(is_active=False)
        MagicLink.objects.filter(person_key=person.key, used_at=None, revoked_at=None).update(revoked_at=clock.now())
        person.twin_trainings.filter(until__gt=departure.last_day).update(until=departure.last_day)
        person.flying_terms.filter(starts_on__gt=departure.last_day).delete()
        person.flying_terms.filter(Q(ends_on=None) | Q(ends_on__gt=departure.last_day)).update(
            ends_on=departure.last_day
        )
    for waiting in pending_decisions(capacity):
        announce(waiting, "nudged")  # the question goes to a colleague, else to the unit above
    record(actor=SYSTEM, verb="allocation.left", object_kind="person", object_key=person.key)


def forget_departed() -> int:
    """Delete what only served to propose missions after the way back, everything after the record; return how many."""
    today = clock.today()
    gone = Departure.objects.exclude(closed_at=None).filter(taken_back_at=None, person__erased_at=None)
    forgotten = 0
    for departure in gone.filter(forgotten_at=None, last_day__lt=today - limits.WAY_BACK).order_by("pk"):
        with transaction.atomic():
            if Departure.objects.filter(pk=departure.pk, forgotten_at=None).update(forgotten_at=clock.now()):
                forgotten += _forget(departure)
    for departure in gone.filter(last_day__lt=today - limits.RECORD_KEPT).order_by("pk"):
        if not _still_here(departure.person):
            do_erase_person(actor=SYSTEM, person_key=departure.person.key)
            forgotten += 1
    return forgotten


def _still_here(person: Person) -> bool:
    return Capacity.objects.filter(person=person).filter(Q(ends_on=None) | Q(ends_on__gte=clock.today())).exists()


def _forget(departure: Departure) -> bool:
    """Delete the offer, the wishes, the skills and their papers: their purpose has ended. Missions stay."""
    person = departure.person
    if _still_here(person):
        return False
    privacy.forget_offer(person.key)
    person.skills.all().delete()
    person.consents.all().delete()
    record(actor=SYSTEM, verb="allocation.left_forgotten", object_kind="person", object_key=person.key)
    return True


def services_without_manager(actor: Actor) -> QuerySet[Departure]:
    """Return the managers who left and whom nobody replaces in their unit: decisions climb to the unit above."""
    today = clock.today()
    managed = current(Capacity.objects.filter(role=roles.MANAGER)).exclude(unit=None)
    left = Departure.objects.all() if actor.exercise_id is None else Departure.objects.none()
    return (
        left.filter(capacity__role=roles.MANAGER, taken_back_at=None, last_day__lt=today)
        .exclude(capacity__unit=None)
        .exclude(capacity__unit__in=managed.values("unit_id"))
        .select_related("person", "capacity__unit", "capacity__organisation")
        .annotate(since=F("closed_at"))
    )
