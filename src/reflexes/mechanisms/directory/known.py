"""What the house knows of a person, and who read it, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from reflexes.core.privacy.models import ViewRecord
from reflexes.mechanisms.directory.models import Organisation
from reflexes.mechanisms.directory.roles import role_name
from reflexes.web.words import full_date

# Names of facts that several apps use; an app's own facts keep the name it gives them.
WORDS: dict[str, "str | Promise"] = {
    "accounts": gettext_lazy("Sign-in"),
    "action": gettext_lazy("Act"),
    "at": gettext_lazy("When"),
    "birth_date": gettext_lazy("Date of birth"),
    "body": gettext_lazy("Text"),
    "capacities": gettext_lazy("Capacities"),
    "category": gettext_lazy("Category"),
    "channel": gettext_lazy("Way to reach you"),
    "commune": gettext_lazy("Commune"),
    "created_at": gettext_lazy("Written on"),
    "email": gettext_lazy("E-mail"),
    "ended_at": gettext_lazy("Ended on"),
    "ends_on": gettext_lazy("Until"),
    "expires_at": gettext_lazy("Valid until"),
    "expires_on": gettext_lazy("Valid until"),
    "first_name": gettext_lazy("First name"),
    "half_day": gettext_lazy("Half-day"),
    "key": gettext_lazy("Pseudonym"),
    "is_active": gettext_lazy("Open"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "last_login": gettext_lazy("Last sign-in"),
    "last_name": gettext_lazy("Name"),
    "latitude": gettext_lazy("Latitude"),
    "links": gettext_lazy("Links sent to you"),
    "longitude": gettext_lazy("Longitude"),
    "organisation": gettext_lazy("Organisation"),
    "phone": gettext_lazy("Telephone"),
    "primary": gettext_lazy("Of my trade"),
    "purpose": gettext_lazy("Purpose"),
    "read_about_me": gettext_lazy("Read about me"),
    "i_read": gettext_lazy("Read by me"),
    "reason": gettext_lazy("Reason"),
    "revoked_at": gettext_lazy("Withdrawn on"),
    "role": gettext_lazy("Role"),
    "sex": gettext_lazy("Sex"),
    "skill": gettext_lazy("Skill"),
    "skills": gettext_lazy("Skills"),
    "starts_on": gettext_lazy("From"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("Status"),
    "subject": gettext_lazy("Subject"),
    "trade": gettext_lazy("Trade"),
    "unit": gettext_lazy("Service"),
    "used_at": gettext_lazy("Used on"),
    "viewer_key": gettext_lazy("Reader (pseudonym)"),
    "acts": gettext_lazy("What I did"),
    "came_forward_at": gettext_lazy("Came forward on"),
    "hours": gettext_lazy("Hours"),
    "max_km": gettext_lazy("Longest way (km)"),
    "missions": gettext_lazy("Missions"),
    "offer": gettext_lazy("What I offer"),
    "remarks": gettext_lazy("My remarks"),
    "weekly_cap": gettext_lazy("Half-days a week"),
    "wishes": gettext_lazy("Wishes and limits"),
    "own_plan": gettext_lazy("My reallocation plan"),
    "can_do": gettext_lazy("What I can do beyond my job"),
    "to_learn": gettext_lazy("What I would like to learn"),
    "matters": gettext_lazy("What matters to me"),
    "mentor": gettext_lazy("Who guides me"),
    "reviewed_on": gettext_lazy("Read again on"),
    "thanked": gettext_lazy("Thanks sent to me"),
    "calendar": gettext_lazy("Addresses of my calendar"),
    "requests": gettext_lazy("What I asked about my data"),
    "answer": pgettext_lazy("noun", "Answer"),
    "words": gettext_lazy("My words"),
    "certificate_body": gettext_lazy("Given by"),
    "certificate_number": gettext_lazy("Number of the certificate"),
    "certificates_sent": gettext_lazy("Certificates sent to the cell"),
    "confirmed_at": gettext_lazy("Confirmed on"),
    "consents": gettext_lazy("Consent of a parent or guardian"),
    "given_by": gettext_lazy("Signed by"),
    "last_day": gettext_lazy("Last day"),
    "departures": gettext_lazy("Departures"),
    "calls": gettext_lazy("Calls made to me"),
    "handovers": gettext_lazy("Notes of handover"),
    "days_a_year": gettext_lazy("Days a year"),
    "flying_terms": gettext_lazy("Days for another authority"),
    "job_sheet": gettext_lazy("Job sheet"),
    "skills_kept": gettext_lazy("Skills I kept from it"),
    "twin_trainings": gettext_lazy("Trained in a twinned service"),
    "shared_with": gettext_lazy("Shared with"),
    "seats": gettext_lazy("Where I sit"),
    "observing": gettext_lazy("What I observe for everybody"),
    "field_notes": gettext_lazy("What I noted in the street"),
    "outcomes_decided": gettext_lazy("What I decided"),
    "goals_marked": gettext_lazy("How I read proposals against the 17 goals"),
    "feasibility_said": gettext_lazy("What I said can be done"),
    "editions_to_answer": gettext_lazy("Budgets I owe answers to"),
    "place": gettext_lazy("Place"),
    "sessions": gettext_lazy("Sessions I was called to"),
    "needs": gettext_lazy("To be arranged for me"),
    "expenses": gettext_lazy("Expenses I asked for"),
    "euros": gettext_lazy("Euros"),
    "contributions": gettext_lazy("What I said"),
    "shown_name": gettext_lazy("Name shown"),
    "appeal": gettext_lazy("My appeal"),
    "topics_asked": gettext_lazy("Topics I asked for"),
    "reviews_called": gettext_lazy("Reviews I called"),
    "bodies_to_answer": gettext_lazy("Bodies I owe answers to"),
    "proposals_to_answer": gettext_lazy("Proposals I am to answer"),
    "answers_given": gettext_lazy("Answers I gave"),
    "rolls": gettext_lazy("Rolls I stand on"),
    "pools": gettext_lazy("Draws by lot I said yes to"),
    "household": gettext_lazy("Address, to draw one person for each home"),
    "answers_to_draw": gettext_lazy("What I answered for it"),
    "name": gettext_lazy("Name"),
    "voted": gettext_lazy("Voted"),
    "on_day": gettext_lazy("Day"),
    "ballots_read": gettext_lazy("Paper ballots I typed"),
    "departures_signed": gettext_lazy("Departures from a count I signed"),
    "by_way": gettext_lazy("By which way"),
    "way": gettext_lazy("Sent by"),
    "what": gettext_lazy("What"),
    "datasets_kept": gettext_lazy("Lists of people I answer for"),
    "datasets_held": gettext_lazy("Lists of people I may read"),
    "opinions": gettext_lazy("Opinions I gave on lists of people"),
    "exports_asked": gettext_lazy("Files of people I asked for"),
    "to_whom": gettext_lazy("Given to"),
    "taken_at": gettext_lazy("Taken on"),
    "people": gettext_lazy("How many people"),
    "destroyed_at": gettext_lazy("Destroyed on"),
    "prolongations": gettext_lazy("Lists of people I prolonged"),
    "readings": gettext_lazy("Facts of others that I read"),
    "dataset__title": gettext_lazy("List"),
    "what_for": gettext_lazy("What for"),
    "allowed": gettext_lazy("Allowed"),
    "given_at": gettext_lazy("Day"),
    "says": gettext_lazy("Opinion"),
    "since": gettext_lazy("From"),
    "until": gettext_lazy("Until"),
    "why": gettext_lazy("Why"),
    "title": gettext_lazy("What"),
    "cases_told": gettext_lazy("Needs I heard"),
    "questions_answered": gettext_lazy("Questions I answered"),
    "campaigns_called": gettext_lazy("Campaigns I call in"),
    "calls_made": gettext_lazy("Calls I made"),
    "count": gettext_lazy("How many"),
    "people_taken_over": gettext_lazy("People I took over"),
    "proximity_units": gettext_lazy("Units I work in"),
    "facilities_visited": gettext_lazy("Facilities I visited"),
    "field_reports": gettext_lazy("Reports I wrote"),
    "visits_to_people": gettext_lazy("Visits I made to people at home"),
    "units_decided": gettext_lazy("Units I decided about"),
}


@dataclass(frozen=True, slots=True)
class Room:
    """What one part of the house knows, why and until when: under each title, groups of (name, value)."""

    name: "str | Promise"
    why: "str | Promise"
    until: "str | Promise"
    groups: list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a person's facts by somebody else."""

    at: datetime
    who: str
    what: str
    purpose: str


