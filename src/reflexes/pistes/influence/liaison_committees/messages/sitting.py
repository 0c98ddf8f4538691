"""What those who sit read: asked to sit, called to a session, what coming cost, minutes, the end."""

from typing import Any

from django.utils.translation import gettext as _

from reflexes.mechanisms.assembly.messages.writing import Words, letter
from reflexes.mechanisms.assembly.models import Attendance, Body, Draw, Expense, PoolMember, Seat, Session
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.links import CALL, SEAT
from reflexes.pistes.influence.liaison_committees.messages.facts import page_of
from reflexes.web.words import full_date

Also = dict[str, Any]


def seat_asked(seat: Seat, reader: Person, _also: Also) -> Words:
    """Ask whether somebody takes a seat."""
    body = seat.college.body
    drawn = PoolMember.objects.filter(person=reader, draw__college=seat.college, draw__state=Draw.State.DRAWN).exists()
    until = _("The seat lasts until %(day)s.") % {"day": full_date(seat.ends_on)} if seat.ends_on else ""
    return Words(
        subject=_("Would you sit in %(body)s?") % {"body": body},
        body=letter(
            reader,
            _("You said yes to being drawn by lot, and you were drawn.") if drawn else "",
            _("A seat is offered to you: %(body)s, %(college)s.") % {"body": body, "college": seat.college},
            body.mandate,
            until,
            _("You may say no without giving a reason. What coming costs you is paid back."),
        ),
        purpose=SEAT,
        row=seat.pk,
        choices=((_("Yes, I take the seat"), "oui"), (_("No, I would rather not"), "non")),
    )


def seat_filled(seat: Seat, reader: Person, _also: Also) -> Words:
    """Confirm a seat that somebody already said yes to."""
    body = seat.college.body
    return Words(
        subject=_("You sit in %(body)s") % {"body": body},
        body=letter(
            reader,
            _("As you said, you sit in %(body)s, %(college)s. You are called before each session.")
            % {"body": body, "college": seat.college},
            body.mandate,
        ),
        purpose=SEAT,
        row=seat.pk,
        choices=((_("See my seat"), ""),),
    )


def seat_ended(seat: Seat, reader: Person, _also: Also) -> Words:
    """Thank whoever sat, or say that the seat goes to somebody else."""
    body = seat.college.body
    if seat.state == Seat.State.DECLINED:
        said = _("We did not hear from you: the seat of %(body)s goes to somebody else. You have nothing to do.")
    else:
        said = _("Your seat in %(body)s has come to its end. Thank you for the time you gave.")
    return Words(
        subject=_("Your seat in %(body)s") % {"body": body},
        body=letter(reader, said % {"body": body}),
        page=page_of(body),
    )


def _call(session: Session, reader: Person, row: int, first: str) -> Words:
    room = (
        _("In the room: %(place)s, %(address)s.") % {"place": session.place, "address": session.place.address}
        if (session.place)
        else ""
    )
    remote = _("From afar or by telephone: %(remote)s.") % {"remote": session.remote} if session.remote else ""
    agenda = "\n".join(f"{point.position}. {point.title}" for point in session.agenda.order_by("position"))
    return Words(
        subject=_("%(body)s: will you come on %(day)s?") % {"body": session.body, "day": full_date(session.starts_at)},
        body=letter(
            reader,
            first,
            session.why_called,
            "\n".join(line for line in (room, remote) if line),
            agenda,
            _("Tell us too what you need: an interpreter, a ramp, childcare. You may say no without giving a reason."),
        ),
        purpose=CALL,
        row=row,
        choices=((_("Yes, I come"), "oui"), (_("No, not this time"), "non")),
    )


def session_called(session: Session, reader: Person, also: Also) -> Words:
    """Ask whether somebody comes; ``also["lines"]`` gives the line of the register of each person."""
    first = _("It is your turn to come to session %(number)s of %(body)s.")
    return _call(session, reader, also["lines"][reader.pk], first % {"number": session.number, "body": session.body})


