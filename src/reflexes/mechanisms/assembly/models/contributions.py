"""What people say, whatever the channel, and what becomes of it: proposal, answer, commitment, review (P01, P11)."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.text import normalised
from reflexes.mechanisms.assembly.models.bodies import ANSWER_DAYS, Body
from reflexes.mechanisms.assembly.models.sessions import Session
from reflexes.mechanisms.directory.models import Searchable


class Channel(models.TextChoices):
    """How something reached us. Every channel counts the same (P11 (3)); reach is told by channel."""

    WEB = "web", _("on screen")
    PHONE = "phone", _("by telephone")
    PAPER = "paper", _("on paper")
    ROOM = "room", _("in the room")
    LETTER = "letter", _("by letter")


class Said(models.Model):
    """Words found by any of them, whatever their accents: ``search`` holds the whole, not the name alone."""

    title = models.CharField(max_length=160, blank=True)
    words = models.TextField(blank=True)
    search = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = normalised(f"{self.title} {self.words}")
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search"}
        super().save(*args, **kwargs)


class Consultation(Searchable):
    """One door through which words arrive, from a day to a day, with a main and a backup channel (P11 (1)).

    ``switched_at`` is set while the backup stands in for the main channel; nothing that was said before moves.
    """

    class Moderation(models.TextChoices):
        BEFORE = "before", _("read before it shows")
        AFTER = "after", _("shows at once, read afterwards")

    piste = models.SlugField(max_length=40)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    question = models.TextField()
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="consultations")
    body = models.ForeignKey(Body, on_delete=models.CASCADE, null=True, blank=True, related_name="consultations")
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="consultations")
    opens_on = models.DateField()
    closes_on = models.DateField()
    main_channel = models.CharField(max_length=6, choices=Channel.choices)
    main_words = models.CharField(max_length=200, help_text=_("Where, when, which number: what people read."))
    backup_channel = models.CharField(max_length=6, choices=Channel.choices)
    backup_words = models.CharField(max_length=200)
    switched_at = models.DateTimeField(null=True, blank=True)
    why_switched = models.CharField(max_length=200, blank=True)
    moderation = models.CharField(max_length=6, choices=Moderation.choices, default=Moderation.AFTER)
    answerer = models.ForeignKey(
        "directory.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="consultations_to_answer"
    )
    answer_days = models.PositiveSmallIntegerField(default=ANSWER_DAYS)
    closed_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was closed before its last day."))
    closing_words = models.TextField(blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-opens_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="consultation_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=~Q(main_channel=F("backup_channel")), name="consultation_has_two_different_channels"
            ),
            models.CheckConstraint(
                condition=Q(switched_at=None) | ~Q(why_switched=""), name="consultation_switched_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Proposal(Said):
    """What is asked for, of whom, by when: it moves by answers only, and its age shows to everybody.

    ``state`` repeats the latest answer so that lists need no subquery; only ``services.answers`` writes it.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        STUDIED = "studied", _("under study")
        ADOPTED = "adopted", _("adopted")
        ADAPTED = "adapted", _("adapted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("taken back by its authors")

    piste = models.SlugField(max_length=40)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, null=True, blank=True, related_name="proposals")
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposals")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, null=True, blank=True, related_name="proposals"
    )
    answerer = models.ForeignKey("directory.Person", on_delete=models.PROTECT, related_name="proposals_to_answer")
    answerer_words = models.CharField(max_length=160, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    answer_due_on = models.DateField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.RECEIVED)
    answered_at = models.DateTimeField(null=True, blank=True)
    late_told_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(body__isnull=False) | Q(consultation__isnull=False), name="proposal_comes_from_somewhere"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(words=""), name="proposal_says_what_is_asked"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "answer_due_on"]),
            models.Index(fields=["body", "made_at"]),
            models.Index(fields=["consultation", "made_at"]),
        ]

    def __str__(self) -> str:
        return self.title


