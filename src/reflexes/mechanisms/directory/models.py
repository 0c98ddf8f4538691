"""Organisations and units as a tree, people and the capacities they act in, skills, places."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.text import normalised
from reflexes.mechanisms.directory.models_proofs import CertificateClaim, ParentalConsent  # noqa: F401 (its tables)
from reflexes.mechanisms.directory.roles import role_name


class Searchable(models.Model):
    """A row found by name whatever its accents: both databases sort and search this column alike."""

    search = models.CharField(max_length=300, editable=False, db_index=True)

    class Meta:
        abstract = True

    def words(self) -> str:
        """Return the text people would type to find this row."""
        return str(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.search = normalised(self.words())[:300]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search"}
        super().save(*args, **kwargs)


class Commune(Searchable):
    """A real commune of the territory: INSEE code, SIREN of its intercommunality, population, position in degrees."""

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=80)
    postal_codes = models.CharField(max_length=120, blank=True)
    group_code = models.CharField(max_length=9, blank=True, help_text=_("Empty when the territory does not say it."))
    population = models.PositiveIntegerField(null=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    def __str__(self) -> str:
        return self.name


class Organisation(Searchable):
    """A town, a CCAS, a métropole, an association…; ``parent`` ties a body to the one it depends on."""

    class Kind(models.TextChoices):
        TOWN = "town", _("town hall")
        CCAS = "ccas", _("CCAS")
        INTERCOMMUNALITY = "intercommunality", _("intercommunality")
        DEPARTMENT = "department", _("département")
        REGION = "region", _("region")
        ASSOCIATION = "association", _("association")
        COMPANY = "company", _("company")
        STATE = "state", _("State service")
        GROUP = "group", _("residents' group")

    name = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    def __str__(self) -> str:
        return self.name


class Unit(Searchable):
    """A service of an organisation, in a tree."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=160)
    open_to_public = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "name"], name="unit_named_once")]

    def __str__(self) -> str:
        return self.name


class Twinning(models.Model):
    """Two units that train each other ahead of a crisis: agents of ``home`` lend a hand at ``host`` (P09 (14)).

    ``skill`` is what is learnt there. It has a text, a date of review and a next drill; ``ended_on`` closes it.
    """

    home = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="twinnings")
    host = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="twinned_with")
    skill = models.ForeignKey("Skill", on_delete=models.PROTECT, null=True, blank=True, related_name="taught_in")
    purpose = models.CharField(max_length=300, blank=True)
    agreement = models.TextField(blank=True)
    starts_on = models.DateField(default=clock.today)
    review_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    drill_every_months = models.PositiveSmallIntegerField(default=12)
    last_drill_on = models.DateField(null=True, blank=True)
    next_drill_on = models.DateField(default=clock.today)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["home", "host"], condition=Q(ended_on=None), name="twinned_once"),
            models.CheckConstraint(condition=~Q(home=models.F("host")), name="twinned_with_another"),
        ]

    def __str__(self) -> str:
        return f"{self.home} ↔ {self.host}"


class TwinDrill(models.Model):
    """One drill of two twinned units: when, how many came, what is to be kept in mind."""

    twinning = models.ForeignKey(Twinning, on_delete=models.CASCADE, related_name="drills")
    held_on = models.DateField()
    people = models.PositiveSmallIntegerField(default=0)
    words = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.twinning} · {self.held_on}"


class TwinTraining(models.Model):
    """Somebody of the home unit trained at the host's, on a day and until another.

    A fact of the two services, written by their managers: it is no skill that a person said of themself (ADR 15).
    """

    twinning = models.ForeignKey(Twinning, on_delete=models.CASCADE, related_name="trained")
    person = models.ForeignKey("Person", on_delete=models.CASCADE, related_name="twin_trainings")
    trained_on = models.DateField()
    until = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["twinning", "person"], name="trained_once_a_twinning")]
        indexes: ClassVar = [models.Index(fields=["until"])]

    def __str__(self) -> str:
        return f"{self.person} · {self.twinning}"


