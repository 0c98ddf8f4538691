"""People who leave: an agent, a manager, somebody of the cell; and what the one who comes after has to know."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from reflexes.core import clock


class Departure(models.Model):
    """The end of one capacity, on a day: said ahead, carried out the day after, taken back for a while.

    ``ended_before`` is when the capacity was to end otherwise and ``offer_closed`` that leaving closed an offer: coming
    back puts both as they were. ``forgotten_at`` is when what only served to propose missions was deleted.
    """

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="departures")
    capacity = models.ForeignKey("directory.Capacity", on_delete=models.CASCADE, related_name="departures")
    last_day = models.DateField()
    ended_before = models.DateField(null=True, blank=True)
    said_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    said_at = models.DateTimeField(default=clock.now)
    offer_closed = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["capacity"], condition=Q(taken_back_at=None), name="leaves_once")
        ]
        indexes: ClassVar = [models.Index(fields=["last_day"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.last_day}"


class Handover(models.Model):
    """What somebody of the cell writes for the one who comes after; who that is, once named."""

    capacity = models.OneToOneField("directory.Capacity", on_delete=models.CASCADE, related_name="handover")
    successor = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="handovers_received"
    )
    note = models.TextField(blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.capacity}"
