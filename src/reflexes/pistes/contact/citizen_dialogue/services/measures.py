"""Figures of chosen indicators, typed or from a small sheet; none before the choice is closed (P11 (7))."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflexes.core import clock
from reflexes.core.acting import Actor
from reflexes.core.errors import Refusal
from reflexes.core.sheets.cells import Cell, as_text
from reflexes.core.sheets.problems import Problem, has_errors
from reflexes.core.sheets.reading import Table, read_table
from reflexes.core.text import normalised
from reflexes.mechanisms.journal.services import record
from reflexes.pistes.contact.citizen_dialogue.models import Indicator, Measure, Scheme
from reflexes.pistes.contact.citizen_dialogue.perms_schemes import check_writing
from reflexes.pistes.contact.citizen_dialogue.services.indicators import check_closed
from reflexes.pistes.contact.citizen_dialogue.services.schemes import chosen

MOST_ROWS = 2000
LARGEST = Decimal(10) ** 9
TITLES = {
    "indicator": {"indicator", "indicateur"},
    "on": {"day", "date", "jour", "on"},
    "value": {"value", "valeur", "chiffre", "figure"},
    "source": {"source"},
}
WORDS: dict[str, "str | Promise"] = {
    "no_column": _("there is no column “%(title)s”. The titles are: indicator, day, value, and source if you wish."),
    "indicator": _("“%(found)s” is none of the indicators that were chosen. Write its title as it was chosen."),
    "day": _("“%(found)s” is no day. Write it like 2026-11-24 or 24/11/2026."),
    "day_to_come": _("this day is to come: nothing was measured yet."),
    "value": _("“%(found)s” is no figure. Write it like 128 or 12.5."),
    "twice": _("this figure is already there, or twice in the sheet. Strike the one that is wrong first."),
}


@dataclass(slots=True)
class Reading:
    """What a sheet holds: the figures, not written yet, and everything wrong in it."""

    measures: list[Measure] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Tell whether something in the sheet stops the work."""
        return has_errors(self.problems)


def do_measure(*, actor: Actor, indicator: Indicator, on: date, value: Decimal, source: str = "") -> Measure:
    """Write one figure; its source is the indicator's unless another is said."""
    scheme = indicator.scheme
    check_writing(actor, scheme)
    if indicator.state != Indicator.State.CHOSEN:
        raise Refusal("not_chosen", _("This indicator was set aside: no figure of it is written."))
    if on > clock.today():
        raise Refusal("day_to_come", _("This day is to come: nothing was measured yet."))
    if not 0 <= value <= LARGEST:
        raise Refusal("value", _("A figure is written from zero up. Read it again."))
    try:
        with transaction.atomic():
            check_closed(scheme)
            measure = Measure.objects.create(
                indicator=indicator,
                on=on,
                value=value,
                source=source.strip()[:160] or indicator.source,
                written_by_id=actor.person_id,
            )
            _record(actor, "citizen_dialogue.measured", scheme, 1)
    except IntegrityError as error:
        raise Refusal(
            "twice", _("There is a figure of that day and source already. Strike it first if it is wrong.")
        ) from error
    return measure


def do_strike(*, actor: Actor, measure: Measure, why: str) -> None:
    """Strike a wrong figure, with why; the line stays, and another may take its place."""
    scheme = measure.indicator.scheme
    check_writing(actor, scheme)
    if not why.strip():
        raise Refusal("why_missing", _("Say why this figure is struck: everybody may have read it."))
    with transaction.atomic():
        struck = Measure.objects.filter(pk=measure.pk, struck_at=None).update(
            struck_at=clock.now(), why_struck=why.strip()[:200]
        )
        if not struck:
            raise Refusal("struck", _("This figure is struck already."), conflict=True)
        record(
            actor=actor,
            verb="citizen_dialogue.figure_struck",
            object_kind="scheme",
            object_key=scheme.pk,
            reason=why,
            params={"measure": measure.pk},
        )


