"""What has to be shown before somebody may do certain things: a certificate to confirm, a parent's written consent."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock


class CertificateClaim(models.Model):
    """A certificate somebody says they hold and nobody has confirmed yet.

    Confirming it writes it on the skill, where it is locked, and deletes the claim: a new paper is a new claim, and the
    one confirmed before goes on until its own end. ``returned_because`` says what is missing: the person reads it.
    """

    held = models.OneToOneField("directory.PersonSkill", on_delete=models.CASCADE, related_name="claim")
    number = models.CharField(max_length=60, blank=True)
    body = models.CharField(max_length=120)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    sent_at = models.DateTimeField(default=clock.now)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(issued_on=None) | Q(expires_on__gt=F("issued_on")),
                name="claim_ends_after_it_begins",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["returned_at"])]

    def __str__(self) -> str:
        return f"{self.held}: {self.body}"


class ParentalConsent(models.Model):
    """The written yes of a parent or guardian, without which nobody under age is asked for anything.

    Source: civic reserve, 16 and over, written consent of the parents under 18 (mechanisms.md section 10). The paper
    itself stays in the cell's drawer: here are its date, its kind and who saw it. Revoking takes effect at once.
    """

    class Tie(models.TextChoices):
        PARENT = "parent", _("parent")
        GUARDIAN = "guardian", _("legal guardian")

    class Paper(models.TextChoices):
        FORM = "form", _("the cell’s form, signed")
        LETTER = "letter", _("a letter, signed")
        COPY = "copy", _("a copy or a scan of a signed paper")

    person = models.ForeignKey("directory.Person", on_delete=models.CASCADE, related_name="consents")
    given_by = models.CharField(max_length=120)
    tie = models.CharField(max_length=10, choices=Tie.choices, default=Tie.PARENT)
    paper = models.CharField(max_length=10, choices=Paper.choices, default=Paper.FORM)
    given_on = models.DateField()
    seen_by = models.ForeignKey("directory.Person", on_delete=models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at=None), name="one_consent_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.given_on}"