def session_called_instead(line: Attendance, reader: Person, _also: Also) -> Words:
    """Ask the next of the rotation."""
    first = _("Somebody cannot come to session %(number)s of %(body)s: you are the next asked.")
    session = line.session
    return _call(session, reader, line.pk, first % {"number": session.number, "body": session.body})


def session_cancelled(session: Session, reader: Person, _also: Also) -> Words:
    """Say that a session does not take place, and why."""
    said = {"day": full_date(session.starts_at), "why": session.why_cancelled}
    return Words(
        subject=_("%(body)s: the session is cancelled") % {"body": session.body},
        body=letter(reader, _("The session of %(day)s does not take place: %(why)s") % said),
        page=page_of(session.body),
    )


def doors_changed(session: Session, reader: Person, also: Also) -> Words:
    """Ask again, because the ways to come changed."""
    first = _("How to come to session %(number)s of %(body)s has changed. Its day and its hour stay.")
    return _call(session, reader, also["lines"][reader.pk], first % {"number": session.number, "body": session.body})


def minutes_published(session: Session, reader: Person, also: Also) -> Words:
    """Say where the minutes are read, and let whoever was called ask for what it cost."""
    row = also["lines"].get(reader.pk, 0)
    said = _("The minutes of session %(number)s of %(body)s are published.")
    address = page_of(session.body, "minutes_page", session.number)
    costs = _("If coming cost you something, ask for it back with the link below.") if row else ""
    return Words(
        subject=_("%(body)s: the minutes are published") % {"body": session.body},
        body=letter(reader, said % {"number": session.number, "body": session.body}, address, costs),
        purpose=CALL if row else "",
        row=row,
        choices=((_("What coming cost me"), ""),) if row else (),
        page="" if row else address,
    )


def expense_settled(expense: Expense, reader: Person, _also: Also) -> Words:
    """Say what became of an expense."""
    said = {
        "kind": expense.get_kind_display(),
        "euros": f"{expense.cents / 100:.2f}",
        "state": expense.get_state_display(),
    }
    return Words(
        subject=_("What coming cost you: %(state)s") % said,
        body=letter(reader, _("%(kind)s, %(euros)s €: %(state)s.") % said, expense.motive),
    )


def body_opened(body: Body, reader: Person, _also: Also) -> Words:
    """Say that the body begins its work."""
    said = {"body": body, "who": body.answerer}
    return Words(
        subject=_("%(body)s begins its work") % said,
        body=letter(
            reader,
            _("%(body)s is open. What it proposes is answered by %(who)s.") % said,
            body.mandate,
            body.end_condition,
        ),
        page=page_of(body),
    )


def body_closed(body: Body, reader: Person, _also: Also) -> Words:
    """Say that the body ended and what goes on."""
    return Words(
        subject=_("%(body)s has ended") % {"body": body},
        body=letter(
            reader,
            _("%(body)s has ended. What was promised is followed, and you may call its reviews.") % {"body": body},
            body.closing_words,
        ),
        page=page_of(body),
    )


def body_end_moved(body: Body, reader: Person, _also: Also) -> Words:
    """Say that the end moved: one leaves at no cost."""
    said = {"body": body, "day": full_date(body.ends_on) if body.ends_on else ""}
    return Words(
        subject=_("%(body)s: its end has moved") % said,
        body=letter(
            reader,
            _("%(body)s now ends on %(day)s at the latest, and your seat with it.") % said,
            _("You may give your seat up without any consequence: call us, or use the link you received."),
        ),
        page=page_of(body),
    )


def seat_free(seat: Seat, reader: Person, _also: Also) -> Words:
    """Tell the officer that a seat is free."""
    said = {"college": seat.college, "body": seat.college.body}
    return Words(
        subject=_("%(body)s: a seat is free") % said,
        body=letter(reader, _("A seat of %(college)s is free in %(body)s: ask whoever comes next.") % said),
    )
