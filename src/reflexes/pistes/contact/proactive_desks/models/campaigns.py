"""Campaigns of calls, the sheets they come from, and the people to call (P12 (a); ADR 28)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.directory.models import Searchable

__all__ = ["Batch", "BatchProblem", "Callee", "Campaign", "WiderHours"]

# Three tries at different half-days before a human takes over (research/outreach.md §5.3).
ATTEMPTS = 3
# A call and its form take about eight minutes; nobody keeps somebody for longer than this in silence (§4.3).
LEASE_MINUTES = 20


class Campaign(Searchable):
    """Calls made for one purpose: the rows of one dataset, one script, callers who signed up, one number to call back.

    ``who_calls``, ``call_back`` and ``how_to_check`` are the first line of every call: people fear telemarketing.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        OPEN = "open", _("calling")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("ended")

    dataset = models.OneToOneField("evidence.Dataset", on_delete=models.PROTECT, related_name="campaign")
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="campaigns")
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    who_calls = models.CharField(max_length=200, blank=True, help_text=_("Said first: who calls, on behalf of whom."))
    call_back = models.CharField(max_length=30, blank=True, help_text=_("The number people can call back."))
    how_to_check = models.CharField(
        max_length=200, blank=True, help_text=_("How to check that it is really you: the town hall's switchboard.")
    )
    attempts = models.PositiveSmallIntegerField(
        default=ATTEMPTS, help_text=_("After how many tries without an answer somebody takes over.")
    )
    lease_minutes = models.PositiveSmallIntegerField(default=LEASE_MINUTES)
    units_visit = models.BooleanField(
        default=False, help_text=_("Whether proximity units are recipients: they may be asked to go and see somebody.")
    )
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(who_calls="") & ~Q(call_back="") & ~Q(how_to_check="")),
                name="campaign_says_who_calls",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WiderHours(models.Model):
    """Calls allowed outside the usual hours, until a moment, with the reason of whoever decided it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="wider_hours")
    why = models.CharField(max_length=300)
    decided_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-since", "-pk"]


class Batch(models.Model):
    """One sheet of people: read first (nobody is written), then taken, or dropped; undone while nobody was called.

    ``sealed`` is the sheet under the dataset's key, held from the dry run to the decision and no longer.
    """

    class State(models.TextChoices):
        READ = "read", _("read, nothing written yet")
        TAKEN = "taken", _("taken")
        DROPPED = "dropped", _("dropped")
        UNDONE = "undone", _("undone")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="batches")
    file_name = models.CharField(max_length=160)
    sealed = models.TextField(blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.READ)
    lines = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0, help_text=_("People who can be called."))
    bad = models.PositiveIntegerField(default=0, help_text=_("Lines that cannot be used."))
    doubles = models.PositiveIntegerField(default=0, help_text=_("People met twice, kept once."))
    shared = models.PositiveIntegerField(default=0, help_text=_("People who share a telephone with another."))
    opposed = models.PositiveIntegerField(default=0, help_text=_("Telephones that asked to be left alone."))
    elsewhere = models.PositiveIntegerField(default=0, help_text=_("People of a commune this territory does not know."))
    read_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    read_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-read_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class BatchProblem(models.Model):
    """What is wrong in one line of a sheet: where and what, never the words found there."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="problems")
    row = models.PositiveIntegerField(default=0, help_text=_("As the spreadsheet counts; 0 for the whole sheet."))
    column = models.CharField(max_length=120, blank=True)
    code = models.SlugField(max_length=40)
    stops = models.BooleanField(default=False, help_text=_("Whether the whole sheet is refused for it."))

    class Meta:
        ordering: ClassVar = ["row", "pk"]


class Callee(models.Model):
    """Somebody to call, known by ``key`` alone; ``identity`` (name, telephone, address, notes) is sealed.

    ``reasons`` are codes of ``priorities.REASONS``; ``priority`` their weight; ``rank`` the order of the queue, where
    somebody who waits for an agreed call comes first. ``tries`` counts calls without an answer since the last talk.
    Somebody called again ``every_days`` has a ``voice`` they know, and the reason in sealed words.
    """

    class State(models.TextChoices):
        READY = "ready", _("to call")
        SCHEDULED = "scheduled", _("to call later")
        LEASED = "leased", _("with a caller")
        HUMAN = "human", _("with somebody who takes over")
        CLOSED = "closed", pgettext_lazy("people", "finished")

    class End(models.TextChoices):
        FINE = "fine", _("reached, all is well")
        NEED = "need", _("reached, a need followed elsewhere")
        REFUSED = "refused", _("asked not to be called")
        WRONG_NUMBER = "wrong_number", _("wrong number, nothing better known")
        DIED = "died", _("died")
        UNREACHABLE = "unreachable", _("unreachable, as somebody decided")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="callees")
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="callees")
    identity = models.TextField()
    phone_digest = models.CharField(max_length=64, db_index=True)
    commune = models.ForeignKey("directory.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    difficulty = models.PositiveSmallIntegerField(default=1)
    priority = models.PositiveSmallIntegerField(default=0)
    reasons = models.CharField(max_length=120, blank=True)
    rank = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State.choices, default=State.READY)
    due_at = models.DateTimeField(null=True, blank=True)
    agreed = models.BooleanField(default=False, help_text=_("Whether the moment was agreed with the person."))
    tries = models.PositiveSmallIntegerField(default=0)
    reached = models.BooleanField(default=False)
    useful = models.BooleanField(default=False)
    needs = models.PositiveSmallIntegerField(default=0)
    every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    recurs_until = models.DateField(null=True, blank=True)
    recurs_why = models.TextField(blank=True, help_text=_("Sealed."))
    voice = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    end = models.CharField(max_length=12, choices=End.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(difficulty__in=(1, 2, 3)), name="callee_difficulty_from_1_to_3"),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(end=""), name="callee_closed_says_how"),
            models.CheckConstraint(condition=~Q(state="scheduled") | Q(due_at__isnull=False), name="callee_later_when"),
            models.CheckConstraint(
                condition=Q(every_days=None) | Q(recurs_until__isnull=False), name="callee_recurs_until_a_day"
            ),
        ]
        indexes: ClassVar = [
            # Equalities first, then the order: never an inequality on time here (research/outreach.md §4.2, trap c).
            models.Index(fields=["campaign", "state", "-rank", "-difficulty", "id"], name="callees_in_order"),
            models.Index(fields=["campaign", "due_at"], condition=Q(state="scheduled"), name="callees_due"),
            models.Index(fields=["campaign", "state", "reached", "useful", "needs"], name="callees_counted"),
            models.Index(
                fields=["campaign", "due_at"], condition=Q(every_days__isnull=False), name="callees_recurring"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
