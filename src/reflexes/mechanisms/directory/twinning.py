"""Twinned services (P09 (14)): two units, what one learns at the other's, the pool trained, the drills."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Person, TwinDrill, Twinning, TwinTraining
from reflexes.mechanisms.directory.services import units_below
from reflexes.mechanisms.journal.services import record

MOST_MONTHS = 60
# Somebody trained stays so for two turns of drills: missing one is no drama, missing two is.
TURNS = 2
FIELDS = frozenset({"skill", "purpose", "agreement", "starts_on", "review_on", "drill_every_months", "next_drill_on"})


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, the last of the month when there is none.

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2026, 11, 22), 12)
    (datetime.date(2026, 2, 28), datetime.date(2027, 11, 22))
    """
    count = day.month - 1 + months
    first = date(day.year + count // 12, count % 12 + 1, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def visible_twinnings(actor: Actor) -> QuerySet[Twinning]:
    """Return the pairs ``actor`` may read: the cell all, a manager those of their service on either side."""
    pairs = Twinning.objects.select_related("home__organisation", "host__organisation", "skill")
    if actor.role == roles.COORDINATOR:
        return pairs
    if actor.role == roles.MANAGER and actor.unit_id is not None:
        units = units_below(actor.unit_id)
        return pairs.filter(Q(home__in=units) | Q(host__in=units))
    return pairs.none()


def with_pool(pairs: QuerySet[Twinning]) -> QuerySet[Twinning]:
    """Count the people of each pair who are trained today."""
    valid = Q(trained__until__gte=clock.today(), trained__person__erased_at=None)
    return pairs.annotate(pool=Count("trained", filter=valid))


def access_twinning(actor: Actor, pk: int) -> Twinning:
    """Return a pair within the actor's scope; outside it there is nothing to find."""
    found = visible_twinnings(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def can_change_twinning(actor: Actor) -> bool:
    """The cell writes, changes and ends a pair: it ties two services, often of two organisations."""
    return actor.role == roles.COORDINATOR


def can_record_drill(actor: Actor, twinning: Twinning) -> bool:
    """Either service's manager, or the cell, writes down a drill."""
    return visible_twinnings(actor).filter(pk=twinning.pk).exists()


def drills_due() -> QuerySet[Twinning]:
    """Return the pairs that go on and whose next drill is due today or overdue."""
    return Twinning.objects.filter(ended_on=None, next_drill_on__lte=clock.today()).select_related(
        "home__organisation", "host__organisation", "skill"
    )


def trained_for(skill_id: int | None, day: date, person_ids: Iterable[int]) -> set[int]:
    """Return who among these people was trained for a skill in a twinned service, and still is on that day."""
    if skill_id is None:
        return set()
    valid = TwinTraining.objects.filter(twinning__skill_id=skill_id, until__gte=day, person_id__in=set(person_ids))
    return set(valid.values_list("person_id", flat=True))


def agents_of(unit_id: int) -> QuerySet[Person]:
    """Return the agents of a unit and of those below it, by name."""
    held = current(Capacity.objects.filter(role=roles.AGENT, unit_id__in=units_below(unit_id)))
    return Person.objects.filter(capacities__in=held, erased_at=None).distinct().order_by("search", "pk")


def do_twin(*, actor: Actor, home_id: int, host_id: int, **fields: Any) -> Twinning:
    """Tie two services: what for, what is learnt, on which text, until which review."""
    check_real(actor)
    if not can_change_twinning(actor):
        raise PermissionDenied
    if home_id == host_id:
        raise Refusal("twinned_with_itself", _("Choose two different services: one is trained by the other."))
    _check(fields)
    if Twinning.objects.filter(home_id=home_id, host_id=host_id, ended_on=None).exists():
        raise Refusal("twinned_already", _("These two services are already twinned. Open their page to change it."))
    with transaction.atomic():
        pair = Twinning.objects.create(home_id=home_id, host_id=host_id, **fields)
        record(actor=actor, verb="directory.twinned", object_kind="twinning", object_key=pair.pk)
    return pair


def do_change_twinning(*, actor: Actor, twinning: Twinning, **fields: Any) -> Twinning:
    """Change what a pair is for, its text, its review or its drills."""
    check_real(actor)
    if not can_change_twinning(actor):
        raise PermissionDenied
    _check(fields)
    _check_going_on(twinning)
    with transaction.atomic():
        Twinning.objects.filter(pk=twinning.pk).update(**fields)
        record(actor=actor, verb="directory.twinning_changed", object_kind="twinning", object_key=twinning.pk)
    twinning.refresh_from_db()
    return twinning


def _check(fields: dict[str, Any]) -> None:
    unknown = fields.keys() - FIELDS
    if unknown:
        raise ValueError(f"not fields of a twinning: {sorted(unknown)}")
    skill = fields.get("skill")
    if skill is not None and skill.regulated:
        raise Refusal(
            "skill_regulated",
            _("This skill needs a certificate: a drill cannot give it. Choose another one, or none."),
        )
    months = fields.get("drill_every_months")
    if months is not None and not 1 <= months <= MOST_MONTHS:
        raise Refusal("drill_rhythm", _("Give a number of months between 1 and 60 from one drill to the next."))
    if "review_on" in fields and fields["review_on"] is None:
        raise Refusal("review_missing", _("Give a date of review: then the pair goes on or ends."))
    starts, review = fields.get("starts_on"), fields.get("review_on")
    if starts and review and review <= starts:
        raise Refusal("review_too_early", _("Give a date of review after the beginning."))


def _check_going_on(twinning: Twinning) -> None:
    if Twinning.objects.filter(pk=twinning.pk).exclude(ended_on=None).exists():
        raise Refusal(
            "twinning_ended",
            _("This pair has ended. Twin the two services again if they start anew."),
            conflict=True,
        )


def do_record_drill(
    *, actor: Actor, twinning: Twinning, held_on: date, people: Iterable[Person] = (), words: str = ""
) -> TwinDrill:
    """Write down a drill: those who came are trained from that day on, and the next one is set."""
    check_real(actor)
    if not can_record_drill(actor, twinning):
        raise PermissionDenied
    _check_going_on(twinning)
    if held_on > clock.today():
        raise Refusal("drill_to_come", _("Write the drill down once it was held: today or before."))
    came = list({person.pk: person for person in people}.values())
    if {person.pk for person in came} - set(agents_of(twinning.home_id).values_list("pk", flat=True)):
        raise Refusal("not_of_service", _("Only agents of the home service are trained here. Choose among them."))
    until = months_after(held_on, TURNS * twinning.drill_every_months)
    with transaction.atomic():
        pair = Twinning.objects.select_for_update(of=("self",)).get(pk=twinning.pk)
        drill = TwinDrill.objects.create(twinning=pair, held_on=held_on, people=len(came), words=words)
        for person in came:
            _train(pair, person, held_on, until)
        if pair.last_drill_on is None or held_on >= pair.last_drill_on:
            pair.last_drill_on = held_on
            pair.next_drill_on = months_after(held_on, pair.drill_every_months)
            pair.save(update_fields=["last_drill_on", "next_drill_on"])
        record(
            actor=actor,
            verb="directory.drill_recorded",
            object_kind="twinning",
            object_key=pair.pk,
            params={"count": len(came), "day": held_on.isoformat()},
        )
    twinning.refresh_from_db()
    return drill


def _train(pair: Twinning, person: Person, held_on: date, until: date) -> None:
    known, made = TwinTraining.objects.get_or_create(
        twinning=pair, person=person, defaults={"trained_on": held_on, "until": until}
    )
    if not made and known.trained_on < held_on:
        TwinTraining.objects.filter(pk=known.pk).update(trained_on=held_on, until=until)


def do_take_out(*, actor: Actor, twinning: Twinning, person_id: int) -> None:
    """Take somebody out of the trained pool: a mistake, another post, their own wish."""
    check_real(actor)
    if not can_record_drill(actor, twinning):
        raise PermissionDenied
    with transaction.atomic():
        if TwinTraining.objects.filter(twinning=twinning, person_id=person_id).delete()[0]:
            record(actor=actor, verb="directory.training_removed", object_kind="twinning", object_key=twinning.pk)


def do_end_twinning(*, actor: Actor, twinning: Twinning, reason: str) -> Twinning:
    """End a pair, with a reason: what was learnt stays valid until its date, nobody is reminded any more."""
    check_real(actor)
    if not can_change_twinning(actor):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("reason_missing", _("Say in one sentence why the pair ends: both services read it."))
    with transaction.atomic():
        _check_going_on(twinning)
        Twinning.objects.filter(pk=twinning.pk).update(ended_on=clock.today())
        record(
            actor=actor, verb="directory.twinning_ended", object_kind="twinning", object_key=twinning.pk, reason=reason
        )
    twinning.refresh_from_db()
    return twinning
