"""One person at a time: who holds whom, until when, and what came of it (research/outreach.md §4.3; ADR 28)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock

__all__ = ["HumanTask", "LateNote", "Lease", "Outcome", "PaperList"]


class Outcome(models.TextChoices):
    """What came of a call, as a caller says it."""

    NO_ANSWER = "no_answer", _("no answer")
    FINE = "fine", _("all is well")
    REFUSED = "refused", _("does not wish to be called")
    CALL_BACK = "call_back", _("to call back")
    NEED = "need", _("a need")
    URGENT = "urgent", _("an emergency")
    WRONG_NUMBER = "wrong_number", _("wrong number")
    DIED = "died", _("the person died")


class PaperList(models.Model):
    """People lent to one caller on paper, for a day: what is not entered by then returns to the queue by itself."""

    campaign = models.ForeignKey("proactive_desks.Campaign", on_delete=models.CASCADE, related_name="paper_lists")
    caller = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="+")
    printed_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    printed_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-printed_at", "-pk"]


class Lease(models.Model):
    """Somebody to call, lent to one caller: the attempt itself. Closed once, by an outcome, a return or silence.

    ``key`` is the fencing token: an outcome that comes once it is closed is a ``LateNote``. ``client_key`` is made by
    the page, so that an outcome sent twice is written once. ``note`` is the caller's words, sealed.
    """

    class Closing(models.TextChoices):
        SAID = "said", _("what came of it was said")
        GIVEN_BACK = "given_back", _("given back")
        SILENT = "silent", _("gone silent")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey("proactive_desks.Campaign", on_delete=models.CASCADE, related_name="leases")
    callee = models.ForeignKey("proactive_desks.Callee", on_delete=models.CASCADE, related_name="leases")
    caller = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="leases")
    phone_digest = models.CharField(max_length=64)
    difficulty = models.PositiveSmallIntegerField(default=1)
    paper = models.ForeignKey(PaperList, on_delete=models.SET_NULL, null=True, blank=True, related_name="leases")
    code = models.CharField(max_length=12, blank=True, help_text=_("What stands on the paper instead of a key."))
    opened_at = models.DateTimeField(default=clock.now)
    renewed_at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closing = models.CharField(max_length=10, choices=Closing.choices, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    why = models.SlugField(max_length=20, blank=True, help_text=_("Why it was given back: a code of the service."))
    client_key = models.UUIDField(null=True, blank=True, unique=True)
    note = models.TextField(blank=True)
    hard = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True, help_text=_("When a referent read it with the caller."))
    seen_at = models.DateTimeField(null=True, blank=True, help_text=_("When somebody saw that it had gone silent."))

    class Meta:
        ordering: ClassVar = ["opened_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["callee"], condition=Q(closed_at=None), name="one_open_lease_a_callee"),
            models.UniqueConstraint(
                fields=["caller"], condition=Q(closed_at=None, paper=None), name="one_open_lease_a_caller"
            ),
            # A couple on one landline is never rung by two callers at once. A digest is made under the key of one
            # dataset: the same number in another dataset is another text.
            models.UniqueConstraint(
                fields=["phone_digest"], condition=Q(closed_at=None), name="one_open_lease_a_telephone"
            ),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="lease_code_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closing="") | (Q(closed_at__isnull=False) & ~Q(closing="")),
                name="lease_closed_says_how",
            ),
            models.CheckConstraint(
                condition=(Q(closing="said") & ~Q(outcome="")) | (~Q(closing="said") & Q(outcome="")),
                name="lease_said_has_its_outcome",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "until"], condition=Q(closed_at=None), name="leases_open"),
            models.Index(fields=["campaign", "closing", "outcome"], name="leases_counted"),
            models.Index(fields=["caller", "campaign", "-closed_at"], name="leases_of_a_caller"),
        ]

    def __str__(self) -> str:
        return str(self.key)


class LateNote(models.Model):
    """An outcome that came after its lease was over: kept, decided by somebody, never written over what came since."""

    class Settled(models.TextChoices):
        HOLDS = "holds", _("it still holds")
        AGAIN = "again", _("to call again")
        NOTHING = "nothing", _("nothing left to do")

    lease = models.ForeignKey(Lease, on_delete=models.CASCADE, related_name="late_notes")
    client_key = models.UUIDField(unique=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    note = models.TextField(blank=True)
    call_back_at = models.DateTimeField(null=True, blank=True)
    every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)
    settled = models.CharField(max_length=7, choices=Settled.choices, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "pk"]


class HumanTask(models.Model):
    """What somebody does when the telephone does not: call a relative, go and see, decide (Orléans, 2020; §5.3).

    The last rung is a decision signed by a person: nobody becomes unreachable by a counter.
    """

    class Kind(models.TextChoices):
        RELATIVE = "relative", _("call the relative they named")
        VISIT = "visit", _("a unit goes and sees")
        DECIDE = "decide", _("decide what to do")

    class Result(models.TextChoices):
        REACHED = "reached", _("news of the person, all is well")
        NEED = "need", _("a need, followed at the desk")
        REFUSED = "refused", _("wishes neither visits nor calls")
        DIED = "died", _("the person died")
        AGAIN = "again", _("to call again")
        NOTHING = "nothing", _("no news")
        UNREACHABLE = "unreachable", _("unreachable")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey("proactive_desks.Campaign", on_delete=models.CASCADE, related_name="human_tasks")
    callee = models.ForeignKey("proactive_desks.Callee", on_delete=models.CASCADE, related_name="human_tasks")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    opened_at = models.DateTimeField(default=clock.now)
    taken_by = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="human_tasks"
    )
    result = models.CharField(max_length=11, choices=Result.choices, blank=True)
    words = models.TextField(blank=True, help_text=_("Sealed."))
    done_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["opened_at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["callee"], condition=Q(done_at=None), name="one_open_task_a_callee"),
            models.CheckConstraint(
                condition=Q(done_at=None, result="") | (Q(done_at__isnull=False) & ~Q(result="")),
                name="task_done_says_what_came",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "opened_at"], condition=Q(done_at=None), name="tasks_open")
        ]
