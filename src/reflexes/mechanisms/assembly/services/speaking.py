"""Somebody without an account says something: once, with or without a way to be told what becomes of it."""

from dataclasses import replace

from django.db import transaction

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.mechanisms.assembly.models import Consultation, Contribution
from reflexes.mechanisms.assembly.services.contributions import Words, do_contribute
from reflexes.mechanisms.directory.models import Person


def do_speak(*, actor: Actor, consultation: Consultation, said: Words, email: str, language: str) -> Contribution:
    """Write what ``actor`` says on screen; the e-mail left is written to with a link to take it back.

    Nobody is told from outside who the house knows: an address already known receives the link, and whoever it belongs
    to takes back words that are not theirs. Sent twice, it is one row and nobody is written twice.
    """
    if actor.is_known or not email or Contribution.objects.filter(client_key=said.client_key).exists():
        return do_contribute(actor=actor, consultation=consultation, said=said)
    with transaction.atomic():
        person, made = _reached_at(email, said.shown_name, language)
        speaker = replace(actor, person_key=person.key, person_id=person.pk)
        contribution = do_contribute(actor=speaker, consultation=consultation, said=said)
        if made and contribution.person_id != person.pk:
            person.delete()  # sent twice at the same second: the other one is written
    return contribution


def _reached_at(email: str, shown_name: str, language: str) -> tuple[Person, bool]:
    """Return who is reached at an address, and whether they were written for that."""
    known = Person.objects.filter(email__iexact=email, erased_at=None).order_by("pk").first()
    if known is not None:
        return known, False
    fresh = Person(
        first_name=shown_name[:80],
        last_name="",
        email=email,
        channel=Person.Channel.MAIL,
        language=language,
        created_at=clock.now(),
    )
    fresh.save()
    return fresh, True
