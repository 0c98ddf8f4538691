"""The desk of the editions, as its tests open it."""

import pytest
from django.test import Client
from django.urls import reverse

from reflexes.mechanisms.directory.models import Person
from tests.harness.cast import signed_in


def at(name: str, *args: object) -> str:
    """Return the address of a page of the desk."""
    return reverse(f"citizen_dialogue:keeper_{name}", args=args)


def public(name: str, *args: object) -> str:
    """Return the address of a page that everybody reads."""
    return reverse(f"citizen_dialogue_public:{name}", args=args)


@pytest.fixture
def desk(facilitator: Person) -> Client:
    """The browser of the participation officer."""
    return signed_in(facilitator)
