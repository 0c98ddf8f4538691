"""Sessions of a body: one register for those in the room and those far away, and what coming costs (P01, A02)."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.assembly.models.bodies import Body, Topic


class Session(models.Model):
    """One meeting, with two doors: a room of so many places and, when there is one, a link or a number to call."""

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary session")
        CRISIS = "crisis", _("crisis session")

    class State(models.TextChoices):
        CALLED = "called", _("called")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="sessions")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ORDINARY)
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.ForeignKey("directory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    room_places = models.PositiveSmallIntegerField(null=True, blank=True)
    remote = models.CharField(max_length=300, blank=True, help_text=_("An address to join from, or a number to call."))
    why_called = models.CharField(max_length=300, blank=True)
    called_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CALLED)
    why_cancelled = models.CharField(max_length=300, blank=True)
    minutes = models.TextField(blank=True)
    minutes_published_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-starts_at", "pk"]
        constraints: ClassVar = [
            # A session played in an exercise leaves no hole in the numbers of the real ones.
            models.UniqueConstraint(
                fields=["body", "number"], condition=Q(exercise=None), name="session_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["body", "exercise", "number"],
                condition=Q(exercise__isnull=False),
                name="session_numbered_once_an_exercise",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(place__isnull=False) | ~Q(remote=""), name="session_has_a_door"),
            models.CheckConstraint(condition=Q(kind="ordinary") | ~Q(why_called=""), name="crisis_session_says_why"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(why_cancelled=""), name="session_cancelled_with_a_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.body} · {self.number}"


class AgendaItem(models.Model):
    """One point of the agenda; ``minutes`` is what was said and decided about it."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    topic = models.ForeignKey(Topic, on_delete=models.SET_NULL, null=True, blank=True, related_name="agenda_items")
    duration_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    minutes = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "position"], name="agenda_placed_once")]

    def __str__(self) -> str:
        return self.title


class Attendance(models.Model):
    """One person and one session: asked, answered, there or not, through which door. The same row for both doors."""

    class Answer(models.TextChoices):
        ASKED = "asked", _("asked")
        COMING = "coming", _("will come")
        NOT_COMING = "not_coming", _("will not come")

    class Door(models.TextChoices):
        ROOM = "room", _("in the room")
        REMOTE = "remote", _("from afar")
        PHONE = "phone", _("by telephone")

    class Presence(models.TextChoices):
        UNKNOWN = "unknown", _("not noted yet")
        THERE = "there", _("was there")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("was not there")

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="attendances")
    turn = models.PositiveSmallIntegerField(help_text=_("Rank in the rotation when the session was called."))
    asked_at = models.DateTimeField(default=clock.now)
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.ASKED)
    answered_at = models.DateTimeField(null=True, blank=True)
    door = models.CharField(max_length=6, choices=Door.choices, default=Door.ROOM)
    needs = models.CharField(
        max_length=200, blank=True, help_text=_("An interpreter, a ramp, childcare: to be arranged.")
    )
    presence = models.CharField(max_length=8, choices=Presence.choices, default=Presence.UNKNOWN)
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["turn", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "person"], name="one_line_of_register")]
        indexes: ClassVar = [models.Index(fields=["person", "presence"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.session}"


class Expense(models.Model):
    """What coming cost somebody: travel, childcare, an allowance. Asked, agreed or refused with a motive, then paid."""

    class Kind(models.TextChoices):
        TRAVEL = "travel", _("travel")
        CHILDCARE = "childcare", _("childcare or care of a relative")
        MEAL = "meal", _("meal")
        ALLOWANCE = "allowance", _("allowance")
        OTHER = "other", _("something else")

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        AGREED = "agreed", _("agreed")
        PAID = "paid", _("paid")
        REFUSED = "refused", _("refused")

    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="expenses")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    cents = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    words = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    motive = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(cents__gte=1), name="expense_costs_something"),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(motive=""), name="expense_refused_with_a_motive"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.cents}"
