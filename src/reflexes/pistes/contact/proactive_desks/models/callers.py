"""Callers: how far each has learnt, with whom they talk, when they rest (P12 (3), (8); research/outreach.md §5.4)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from reflexes.core import clock

__all__ = ["CallerCard", "Debrief"]


class CallerCard(models.Model):
    """Somebody who calls in one campaign. ``level`` 0 is new; 1 had a form read with them; 2 and 3 take harder calls.

    Nothing here compares callers: what they did is counted for themselves alone, and for the level rule.
    """

    campaign = models.ForeignKey("proactive_desks.Campaign", on_delete=models.CASCADE, related_name="callers")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="caller_cards")
    level = models.PositiveSmallIntegerField(default=0)
    buddy = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="buddy_of"
    )
    invited_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    calls = models.PositiveIntegerField(default=0, help_text="Calls since the last level.")
    easy_next = models.BooleanField(default=False, help_text="After a hard call, the next one is easy.")
    last_claim_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by_other = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["person__search", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "person"], name="caller_once_a_campaign"),
            models.CheckConstraint(condition=Q(level__lte=3), name="caller_level_up_to_3"),
        ]

    def __str__(self) -> str:
        return str(self.person)


class Debrief(models.Model):
    """A talk after calls: asked, then held with somebody. That it took place is kept, never what was said."""

    card = models.ForeignKey(CallerCard, on_delete=models.CASCADE, related_name="debriefs")
    asked_at = models.DateTimeField(default=clock.now)
    held_at = models.DateTimeField(null=True, blank=True)
    held_with = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-asked_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card"], condition=Q(held_at=None), name="one_debrief_asked")
        ]
