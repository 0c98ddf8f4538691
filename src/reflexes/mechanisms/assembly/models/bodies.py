"""Bodies of residents, elected members or members: who sits, for how long, who answers them (P01, A04)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.directory.models import Searchable

# Two months to study what a body says, as Nantes promised its convention (mechanisms.md, P01); each body sets its own.
ANSWER_DAYS = 60


class Body(Searchable):
    """A committee, an assembly, a board: opened by a text, for a bounded time, with somebody who owes it answers.

    No body opens without ``mandate``, ``end_condition`` and ``answerer`` (P01 (2)). ``ends_on`` is the latest day, even
    when the condition is an event ("the end of the school year").
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        OPEN = "open", _("at work")
        CLOSED = "closed", _("ended")

    piste = models.SlugField(max_length=40)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="bodies")
    mandate = models.TextField(blank=True)
    end_condition = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    answerer = models.ForeignKey(
        "directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="bodies_to_answer"
    )
    answerer_words = models.CharField(
        max_length=160, blank=True, help_text=_("In which capacity: deputy mayor in charge of markets.")
    )
    answer_days = models.PositiveSmallIntegerField(default=ANSWER_DAYS)
    per_session = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("About how many people of a large panel come to each session.")
    )
    public = models.BooleanField(default=True)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_words = models.TextField(blank=True)
    made_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["search", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft")
                | (~Q(mandate="") & ~Q(end_condition="") & Q(answerer__isnull=False) & Q(ends_on__isnull=False)),
                name="body_opens_with_mandate_end_and_answerer",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="body_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class College(models.Model):
    """A group of seats filled the same way: residents drawn by lot, elected members, associations, staff."""

    class By(models.TextChoices):
        LOT = "lot", _("drawn by lot")
        ELECTION = "election", _("elected")
        APPOINTMENT = "appointment", _("appointed")
        QUALITY = "quality", _("by their function")

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="colleges")
    name = models.CharField(max_length=120)
    by = models.CharField(max_length=12, choices=By.choices)
    seats = models.PositiveSmallIntegerField()
    votes = models.BooleanField(default=True, help_text=_("Observers sit without a vote."))
    # 1: the whole college changes at once; 3: a third leaves each ``renewed_every_months`` (Ostbelgien, P01 (6)).
    parts = models.PositiveSmallIntegerField(default=1)
    renewed_every_months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "name"], name="college_named_once"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="college_has_seats"),
            models.CheckConstraint(condition=Q(parts__gte=1) & Q(parts__lte=F("seats")), name="college_parts_fit"),
            models.CheckConstraint(
                condition=Q(parts=1) | Q(renewed_every_months__gte=1), name="college_in_parts_has_a_rhythm"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """One person in one college, from a day to a day. A seat given up stays, with why, and points to who came next."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked, has not answered")
        HELD = "held", _("sits")
        DECLINED = "declined", _("did not want the seat")
        LEFT = "left", _("left before the end")
        ENDED = "ended", _("came to its end")

    class Why(models.TextChoices):
        """Classes of reasons, never details: what a public line may say."""

        NO_ANSWER = "no_answer", _("could not be reached")
        NOT_WISHED = "not_wished", _("did not wish to")
        UNAVAILABLE = "unavailable", _("could not come")
        MOVED = "moved", _("moved away")
        OTHER = "other", _("another reason")

    college = models.ForeignKey(College, on_delete=models.CASCADE, related_name="held")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="seats")
    capacity_words = models.CharField(
        max_length=160, blank=True, help_text=_("For whom: in person, for an association.")
    )
    part = models.PositiveSmallIntegerField(default=1)
    starts_on = models.DateField(default=clock.today)
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField(default=clock.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    why_left = models.CharField(max_length=12, choices=Why.choices, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced_by"
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["college", "person"], condition=Q(state__in=["asked", "held"]), name="one_live_seat_a_college"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["left", "declined"]) | ~Q(why_left=""),
                name="seat_given_up_with_a_class_of_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["college", "state"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.college}"


class Topic(models.Model):
    """What a body is asked: a decision at stake, who decides, what can still change, by when (P01 (3)).

    With one of the four missing it is only a ``goal``: nobody opposes it and nothing will be decided.
    """

    class Kind(models.TextChoices):
        DECISION = "decision", _("a decision")
        GOAL = "goal", _("a goal, not a decision")

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="topics")
    title = models.CharField(max_length=200)
    decision = models.CharField(max_length=400, blank=True)
    decider = models.CharField(max_length=160, blank=True)
    room = models.CharField(max_length=400, blank=True, help_text=_("What can still change, and what cannot."))
    decided_on = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    asked_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["decided_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="goal")
                | (~Q(decision="") & ~Q(decider="") & ~Q(room="") & Q(decided_on__isnull=False)),
                name="topic_says_what_is_decided",
            )
        ]

    def __str__(self) -> str:
        return self.title
