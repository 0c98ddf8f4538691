"""Datasets and their readers for tests, in the words of the field: what is not said is sensible."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from reflexes.core import clock, keyring, registry
from reflexes.mechanisms.directory.factories import make_organisation, make_person
from reflexes.mechanisms.directory.models import Organisation, Person
from reflexes.mechanisms.evidence.models import Dataset, Export, ExportField, Holder, Opinion
from reflexes.mechanisms.evidence.services import holdings
from reflexes.mechanisms.evidence.services.holdings import Holding, Lists

_numbers = count(1)

# What a person in charge of calls writes before a dataset may be judged.
WHOLE: dict[str, Any] = {
    "title": "Appeler les personnes âgées pendant la canicule",
    "source": "Fichier des bénéficiaires de l’APA, donné par le département le 2 juin.",
    "basis": Dataset.Basis.PUBLIC_TASK,
    "basis_words": "Article L. 121-6-1 du code de l’action sociale et des familles",
    "purpose": "Prendre des nouvelles et orienter vers un service celles et ceux qui en ont besoin.",
    "contents": "Nom, téléphone, commune, tranche d’âge.",
    "recipients": "Les personnes qui appellent, une ligne à la fois ; les orienteurs.",
    "information": "Lettre du 20 mai, message avant l’appel, première phrase de l’appel.",
}


def whole(**fields: Any) -> dict[str, Any]:
    """Return the fields of a dataset that misses only an opinion; it ends in sixty days."""
    return {**WHOLE, "piste": registry.pistes()[0].slug, "ends_on": clock.today() + timedelta(days=60), **fields}


def make_dataset(controller: Organisation | None = None, **fields: Any) -> Dataset:
    """Return an open dataset with its key and a favourable opinion; ``state="draft"`` for one without either."""
    of = controller or make_organisation()
    values = {
        "slug": f"donnees-{next(_numbers)}",
        "owner": None,
        "controller": of,
        "state": Dataset.State.OPEN,
        **whole(),
        **fields,
    }
    if values["owner"] is None:
        values["owner"] = make_person("Sonia", role="supervisor", organisation=of)
    if values["state"] != Dataset.State.DRAFT:
        values = {"key": keyring.make(), "opened_at": clock.now(), **values}
    dataset = Dataset.objects.create(**values)
    if dataset.state != Dataset.State.DRAFT:
        Opinion.objects.create(dataset=dataset, says=Opinion.Says.FAVOURABLE, words="Finalité précise, durée courte.")
    return dataset


def make_holder(dataset: Dataset, person: Person, what_for: str = "calling", **fields: Any) -> Holder:
    """Name somebody to read a dataset until its last day."""
    capacity = person.capacities.order_by("pk").first()
    said = {"until": dataset.ends_on, "role": capacity.role if capacity else "", "why": "Elle appelle le mardi."}
    return Holder.objects.create(dataset=dataset, person=person, what_for=what_for, **{**said, **fields})


def make_export(dataset: Dataset, person: Person, *facts: str, **fields: Any) -> Export:
    """Return a file that somebody asked for, to go and see people within a week."""
    said = {
        "what_for": "visiting",
        "why": "Deux agents vont les voir jeudi.",
        "group": "everybody",
        "to_whom": "Le CCAS",
        "until": clock.today() + timedelta(days=7),
        "kind": "csv",
        "asked_by": person,
        "role": "caller",
        **fields,
    }
    export = Export.objects.create(dataset=dataset, **said)
    ExportField.objects.bulk_create(ExportField(export=export, name=name) for name in facts or ("last_name",))
    return export


class Rows:
    """The rows of a piste that keeps sealed texts in memory: what tests register as the keeper of a dataset."""

    def __init__(self) -> None:
        self.kept: dict[int, list[tuple[UUID, str, str]]] = {}

    def add(self, dataset: Dataset, phone: str, facts: Mapping[str, str]) -> Holding:
        """Seal the facts of one more person and find them by their telephone."""
        key, subject = keyring.take(dataset.key), uuid4()
        sealed = key.seal({"phone": phone, **facts})
        self.kept.setdefault(dataset.pk, []).append((subject, key.digest(phone), sealed))
        return Holding(subject, sealed, "identity")

    def add_words(self, dataset: Dataset, held: Holding, phone: str, words: str) -> None:
        """Keep what somebody said, sealed apart from who they are."""
        key = keyring.take(dataset.key)
        self.kept[dataset.pk].append((held.subject, key.digest(phone), key.seal({"words": words})))

    def find(self, dataset: Dataset, phone: str) -> list[Holding]:
        """Return what is held of a telephone."""
        digest = keyring.take(dataset.key).digest(phone)
        rows = self.kept.get(dataset.pk, [])
        return [Holding(subject, sealed, "identity") for subject, found, sealed in rows if found == digest]

    def rows(self, dataset: Dataset, group: str) -> list[Holding]:
        """Return what is held of a group: everybody, or nobody."""
        rows = self.kept.get(dataset.pk, []) if group == "everybody" else []
        return [
            Holding(subject, sealed, "identity", facts={"commune": "Strasbourg"}) for subject, _phone, sealed in rows
        ]

    def shed(self, dataset: Dataset) -> dict[str, int]:
        """Delete every row of a dataset."""
        return {"people": len(self.kept.pop(dataset.pk, []))}

    def register(self, piste: str) -> None:
        """Keep the datasets of a piste."""
        words = {"identity": "nom et téléphone", "phone": "téléphone", "last_name": "nom", "people": "personnes"}
        listed = Lists(
            {"calling": "les appeler", "visiting": "aller les voir"},
            {"last_name": "nom", "phone": "téléphone", "commune": "commune"},
            lambda _dataset: {"everybody": "tout le monde", "nobody": "personne"},
            self.rows,
        )
        keeper = holdings.Keeper(
            self.find,
            self.shed,
            {**words, "calling": "les appeler"},
            scopes={"calls": "être appelé"},
            closes={"calls": frozenset({"calling"})},
            lists=listed,
        )
        holdings.register(piste, keeper)
