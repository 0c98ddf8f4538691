"""Visits that a call asks for: entrusted to one unit until a day (ADR 31)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock


class EntrustedVisit(models.Model):
    """Somebody to go and see, entrusted to one unit until a day: what the unit reads of the person rests on it.

    ``brief`` (why, what matters), ``draft`` (what is being typed) and ``words`` are sealed under the campaign's key.
    ``tries`` counts the times when nobody was there. Past its day it is read no more, and what came is still heard
    until whoever asked takes it back (``back_at``); what is told after that is kept beside.
    """

    class Came(models.TextChoices):
        WELL = "well", _("seen, all is well")
        NEED = "need", _("seen, a need")
        NOBODY = "nobody", _("nobody there")
        REFUSED = "refused", _("wishes neither visits nor calls")
        DIED = "died", _("the person died")
        UNSAFE = "unsafe", _("not safe, the unit left")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.ForeignKey("proactive_desks.HumanTask", on_delete=models.CASCADE, related_name="visits")
    unit = models.ForeignKey("proactive_desks.ProximityUnit", on_delete=models.PROTECT, related_name="entrusted")
    asked_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    brief = models.TextField()
    draft = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    came = models.CharField(max_length=8, choices=Came.choices, blank=True)
    words = models.TextField(blank=True)
    done_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="visits_made"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    back_at = models.DateTimeField(null=True, blank=True)
    client_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(done_at=None, back_at=None), name="one_open_visit_a_task"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, came="") | (Q(done_at__isnull=False) & ~Q(came="")),
                name="visit_made_says_what_came",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "due_on"], condition=Q(done_at=None, back_at=None), name="visits_to_make"),
            models.Index(fields=["unit", "done_at"], name="visits_made"),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def is_open(self) -> bool:
        """Whether the unit still has it."""
        return self.done_at is None and self.back_at is None

    @property
    def is_late(self) -> bool:
        """Whether its day passed and nobody said what came of it."""
        return self.is_open and self.due_on < clock.today()
