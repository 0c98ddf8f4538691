"""The desk of what is tried, as its tests open it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reflexes.core import clock
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.contact.citizen_dialogue.links_schemes import link_of
from reflexes.pistes.contact.citizen_dialogue.models import Evaluator, Scheme
from tests.harness.cast import signed_in


def at(name: str, *args: object) -> str:
    """Return the address of a page of the desk."""
    return reverse(f"citizen_dialogue:keeper_{name}", args=args)


def public(name: str, *args: object) -> str:
    """Return the address of a page that everybody reads."""
    return reverse(f"citizen_dialogue_public:{name}", args=args)


def link(evaluator: Evaluator) -> str:
    """Return the path of the link of somebody who observes."""
    return "/" + link_of(evaluator).split("/", 3)[3]


def now_typed() -> str:
    """Return this minute as the date and time field of a browser sends it."""
    return timezone.localtime(clock.now()).strftime("%Y-%m-%dT%H:%M")


def page_of(client: Client, scheme: Scheme) -> str:
    """Return what a browser shows of the public page."""
    return client.get(public("scheme_page", scheme.slug)).content.decode()


@pytest.fixture
def desk(facilitator: Person) -> Client:
    """The browser of the participation officer."""
    return signed_in(facilitator)
