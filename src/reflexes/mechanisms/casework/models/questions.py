"""Questions asked often and their answers: nobody's own words, so that everybody may read them."""

from typing import ClassVar

from django.db import models

from reflexes.core import clock
from reflexes.mechanisms.casework.models.services import Need
from reflexes.mechanisms.directory.models import Searchable


class Question(Searchable):
    """A question as anybody could ask it. It is born of a case and keeps no tie to it."""

    piste = models.SlugField(max_length=40)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="questions")
    asks = models.CharField(max_length=300)
    need = models.CharField(max_length=50, choices=Need.choices, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    retired_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["search", "pk"]

    def __str__(self) -> str:
        return self.asks


class Answered(models.Model):
    """An answer: the latest counts, the earlier ones stay."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    words = models.TextField()
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["question", "-at", "-pk"]

    def __str__(self) -> str:
        return self.words[:60]
