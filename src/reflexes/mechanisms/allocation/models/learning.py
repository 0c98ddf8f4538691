"""What comes back from a mission: a newcomer's remark and its answer, skills kept, and another half-day proposed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.models.missions import Assignment, Debrief
from reflexes.mechanisms.allocation.models.needs import Half


class RemarkAnswer(models.Model):
    """What the host team does with a newcomer's remark, and why: every ask gets an answer (design.md rule 2)."""

    class Outcome(models.TextChoices):
        ADOPTED = "adopted", _("adopted")
        ADAPTED = "adapted", _("adapted")
        NOT_KEPT = "not_kept", _("not kept")

    debrief = models.OneToOneField(Debrief, on_delete=models.CASCADE, related_name="host_answer")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=300)
    answered_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.debrief}: {self.outcome}"


class SkillGained(models.Model):
    """A skill practised on a mission that the person decided to keep; ``new`` when it was not in their list before."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="skills_gained")
    skill = models.ForeignKey("directory.Skill", on_delete=models.PROTECT, related_name="gained_on")
    new = models.BooleanField(default=False)
    kept_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "skill"], name="skill_kept_once_a_mission")
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.skill}"


class OtherHalfDay(models.Model):
    """A half-day on which a service that keeps somebody could let them go: an offer that the cell answers.

    ``proposal`` is the mission it became: the service agreed beforehand, so the agent's yes is enough. ``closed_at``
    ends it otherwise: taken back by the service, or closed by the cell with a word.
    """

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="other_half_day")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)
    proposed_at = models.DateTimeField(default=clock.now)
    proposal = models.OneToOneField(
        Assignment, on_delete=models.SET_NULL, null=True, blank=True, related_name="agreed_beforehand"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["closed_at", "day"])]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.day}/{self.half}"
