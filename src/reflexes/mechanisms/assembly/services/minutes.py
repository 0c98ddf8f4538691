"""Minutes: written point by point once the session began, published with who was there, then left alone."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.mechanisms.assembly import perms
from reflexes.mechanisms.assembly.models import Attendance, Session
from reflexes.mechanisms.assembly.services.announcing import announce
from reflexes.mechanisms.assembly.services.sessions import check_kept, locked_session
from reflexes.mechanisms.journal.services import record


def do_write_minutes(
    *, actor: Actor, session: Session, minutes: str, by_point: Mapping[int, str] | None = None
) -> Session:
    """Write what was said and decided, as a whole and for each point of the agenda (its position → its words)."""
    check_kept(actor, session)
    with transaction.atomic():
        locked = _open_minutes(session)
        points = {point.position: point for point in locked.agenda.order_by("position")}
        for position, words in (by_point or {}).items():
            if position not in points:
                raise Refusal("point_unknown", _("This point is not on the agenda any more. Reload the page."))
            points[position].minutes = words.strip()
            points[position].save(update_fields=["minutes"])
        locked.minutes, locked.state = minutes.strip(), Session.State.HELD
        locked.save()
        _record(actor, "assembly.minutes_written", locked)
    session.refresh_from_db()
    return session


def _open_minutes(session: Session) -> Session:
    """Return the session locked, or refuse: before it began there is nothing to tell, published nothing changes."""
    locked = locked_session(session)
    if locked.state == Session.State.CANCELLED:
        raise Refusal("cancelled", _("This session was cancelled: it has no minutes."), conflict=True)
    if locked.starts_at > clock.now():
        raise Refusal("not_begun", _("The session has not begun: its minutes are written from then on."))
    if locked.minutes_published_at is not None:
        raise Refusal(
            "published",
            _("These minutes are published and no longer change. Put the correction on the next session’s agenda."),
            conflict=True,
        )
    return locked


def can_read_minutes(actor: Actor, session: Session) -> bool:
    """Once published, whoever sees the body reads its minutes; until then those who write them."""
    return session.minutes_published_at is not None or perms.can_keep(actor, session.body)


def do_publish_minutes(*, actor: Actor, session: Session) -> Session:
    """Publish the minutes with the number of people who were there; those who sit are told."""
    check_kept(actor, session)
    with transaction.atomic():
        locked = _open_minutes(session)
        if not (locked.minutes.strip() or locked.agenda.exclude(minutes="").exists()):
            raise Refusal("minutes_empty", _("Write what was said and decided first: a few sentences are enough."))
        if not locked.attendances.filter(presence=Attendance.Presence.THERE).exists():
            raise Refusal("register_empty", _("Note who was there first: minutes say how many people were heard."))
        locked.minutes_published_at, locked.state = clock.now(), Session.State.HELD
        locked.save()
        _record(actor, "assembly.minutes_published", locked)
        announce(locked, "minutes_published")
    session.refresh_from_db()
    return session


def _record(actor: Actor, verb: str, session: Session) -> None:
    about = {"session": session.pk}
    record(actor=actor, verb=verb, object_kind="body", object_key=session.body_id, params=about)
