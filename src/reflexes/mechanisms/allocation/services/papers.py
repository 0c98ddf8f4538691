"""Papers that people wait for, or that stand in the way of what was already agreed: lines of the table of silences."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation import ages
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory.models import CertificateClaim, ParentalConsent, Person, PersonSkill, Skill
from reflexes.mechanisms.directory.services import erased_people

# Whoever was born so long ago is of age whatever the calendar.
SURELY_OF_AGE = timedelta(days=366 * ages.ADULT)
AGREED = (State.ACCEPTED, State.RELEASED, State.CONFIRMED, State.STAND_IN)


def certificates_to_confirm(actor: Actor) -> QuerySet[CertificateClaim]:
    """Return the certificates that people sent and nobody looked at; they are real, so an exercise has none."""
    waiting = CertificateClaim.objects.filter(returned_at=None).exclude(held__person__in=erased_people())
    waiting = waiting if actor.exercise_id is None else waiting.none()
    return waiting.annotate(since=F("sent_at"))


def papers_in_the_way(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions agreed and to come that a certificate or a consent now forbids: they cannot begin."""
    coming = Assignment.objects.filter(state__in=AGREED, day__gte=clock.today(), exercise_id=actor.exercise_id)
    return (
        coming.filter(Q(pk__in=_without_certificate(coming)) | Q(pk__in=_without_consent(coming)))
        .select_related(
            "person__offer__capacity__unit",
            "slot__need__organisation",
            "slot__need__place__commune",
            "slot__need__mentor",
            "slot__skill",
        )
        .annotate(since=F("changed_at"))
        .order_by("day", "half", "pk")
    )


def _without_certificate(missions: QuerySet[Assignment]) -> QuerySet[Any]:
    valid = PersonSkill.objects.filter(person=OuterRef("person"), skill=OuterRef("slot__skill")).exclude(
        confirmed_by=None
    )
    valid = valid.filter(Q(expires_on=None) | Q(expires_on__gte=OuterRef("day")))
    return missions.filter(~Exists(valid), slot__skill__in=Skill.objects.filter(regulated=True)).values("pk")


def _without_consent(missions: QuerySet[Assignment]) -> QuerySet[Any]:
    consent = ParentalConsent.objects.filter(person=OuterRef("person"), revoked_at=None)
    young = missions.filter(person__in=Person.objects.filter(birth_date__gt=clock.today() - SURELY_OF_AGE))
    # Years, months and days as one number: both databases compare ages alike.
    young = young.annotate(lived=_number("day") - _number("person__birth_date"))
    return young.filter(~Exists(consent), lived__lt=ages.ADULT * 10_000).values("pk")


def _number(field: str) -> "ExtractYear":
    return ExtractYear(field) * 10_000 + ExtractMonth(field) * 100 + ExtractDay(field)
