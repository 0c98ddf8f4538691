"""Somebody found by their name, for a desk that asks them something."""

from reflexes.core.text import normalised
from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity, Person

MOST_FOUND = 12


def people_named(text: str) -> list[Person]:
    """Return the people of the territory who hold a capacity today and whose name has these words, a few at most.

    Fewer than two letters find nobody: a desk is no directory to leaf through.
    """
    words = normalised(text).split()
    if sum(map(len, words)) < 2:
        return []
    found = Person.objects.select_related("commune").filter(
        erased_at=None, pk__in=current(Capacity.objects.all()).values("person_id")
    )
    for word in words:
        found = found.filter(search__contains=word)
    return list(found.order_by("search", "pk")[:MOST_FOUND])
