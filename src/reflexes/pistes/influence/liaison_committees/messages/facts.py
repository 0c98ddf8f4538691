"""The pages and the people of a committee, for its messages."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from reflexes.mechanisms.assembly.models import Attendance, Body, Seat
from reflexes.mechanisms.directory.models import Person


def page_of(body: Body | None, name: str = "body_page", *more: object) -> str:
    """Return the address of a public page of a body; nothing when the body is not public."""
    if body is None or not body.public:
        return ""
    return settings.SITE_URL + reverse(f"liaison_committees_public:{name}", args=[body.slug, *more])


def those_who_sit(body: Body) -> list[Person]:
    """Return who sits in a body, each once."""
    seats = Seat.objects.filter(college__body=body, state=Seat.State.HELD)
    return list(Person.objects.filter(pk__in=seats.values("person_id"), erased_at=None).order_by("search", "pk"))


def those_expected(lines: Any) -> list[Person]:
    """Return the people of lines of a register who did not say that they cannot come."""
    live = lines.exclude(answer=Attendance.Answer.NOT_COMING)
    return list(Person.objects.filter(pk__in=live.values("person_id"), erased_at=None).order_by("search", "pk"))
