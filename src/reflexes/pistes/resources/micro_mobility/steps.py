"""What happens next in a mission, in at most three lines with dates, and whom to call: what the agent's pages say."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.core.notifications.recipients import normalised_phone, readable_phone
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.services.missions import AGREED
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.messages.facts import answer_by, contacts, when, where
from reflexes.web.words import full_date

# How each state looks in a badge: tone of the component.
TONES: dict[str, str] = {
    State.PROPOSED: "waits",
    State.RESERVE: "note",
    State.NOT_NEEDED: "note",
    State.ACCEPTED: "going",
    State.RELEASED: "going",
    State.CONFIRMED: "done",
    State.STAND_IN: "waits",
    State.STARTED: "going",
    State.DONE: "waits",
    State.RETURNED: "waits",
    State.DEBRIEFED: "done",
}


class Reach(NamedTuple):
    """Somebody to call: ``dial`` is what the telephone takes, ``phone`` what people read."""

    name: str
    dial: str
    phone: str
    email: str

    def __str__(self) -> str:
        return self.name


def whom_to_call(assignment: Assignment) -> tuple[Reach | None, Reach | None]:
    """Return the two contacts: about the work, and about everything else (P09 (8))."""
    instructions, support = contacts(assignment)
    return reach(instructions), reach(support)


def reach(person: Person | None) -> Reach | None:
    """Return how to call somebody."""
    if person is None:
        return None
    dial = normalised_phone(person.phone)
    return Reach(str(person), dial, readable_phone(dial) if dial else "", person.email)


def next_lines(assignment: Assignment) -> list[str]:
    """Return what happens next, in order; nothing when the mission is over."""
    match assignment.state:
        case State.ACCEPTED:
            return [_manager(assignment), _host(assignment), _the_day(assignment)]
        case State.RELEASED:
            return [_host(assignment), _the_day(assignment), _return(assignment)]
        case State.CONFIRMED | State.STAND_IN:
            return [_the_day(assignment), _prepared(), _return(assignment)]
        case State.STARTED | State.DONE:
            return [line for line in (_return(assignment), _interview(assignment), _tell()) if line]
        case State.RETURNED:
            return [_tell()]
        case _:
            return []


def may_change_mind(assignment: Assignment) -> bool:
    """Tell whether the agent may still answer, or answer otherwise, by themself."""
    until = answer_by(assignment)
    in_time = until is None or clock.now() <= until
    asked = assignment.mode == Assignment.Mode.VOLUNTEER
    return asked and in_time and assignment.state in {State.PROPOSED, State.DECLINED, *AGREED}


def _manager(assignment: Assignment) -> str:
    if assignment.release_by is None:
        return _("Your service is asked whether it can let you go.")
    return _("Your service answers before %(until)s.") % {"until": full_date(assignment.release_by)}


def _host(assignment: Assignment) -> str:
    return _("%(host)s then confirms that you are expected.") % {"host": assignment.slot.need.organisation}


def _the_day(assignment: Assignment) -> str:
    mentor = contacts(assignment)[0]
    facts = {"when": when(assignment), "where": where(assignment), "mentor": mentor}
    if mentor is None:
        return _("%(when)s: you are expected at %(where)s.") % facts
    return _("%(when)s: %(mentor)s welcomes you at %(where)s.") % facts


def _prepared() -> str:
    return _("Before you start: a short training and the safety instructions, on the spot.")


def _return(assignment: Assignment) -> str:
    return _("%(day)s: back at your post.") % {"day": full_date(assignment.returns_on or assignment.day)}


def _interview(assignment: Assignment) -> str:
    if assignment.return_interview_at is None:
        return ""
    return _("%(moment)s: your return interview.") % {"moment": full_date(assignment.return_interview_at)}


def _tell() -> str:
    return _("Then four short questions about how it went: you decide who reads your remarks.")
