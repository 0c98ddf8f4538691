"""What somebody told us, in their own words, whatever the door they came through (P12 (5), ADR 27)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock


class Channel(models.TextChoices):
    """How it reached us: every door leads to the same list (design.md rule 7)."""

    CALLED = "called", _("we called")
    PHONE = "phone", _("they called")
    COUNTER = "counter", _("at a counter")
    VISIT = "visit", _("at their door")
    PAPER = "paper", _("on paper")
    WEB = "web", _("on the site")


class Case(models.Model):
    """One person's situation. ``said`` and ``identity`` are sealed with the key named ``key_name`` (``core.keyring``).

    ``subject`` is the pseudonym under which readings are written: that of whoever was called, else the case's own.
    The digests find a case again under the same key, and never under another. A case merged into another one keeps its
    rows: taking it apart again is one gesture.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    subject = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    piste = models.SlugField(max_length=40)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="cases")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    key_name = models.CharField(max_length=32, editable=False)
    said = models.TextField()
    identity = models.TextField()
    phone_digest = models.CharField(max_length=64, blank=True)
    name_digest = models.CharField(max_length=64, blank=True)
    commune = models.ForeignKey("directory.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    urgent = models.BooleanField(default=False)
    wants_news = models.BooleanField(default=True)
    told_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="cases_told"
    )
    opened_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["opened_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["key_name", "phone_digest"], name="case_by_phone"),
            models.Index(fields=["key_name", "name_digest"], name="case_by_name"),
            models.Index(fields=["organisation", "piste", "closed_at"], name="case_of_an_organisation"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(key_name="") & ~Q(said=""), name="case_is_sealed_words"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")), name="case_merged_into_another"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
