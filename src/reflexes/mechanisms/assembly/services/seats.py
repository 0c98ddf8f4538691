"""Seats: asked, taken, given up with a class of reason, taken over by whoever comes next (P01, A04)."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Body, College, Seat
from reflexes.mechanisms.assembly.services import renewals
from reflexes.mechanisms.assembly.services.announcing import announce, system_of
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record


def access_seat(actor: Actor, pk: int) -> Seat:
    """Return a seat to whoever holds it or keeps the body; names of others are read on the body's page."""
    seat = (
        Seat.objects.filter(college__body__in=perms.visible_bodies(actor))
        .select_related("college__body", "person")
        .filter(pk=pk)
        .first()
    )
    if seat is None or not (_is_own(actor, seat) or perms.can_keep(actor, seat.college.body)):
        raise Http404
    return seat


def _is_own(actor: Actor, seat: Seat) -> bool:
    return actor.is_known and actor.person_id == seat.person_id


def do_fill_seat(
    *,
    actor: Actor,
    college: College,
    person: Person,
    capacity_words: str = "",
    part: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    said_yes: bool = False,
) -> Seat:
    """Ask somebody to sit; with ``said_yes`` they already did, by telephone or by letter, and hold the seat.

    Without a ``part`` the smallest takes them in; without an end the seat lasts until its part is renewed, and never
    longer than the body.
    """
    _check_keeper(actor, college.body)
    with transaction.atomic():
        locked = College.objects.select_for_update(of=("self",)).select_related("body").get(pk=college.pk)
        _check_may_sit(locked, person)
        of_part = renewals.smallest_part(locked) if part is None else part
        if not 1 <= of_part <= locked.parts:
            raise Refusal("part_unknown", _("This college is not renewed by so many parts. Choose one of them."))
        first = starts_on or max(clock.today(), locked.body.starts_on or clock.today())
        last = ends_on or renewals.leaves_on(locked, of_part, after=first)
        return _seated(
            actor,
            Seat(
                college=locked,
                person=person,
                capacity_words=capacity_words.strip(),
                part=of_part,
                starts_on=first,
                ends_on=_within(locked.body, first, last),
            ),
            said_yes=said_yes,
        )


def _check_keeper(actor: Actor, body: Body) -> None:
    perms.check_keeping(actor, body)
    perms.check_own_world(actor, body.exercise_id)


def _check_may_sit(college: College, person: Person) -> None:
    if college.body.state == Body.State.CLOSED:
        raise Refusal("closed", _("This body has ended: nobody takes a seat there any more."), conflict=True)
    if person.erased_at is not None:
        raise Refusal("person_left", _("This person has left. Choose somebody else."))
    live = Seat.objects.filter(college__body=college.body, state__in=perms.LIVE_SEATS)
    if live.filter(person=person).exists():
        raise Refusal("already_sits", _("This person already sits in this body, or is asked to."), conflict=True)
    if live.filter(college=college).count() >= college.seats:
        raise Refusal(
            "college_full", _("Every seat of this college is held or asked for. Wait until one is free."), conflict=True
        )


def _within(body: Body, first: date, last: date | None) -> date | None:
    """Return the end of a seat: a day after its beginning, never after the end of its body."""
    if last is None or (body.ends_on is not None and last > body.ends_on):
        last = body.ends_on
    if last is not None and last < first:
        raise Refusal("seat_ends_before", _("The seat ends before it starts. Correct one of the two dates."))
    return last


def _seated(actor: Actor, seat: Seat, *, said_yes: bool) -> Seat:
    """Write the seat in the caller's transaction."""
    seat.asked_at = clock.now()
    if said_yes:
        seat.state, seat.answered_at = Seat.State.HELD, clock.now()
    seat.save()
    record(
        actor=actor,
        verb="assembly.seat_filled" if said_yes else "assembly.seat_asked",
        object_kind="body",
        object_key=seat.college.body_id,
        params={"seat": seat.pk, "college": seat.college_id, "person": str(seat.person.key)},
    )
    announce(seat, "seat_filled" if said_yes else "seat_asked")
    return seat


def do_answer_seat(*, actor: Actor, seat: Seat, yes: bool) -> Seat:
    """Say yes or no to a seat; the officer may write down what was said by telephone or letter. No reason is asked."""
    _check_own_or_kept(actor, seat)
    now = clock.now()
    values: dict[str, object] = {"state": Seat.State.HELD, "answered_at": now}
    if not yes:
        values = {"state": Seat.State.DECLINED, "answered_at": now, "why_left": Seat.Why.NOT_WISHED}
    _move(actor, seat, from_state=Seat.State.ASKED, values=values, event="seat_accepted" if yes else "seat_declined")
    return seat


