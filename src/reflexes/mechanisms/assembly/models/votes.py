"""Votes: a roll that says who voted, ballots that say what, and nothing that joins them (P11, A03).

No ballot has a time, a number or a place in an order; its key is drawn by the system. When a vote closes, its ballots
are written again in an order drawn at random: even the file of the database does not tell who came before whom.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.assembly.models.bodies import Body
from reflexes.mechanisms.assembly.models.contributions import Channel, Consultation, Proposal
from reflexes.mechanisms.directory.models import Searchable


class Vote(Searchable):
    """One question, its choices and its rules, written and frozen before the first ballot (A03)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        FROZEN = "frozen", _("its rules can no longer change")
        CLOSED = "closed", _("closed, being counted")
        PUBLISHED = "published", _("its result is public")

    class Rule(models.TextChoices):
        EQUAL_SHARES = "equal-shares", _("equal shares")
        GREEDY = "greedy", _("most ballots first, skipping what no longer fits")
        GREEDY_NO_SKIP = "greedy-no-skip", _("most ballots first, stopping at the first that no longer fits")
        GREEDY_THRESHOLD = "greedy-threshold", _("most ballots first, above a threshold")

    class Utility(models.TextChoices):
        COST = "cost", _("an euro is worth an euro")
        CARDINALITY = "cardinality", _("a project is worth a project")

    class Completion(models.TextChoices):
        NONE = "none", _("no completion")
        ADD1 = "add1", _("everybody’s share is raised step by step")

    piste = models.SlugField(max_length=40)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="votes")
    body = models.ForeignKey(Body, on_delete=models.SET_NULL, null=True, blank=True, related_name="votes")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.SET_NULL, null=True, blank=True, related_name="votes"
    )
    rules = models.TextField(help_text=_("The rules in plain words, as people read them before they vote."))
    rule = models.CharField(max_length=16, choices=Rule.choices, default=Rule.EQUAL_SHARES)
    utility = models.CharField(max_length=11, choices=Utility.choices, default=Utility.COST)
    completion = models.CharField(max_length=4, choices=Completion.choices, default=Completion.ADD1)
    step_cents = models.PositiveIntegerField(default=100, help_text=_("By how much each share is raised at a time."))
    then_greedy = models.BooleanField(default=True, help_text=_("What is left goes to the projects with most ballots."))
    threshold = models.PositiveIntegerField(default=0)
    budget_cents = models.PositiveBigIntegerField()
    most_choices = models.PositiveSmallIntegerField(help_text=_("How many crosses at most on one ballot."))
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    frozen_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-opens_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="vote_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(budget_cents__gte=1), name="vote_has_a_budget"),
            models.CheckConstraint(condition=Q(most_choices__gte=1), name="vote_allows_a_cross"),
            models.CheckConstraint(condition=Q(step_cents__gte=1), name="vote_step_goes_up"),
        ]

    def __str__(self) -> str:
        return self.title


class Choice(models.Model):
    """One project to vote for: a short code that fits on paper, a cost, the proposal it came from."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="choices")
    code = models.CharField(max_length=8)
    title = models.CharField(max_length=160)
    words = models.TextField(blank=True)
    cents = models.PositiveBigIntegerField()
    proposal = models.ForeignKey(Proposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="choices")
    commune = models.ForeignKey("directory.Commune", on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "code"], name="choice_coded_once"),
            models.CheckConstraint(condition=Q(cents__gte=1), name="choice_costs_something"),
        ]

    def __str__(self) -> str:
        return f"{self.code}. {self.title}"


class RollEntry(Searchable):
    """Somebody who may vote, and whether they did. Known by a letter's code, by a name on a list, or at a desk.

    ``digest`` is what is kept of a letter's code. ``voted_on`` is a day, never a time.
    """

    class Known(models.TextChoices):
        CODE = "code", _("by the code of a letter")
        LIST = "list", _("by a list")
        DESK = "desk", _("at a desk")

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="roll")
    known = models.CharField(max_length=4, choices=Known.choices)
    digest = models.CharField(max_length=64, null=True, blank=True)
    number = models.CharField(max_length=40, blank=True, help_text=_("The line of the list, as the desk reads it."))
    name = models.CharField(max_length=160, blank=True)
    person = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="roll_entries"
    )
    voted = models.BooleanField(default=False)
    voted_on = models.DateField(null=True, blank=True)
    channel = models.CharField(max_length=6, choices=Channel.choices, blank=True)
    struck_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "digest"], name="roll_code_used_once"),
            models.UniqueConstraint(fields=["vote", "number"], condition=~Q(number=""), name="roll_line_written_once"),
            models.UniqueConstraint(
                fields=["vote", "person"], condition=Q(person__isnull=False), name="one_person_one_line_of_roll"
            ),
            models.CheckConstraint(
                condition=Q(voted=False) | (Q(voted_on__isnull=False) & ~Q(channel="")), name="voted_says_how"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["vote", "voted"])]

    def __str__(self) -> str:
        return self.number or str(self.pk)

    def words(self) -> str:
        """Return what a desk types to find the line."""
        return f"{self.number} {self.name}"


class PaperBatch(models.Model):
    """A bundle of paper ballots with a number, counted when the box is opened and typed twice by two people."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="batches")
    code = models.CharField(max_length=12)
    place = models.CharField(max_length=160)
    papers = models.PositiveSmallIntegerField(help_text=_("How many sheets were counted in the box."))
    opened_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "code"], name="batch_coded_once"),
            models.CheckConstraint(condition=Q(papers__gte=1), name="batch_holds_papers"),
        ]

    def __str__(self) -> str:
        return self.code


