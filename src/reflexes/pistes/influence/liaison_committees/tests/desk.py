"""The desk of the participation officer, as its tests open it."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reflexes.mechanisms.directory.models import Person
from tests.harness.cast import signed_in

SLUG = "liaison_committees"


def at(name: str, *args: object) -> str:
    """Return the address of a page of the desk."""
    return reverse(f"liaison_committees:keeper_{name}", args=args)


def local(moment: datetime) -> str:
    """Return a moment as the date and time field of a browser sends it."""
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def desk(facilitator: Person) -> Client:
    """The browser of the participation officer."""
    return signed_in(facilitator)
