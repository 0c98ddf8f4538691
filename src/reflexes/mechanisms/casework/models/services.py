"""The services one may ask for help, in the columns of the schema data·inclusion v1 (research/outreach.md 1.13)."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reflexes.core import clock
from reflexes.mechanisms.directory.models import Searchable

# The source of what was written here by hand: an import never touches it.
BY_HAND = "local"


class Need(models.TextChoices):
    """What somebody needs: the families of themes of data·inclusion v1, which open most of our services."""

    FOOD = "equipement-et-alimentation", _("Food and equipment")
    HEALTH = "sante", _("Health")
    COMPANY = "remobilisation", _("Company, confidence, getting out again")
    HOUSING = "logement-hebergement", _("Housing and shelter")
    MONEY = "difficultes-financieres", _("Money troubles")
    RIGHTS = "difficultes-administratives-ou-juridiques", _("Paperwork and rights")
    FAMILY = "famille", _("Family")
    GETTING_ABOUT = "mobilite", _("Getting about")
    DIGITAL = "numerique", _("Digital tools")
    LITERACY = "lecture-ecriture-calcul", _("Reading, writing, counting")
    JOB = "trouver-un-emploi", _("Finding work")
    APPLYING = "preparer-sa-candidature", _("Preparing an application")
    TRADE = "choisir-un-metier", _("Choosing a trade")
    TRAINING = "se-former", pgettext_lazy("service", "Training")
    BUSINESS = "creer-une-entreprise", _("Starting a business")
    ABROAD = "souvrir-a-linternational", _("Going abroad")


class Listed(Searchable):
    """What a structure and a service of the schema have in common. Absent from its file, it is put aside."""

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=160)
    description = models.TextField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=5, blank=True)
    city = models.CharField(max_length=80, blank=True)
    commune_code = models.CharField(max_length=5, blank=True)
    hours = models.CharField(max_length=300, blank=True)
    updated_on = models.DateField(null=True, blank=True)
    put_aside_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def in_full(self) -> str:
        """The address as on an envelope."""
        return ", ".join(part for part in (self.address, f"{self.postal_code} {self.city}".strip()) if part)


class Structure(Listed):
    """A body that offers services: a CCAS, an association, an agency."""

    siret = models.CharField(max_length=14, blank=True)
    website = models.URLField(blank=True)

    class Meta:
        ordering: ClassVar = ["search", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="structure_listed_once")
        ]


class Service(Listed):
    """One thing a structure does for people. ``contact_key`` is the pseudonym of whoever answers for it by link."""

    structure = models.ForeignKey(Structure, on_delete=models.PROTECT, related_name="services")
    contact_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contact_name = models.CharField(max_length=120, blank=True)
    conditions = models.TextField(blank=True)
    how_to_ask = models.TextField(blank=True)
    costs = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["search", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "external_id"], name="service_listed_once")]

    def words(self) -> str:
        return f"{self.name} {self.structure.name}"

    @property
    def in_words(self) -> str:
        """The service and who offers it, as one names it on the telephone."""
        return self.name if self.name == self.structure.name else f"{self.name} · {self.structure.name}"


class ServiceTheme(models.Model):
    """One theme of a service: a slug of the schema, whose first half is a ``Need``."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="themes")
    theme = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["service", "theme"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "theme"], name="theme_said_once")]
        indexes: ClassVar = [models.Index(fields=["theme"], name="services_of_a_theme")]


class ServiceZone(models.Model):
    """Where people must live: the code of a commune, a département, a group of communes, or the whole country."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="zones")
    code = models.CharField(max_length=12)

    class Meta:
        ordering: ClassVar = ["service", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["service", "code"], name="zone_said_once")]
        indexes: ClassVar = [models.Index(fields=["code"], name="services_of_a_zone")]
