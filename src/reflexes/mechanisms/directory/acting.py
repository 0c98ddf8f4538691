"""From a person and one of their capacities to the actor that services know."""

from django.db.models import Q, QuerySet

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.directory.models import Capacity, Person


def capacities_of(person: Person) -> QuerySet[Capacity]:
    """Return the capacities ``person`` holds today, in a steady order."""
    return (
        current(Capacity.objects.filter(person=person))
        .select_related("organisation", "unit")
        .order_by("organisation__search", "role", "id")
    )


def current(capacities: QuerySet[Capacity]) -> QuerySet[Capacity]:
    """Keep the capacities held today."""
    today = clock.today()
    return capacities.filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today))


def current_capacity(person: Person, chosen: int | None) -> Capacity | None:
    """Return the chosen capacity if ``person`` still holds it, else their first one, else nothing."""
    held = list(capacities_of(person))
    return next((capacity for capacity in held if capacity.pk == chosen), held[0] if held else None)


def actor_of(person: Person, capacity: Capacity | None, *, exercise_id: int | None = None) -> Actor:
    """Return ``person`` acting in ``capacity``."""
    return Actor(
        person_key=person.key,
        person_id=person.pk,
        capacity_id=capacity.pk if capacity else None,
        organisation_id=capacity.organisation_id if capacity else None,
        unit_id=capacity.unit_id if capacity else None,
        role=capacity.role if capacity else "",
        exercise_id=exercise_id,
    )
