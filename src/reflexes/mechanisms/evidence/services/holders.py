"""Who is named to read a dataset: a person, in one role, for one purpose, until a day (P04 (1))."""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.text import normalised
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Person
from reflexes.mechanisms.evidence import perms
from reflexes.mechanisms.evidence.models import Dataset, Holder
from reflexes.mechanisms.evidence.services.datasets import check_state, record_dataset
from reflexes.mechanisms.evidence.services.holdings import Words, lists_of

FOUND = 20
State = Dataset.State


def uses_of(dataset: Dataset) -> Words:
    """Return what one may be named to read a dataset for; nothing when it is read one person at a time only."""
    lists = lists_of(dataset.piste)
    return lists.uses if lists else {}


def people_to_name(actor: Actor, dataset: Dataset, words: str) -> QuerySet[Person]:
    """Return people of the organisation that answers for the dataset, by the letters of their name."""
    perms.check_keeping(actor, dataset)
    sought = normalised(words)
    if len(sought) < 2:
        return Person.objects.none()
    there = current(Capacity.objects.filter(organisation_id=dataset.controller_id)).values("person")
    return Person.objects.filter(pk__in=there, search__contains=sought, erased_at=None).order_by("search", "pk")[:FOUND]


def roles_of(dataset: Dataset, person: Person) -> list[str]:
    """Return the roles that somebody holds today in the organisation that answers for the dataset."""
    held = current(Capacity.objects.filter(person=person, organisation_id=dataset.controller_id))
    return list(held.order_by("role").values_list("role", flat=True))


def do_name_holder(
    *, actor: Actor, dataset: Dataset, person: Person, role: str, what_for: str, why: str, until: date
) -> Holder:
    """Name somebody to read a dataset for one purpose until a day, at the latest its own; again moves the day."""
    perms.check_keeping(actor, dataset)
    if person.erased_at is not None:
        raise Refusal("person_left", _("This person has left. Choose somebody else."))
    if role not in roles_of(dataset, person):
        raise Refusal("person_elsewhere", _("Choose somebody of your organisation, in a role they hold there."))
    if what_for not in uses_of(dataset):
        raise Refusal("purpose_missing", _("Say what this person reads it for."))
    if not why.strip():
        raise Refusal("reasons_missing", _("Say in a sentence why this person needs it."))
    with transaction.atomic():
        locked = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        check_state(locked, State.DRAFT, State.OPEN)
        if until < clock.today() or (locked.ends_on is not None and until > locked.ends_on):
            raise Refusal("until_outside", _("Choose a day from today to the last day of the dataset."))
        said = {"role": role, "why": why.strip(), "until": until, "named_by_id": actor.person_id}
        holder, _made = Holder.objects.update_or_create(
            dataset=locked,
            person=person,
            what_for=what_for,
            ended_at=None,
            defaults=said,
            create_defaults={**said, "since": clock.now()},
        )
        record_dataset(
            actor, locked, "evidence.holder_named", person=str(person.key), what_for=what_for, until=str(until)
        )
    return holder


def do_end_holder(*, actor: Actor, holder: Holder) -> None:
    """Take the right to read back from somebody, at once; again changes nothing."""
    perms.check_keeping(actor, holder.dataset)
    with transaction.atomic():
        if Holder.objects.filter(pk=holder.pk, ended_at=None).update(ended_at=clock.now()):
            record_dataset(actor, holder.dataset, "evidence.holder_ended", person=str(holder.person.key))
