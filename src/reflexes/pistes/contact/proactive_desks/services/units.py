"""Proximity units: opened with a lead, a deputy and a last day; kept, adapted or stopped by somebody (P12 (b))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Commune, Person
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.proactive_desks.models import (
    ProximityUnit,
    ReportHours,
    UnitDecision,
    UnitMember,
)
from reflexes.pistes.contact.proactive_desks.perms_units import (
    CHIEFS,
    check_centre,
    check_leading,
    check_managing,
    check_world,
)
from reflexes.pistes.contact.proactive_desks.services.units_doctrine import doctrine_in_force

LONGEST = timedelta(days=183)
WANTED = frozenset(["name", "communes", "streets", "starts_on", "ends_on"])


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody who joins a unit, and what they know how to do there."""

    person: Person
    does: str
    place: str = UnitMember.Place.MEMBER


def hours_of(organisation_id: int | None) -> ReportHours:
    """Return when reports are due in an organisation; what nobody set is half past five and eight."""
    found = ReportHours.objects.filter(organisation_id=organisation_id).first()
    return found or ReportHours(organisation_id=organisation_id, reports_by=time(17, 30), closes_at=time(20, 0))


def moment_of(day: date, at: time) -> datetime:
    """Return ``at`` on ``day`` as an aware moment of the site's time zone."""
    return timezone.make_aware(datetime.combine(day, at))


def do_set_hours(*, actor: Actor, reports_by: time, closes_at: time) -> ReportHours:
    """Set when units report and until when they correct; it is of the organisation, so never from an exercise."""
    check_managing(actor)
    check_world(actor, None)
    if closes_at <= reports_by:
        raise Refusal("closes_first", _("The board closes after reports are due. Choose a later hour."))
    with transaction.atomic():
        hours, _made = ReportHours.objects.update_or_create(
            organisation_id=actor.organisation_id, defaults={"reports_by": reports_by, "closes_at": closes_at}
        )
        record(
            actor=actor,
            verb="proactive_desks.hours_set",
            object_kind="report_hours",
            object_key=hours.pk,
            params={"by": f"{reports_by:%H:%M}", "closes": f"{closes_at:%H:%M}"},
        )
    return hours


def outreach_people() -> QuerySet[Person]:
    """Return who may join a unit: whoever works in the field today, whatever their organisation."""
    held = current(Capacity.objects.filter(role=roles.OUTREACH))
    return Person.objects.filter(erased_at=None, pk__in=held.values("person_id")).order_by("search", "pk")


def do_open_unit(*, actor: Actor, fields: Mapping[str, Any], lead: Joining, deputy: Joining) -> ProximityUnit:
    """Open a unit on a territory, under the doctrine in force, with a lead, a deputy and a last day."""
    check_managing(actor)
    doctrine = doctrine_in_force(actor.organisation_id, actor.exercise_id)
    if doctrine is None:
        raise Refusal(
            "no_doctrine", _("Publish a doctrine first: a unit knows what is fixed and what it decides alone.")
        )
    if lead.person == deputy.person:
        raise Refusal("same_person", _("The lead and the deputy are two people: no unit hangs on one account."))
    communes, values = _territory(fields)
    _check_days(values["starts_on"], values["ends_on"])
    if values["ends_on"] < clock.today():
        raise Refusal("ends_past", _("Its last day is over already. Choose a day to come."))
    unit = ProximityUnit(
        organisation_id=actor.organisation_id, exercise_id=actor.exercise_id, doctrine=doctrine, **values
    )
    try:
        with transaction.atomic():
            unit.save()
            unit.communes.set(communes)
            _join(actor, unit, Joining(lead.person, lead.does, UnitMember.Place.LEAD))
            _join(actor, unit, Joining(deputy.person, deputy.does, UnitMember.Place.DEPUTY))
            _record(actor, "unit_opened", unit, {"until": str(unit.ends_on)})
    except IntegrityError as error:
        raise _name_taken() from error
    return unit


def _name_taken() -> Refusal:
    return Refusal("name_taken", _("Another unit has this name. Give yours its own."))


def _territory(fields: Mapping[str, Any]) -> tuple[Sequence[Commune], dict[str, Any]]:
    """Return the communes and the other values of a unit, once they say where it works."""
    values = {name: value for name, value in fields.items() if name in WANTED}
    communes = list(values.pop("communes", ()))
    if not str(values.get("name", "")).strip():
        raise Refusal("name_missing", _("Give the unit a name: that of its territory."))
    if not communes:
        raise Refusal("no_commune", _("Choose at least one commune: the unit has a territory."))
    return communes, values


