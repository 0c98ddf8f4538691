"""What a plan says of itself, written once by the worker that computed it (docs/adr/0017)."""

from typing import ClassVar

from django.db import models

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.needs import Slot
from reflexes.mechanisms.allocation.models.plans import Plan


class PlanView(models.Model):
    """What a plan saw of one slot: how many people each rule leaves, and the nearest of those nothing forbids.

    A plan saw what it saw: this never changes. ``nearest`` holds pairs (person id, kilometres or nothing).
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="views")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="plan_views")
    counts = models.JSONField()
    nearest = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "slot"], name="slot_seen_once_by_a_plan")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.slot_id}"


class PlanReading(models.Model):
    """The spread of a plan and what it lacks, for its lines as they were: ``lines`` is their mark."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="reading")
    lines = models.CharField(max_length=64)
    facts = models.JSONField()
    read_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.plan_id}"


class PlanPrice(models.Model):
    """The exact price of sending one person to one slot, asked of a big plan and computed by the worker.

    ``lines`` marks the lines of the plan when it was asked: once they change, the price is asked again. ``told`` is
    empty until the worker is done: then it holds the price, or the reasons that forbid the pair.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="prices_asked")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    lines = models.CharField(max_length=80)
    told = models.JSONField(default=dict)
    asked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "slot", "person"], name="price_asked_once_of_a_plan")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.person_id} → {self.slot_id}"
