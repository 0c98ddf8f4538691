"""Thanks to everyone who came forward, used or not: every offer ends with a word (design.md rule 2)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from reflexes.core import clock


class ThanksWave(models.Model):
    """One round of thanks for one stretch of days, in two wordings, sent by a person of the cell."""

    piste = models.SlugField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField()
    words_came = models.TextField()
    words_not_needed = models.TextField()
    sent_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-sent_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="thanks_end_after_they_start")
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"


class Thanks(models.Model):
    """One person thanked for what came before ``until``; the database refuses to thank twice for the same days."""

    wave = models.ForeignKey(ThanksWave, on_delete=models.CASCADE, related_name="thanks")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="thanks")
    came = models.BooleanField()
    until = models.DateField()
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("person", "until", Coalesce("exercise", 0), name="thanked_once_for_the_same_days")
        ]
        indexes: ClassVar = [models.Index(fields=["person", "-until"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.until}"
