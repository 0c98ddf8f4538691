"""Scripts of calls: versions, steps, choices; what was said in a call, sealed; anonymous counts (P12 (2); ADR 29)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock

__all__ = ["AnswerCount", "Forewarning", "NeedKind", "SaidAnswers", "Script", "ScriptChoice", "ScriptStep"]


class NeedKind(models.TextChoices):
    """What a need is about, in words that a caller and a person share."""

    FOOD = "food", _("food and shopping")
    HEALTH = "health", _("health and medicines")
    ISOLATION = "isolation", _("somebody to talk to")
    HOME_HELP = "home_help", _("help at home")
    HEAT = "heat", _("heat, cold, water, power")
    HOUSING = "housing", _("housing")
    MONEY = "money", _("money and rights")
    DIGITAL = "digital", _("telephone and internet")
    MOVING = "moving", _("going out, being driven")
    SAFETY = "safety", _("being safe")
    OTHER = "other", _("something else")


class Script(models.Model):
    """One version of what is said in the calls of a campaign. Published, it never changes: another version is made."""

    campaign = models.ForeignKey("proactive_desks.Campaign", on_delete=models.CASCADE, related_name="scripts")
    number = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["campaign", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "number"], name="script_number_once_a_campaign"),
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(published_at=None), name="one_script_in_writing_a_campaign"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} ({self.number})"


class ScriptStep(models.Model):
    """One thing to say or to ask; ``relevant`` is a condition on earlier answers (``script.conditions``)."""

    class Kind(models.TextChoices):
        NOTE = "note", _("something to say")
        SELECT_ONE = "select_one", _("one answer among several")
        SELECT_MULTIPLE = "select_multiple", _("several answers possible")
        TEXT = "text", _("free words")
        INTEGER = "integer", _("a number")
        DATE = "date", _("a day")

    script = models.ForeignKey(Script, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=15, choices=Kind.choices)
    label_fr = models.TextField(blank=True)
    label_en = models.TextField(blank=True)
    hint_fr = models.TextField(blank=True)
    hint_en = models.TextField(blank=True)
    relevant = models.CharField(max_length=500, blank=True)
    required = models.BooleanField(default=False)
    need = models.CharField(max_length=10, choices=NeedKind.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["script", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["script", "name"], name="step_name_once_a_script"),
        ]

    def __str__(self) -> str:
        return self.name


class ScriptChoice(models.Model):
    """One possible answer; ``need`` says which need it tells, ``urgent`` that it is one by itself."""

    step = models.ForeignKey(ScriptStep, on_delete=models.CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=40)
    label_fr = models.CharField(max_length=200, blank=True)
    label_en = models.CharField(max_length=200, blank=True)
    need = models.CharField(max_length=10, choices=NeedKind.choices, blank=True)
    urgent = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["step", "position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "value"], name="choice_value_once_a_step"),
        ]

    def __str__(self) -> str:
        return self.value


class SaidAnswers(models.Model):
    """What was said in one call, with the version of the script it began with; all words are sealed.

    ``named_at`` and ``numbered_at`` tell that the name, then the telephone, were read through this lease (a journaled
    reading each): the pages of the same call then show them again. ``urgent_at`` tells that somebody was alerted, once.
    """

    lease = models.OneToOneField("proactive_desks.Lease", on_delete=models.CASCADE, related_name="said")
    script = models.ForeignKey(Script, on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField(blank=True)
    step = models.CharField(max_length=40, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    named_at = models.DateTimeField(null=True, blank=True)
    numbered_at = models.DateTimeField(null=True, blank=True)
    urgent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["lease"]


class AnswerCount(models.Model):
    """How often one choice was made under one version: no person, no caller, no day; it outlives the campaign."""

    script = models.ForeignKey(Script, on_delete=models.CASCADE, related_name="counts")
    step = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["script", "step", "value"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["script", "step", "value"], name="answer_counted_in_one_row"),
        ]


class Forewarning(models.Model):
    """A person was told by text message that somebody would call: once, and what was written is kept nowhere."""

    callee = models.OneToOneField("proactive_desks.Callee", on_delete=models.CASCADE, related_name="forewarning")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-at", "pk"]
