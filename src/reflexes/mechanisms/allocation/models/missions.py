"""One person and one slot, from the proposal to the debrief."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.needs import Half, Slot, half_day_starts
from reflexes.mechanisms.allocation.models.plans import Plan, Wave
from reflexes.mechanisms.allocation.states import (
    ASKED,
    HOLDING,
    DropMotive,
    State,
    WithholdMotive,
)


class Assignment(models.Model):
    """One person and one slot, from the proposal to the debrief.

    ``day`` and ``half`` repeat the slot's so that the database itself refuses two missions on one half-day.
    """

    class Mode(models.TextChoices):
        VOLUNTEER = "volunteer", pgettext_lazy("mission", "volunteer")
        DESIGNATED = "designated", _("designated")

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="assignments")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    over_asked = models.BooleanField(default=False, help_text=_("More people were asked than there are places."))
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.VOLUNTEER)
    authority = models.CharField(max_length=120, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    plan = models.ForeignKey(Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="assignments")
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    mentor = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="mentoring"
    )
    host_contact = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="contact_at_host"
    )
    hr_contact = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="contact_for_support"
    )
    release_by = models.DateTimeField(null=True, blank=True)
    withhold_motive = models.CharField(max_length=12, choices=WithholdMotive.choices, blank=True)
    capacity_loss = models.CharField(max_length=200, blank=True)
    loss_acknowledged_at = models.DateTimeField(null=True, blank=True)
    # Whose yes the release was: the manager themself, or the one who said it to the cell on the telephone.
    released_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    # While set, this mission holds its person's half-day but no place: the place is still the holder's.
    stands_in_for = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="stand_ins"
    )
    drop_motive = models.CharField(max_length=10, choices=DropMotive.choices, blank=True)
    trained = models.BooleanField(default=False)
    safety_told = models.BooleanField(default=False)
    returns_on = models.DateField(null=True, blank=True)
    return_interview_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    hours = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "person",
                "day",
                "half",
                Coalesce("exercise", 0),
                condition=Q(state__in=HOLDING),
                name="one_mission_a_half_day",
            ),
            models.UniqueConstraint(fields=["slot", "person"], condition=Q(state__in=ASKED), name="asked_once_a_slot"),
            models.UniqueConstraint(
                fields=["stands_in_for"], condition=Q(state__in=HOLDING), name="one_stand_in_for_a_holder"
            ),
            models.CheckConstraint(
                condition=~Q(mode="designated") | (~Q(authority="") & ~Q(basis="")),
                name="designated_has_authority_and_basis",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "day"]),
            models.Index(fields=["person", "state"]),
            models.Index(
                fields=["changed_at"],
                condition=Q(loss_acknowledged_at=None) & ~Q(capacity_loss=""),
                name="mission_loss_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.slot} · {self.state}"

    @property
    def answer_by(self) -> datetime | None:
        """Return until when the proposal may be answered: the wave's moment, never past the half-day's beginning."""
        return min(self.wave.answer_by, half_day_starts(self.day, self.half)) if self.wave else None


class Debrief(models.Model):
    """What came back: X8's three questions and the newcomer's remarks. The agent decides what goes to HR (P09 (11))."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="debrief")
    was_volunteer = models.BooleanField(null=True)
    fresh_eye_used = models.BooleanField(null=True)
    roles_split = models.BooleanField(null=True)
    return_prepared = models.BooleanField(null=True)
    remarks = models.TextField(blank=True)
    share_remarks_with_host = models.BooleanField(default=False)
    share_with_lab = models.BooleanField(default=False)
    even_if_known = models.BooleanField(default=False)
    passed_on_at = models.DateTimeField(null=True, blank=True)
    share_with_hr = models.BooleanField(default=False)
    share_answers_with_hr = models.BooleanField(default=False)
    share_skills_with_hr = models.BooleanField(default=False)
    held_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.assignment_id}"
