"""Somebody who was designated objects: recorded without a reason, answered in writing before a moment (P09 (6))."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.missions import Assignment
from reflexes.mechanisms.allocation.states import Origin


class Objection(models.Model):
    """What a designated person opposes to their designation, and the answer they are owed.

    Read by the person and the cell alone: never by the host, a manager or human resources (design.md rule 5).
    ``words`` may stay empty; ``answer`` may not.
    """

    class Verdict(models.TextChoices):
        FREED = "freed", _("the person does not go")
        STANDS = "stands", _("the designation stands")

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="objection")
    words = models.TextField(blank=True)
    channel = models.CharField(max_length=10, choices=Origin.choices, default=Origin.SCREEN)
    written_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at=None, verdict="")
                | (Q(answered_at__isnull=False) & ~Q(verdict="") & ~Q(answer="")),
                name="objection_answered_in_words",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["made_at"], condition=Q(answered_at=None), name="objection_unanswered"),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} · {self.verdict}"
