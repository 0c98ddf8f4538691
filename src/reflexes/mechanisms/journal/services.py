"""Write an act, seal it in the chain, verify the chain, say acts as sentences."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _

from reflexes.core.acting import Actor
from reflexes.mechanisms.journal.models import Entry, Head, Seal

# A transaction that began earlier may commit a smaller id later; entries this far behind the end are settled.
SETTLED_BEHIND = 5_000
GENESIS = "0" * 64


def record(
    *,
    actor: Actor,
    verb: str,
    object_kind: str,
    object_key: object,
    reason: str = "",
    params: dict[str, Any] | None = None,
) -> Entry:
    """Write one act in the caller's transaction; it is sealed in the chain right after the commit.

    ``verb`` is ``"<app>.<past participle>"`` and has its sentence in ``<app>/sentences.py``. ``params`` hold codes,
    counts and keys, never a name or an address (docs/adr/0004).
    """
    entry = Entry.objects.create(
        actor_key=actor.person_key,
        role=actor.role,
        organisation_id=actor.organisation_id,
        verb=verb,
        object_kind=object_kind,
        object_key=str(object_key),
        reason=reason[:200],
        params=params or {},
        exercise_id=actor.exercise_id,
    )
    _seal_after_commit()
    return entry


def _seal_after_commit() -> None:
    connection = transaction.get_connection()
    waiting = getattr(connection, "run_on_commit", [])
    if not any(callback[1] is seal for callback in waiting):
        transaction.on_commit(seal, robust=True)


def canonical(entry: Entry) -> bytes:
    """Return the bytes of ``entry`` that the chain protects: the same on every database and machine."""
    facts = {
        "id": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": str(entry.actor_key) if entry.actor_key else None,
        "role": entry.role,
        "organisation": entry.organisation_id,
        "verb": entry.verb,
        "object": [entry.object_kind, entry.object_key],
        "reason": entry.reason,
        "params": entry.params,
        "exercise": entry.exercise_id,
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def chained(previous: str, entry: Entry) -> str:
    """Return the digest of ``entry`` placed after ``previous``."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(entry)).hexdigest()


def seal() -> int:
    """Give every unsealed entry its place in the chain; return how many. Safe to call at any time, by anyone."""
    with transaction.atomic():
        Head.objects.get_or_create(pk=1)
        head = Head.objects.select_for_update().get(pk=1)
        entries = list(Entry.objects.filter(pk__gt=head.settled, seal=None).order_by("pk"))
        seals = []
        for entry in entries:
            digest = chained(head.digest, entry)
            head.number += 1
            seals.append(Seal(number=head.number, entry=entry, previous=head.digest, digest=digest))
            head.digest = digest
        if seals:
            Seal.objects.bulk_create(seals, batch_size=500)
            head.settled = max(head.settled, entries[-1].pk - SETTLED_BEHIND)
            head.save()
    return len(seals)


@dataclass
class Verification:
    """What a reading of the whole chain found. ``problems`` are (place in the chain, code)."""

    sealed: int = 0
    unsealed: int = 0
    digest: str = GENESIS
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing was changed, removed or put in."""
        return not self.problems


def verify() -> Verification:
    """Recompute the whole chain and say where it is broken: changed, missing or out of order."""
    found = Verification(unsealed=Entry.objects.filter(seal=None).count())
    previous, expected = GENESIS, 1
    for one in Seal.objects.select_related("entry").order_by("number").iterator(chunk_size=2000):
        while expected < one.number:
            found.problems.append((expected, "missing"))
            expected += 1
        if one.previous != previous:
            found.problems.append((one.number, "out_of_order"))
        elif chained(one.previous, one.entry) != one.digest:
            found.problems.append((one.number, "changed"))
        previous, expected = one.digest, one.number + 1
        found.sealed += 1
    head = Head.objects.filter(pk=1).first()
    if head and (head.number, head.digest) != (expected - 1, previous):
        found.problems.append((head.number, "cut_short"))
    found.digest = previous
    return found


@cache
def sentences() -> dict[str, "str | Promise"]:
    """Return the sentence of every verb, gathered from each app's ``sentences.py``."""
    gathered: dict[str, str | Promise] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("reflexes.") and module_has_submodule(config.module, "sentences"):
            gathered.update(import_module(f"{config.name}.sentences").SENTENCES)
    return gathered


def told(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
    """Yield each entry with its sentence, in the reader's language."""
    known = sentences()
    for entry in entries:
        template = str(known.get(entry.verb, _("An act was recorded: %(verb)s.") % {"verb": entry.verb}))
        yield entry, template % _Facts(entry.params)


class _Facts(dict[str, Any]):
    """Facts of a sentence; one that an older entry lacks reads as a dash instead of failing."""

    def __missing__(self, key: str) -> str:
        return "–"
