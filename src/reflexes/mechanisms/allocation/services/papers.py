"""Papers that people wait for, or that stand in the way of what was already agreed: lines of the table of silences."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.allocation import ages
from reflexes.mechanisms.allocation.models import Assignment
from reflexes.mechanisms.allocation.states import State
from reflexes.mechanisms.directory.models import CertificateClaim, ParentalConsent, PersonSkill

AGREED = (State.ACCEPTED, State.RELEASED, State.CONFIRMED, State.STAND_IN)


def certificates_to_confirm(actor: Actor) -> QuerySet[CertificateClaim]:
    """Return the certificates that people sent and nobody looked at; they are real, so an exercise has none."""
    waiting = CertificateClaim.objects.filter(returned_at=None, held__person__erased_at=None)
    waiting = waiting if actor.exercise_id is None else waiting.none()
    return waiting.annotate(since=F("sent_at"))


def papers_in_the_way(actor: Actor) -> QuerySet[Assignment]:
    """Return the missions agreed and to come that a certificate or a consent now forbids: they cannot begin."""
    valid = PersonSkill.objects.filter(person=OuterRef("person"), skill=OuterRef("slot__skill")).exclude(
        confirmed_by=None
    )
    valid = valid.filter(Q(expires_on=None) | Q(expires_on__gte=OuterRef("day")))
    consent = ParentalConsent.objects.filter(person=OuterRef("person"), revoked_at=None)
    coming = Assignment.objects.filter(
        state__in=AGREED, day__gte=clock.today(), exercise_id=actor.exercise_id
    ).select_related(
        "person__offer__capacity__unit",
        "slot__need__organisation",
        "slot__need__place__commune",
        "slot__need__mentor",
        "slot__skill",
    )
    return (
        coming.annotate(
            since=F("changed_at"),
            # Years, months and days as one number: both databases compare ages alike.
            lived=_number("day") - _number("person__birth_date"),
        )
        .filter(
            (Q(slot__skill__regulated=True) & ~Exists(valid)) | (Q(lived__lt=ages.ADULT * 10_000) & ~Exists(consent))
        )
        .order_by("day", "half", "pk")
    )


def _number(field: str) -> "ExtractYear":
    return ExtractYear(field) * 10_000 + ExtractMonth(field) * 100 + ExtractDay(field)
