"""Who is told of each event of a committee; those about words are the mechanism's."""

from django.utils import timezone

from reflexes.mechanisms.assembly.messages.drawing import DRAWS
from reflexes.mechanisms.assembly.messages.sending import WORDS, Also, Event, person_of
from reflexes.mechanisms.assembly.messages.voting import VOTES
from reflexes.mechanisms.assembly.messages.writing import keepers_of
from reflexes.mechanisms.assembly.models import Attendance, Body, Expense, Seat, Session
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.influence.liaison_committees.messages import sitting
from reflexes.pistes.influence.liaison_committees.messages.facts import those_expected, those_who_sit


def _asked_to_sit(seat: Seat, also: Also) -> list[Person]:
    return person_of(seat, also) if seat.state == Seat.State.ASKED else []


def _keepers_of_seat(seat: Seat, _also: Also) -> list[Person]:
    return keepers_of(seat.college.body)


def _called(session: Session, _also: Also) -> list[Person]:
    asked = session.attendances.filter(answer=Attendance.Answer.ASKED)
    return those_expected(asked) if session.state == Session.State.CALLED else []


def _expected(session: Session, _also: Also) -> list[Person]:
    return those_expected(session.attendances.all())


def _sitting(session: Session, _also: Also) -> list[Person]:
    return those_who_sit(session.body)


def _called_instead(line: Attendance, also: Also) -> list[Person]:
    return person_of(line, also) if line.answer == Attendance.Answer.ASKED else []


def _members(body: Body, _also: Also) -> list[Person]:
    """Return who sits, or who sat to its last day when it has just closed."""
    ended = timezone.localtime(body.closed_at).date() if body.closed_at else None
    over = Seat.objects.filter(college__body=body, state=Seat.State.ENDED, left_on=ended)
    sat = Person.objects.filter(pk__in=over.values("person_id"), erased_at=None).order_by("search", "pk")
    return those_who_sit(body) or list(sat)


# An empty line tells nobody, because the desk or the page already says it.
TOLD: dict[str, Event] = {
    **WORDS,
    **DRAWS,
    **VOTES,
    "body_opened": Event(Body, ((_members, sitting.body_opened),)),
    "body_closed": Event(Body, ((_members, sitting.body_closed),)),
    "body_end_moved": Event(Body, ((_members, sitting.body_end_moved),)),
    "seat_asked": Event(Seat, ((_asked_to_sit, sitting.seat_asked),)),
    "seat_filled": Event(Seat, ((person_of, sitting.seat_filled),)),
    "seat_accepted": Event(Seat),
    "seat_declined": Event(Seat, ((_keepers_of_seat, sitting.seat_free),)),
    "seat_left": Event(Seat, ((_keepers_of_seat, sitting.seat_free),)),
    "seat_ended": Event(Seat, ((person_of, sitting.seat_ended),)),
    "session_called": Event(Session, ((_called, sitting.session_called),)),
    "session_called_instead": Event(Attendance, ((_called_instead, sitting.session_called_instead),)),
    "call_answered": Event(Attendance),
    "session_cancelled": Event(Session, ((_expected, sitting.session_cancelled),)),
    "doors_changed": Event(Session, ((_expected, sitting.doors_changed),)),
    "minutes_published": Event(Session, ((_sitting, sitting.minutes_published),)),
    "expense_asked": Event(Expense),
    "expense_settled": Event(Expense, ((lambda one, also: person_of(one.attendance, also), sitting.expense_settled),)),
}
