"""How a piste tells what it holds of a person and deletes it: rows lie in pistes, which this mechanism cannot name.

A piste calls ``register`` once, when it starts (``apps.ready``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import keyring
from reflexes.core.errors import Refusal
from reflexes.mechanisms.evidence.models import Dataset

Words = Mapping[str, "str | Promise"]


@dataclass(frozen=True, slots=True)
class Holding:
    """One sealed text that a dataset holds of one person; ``beside`` is what lies open next to it, in words."""

    subject: UUID
    sealed: str
    what: str
    beside: tuple[tuple["str | Promise", str], ...] = ()


Find = Callable[[Dataset, str], Iterable[Holding]]
Shed = Callable[[Dataset], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Keeper:
    """What a piste does with the rows of its datasets."""

    find: Find
    shed: Shed
    facts: Words
    scopes: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A holding and its dataset."""

    dataset: Dataset
    holding: Holding


_keepers: dict[str, Keeper] = {}


def register(piste: str, find: Find, shed: Shed, facts: Words, scopes: Words | None = None) -> None:
    """Say how ``piste`` finds and deletes the rows of its datasets.

    ``find(dataset, phone)`` returns what is held of a telephone (E.164); ``shed(dataset)`` deletes every row of the
    dataset and returns anonymous figures (slug → number), or raises ``Refusal`` when something still needs these rows.
    ``facts`` gives the words of every slug: names of sealed facts, what is read and what for, figures. ``scopes`` are
    the refusals that a person may oppose to this piste.
    """
    _keepers[piste] = Keeper(find, shed, facts, scopes or {})


def keeper_of(piste: str) -> Keeper:
    """Return what a piste registered; refused when it is switched off: its rows can be neither read nor deleted."""
    try:
        return _keepers[piste]
    except KeyError:
        raise Refusal(
            "piste_off", _("The part of the site that holds these rows is switched off. Ask the administrator.")
        ) from None


def word(piste: str, slug: str) -> "str | Promise":
    """Return the words of a slug; one that nobody explains is shown as it is."""
    keeper = _keepers.get(piste)
    return OWN_WORDS.get(slug) or (keeper.facts.get(slug) if keeper else None) or slug


def scopes_of(piste: str) -> Words:
    """Return what a person may refuse to a piste: slug → words."""
    keeper = _keepers.get(piste)
    return keeper.scopes if keeper else {}


def of_phone(phone: str, exercise_id: int | None = None) -> Iterator[Found]:
    """Yield all that is held of a telephone, dataset by dataset, each searched under its own key; nothing is unsealed.

    A dataset past its end is searched too: until it is destroyed, people have the right to see it (GDPR 15).
    """
    kept = Dataset.objects.filter(
        state__in=(Dataset.State.OPEN, Dataset.State.CLOSED), exercise_id=exercise_id, piste__in=_keepers
    )
    for dataset in kept.select_related("controller").order_by("controller", "pk"):
        if keyring.holds(dataset.key):
            yield from (Found(dataset, holding) for holding in _keepers[dataset.piste].find(dataset, phone))


# What this mechanism itself writes in the journal of readings.
OWN_ACCESS = "own_access"
OWN_WORDS: dict[str, "str | Promise"] = {OWN_ACCESS: _("right of access of the person")}
