"""The registry of pistes: each declares itself in one object, in ``piste.py``.

A piste that is switched off (``REFLEXES_PISTES_OFF``) does not exist: no table is touched, no address answers, no menu
shows it. Kinds stored on a mechanism's rows are slugs checked against this registry.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise

if TYPE_CHECKING:
    from datetime import date, datetime

    from reflexes.core.acting import Actor

# What a magic link asks: its purpose and its subject ("answer", "assignment:12").
Question = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of a person's navigation: at most five for each role.

    Entries of several pistes that lead to one page of all of them carry the same ``shared`` word: the first one shows.
    ``under`` names the pages without an entry of their own that stand under this one.
    """

    label: "str | Promise"
    url_name: str
    roles: frozenset[str]
    icon: str = ""
    home: bool = False
    shared: str = ""
    under: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the guided first visit, on a real page: what it is for, and what to do there."""

    url_name: str
    title: "str | Promise"
    words: "str | Promise"


@dataclass(frozen=True, slots=True)
class Guide:
    """What a role is told: in one sentence what it does here, the steps of its first visit, what people ask."""

    words: "str | Promise"
    steps: tuple[Step, ...]
    questions: tuple[tuple["str | Promise", "str | Promise"], ...] = ()


@dataclass(frozen=True, slots=True)
class Waits:
    """One line of what waits in a piste: so many, since when, on whom, what to do about it and where."""

    sentence: "str | Promise"
    count: int
    since: "date | datetime"
    who: "str | Promise"
    action: "str | Promise"
    href: str


@dataclass(frozen=True, slots=True)
class Piste:
    """What a piste says of itself.

    ``promise`` is one sentence for the people who switch it on; ``path`` is its public French segment; ``kinds`` are
    the mission kinds it adds (slug to label), ``kind_words`` other words under which sheets name them, ``adult_kinds``
    those that nobody under age is asked for. ``waits`` says under one title what waits there for somebody who steers:
    whichever piste holds their home shows it.
    """

    slug: str
    label: "str | Promise"
    orientation: str
    promise: "str | Promise"
    path: str
    mechanisms: tuple[str, ...]
    menu: tuple[MenuEntry, ...] = ()
    kinds: dict[str, "str | Promise"] = field(default_factory=dict)
    kind_words: dict[str, str] = field(default_factory=dict)
    adult_kinds: frozenset[str] = frozenset()
    guides: dict[str, Guide] = field(default_factory=dict)
    erase: Callable[..., object] | None = None
    export: Callable[..., object] | None = None
    exercise_figures: "Callable[[int], list[tuple[str | Promise, str]]] | None" = None
    question_states: "Callable[[Iterable[Question]], dict[Question, str | Promise]] | None" = None
    waits: "Callable[[Actor], tuple[str | Promise, list[Waits]]] | None" = None


@cache
def pistes() -> tuple[Piste, ...]:
    """Return the pistes that are switched on, in the order of the settings."""
    modules = [path for path in settings.PISTES if path.rsplit(".", 1)[-1] not in settings.PISTES_OFF]
    return tuple(import_module(f"{path}.piste").piste for path in modules)


def kinds() -> dict[str, "str | Promise"]:
    """Return every mission kind known to this instance: slug to label."""
    return {slug: label for piste in pistes() for slug, label in piste.kinds.items()}


def kind_words() -> dict[str, str]:
    """Return every other word that names a mission kind: word to slug."""
    return {word: slug for piste in pistes() for word, slug in piste.kind_words.items()}


def adult_kinds() -> frozenset[str]:
    """Return the mission kinds that nobody under age is asked for."""
    return frozenset(slug for piste in pistes() for slug in piste.adult_kinds)


def menu_for(role: str) -> list[MenuEntry]:
    """Return what a person acting as ``role`` finds in the navigation."""
    held = [entry for piste in pistes() for entry in piste.menu if role in entry.roles]
    first = {entry.shared: entry for entry in reversed(held) if entry.shared}
    return [entry for entry in held if not entry.shared or first[entry.shared] is entry]


def question_states(asked: Iterable[Question]) -> "dict[Question, str | Promise]":
    """Return what became of each question that a piste knows: its answer in words, ``""`` while it waits."""
    known = [piste.question_states(asked) for piste in pistes() if piste.question_states is not None]
    return {question: words for found in known for question, words in found.items()}


def waits(actor: "Actor") -> "list[tuple[str | Promise, list[Waits]]]":
    """Return what waits for ``actor`` in each piste that says so, under its title; nothing where nothing waits."""
    found = [piste.waits(actor) for piste in pistes() if piste.waits is not None]
    return [(title, lines) for title, lines in found if lines]


def guide_for(role: str) -> Guide | None:
    """Return what ``role`` is told: the first piste that speaks to it."""
    return next((piste.guides[role] for piste in pistes() if role in piste.guides), None)
