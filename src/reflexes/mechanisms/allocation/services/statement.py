"""The statement of hours: what somebody gave between two days, mission by mission, volunteer and designated apart."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.privacy.services import record_view
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, Offer, SkillGained
from reflexes.mechanisms.allocation.services.accounts import USED
from reflexes.mechanisms.directory.models import Person

LONGEST = timedelta(days=366 * 10)


@dataclass(frozen=True, slots=True)
class Part:
    """The missions of one mode: volunteer and designated are never mixed (P09 (6))."""

    missions: list[Assignment]

    @property
    def hours(self) -> Decimal:
        """Return the hours that hosts wrote down."""
        return sum((one.hours for one in self.missions if one.hours is not None), Decimal(0))

    @property
    def without_hours(self) -> int:
        """Return for how many half-days no host wrote any hours."""
        return sum(one.hours is None for one in self.missions)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one person gave, and the skills they chose to keep from it."""

    person: Person
    first: date
    last: date
    volunteer: Part
    designated: Part
    skills: list[str]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was given in these days."""
        return not self.volunteer.missions and not self.designated.missions


def access_giver(actor: Actor, person_id: int) -> Person:
    """Return somebody who gives time: oneself, or anybody for the cell, which prints for those without an account."""
    if actor.is_known and actor.person_id == person_id:
        return Person.objects.get(pk=person_id)
    offer = perms.access_offer(actor, person_id)
    record_view(actor, offer.person.key, "allocation.statement", "allocation")
    return offer.person


def statement(*, actor: Actor, person: Person, first: date, last: date) -> Statement:
    """Return what ``person`` did between two days: missions done only, those of a drill in that drill alone."""
    if actor.person_id != person.pk and not perms.is_cell(actor):
        raise Http404
    if last < first:
        raise Refusal("ends_before", _("The last day comes before the first one. Change one of the two."))
    if last - first > LONGEST:
        raise Refusal("too_long", _("A statement covers ten years at most: choose a later first day."))
    missions = list(
        Assignment.objects.filter(
            person=person, state__in=USED, exercise_id=actor.exercise_id, day__range=(first, last)
        )
        .select_related("slot__need__organisation")
        .order_by("day", "half", "pk")
    )
    kept = SkillGained.objects.filter(assignment__in=missions).select_related("skill").order_by("skill__search", "pk")
    return Statement(
        person,
        first,
        last,
        Part([one for one in missions if one.mode == Assignment.Mode.VOLUNTEER]),
        Part([one for one in missions if one.mode == Assignment.Mode.DESIGNATED]),
        list(dict.fromkeys(str(one.skill) for one in kept)),
    )


def usual_days(person: Person) -> tuple[date, date]:
    """Return the days a statement covers when nobody says: this year, or the last one in its first weeks."""
    today = clock.today()
    year = today.year if today.timetuple().tm_yday > 31 else today.year - 1
    return date(year, 1, 1), today


def employer_of(person: Person) -> str:
    """Return the service and the organisation somebody gives time from."""
    offer = Offer.objects.filter(person=person).select_related("capacity__unit", "capacity__organisation").first()
    if offer is None or offer.capacity is None:
        return ""
    return ", ".join(str(part) for part in (offer.capacity.unit, offer.capacity.organisation) if part)