class Contribution(Said):
    """Words of somebody, as they were said, with the channel they came by (P01 (7), P11 (2)).

    ``client_key`` is made by whoever sends: the same thing sent twice is one row. ``about`` is set on a comment;
    ``proposal`` on what was merged into a proposal: its author is one of the proposal's authors and is told what
    becomes of it. Nobody has to give a name.
    """

    class Kind(models.TextChoices):
        IDEA = "idea", _("an idea")
        TESTIMONY = "testimony", _("something lived")
        COMMENT = "comment", _("a remark on a proposal")

    class State(models.TextChoices):
        WAITING = "waiting", _("to be read before it shows")
        SHOWN = "shown", _("public")
        HIDDEN = "hidden", _("not shown, with a reason")
        WITHDRAWN = "withdrawn", _("taken back by its author")

    class Why(models.TextChoices):
        """Why words are not shown: a short list that anybody may read, so that the same rule holds for everybody."""

        INSULT = "insult", _("insults or threats")
        HATE = "hate", _("hatred against a group of people")
        PRIVATE = "private", _("names or tells the private life of somebody")
        ADVERT = "advert", _("advertising")
        OFF = "off", _("is not about the question asked")
        TWICE = "twice", _("says the same as another contribution of the same author")

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="contributions")
    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.IDEA)
    about = models.ForeignKey(Proposal, on_delete=models.CASCADE, null=True, blank=True, related_name="remarks")
    proposal = models.ForeignKey(Proposal, on_delete=models.SET_NULL, null=True, blank=True, related_name="sources")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    person = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="contributions"
    )
    shown_name = models.CharField(
        max_length=80, blank=True, help_text=_("As the author wishes to be named, or nothing.")
    )
    said_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.SHOWN)
    why_hidden = models.CharField(max_length=8, choices=Why.choices, blank=True)
    hidden_words = models.CharField(max_length=300, blank=True)
    read_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    appeal = models.TextField(blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_answer = models.CharField(max_length=300, blank=True)
    appeal_answered_at = models.DateTimeField(null=True, blank=True)
    appeal_answered_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["said_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="hidden") | ~Q(why_hidden=""), name="contribution_hidden_with_why"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn") | ~Q(words=""), name="contribution_has_words_until_taken_back"
            ),
            models.CheckConstraint(
                condition=~Q(kind="comment") | Q(about__isnull=False), name="remark_is_about_a_proposal"
            ),
            # Whoever hid words never answers for having hidden them.
            models.CheckConstraint(
                condition=Q(appeal_answered_by=None) | Q(read_by=None) | ~Q(appeal_answered_by=F("read_by")),
                name="appeal_is_answered_by_somebody_else",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["consultation", "state", "said_at"]),
            models.Index(fields=["about", "state", "said_at"]),
        ]

    def __str__(self) -> str:
        return self.title or self.words[:60]


class Reaction(models.Model):
    """Agree (1), disagree (-1) or pass (0) on a short contribution: the matrix of the opinion map.

    ``participant`` is drawn for one consultation and kept in the reader's cookie: no table joins it to a person.
    """

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="reactions")
    participant = models.UUIDField()
    value = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contribution", "participant"], name="one_reaction_each"),
            models.CheckConstraint(condition=Q(value__in=[-1, 0, 1]), name="reaction_is_agree_pass_or_disagree"),
        ]
        indexes: ClassVar = [models.Index(fields=["participant"])]

    def __str__(self) -> str:
        return f"{self.value:+d}"


class Answer(models.Model):
    """One answer to a proposal, by somebody named. Added, never changed: the whole line of life stays readable."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="answers")
    state = models.CharField(max_length=9, choices=Proposal.State.choices)
    motive = models.TextField(blank=True)
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="answers_given")
    by_words = models.CharField(max_length=160, blank=True)
    written_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=["adapted", "refused"]) | ~Q(motive=""),
                name="refusing_and_adapting_have_a_motive",
            ),
            models.CheckConstraint(condition=~Q(state__in=["received", "withdrawn"]), name="an_answer_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}: {self.state}"


class Commitment(models.Model):
    """What the authority said it would do: which service, by when, on which budget line; its authors are told."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="commitments")
    words = models.CharField(max_length=300)
    owner = models.ForeignKey("directory.Unit", on_delete=models.PROTECT, related_name="commitments")
    due_on = models.DateField()
    budget_line = models.CharField(max_length=120, blank=True)
    cents = models.PositiveBigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    done_on = models.DateField(null=True, blank=True)
    dropped_on = models.DateField(null=True, blank=True)
    why_dropped = models.CharField(max_length=300, blank=True)
    late_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(dropped_on=None) | (~Q(why_dropped="") & Q(done_on=None)),
                name="commitment_dropped_with_why",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["due_on"])]

    def __str__(self) -> str:
        return self.words


class Milestone(models.Model):
    """One step of a commitment: expected on a day, done on a day, in a sentence that its authors receive."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="milestones")
    words = models.CharField(max_length=200)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_words = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.words


class Review(models.Model):
    """The right to follow up: on a set date its authors may call a review; their verdict sits next to the answer."""

    class Verdict(models.TextChoices):
        DONE = "done", _("what was promised is done")
        PARTLY = "partly", _("done in part")
        NOT_DONE = "not_done", _("not done")
        OVERTAKEN = "overtaken", _("no longer useful")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="reviews")
    due_on = models.DateField()
    told_at = models.DateTimeField(null=True, blank=True, help_text=_("When its authors were told that it is due."))
    called_at = models.DateTimeField(null=True, blank=True)
    called_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    session = models.ForeignKey(Session, on_delete=models.SET_NULL, null=True, blank=True, related_name="reviews")
    verdict = models.CharField(max_length=9, choices=Verdict.choices, blank=True)
    words = models.TextField(blank=True)
    evaluated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "due_on"], name="one_review_a_day"),
            models.CheckConstraint(
                condition=Q(evaluated_at=None) | (~Q(verdict="") & ~Q(words="")), name="review_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal} · {self.due_on}"
