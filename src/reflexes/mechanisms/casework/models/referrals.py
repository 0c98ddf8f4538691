"""One need of a case, from the day it is told until those who told it know what became of it (P12 (6))."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.casework.models.services import Need


class State(models.TextChoices):
    """Where a need stands. None is ever half told: what a caller is still writing lies in their own sealed answers."""

    TO_QUALIFY = "to_qualify", _("with the navigator")
    SENT = "sent", _("sent to a service")
    RECEIVED = "received", _("received by the service")
    ACCEPTED = "accepted", _("accepted by the service")
    REFUSED = "refused", _("refused by the service")
    EXPIRED = "expired", _("without an answer in time")
    DONE = "done", _("done")
    NOT_DONE = "not_done", _("not done")
    CLOSED = "closed", _("closed, and told back")


class Motive(models.TextChoices):
    """Why a service refuses, or why a thing was not done: a short list, and words beside it."""

    FULL = "full", _("no place left for now")
    NOT_OURS = "not_ours", _("it is not what this service does")
    OUT_OF_ZONE = "out_of_zone", _("the person lives outside its area")
    CONDITIONS = "conditions", _("the person does not meet its conditions")
    UNREACHABLE = "unreachable", _("the person cannot be reached")
    NO_LONGER = "no_longer", _("the person no longer wants it, or no longer needs it")
    OTHER = "other", _("something else")


# Where the navigator is expected to do something: nothing waits there in silence.
RETURNED = (State.REFUSED, State.EXPIRED, State.NOT_DONE)
AT_A_SERVICE = (State.SENT, State.RECEIVED, State.ACCEPTED)


class Referral(models.Model):
    """One need. The contacts of the service are copied when it is asked: its row in the directory may change later.

    ``brief`` is what the service reads beside the facts named in ``shares``; ``told`` is what the caller reads at the
    end. Both are sealed with the key of the case. ``moved_at`` is since when it stands in its state, ``silent_since``
    from when the silence of a service counts: the day it was asked, then the day it promised.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey("casework.Case", on_delete=models.CASCADE, related_name="referrals")
    need = models.CharField(max_length=50, choices=Need.choices, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_QUALIFY)
    moved_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(default=clock.now)
    qualified_at = models.DateTimeField(null=True, blank=True)
    service = models.ForeignKey(
        "casework.Service", on_delete=models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    service_name = models.CharField(max_length=320, blank=True)
    service_phone = models.CharField(max_length=30, blank=True)
    service_email = models.EmailField(blank=True)
    service_address = models.CharField(max_length=300, blank=True)
    contact_key = models.UUIDField(null=True, editable=False)
    brief = models.TextField(blank=True)
    shares = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    done_by = models.DateField(null=True, blank=True)
    silent_since = models.DateTimeField(null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    motive = models.CharField(max_length=12, choices=Motive.choices, blank=True)
    follows = models.OneToOneField("self", on_delete=models.CASCADE, null=True, blank=True, related_name="followed_by")
    handed_on_at = models.DateTimeField(null=True, blank=True)
    told = models.TextField(blank=True)
    caller_told_at = models.DateTimeField(null=True, blank=True)
    person_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["moved_at", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["state", "moved_at"], name="referral_by_state_and_age"),
            models.Index(fields=["silent_since"], condition=Q(silent_since__isnull=False), name="referral_silent"),
            models.Index(fields=["service", "-sent_at"], name="referral_of_a_service"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="closed") | ~Q(told="") | Q(handed_on_at__isnull=False),
                name="referral_closed_told_or_handed_on",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("refused", "not_done")) | ~Q(motive=""), name="referral_stopped_with_a_motive"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("sent", "received", "accepted")) | ~Q(service_name=""),
                name="referral_sent_to_a_named_service",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def shared(self) -> list[str]:
        """Return which facts the service reads."""
        return self.shares.split()


class ReferralStep(models.Model):
    """One step of a referral: who by their key, when, and their words, sealed with the key of the case."""

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10, choices=State.choices)
    by_key = models.UUIDField(null=True)
    role = models.CharField(max_length=20, blank=True)
    motive = models.CharField(max_length=12, choices=Motive.choices, blank=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["referral", "pk"]

    def __str__(self) -> str:
        return f"{self.referral_id} · {self.state}"
