"""The account of volunteering half-days on working time: what an employer gives, what a person used and promised.

Nothing is written when a mission moves: the account is counted from the missions, so that it is always true and anybody
can count it again (ADR 13). A designated mission never uses it. A mission counts once it is done; from the yes on it is
promised; excused, given back or called off, it counts for nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation.models import Assignment, DayAllowance, Offer
from reflexes.mechanisms.allocation.states import HOLDING, State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Organisation
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import full_date

USED = (State.DONE, State.RETURNED, State.DEBRIEFED)
PROMISED = tuple(state for state in HOLDING if state not in USED)


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account for one stretch of days; each half-day used or promised is a mission anyone can open."""

    allowance: DayAllowance
    used: list[Assignment]
    promised: list[Assignment]

    @property
    def left(self) -> int:
        """Return how many half-days are neither used nor promised; never below nothing."""
        return max(self.allowance.half_days - len(self.used) - len(self.promised), 0)

    @property
    def over(self) -> int:
        """Return how many half-days were given beyond what the employer decided."""
        return max(len(self.used) + len(self.promised) - self.allowance.half_days, 0)


def account_of(person_id: int, *, on: date, exercise_id: int | None) -> Account | None:
    """Return the account of somebody on a day; None when their employer decided nothing for that day."""
    allowance = _allowance_of(person_id, on)
    if allowance is None:
        return None
    missions = list(
        _counted(allowance, exercise_id)
        .filter(person_id=person_id)
        .select_related("slot__need__organisation")
        .order_by("day", "half", "pk")
    )
    return Account(
        allowance,
        [one for one in missions if one.state in USED],
        [one for one in missions if one.state not in USED],
    )


def _allowance_of(person_id: int, on: date) -> DayAllowance | None:
    """Return what the employer of this agent decided for that day; residents have no employer here."""
    capacity = Offer.objects.filter(person_id=person_id).values("capacity__organisation_id", "capacity__role").first()
    if capacity is None or capacity["capacity__role"] != roles.AGENT:
        return None
    return (
        DayAllowance.objects.filter(
            organisation_id=capacity["capacity__organisation_id"], starts_on__lte=on, ends_on__gte=on
        )
        .order_by("-starts_on", "-pk")
        .first()
    )


def _counted(allowance: DayAllowance, exercise_id: int | None) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        state__in=HOLDING,
        mode=Assignment.Mode.VOLUNTEER,
        exercise_id=exercise_id,
        day__range=(allowance.starts_on, allowance.ends_on),
    )


def check_room(assignment: Assignment) -> None:
    """Refuse a yes when the employer's half-days are all used or promised and the employer decided that it blocks.

    Called in the transaction of the yes. The person's own offer is locked, so that two yeses of one person at the same
    second are counted one after the other.
    """
    if assignment.mode != Assignment.Mode.VOLUNTEER:
        return
    allowance = _allowance_of(assignment.person_id, assignment.day)
    if allowance is None or not allowance.blocks:
        return
    list(Offer.objects.select_for_update(of=("self",), no_key=True).filter(person_id=assignment.person_id))
    spent = _counted(allowance, assignment.exercise_id).filter(person_id=assignment.person_id)
    if spent.exclude(pk=assignment.pk).count() >= allowance.half_days:
        raise Refusal(
            "account_spent",
            _(
                "The %(count)s volunteering half-days that your employer gives until %(until)s are all used or "
                "promised. Give one back first, or call the cell: it can ask your employer for more."
            )
            % {"count": allowance.half_days, "until": full_date(allowance.ends_on)},
        )


@dataclass(frozen=True, slots=True)
class Rooms:
    """How many half-days people may still promise between two days, for an employer whose decision blocks."""

    starts_on: date
    ends_on: date
    left: dict[int, int]


def rooms(person_ids: Iterable[int], span: tuple[date, date], *, exercise_id: int | None) -> list[Rooms]:
    """Return the room left to people for each decision that blocks in ``span``; people it does not name have no limit.

    The number of queries grows with the decisions, never with the pool.
    """
    wanted = set(person_ids)
    found = []
    for allowance in DayAllowance.objects.filter(blocks=True, starts_on__lte=span[1], ends_on__gte=span[0]):
        agents = Offer.objects.filter(capacity__role=roles.AGENT, capacity__organisation=allowance.organisation_id)
        spent = Counter(
            _counted(allowance, exercise_id).filter(person__offer__in=agents).values_list("person_id", flat=True)
        )
        left = {
            person_id: max(allowance.half_days - spent[person_id], 0)
            for person_id in agents.values_list("person_id", flat=True)
            if person_id in wanted
        }
        found.append(Rooms(allowance.starts_on, allowance.ends_on, left))
    return found


