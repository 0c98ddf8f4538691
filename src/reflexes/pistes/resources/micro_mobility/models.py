"""This piste's own table: the public page; needs and missions live in allocation."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from reflexes.core import clock


class PublicPage(models.Model):
    """Whether everybody sees the open needs, and how people reach the cell. One row, off until the cell decides.

    The contact is the cell's own, never a person's.
    """

    one = models.BooleanField(default=True, unique=True, editable=False)
    on = models.BooleanField(default=False)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    counter = models.CharField(max_length=300, blank=True)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(one=True), name="only_one_public_page")]

    def __str__(self) -> str:
        return "on" if self.on else "off"
