"""Thanks to everyone who came forward, used or not, once for the same days, after a person read the words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.services import enqueue
from reflexes.mechanisms.allocation import limits, perms
from reflexes.mechanisms.allocation.models import Assignment, Offer, Slot, Thanks, ThanksWave
from reflexes.mechanisms.allocation.services.accounts import USED
from reflexes.mechanisms.allocation.states import ASKED
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.directory.services import erased_people
from reflexes.mechanisms.journal.services import record

# One job writes so many messages: killed in the middle, only these are written again, and none twice (their keys).
AT_ONCE = 200
LONGEST = timedelta(days=731)


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened between two days, in numbers that anyone can count again."""

    came_forward: int
    came: int
    half_days: int
    places: int


def _done(exercise_id: int | None, first: date, last: date) -> QuerySet[Assignment]:
    return Assignment.objects.filter(state__in=USED, exercise_id=exercise_id, day__range=(first, last))


def _thanks_of_a_mission(exercise_id: int | None) -> QuerySet[Thanks]:
    return Thanks.objects.filter(person_id=OuterRef("person_id"), exercise_id=exercise_id, until__gte=OuterRef("day"))


def who_came(*, exercise_id: int | None, first: date, last: date) -> QuerySet[Person]:
    """Return the people who came on a mission in these days and were not thanked for it yet."""
    thanked = Thanks.objects.filter(
        person_id=OuterRef("person_id"), exercise_id=exercise_id, until__gte=OuterRef("day")
    )
    missions = _done(exercise_id, first, last).filter(~Exists(thanked))
    return Person.objects.filter(erased_at=None, pk__in=missions.values("person_id")).order_by("search", "pk")


def who_was_not_needed(*, exercise_id: int | None, first: date, last: date) -> QuerySet[Person]:
    """Return the people who offered their time in these days, did not come, expect nothing, and were not thanked."""
    offered = Offer.objects.filter(came_forward_at__date__lte=last).filter(
        Q(active=True) | Q(came_forward_at__date__gte=first)
    )
    thanked = Thanks.objects.filter(exercise_id=exercise_id, until__gte=first)
    going = Assignment.objects.filter(state__in=ASKED, exercise_id=exercise_id).exclude(state__in=USED)
    return (
        Person.objects.filter(erased_at=None, pk__in=offered.values("person_id"))
        .exclude(pk__in=_done(exercise_id, first, last).values("person_id"))
        .exclude(pk__in=thanked.values("person_id"))
        .exclude(pk__in=going.values("person_id"))
        .order_by("search", "pk")
    )


def gifts(people: list[Person], *, exercise_id: int | None, first: date, last: date) -> list[Assignment]:
    """Return what these people gave in these days, to show a message as it will be read."""
    missions = _done(exercise_id, first, last).filter(person__in=people)
    return list(missions.select_related("slot__need__organisation").order_by("day", "half", "pk"))


def figures(*, exercise_id: int | None, first: date, last: date) -> Figures:
    """Return the numbers of these days: people who offered, who came, half-days given, places asked for."""
    done = _done(exercise_id, first, last)
    offered = Offer.objects.filter(came_forward_at__date__lte=last, person__erased_at=None)
    slots = Slot.objects.filter(day__range=(first, last), need__exercise_id=exercise_id).exclude(need__state="draft")
    return Figures(
        came_forward=offered.count(),
        came=done.values("person_id").distinct().count(),
        half_days=done.count(),
        places=slots.aggregate(total=Sum("headcount"))["total"] or 0,
    )


def first_day_to_thank(exercise_id: int | None) -> date:
    """Return the day after the last thanks, else the day of the first mission done, else a month ago."""
    last = ThanksWave.objects.filter(exercise_id=exercise_id).aggregate(last=Max("ends_on"))["last"]
    if last is not None:
        return min(last + timedelta(days=1), clock.today())
    done = Assignment.objects.filter(state__in=USED, exercise_id=exercise_id).aggregate(first=Min("day"))["first"]
    return min(done or clock.today() - timedelta(days=30), clock.today())


def unthanked(actor: Actor) -> QuerySet[Assignment]:
    """Return the half-days given for which nobody was thanked in time: a silence of the cell."""
    before = clock.today() - limits.THANKED_WITHIN
    return (
        Assignment.objects.filter(state__in=USED, exercise_id=actor.exercise_id, day__lt=before)
        .filter(~Exists(_thanks_of_a_mission(actor.exercise_id)))
        .exclude(person__in=erased_people())
        .select_related("person__offer__capacity__unit", "slot__need__organisation", "slot__need__mentor")
        .annotate(since=F("changed_at"))
    )


