"""Flying agents (P09): so many days a year for another authority, written in the job sheet."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.drill import check_real
from reflexes.core.errors import Refusal
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import FlyingTerms, Person
from reflexes.mechanisms.journal.services import record

MOST_DAYS = 220
FIELDS = frozenset({"organisation", "days_a_year", "job_sheet", "starts_on", "ends_on", "review_on"})


def can_keep_flying(actor: Actor) -> bool:
    """The cell writes what the job sheet says."""
    return actor.role == roles.COORDINATOR


def all_terms(actor: Actor) -> QuerySet[FlyingTerms]:
    """Return everybody's terms, for the cell alone; for anyone else there are none."""
    if not can_keep_flying(actor):
        raise Http404
    return FlyingTerms.objects.filter(person__erased_at=None).select_related("person", "organisation")


def in_force(terms: QuerySet[FlyingTerms]) -> QuerySet[FlyingTerms]:
    """Keep what holds today."""
    today = clock.today()
    return terms.filter(Q(ends_on=None) | Q(ends_on__gte=today), starts_on__lte=today)


def own_terms(person: Person) -> QuerySet[FlyingTerms]:
    """Return what a person's own job sheet says today."""
    return in_force(person.flying_terms.select_related("organisation")).order_by("organisation__search", "pk")


def access_terms(actor: Actor, pk: int) -> FlyingTerms:
    """Return one line, for the cell."""
    found = all_terms(actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def do_write_terms(*, actor: Actor, person: Person, **fields: Any) -> FlyingTerms:
    """Write what a job sheet says of days for another authority."""
    check_real(actor)
    if not can_keep_flying(actor):
        raise PermissionDenied
    _check(person, fields)
    with transaction.atomic():
        terms = FlyingTerms.objects.create(person=person, **fields)
        record(actor=actor, verb="directory.flying_written", object_kind="person", object_key=person.key)
    return terms


def do_change_terms(*, actor: Actor, terms: FlyingTerms, **fields: Any) -> FlyingTerms:
    """Change the days, the reference or the dates of a line, or end it."""
    check_real(actor)
    if not can_keep_flying(actor):
        raise PermissionDenied
    _check(terms.person, fields, besides=terms.pk)
    with transaction.atomic():
        FlyingTerms.objects.filter(pk=terms.pk).update(**fields)
        record(actor=actor, verb="directory.flying_changed", object_kind="person", object_key=terms.person.key)
    terms.refresh_from_db()
    return terms


def _check(person: Person, fields: dict[str, Any], *, besides: int | None = None) -> None:
    if fields.keys() != FIELDS:
        raise ValueError(f"fields of flying terms expected: {sorted(FIELDS)}")
    if not 1 <= fields["days_a_year"] <= MOST_DAYS:
        raise Refusal("days_out_of_range", _("Give a number of days between 1 and 220 a year."))
    if not fields["job_sheet"].strip():
        raise Refusal("job_sheet_missing", _("Give the reference of the job sheet that says so."))
    starts, ends = fields["starts_on"], fields["ends_on"]
    if ends is not None and ends < starts:
        raise Refusal("ends_before_start", _("Give an end after the beginning, or none."))
    if person.capacities.filter(organisation=fields["organisation"], role=roles.AGENT).exists():
        raise Refusal("own_authority", _("This is their own employer. Choose the other authority they go to."))
    others = FlyingTerms.objects.filter(person=person, organisation=fields["organisation"]).exclude(pk=besides)
    others = others.filter(Q(ends_on=None) | Q(ends_on__gte=starts))
    if ends is not None:
        others = others.filter(starts_on__lte=ends)
    if others.exists():
        raise Refusal(
            "flying_twice", _("Days for this authority are already written for these dates. Change that line instead.")
        )
