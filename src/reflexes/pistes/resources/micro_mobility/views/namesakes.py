"""People found by name, each told apart from the others: by their service, their trade, then their reference."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from reflexes.core.text import normalised
from reflexes.mechanisms.directory.models import Person

FOUND = 20


def named(people: QuerySet[Person], words: str) -> list[Person]:
    """Return the first of ``people`` whose name holds every word; nobody when there is no word."""
    asked = normalised(words).split()
    for word in asked:
        people = people.filter(search__contains=word)
    if not asked:
        return []
    kept = people.distinct().prefetch_related("capacities__unit", "capacities__organisation")
    return list(kept.order_by("search", "pk")[:FOUND])


def told_apart(people: Iterable[Person]) -> list[tuple[int, str]]:
    """Return each person with words that nobody else of the list has: choices of a form."""
    people = list(people)
    labels = {person.pk: str(person) for person in people}
    for more in (_service, _trade, _reference):
        said = Counter(labels.values())
        labels = {
            person.pk: f"{labels[person.pk]}, {more(person)}"
            if more(person) and (more is _service or said[labels[person.pk]] > 1)
            else labels[person.pk]
            for person in people
        }
    return list(labels.items())


def _service(person: Person) -> str:
    work = next(iter(person.capacities.all()), None)
    return str(work.unit or work.organisation) if work else ""


def _trade(person: Person) -> str:
    work = next(iter(person.capacities.all()), None)
    return work.trade if work else ""


def _reference(person: Person) -> str:
    """Return what sheets call them: nothing else is left to tell two people apart."""
    return _("reference P%(number)s") % {"number": person.pk}
