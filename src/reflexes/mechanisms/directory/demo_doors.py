"""One-click sign-in as invented people, in a demonstration only (issue 2, section 5)."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import Promise

from reflexes.mechanisms.directory.acting import current
from reflexes.mechanisms.directory.models import Capacity
from reflexes.mechanisms.directory.roles import ROLES

PEOPLE_PER_ROLE = 2


@dataclass(frozen=True, slots=True)
class Door:
    """A role and some of the people one may enter as."""

    role: str
    name: "str | Promise"
    capacities: list[Capacity]


def _open() -> QuerySet[Capacity]:
    """Return the capacities of people who have an account; none outside a demonstration."""
    if not settings.DEMO:
        return Capacity.objects.none()
    return current(Capacity.objects.filter(person__user__is_active=True, person__erased_at=None)).select_related(
        "person__user", "organisation", "unit"
    )


def doors() -> list[Door]:
    """Return the roles that someone holds today, each with its first people."""
    found = [
        Door(role, name, list(_open().filter(role=role).order_by("pk")[:PEOPLE_PER_ROLE]))
        for role, name in ROLES.items()
    ]
    return [door for door in found if door.capacities]


def capacity_behind(chosen: str) -> Capacity:
    """Return the capacity to enter in; 404 when it is none of the demonstration."""
    capacity = _open().filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 18 else None
    if capacity is None:
        raise Http404
    return capacity
