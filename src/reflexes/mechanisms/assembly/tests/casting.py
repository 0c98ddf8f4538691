"""Who plays in these tests: an officer of the town, one of a partner, a member who sits, an answerer and a stranger."""

from collections.abc import Callable
from typing import Any

import pytest

from reflexes.core.acting import STRANGER, Actor
from reflexes.core.errors import Refusal
from reflexes.core.outbox.models import Job
from reflexes.mechanisms.assembly.factories import make_body, make_college, make_seat
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_organisation, make_person
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.journal.models import Entry
from reflexes.mechanisms.journal.services import sentences


class Cast:
    """A town with its participation officer and a body at work; a partner's officer; a member, a resident, nobody."""

    def __init__(self) -> None:
        self.town = make_organisation("Ville")
        self.association = make_organisation("Les Tilleuls", kind="association")
        self.keeper = self.acting("Fanny", roles.FACILITATOR)
        self.second_keeper = self.acting("Farid", roles.FACILITATOR)
        self.partner = self.acting("Paula", roles.FACILITATOR, of_partner=True)
        self.answerer = make_person("Élodie", role=roles.ELECTED, organisation=self.town)
        self.body = make_body(self.town, answerer=self.answerer, answerer_words="adjointe aux marchés")
        self.college = make_college(self.body, name="Habitants")
        self.person = make_person("Nadia", role=roles.RESIDENT, organisation=self.town)
        self.seat = make_seat(self.college, self.person)
        self.member = actor_for(self.person)
        self.resident = self.acting("Paul", roles.RESIDENT)

    def acting(self, name: str, role: str, *, of_partner: bool = False) -> Actor:
        organisation = self.association if of_partner else self.town
        return actor_for(make_person(name, role=role, organisation=organisation))

    @property
    def others(self) -> list[Actor]:
        """A partner, a resident and a stranger: nothing of the town's body is theirs to change."""
        return [self.partner, self.resident, STRANGER]

    def panel(self, number: int, college: Any = None, **of_person: Any) -> list[Person]:
        """Seat ``number`` more people."""
        people = [make_person(f"Membre {count}", account=False, **of_person) for count in range(number)]
        for person in people:
            make_seat(college or self.college, person)
        return people


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


def told(verb: str) -> list[Entry]:
    """Return the acts of a verb, each of which has its sentence."""
    assert f"assembly.{verb}" in sentences()
    return list(Entry.objects.filter(verb=f"assembly.{verb}").order_by("pk"))
