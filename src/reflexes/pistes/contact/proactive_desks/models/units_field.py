"""What proximity units find in the field: facilities, their needs, visits, arrangements, questions to the centre."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.notifications.recipients import readable_phone
from reflexes.mechanisms.directory.models import Searchable


class Facility(Searchable):
    """A place where people live or are looked after, and that a unit supports. Its contact is a post, never a person.

    ``kind`` is a slug of ``facility_kinds.KINDS``; one that closes is set aside (``closed_on``), never deleted.
    """

    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="facilities")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    commune = models.ForeignKey("directory.Commune", on_delete=models.PROTECT, related_name="facilities")
    address = models.CharField(max_length=200, blank=True)
    contact_role = models.CharField(max_length=120, blank=True, help_text=_("The post, not the name: head, nurse."))
    contact_phone = models.CharField(max_length=30, blank=True)
    unit = models.ForeignKey(
        "proactive_desks.ProximityUnit", on_delete=models.SET_NULL, null=True, blank=True, related_name="facilities"
    )
    closed_on = models.DateField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        verbose_name_plural = "facilities"
        ordering: ClassVar = ["search", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "commune", "search"], condition=Q(exercise=None), name="facility_named_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "commune", "search", "exercise"],
                condition=Q(exercise__isnull=False),
                name="facility_named_once_when_played",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "exercise", "unit"])]

    def __str__(self) -> str:
        return self.name

    @property
    def phone_words(self) -> str:
        """Its telephone as people dictate it."""
        return readable_phone(self.contact_phone) if self.contact_phone else ""


class FieldNeed(models.Model):
    """What a facility lacks, in the words of its head: open, in somebody's hands, met (how) or not (why).

    ``news_at`` is the last time anything was said of it; nothing leaves without ``outcome``.
    """

    class Urgency(models.TextChoices):
        TODAY = "a_today", _("today")
        WEEK = "b_week", _("this week")
        LATER = "c_later", _("when it can be done")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        IN_HAND = "in_hand", _("in hand")
        MET = "met", _("met")
        NOT_MET = "not_met", _("not met")

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="needs")
    unit = models.ForeignKey("proactive_desks.ProximityUnit", on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=40)
    words = models.TextField()
    urgency = models.CharField(max_length=8, choices=Urgency.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField(default=clock.now)
    opened_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    in_hand_by = models.CharField(max_length=160, blank=True, help_text=_("A post and its organisation."))
    news_at = models.DateTimeField(default=clock.now)
    outcome = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["urgency", "opened_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="field_need_has_words"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "in_hand"], closed_at=None)
                | (Q(state__in=["met", "not_met"], closed_at__isnull=False) & ~Q(outcome="")),
                name="field_need_closed_with_how_or_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_hand") | ~Q(in_hand_by=""), name="field_need_in_hand_of_somebody"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "state", "opened_at"]), models.Index(fields=["closed_at"])]

    def __str__(self) -> str:
        return self.words

    @property
    def waits(self) -> bool:
        """Whether somebody still waits for it."""
        return self.closed_at is None


class NeedNews(models.Model):
    """One line of the life of a need: taken in hand, news, met or not."""

    need = models.ForeignKey(FieldNeed, on_delete=models.CASCADE, related_name="news")
    words = models.TextField()
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "need news"
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.words


class Visit(models.Model):
    """A unit went to a facility or called it: the day, who, what was seen in short. Sent twice, it is one."""

    class How(models.TextChoices):
        VISIT = "visit", _("visit")
        CALL = "call", _("telephone call")

    facility = models.ForeignKey(Facility, on_delete=models.CASCADE, related_name="visits")
    unit = models.ForeignKey("proactive_desks.ProximityUnit", on_delete=models.PROTECT, related_name="visits")
    on = models.DateField()
    how = models.CharField(max_length=5, choices=How.choices, default=How.VISIT)
    saw = models.CharField(max_length=300)
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="facility_visits")
    written_at = models.DateTimeField(default=clock.now)
    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["unit", "on"])]

    def __str__(self) -> str:
        return f"{self.facility}, {self.on}"


class Negotiation(models.Model):
    """An arrangement made on the spot: with which post, what, until when, under which margin of the doctrine.

    Without a margin it goes beyond the doctrine: a ``CentreQuestion`` then asks for an answer.
    """

    unit = models.ForeignKey("proactive_desks.ProximityUnit", on_delete=models.PROTECT, related_name="negotiations")
    facility = models.ForeignKey(
        Facility, on_delete=models.SET_NULL, null=True, blank=True, related_name="negotiations"
    )
    on = models.DateField()
    with_role = models.CharField(max_length=120)
    with_organisation = models.CharField(max_length=160)
    agreed = models.TextField()
    until = models.DateField()
    margin = models.ForeignKey(
        "proactive_desks.DoctrinePoint", on_delete=models.PROTECT, null=True, blank=True, related_name="negotiations"
    )
    by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField(default=clock.now)
    client_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(agreed="") & ~Q(with_role="") & ~Q(with_organisation=""), name="arrangement_says_with_whom"
            ),
            models.CheckConstraint(condition=Q(until__gte=models.F("on")), name="arrangement_ends_after_it_begins"),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "on"])]

    def __str__(self) -> str:
        return self.agreed


class CentreQuestion(models.Model):
    """What a unit asks of the centre: an answer is owed by ``due_at``, and goes back to the unit."""

    unit = models.ForeignKey("proactive_desks.ProximityUnit", on_delete=models.CASCADE, related_name="questions")
    words = models.TextField()
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField()
    negotiation = models.OneToOneField(
        Negotiation, on_delete=models.CASCADE, null=True, blank=True, related_name="question"
    )
    report = models.OneToOneField(
        "proactive_desks.DailyReport", on_delete=models.CASCADE, null=True, blank=True, related_name="question"
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="question_to_the_centre_has_words"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="question_answered_with_words",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "answered_at"])]

    def __str__(self) -> str:
        return self.words

    @property
    def is_late(self) -> bool:
        """Whether the answer is overdue."""
        return self.answered_at is None and self.due_at < clock.now()
