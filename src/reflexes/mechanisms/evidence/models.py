"""Datasets with their purpose and end, who may open them, who read what, who asked to be left alone (P04, ADR 26)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.directory.models import Searchable


class Dataset(Searchable):
    """Personal rows held for one purpose, on one basis, until one day; what they are lies in the piste that owns them.

    ``key`` names the secret that seals them (``core.keyring``), made when the dataset opens and destroyed with it.
    ``controller`` answers for it before the law; ``owner`` is the person who does it.
    """

    class Basis(models.TextChoices):
        PUBLIC_TASK = "public_task", _("public task")
        LEGAL_DUTY = "legal_duty", _("legal duty")
        CONSENT = "consent", _("consent")
        VITAL = "vital", _("vital interest")

    class State(models.TextChoices):
        DRAFT = "draft", _("being prepared")
        OPEN = "open", pgettext_lazy("data", "open")
        CLOSED = "closed", pgettext_lazy("data", "closed")
        DESTROYED = "destroyed", _("destroyed")

    piste = models.SlugField(max_length=40)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=160)
    controller = models.ForeignKey("directory.Organisation", on_delete=models.PROTECT, related_name="datasets")
    owner = models.ForeignKey(
        "directory.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="datasets_kept"
    )
    source = models.TextField(blank=True, help_text=_("Which file it comes from, and who gave it."))
    basis = models.CharField(max_length=12, choices=Basis.choices, blank=True)
    basis_words = models.TextField(blank=True, help_text=_("The text of law, the deliberation, the decision."))
    purpose = models.TextField(blank=True, help_text=_("What it is for, in one sentence that a resident understands."))
    contents = models.TextField(blank=True, help_text=_("Which facts about people, and none besides."))
    recipients = models.TextField(blank=True, help_text=_("Who reads it, and who is told what."))
    information = models.TextField(blank=True, help_text=_("How the people concerned were told."))
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    key = models.CharField(max_length=32, blank=True, editable=False)
    written_at = models.DateTimeField(
        default=clock.now, help_text=_("An opinion given before that day no longer counts.")
    )
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-opened_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "destroyed")) | (Q(ends_on__isnull=False) & ~Q(key="") & ~Q(basis="")),
                name="dataset_open_with_its_end_its_basis_and_its_key",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Opinion(models.Model):
    """What the data-protection officer says of a dataset; the latest counts, none is ever changed."""

    class Says(models.TextChoices):
        FAVOURABLE = "favourable", _("favourable")
        RESERVED = "reserved", _("favourable, with reserves")
        AGAINST = "against", _("against")

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="opinions")
    says = models.CharField(max_length=10, choices=Says.choices)
    words = models.TextField()
    given_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-given_at", "-pk"]


class Prolongation(models.Model):
    """A dataset that lasts longer than was judged: until when, and why; each stands in the register (rule 3)."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="prolongations")
    ended_on = models.DateField(help_text=_("The last day it had before."))
    ends_on = models.DateField()
    why = models.TextField()
    given_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["dataset", "given_at", "pk"]


class Holder(models.Model):
    """Somebody named to read a dataset, in one role, until a day: a person, never a service (mechanisms.md §10)."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="holders")
    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="datasets_held")
    role = models.CharField(max_length=40, help_text=_("In which role: in another one they read nothing."))
    what_for = models.CharField(max_length=40, help_text=_("The one purpose they read it for: a slug of the piste."))
    why = models.TextField(help_text=_("Why they need it, in a sentence."))
    named_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    since = models.DateTimeField(default=clock.now)
    until = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["dataset", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dataset", "person", "what_for"], condition=Q(ended_at=None), name="named_once_for_a_purpose"
            )
        ]


class Reading(models.Model):
    """One reading of one person's facts, or one refused: pseudonyms only, so that it may outlive them (CNIL, 2021)."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="readings")
    subject = models.UUIDField()
    reader = models.UUIDField(null=True)
    role = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey("directory.Organisation", on_delete=models.SET_NULL, null=True, related_name="+")
    what = models.SlugField(max_length=40, help_text=_("Which facts: a slug whose words the piste knows."))
    what_for = models.CharField(max_length=40)
    through = models.CharField(max_length=40, blank=True, help_text=_("The lease or the referral that allowed it."))
    allowed = models.BooleanField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["dataset", "subject", "-at"], name="readings_of_a_person"),
            models.Index(fields=["dataset", "allowed", "-at"], name="readings_counted"),
        ]


