"""Work to do later, one row each: written with its cause, done by a worker (docs/adr/0005-our-own-outbox.md)."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core import clock
from reflexes.core.outbox.errors import LeaseLost

# How long a job belongs to a worker that gives no sign of life. Longer than any mail server takes to answer.
LEASE = timedelta(minutes=3)


class State(models.TextChoices):
    """The life of a job. Only WAITING is claimed; UNCERTAIN and DEAD wait for a person."""

    WAITING = "waiting", pgettext_lazy("job", "waiting")
    RUNNING = "running", pgettext_lazy("job", "being done")
    SENDING = "sending", pgettext_lazy("job", "being sent")
    DONE = "done", pgettext_lazy("job", "done")
    DEAD = "dead", pgettext_lazy("job", "given up")
    UNCERTAIN = "uncertain", pgettext_lazy("job", "uncertain")
    SET_ASIDE = "set_aside", pgettext_lazy("job", "set aside")


STUCK = (State.DEAD, State.UNCERTAIN)


class Outcome(models.TextChoices):
    """What is known of the last attempt, in a sentence for the people who must decide."""

    NOTHING = "", ""
    UNKNOWN_KIND = (
        "unknown_kind",
        _("Nobody here knows how to do this work: the part of the software that does it is switched off or missing."),
    )
    FAILED = "failed", _("It failed and everything it had begun was undone: it can be tried again safely.")
    KILLED = "killed", _("The worker stopped in the middle; everything it had begun was undone.")
    NOT_SENT = "not_sent", _("Nothing left: the other side could not be reached or put it off.")
    REFUSED = "refused", _("Nothing left: the other side refused it for good.")
    MAYBE_SENT = (
        "maybe_sent",
        _("The line broke while it was leaving: it may have arrived. Ask the person before sending it again."),
    )
    MAYBE_SENT_KILLED = (
        "maybe_sent_killed",
        _("The worker stopped while it was leaving: it may have arrived. Ask the person before sending it again."),
    )


class Job(models.Model):
    """One thing to do later. ``key`` makes it unique: asking twice is asking once.

    ``payload`` holds identifiers, never names or addresses: what is personal stays in the row it points to.
    ``shift_seconds`` is how far the clock of its exercise was when it was written (design.md rule 8).
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    run_at = models.DateTimeField(default=clock.real_now)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    exercise_id = models.BigIntegerField(null=True)
    shift_seconds = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.real_now)
    ended_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "run_at", "id"]),
            models.Index(fields=["state", "lease_until"]),
        ]

    # How long each renewal lasts: the worker that claims the job says so.
    lease: timedelta = LEASE

    def __str__(self) -> str:
        return f"{self.kind} ({self.key})"

    def renew(self) -> None:
        """Tell the other workers that this long job is still being done.

        Raises LeaseLost when another worker took it over: stop at once, its result would not be kept.
        """
        until = clock.real_now() + self.lease
        mine = Job.objects.filter(pk=self.pk, worker=self.worker, state=State.RUNNING)
        if not mine.update(lease_until=until):
            raise LeaseLost
        self.lease_until = until
