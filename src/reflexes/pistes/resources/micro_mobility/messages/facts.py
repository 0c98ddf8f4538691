"""Facts of a mission as people say them: when, where, with whom, until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reflexes.core.notifications.recipients import normalised_phone, readable_phone
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry
from reflexes.web.words import half_day_full

ANSWER, RELEASE, RETURN, WAIVER = "answer", "release", "return", "waiver"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to do from the message; ``query`` preselects an answer on the link's page, ``page`` replaces it."""

    label: str
    query: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What one person reads. ``short`` is for a text message, which gives one link only; ``purpose`` is the link's."""

    subject: str
    body: str
    short: str = ""
    choices: tuple[Choice, ...] = ()
    purpose: str = ""


Writer = Callable[[Assignment, Person], Words]


def own_page(assignment: Assignment, reader: Person) -> dict[str, Any]:
    """Lead to the mission's page those who have an account; the others have two people to call.

    In an exercise it is a personal link, so that somebody at the table can play a person who is not there.
    """
    label = _("See my mission")
    if assignment.exercise_id is not None:
        return {"choices": (Choice(label),), "purpose": ANSWER}
    if reader.user_id is None:
        return {}
    return {"choices": (Choice(label, page=reverse("micro_mobility:my_mission", args=[assignment.pk])),)}


def when(assignment: Assignment) -> str:
    """Return the half-day with its whole date."""
    return half_day_full(assignment.day, assignment.half)


def which(assignment: Assignment) -> str:
    """Return the half-day with its date but no year, for titles: "Tuesday 24 November, morning"."""
    day = formats.date_format(assignment.day, pgettext("day without its year", "l j F"))
    return f"{day}, {brief_half(assignment.half)}"


def other_half_day(assignment: Assignment) -> str:
    """Return the half-day that the home service proposed instead, or nothing."""
    proposed = Entry.objects.about("assignment", str(assignment.pk)).filter(verb="allocation.other_half_day_proposed")
    params = proposed.values_list("params", flat=True).last()
    return half_day_full(date.fromisoformat(params["day"]), params["half"]) if params else ""


def where(assignment: Assignment) -> str:
    """Return the place as on an envelope, or that it is done from anywhere."""
    need = assignment.slot.need
    if need.remote or need.place is None:
        return _("from your own desk, at a distance")
    return need.place.in_full


def town(assignment: Assignment) -> str:
    """Return the commune alone, or "at a distance"."""
    need = assignment.slot.need
    return _("at a distance") if need.remote or need.place is None else str(need.place.commune)


def reached_at(person: Person) -> str:
    """Return a name with its telephone, or its e-mail when there is none."""
    phone = normalised_phone(person.phone)
    way = readable_phone(phone) if phone else person.email
    return f"{person} ({way})" if way else str(person)


def contacts(assignment: Assignment) -> tuple[Person | None, Person | None]:
    """Return the two contacts: for instructions, and for support (P09 (8): K. for instructions, F. for support)."""
    need = assignment.slot.need
    return (assignment.host_contact or assignment.mentor or need.mentor, assignment.hr_contact or need.contact)


def contact_lines(assignment: Assignment) -> str:
    """Say whom to call, for what."""
    instructions, support = contacts(assignment)
    lines = []
    if instructions:
        lines.append(_("About the work: %(who)s.") % {"who": reached_at(instructions)})
    if support:
        lines.append(_("About everything else: %(who)s.") % {"who": reached_at(support)})
    return "\n".join(lines)


def brief_moment(moment: datetime) -> str:
    """Return a moment in few characters: "Mon 23 Nov 17:00"."""
    local = timezone.localtime(moment)
    return f"{brief_day(local.date())} {formats.time_format(local, _('H:i'))}"


def brief_day(day: date) -> str:
    """Return a day in few characters: "Mon 23 Nov", "lun 23/11"."""
    return formats.date_format(day, pgettext("short day", "D j M"))


def brief_half(half: str) -> str:
    """Return "morning" or "afternoon"."""
    return pgettext("half-day", "morning") if half == "am" else pgettext("half-day", "afternoon")


def brief(assignment: Assignment) -> dict[str, str]:
    """Return the ``day`` and the ``half`` of a mission, as a text message says them."""
    return {"day": brief_day(assignment.day), "half": brief_half(assignment.half)}


def paragraphs(*parts: str) -> str:
    """Join what there is to say; what is empty is not said."""
    return "\n\n".join(part.strip() for part in parts if part and part.strip())


def hello(reader: Person) -> str:
    """Begin as a person would."""
    return _("Hello %(name)s,") % {"name": reader.first_name}


def signature() -> str:
    """End as a person would: somebody of the cell."""
    return _("The cell")


def titled(assignment: Assignment) -> str:
    """Name the mission: what, for whom."""
    need = assignment.slot.need
    return _("%(title)s, at %(host)s") % {"title": need.title, "host": need.organisation}


def labelled(label: str, said: str) -> str:
    """Return a label and what is said, or nothing when nothing is."""
    return f"{label} {said.strip()}" if said and said.strip() else ""


def answer_by(assignment: Assignment) -> datetime | None:
    """Return until when the agent may answer and change their mind."""
    return assignment.answer_by