def _check_days(starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise Refusal("ends_before", _("It ends before it begins. Correct one of the two days."))
    if ends_on - starts_on > LONGEST:
        raise Refusal(
            "too_long", _("Six months at most: on that day somebody decides whether it goes on. Choose a nearer day.")
        )


def do_change_unit(*, actor: Actor, unit: ProximityUnit, fields: Mapping[str, Any]) -> ProximityUnit:
    """Put right its name and its territory. Its last day moves by a decision only."""
    check_managing(actor)
    check_leading(actor, unit)
    communes, values = _territory(fields)
    try:
        with transaction.atomic():
            held = _live(unit)
            held.name, held.streets = values["name"], values.get("streets", "")
            held.save(update_fields=["name", "streets"])
            held.communes.set(communes)
            _record(actor, "unit_changed", unit)
    except IntegrityError as error:
        raise _name_taken() from error
    return held


def _live(unit: ProximityUnit) -> ProximityUnit:
    """Return the unit, locked, if it still works."""
    held = ProximityUnit.objects.select_for_update().get(pk=unit.pk)
    if held.ended_on is not None:
        raise Refusal("unit_over", _("This unit has stopped: what it did stays as it was."), conflict=True)
    return held


def check_live(unit: ProximityUnit) -> None:
    """Refuse to write for a unit that has stopped."""
    if unit.ended_on is not None and unit.ended_on < clock.today():
        raise Refusal("unit_over", _("This unit has stopped: what it did stays as it was."), conflict=True)


def do_join(*, actor: Actor, unit: ProximityUnit, joining: Joining) -> UnitMember:
    """Add somebody; a new lead or deputy takes the place of the one before, who stays in the unit."""
    check_leading(actor, unit)
    with transaction.atomic():
        _live(unit)
        return _join(actor, unit, joining)


def _join(actor: Actor, unit: ProximityUnit, joining: Joining) -> UnitMember:
    if not joining.does.strip():
        raise Refusal("does_missing", _("Say in a few words what this person does in the unit: nurse, street worker."))
    if not outreach_people().filter(pk=joining.person.pk).exists():
        raise Refusal("not_outreach", _("This person does not work in the field today. Choose somebody of the list."))
    chief = joining.place in CHIEFS
    mine = unit.members.filter(person=joining.person, left_on=None).first()
    if mine is not None and (not chief or mine.place == joining.place):
        raise Refusal("member_already", _("This person is in the unit already."))
    if mine is not None and mine.place in CHIEFS:
        raise Refusal("chief_already", _("The lead and the deputy are two people. Choose somebody else."))
    if chief:
        unit.members.filter(place=joining.place, left_on=None).update(place=UnitMember.Place.MEMBER)
    if mine is not None:
        mine.place, mine.does = joining.place, joining.does.strip()
        mine.save(update_fields=["place", "does"])
        member = mine
    else:
        member = UnitMember.objects.create(
            unit=unit,
            person=joining.person,
            place=joining.place,
            does=joining.does.strip(),
            joined_on=clock.today(),
        )
    _record(actor, "unit_joined", unit, {"place": joining.place})
    return member


def do_leave(*, actor: Actor, member: UnitMember) -> None:
    """Let somebody leave; the lead and the deputy are replaced first."""
    check_leading(actor, member.unit)
    if member.place in CHIEFS:
        raise Refusal("chief_leaves", _("Name another lead or deputy first: a unit always has both."), conflict=True)
    with transaction.atomic():
        if not UnitMember.objects.filter(pk=member.pk, left_on=None).update(left_on=clock.today()):
            raise Refusal("left_already", _("This person has left the unit already."), conflict=True)
        _record(actor, "unit_left", member.unit)


def access_member(actor: Actor, unit: ProximityUnit, pk: int) -> UnitMember:
    """Return somebody who is in a unit, to whoever looks after it."""
    check_leading(actor, unit)
    member = unit.members.select_related("unit", "person").filter(pk=pk, left_on=None).first()
    if member is None:
        raise Http404
    return member


def deciders(organisation_id: int) -> QuerySet[Person]:
    """Return who may decide what becomes of a unit: directors, elected members, the cell."""
    may = (roles.DIRECTOR, roles.ELECTED, roles.COORDINATOR, roles.SUPERVISOR)
    held = current(Capacity.objects.filter(organisation_id=organisation_id, role__in=may))
    return Person.objects.filter(erased_at=None, pk__in=held.values("person_id")).order_by("search", "pk")


def do_decide(
    *, actor: Actor, unit: ProximityUnit, verdict: str, motive: str, by: Person, next_end_on: date | None = None
) -> UnitDecision:
    """Say what becomes of a unit: it goes on until another day, changed or not, or it stops today."""
    check_centre(actor)
    if unit.organisation_id != actor.organisation_id:
        raise Http404
    check_world(actor, unit.exercise_id)
    if not motive.strip():
        raise Refusal("motive_missing", _("Say why: those who work there and those they support will read it."))
    if not deciders(unit.organisation_id).filter(pk=by.pk).exists():
        raise Refusal("decider", _("Choose who decides in the list: somebody named answers for it."))
    stops = verdict == UnitDecision.Verdict.STOP
    if not stops and (next_end_on is None or next_end_on <= clock.today()):
        raise Refusal("no_next_end", _("If it goes on, it is until a day to come. Choose that day."))
    if not stops and next_end_on and next_end_on - clock.today() > LONGEST:
        raise Refusal("too_long", _("Six months at most, then it is decided again. Choose a nearer day."))
    with transaction.atomic():
        held = _live(unit)
        waiting = held.needs.filter(closed_at=None).count() if stops else 0
        if waiting:
            raise Refusal(
                "needs_wait",
                _("Some needs of its facilities are still open: close each of them, or hand its facility over first."),
                conflict=True,
            )
        if stops and held.entrusted.filter(done_at=None, back_at=None).exists():
            raise Refusal(
                "visits_wait",
                _("Visits are still entrusted to it: whoever asked for them takes them back first."),
                conflict=True,
            )
        decision = UnitDecision.objects.create(
            unit=held,
            verdict=verdict,
            motive=motive.strip(),
            next_end_on=None if stops else next_end_on,
            due_on=held.ends_on,
            by=by,
        )
        if stops:
            held.ended_on = clock.today()
        elif next_end_on:
            held.ends_on = next_end_on
        held.save(update_fields=["ended_on", "ends_on"])
        _record(actor, "unit_decided", held, {"verdict": verdict})
    unit.refresh_from_db()
    return decision


def _record(actor: Actor, verb: str, unit: ProximityUnit, params: dict[str, object] | None = None) -> None:
    record(
        actor=actor,
        verb=f"proactive_desks.{verb}",
        object_kind="proximity_unit",
        object_key=unit.pk,
        params=params or {},
    )
