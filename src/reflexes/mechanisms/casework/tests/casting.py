"""Who plays in these tests: a navigator of the town, one of a partner, a caller, a supervisor, a service, nobody."""

from collections.abc import Callable
from typing import Any

import pytest

from reflexes.core import keyring, registry
from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.casework import perms
from reflexes.mechanisms.casework.factories import make_service
from reflexes.mechanisms.casework.models import Case, Channel, Referral
from reflexes.mechanisms.casework.services.cases import do_open_case
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_commune, make_organisation, make_person
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import sentences

SAID = "Je n’ai plus de médicaments et je n’ose pas sortir."
FACTS = {"name": "Rose Martin", "phone": "06 39 98 00 11", "address": "3 rue des Dés"}


class Cast:
    """A town whose callers hear needs, its navigator, a partner's, and the service that brings meals."""

    def __init__(self, *, piste: str = "") -> None:
        self.piste = piste or registry.pistes()[0].slug
        self.town = make_organisation("Ville")
        self.association = make_organisation("Les Tilleuls", kind="association")
        self.key_name = keyring.make()
        self.caller_person = make_person("Camille", role=roles.CALLER, organisation=self.town)
        self.caller = actor_for(self.caller_person)
        self.navigator_person = make_person("Nour", role=roles.NAVIGATOR, organisation=self.town)
        self.navigator = actor_for(self.navigator_person)
        self.partner = self.acting("Paula", roles.NAVIGATOR, of_partner=True)
        self.supervisor = self.acting("Sacha", roles.SUPERVISOR)
        self.resident = self.acting("Paul", roles.RESIDENT)
        self.service = make_service()

    def acting(self, name: str, role: str, *, of_partner: bool = False) -> Actor:
        organisation = self.association if of_partner else self.town
        return actor_for(make_person(name, role=role, organisation=organisation))

    @property
    def others(self) -> list[Actor]:
        """A partner, those of the town who navigate nothing, and a stranger: no word of a case is theirs."""
        return [self.partner, self.caller, self.supervisor, self.resident, STRANGER]

    def told(self, **said: Any) -> Case:
        """Return a case that the caller heard and wrote."""
        values = {
            "actor": self.caller,
            "piste": self.piste,
            "channel": Channel.CALLED,
            "words": SAID,
            "key_name": self.key_name,
            "facts": FACTS,
            "organisation": self.town,
            "commune": make_commune(),
            "told_by": self.caller_person,
        }
        return do_open_case(**{**values, **said})

    def need(self, **said: Any) -> Referral:
        """Return the need of such a case, to qualify."""
        return self.told(**said).referrals.get()


def answering(referral: Referral) -> Actor:
    """Return the service that a need was sent to, acting by its link."""
    return Actor(person_key=referral.contact_key, role=perms.SERVICE, exercise_id=referral.case.exercise_id)


def refused(code: str, act: Callable[..., object], **said: Any) -> Refusal:
    """Check that ``act`` is refused with ``code`` and one sentence."""
    with pytest.raises(Refusal) as refusal:
        act(**said)
    assert refusal.value.code == code
    assert str(refusal.value).endswith((".", "?"))
    return refusal.value


def announced(event: str) -> list[dict[str, Any]]:
    """Return what the piste was told under ``event``, in the order it was told."""
    return list(Job.objects.filter(kind__endswith=f".{event}").order_by("id").values_list("payload", flat=True))


def journaled(verb: str) -> list[Entry]:
    """Return the acts of a verb, each of which has its sentence."""
    assert f"casework.{verb}" in sentences()
    return list(Entry.objects.filter(verb=f"casework.{verb}").order_by("pk"))
