"""A plan as a workbook: the whole plan, one sheet for each host, one sheet of everyone's missions, what is missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reflexes.core.sheets.cells import Cell
from reflexes.core.sheets.writing import write_tables
from reflexes.mechanisms.allocation import reasons

if TYPE_CHECKING:
    from reflexes.mechanisms.allocation.sheets.joining import Place
    from reflexes.mechanisms.allocation.sheets.services import Report

MOST_HOSTS = 200  # a workbook with more sheets is of no use to anyone
Content = tuple[Sequence[str], list[list[Cell]]]


def write_report(report: "Report", path: Path) -> None:
    """Write the plan at ``path``; CSV holds the plan alone, which ``--keep`` reads back."""
    kind = path.suffix.lower().lstrip(".")
    tables = {pgettext("name of a sheet", "Plan"): _plan(report)}
    if kind != "csv":
        tables |= _hosts(report)
        tables[pgettext("name of a sheet", "People")] = _people(report)
        tables[pgettext("name of a sheet", "Places left")] = _left(report)
    write_tables(path, tables, kind)


def _lines(report: "Report") -> list[tuple[str, str, "Place"]]:
    """Return (person id, name, place) by half-day, host and name."""
    people, places = report.sheets.people, report.sheets.places
    lines = [(person, people[person].name, places[place]) for person, place in report.plan.assignments]
    return sorted(lines, key=lambda line: (line[2].half_day, line[2].need.host, line[2].id, line[1], line[0]))


def _km(report: "Report", person: str, place: "Place") -> Cell:
    km = report.km[(person, place.id)]
    return None if km is None else round(km, 1)


def _skill(report: "Report", place: "Place") -> str:
    return report.sheets.labels.get(place.need.skill, place.need.skill)


def _plan(report: "Report") -> Content:
    titles = [
        pgettext("title of a column", "person id"),
        pgettext("title of a column", "person"),
        pgettext("title of a column", "need id"),
        pgettext("title of a column", "need"),
        pgettext("title of a column", "half-day"),
        pgettext("title of a column", "when"),
        pgettext("title of a column", "skill"),
        pgettext("title of a column", "priority"),
        pgettext("title of a column", "host"),
        pgettext("title of a column", "place"),
        pgettext("title of a column", "km"),
    ]
    rows: list[list[Cell]] = [
        [
            person,
            name,
            place.need.id,
            place.need.title,
            place.half_day,
            reasons.half_day_words(place.half_day),
            _skill(report, place),
            place.need.priority,
            place.need.host,
            place.need.place,
            _km(report, person, place),
        ]
        for person, name, place in _lines(report)
    ]
    return titles, rows


def _hosts(report: "Report") -> dict[str, Content]:
    """Return one sheet for each host: who comes when, for what. Neither homes nor distances: a host needs none."""
    titles = [
        pgettext("title of a column", "half-day"),
        pgettext("title of a column", "when"),
        pgettext("title of a column", "need"),
        pgettext("title of a column", "person"),
        pgettext("title of a column", "skill"),
        pgettext("title of a column", "service"),
    ]
    hosts: dict[str, list[list[Cell]]] = {}
    for person, name, place in _lines(report):
        row = place.need
        hosts.setdefault(row.host or row.place or _("Without a host"), []).append(
            [
                place.half_day,
                reasons.half_day_words(place.half_day),
                row.title,
                name,
                _skill(report, place),
                report.sheets.people[person].unit,
            ]
        )
    kept = sorted(hosts)[:MOST_HOSTS]
    return {_("Host %(host)s") % {"host": host}: (titles, hosts[host]) for host in kept}


def _people(report: "Report") -> Content:
    """Return each person's missions, one line for each, people without any included: they came forward too."""
    titles = [
        pgettext("title of a column", "person"),
        pgettext("title of a column", "person id"),
        pgettext("title of a column", "service"),
        pgettext("title of a column", "half-day"),
        pgettext("title of a column", "when"),
        pgettext("title of a column", "need"),
        pgettext("title of a column", "host"),
        pgettext("title of a column", "place"),
    ]
    missions: dict[str, list[list[Cell]]] = {}
    for person, _name, place in _lines(report):
        row = place.need
        missions.setdefault(person, []).append(
            [place.half_day, reasons.half_day_words(place.half_day), row.title, row.host, row.place]
        )
    rows: list[list[Cell]] = []
    unused: list[list[Cell]] = [[None, _("not used in this plan"), None, None, None]]
    for person in sorted(report.sheets.people.values(), key=lambda one: (one.name, one.id)):
        rows += [[person.name, person.id, person.unit, *mission] for mission in missions.get(person.id, unused)]
    return titles, rows


def _left(report: "Report") -> Content:
    titles = [
        pgettext("title of a column", "need id"),
        pgettext("title of a column", "need"),
        pgettext("title of a column", "half-day"),
        pgettext("title of a column", "priority"),
        pgettext("title of a column", "missing"),
        pgettext("title of a column", "why"),
        pgettext("title of a column", "counts"),
    ]
    rows: list[list[Cell]] = []
    for one in report.plan.unfilled:
        place = report.sheets.places[one.demand]
        rows.append(
            [
                place.need.id,
                place.need.title,
                place.half_day,
                place.need.priority,
                one.missing,
                reasons.why_empty(one.why),
                " ".join(reasons.funnel(one.counts)),
            ]
        )
    return titles, rows
