"""What an agent keeps for themself: their own reallocation plan, what they would like to learn, their calendar."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from reflexes.core import clock


class PersonalPlan(models.Model):
    """The person's own page (P09: skills and wishes, then a personal reallocation plan). Read by nobody else.

    Only their words are kept here: half-days, kinds, limits and skills are read where they are.
    """

    person = models.OneToOneField("directory.Person", on_delete=models.CASCADE, related_name="reallocation_plan")
    can_do = models.TextField(blank=True)
    to_learn = models.TextField(blank=True)
    matters = models.TextField(blank=True)
    mentor = models.CharField(max_length=160, blank=True)
    reviewed_on = models.DateField(default=clock.today)
    reminded_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.person)


class LearningWish(models.Model):
    """A skill the person would like to learn. The cell reads how many, never who."""

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="learning_wishes")
    skill = models.ForeignKey("directory.Skill", on_delete=models.CASCADE, related_name="wanted_by")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "skill"], name="learning_wished_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.skill}"


class CalendarFeed(models.Model):
    """A secret address that a calendar reads: one's own missions, or with ``organisation`` how many people arrive.

    Only the SHA-256 of the token is kept: reading the database gives no address.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="calendar_feeds")
    organisation = models.ForeignKey(
        "directory.Organisation", on_delete=models.CASCADE, null=True, blank=True, related_name="calendar_feeds"
    )
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person", Coalesce("organisation", 0), condition=Q(revoked_at=None), name="one_live_feed_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.made_at}"
