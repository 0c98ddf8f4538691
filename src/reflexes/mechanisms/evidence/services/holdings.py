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
from reflexes.core.notifications.recipients import normalised_phone, readable_phone
from reflexes.mechanisms.evidence.models import Dataset

Words = Mapping[str, "str | Promise"]


@dataclass(frozen=True, slots=True)
class Holding:
    """One sealed text that a dataset holds of one person.

    ``beside`` is what lies open next to it, in words; ``facts`` the same by name, for a file that asks for it.
    """

    subject: UUID
    sealed: str
    what: str
    beside: tuple[tuple["str | Promise", str], ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


Find = Callable[[Dataset, str], Iterable[Holding]]
Shed = Callable[[Dataset], dict[str, int]]


@dataclass(frozen=True, slots=True)
class Lists:
    """How the rows of a piste are read as a list by people named to read them.

    ``uses`` are what one may be named to read for; ``fields`` the facts that may leave in a file, by name;
    ``groups(dataset)`` the people that may be chosen, slug → words; ``rows(dataset, group)`` what is held of them, one
    text for each person.
    """

    uses: Words
    fields: Words
    groups: Callable[[Dataset], Words]
    rows: Callable[[Dataset, str], Iterable[Holding]]


@dataclass(frozen=True, slots=True)
class Keeper:
    """What a piste does with the rows of its datasets.

    ``find(dataset, phone)`` returns what is held of a telephone (E.164); ``shed(dataset)`` deletes every row of the
    dataset and returns anonymous figures (slug → number), or raises ``Refusal`` when something still needs these rows.
    ``facts`` gives the words of every slug: names of sealed facts, what is read and what for, figures. Also, when the
    piste has them: ``scopes``, the refusals that a person may oppose to it; ``closes``, scope → the purposes for which
    nobody who refused is read any more; ``lists``, how its rows leave in a file; ``counts(dataset)``, the figures that
    ``shed`` would return; ``check(dataset)``, which refuses as it would; ``goes``, which of them count what is deleted;
    ``stays``, what else is kept, in words.
    """

    find: Find
    shed: Shed
    facts: Words
    scopes: Words = field(default_factory=dict)
    closes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lists: Lists | None = None
    counts: Callable[[Dataset], dict[str, int]] | None = None
    check: Callable[[Dataset], None] | None = None
    goes: frozenset[str] = frozenset()
    stays: "tuple[str | Promise, ...]" = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A holding and its dataset."""

    dataset: Dataset
    holding: Holding


_keepers: dict[str, Keeper] = {}


def register(piste: str, keeper: Keeper) -> None:
    """Say what ``piste`` does with the rows of its datasets."""
    _keepers[piste] = keeper


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


def readable(value: str) -> str:
    """Return a fact as people read it: a telephone number as it is dictated, anything else as it is."""
    return readable_phone(value) if value.startswith("+") and normalised_phone(value) == value else value


def in_order(piste: str, facts: Mapping[str, str]) -> list[tuple["str | Promise", str]]:
    """Return facts under their words, in the order in which the piste explains them: who one is comes first."""
    keeper = _keepers.get(piste)
    order = list(keeper.facts) if keeper else []
    slugs = sorted(facts, key=lambda slug: order.index(slug) if slug in order else len(order))
    return [(word(piste, slug), facts[slug]) for slug in slugs]


def scopes_of(piste: str) -> Words:
    """Return what a person may refuse to a piste: slug → words."""
    keeper = _keepers.get(piste)
    return keeper.scopes if keeper else {}


def lists_of(piste: str) -> Lists | None:
    """Return how the rows of a piste are read as a list; nothing when they are read one person at a time only."""
    keeper = _keepers.get(piste)
    return keeper.lists if keeper else None


def closed_by(piste: str, what_for: str) -> list[str]:
    """Return the refusals that close a purpose: whoever opposed one of them is not read for it."""
    keeper = _keepers.get(piste)
    return [scope for scope, uses in keeper.closes.items() if what_for in uses] if keeper else []


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
IN_A_FILE = "in_a_file"
FILES, FILES_OUT = "files_taken", "files_unconfirmed"
OWN_WORDS: dict[str, "str | Promise"] = {
    OWN_ACCESS: _("right of access of the person"),
    IN_A_FILE: _("a line of a file"),
    FILES: _("files taken out"),
    FILES_OUT: _("files whose destruction nobody confirmed"),
}
