"""Proximity units, their doctrine, what they see and their reports (P12 (b), accept 10).

A unit is a small mixed team on a territory: the centre sets what is fixed, the unit keeps margins and says each day
what it did. What it finds in the field is in ``units_field``.
"""

from datetime import date, time
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.notifications.recipients import normalised_phone, readable_phone
from reflexes.mechanisms.directory.models import Searchable
from reflexes.pistes.contact.proactive_desks.models.units_field import (
    CentreQuestion,
    Facility,
    FieldNeed,
    NeedNews,
    Negotiation,
    Visit,
)
from reflexes.pistes.contact.proactive_desks.models.units_visits import EntrustedVisit

__all__ = [
    "CentreQuestion",
    "DailyReport",
    "Doctrine",
    "DoctrinePoint",
    "DoctrineReading",
    "EntrustedVisit",
    "Facility",
    "FieldNeed",
    "NeedNews",
    "Negotiation",
    "ProximityUnit",
    "ReportHours",
    "UnitDecision",
    "UnitMember",
    "Visit",
]


class ReportHours(models.Model):
    """When units of an organisation report, and until when a report may still be put right."""

    organisation = models.OneToOneField(
        "directory.Organisation", on_delete=models.CASCADE, related_name="proximity_hours"
    )
    reports_by = models.TimeField(default=time(17, 30))
    closes_at = models.TimeField(default=time(20, 0))

    class Meta:
        verbose_name_plural = "report hours"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("reports_by")), name="board_closes_after_reports")
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.reports_by:%H:%M}"


class Doctrine(models.Model):
    """One version of what the centre sets and of what units decide alone. Published, it never changes."""

    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="doctrines")
    number = models.PositiveSmallIntegerField()
    priority = models.TextField(help_text=_("What comes first now."))
    written_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-number", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "number"], condition=Q(exercise=None), name="doctrine_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "number", "exercise"],
                condition=Q(exercise__isnull=False),
                name="doctrine_numbered_once_when_played",
            ),
            models.UniqueConstraint(
                fields=["organisation", "exercise"],
                condition=Q(published_at=None, exercise__isnull=False),
                name="one_doctrine_drafted_when_played",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(published_at=None, exercise=None), name="one_doctrine_drafted"
            ),
        ]

    def __str__(self) -> str:
        return str(_("version %(number)s") % {"number": self.number})


class DoctrinePoint(models.Model):
    """One sentence of a doctrine: a fixed point, or a margin that the unit decides alone."""

    class Kind(models.TextChoices):
        FIXED = "fixed", _("fixed point")
        MARGIN = "margin", _("margin of the unit")

    doctrine = models.ForeignKey(Doctrine, on_delete=models.CASCADE, related_name="points")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar = ["doctrine", "kind", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["doctrine", "kind", "position"], name="doctrine_point_placed_once")
        ]

    def __str__(self) -> str:
        return self.words


