"""What people give: half-days, kinds, limits; what their service keeps."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.needs import Half, Slot


class Offer(models.Model):
    """What one person gives: how many half-days a week, how far, which kinds of mission. One for each person."""

    person = models.OneToOneField("directory.Person", on_delete=models.CASCADE, related_name="offer")
    capacity = models.ForeignKey("directory.Capacity", on_delete=models.SET_NULL, null=True, blank=True)
    active = models.BooleanField(default=True)
    weekly_cap = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1), MaxValueValidator(14)])
    max_km = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0.1)])
    can_mentor = models.BooleanField(default=False)
    came_forward_at = models.DateTimeField(default=clock.now)
    greeted_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When somebody of the cell answered this offer.")
    )
    last_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["active", "last_asked_at"]),
            models.Index(
                fields=["came_forward_at"],
                condition=Q(active=True, greeted_at=None, last_asked_at=None),
                name="offer_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class ChosenKind(models.Model):
    """A mission kind the person chose (P09 (7): two of them, a setting)."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="kinds")
    kind = models.SlugField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["offer", "kind"], name="kind_chosen_once")]

    def __str__(self) -> str:
        return self.kind


class FreeHalfDay(models.Model):
    """A half-day the person says they could give."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="half_days")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["offer", "day", "half"], name="half_day_offered_once")]
        indexes: ClassVar = [models.Index(fields=["day", "half"])]

    def __str__(self) -> str:
        return f"{self.day}/{self.half}"


class Wish(models.Model):
    """A limit or a preference. ``hard`` blocks and is never a weight (P09 (2)); ``kind`` is one of ``wishes.py``."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="wishes")
    kind = models.SlugField(max_length=40)
    value = models.CharField(max_length=80, blank=True)
    hard = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["offer", "kind", "value"], name="wish_said_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}".strip()


class WishWaiver(models.Model):
    """The person's own recorded yes to one slot in spite of a hard wish (P09 (2)). Nobody else can create it."""

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="waivers")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="waivers")
    asked_at = models.DateTimeField(default=clock.now)
    given_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "slot"], name="waiver_asked_once")]

    def __str__(self) -> str:
        return f"{self.person} · {self.slot}"


class ServiceMinimum(models.Model):
    """How many people a home unit keeps on one half-day; ``present`` are those expected at work."""

    unit = models.ForeignKey("directory.Unit", on_delete=models.CASCADE, related_name="minimums")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)
    present = models.PositiveSmallIntegerField()
    minimum = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "day", "half"], name="minimum_set_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day}/{self.half}: {self.minimum}/{self.present}"


class WeekLoad(models.Model):
    """How many half-days a person holds in one ISO week (``week`` = its Monday): moved by conditional update only."""

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="week_loads")
    week = models.DateField()
    held = models.PositiveSmallIntegerField(default=0)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("person", "week", Coalesce("exercise", 0), name="one_load_a_week")
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.week}: {self.held}"