def do_import_measures(
    *, actor: Actor, scheme: Scheme, file_name: str, content: bytes, dry_run: bool = False
) -> Reading:
    """Write the figures of a sheet (CSV, XLSX or ODS), all or none; ``dry_run`` reads everything and writes nothing."""
    check_writing(actor, scheme)
    found = Reading()
    table = read_table(io.BytesIO(content), name=file_name, max_rows=MOST_ROWS)
    found.problems += table.problems
    with transaction.atomic():
        check_closed(scheme)
        if not found.refused:
            _read(scheme, table, found)
        if found.refused or dry_run:
            return found
        for measure in found.measures:
            measure.written_by_id = actor.person_id
        Measure.objects.bulk_create(found.measures)
        _record(actor, "citizen_dialogue.measured", scheme, len(found.measures))
    return found


def _read(scheme: Scheme, table: Table, found: Reading) -> None:
    titles = [normalised(title) for title in table.headers]
    places = {
        name: next((place for place, title in enumerate(titles) if title in known), None)
        for name, known in TITLES.items()
    }
    for name in ("indicator", "on", "value"):
        if places[name] is None:
            title = {"on": _("day"), "indicator": _("indicator"), "value": _("value")}[name]
            found.problems.append(Problem("no_column", WORDS["no_column"], table.name, params={"title": title}))
    if found.refused:
        return
    known = {normalised(one.title): one for one in chosen(scheme)}
    live = Measure.objects.filter(indicator__scheme=scheme, struck_at=None).order_by("pk")
    taken = set(live.values_list("indicator_id", "on", "source"))
    for row, cells in zip(table.row_numbers, table.rows, strict=True):
        _read_row(table, row, {name: cells[at] for name, at in places.items() if at is not None}, known, taken, found)


def _read_row(
    table: Table,
    row: int,
    cells: Mapping[str, Cell],
    known: Mapping[str, Indicator],
    taken: set[tuple[int, date, str]],
    found: Reading,
) -> None:
    """Read one line into a figure, or say everything wrong in it."""

    def wrong(code: str, name: str) -> None:
        column = table.headers[[normalised(title) in TITLES[name] for title in table.headers].index(True)]
        params = {"found": as_text(cells[name])}
        found.problems.append(Problem(code, WORDS[code], table.name, row, column, params))

    indicator = known.get(normalised(as_text(cells["indicator"])))
    on, value = _day(cells["on"]), _figure(cells["value"])
    if indicator is None:
        wrong("indicator", "indicator")
    if on is None:
        wrong("day", "on")
    elif on > clock.today():
        wrong("day_to_come", "on")
    if value is None:
        wrong("value", "value")
    if indicator is None or on is None or on > clock.today() or value is None:
        return
    source = as_text(cells.get("source", ""))[:160] or indicator.source
    if (indicator.pk, on, source) in taken:
        wrong("twice", "on")
        return
    taken.add((indicator.pk, on, source))
    found.measures.append(Measure(indicator=indicator, on=on, value=value, source=source, entry=Measure.Entry.FILE))


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(as_text(cell), shape).date()  # noqa: DTZ007  (a day, no moment)
        except ValueError:
            continue
    return None


def _figure(cell: Cell) -> Decimal | None:
    try:
        value = Decimal("".join(as_text(cell).replace(",", ".").split()))
    except InvalidOperation:
        return None
    return round(value, 2) if value.is_finite() and 0 <= value <= LARGEST else None


def figures(scheme: Scheme) -> QuerySet[Measure]:
    """Return the figures that stand, oldest first; none while the choice is open, whatever the database holds."""
    if scheme.choice_closed_at is None:
        return Measure.objects.none()
    live = Measure.objects.filter(indicator__scheme=scheme, indicator__state=Indicator.State.CHOSEN, struck_at=None)
    return live.select_related("indicator").order_by("indicator", "on", "pk")


def struck(scheme: Scheme) -> QuerySet[Measure]:
    """Return the figures struck, with why."""
    gone = Measure.objects.filter(indicator__scheme=scheme, struck_at__isnull=False)
    return gone.select_related("indicator").order_by("-struck_at", "pk")


def _record(actor: Actor, verb: str, scheme: Scheme, count: int) -> None:
    record(actor=actor, verb=verb, object_kind="scheme", object_key=scheme.pk, params={"count": count})