def do_leave_seat(*, actor: Actor, seat: Seat, why: str) -> Seat:
    """Give a seat up, for a class of reasons and never a detail; one that was only asked for counts as declined."""
    _check_own_or_kept(actor, seat)
    if why not in Seat.Why.values:
        raise Refusal("why_unknown", _("Choose why in the list: only this class of reasons is ever shown."))
    if seat.state == Seat.State.ASKED:
        declined = {"state": Seat.State.DECLINED, "answered_at": clock.now(), "why_left": why}
        _move(actor, seat, from_state=Seat.State.ASKED, values=declined, event="seat_declined")
    else:
        left = {"state": Seat.State.LEFT, "left_on": clock.today(), "why_left": why}
        _move(actor, seat, from_state=Seat.State.HELD, values=left, event="seat_left")
    return seat


def _check_own_or_kept(actor: Actor, seat: Seat) -> None:
    if not (_is_own(actor, seat) or perms.can_keep(actor, seat.college.body)):
        raise PermissionDenied
    perms.check_own_world(actor, seat.college.body.exercise_id)


def _move(actor: Actor, seat: Seat, *, from_state: str, values: dict[str, object], event: str) -> None:
    """Move a seat by conditional update: of two answers at once, one is kept."""
    with transaction.atomic():
        if not Seat.objects.filter(pk=seat.pk, state=from_state).update(**values):
            raise Refusal(
                "seat_moved",
                _("This seat is no longer where you left it. Reload the page to see where it stands."),
                conflict=True,
            )
        record(
            actor=actor,
            verb=f"assembly.{event}",
            object_kind="body",
            object_key=seat.college.body_id,
            params={"seat": seat.pk, "why": str(values.get("why_left", ""))},
        )
        announce(seat, event)
    seat.refresh_from_db()


def do_replace(*, actor: Actor, seat: Seat, person: Person, capacity_words: str = "", said_yes: bool = False) -> Seat:
    """Ask ``person`` to take over a seat given up, until its end: the line of who came after whom stays readable."""
    _check_keeper(actor, seat.college.body)
    try:
        with transaction.atomic():
            college = College.objects.select_for_update(of=("self",)).select_related("body").get(pk=seat.college_id)
            gone = Seat.objects.get(pk=seat.pk)
            if gone.state not in {Seat.State.LEFT, Seat.State.DECLINED}:
                raise Refusal("not_free", _("This seat is not free: nobody is replaced who still sits."), conflict=True)
            _check_may_sit(college, person)
            following = Seat(
                college=college,
                person=person,
                capacity_words=capacity_words.strip(),
                part=gone.part,
                starts_on=max(clock.today(), gone.starts_on),
                ends_on=gone.ends_on,
                replaces=gone,
            )
            return _seated(actor, following, said_yes=said_yes)
    except IntegrityError as error:
        raise Refusal(
            "already_replaced", _("Somebody was already asked to take this seat over. Reload the page."), conflict=True
        ) from error


def last_in_line(seat: Seat) -> Seat:
    """Return whoever came last to a seat, through as many replacements as there were."""
    while (
        following := Seat.objects.filter(replaces=seat).select_related("college__body", "person").first()
    ) is not None:
        seat = following
    return seat


def end_seats() -> int:
    """End the seats whose last day has passed; return how many. A renewed part leaves at its date.

    A seat that goes with its body waits for the person who closes the body, or prolongs it.
    """
    over = Seat.objects.filter(state__in=perms.LIVE_SEATS, ends_on__lt=clock.today())
    over = over.exclude(college__body__state=Body.State.OPEN, ends_on__gte=F("college__body__ends_on"))
    ended = 0
    for seat in over.select_related("college__body").order_by("pk"):
        # An invitation nobody answered is no seat held: it ends as "could not be reached".
        held = seat.state == Seat.State.HELD
        values: dict[str, object] = (
            {"state": Seat.State.ENDED, "left_on": seat.ends_on}
            if held
            else {"state": Seat.State.DECLINED, "why_left": Seat.Why.NO_ANSWER}
        )
        try:
            _move(system_of(seat), seat, from_state=seat.state, values=values, event="seat_ended")
            ended += 1
        except Refusal:
            continue  # answered or given up at the last second
    return ended
