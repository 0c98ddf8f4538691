"""Wishes as people say them: "Never on Mondays", "Rather not in the afternoon"."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

from reflexes.core import registry
from reflexes.mechanisms.allocation.models import Wish
from reflexes.mechanisms.directory.models import Organisation

A_MONDAY = date(2026, 11, 23)


def weekday_name(number: int) -> str:
    """Return the name of a day of the week, Monday being 0."""
    return formats.date_format(A_MONDAY + timedelta(days=number), "l")


def wish_words(wish: Wish, hosts: Mapping[str, str] | None = None) -> str:
    """Return a wish as a sentence. ``hosts`` names organisations by id, to read them all in one query."""
    return sentence(wish.kind, wish.value, hard=wish.hard, hosts=hosts)


def sentence(kind: str, value: str, *, hard: bool, hosts: Mapping[str, str] | None = None) -> str:
    """Return the sentence of one kind of wish with its value."""
    match kind:
        case "no_weekend":
            return _("never at weekends") if hard else _("rather not at weekends")
        case "no_weekday":
            facts = {"day": weekday_name(int(value))}
            return _("never on %(day)s") % facts if hard else _("rather not on %(day)s") % facts
        case "no_half":
            if value == "am":
                return _("never in the morning") if hard else _("rather not in the morning")
            return _("never in the afternoon") if hard else _("rather not in the afternoon")
        case "no_host":
            facts = {"host": (hosts or host_names([value])).get(value, "–")}
            return _("never with %(host)s") % facts if hard else _("rather not with %(host)s") % facts
        case "no_kind":
            facts = {"kind": str(registry.kinds().get(value, value))}
            return _("never %(kind)s") % facts if hard else _("rather not %(kind)s") % facts
        case _:
            facts = {"kind": kind.replace("_", " "), "value": value}
            return _("a limit: %(kind)s %(value)s") % facts if hard else _("a wish: %(kind)s %(value)s") % facts


def host_names(ids: list[str]) -> dict[str, str]:
    """Return the names of organisations by id, as wishes keep them."""
    known = [int(value) for value in ids if value.isdigit()]
    return {str(pk): name for pk, name in Organisation.objects.filter(pk__in=known).values_list("pk", "name")}


@dataclass(frozen=True, slots=True)
class Said:
    """One wish of a person, ready to show."""

    pk: int
    words: str
    hard: bool


def said(wishes: list[Wish]) -> list[Said]:
    """Return wishes as sentences, limits first: one query for the names of organisations."""
    hosts = host_names([wish.value for wish in wishes if wish.kind == "no_host"])
    rows = [Said(wish.pk, wish_words(wish, hosts), wish.hard) for wish in wishes]
    return sorted(rows, key=lambda row: (not row.hard, row.words))
