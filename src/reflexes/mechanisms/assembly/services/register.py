"""The register of a session: one line a person whatever the door, from the answer to the presence (A02)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Attendance, Seat, Session
from reflexes.mechanisms.assembly.services import rotation
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.sessions import check_kept, locked_session
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.services import record

Answer, Door, Presence = Attendance.Answer, Attendance.Door, Attendance.Presence
LONGEST_NEEDS = 200


def access_attendance(actor: Actor, pk: int) -> Attendance:
    """Return a line of the register to the person it is about, or to whoever keeps the body."""
    line = (
        Attendance.objects.filter(session__exercise_id=actor.exercise_id, session__body__in=perms.visible_bodies(actor))
        .select_related("person", "session__body", "session__place__commune")
        .filter(pk=pk)
        .first()
    )
    if line is None or not (is_own(actor, line) or perms.can_keep(actor, line.session.body)):
        raise Http404
    return line


def visible_lines(actor: Actor, session: Session) -> QuerySet[Attendance]:
    """Return the lines of a register that ``actor`` may read: all for its officer, one's own for anybody else."""
    lines = session.attendances.select_related("person").order_by("turn", "pk")
    if perms.can_keep(actor, session.body):
        return lines
    return lines.filter(person_id=actor.person_id) if actor.is_known else lines.none()


def is_own(actor: Actor, line: Attendance) -> bool:
    """Tell whether a line of the register is the actor's own."""
    return actor.is_known and actor.person_id == line.person_id


def check_own_or_kept(actor: Actor, line: Attendance) -> None:
    """Refuse anybody but the person of the line and whoever keeps the body, and another world than the session's."""
    if not (is_own(actor, line) or perms.can_keep(actor, line.session.body)):
        raise PermissionDenied
    perms.check_own_world(actor, line.session.exercise_id)


def do_answer_call(
    *, actor: Actor, attendance: Attendance, coming: bool, door: str = "", needs: str = ""
) -> Attendance | None:
    """Say whether one comes and through which door; the officer may write down what was said on the telephone.

    No reason is asked. Whoever cannot come is replaced at once by the next of the rotation in their college: that new
    line is returned. A mind may change until the session starts.
    """
    check_own_or_kept(actor, attendance)
    wanted = door or attendance.door
    with transaction.atomic():
        session = locked_session(attendance.session)
        _check_still_called(session)
        line = session.attendances.select_related("person").get(pk=attendance.pk)
        if coming:
            _check_door(session, line, wanted)
            line.door, line.needs = wanted, needs.strip()[:LONGEST_NEEDS]
        line.answer = Answer.COMING if coming else Answer.NOT_COMING
        line.answered_at = clock.now()
        line.save()
        _record(actor, "assembly.call_answered", line, {"answer": line.answer, "door": line.door})
        announce(line, "call_answered")
        following = None if coming else _ask_next(actor, session, line)
    attendance.refresh_from_db()
    return following


def _check_still_called(session: Session) -> None:
    if session.state != Session.State.CALLED or session.starts_at <= clock.now():
        raise Refusal(
            "not_called",
            _("This session has begun or was cancelled: there is nothing to answer any more."),
            conflict=True,
        )


def _check_door(session: Session, line: Attendance, door: str) -> None:
    """Refuse a door that is not there, and a room that is full: the other door is offered when there is one."""
    if door not in Door.values:
        raise Refusal("door_unknown", _("Say how you come: to the room, from afar or by telephone."))
    if door == Door.ROOM and session.place_id is None:
        raise Refusal("no_room", _("This session has no room: everybody joins from afar or by telephone."))
    if door != Door.ROOM and not session.remote:
        raise Refusal("no_remote", _("This session is in the room only. Call us if you cannot come there."))
    if door == Door.ROOM and session.room_places is not None:
        others = session.attendances.filter(door=Door.ROOM).exclude(pk=line.pk)
        taken = others.filter(Q(answer=Answer.COMING) | Q(presence=Presence.THERE)).exclude(
            presence__in=(Presence.EXCUSED, Presence.ABSENT)
        )
        if taken.count() >= session.room_places:
            raise Refusal("room_full", _room_full(session), conflict=True)


def _room_full(session: Session) -> str:
    if session.remote:
        return str(_("Every place of the room is taken. You can come from afar or by telephone: choose that door."))
    return str(
        _("Every place of the room is taken, and there is no other door. Call us: somebody may give theirs back.")
    )


