"""One round of a participatory budget: its steps, its rules, what changed since the one before (P11)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Body, Channel, Consultation, Proposal, Vote
from reflexes.mechanisms.directory.models import Searchable


class Edition(Searchable):
    """One round of a budget. Its rules are published before its first idea; nothing renews itself (P11 (4)).

    ``before`` is the round it follows: it opens once it says what changes, or why nothing does, and ends once it says
    what was learned.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("edition", "being prepared")
        OPEN = "open", pgettext_lazy("edition", "under way")
        ENDED = "ended", pgettext_lazy("edition", "ended")

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    purpose = models.TextField(blank=True)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="editions")
    budget_cents = models.PositiveBigIntegerField(default=0)
    youngest = models.PositiveSmallIntegerField(null=True, blank=True)
    oldest = models.PositiveSmallIntegerField(null=True, blank=True)
    rules = models.TextField(blank=True)
    rules_published_at = models.DateTimeField(null=True, blank=True)
    before = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="following")
    unchanged_why = models.CharField(max_length=400, blank=True, help_text=_("Why nothing changes, when nothing does."))
    learned = models.TextField(blank=True)
    answerer = models.ForeignKey(
        "directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="editions_to_answer"
    )
    answerer_words = models.CharField(max_length=160, blank=True)
    body = models.ForeignKey(Body, on_delete=models.SET_NULL, null=True, blank=True, related_name="editions")
    vote = models.OneToOneField(Vote, on_delete=models.SET_NULL, null=True, blank=True, related_name="edition")
    state = models.CharField(max_length=5, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(youngest=None) | Q(oldest=None) | Q(oldest__gte=F("youngest")), name="edition_ages_in_order"
            ),
            models.CheckConstraint(
                condition=Q(rules_published_at=None) | ~Q(rules=""), name="edition_publishes_written_rules"
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | (Q(budget_cents__gte=1) & Q(answerer__isnull=False) & Q(opened_at__isnull=False)),
                name="edition_opens_with_a_sum_and_an_answerer",
            ),
            models.CheckConstraint(
                condition=~Q(state="ended") | ~Q(learned=""), name="edition_ends_with_what_was_learned"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Step(models.Model):
    """One step of an edition, from a day to a day, with a main and a backup channel (P11 (1)).

    ``consultation`` is the door where its words arrive, when it has one; ``done_words`` is what came out of the step.
    """

    class Kind(models.TextChoices):
        RULES = "rules", pgettext_lazy("step of a budget", "rules")
        IDEAS = "ideas", pgettext_lazy("step of a budget", "ideas")
        MERGING = "merging", pgettext_lazy("step of a budget", "bringing together")
        FEASIBILITY = "feasibility", pgettext_lazy("step of a budget", "what can be done")
        VOTE = "vote", pgettext_lazy("step of a budget", "vote")
        RESULTS = "results", pgettext_lazy("step of a budget", "results")
        DELIVERY = "delivery", pgettext_lazy("step of a budget", "works")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=11, choices=Kind.choices)
    place = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    main_channel = models.CharField(max_length=6, choices=Channel.choices)
    main_words = models.CharField(max_length=200)
    backup_channel = models.CharField(max_length=6, choices=Channel.choices)
    backup_words = models.CharField(max_length=200)
    consultation = models.OneToOneField(
        Consultation, on_delete=models.SET_NULL, null=True, blank=True, related_name="step"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_words = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "kind"], name="step_once_an_edition"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="step_ends_after_it_starts"),
            models.CheckConstraint(
                condition=~Q(main_channel=F("backup_channel")), name="step_has_two_different_channels"
            ),
            models.CheckConstraint(condition=Q(done_at=None) | ~Q(done_words=""), name="step_done_says_what_came_out"),
        ]

    def __str__(self) -> str:
        return f"{self.edition}: {self.get_kind_display()}"


