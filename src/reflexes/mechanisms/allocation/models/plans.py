"""Plans with their reasons, and the waves a person sends."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.needs import Priority, Slot


class Plan(models.Model):
    """One run of the engine over the open needs, kept with what it saw so that its reasons can be read later."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to start")
        RUNNING = "running", _("being computed")
        READY = "ready", _("ready")
        CANCELLED = "cancelled", _("stopped")
        FAILED = "failed", _("could not be computed")

    number = models.PositiveIntegerField(unique=True)
    made_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="plans")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    seed = models.BigIntegerField(default=0)
    based_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="revisions")
    frozen = models.BooleanField(default=False, help_text=_("Keep every surviving mission where it is."))
    price_km = models.PositiveIntegerField(default=10)
    price_soft_wish = models.PositiveIntegerField(default=50)
    progress = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    engine = models.CharField(max_length=20, blank=True)
    optimal = models.BooleanField(default=False)
    gap = models.FloatField(null=True, blank=True)
    km = models.FloatField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.BinaryField(default=bytes, editable=False)

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"


class PlanFill(models.Model):
    """Places filled and asked at one priority of a plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="fills")
    priority = models.PositiveSmallIntegerField()
    filled = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["-priority"]

    def __str__(self) -> str:
        return f"{self.priority}: {self.filled}/{self.asked}"


class PlanLine(models.Model):
    """One person the plan would ask for one slot. ``kept`` was already agreed; ``dismissed`` was taken out by hand.

    ``turn`` is the slot's turn to be asked for, the most constrained first, as the plan saw it: all its lines share it.
    ``priority`` is the need's, as the plan saw it too.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="plan_lines")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="plan_lines")
    km = models.FloatField(null=True)
    soft_missed = models.PositiveSmallIntegerField(default=0)
    times_before = models.PositiveSmallIntegerField(default=0)
    kept = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)
    dismissed = models.BooleanField(default=False)
    turn = models.PositiveIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "slot", "person"], name="planned_once")]
        indexes: ClassVar = [
            models.Index(fields=["plan", "turn"]),
            # All that is counted of a plan: tens of thousands of lines, none of them read.
            models.Index(fields=["plan", "person", "priority", "kept", "dismissed"], name="lines_counted"),
            models.Index(fields=["plan"], condition=Q(dismissed=True) | Q(by_hand=True), name="lines_by_hand"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.person} → {self.slot}"


class Wave(models.Model):
    """Proposals sent together, after a person looked at them: nothing leaves by itself."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="waves")
    sent_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="waves")
    sent_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateTimeField()
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk}"
