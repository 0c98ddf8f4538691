"""Who read what about whom, under pseudonyms (design.md rule 6)."""

from typing import ClassVar

from django.db import models

from reflexes.core import clock


class ViewRecord(models.Model):
    """Someone read something about someone: one row per reader, subject, thing and hour.

    Keys are the pseudonyms of the directory; ``what`` and ``purpose`` are slugs; ``role`` is the capacity they read in.
    """

    viewer_key = models.UUIDField()
    subject_key = models.UUIDField()
    what = models.CharField(max_length=60)
    purpose = models.CharField(max_length=120)
    role = models.CharField(max_length=40, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    hour = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_key", "-at"]), models.Index(fields=["at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["viewer_key", "subject_key", "what", "hour"], name="view_recorded_once")
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.viewer_key} → {self.subject_key}"