def beyond(exercise_id: int | None) -> QuerySet[Assignment]:
    """Return the missions promised by people who give more than their employer decided: the cell asks the employer."""
    over: set[int] = set()
    today = clock.today()
    for allowance in DayAllowance.objects.filter(starts_on__lte=today, ends_on__gte=today).order_by("pk"):
        agents = Offer.objects.filter(capacity__role=roles.AGENT, capacity__organisation=allowance.organisation_id)
        rows = _counted(allowance, exercise_id).filter(person__offer__in=agents).values_list("person_id")
        given = rows.annotate(count=Count("pk")).filter(count__gt=allowance.half_days).order_by()
        over.update(person_id for person_id, _count in given)
    return Assignment.objects.filter(
        person_id__in=over, state__in=PROMISED, mode=Assignment.Mode.VOLUNTEER, exercise_id=exercise_id
    )


def can_set_allowance(actor: Actor) -> bool:
    """The cell and the administrator write down what any employer decided; human resources what their own did."""
    return actor.role in {roles.COORDINATOR, roles.ADMINISTRATOR, roles.HR}


def visible_allowances(actor: Actor) -> QuerySet[DayAllowance]:
    """Return what ``actor`` may read: they are decisions, they hold nothing about anyone."""
    found = DayAllowance.objects.select_related("organisation", "set_by")
    if actor.role == roles.HR:
        return found.filter(organisation_id=actor.organisation_id)
    return found if can_set_allowance(actor) else found.none()


def employers(actor: Actor) -> QuerySet[Organisation]:
    """Return the employers whose half-days ``actor`` may set: bodies that have agents."""
    found = Organisation.objects.filter(capacities__role=roles.AGENT).distinct().order_by("search", "pk")
    if actor.role == roles.HR:
        return found.filter(pk=actor.organisation_id)
    return found if can_set_allowance(actor) else found.none()


def access_allowance(actor: Actor, pk: int) -> DayAllowance:
    """Return a decision within the actor's scope."""
    found = visible_allowances(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def do_set_allowance(
    *,
    actor: Actor,
    organisation: Organisation,
    half_days: int,
    starts_on: date,
    ends_on: date,
    reference: str,
    decided_on: date,
    blocks: bool,
    allowance: DayAllowance | None = None,
) -> DayAllowance:
    """Write down, or correct, how many half-days an employer gives each agent, and by which decision."""
    check_real(actor)
    if not employers(actor).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    if not reference.strip():
        raise Refusal("reference_missing", _("Write the reference of the decision: anyone must be able to look it up."))
    if half_days < 1:
        raise Refusal("half_days_missing", _("Say how many half-days each agent may give: one at least."))
    if ends_on < starts_on:
        raise Refusal("ends_before", _("The last day comes before the first one. Change one of the two."))
    if decided_on > clock.today():
        raise Refusal("not_decided", _("This decision is dated after today. Write it down once it is taken."))
    said = {
        "half_days": half_days,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "reference": reference.strip(),
        "decided_on": decided_on,
        "blocks": blocks,
        "set_by_id": actor.person_id,
        "set_at": clock.now(),
    }
    with transaction.atomic():
        # One at a time for each employer: two decisions for the same days would contradict each other.
        Organisation.objects.select_for_update().get(pk=organisation.pk)
        others = DayAllowance.objects.filter(
            organisation=organisation, starts_on__lte=ends_on, ends_on__gte=starts_on
        ).exclude(pk=allowance.pk if allowance else None)
        if (other := others.order_by("starts_on").first()) is not None:
            raise Refusal(
                "overlap",
                _("Another decision already covers some of these days: %(reference)s. Correct it, or choose others.")
                % {"reference": other.reference},
                conflict=True,
            )
        if allowance is None:
            allowance = DayAllowance.objects.create(organisation=organisation, **said)
        else:
            DayAllowance.objects.filter(pk=allowance.pk).update(**said)
            allowance.refresh_from_db()
        record(
            actor=actor,
            verb="allocation.allowance_set",
            object_kind="allowance",
            object_key=allowance.pk,
            params={"count": half_days, "reference": allowance.reference},
        )
    return allowance


def do_remove_allowance(*, actor: Actor, allowance: DayAllowance) -> None:
    """Take a decision back: nobody's missions change, there is simply no account any more."""
    check_real(actor)
    if not visible_allowances(actor).filter(pk=allowance.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        pk, reference = allowance.pk, allowance.reference
        allowance.delete()
        record(
            actor=actor,
            verb="allocation.allowance_removed",
            object_kind="allowance",
            object_key=pk,
            params={"reference": reference},
        )
