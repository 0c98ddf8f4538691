"""Volunteering half-days on working time: how many an employer gives each agent, decided by whom, until when."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock


class DayAllowance(models.Model):
    """So many half-days for each agent of one employer, from a day to a day, by a decision that anyone can look up.

    What is used is never written: it is counted from the missions, so that anybody can count it again (ADR 13).
    ``blocks`` says what happens once they are spent: no further yes, or only a word to the person and to the cell.
    """

    organisation = models.ForeignKey(
        "directory.Organisation", on_delete=models.CASCADE, related_name="day_allowances", verbose_name=_("employer")
    )
    half_days = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(400)])
    starts_on = models.DateField()
    ends_on = models.DateField()
    reference = models.CharField(max_length=160)
    decided_on = models.DateField()
    blocks = models.BooleanField(default=False)
    set_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-starts_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="allowance_ends_after_it_starts")
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.half_days} ({self.starts_on} – {self.ends_on})"
