"""What came by voice or on paper keeps its origin: how it reached us, who wrote it down, when (design.md rule 7)."""

from dataclasses import dataclass
from datetime import datetime

from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation.states import Origin
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import record

WRITTEN = "allocation.written_down"


@dataclass(frozen=True, slots=True)
class Written:
    """How something reached us, who wrote it down, when."""

    channel: Origin
    by: str
    at: datetime


def do_note_origin(*, actor: Actor, object_kind: str, object_key: object, channel: str) -> None:
    """Keep that ``actor`` wrote this down and how it came; nothing for what people write themselves on screen."""
    if channel != Origin.SCREEN and channel in Origin.values:
        record(actor=actor, verb=WRITTEN, object_kind=object_kind, object_key=object_key, params={"channel": channel})


def origin_of(object_kind: str, object_key: object) -> Written | None:
    """Return how this reached us, the first time it was written down by somebody else; None when it was not."""
    entry = Entry.objects.about(object_kind, str(object_key)).filter(verb=WRITTEN).order_by("pk").first()
    if entry is None:
        return None
    writer = Person.objects.filter(key=entry.actor_key).first() if entry.actor_key else None
    return Written(Origin(entry.params["channel"]), str(writer or ""), entry.at)
