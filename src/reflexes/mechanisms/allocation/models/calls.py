"""Telephone calls of the cell, when a half-day has too few people to ask (P09 (12): with trace)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.needs import Slot


class Call(models.Model):
    """Somebody of the cell calls a person about one half-day; while it is open nobody else calls them."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("being called")
        YES = "yes", _("said yes")
        NO = "no", _("said not this time")
        NO_ANSWER = "no_answer", _("did not pick up")
        LATER = "later", _("to be called again")
        LEFT = "left", _("not called after all")

    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="calls")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="calls")
    made_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="calls_made")
    claimed_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    ended_at = models.DateTimeField(null=True, blank=True)
    call_back_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person",
                Coalesce("exercise", 0),
                condition=Q(outcome="open"),
                name="called_by_one_at_a_time",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["slot", "person"]),
            models.Index(fields=["outcome", "call_back_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.slot} · {self.outcome}"
