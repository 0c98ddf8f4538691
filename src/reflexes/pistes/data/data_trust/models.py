"""People on a list that the data desk keeps itself, such as the heat-wave register; everything else is ``evidence``."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock


class Entry(models.Model):
    """Somebody on a list, known by ``key`` alone: who they are is one text sealed under the key of the dataset.

    ``phone_digest`` finds them by their telephone, ``who_digest`` keeps them from standing twice on a list.
    """

    class Way(models.TextChoices):
        PHONE = "phone", _("by telephone")
        COUNTER = "counter", _("at the counter")
        LETTER = "letter", _("by letter or on a form")

    dataset = models.ForeignKey("evidence.Dataset", on_delete=models.PROTECT, related_name="entries")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = models.TextField()
    phone_digest = models.CharField(max_length=64)
    who_digest = models.CharField(max_length=64)
    commune = models.ForeignKey("directory.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    way = models.CharField(max_length=7, choices=Way.choices)
    written_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["dataset", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "who_digest"], name="once_on_a_list"),
        ]
        indexes: ClassVar = [models.Index(fields=["dataset", "phone_digest"], name="entries_of_a_telephone")]

    def __str__(self) -> str:
        return str(self.key)
