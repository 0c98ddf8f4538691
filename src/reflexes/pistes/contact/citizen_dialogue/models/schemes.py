"""Something tried for a while in the street, and what tells whether to keep it (P11)."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Channel, Contribution
from reflexes.mechanisms.directory.models import Searchable


class Scheme(Searchable):
    """A cycle lane, a widened pavement, a terrace: opened on a day, judged on another, never for ever by itself.

    ``review_on`` is the day its next decision is due; ``ended_on`` is set once it is kept for good or removed.
    """

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    why = models.TextField(help_text=_("What it tries, for whom."))
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="schemes")
    owner = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="schemes")
    place = models.ForeignKey(
        "directory.Place", on_delete=models.SET_NULL, null=True, blank=True, related_name="schemes"
    )
    where = models.CharField(max_length=200, blank=True, help_text=_("The street, from where to where."))
    commune = models.ForeignKey(
        "directory.Commune", on_delete=models.PROTECT, null=True, blank=True, related_name="schemes"
    )
    urgent = models.BooleanField(default=False)
    opened_on = models.DateField()
    review_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    consultation = models.OneToOneField(
        "assembly.Consultation", on_delete=models.SET_NULL, null=True, blank=True, related_name="scheme"
    )
    choice_closed_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(default=clock.now)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["review_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(review_on__gt=F("opened_on")), name="scheme_is_reviewed_after_it_opens"),
            models.CheckConstraint(condition=~Q(where="") | Q(place__isnull=False), name="scheme_says_where"),
        ]
        indexes: ClassVar = [models.Index(fields=["ended_on", "review_on"])]

    def __str__(self) -> str:
        return self.title

    def words(self) -> str:
        return f"{self.title} {self.where}"

    @property
    def choice_closed_on(self) -> date | None:
        """The day the choice of indicators was closed."""
        return timezone.localtime(self.choice_closed_at).date() if self.choice_closed_at else None

    @property
    def is_late(self) -> bool:
        """Whether the day of its decision passed without one."""
        return self.ended_on is None and self.review_on < clock.today()


class Indicator(models.Model):
    """What will tell whether it works: proposed, then chosen with those who use the place, before any figure."""

    class Kind(models.TextChoices):
        USE = "use", _("how much it is used")
        FELT = "felt", _("what people feel")
        TIME = "time", _("time, distance, delay")
        ACCESS = "access", _("who can move about, who cannot")
        OTHER = "other", _("another effect")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CHOSEN = "chosen", _("chosen")
        ASIDE = "aside", _("set aside, with why")

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="indicators")
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    how = models.CharField(max_length=300)
    unit = models.CharField(max_length=40)
    source = models.CharField(max_length=160)
    in_the_street = models.BooleanField(default=False)
    proposed_by = models.CharField(max_length=120, help_text=_("Who proposed it: a role, never a name."))
    state = models.CharField(max_length=8, choices=State.choices, default=State.PROPOSED)
    chosen_with = models.CharField(max_length=200, blank=True)
    why_aside = models.CharField(max_length=300, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "title"], name="indicator_named_once"),
            models.CheckConstraint(
                condition=~Q(state="chosen") | (~Q(chosen_with="") & Q(chosen_at__isnull=False)),
                name="indicator_is_chosen_with_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="aside") | ~Q(why_aside=""), name="indicator_set_aside_with_why"),
        ]

    def __str__(self) -> str:
        return self.title


class Evaluator(models.Model):
    """A resident who observes the place for everybody: invited by a link, without an account, for as long as it lasts.

    ``as_words`` says from where they look (a cyclist, a shopkeeper, somebody in a wheelchair): it stands beside their
    notes in place of their name.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="evaluators")
    person = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="evaluations"
    )
    as_words = models.CharField(max_length=80)
    invited_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["invited_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "person"], name="evaluator_once_a_scheme"),
        ]

    def __str__(self) -> str:
        return self.as_words


