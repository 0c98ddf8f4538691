"""What every page of the cell's desk shares."""

from django.http import Http404

from reflexes.core.acting import Actor
from reflexes.core.notifications.recipients import normalised_phone, readable_phone
from reflexes.mechanisms.allocation import perms
from reflexes.mechanisms.directory.models import Person

PER_PAGE = 50


def access_cell(actor: Actor) -> None:
    """Let the coordination cell in; for anyone else the desk does not exist."""
    if not perms.is_cell(actor):
        raise Http404


def phone_of(person: Person | None) -> str:
    """Return a telephone number as people dictate it, or nothing."""
    return readable_phone(normalised_phone(person.phone)) if person and person.phone else ""
