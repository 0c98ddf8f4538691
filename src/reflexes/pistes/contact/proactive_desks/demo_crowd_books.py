"""What every part of the crowd writes with: the campaign, its key taken once, chance told in advance, the journal."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from reflexes.core.keyring import Key
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import seal
from reflexes.pistes.contact.proactive_desks.models import Campaign

ACT = ("at", "actor_key", "role", "organisation_id", "verb", "object_kind", "object_key", "params")


@dataclass(slots=True)
class Books:
    """One campaign in hand. Acts are gathered and written in the order of time once everything is there."""

    campaign: Campaign
    key: Key
    dice: random.Random
    now: datetime
    acts: list[tuple[Any, ...]] = field(default_factory=list)

    def uuid(self) -> UUID:
        """Return an identifier, the same every time."""
        return UUID(int=self.dice.getrandbits(128), version=4)

    def words(self, said: str) -> str:
        """Return words sealed as those of cases and tasks are."""
        return self.key.seal({"words": said})

    def act(
        self, at: datetime, by: UUID | None, role: str, verb: str, about: tuple[str, object], **params: Any
    ) -> None:
        """Keep an act for the journal, as the service that does it writes it."""
        there = self.campaign.organisation_id if role not in {"service", "system"} else None
        self.acts.append((at, by, role, there, verb, about[0], str(about[1]), params))

    def close(self) -> None:
        """Write the acts in the order of time, and seal them."""
        pour(Entry, ACT, sorted(self.acts, key=lambda act: act[0]))
        self.acts.clear()
        seal()


def pour(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> range:
    """Write rows past the ORM, whose work on each would take a minute; return the numbers they were given.

    ``names`` are those of the columns given, in the order of each row; what is not given is the field's default.
    """
    connection = transaction.get_connection()
    meta, quoted = model._meta, connection.ops.quote_name
    given = [meta.get_field(name) for name in names]
    others = [one for one in meta.concrete_fields if one not in given and not one.primary_key]
    ready = [(place, keep) for place, one in enumerate(given) if (keep := _keeper(one, connection))]
    same = tuple(one.get_db_prep_save(one.get_default(), connection) for one in others)
    first = (model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1
    made = 0

    def written() -> Iterator[tuple[Any, ...]]:
        nonlocal made
        for row in rows:
            line = [first + made, *row, *same]
            for place, keep in ready:
                line[place + 1] = keep(row[place])
            yield tuple(line)
            made += 1

    columns = [quoted(one.column) for one in (meta.pk, *given, *others)]
    asked = f"INSERT INTO {quoted(meta.db_table)} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        cursor.executemany(asked, written())
        # PostgreSQL counts apart: told where we are. SQLite needs nothing.
        for line in connection.ops.sequence_reset_sql(_NoStyle(), [model]):
            cursor.execute(line)
    return range(first, first + made)


class _NoStyle:
    """What Django asks of the colours of a terminal: none."""

    def __getattr__(self, name: str) -> Callable[[str], str]:
        return str


def _keeper(one: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> Callable[[Any], Any] | None:
    """Return what makes a value ready for the database; nothing where it is ready as it is."""
    if isinstance(one, models.JSONField):
        return lambda value: one.get_db_prep_save(value, connection)
    if isinstance(one, models.UUIDField) and not connection.features.has_native_uuid_field:
        return lambda value: value.hex if value else None
    if isinstance(one, models.DateTimeField) and connection.vendor == "sqlite":
        return lambda value: str(value.astimezone(UTC).replace(tzinfo=None)) if value else None
    return None
