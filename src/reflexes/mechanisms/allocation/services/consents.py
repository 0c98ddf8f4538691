"""The written consent of a parent or guardian, and the date of birth that makes one necessary."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.allocation import ages, perms
from reflexes.mechanisms.allocation.services.freeing import free
from reflexes.mechanisms.directory.models import ParentalConsent, Person
from reflexes.mechanisms.journal.services import record

OLDEST = timedelta(days=366 * 120)
# A paper older than this was signed for something else.
PAPER_GOOD_FOR = timedelta(days=366)


def do_set_birth_date(*, actor: Actor, person: Person, born: date) -> None:
    """Write down somebody's date of birth: it only serves to protect the young and to count age bands."""
    check_real(actor)
    if actor.person_id != person.pk and not perms.is_cell(actor):
        raise PermissionDenied
    if born >= clock.today():
        raise Refusal("born_later", _("A date of birth is before today: write the year again."))
    if clock.today() - born > OLDEST:
        raise Refusal("born_long_ago", _("This date of birth is more than 120 years ago: write the year again."))
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(birth_date=born)
        record(actor=actor, verb="directory.birth_date_set", object_kind="person", object_key=person.key)
    person.refresh_from_db()


def do_record_consent(
    *, actor: Actor, person: Person, given_by: str, tie: str, paper: str, given_on: date
) -> ParentalConsent:
    """Write down that somebody of the cell saw the paper a parent or guardian signed."""
    check_real(actor)
    if not perms.is_cell(actor):
        raise PermissionDenied
    if person.birth_date is None:
        raise Refusal("birth_date_missing", _("Write the date of birth first: only people under 18 need a consent."))
    if not ages.is_minor(person.birth_date, clock.today()):
        raise Refusal("adult", _("This person is 18 or over: they decide for themself, no consent is needed."))
    if not given_by.strip():
        raise Refusal("given_by_missing", _("Write the name of the parent or guardian who signed."))
    if tie not in ParentalConsent.Tie.values or paper not in ParentalConsent.Paper.values:
        raise Refusal("paper_missing", _("Choose who signed and what kind of paper you saw."))
    if given_on > clock.today():
        raise Refusal("signed_later", _("The paper cannot be signed after today: look at its date again."))
    if given_on < max(person.birth_date, clock.today() - PAPER_GOOD_FOR):
        raise Refusal("signed_long_ago", _("This paper is more than a year old: ask for one signed this year."))
    try:
        with transaction.atomic():
            consent = ParentalConsent.objects.create(
                person=person,
                given_by=given_by.strip()[:120],
                tie=tie,
                paper=paper,
                given_on=given_on,
                seen_by_id=actor.person_id,
                seen_at=clock.now(),
            )
            record(actor=actor, verb="allocation.consent_recorded", object_kind="person", object_key=person.key)
    except IntegrityError as twice:
        raise Refusal(
            "consent_known",
            _("A consent is already in force for this person. Reload the page to read it."),
            conflict=True,
        ) from twice
    return consent


def do_revoke_consent(*, actor: Actor, person: Person) -> int:
    """Take the consent back, at once: by the cell when a parent says so, or by the young person.

    Missions to come are given back and everybody concerned is told. Return how many were.
    """
    check_real(actor)
    if actor.person_id != person.pk and not perms.is_cell(actor):
        raise PermissionDenied
    with transaction.atomic():
        if not ParentalConsent.objects.filter(person=person, revoked_at=None).update(revoked_at=clock.now()):
            raise Refusal(
                "no_consent", _("No consent is in force for this person: there is nothing to take back."), conflict=True
            )
        record(actor=actor, verb="allocation.consent_revoked", object_kind="person", object_key=person.key)
        adult = ages.birthday(person.birth_date, ages.ADULT) if person.birth_date else None
        return len(free(actor, person, before=adult))