class Switch(models.Model):
    """One time when the backup channel of a step took over, why, and why the main one came back."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="switches")
    from_at = models.DateTimeField(default=clock.now)
    why = models.CharField(max_length=200)
    to_at = models.DateTimeField(null=True, blank=True)
    why_back = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["from_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step"], condition=Q(to_at=None), name="one_switch_at_a_time"),
            models.CheckConstraint(condition=~Q(why=""), name="switch_says_why"),
            models.CheckConstraint(condition=Q(to_at=None) | ~Q(why_back=""), name="switch_back_says_why"),
        ]

    def __str__(self) -> str:
        return self.why


class Variable(models.Model):
    """What changed from one edition to the next, why, and what was learned (P11 (4))."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="variables")
    name = models.CharField(max_length=120)
    was = models.CharField(max_length=300, blank=True)
    becomes = models.CharField(max_length=300)
    why = models.CharField(max_length=400)
    learned = models.CharField(max_length=600, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "name"], name="variable_named_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(becomes="") & ~Q(why=""), name="variable_says_why"),
        ]

    def __str__(self) -> str:
        return self.name


class Feasibility(models.Model):
    """What a service says of a proposal: asked, with a day; answered, with its motive and its cost.

    What was said stays: asking again adds a row, and the latest of a service holds.
    """

    class Verdict(models.TextChoices):
        FEASIBLE = "feasible", pgettext_lazy("feasibility", "can be done")
        CHANGED = "changed", pgettext_lazy("feasibility", "can be done if it changes")
        NOT = "not", pgettext_lazy("feasibility", "cannot be done")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="feasibilities")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="feasibilities")
    unit = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="feasibilities")
    question = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True)
    motive = models.TextField(blank=True)
    cents = models.PositiveBigIntegerField(null=True, blank=True)
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    written_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "pk"]
        verbose_name_plural = "feasibilities"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "unit"], condition=Q(answered_at=None), name="one_open_question_a_service"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "feasible"]) | ~Q(motive=""), name="feasibility_has_a_motive"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, verdict="") | (Q(answered_at__isnull=False) & ~Q(verdict="")),
                name="feasibility_answered_says_something",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=["", "not"]) | Q(cents__isnull=False), name="feasibility_says_what_it_costs"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["edition", "answered_at", "due_on"])]

    def __str__(self) -> str:
        return f"{self.proposal} · {self.unit}"


class GoalCard(models.Model):
    """One person's reading of one proposal against the 17 goals, on screen or on a card typed at a desk.

    ``person`` is who scored when the house knows them; a card typed for somebody names nobody.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="goal_cards")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="goal_cards")
    client_key = models.UUIDField(unique=True)
    person = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    shown_name = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    entered_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    said_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["said_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["proposal", "person"], condition=Q(person__isnull=False), name="one_goal_card_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal} · {self.shown_name}"


class GoalScore(models.Model):
    """One mark for one of the 17 goals, with a sentence, by a person: never computed, never added up (P11 (5))."""

    class Mark(models.TextChoices):
        HELPS_MUCH = "much", pgettext_lazy("goal", "helps a lot")
        HELPS = "helps", pgettext_lazy("goal", "helps")
        NEITHER = "neither", pgettext_lazy("goal", "changes nothing")
        HARMS = "harms", pgettext_lazy("goal", "works against")

    card = models.ForeignKey(GoalCard, on_delete=models.CASCADE, related_name="scores")
    goal = models.PositiveSmallIntegerField()
    mark = models.CharField(max_length=7, choices=Mark.choices)
    sentence = models.CharField(max_length=400)

    class Meta:
        ordering: ClassVar = ["goal", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card", "goal"], name="one_mark_a_goal"),
            models.CheckConstraint(condition=Q(goal__gte=1, goal__lte=17), name="goal_is_one_of_seventeen"),
            models.CheckConstraint(condition=~Q(sentence=""), name="goal_mark_has_a_sentence"),
        ]

    def __str__(self) -> str:
        return f"{self.goal}: {self.get_mark_display()}"
