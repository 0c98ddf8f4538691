"""Calendars that telephones and desks read (RFC 5545), written by the ``icalendar`` library (ADR 19)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reflexes.core import clock

if TYPE_CHECKING:
    from icalendar import Component

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESHED_EVERY = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a calendar. ``version`` grows each time the event changes, so that calendars replace their copy.

    ``certain`` is false while somebody still has to say yes; ``cancelled`` keeps the event so that it is crossed out.
    """

    uid: str
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""
    words: str = ""
    url: str = ""
    changed_at: datetime | None = None
    version: int = 0
    certain: bool = True
    cancelled: bool = False


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """Return a calendar file. Moments are written in universal time: every reader shows them in its own.

    >>> at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    >>> b"SUMMARY:Calls" in calendar("Mine", [Event("1@here", at, at + timedelta(hours=4), "Calls")])
    True
    """
    from icalendar import Calendar, vDuration

    made = Calendar()
    made.add("prodid", "-//Réflexes//FR")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", vDuration(REFRESHED_EVERY), parameters={"value": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESHED_EVERY))
    for event in events:
        made.add_component(_written(event))
    return bytes(made.to_ical())


def _written(event: Event) -> "Component":
    from icalendar import Event as Line

    line = Line()
    line.add("uid", event.uid)
    line.add("dtstamp", (event.changed_at or clock.now()).astimezone(UTC))
    line.add("dtstart", event.starts_at.astimezone(UTC))
    line.add("dtend", event.ends_at.astimezone(UTC))
    line.add("summary", event.title)
    line.add("status", "CANCELLED" if event.cancelled else "CONFIRMED" if event.certain else "TENTATIVE")
    line.add("sequence", event.version)
    line.add("class", "PRIVATE")
    line.add("transp", "TRANSPARENT" if event.cancelled else "OPAQUE")
    for name, value in (("location", event.place), ("description", event.words), ("url", event.url)):
        if value:
            line.add(name, value)
    return line