def _ask_next(actor: Actor, session: Session, leaving: Attendance) -> Attendance | None:
    """Ask the next of the same college, unless as many as wanted are asked already; everybody asked: nobody is next."""
    college_id = (
        Seat.objects.filter(person_id=leaving.person_id, college__body=session.body, state__in=perms.LIVE_SEATS)
        .order_by("pk")
        .values_list("college_id", flat=True)
        .first()
    )
    if college_id is None or session.body.per_session is None:
        return None
    turns = rotation.panel(session.body, exercise_id=session.exercise_id)
    of_college = {turn.seat.person_id for turn in turns if turn.seat.college_id == college_id}
    live = session.attendances.exclude(answer=Answer.NOT_COMING).filter(person_id__in=of_college).count()
    turn = rotation.next_in_turn(session, college_id)
    if turn is None or live >= rotation.places_of(session.body, turns)[college_id]:
        return None
    return _add(actor, session, turn.seat.person, "assembly.next_asked", "session_called_instead")


def _add(actor: Actor, session: Session, person: Person, verb: str, event: str = "", **fields: object) -> Attendance:
    """Write one more line at the end of the register."""
    last = session.attendances.order_by("-turn").values_list("turn", flat=True).first() or 0
    values: dict[str, object] = {
        "asked_at": clock.now(),
        "door": Door.ROOM if session.place_id else Door.REMOTE,
        **fields,
    }
    line = Attendance.objects.create(session=session, person=person, turn=last + 1, **values)
    _record(actor, verb, line)
    if event:
        announce(line, event)
    return line


def do_note_presence(
    *, actor: Actor, attendance: Attendance, presence: str, door: str = "", needs: str | None = None
) -> Attendance:
    """Tick the check-in list: there, excused or not there, and through which door in the end.

    A line can be corrected as long as the minutes are not published. Somebody in front of a full room is not turned
    into a number: the room's limit holds, and the sentence says which door is left.
    """
    check_kept(actor, attendance.session)
    if presence not in {Presence.THERE, Presence.EXCUSED, Presence.ABSENT}:
        raise Refusal("presence_unknown", _("Say whether they are there, excused or not there."))
    with transaction.atomic():
        session = locked_session(attendance.session)
        _check_day_has_come(session)
        line = session.attendances.select_related("person").get(pk=attendance.pk)
        if presence == Presence.THERE:
            _check_door(session, line, door or line.door)
            line.door = door or line.door
        if needs is not None:
            line.needs = needs.strip()[:LONGEST_NEEDS]
        line.presence, line.noted_at = presence, clock.now()
        line.save()
        if presence == Presence.THERE and session.state == Session.State.CALLED:
            Session.objects.filter(pk=session.pk).update(state=Session.State.HELD)
        _record(actor, "assembly.presence_noted", line, {"presence": presence, "door": line.door})
    attendance.refresh_from_db()
    return attendance


def _check_day_has_come(session: Session) -> None:
    if session.state == Session.State.CANCELLED:
        raise Refusal("cancelled", _("This session was cancelled: nobody was there."), conflict=True)
    if timezone.localtime(session.starts_at).date() > clock.today():
        raise Refusal("too_early", _("The session has not come yet: presence is noted on its day."))
    if session.minutes_published_at is not None:
        raise Refusal("published", _("Its minutes are published with the presence: neither changes any more."))


def do_note_arrival(*, actor: Actor, session: Session, person: Person, door: str = "") -> Attendance:
    """Write down somebody of the panel who comes although it was not their turn: there is one register."""
    check_kept(actor, session)
    with transaction.atomic():
        locked = locked_session(session)
        _check_day_has_come(locked)
        sits = Seat.objects.filter(college__body=locked.body, person=person, state=Seat.State.HELD)
        if not sits.exists():
            raise Refusal(
                "not_of_the_panel", _("This person does not sit in this body: the register is for its panel.")
            )
        line = locked.attendances.filter(person=person).first() or _add(
            actor, locked, person, "assembly.arrival_noted", answer=Answer.COMING, answered_at=clock.now()
        )
    return do_note_presence(actor=actor, attendance=line, presence=Presence.THERE, door=door)


def needs_to_arrange(session: Session) -> list[Attendance]:
    """Return whoever comes with something to arrange: an interpreter, a ramp, childcare."""
    coming = session.attendances.exclude(needs="").exclude(answer=Answer.NOT_COMING)
    return list(coming.select_related("person").order_by("turn", "pk"))


def doors_of(session: Session) -> dict[str, int]:
    """Return how many people are expected through each door, those nobody comes by included."""
    coming = session.attendances.filter(answer=Answer.COMING).order_by("door")
    return dict.fromkeys(Door.values, 0) | dict(coming.values_list("door").annotate(Count("pk")))


def _record(actor: Actor, verb: str, line: Attendance, params: dict[str, object] | None = None) -> None:
    record(
        actor=actor,
        verb=verb,
        object_kind="body",
        object_key=line.session.body_id,
        params={"session": line.session_id, "line": line.pk, **(params or {})},
    )
