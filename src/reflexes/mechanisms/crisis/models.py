"""Numbered sequences (what changes, what does not) and exercises (the real screens at another date)."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
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
    moved_on = models.DurationField(default=timedelta, help_text=_("How far those who lead it moved its clock."))
    all_free = models.BooleanField(
        default=True, help_text=_("Everyone who offered to help is supposed free on every half-day played.")
    )
    worked = models.TextField(blank=True)
    hard = models.TextField(blank=True)
    next_on = models.DateField(null=True, blank=True)
    debriefed_at = models.DateTimeField(null=True, blank=True)

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
        """Return how far the exercise's clock is from the real one, with the jumps made since it began."""
        return self.plays_at - self.started_at + self.moved_on

    @property
    def now(self) -> datetime:
        """Return the moment that everybody who plays lives at."""
        return clock.real_now() + self.shift

    @property
    def latest_card(self) -> "Surprise | None":
        """Return the card turned over last; ``surprises`` is read ahead where every page asks."""
        shown = [card for card in self.surprises.all() if card.revealed_at]
        return max(shown, key=lambda card: (card.revealed_at, card.position), default=None)


class Invited(models.Model):
    """Who may play: everybody who holds ``role``, or one ``person``."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="invited")
    role = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(
        "directory.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="exercises_invited"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(role="") & Q(person__isnull=False)) | (~Q(role="") & Q(person=None)),
                name="invited_as_a_role_or_by_name",
            ),
            models.UniqueConstraint("exercise", "role", Coalesce("person", 0), name="invited_once"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise}: {self.role or self.person}"


class Player(models.Model):
    """Somebody who joined an exercise, in which role."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="players")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="exercises_played")
    role = models.CharField(max_length=40)
    joined_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["exercise", "person", "role"], name="joined_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.exercise}"


class Surprise(models.Model):
    """A card that the facilitator turns over while the exercise runs: the mentor is ill, the bridge is closed."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="surprises")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    words = models.CharField(max_length=400, blank=True)
    revealed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["exercise", "position"], name="surprise_placed_once")]

    def __str__(self) -> str:
        return self.title


class Lesson(models.Model):
    """What an exercise showed and what becomes of it: kept, adapted or dropped, by somebody, until a date."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("we keep it")
        ADAPT = "adapt", _("we adapt it")
        DROP = "drop", _("we drop it")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="lessons")
    words = models.CharField(max_length=300)
    verdict = models.CharField(max_length=5, choices=Verdict.choices)
    owner = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="lessons_to_carry")
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.words