class Export(models.Model):
    """A file taken out of one dataset: for what, by whom, for whom, which people, and the day it must be destroyed.

    The file itself is written when it is taken and kept nowhere. ``taken_at`` is empty as long as it was only asked
    for; the use stays in the register after the dataset, without the name of whoever took it.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="exports")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    what_for = models.CharField(max_length=40, help_text=_("The one purpose it is read for: a slug of the piste."))
    why = models.TextField(help_text=_("What is done with the file, in a sentence."))
    group = models.SlugField(max_length=60, help_text=_("Which people: a slug of the piste."))
    to_whom = models.CharField(max_length=200)
    until = models.DateField()
    kind = models.CharField(max_length=4)
    asked_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="exports_asked")
    role = models.CharField(max_length=40)
    asked_at = models.DateTimeField(default=clock.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0, help_text=_("People who refused, and are not in the file."))
    destroyed_at = models.DateTimeField(null=True, blank=True)
    destroyed_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    destroyed_words = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["dataset", "asked_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(what_for="") & ~Q(why="") & ~Q(group="") & ~Q(to_whom=""),
                name="no_file_without_its_purpose",
            ),
            models.CheckConstraint(
                condition=Q(destroyed_at=None) | Q(taken_at__isnull=False), name="file_taken_before_destroyed"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["until"], condition=Q(taken_at__isnull=False, destroyed_at=None), name="files_still_out"
            )
        ]

    def __str__(self) -> str:
        return str(self.key)


class ExportField(models.Model):
    """One fact about people that a file carries, ticked by whoever asked for it."""

    export = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="fields")
    name = models.SlugField(max_length=40)

    class Meta:
        ordering: ClassVar = ["export", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["export", "name"], name="fact_exported_once")]


class Opposition(models.Model):
    """A telephone that asked one controller to be left alone: a digest under the controller's own key, and no name."""

    organisation = models.ForeignKey("directory.Organisation", on_delete=models.CASCADE, related_name="oppositions")
    digest = models.CharField(max_length=64)
    scope = models.SlugField(max_length=40, help_text=_("What they refuse: a slug of the piste."))
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    since = models.DateTimeField(default=clock.now)
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)
    exercise = models.ForeignKey("crisis.Exercise", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["organisation", "-since", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("organisation"),
                F("digest"),
                F("scope"),
                Coalesce("exercise", 0),
                condition=Q(lifted_at=None),
                name="opposed_once",
            )
        ]


class OppositionKey(models.Model):
    """The name of the key under which one controller keeps its oppositions; it outlives every campaign."""

    organisation = models.OneToOneField(
        "directory.Organisation", on_delete=models.CASCADE, related_name="opposition_key"
    )
    key = models.CharField(max_length=32)


class Destruction(models.Model):
    """The record that a dataset was destroyed: what went, when, by whom; it names nobody it concerned.

    What is played in an exercise takes no ``number``: the numbers of real records follow one another.
    """

    dataset = models.OneToOneField(Dataset, on_delete=models.PROTECT, related_name="destruction")
    number = models.PositiveIntegerField(unique=True, null=True)
    ordered_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    ordered_role = models.CharField(max_length=40, blank=True)
    why = models.TextField()
    at = models.DateTimeField(default=clock.now)
    key_gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]


class Remains(models.Model):
    """One anonymous figure kept of a destroyed dataset: how many rows of what, or what was reached."""

    destruction = models.ForeignKey(Destruction, on_delete=models.CASCADE, related_name="remains")
    what = models.SlugField(max_length=40)
    number = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["destruction", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["destruction", "what"], name="figure_kept_once"),
        ]


class Tries(models.Model):
    """How often, lately, one telephone or one address did what must stay rare; a keyed digest of either."""

    what = models.SlugField(max_length=20)
    who = models.CharField(max_length=64)
    since = models.DateTimeField(default=clock.real_now)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["what", "who"], name="tries_counted_once")]