class ProximityUnit(Searchable):
    """A small mixed team on a territory, until a day: then it is kept, adapted or stopped by somebody named.

    ``ends_on`` is the day that decision is due; ``ended_on`` the last day, once stopped.
    """

    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="proximity_units")
    name = models.CharField(max_length=120)
    communes = models.ManyToManyField("directory.Commune", related_name="proximity_units")
    streets = models.TextField(blank=True, help_text=_("Streets or blocks, when it is not whole communes."))
    doctrine = models.ForeignKey(Doctrine, on_delete=models.PROTECT, related_name="units")
    starts_on = models.DateField()
    ends_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["search", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="unit_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["organisation", "search"],
                condition=Q(ended_on=None, exercise=None),
                name="proximity_unit_named_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "search", "exercise"],
                condition=Q(ended_on=None, exercise__isnull=False),
                name="proximity_unit_named_once_when_played",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "exercise", "ended_on"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_past_end(self) -> bool:
        """Whether its last day passed and nobody said what becomes of it."""
        return self.ended_on is None and self.ends_on < clock.today()

    def reports_on(self, day: date) -> bool:
        """Whether a report is expected of it for ``day``."""
        return self.starts_on <= day and (self.ended_on is None or day <= self.ended_on)


class UnitMember(models.Model):
    """Somebody in a unit, with what they know how to do there. A lead and a deputy: no unit hangs on one account."""

    class Place(models.TextChoices):
        LEAD = "lead", _("lead")
        DEPUTY = "deputy", _("deputy")
        MEMBER = "member", _("member")

    unit = models.ForeignKey(ProximityUnit, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="proximity_places"
    )
    place = models.CharField(max_length=6, choices=Place.choices, default=Place.MEMBER)
    does = models.CharField(max_length=120, help_text=_("Nurse, street worker, caretaker."))
    joined_on = models.DateField(default=clock.today)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["unit", "joined_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "person"], condition=Q(left_on=None), name="member_of_a_unit_once"),
            models.UniqueConstraint(
                fields=["unit", "place"],
                condition=Q(left_on=None) & ~Q(place="member"),
                name="one_lead_and_one_deputy_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.does}"

    @property
    def phone_words(self) -> str:
        """Their telephone as people dictate it; empty without one."""
        phone = self.person.phone if self.person else ""
        return readable_phone(normalised_phone(phone) or phone) if phone else ""


class DoctrineReading(models.Model):
    """A unit says that it read a version: from then on it works under it."""

    doctrine = models.ForeignKey(Doctrine, on_delete=models.CASCADE, related_name="readings")
    unit = models.ForeignKey(ProximityUnit, on_delete=models.CASCADE, related_name="readings")
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["doctrine", "unit"], name="doctrine_read_once_a_unit")]

    def __str__(self) -> str:
        return f"{self.unit}: {self.doctrine}"


class UnitDecision(models.Model):
    """What becomes of a unit: kept, adapted or stopped, by somebody named, with why. Added, never changed."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("it goes on as it is")
        ADAPT = "adapt", _("it goes on, changed")
        STOP = "stop", _("it stops")

    unit = models.ForeignKey(ProximityUnit, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=5, choices=Verdict.choices)
    motive = models.TextField()
    next_end_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(help_text=_("The day it was due."))
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="units_decided")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(motive=""), name="unit_decision_has_a_motive"),
            models.CheckConstraint(
                condition=Q(verdict="stop", next_end_on__isnull=True)
                | (~Q(verdict="stop") & Q(next_end_on__isnull=False)),
                name="unit_that_goes_on_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}: {self.verdict}"


class DailyReport(models.Model):
    """What a unit says of one day, in five minutes on a telephone: one row a unit and day, saved as it is typed.

    A figure left as counted stays empty until the report is sent; ``version`` grows at each save, so that two people
    who type the same report never write over each other in silence. Visits that calls asked for are counted when it is
    sent and typed by nobody: these three figures outlive the campaigns they come from.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("on screen")
        PAPER = "paper", _("on paper")
        PHONE = "phone", _("by telephone")

    unit = models.ForeignKey(ProximityUnit, on_delete=models.CASCADE, related_name="reports")
    day = models.DateField()
    visits = models.PositiveSmallIntegerField(null=True, blank=True)
    needs_noted = models.PositiveSmallIntegerField(null=True, blank=True)
    needs_met = models.PositiveSmallIntegerField(null=True, blank=True)
    arrangements = models.PositiveSmallIntegerField(null=True, blank=True)
    homes_asked = models.PositiveSmallIntegerField(default=0)
    homes_made = models.PositiveSmallIntegerField(default=0)
    homes_waiting = models.PositiveSmallIntegerField(default=0)
    went_well = models.TextField(blank=True)
    stuck = models.TextField(blank=True)
    wanted = models.TextField(blank=True)
    channel = models.CharField(max_length=5, choices=Channel.choices, default=Channel.WEB)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="field_reports")

    class Meta:
        ordering: ClassVar = ["-day", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "day"], name="one_report_a_unit_and_day"),
            models.CheckConstraint(
                condition=Q(sent_at=None)
                | Q(
                    visits__isnull=False,
                    needs_noted__isnull=False,
                    needs_met__isnull=False,
                    arrangements__isnull=False,
                ),
                name="report_sent_with_its_figures",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["day", "sent_at"])]

    def __str__(self) -> str:
        return f"{self.unit}, {self.day}"
