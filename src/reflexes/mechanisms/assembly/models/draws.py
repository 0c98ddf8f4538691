"""Draws by lot: a pool that has an end, and a published record that names nobody and outlives it (P01 (1), (8)).

Nothing of this file is reached from another table: answers given to sit on one panel serve that draw alone.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.mechanisms.assembly.models.bodies import Body, College, Seat
from reflexes.mechanisms.assembly.models.contributions import Channel
from reflexes.mechanisms.directory.models import Searchable


class Draw(Searchable):
    """One panel to draw: its size, what chance will say and when, the day its pool ends.

    ``record`` is what is published (engines/lottery/record.py): pseudonyms, quotas, tickets, the proof of the worst
    chance, then the draw and each replacement. ``digest`` is the hash announced before the draw.
    """

    class State(models.TextChoices):
        PREPARING = "preparing", _("being prepared")
        COMPUTING = "computing", _("its tickets are being made")
        COMMITTED = "committed", _("published, not drawn yet")
        DRAWN = "drawn", _("drawn")
        ERASED = "erased", _("its pool is erased")

    class Trouble(models.TextChoices):
        """Why tickets could not be made; nothing was published."""

        IMPOSSIBLE = "impossible", _("no panel keeps every quota")
        TOO_SMALL = "too_small", _("the pool is too small")
        TOO_LATE = "too_late", _("the announced time came first")
        BROKEN = "broken", _("the calculation failed")

    piste = models.SlugField(max_length=40)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="draws")
    body = models.ForeignKey(Body, on_delete=models.SET_NULL, null=True, blank=True, related_name="draws")
    college = models.ForeignKey(College, on_delete=models.SET_NULL, null=True, blank=True, related_name="draws")
    size = models.PositiveSmallIntegerField()
    sealed = models.BooleanField(
        default=False,
        help_text=_("In a small place a rare profile tells who it is: only those drawn have their line published."),
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.PREPARING)
    erase_on = models.DateField()
    drawn_from = models.DateTimeField(help_text=_("When chance speaks: nobody can draw before."))
    round = models.PositiveBigIntegerField(help_text=_("Number of the drand round of that moment."))
    second_source = models.CharField(max_length=120, help_text=_("What stands in for drand: Loto of 28 November 2026."))
    progress = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=10, choices=Trouble.choices, blank=True)
    record = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    dice = models.CharField(max_length=40, blank=True)
    heard = models.CharField(max_length=300, blank=True)
    why_silent = models.CharField(max_length=300, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-drawn_from", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(size__gte=1), name="draw_has_seats"),
            models.CheckConstraint(
                condition=Q(drawn_at=None) | Q(drawn_at__gte=F("published_at")),
                name="draw_published_before_it_is_drawn",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["committed", "drawn"]) | (~Q(digest="") & ~Q(record="")),
                name="draw_committed_with_its_record",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class DrawQuota(models.Model):
    """At least and at most so many people with one answer. ``advised_…`` is the smallest change that would do."""

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="quotas")
    feature = models.CharField(max_length=120)
    value = models.CharField(max_length=120)
    minimum = models.PositiveSmallIntegerField()
    maximum = models.PositiveSmallIntegerField()
    advised_minimum = models.PositiveSmallIntegerField(null=True, blank=True)
    advised_maximum = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draw", "feature", "value"], name="quota_said_once"),
            models.CheckConstraint(condition=Q(maximum__gte=F("minimum")), name="quota_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.feature}: {self.value}"


class PoolMember(Searchable):
    """Somebody who said yes to being drawn. ``pseudonym`` is the code of their letter, drawn by the system.

    ``person`` is known once a seat was asked of them. Whoever withdrew keeps a pseudonym and nothing else.
    """

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="pool")
    pseudonym = models.CharField(max_length=20)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    household = models.CharField(max_length=300, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    person = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pseudonym"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draw", "pseudonym"], name="pseudonym_once_a_draw"),
        ]

    def __str__(self) -> str:
        return self.pseudonym

    def words(self) -> str:
        return f"{self.last_name} {self.first_name}"


class PoolAnswer(models.Model):
    """What somebody answered to one question of the draw."""

    member = models.ForeignKey(PoolMember, on_delete=models.CASCADE, related_name="answers")
    feature = models.CharField(max_length=120)
    value = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "feature"], name="one_answer_a_question")]

    def __str__(self) -> str:
        return f"{self.feature}: {self.value}"


class Replacement(models.Model):
    """One public line: who left, for which class of reasons, who came, from which rank. Pseudonyms only: it stays."""

    class Manner(models.TextChoices):
        SAME_PROFILE = "same_profile", _("next of the same profile")
        QUOTAS = "quotas", _("nobody of the same profile was left, and the quotas hold")
        CLOSEST = "closest", _("the closest to the quotas, which no longer hold")
        NOBODY = "nobody", _("nobody was left: the seat stays empty")
        RESERVE = "reserve", _("was on the reserve list: nothing changes")

    draw = models.ForeignKey(Draw, on_delete=models.CASCADE, related_name="replacements")
    left = models.CharField(max_length=20)
    came = models.CharField(max_length=20, blank=True)
    why = models.CharField(max_length=12, choices=Seat.Why.choices)
    rank = models.PositiveIntegerField(default=0)
    manner = models.CharField(max_length=12, choices=Manner.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["draw", "left"], name="leaves_a_draw_once")]

    def __str__(self) -> str:
        return f"{self.left} → {self.came}"
