"""The journal: who, in which capacity, did what to what, why. Append-only and hash-chained.

An act writes its entry in its own transaction, without a lock; sealing gives entries their place in the chain just
after, in a transaction of its own (docs/adr/0004). Entries hold pseudonyms, never names: erasing a person elsewhere
leaves the chain whole.
"""

from typing import Any, ClassVar

from django.db import models

from reflexes.core import clock


class AppendOnly(Exception):
    """Someone tried to change or remove a line of the journal."""


class EntryQuerySet(models.QuerySet["Entry"]):
    """Reading is free; changing is refused."""

    def update(self, **fields: Any) -> int:
        raise AppendOnly

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnly

    def about(self, object_kind: str, object_key: str) -> "EntryQuerySet":
        """Return what was done to one object, oldest first."""
        return self.filter(object_kind=object_kind, object_key=str(object_key)).order_by("id")


class Entry(models.Model):
    """One act. ``params`` are the facts its sentence needs: codes, counts, keys; never a name or an address."""

    at = models.DateTimeField(default=clock.now)
    actor_key = models.UUIDField(null=True)
    role = models.CharField(max_length=40, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_key = models.CharField(max_length=60)
    reason = models.CharField(max_length=200, blank=True)
    params = models.JSONField(default=dict)
    exercise_id = models.BigIntegerField(null=True)

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar = [models.Index(fields=["object_kind", "object_key"]), models.Index(fields=["actor_key"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_kind}:{self.object_key}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnly


class Seal(models.Model):
    """The place of an entry in the chain: ``digest`` = SHA-256(previous digest, canonical entry)."""

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number}: {self.digest[:12]}"


class Head(models.Model):
    """The end of the chain: one row, locked while sealing."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)
    settled = models.BigIntegerField(default=0, help_text="Every entry up to this id is sealed.")

    def __str__(self) -> str:
        return str(self.number)