def told_rooms(export: dict[str, Any]) -> list[Room]:
    """Return an export (``privacy.export_person``) as rooms of names and values that people read."""
    return [
        Room(apps.get_app_config(label).verbose_name, *_reason(label), [group for group in _groups(known) if group[1]])
        for label, known in export["known"].items()
    ]


def _reason(label: str) -> tuple[Any, Any]:
    """Return why an app keeps what it knows, and until when, as its own ``privacy.py`` says."""
    module = import_module(f"{apps.get_app_config(label).name}.privacy")
    return module.WHY, module.UNTIL


def _groups(known: Any, title: str = "") -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield one group for each thing known, under its title: the plain facts together, then each list's rows."""
    if isinstance(known, list | tuple):
        for row in known:
            yield from _groups(row, title)
    elif isinstance(known, dict):
        plain = {name: value for name, value in known.items() if _is_plain(value) and _said(value)}
        yield title, [(_word(name), _value(value)) for name, value in plain.items()]
        for name, value in known.items():
            if not _is_plain(value):
                yield from _groups(value, _word(name))
    elif _said(known):
        yield title, [(title, _value(known))]


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return not any(isinstance(each, dict | list | tuple) for each in value)
    return not isinstance(value, dict)


def _said(value: Any) -> bool:
    return value not in (None, "", [], ())


def _word(name: str) -> str:
    return str(WORDS.get(name, name.replace("_", " ").capitalize()))


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(_value(each) for each in value)
    if isinstance(value, str) and len(value) > 18 and value[10:11] == "T":
        value = parse_datetime(value) or value
    if isinstance(value, date | datetime):
        return full_date(value)
    return str(value)


def told_readings(records: Iterable[ViewRecord]) -> list[Reading]:
    """Return who read a person's facts, by role and organisation: never by name (design.md rule 6)."""
    found = list(records)
    names = dict(
        Organisation.objects.filter(pk__in={record.organisation_id for record in found}).values_list("pk", "name")
    )
    return [
        Reading(
            record.at,
            " · ".join(str(part) for part in (role_name(record.role), names.get(record.organisation_id or 0)) if part),
            _word(record.what),
            record.purpose.replace("_", " "),
        )
        for record in found
    ]
