"""Messages to people, one row each, whatever way they go."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core import clock


class State(models.TextChoices):
    """Where a message is. UNCERTAIN and DEAD wait for a person, TO_PRINT and TO_PHONE for the cell's hands."""

    WAITING = "waiting", pgettext_lazy("message", "waiting to leave")
    SENDING = "sending", pgettext_lazy("message", "leaving")
    SENT = "sent", pgettext_lazy("message", "sent")
    UNCERTAIN = "uncertain", pgettext_lazy("message", "may have arrived")
    DEAD = "dead", pgettext_lazy("message", "did not leave")
    SET_ASIDE = "set_aside", pgettext_lazy("message", "set aside")
    TO_PRINT = "to_print", pgettext_lazy("message", "to print")
    TO_PHONE = "to_phone", pgettext_lazy("message", "to telephone")
    DONE_BY_HAND = "done_by_hand", pgettext_lazy("message", "done by hand")
    EXERCISE = "exercise", pgettext_lazy("message", "exercise: it did not leave")


class Way(models.TextChoices):
    """How the message goes."""

    MAIL = "mail", _("e-mail")
    TEXT = "text", _("text message")
    PHONE = "phone", _("telephone call")
    PRINT = "print", _("letter")


class Note(models.TextChoices):
    """Why a message does not go the way the person prefers."""

    NOTHING = "", ""
    NO_EMAIL = "no_email", _("They chose e-mail, but no usable address is known.")
    NO_PHONE = "no_phone", _("They chose the telephone, but no usable number is known.")
    NO_TEXTS = "no_texts", _("They chose text messages, but their number is a fixed line.")
    WRONG_NUMBER = "wrong_number", _("The number was wrong: a letter is needed.")


class HandOutcome(models.TextChoices):
    """What came of a call or a letter."""

    REACHED = "reached", _("I spoke to the person")
    LEFT_WORD = "left_word", _("I left word with someone or on the machine")
    NO_ANSWER = "no_answer", _("No answer: to call again")
    WRONG_NUMBER = "wrong_number", _("Wrong number: to write instead")
    POSTED = "posted", _("The letter is in the post")
    HANDED = "handed", _("The letter was handed over")


CALL_OUTCOMES = (HandOutcome.REACHED, HandOutcome.LEFT_WORD, HandOutcome.NO_ANSWER, HandOutcome.WRONG_NUMBER)
LETTER_OUTCOMES = (HandOutcome.POSTED, HandOutcome.HANDED)
BY_HAND = (State.TO_PHONE, State.TO_PRINT)


class Message(models.Model):
    """Something to tell one person, in their language, with what they may answer. ``key`` makes it unique.

    ``not_before`` is when it may disturb them. ``page_text`` is what the text back-end of the outbox page wrote.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True)
    person_key = models.UUIDField(null=True, db_index=True)
    name = models.CharField(max_length=200)
    search = models.CharField(max_length=420)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=5)
    way = models.CharField(max_length=10, choices=Way.choices)
    note = models.CharField(max_length=20, choices=Note.choices, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    page_text = models.TextField(blank=True)
    urgent = models.BooleanField(default=False)
    exercise_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, choices=State.choices)
    job = models.OneToOneField("outbox.Job", on_delete=models.SET_NULL, null=True, related_name="message")
    created_at = models.DateTimeField(default=clock.now)
    not_before = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    hand_outcome = models.CharField(max_length=12, choices=HandOutcome.choices, blank=True)
    hand_by = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "created_at", "id"])]

    def __str__(self) -> str:
        return f"{self.way}: {self.key}"


class MessageAction(models.Model):
    """One thing the person may do from the message: a label and a link valid for that question only."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="actions")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120)
    url = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "position"], name="action_placed_once")]

    def __str__(self) -> str:
        return self.label