class IndicatorVoice(models.Model):
    """What one evaluator says of a proposed indicator: would it tell them something, or not."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="voices")
    evaluator = models.ForeignKey(Evaluator, on_delete=models.CASCADE, related_name="voices")
    agrees = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "evaluator"], name="one_voice_an_indicator")
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.agrees}"


class Measure(models.Model):
    """One figure of a chosen indicator: a value, a day, a source, and how it entered.

    ``struck_at`` takes a wrong figure away with why; a figure is never changed in silence.
    """

    class Entry(models.TextChoices):
        TYPED = "typed", _("typed")
        FILE = "file", _("from a file")

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="measures")
    on = models.DateField()
    value = models.DecimalField(max_digits=12, decimal_places=2)
    source = models.CharField(max_length=160)
    entry = models.CharField(max_length=5, choices=Entry.choices, default=Entry.TYPED)
    written_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(default=clock.now)
    struck_at = models.DateTimeField(null=True, blank=True)
    why_struck = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "on", "source"], condition=Q(struck_at=None), name="one_figure_a_day_and_source"
            ),
            models.CheckConstraint(condition=Q(struck_at=None) | ~Q(why_struck=""), name="figure_struck_with_why"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.indicator.unit}"


class FieldNote(models.Model):
    """What an evaluator saw at a site at an hour; sent twice under one ``client_key``, it is one note."""

    class Feeling(models.TextChoices):
        EASE = "ease", _("at ease")
        MIXED = "mixed", _("neither one nor the other")
        UNEASE = "unease", _("ill at ease")

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="notes")
    evaluator = models.ForeignKey(Evaluator, on_delete=models.CASCADE, related_name="notes")
    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    where = models.CharField(max_length=160)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    saw = models.TextField(blank=True)
    feeling = models.CharField(max_length=6, choices=Feeling.choices, blank=True)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    written_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    why_hidden = models.CharField(max_length=8, choices=Contribution.Why.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1), name="field_note_counts_for_a_while"
            ),
            models.CheckConstraint(
                condition=~Q(channel="web") | Q(entered_by__isnull=True), name="note_on_screen_is_typed_by_its_author"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["scheme", "at"])]

    def __str__(self) -> str:
        return f"{self.where}, {self.at:%Y-%m-%d %H:%M}"


class FieldCount(models.Model):
    """How many of what one indicator counts passed during one field note."""

    note = models.ForeignKey(FieldNote, on_delete=models.CASCADE, related_name="counts")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="counts")
    value = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["indicator", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "indicator"], name="one_count_a_note_and_indicator")
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.indicator.unit}"


class Outcome(models.Model):
    """What is decided: keep, adapt or remove, by somebody named, with a motive. Added, never changed.

    Adapting sets the next review; is it effective and what effects it has are answered beside the motive.
    """

    class Verdict(models.TextChoices):
        KEEP = "keep", _("keep it for good")
        ADAPT = "adapt", _("adapt it and judge again")
        REMOVE = "remove", _("remove it")

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="outcomes")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    effective = models.TextField(blank=True)
    effects = models.TextField(blank=True)
    motive = models.TextField()
    changes = models.TextField(blank=True)
    next_review_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(help_text=_("The day it was due."))
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="outcomes_decided")
    by_words = models.CharField(max_length=160, blank=True)
    written_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    on = models.DateField()

    class Meta:
        ordering: ClassVar = ["on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(motive=""), name="outcome_has_a_motive"),
            models.CheckConstraint(
                condition=Q(verdict="adapt", next_review_on__isnull=False)
                | (~Q(verdict="adapt") & Q(next_review_on__isnull=True)),
                name="adapting_sets_the_next_review",
            ),
            models.CheckConstraint(condition=~Q(verdict="adapt") | ~Q(changes=""), name="adapting_says_what_changes"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}: {self.verdict}"