def visible_waves(actor: Actor) -> QuerySet[ThanksWave]:
    """Return the thanks already sent, to the cell alone."""
    found = ThanksWave.objects.filter(exercise_id=actor.exercise_id).select_related("sent_by")
    return found if perms.is_cell(actor) else found.none()


def access_wave(actor: Actor, pk: int) -> ThanksWave:
    """Return one round of thanks, to the cell alone."""
    found = visible_waves(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def check_days(first: date, last: date) -> None:
    """Refuse days that cannot be thanked for: to come, upside down, or more than two years."""
    if last < first:
        raise Refusal("ends_before", _("The last day comes before the first one. Change one of the two."))
    if last > clock.today():
        raise Refusal("to_come", _("These days are not over. Thank people for days up to today."))
    if last - first > LONGEST:
        raise Refusal("too_long", _("Thank people for two years at most: choose a later first day."))


def do_thank(
    *, actor: Actor, piste: str, first: date, last: date, came: str, not_needed: str, seen: tuple[int, int]
) -> ThanksWave:
    """Thank everybody who came forward in these days, in two wordings, as read by a person of the cell.

    ``seen`` is how many people of each kind were on the page that was read: if somebody came or went since, nothing
    leaves before it is read again. The database refuses to thank anyone twice for the same days.
    """
    if not perms.is_cell(actor):
        raise PermissionDenied
    check_days(first, last)
    if not came.strip() or not not_needed.strip():
        raise Refusal("words_missing", _("Write both wordings: those who came, and those who were not needed."))
    span = {"exercise_id": actor.exercise_id, "first": first, "last": last}
    with transaction.atomic():
        wave = ThanksWave.objects.create(
            piste=piste,
            starts_on=first,
            ends_on=last,
            words_came=came.strip(),
            words_not_needed=not_needed.strip(),
            sent_by_id=actor.person_id,
            sent_at=clock.now(),
            exercise_id=actor.exercise_id,
        )
        people = {True: list(who_came(**span)), False: list(who_was_not_needed(**span))}
        if not people[True] and not people[False]:
            raise _nobody_left()
        if (len(people[True]), len(people[False])) != seen:
            raise Refusal(
                "changed_since",
                _("The list changed while you were reading. Look at it again, then send: nothing has left."),
                conflict=True,
            )
        Thanks.objects.bulk_create(
            [
                Thanks(wave=wave, person=person, came=did, until=last, exercise_id=actor.exercise_id)
                for did, group in people.items()
                for person in group
            ],
            ignore_conflicts=True,
        )
        written = list(wave.thanks.order_by("pk").values_list("pk", flat=True))
        if not written:  # somebody else thanked them at the same moment
            raise _nobody_left()
        for start in range(0, len(written), AT_ONCE):
            enqueue(
                f"{piste}.thanked",
                {"wave": wave.pk, "from": written[start], "to": written[min(start + AT_ONCE, len(written)) - 1]},
                key=f"{piste}.thanked:{wave.pk}:{start}",
                exercise_id=actor.exercise_id,
            )
        record(
            actor=actor,
            verb="allocation.thanked",
            object_kind="thanks",
            object_key=wave.pk,
            params={"count": len(written), "first": first.isoformat(), "last": last.isoformat()},
        )
    return wave


def _nobody_left() -> Refusal:
    return Refusal("nobody_left", _("Everybody was thanked for these days already."), conflict=True)


def to_write(payload: dict[str, int]) -> Iterator[tuple[Thanks, list[Assignment]]]:
    """Yield the thanks of one job with what each person gave, for the piste to put into words."""
    rows = list(
        Thanks.objects.filter(wave_id=payload["wave"], pk__range=(payload["from"], payload["to"]))
        .filter(person__erased_at=None)
        .select_related("wave", "person__commune")
        .order_by("pk")
    )
    if not rows:
        return
    wave = rows[0].wave
    given: dict[int, list[Assignment]] = {row.person_id: [] for row in rows}
    missions = _done(wave.exercise_id, wave.starts_on, wave.ends_on).filter(person_id__in=given)
    for mission in missions.select_related("slot__need__organisation").order_by("day", "half", "pk"):
        given[mission.person_id].append(mission)
    for row in rows:
        yield row, given[row.person_id]
