"""Who read what about whom, under pseudonyms, and what people ask about it (design.md rule 6)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

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


class DataRequest(models.Model):
    """What a person asks about what is known of them: to correct it, to object, or to leave. It gets an answer."""

    class What(models.TextChoices):
        CORRECT = "correct", _("correct a mistake that I cannot correct myself")
        OBJECT = "object", _("object to one use of what is known about me")
        LEAVE = "leave", _("leave, and have everything erased")

    person_key = models.UUIDField(db_index=True)
    what = models.CharField(max_length=10, choices=What.choices)
    words = models.TextField(blank=True)
    made_at = models.DateTimeField(default=clock.now)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_key", "what"], condition=models.Q(answered_at=None), name="one_request_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.person_key}"
