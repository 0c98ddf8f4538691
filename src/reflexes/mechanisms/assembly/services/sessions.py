"""Call a session of a body, its doors, its agenda; cancel it with a reason (P01 (6), (9), A02)."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import limits, perms
from reflexes.mechanisms.assembly.models import AgendaItem, Attendance, Body, Session, Topic
from reflexes.mechanisms.assembly.services import rotation
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.directory.models import Place
from reflexes.mechanisms.journal.services import record
from reflexes.web.words import full_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """How one comes: a room of so many places (none said: as many as come), an address or a number from afar."""

    place: Place | None = None
    room_places: int | None = None
    remote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of an agenda, in the order given; ``minutes`` is how long it should last."""

    title: str
    topic: Topic | None = None
    minutes: int | None = None


def notice_of(kind: str) -> timedelta:
    """Return how long ahead people are called to a session of this kind."""
    return limits.CRISIS_NOTICE if kind == Session.Kind.CRISIS else limits.ORDINARY_NOTICE


def do_call_session(
    *,
    actor: Actor,
    body: Body,
    starts_at: datetime,
    ends_at: datetime,
    doors: Doors,
    kind: str = Session.Kind.ORDINARY,
    why_called: str = "",
    agenda: Iterable[Point] = (),
) -> Session:
    """Call whoever's turn it is. A crisis session comes at 48 hours, with a reason and the panel that sits already.

    In an exercise the panel is the real one and the session belongs to the exercise: nobody outside is called.
    """
    perms.check_keeping(actor, body)
    perms.check_reachable(actor, body)
    points = list(agenda)
    with transaction.atomic():
        # Two sessions called at once take two numbers, and count one another in the turns.
        current = Body.objects.select_for_update().get(pk=body.pk)
        _check_call(current, kind, starts_at, ends_at, doors, why_called)
        _check_agenda(current, points)
        called = rotation.chosen(current, exercise_id=actor.exercise_id)
        if not called:
            raise Refusal("nobody_sits", _("Nobody sits in this body yet. Fill its seats first."))
        session = Session.objects.create(
            body=current,
            kind=kind,
            number=_next_number(current, actor.exercise_id),
            starts_at=starts_at,
            ends_at=ends_at,
            place=doors.place,
            room_places=doors.room_places,
            remote=doors.remote.strip(),
            why_called=why_called.strip(),
            called_at=clock.now(),
            exercise_id=actor.exercise_id,
        )
        door = Attendance.Door.ROOM if doors.place else Attendance.Door.REMOTE
        Attendance.objects.bulk_create(
            Attendance(session=session, person_id=turn.seat.person_id, turn=rank, asked_at=clock.now(), door=door)
            for rank, turn in enumerate(called, start=1)
        )
        _write_points(session, points)
        _record(actor, "assembly.session_called", session, {"kind": kind, "called": len(called)})
        announce(session, "session_called")
    return session


def _next_number(body: Body, exercise_id: int | None) -> int:
    worlds = Q(exercise=None) | Q(exercise_id=exercise_id) if exercise_id else Q(exercise=None)
    return (body.sessions.filter(worlds).aggregate(last=Max("number"))["last"] or 0) + 1


def _check_call(body: Body, kind: str, starts_at: datetime, ends_at: datetime, doors: Doors, why_called: str) -> None:
    if body.state != Body.State.OPEN:
        raise Refusal("not_open", _("This body is not at work: open it before calling people."), conflict=True)
    if kind not in Session.Kind.values:
        raise Refusal("kind_unknown", _("Say whether it is an ordinary or a crisis session."))
    if kind == Session.Kind.CRISIS and not why_called.strip():
        raise Refusal("why_missing", _("Say why people are called in a hurry: they read it first."))
    if ends_at <= starts_at:
        raise Refusal("ends_before", _("The session ends before it starts. Correct one of the two hours."))
    _check_doors(doors)
    earliest = clock.now() + notice_of(kind)
    if starts_at < earliest:
        raise Refusal("too_soon", _too_soon(kind, earliest))
    if body.ends_on is not None and timezone.localtime(starts_at).date() > body.ends_on:
        raise Refusal("after_the_end", _("The body will have ended by then. Choose a day before, or renew it first."))


def _too_soon(kind: str, earliest: datetime) -> str:
    """Say how long ahead people are called, and the first moment that gives them so long."""
    if kind == Session.Kind.CRISIS:
        hours = math.ceil(limits.CRISIS_NOTICE.total_seconds() / 3600)
        words = ngettext(
            "Even in a crisis people are called %(count)d hour ahead: choose a moment after %(when)s.",
            "Even in a crisis people are called %(count)d hours ahead: choose a moment after %(when)s.",
            hours,
        )
        return words % {"count": hours, "when": full_date(earliest)}
    days = limits.ORDINARY_NOTICE.days
    words = ngettext(
        "People are called %(count)d day ahead: choose a moment after %(when)s, or call a crisis session.",
        "People are called %(count)d days ahead: choose a moment after %(when)s, or call a crisis session.",
        days,
    )
    return words % {"count": days, "when": full_date(earliest)}


