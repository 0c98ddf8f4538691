"""The booklet of a budget or of something tried: asked, chosen, refused, learned, fixed on a day (P11 (10))."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Booklet(models.Model):
    """One printing: ``content`` holds its text in each language as canonical JSON, ``digest`` its SHA-256.

    What was published stays as it was read that day; a later printing is another row, and tells of the one before.
    """

    scheme = models.ForeignKey(
        "citizen_dialogue.Scheme", on_delete=models.CASCADE, null=True, blank=True, related_name="booklets"
    )
    edition = models.ForeignKey(
        "citizen_dialogue.Edition", on_delete=models.CASCADE, null=True, blank=True, related_name="booklets"
    )
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    number = models.PositiveSmallIntegerField(default=1)
    learned = models.TextField()
    content = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-published_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scheme__isnull=False, edition__isnull=True) | Q(scheme__isnull=True, edition__isnull=False),
                name="booklet_is_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(learned=""), name="booklet_says_what_was_learned"),
            models.UniqueConstraint(
                fields=["scheme", "number"], condition=Q(scheme__isnull=False), name="one_printing_a_scheme_and_number"
            ),
            models.UniqueConstraint(
                fields=["edition", "number"], condition=Q(edition__isnull=False), name="one_printing_an_edition_number"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def published_on(self) -> date:
        """The day it was published."""
        return timezone.localtime(self.published_at).date()