class Ballot(models.Model):
    """What somebody chose, and nothing about who. ``void`` keeps a paper that cannot count, with why."""

    class Why(models.TextChoices):
        TOO_MANY = "too_many", _("more crosses than allowed")
        BLANK = "blank", _("no cross")
        UNREADABLE = "unreadable", _("cannot be read")
        MARKED = "marked", _("carries a sign by which somebody could be known")

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="ballots")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    batch = models.ForeignKey(PaperBatch, on_delete=models.RESTRICT, null=True, blank=True, related_name="ballots")
    void = models.CharField(max_length=10, choices=Why.choices, blank=True)

    class Meta:
        ordering: ClassVar = ["key"]
        indexes: ClassVar = [models.Index(fields=["vote", "void"])]

    def __str__(self) -> str:
        return str(self.key)


class BallotMark(models.Model):
    """One cross of a ballot; ``points`` is 1 but where the rule scores."""

    ballot = models.ForeignKey(Ballot, on_delete=models.CASCADE, related_name="marks")
    choice = models.ForeignKey(Choice, on_delete=models.RESTRICT, related_name="marks")
    points = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ballot", "choice"], name="one_mark_a_choice")]

    def __str__(self) -> str:
        return f"{self.choice.code}: {self.points}"


class PaperReading(models.Model):
    """One person's reading of one sheet. Two readings by two people that agree make a ballot; else a third decides."""

    batch = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="readings")
    sheet = models.PositiveSmallIntegerField()
    reader = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="+")
    # The codes read, in the order of the codes, between spaces; what is compared between the two readers.
    crosses = models.CharField(max_length=400, blank=True)
    void = models.CharField(max_length=10, choices=Ballot.Why.choices, blank=True)
    read_at = models.DateTimeField(default=clock.now)
    decides = models.BooleanField(default=False)
    ballot = models.ForeignKey(Ballot, on_delete=models.SET_NULL, null=True, blank=True, related_name="readings")

    class Meta:
        ordering: ClassVar = ["sheet", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "sheet", "reader"], name="one_reading_each"),
            models.UniqueConstraint(
                fields=["batch", "sheet"], condition=Q(decides=True), name="one_deciding_reading_a_sheet"
            ),
            models.CheckConstraint(condition=Q(sheet__gte=1), name="sheets_are_numbered_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} · {self.sheet}"


class Tally(models.Model):
    """One count of a closed vote under one rule: its whole report as published, and its SHA-256."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="tallies")
    rule = models.CharField(max_length=16, choices=Vote.Rule.choices)
    official = models.BooleanField(default=False, help_text=_("The rule that was published beforehand."))
    report = models.TextField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-official", "rule", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "rule"], name="counted_once_a_rule"),
            models.UniqueConstraint(fields=["vote"], condition=Q(official=True), name="one_official_count"),
        ]

    def __str__(self) -> str:
        return f"{self.vote}: {self.rule}"


class Override(models.Model):
    """A departure from what was counted: one project more or less, with a reason and a signature; both stay public."""

    vote = models.ForeignKey(Vote, on_delete=models.CASCADE, related_name="overrides")
    choice = models.ForeignKey(Choice, on_delete=models.RESTRICT, related_name="overrides")
    funded = models.BooleanField()
    reason = models.TextField()
    signed_by = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="overrides_signed")
    signed_words = models.CharField(max_length=160)
    signed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["signed_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vote", "choice"], name="one_departure_a_choice"),
            models.CheckConstraint(condition=~Q(reason=""), name="departure_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.choice}: {self.funded}"
