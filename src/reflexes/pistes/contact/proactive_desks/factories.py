"""Campaigns of calls for tests, in the words of the field: what is not said is sensible."""

from datetime import timedelta
from itertools import count
from typing import Any

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.factories import actor_for, make_commune, make_organisation, make_person
from reflexes.mechanisms.directory.models import Organisation, Person
from reflexes.mechanisms.evidence.models import Dataset
from reflexes.pistes.contact.proactive_desks.models import Batch, Callee, CallerCard, Campaign, Lease

_numbers = count(1)
SLUG = "proactive_desks"


def fiction_phone(number: int) -> str:
    """Return a telephone of the range kept for fiction, in E.164."""
    return f"+3363998{number:04d}"


def make_call_dataset(organisation: Organisation, **fields: Any) -> Dataset:
    """Return an open dataset of people to call, with its key on the disk; ``state="draft"`` for one begun."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "piste": SLUG,
        "slug": f"appels-{number}",
        "title": f"Personnes à appeler {number}",
        "controller": organisation,
        "source": "Liste APA du service autonomie.",
        "basis": Dataset.Basis.PUBLIC_TASK,
        "basis_words": "Article L. 121-6-1 du code de l’action sociale et des familles.",
        "purpose": "Prendre des nouvelles des personnes isolées.",
        "contents": "Nom, téléphone, commune.",
        "recipients": "Les appelants, les orienteurs.",
        "information": "Courrier du 2 novembre.",
        "ends_on": clock.today() + timedelta(days=90),
        "state": Dataset.State.OPEN,
        **fields,
    }
    if values["state"] == Dataset.State.OPEN:
        values.setdefault("key", keyring.make())
        values.setdefault("opened_at", clock.now())
    return Dataset.objects.create(**values)


def make_campaign(organisation: Organisation | None = None, **fields: Any) -> Campaign:
    """Return a campaign that calls; ``state="draft"`` for one begun (its dataset is open all the same)."""
    organisation = organisation or make_organisation()
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"campagne-{number}",
        "title": f"Prendre des nouvelles {number}",
        "organisation": organisation,
        "who_calls": "La mairie prend de vos nouvelles.",
        "call_back": "+33639980000",
        "how_to_check": "Appelez le standard de la mairie.",
        "state": Campaign.State.OPEN,
        "exercise": None,
        **fields,
    }
    if "dataset" not in values:
        values["dataset"] = make_call_dataset(organisation, exercise=values["exercise"])
    if values["state"] == Campaign.State.OPEN:
        values.setdefault("opened_at", clock.now())
    return Campaign.objects.create(**values)


def make_callee(campaign: Campaign, last_name: str = "", **fields: Any) -> Callee:
    """Return somebody to call; ``phone=`` and ``facts=`` say what is sealed."""
    number = next(_numbers)
    phone = fields.pop("phone", fiction_phone(number % 10_000))
    facts = {
        "first_name": "Jeanne",
        "last_name": last_name or f"Martin{number}",
        "phone": phone,
        "address": "3 rue des Tanneurs",
        **fields.pop("facts", {}),
    }
    key = keyring.take(campaign.dataset.key)
    batch = campaign.batches.first() or Batch.objects.create(
        campaign=campaign, file_name="liste.csv", state=Batch.State.TAKEN
    )
    fields.setdefault("commune", make_commune())
    fields.setdefault("rank", fields.get("priority", 0))
    return Callee.objects.create(
        campaign=campaign, batch=batch, identity=key.seal(facts), phone_digest=key.digest(phone), **fields
    )


def make_card(campaign: Campaign, person: Person | None = None, **fields: Any) -> CallerCard:
    """Return a caller of a campaign, at level 1 unless said."""
    person = person or make_person("Karim", role=roles.CALLER, organisation=campaign.organisation)
    return CallerCard.objects.create(campaign=campaign, person=person, **{"level": 1, **fields})


def make_lease(callee: Callee, caller: Person, **fields: Any) -> Lease:
    """Return a lease as a claim would have made it, twenty minutes from now."""
    fields.setdefault("until", clock.now() + timedelta(minutes=20))
    if not fields.get("closed_at"):
        Callee.objects.filter(pk=callee.pk).update(state=Callee.State.LEASED)
        callee.state = Callee.State.LEASED
    return Lease.objects.create(
        campaign_id=callee.campaign_id,
        callee=callee,
        caller=caller,
        phone_digest=callee.phone_digest,
        difficulty=callee.difficulty,
        **fields,
    )


def make_supervisor(campaign: Campaign, first_name: str = "Nadia") -> Actor:
    """Return somebody in charge of the calls of the organisation that runs ``campaign``."""
    return actor_for(make_person(first_name, role=roles.SUPERVISOR, organisation=campaign.organisation))


def make_caller(campaign: Campaign, first_name: str = "Karim", **fields: Any) -> Actor:
    """Return somebody who calls in ``campaign``, with their card."""
    person = make_person(first_name, role=roles.CALLER, organisation=campaign.organisation)
    make_card(campaign, person, **fields)
    return actor_for(person)