def _check_doors(doors: Doors) -> None:
    if doors.place is None and not doors.remote.strip():
        raise Refusal("no_door", _("Say where people come, or how they join from afar."))
    if doors.room_places is not None and doors.room_places < 1:
        raise Refusal("room_places", _("Say how many people the room holds, or leave it empty."))


def do_change_doors(*, actor: Actor, session: Session, doors: Doors) -> Session:
    """Change the room or the way to join from afar; whoever is expected is told. Its time does not move: call another.

    A room may not become smaller than the number of people who already said they come there.
    """
    check_kept(actor, session)
    _check_doors(doors)
    with transaction.atomic():
        locked = locked_session(session)
        if locked.state != Session.State.CALLED:
            raise Refusal("not_called", _("This session is over or cancelled. Reload the page."), conflict=True)
        coming = in_the_room(locked)
        if doors.place is None and coming:
            raise Refusal("room_expected", _("People said they come to the room. Ask them to change doors first."))
        if doors.room_places is not None and coming > doors.room_places:
            raise Refusal("room_shrinks", _("More people than that said they come to the room. Choose a larger one."))
        locked.place, locked.room_places, locked.remote = doors.place, doors.room_places, doors.remote.strip()
        locked.save()
        _record(actor, "assembly.doors_changed", session)
        announce(locked, "doors_changed")
    session.refresh_from_db()
    return session


def check_kept(actor: Actor, session: Session) -> None:
    """Refuse whoever does not keep the session's body, and another world than the session's."""
    perms.check_keeping(actor, session.body)
    perms.check_own_world(actor, session.exercise_id)


def locked_session(session: Session) -> Session:
    """Return a session locked in the caller's transaction: places are counted by one at a time."""
    return Session.objects.select_for_update(of=("self",)).select_related("body").get(pk=session.pk)


def in_the_room(session: Session) -> int:
    """Return how many people said that they come to the room."""
    return session.attendances.filter(answer=Attendance.Answer.COMING, door=Attendance.Door.ROOM).count()


def do_write_agenda(*, actor: Actor, session: Session, agenda: Iterable[Point]) -> None:
    """Write the agenda anew, in the order given, until the session starts; minutes already taken are never lost."""
    check_kept(actor, session)
    points = list(agenda)
    _check_agenda(session.body, points)
    with transaction.atomic():
        locked = locked_session(session)
        if locked.state != Session.State.CALLED or locked.agenda.exclude(minutes="").exists():
            raise Refusal("agenda_used", _("Its minutes are being written: the agenda stays."), conflict=True)
        locked.agenda.all().delete()
        _write_points(locked, points)
        _record(actor, "assembly.agenda_written", session, {"points": len(points)})


def _check_agenda(body: Body, points: list[Point]) -> None:
    if any(not point.title.strip() for point in points):
        raise Refusal("point_empty", _("One point of the agenda has no title. Write it, or take the point away."))
    if any(point.topic is not None and point.topic.body_id != body.pk for point in points):
        raise Refusal("topic_elsewhere", _("This topic was put before another body. Choose one of this body’s."))


def _write_points(session: Session, points: list[Point]) -> None:
    AgendaItem.objects.bulk_create(
        AgendaItem(
            session=session,
            position=position,
            title=point.title.strip(),
            topic=point.topic,
            duration_minutes=point.minutes,
        )
        for position, point in enumerate(points, start=1)
    )


def do_cancel_session(*, actor: Actor, session: Session, why: str) -> None:
    """Cancel a session that is not held yet: everybody on its register is told why."""
    check_kept(actor, session)
    if not why.strip():
        raise Refusal("why_missing", _("Say why it is cancelled: people arranged their day for it."))
    with transaction.atomic():
        cancelled = Session.objects.filter(pk=session.pk, state=Session.State.CALLED).update(
            state=Session.State.CANCELLED, why_cancelled=why.strip()[:300]
        )
        if not cancelled:
            raise Refusal("not_called", _("This session is over or cancelled. Reload the page."), conflict=True)
        _record(actor, "assembly.session_cancelled", session)
        announce(session, "session_cancelled")
    session.refresh_from_db()


def _record(actor: Actor, verb: str, session: Session, params: dict[str, object] | None = None) -> None:
    about = {"session": session.pk, **(params or {})}
    record(actor=actor, verb=verb, object_kind="body", object_key=session.body_id, params=about)


def sessions_of(actor: Actor, body: Body) -> QuerySet[Session]:
    """Return the sessions of a body in the actor's world, latest first, each with how many people are expected."""
    there, coming = Attendance.Presence.THERE, Attendance.Answer.COMING
    return (
        Session.objects.filter(body=body, exercise_id=actor.exercise_id)
        .select_related("place__commune")
        .annotate(
            asked=Count("attendances"),
            coming=Count("attendances", filter=Q(attendances__answer=coming)),
            there=Count("attendances", filter=Q(attendances__presence=there)),
        )
        .order_by("-starts_at", "pk")
    )
