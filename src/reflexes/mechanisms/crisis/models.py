"""Numbered sequences (what changes, what does not) and exercises (the real screens at another date)."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock


class Sequence(models.Model):
    """One stretch of time with its rules: quiet, watch, crisis step 2… Only one is in force."""

    class Level(models.TextChoices):
        QUIET = "quiet", _("quiet time")
        WATCH = "watch", _("watch")
        CRISIS = "crisis", _("crisis")
        RECOVERY = "recovery", _("return to normal")

    number = models.PositiveIntegerField(unique=True)
    level = models.CharField(max_length=10, choices=Level.choices)
    title = models.CharField(max_length=120)
    changes = models.TextField(help_text=_("What changes, in a few plain sentences."))
    does_not_change = models.TextField(help_text=_("What does not change."))
    starts_at = models.DateTimeField(default=clock.now)
    review_on = models.DateField()
    in_force = models.BooleanField(default=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["in_force"], condition=Q(in_force=True), name="one_sequence_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Exercise(models.Model):
    """A drill on the real objects: another clock, nothing sent outside, marked on every page."""

    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    plays_at = models.DateTimeField(help_text=_("The moment the exercise pretends it is."))
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="exercise_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shift(self) -> timedelta:
        """Return how far the exercise's clock is from the real one."""
        return self.plays_at - self.started_at