class Place(Searchable):
    """Somewhere people go: a site with an address in a real commune."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(max_length=160)
    address = models.CharField(max_length=200, blank=True)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, related_name="places")
    latitude = models.FloatField()
    longitude = models.FloatField()
    directions = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.name}, {self.commune}"

    @property
    def is_exact(self) -> bool:
        """Whether its own point is known, rather than the centre of its commune."""
        return (self.latitude, self.longitude) != (self.commune.latitude, self.commune.longitude)

    @property
    def in_full(self) -> str:
        """The place as on an envelope: its name, its address, its commune."""
        return ", ".join(part for part in (self.name, self.address, str(self.commune)) if part)


class Skill(Searchable):
    """A skill of the shared vocabulary. ``regulated`` ones need a certificate: a block, never a weight."""

    slug = models.SlugField(max_length=60, unique=True)
    label_fr = models.CharField(max_length=120)
    label_en = models.CharField(max_length=120, blank=True)
    regulated = models.BooleanField(default=False)
    learnable_on_site = models.BooleanField(default=False)

    def __str__(self) -> str:
        from django.utils.translation import get_language

        return self.label_en if self.label_en and (get_language() or "").startswith("en") else self.label_fr

    def words(self) -> str:
        return f"{self.label_fr} {self.label_en}"


class Person(Searchable):
    """Someone of the territory, with or without an account. ``key`` is the pseudonym the journal knows."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        TEXT = "text", _("text message")
        PHONE = "phone", _("telephone call")
        PRINT = "print", _("paper")

    class Sex(models.TextChoices):
        FEMALE = "f", _("woman")
        MALE = "m", _("man")
        UNSAID = "", _("not said")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(
        "accounts.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="person"
    )
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.MAIL)
    language = models.CharField(max_length=5, default="fr")
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    commune = models.ForeignKey(Commune, on_delete=models.PROTECT, null=True, blank=True, related_name="people")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["email"]),
            models.Index(fields=["birth_date"]),
            models.Index(fields=["erased_at"], condition=Q(erased_at__isnull=False), name="person_erased"),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def words(self) -> str:
        return f"{self.last_name} {self.first_name}"


class PersonSkill(models.Model):
    """A skill someone says they have; ``primary`` is their trade's, the others are beyond their job.

    Only the person and the cell read it: never an appraiser (P09 (13)). What follows ``confirmed_by`` is the
    certificate of a regulated skill as somebody of the cell saw it: locked, a new paper is a ``CertificateClaim``.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="holders")
    primary = models.BooleanField(default=False)
    confirmed_by = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmer = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    certificate_number = models.CharField(max_length=60, blank=True)
    certificate_body = models.CharField(max_length=120, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "skill"], name="skill_said_once")]
        indexes: ClassVar = [models.Index(fields=["skill", "expires_on"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.skill}"


class FlyingTerms(models.Model):
    """So many days a year for another authority, written in somebody's job sheet (P09: flying agents)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="flying_terms")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="flying_agents")
    days_a_year = models.PositiveSmallIntegerField()
    job_sheet = models.CharField(max_length=160)
    starts_on = models.DateField(default=clock.today)
    ends_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "flying terms"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="flying_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.organisation}"


class Capacity(models.Model):
    """In which capacity a person acts, for which organisation, from when to when."""

    class Category(models.TextChoices):
        A = "A", "A"
        B = "B", "B"
        C = "C", "C"

    class Status(models.TextChoices):
        PERMANENT = "permanent", _("permanent civil servant")
        CONTRACT = "contract", _("on contract")
        TRAINEE = "trainee", _("trainee civil servant")
        APPRENTICE = "apprentice", _("apprentice")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="capacities")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="capacities")
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="capacities")
    role = models.CharField(max_length=40)
    trade = models.CharField(max_length=120, blank=True)
    category = models.CharField(max_length=1, choices=Category.choices, blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], name="one_capacity_of_a_role_in_an_organisation"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["role", "organisation"]), models.Index(fields=["unit", "role"])]
        verbose_name_plural = "capacities"

    def __str__(self) -> str:
        return f"{self.role_label} · {self.organisation}"

    @property
    def role_label(self) -> str:
        """Return the role in the reader's language."""
        return str(role_name(self.role))


class GuidedVisit(models.Model):
    """How far somebody is in the guided first visit of one role; once ended, the panel no longer shows."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guided_visits")
    role = models.CharField(max_length=40)
    skipped = models.BooleanField(default=False)
    ended_at = models.DateTimeField(default=clock.real_now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "role"], name="one_visit_a_role")]

    def __str__(self) -> str:
        return f"{self.person} · {self.role}"
