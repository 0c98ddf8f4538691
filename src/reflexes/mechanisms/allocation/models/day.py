"""What goes wrong on the day: a mentor who is not there, somebody who was not well treated."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.missions import Assignment
from reflexes.mechanisms.allocation.models.needs import Half
from reflexes.mechanisms.allocation.states import Origin


class MentorAbsence(models.Model):
    """Somebody who was to welcome people on one half-day and is not there; ``replaced_by`` is who does instead.

    No reason is written: it is nobody's business. Nobody starts with an absent mentor who was not replaced.
    """

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="mentor_absences")
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)
    said_at = models.DateTimeField(default=clock.now)
    replaced_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person", "organisation", "day", "half", Coalesce("exercise", 0), name="mentor_absent_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["day", "half"])]

    def __str__(self) -> str:
        return f"{self.person} {self.day}/{self.half}"


class Concern(models.Model):
    """Something that was not right, told in confidence by the person it happened to.

    Read by the cell alone: never by the host, never by an appraiser, and by human resources only if the person agrees
    (design.md rule 5). Received, then handled by somebody with a name, then answered: the person reads the answer.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received, nobody has taken it yet")
        HANDLED = "handled", _("being handled")
        ANSWERED = "answered", _("answered")

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="concerns")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.SET_NULL, null=True, blank=True, related_name="concerns"
    )
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="+")
    words = models.TextField()
    channel = models.CharField(max_length=10, choices=Origin.choices, default=Origin.SCREEN)
    written_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    hr_may_read = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    received_at = models.DateTimeField(default=clock.now)
    handled_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    handled_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(state="answered") | ~Q(answer=""), name="concern_answered_in_words")
        ]
        indexes: ClassVar = [models.Index(fields=["state", "received_at"])]

    def __str__(self) -> str:
        return f"{self.pk}"
