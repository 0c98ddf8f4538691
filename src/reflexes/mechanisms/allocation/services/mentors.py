"""A mentor who is not there that half-day: somebody else of the team, or nobody starts and everybody knows."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import SYSTEM, Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.allocation.models import Assignment, MentorAbsence
from reflexes.mechanisms.allocation.services.announcing import announce
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import people_holding
from reflexes.mechanisms.journal.services import record

# Those who must know that their mentor changes: they are expected, or soon will be.
EXPECTED = (State.RELEASED, State.CONFIRMED, State.STAND_IN, State.STARTED)


def visible_absences(actor: Actor) -> QuerySet[MentorAbsence]:
    """Return the absences the actor has to see to: the cell all, a host those of its organisation."""
    absences = MentorAbsence.objects.filter(exercise_id=actor.exercise_id)
    if perms.is_cell(actor):
        return absences
    if actor.role == roles.HOST:
        return absences.filter(organisation_id=actor.organisation_id)
    return absences.none()


def welcomed_by(
    person_id: int, organisation_id: int, day: date, half: str, exercise_id: int | None
) -> QuerySet[Assignment]:
    """Return the missions of one half-day that this person was to welcome."""
    return (
        Assignment.objects.filter(
            Q(mentor_id=person_id) | Q(mentor=None, slot__need__mentor_id=person_id),
            slot__need__organisation_id=organisation_id,
            day=day,
            half=half,
            state__in=EXPECTED,
            exercise_id=exercise_id,
        )
        .select_related("person", "slot__need")
        .order_by("pk")
    )


def replacements(organisation_id: int, day: date, half: str, *, besides: int, exercise_id: int | None) -> list[Person]:
    """Return who could welcome instead: the host's own people, then mentors who come there that half-day anyway."""
    away = set(
        MentorAbsence.objects.filter(
            organisation_id=organisation_id, day=day, half=half, exercise_id=exercise_id
        ).values_list("person_id", flat=True)
    ) | {besides}
    own = people_holding(roles.HOST, organisation_id=organisation_id)
    coming = Person.objects.filter(
        offer__can_mentor=True,
        assignments__slot__need__organisation_id=organisation_id,
        assignments__day=day,
        assignments__half=half,
        assignments__state__in=(State.CONFIRMED, State.STARTED),
        assignments__exercise_id=exercise_id,
        erased_at=None,
    )
    others = [one for one in coming.distinct().order_by("search", "pk") if one not in own]
    return [one for one in (*own, *others) if one.pk not in away]


def do_say_mentor_away(
    *,
    actor: Actor,
    organisation_id: int,
    person: Person,
    day: date,
    halves: Iterable[str],
    replaced_by: int | None = None,
) -> list[MentorAbsence]:
    """Say that somebody who was to welcome people is not there, and who does instead if anybody can.

    The newcomers are told either way. Without anybody instead their mission does not start, and the cell sees it first.
    """
    if not (perms.is_cell(actor) or (actor.role == roles.HOST and actor.organisation_id == organisation_id)):
        raise PermissionDenied
    if day < clock.today():
        raise Refusal("day_past", _("This day is over: nobody waits for a mentor any more."))
    absences = []
    with transaction.atomic():
        for half in sorted(set(halves)):
            absence, made = MentorAbsence.objects.get_or_create(
                person=person,
                organisation_id=organisation_id,
                day=day,
                half=half,
                exercise_id=actor.exercise_id,
                defaults={"said_at": clock.now()},
            )
            if made:
                _record(actor, absence, "mentor_away")
            elif absence.replaced_by_id is not None:
                raise Refusal(
                    "mentor_away_said",
                    _("It is already known, and somebody else welcomes. Reload the page to see who."),
                    conflict=True,
                )
            absences.append(absence)
            if replaced_by is not None:
                _replace(actor, absence, replaced_by)
            elif made:
                _tell(absence, person.pk, "mentor_away")
    return absences


