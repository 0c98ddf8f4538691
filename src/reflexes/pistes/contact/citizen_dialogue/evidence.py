"""Figures and counts of a scheme as people read them: one picture for each indicator, on the page of its notes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from reflexes.core import clock
from reflexes.mechanisms.assembly.models import Channel, Consultation
from reflexes.mechanisms.assembly.services.consultations import reach
from reflexes.pistes.contact.citizen_dialogue.models import FieldCount, FieldNote, Indicator, Measure, Scheme
from reflexes.pistes.contact.citizen_dialogue.services import field_notes, measures
from reflexes.pistes.contact.citizen_dialogue.services.schemes import chosen
from reflexes.web.parts import Bar, BarChart

# A counter that speaks each day would draw a year: the sheet holds it.
MOST_BARS = 16
# What the first question is about; everything else tells the effects (mechanisms.md P11, Nantes).
OF_USE = frozenset({Indicator.Kind.USE})


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one indicator: its figures and what evaluators counted, each drawn when there are some."""

    indicator: Indicator
    measures: list[Measure]
    counts: list[FieldCount]
    figures: BarChart | None
    counted: BarChart | None


def evidence_of(scheme: Scheme) -> list[Evidence]:
    """Return what is known of each chosen indicator; nothing while the choice is open. Three questions at most."""
    if scheme.choice_closed_at is None:
        return []
    measured: dict[int, list[Measure]] = defaultdict(list)
    counted: dict[int, list[FieldCount]] = defaultdict(list)
    for measure in measures.figures(scheme):
        measured[measure.indicator_id].append(measure)
    for count in field_notes.counts_of(scheme):
        counted[count.indicator_id].append(count)
    return [
        Evidence(
            one,
            measured[one.pk],
            counted[one.pk],
            _figures(one, measured[one.pk]),
            _counted(one, counted[one.pk]),
        )
        for one in chosen(scheme)
    ]


def short(day: date) -> str:
    """Return a day as a bar of a chart says it: without its year while it is this one."""
    if day.year != clock.today().year:
        return formats.date_format(day, "SHORT_DATE_FORMAT")
    first = day.day == 1 and (get_language() or "").startswith("fr")
    return formats.date_format(day, r"j\e\r F" if first else "MONTH_DAY_FORMAT")


def _figures(indicator: Indicator, found: list[Measure]) -> BarChart | None:
    if not found:
        return None
    several = len({one.source for one in found}) > 1
    bars = [Bar(f"{short(one.on)}, {one.source}" if several else short(one.on), float(one.value)) for one in found]
    source = _("several sources, written beside each") if several else found[0].source
    title = _("Figures (%(unit)s)") % {"unit": indicator.unit}
    return _chart(title, bars, source, found[-1].on, indicator.unit)


def per_hour(count: FieldCount) -> float:
    """Return a count brought to one hour, so that ten minutes and twenty compare."""
    return round(count.value * 60 / (count.note.minutes or 60))


def _counted(indicator: Indicator, found: list[FieldCount]) -> BarChart | None:
    if not found:
        return None
    bars = [Bar(_counted_words(one), per_hour(one)) for one in found]
    last = timezone.localtime(found[-1].note.at).date()
    title = _("Counted in the street (%(unit)s), brought to one hour") % {"unit": indicator.unit}
    unit = _("%(unit)s an hour") % {"unit": indicator.unit}
    return _chart(title, bars, _("citizen evaluators"), last, unit)


def _chart(title: str, bars: list[Bar], source: str, last: date, unit: str) -> BarChart:
    """Return the picture of the latest ones; the sheet has them all."""
    if len(bars) > MOST_BARS:
        title = _("%(title)s, the latest %(count)d") % {"title": title, "count": MOST_BARS}
    return BarChart(title, bars[-MOST_BARS:], source, last, unit)


def _counted_words(count: FieldCount) -> str:
    return _("%(day)s, %(where)s: %(value)d in %(minutes)d min") % {
        "day": short(timezone.localtime(count.note.at).date()),
        "where": count.note.where,
        "value": count.value,
        "minutes": count.note.minutes or 60,
    }


def feelings(notes: list[FieldNote]) -> list[tuple[str, int]]:
    """Return how evaluators felt, in how many notes; nothing when none said it."""
    said = [one.feeling for one in notes if one.feeling]
    return [(str(FieldNote.Feeling(code).label), said.count(code)) for code in FieldNote.Feeling.values] if said else []


def by_channel(consultation: Consultation | None, notes: list[FieldNote]) -> list[tuple[str, int, int]]:
    """Return each channel with how many contributions and how many field notes came by it (P11 (2))."""
    said = reach(consultation) if consultation else dict.fromkeys(Channel.values, 0)
    noted = [one.channel for one in notes]
    return [(str(channel.label), said[channel.value], noted.count(channel.value)) for channel in Channel]
