"""Needs in half-days: what is asked, where, when, who welcomes."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.text import normalised
from reflexes.mechanisms.allocation.states import NeedState

SATURDAY = 5


class Half(models.TextChoices):
    AM = "am", _("morning")
    PM = "pm", _("afternoon")


def half_day_starts(day: date, half: str) -> datetime:
    """Return when a half-day begins at the latest: what comes before it must be settled by then."""
    return timezone.make_aware(datetime.combine(day, time(8) if half == "am" else time(13)))


def next_working_day(day: date) -> date:
    """Return the next day of the week that is neither Saturday nor Sunday.

    >>> next_working_day(date(2026, 11, 27))
    datetime.date(2026, 11, 30)
    """
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return day


class Priority(models.IntegerChoices):
    HIGH = 3, _("vital")
    MIDDLE = 2, _("important")
    LOW = 1, _("useful")


class Need(models.Model):
    """What a service or partner asks for: tasks, place, half-days, who welcomes, when people go back.

    ``kind`` is a mission kind of the registry (a slug), ``piste`` the piste that carries the need. ``renewal_due_at``
    is set on a need repeated every week: from then on somebody is asked to renew it with a reason or to let it end.
    """

    piste = models.SlugField(max_length=60)
    kind = models.SlugField(max_length=60)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="needs")
    unit = models.ForeignKey("directory.Unit", on_delete=models.SET_NULL, null=True, blank=True, related_name="needs")
    place = models.ForeignKey("directory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    remote = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    search = models.CharField(max_length=120, editable=False, db_index=True)
    tasks = models.TextField(blank=True)
    constraints = models.TextField(blank=True)
    provided = models.TextField(blank=True)
    criteria = models.TextField(blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.MIDDLE)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    teaches = models.ForeignKey(
        "directory.Skill", on_delete=models.SET_NULL, null=True, blank=True, related_name="taught_by"
    )
    newcomers_per_mentor = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    mentor = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="mentored_needs"
    )
    contact = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="contact_needs"
    )
    returns_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=NeedState.choices, default=NeedState.DRAFT)
    stated_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="stated_needs"
    )
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="changed_needs"
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    renewal_due_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-priority"]),
            models.Index(fields=["organisation", "state"]),
            models.Index(fields=["renewal_due_at"], condition=Q(renewal_due_at__isnull=False), name="need_renewal_due"),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = normalised(self.title)[:120]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search"}
        super().save(*args, **kwargs)

    @property
    def slots_asked(self) -> "list[Slot]":
        """The half-days asked for, without those that were called off."""
        return [slot for slot in self.slots.all() if slot.stopped_at is None]


class Slot(models.Model):
    """One half-day of a need, for one skill: ``headcount`` places, of which ``held`` are taken.

    ``held`` only moves by conditional update, so that it never passes the headcount whatever happens at once. A
    half-day called off after people were asked stays for their story (``stopped_at``), and asks for nobody.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="slots")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)
    skill = models.ForeignKey("directory.Skill", on_delete=models.PROTECT, null=True, blank=True, related_name="slots")
    headcount = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(200)])
    held = models.PositiveSmallIntegerField(default=0, editable=False)
    minimum_team = models.PositiveSmallIntegerField(default=0)
    mentor_required = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True, blank=True, help_text=_("When this half-day was called off."))

    class Meta:
        ordering: ClassVar = ["day", "half", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("need", "day", "half", Coalesce("skill", 0), name="slot_asked_once"),
            models.CheckConstraint(condition=Q(held__lte=F("headcount")), name="slot_never_overfull"),
            models.CheckConstraint(condition=Q(minimum_team__lte=F("headcount")), name="slot_team_fits"),
        ]
        indexes: ClassVar = [models.Index(fields=["day", "half"])]

    def __str__(self) -> str:
        return f"{self.need} · {self.day}/{self.half}"

    @property
    def back_on(self) -> date | None:
        """Return the day whoever comes is back at their post: the next working day, never later than the need says."""
        returns_on = self.need.returns_on
        return None if returns_on is None else min(next_working_day(self.day), returns_on)