def do_replace_mentor(*, actor: Actor, absence: MentorAbsence, person_id: int) -> None:
    """Name who welcomes instead: the newcomers are told, and their mission may start."""
    if not visible_absences(actor).filter(pk=absence.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        _replace(actor, absence, person_id)


def _replace(actor: Actor, absence: MentorAbsence, person_id: int) -> None:
    able = replacements(
        absence.organisation_id,
        absence.day,
        absence.half,
        besides=absence.person_id,
        exercise_id=absence.exercise_id,
    )
    if person_id not in {one.pk for one in able}:
        raise Refusal("not_a_mentor_there", _("Choose somebody of the list: they are there on that half-day."))
    if not MentorAbsence.objects.filter(pk=absence.pk, replaced_by=None).update(replaced_by_id=person_id):
        raise Refusal("mentor_replaced", _("Somebody was already named. Reload the page to see who."), conflict=True)
    absence.refresh_from_db()
    # A mentor who comes that half-day welcomes the others, not themself.
    moved = list(_missions(absence, absence.person_id).exclude(person_id=person_id))
    Assignment.objects.filter(pk__in=[one.pk for one in moved]).update(mentor_id=person_id, host_contact_id=person_id)
    _record(actor, absence, "mentor_replaced", people=len(moved))
    for one in moved:
        announce(one, "mentor_changed")


def welcomer_id(assignment: Assignment) -> int | None:
    """Return who welcomes this person: the mentor, or whoever does instead on a half-day when the mentor is away."""
    mentor_id = assignment.mentor_id or assignment.slot.need.mentor_id
    instead = MentorAbsence.objects.filter(
        person_id=mentor_id,
        organisation_id=assignment.slot.need.organisation_id,
        day=assignment.day,
        half=assignment.half,
        exercise_id=assignment.exercise_id,
    ).exclude(replaced_by=assignment.person_id)
    return instead.exclude(replaced_by=None).values_list("replaced_by_id", flat=True).first() or mentor_id


def lose_replacement(assignment: Assignment) -> None:
    """Somebody who was to come, and to welcome the others instead of a mentor away, comes no more: nobody welcomes.

    The newcomers and the cell are told, as when the mentor was first said away.
    """
    absence = MentorAbsence.objects.filter(
        replaced_by_id=assignment.person_id,
        organisation_id=assignment.slot.need.organisation_id,
        day=assignment.day,
        half=assignment.half,
        exercise_id=assignment.exercise_id,
    ).first()
    if absence is None:
        return
    alone = list(_missions(absence, assignment.person_id))
    MentorAbsence.objects.filter(pk=absence.pk).update(replaced_by=None, said_at=clock.now())
    Assignment.objects.filter(pk__in=[one.pk for one in alone]).update(
        mentor_id=absence.person_id, host_contact_id=absence.person_id
    )
    _record(SYSTEM, absence, "mentor_away")
    for one in alone:
        announce(one, "mentor_away")


def do_say_mentor_back(*, actor: Actor, absence: MentorAbsence) -> None:
    """The mentor is there after all: everything is as before, and those who had been told otherwise are told again."""
    if not visible_absences(actor).filter(pk=absence.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        moved = list(_missions(absence, absence.replaced_by_id or absence.person_id))
        if absence.replaced_by_id is not None:
            named = [one.pk for one in moved if one.slot.need.mentor_id == absence.person_id]
            Assignment.objects.filter(pk__in=named, state__in=EXPECTED).exclude(state=State.STARTED).update(
                mentor_id=absence.person_id, host_contact_id=absence.person_id
            )
            moved = [one for one in moved if one.pk in named and one.state != State.STARTED]
        _record(actor, absence, "mentor_back", people=len(moved))
        MentorAbsence.objects.filter(pk=absence.pk).delete()
        for one in moved:
            announce(one, "mentor_changed")


def _missions(absence: MentorAbsence, mentor_id: int) -> QuerySet[Assignment]:
    return welcomed_by(mentor_id, absence.organisation_id, absence.day, absence.half, absence.exercise_id)


def _tell(absence: MentorAbsence, mentor_id: int, event: str) -> None:
    for one in _missions(absence, mentor_id):
        announce(one, event)


def _record(actor: Actor, absence: MentorAbsence, event: str, **params: int) -> None:
    record(
        actor=actor,
        verb=f"allocation.{event}",
        object_kind="mentor_absence",
        object_key=absence.pk,
        params={"day": absence.day.isoformat(), "half": absence.half, **params},
    )
