"""How many yes to expect, and who is chosen among whom, in words: no percentage, nothing over-read."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reflexes.mechanisms.allocation import reasons
from reflexes.mechanisms.allocation.services.asking import Advice, Beyond
from reflexes.mechanisms.directory.models import Person
from reflexes.pistes.resources.micro_mobility.reasons import load_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reflexes.engines import matching

SMALLEST = 0.02
ROUGH = 10


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One half-day that may stay short: what to expect now, with more people, and who they are."""

    advice: Advice
    now: str
    more: str
    people: list["NamedBeyond"]


@dataclass(frozen=True, slots=True)
class NamedBeyond:
    """Somebody who could be asked beyond the places, with their name."""

    beyond: Beyond
    person: Person


def advice_rows(advice: list[Advice]) -> list[AdviceRow]:
    """Return the advice in sentences."""
    people = Person.objects.in_bulk([one.person_id for each in advice for one in each.people])
    return [
        AdviceRow(
            each,
            _expect(each.now),
            _("If you ask %(count)s: %(expect)s") % {"count": each.more.ask, "expect": _expect_yes(each.more)},
            [NamedBeyond(one, people[one.person_id]) for one in each.people],
        )
        for each in advice
    ]


def _expect(one: "matching.Asking") -> str:
    asked = ngettext("We ask %(count)s person", "We ask %(count)s people", one.ask) % {"count": one.ask}
    places = ngettext("for %(count)s place", "for %(count)s places", one.places) % {"count": one.places}
    return _("%(asked)s %(places)s: %(expect)s") % {"asked": asked, "places": places, "expect": _expect_yes(one)}


def _expect_yes(one: "matching.Asking") -> str:
    return _("%(range)s; %(empty)s.") % {"range": _range(one), "empty": _empty(one)}


def _range(one: "matching.Asking") -> str:
    if one.low == one.high:
        return ngettext("expect %(count)s yes", "expect %(count)s yes", one.low) % {"count": one.low}
    if one.high == one.low + 1:
        return _("expect %(low)s or %(high)s yes") % {"low": one.low, "high": one.high}
    return _("expect %(low)s to %(high)s yes") % {"low": one.low, "high": one.high}


def _empty(one: "matching.Asking") -> str:
    """Say how likely it is that a place stays empty."""
    left = 1 - one.filled
    if one.ask < one.places:
        return _("places stay empty whatever the answers")
    if left < SMALLEST:
        return _("every place should be taken")
    return _("%(chance)s that a place stays empty") % {"chance": chance_words(left)}


def chance_words(chance: float) -> str:
    """Return a chance as people say it.

    >>> chance_words(0.21), chance_words(0.66), chance_words(0.06)
    ('1 chance in 5', '2 chances in 3', '1 chance in 17')
    """
    rough = Fraction(1, round(1 / chance)) if chance < 1 / ROUGH else Fraction(chance).limit_denominator(5)
    if rough.numerator == rough.denominator:
        return _("almost certain")
    counts = {"count": rough.numerator, "among": rough.denominator}
    return ngettext("%(count)s chance in %(among)s", "%(count)s chances in %(among)s", rough.numerator) % counts


def wave_words(one: "matching.Asking", *, more: bool = False) -> str:
    """Return what to expect of all the proposals of a wave together, or of those still waited for (``more``)."""
    counts = {"count": number_format(one.low), "low": number_format(one.low), "high": number_format(one.high)}
    if more and one.low == one.high:
        return _("By past answers, expect about %(count)s more yes among them.") % counts
    if more:
        return _("By past answers, expect between %(low)s and %(high)s more yes among them.") % counts
    if one.low == one.high:
        return _("By past answers, expect about %(count)s yes.") % counts
    return _("By past answers, expect between %(low)s and %(high)s yes.") % counts


def skewed_words(spread: "Iterable[matching.SpreadRow]") -> list[str]:
    """Return the groups that are chosen more or less than their share, in sentences."""
    found = [row for row in spread if row.skewed]
    names = load_names() if found else None
    told = []
    for row in found:
        trait, value = reasons.trait_words(row.trait, row.value, names or reasons.Names())
        facts = {
            "trait": trait,
            "value": value,
            "selected": row.selected,
            "expected": number_format(round(row.expected)),
        }
        told.append(_("%(trait)s, %(value)s: %(selected)s chosen, about %(expected)s if it were even.") % facts)
    return told
