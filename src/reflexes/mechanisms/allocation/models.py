"""Needs in half-days, offers of time, assignments with their whole life, plans with their reasons."""

from datetime import date, datetime, time
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.allocation.states import (
    HOLDING,
    LIVE,
    DropMotive,
    NeedState,
    State,
    WithholdMotive,
)


class Half(models.TextChoices):
    AM = "am", _("morning")
    PM = "pm", _("afternoon")


def half_day_starts(day: date, half: str) -> datetime:
    """Return when a half-day begins at the latest: what comes before it must be settled by then."""
    return timezone.make_aware(datetime.combine(day, time(8) if half == "am" else time(13)))


class Priority(models.IntegerChoices):
    HIGH = 3, _("vital")
    MIDDLE = 2, _("important")
    LOW = 1, _("useful")


class Need(models.Model):
    """What a service or partner asks for: tasks, place, half-days, who welcomes, when people go back.

    ``kind`` is a mission kind of the registry (a slug), ``piste`` the piste that carries the need.
    """

    piste = models.SlugField(max_length=60)
    kind = models.SlugField(max_length=60)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="needs")
    unit = models.ForeignKey("directory.Unit", on_delete=models.SET_NULL, null=True, blank=True, related_name="needs")
    place = models.ForeignKey("directory.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="needs")
    remote = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    tasks = models.TextField(blank=True)
    constraints = models.TextField(blank=True)
    provided = models.TextField(blank=True)
    criteria = models.TextField(blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.MIDDLE)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
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
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-priority"]),
            models.Index(fields=["organisation", "state"]),
        ]

    def __str__(self) -> str:
        return self.title


class Slot(models.Model):
    """One half-day of a need, for one skill: ``headcount`` places, of which ``held`` are taken.

    ``held`` only moves by conditional update, so that it never passes the headcount whatever happens at once.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="slots")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)
    skill = models.ForeignKey("directory.Skill", on_delete=models.PROTECT, null=True, blank=True, related_name="slots")
    headcount = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(200)])
    held = models.PositiveSmallIntegerField(default=0, editable=False)
    minimum_team = models.PositiveSmallIntegerField(default=0)
    mentor_required = models.BooleanField(default=False)

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
        indexes: ClassVar = [models.Index(fields=["active", "last_asked_at"])]

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


class Plan(models.Model):
    """One run of the engine over the open needs, kept with what it saw so that its reasons can be read later."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting to start")
        RUNNING = "running", _("being computed")
        READY = "ready", _("ready")
        CANCELLED = "cancelled", _("stopped")
        FAILED = "failed", _("could not be computed")

    number = models.PositiveIntegerField(unique=True)
    made_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="plans")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    starts_on = models.DateField()
    ends_on = models.DateField()
    seed = models.BigIntegerField(default=0)
    based_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="revisions")
    frozen = models.BooleanField(default=False, help_text=_("Keep every surviving mission where it is."))
    price_km = models.PositiveIntegerField(default=10)
    price_soft_wish = models.PositiveIntegerField(default=50)
    progress = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    engine = models.CharField(max_length=20, blank=True)
    optimal = models.BooleanField(default=False)
    gap = models.FloatField(null=True, blank=True)
    km = models.FloatField(default=0)
    failure = models.CharField(max_length=300, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    snapshot = models.BinaryField(default=bytes, editable=False)

    class Meta:
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"{self.number}"


class PlanFill(models.Model):
    """Places filled and asked at one priority of a plan."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="fills")
    priority = models.PositiveSmallIntegerField()
    filled = models.PositiveIntegerField()
    asked = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["-priority"]

    def __str__(self) -> str:
        return f"{self.priority}: {self.filled}/{self.asked}"


class PlanLine(models.Model):
    """One person the plan would ask for one slot. ``kept`` was already agreed; ``dismissed`` was taken out by hand."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="lines")
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="plan_lines")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="plan_lines")
    km = models.FloatField(null=True)
    soft_missed = models.PositiveSmallIntegerField(default=0)
    times_before = models.PositiveSmallIntegerField(default=0)
    kept = models.BooleanField(default=False)
    by_hand = models.BooleanField(default=False)
    dismissed = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "slot", "person"], name="planned_once")]

    def __str__(self) -> str:
        return f"{self.plan}: {self.person} → {self.slot}"


class Wave(models.Model):
    """Proposals sent together, after a person looked at them: nothing leaves by itself."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="waves")
    sent_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="waves")
    sent_at = models.DateTimeField(default=clock.now)
    answer_by = models.DateTimeField()
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk}"


class Assignment(models.Model):
    """One person and one slot, from the proposal to the debrief.

    ``day`` and ``half`` repeat the slot's so that the database itself refuses two missions on one half-day.
    """

    class Mode(models.TextChoices):
        VOLUNTEER = "volunteer", _("volunteer")
        DESIGNATED = "designated", _("designated")

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="assignments")
    day = models.DateField()
    half = models.CharField(max_length=2, choices=Half.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
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
    drop_motive = models.CharField(max_length=10, choices=DropMotive.choices, blank=True)
    trained = models.BooleanField(default=False)
    safety_told = models.BooleanField(default=False)
    returns_on = models.DateField(null=True, blank=True)
    return_interview_at = models.DateTimeField(null=True, blank=True)
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
            models.UniqueConstraint(fields=["slot", "person"], condition=Q(state__in=LIVE), name="asked_once_a_slot"),
            models.CheckConstraint(
                condition=~Q(mode="designated") | (~Q(authority="") & ~Q(basis="")),
                name="designated_has_authority_and_basis",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "day"]), models.Index(fields=["person", "state"])]

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
    share_remarks_with_host = models.BooleanField(default=True)
    share_with_hr = models.BooleanField(default=False)
    held_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.assignment_id}"


class Import(models.Model):
    """A sheet given to the site: read first, written once somebody confirms, and that can be taken back.

    ``content`` is the file itself, forgotten as soon as it is written or given up.
    """

    class What(models.TextChoices):
        PEOPLE = "people", _("people")
        NEEDS = "needs", _("needs")

    class State(models.TextChoices):
        READ = "read", _("waiting for your yes")
        RUNNING = "running", _("being written")
        DONE = "done", _("written")
        UNDOING = "undoing", _("being taken back")
        UNDONE = "undone", _("taken back")
        GIVEN_UP = "given_up", _("given up")

    piste = models.SlugField(max_length=60)
    what = models.CharField(max_length=10, choices=What.choices)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    content = models.BinaryField(default=bytes, editable=False)
    made_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="imports")
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READ)
    criteria = models.TextField(blank=True)
    open_complete = models.BooleanField(default=False)
    total = models.PositiveIntegerField(default=0)
    to_create = models.PositiveIntegerField(default=0)
    to_change = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class ImportLine(models.Model):
    """One line written: the identifier of the sheet, what it became here, and how it was before (to take it back).

    Its uniqueness is what makes an import safe to start again: a line is written once, whatever is killed.
    """

    imported = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    row = models.PositiveIntegerField()
    key = models.CharField(max_length=200)
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, null=True, related_name="import_lines")
    need = models.ForeignKey(Need, on_delete=models.CASCADE, null=True, related_name="import_lines")
    made = models.BooleanField(default=False)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undone = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["imported", "row"], name="line_written_once")]
        indexes: ClassVar = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return f"{self.imported}: {self.key}"
