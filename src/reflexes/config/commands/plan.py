"""``reflexes plan``: from two sheets to a plan, its reasons and its workbook (issue 2, part 4). No database."""

import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reflexes.core.sheets.problems import Level, Problem

if TYPE_CHECKING:
    from reflexes.mechanisms.allocation.sheets.joining import Sheets
    from reflexes.mechanisms.allocation.sheets.services import Report

OUT_FORMATS = (".csv", ".xlsx", ".ods")
MOST_PROBLEMS = 200
PATIENCE = 1.0  # seconds before a progress bar shows
AFTER_CTRL_C = 10.0  # seconds given to the engine to hand over its best answer
INTERRUPTED = 130
Result = TypeVar("Result")
PATH = click.Path(path_type=Path)


@click.command(
    help=_(
        "Pair the people of a sheet with the needs of another: highest priorities first, then the shortest way and the "
        "wishes. Sheets are CSV, XLSX or ODS, with French or English titles (docs/sheets.md)."
    )
)
@click.option("--people", type=PATH, help=_("The sheet of people: id, skills, half_days, and more."))
@click.option("--needs", type=PATH, help=_("The sheet of needs: id, half_day, headcount, and more."))
@click.option("--keep", type=PATH, help=_("An earlier plan: its lines are kept unless they cannot be."))
@click.option("--out", type=PATH, help=_("Write the plan there: .xlsx, .ods or .csv."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the plan as JSON."))
@click.option("--explain", metavar="PERSON:NEED", help=_("Say why this person is not on this need, and at what price."))
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help=_("Seed of the lots."))
@click.option(
    "--price-km", type=click.IntRange(0, 10_000), default=10, show_default=True, help=_("Price of one kilometre.")
)
@click.option(
    "--price-soft",
    type=click.IntRange(0, 100_000),
    default=50,
    show_default=True,
    help=_("Price of one soft wish missed."),
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0.1, 86_400),
    default=30.0,
    show_default=True,
    help=_("Seconds given to the search when team rules make it long."),
)
@click.option("--lang", type=click.Choice(["fr", "en"]), help="fr | en")
def command(
    *,
    people: Path | None,
    needs: Path | None,
    keep: Path | None,
    out: Path | None,
    as_json: bool,
    explain: str | None,
    seed: int,
    price_km: int,
    price_soft: int,
    time_limit: float,
    lang: str | None,
) -> int:
    """Read the sheets, make the plan, say it."""
    from reflexes.mechanisms.allocation.sheets import joining, services

    if people is None or needs is None:
        raise click.UsageError(_("Two sheets are needed: --people and --needs."))
    _check_out(out)
    sheets = joining.read_sheets(people, needs, keep)
    say_problems(sheets.problems)
    if sheets.refused:
        return 2
    pair = joining.pair_named(sheets, explain) if explain else None
    if explain and pair is None:
        raise click.UsageError(
            _("--explain takes PERSON:NEED, two identifiers of the sheets. Found “%(found)s”.") % {"found": explain}
        )
    work = Interruptible(
        lambda one: services.make_plan(
            sheets,
            seed=seed,
            price_km=price_km,
            price_soft=price_soft,
            time_limit=time_limit,
            progress=one.progress,
            cancelled=one.cancelled,
        )
    )
    report = work.result()
    if report is None:
        click.echo(_("Stopped. No plan was found in time, nothing was written."), err=True)
        return INTERRUPTED
    if out is not None:
        _write(report, out)
    if pair is not None:
        _print_explanation(services.explain(sheets, report, pair), sheets, as_json)
    else:
        _print_report(report, as_json)
    return INTERRUPTED if report.stopped else 0


def _check_out(out: Path | None) -> None:
    if out is None:
        return
    if out.suffix.lower() not in OUT_FORMATS:
        raise click.UsageError(_("--out takes a name in .xlsx, .ods or .csv. Found “%(found)s”.") % {"found": out.name})
    if not out.parent.is_dir() or out.is_dir():
        raise click.UsageError(_("--out: the folder of “%(found)s” does not exist. Make it first.") % {"found": out})


def say_problems(problems: list[Problem]) -> None:
    """Write one line for each problem on the error stream, errors first; the first two hundred of them."""
    ordered = sorted(problems, key=lambda problem: problem.level is not Level.ERROR)
    for problem in ordered[:MOST_PROBLEMS]:
        mark = (
            pgettext("in front of a problem", "Error")
            if problem.level is Level.ERROR
            else pgettext("in front of a problem", "Warning")
        )
        click.echo(_("%(mark)s: %(problem)s") % {"mark": mark, "problem": problem}, err=True)
    if len(ordered) > MOST_PROBLEMS:
        click.echo(_("And %(count)s more.") % {"count": len(ordered) - MOST_PROBLEMS}, err=True)


def _write(report: "Report", out: Path) -> None:
    from reflexes.mechanisms.allocation.sheets.workbook import write_report

    try:
        write_report(report, out)
    except OSError as error:
        raise click.UsageError(
            _("“%(path)s” cannot be written (%(why)s). Choose another place.") % {"path": out, "why": error.strerror}
        ) from error
    click.echo(_("Plan written in %(path)s.") % {"path": out}, err=True)


def _print_report(report: "Report", as_json: bool) -> None:
    from reflexes.mechanisms.allocation.sheets import data, text

    if as_json:
        _print_json(data.report_data(report))
    else:
        click.echo("\n".join(text.report_lines(report)))


def _print_explanation(explanation: Any, sheets: "Sheets", as_json: bool) -> None:
    from reflexes.mechanisms.allocation.sheets import data, text

    if as_json:
        _print_json(data.explanation_data(explanation, sheets))
    else:
        click.echo("\n".join(text.explanation_lines(explanation, sheets)))


def _print_json(content: dict[str, Any]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))


class Interruptible(Generic[Result]):
    """Long work in a thread, so that Ctrl-C is heard at once: the first asks for the best answer so far.

    The engine asks ``cancelled`` often and answers with what it has; a second Ctrl-C does not wait for it.
    """

    def __init__(self, work: "Callable[[Interruptible[Result]], Result]", label: str = "") -> None:
        self.label = label or _("Looking for the best plan")
        self.asked: float | None = None
        self.step: Any = None
        self._outcome: tuple[Result | None, BaseException | None] = (None, None)
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)

    def cancelled(self) -> bool:
        """Tell the engine whether someone asked to stop."""
        return self.asked is not None

    def progress(self, step: Any, /) -> None:
        """Receive a sign of life of the engine."""
        self.step = step

    def result(self) -> Result | None:
        """Run the work to its end, or to Ctrl-C; ``None`` when nothing came in time."""
        before = signal.signal(signal.SIGINT, self._interrupt)
        started = time.monotonic()
        bar = _Bar(self.label)
        try:
            self._thread.start()
            while self._thread.is_alive() and not self._too_late():
                self._thread.join(0.1)
                if time.monotonic() - started > PATIENCE:
                    bar.show(self.step)
        except KeyboardInterrupt:
            return None
        finally:
            bar.close()
            signal.signal(signal.SIGINT, before)
        answer, error = self._outcome
        if error is not None:
            raise error
        return answer

    def _run(self, work: "Callable[[Interruptible[Result]], Result]") -> None:
        try:
            self._outcome = (work(self), None)
        except BaseException as error:  # noqa: BLE001 - raised again by result()
            self._outcome = (None, error)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self.asked is not None:
            raise KeyboardInterrupt
        self.asked = time.monotonic()

    def _too_late(self) -> bool:
        return self.asked is not None and time.monotonic() - self.asked > AFTER_CTRL_C


class _Bar:
    """A bar on the error stream of a terminal; nothing elsewhere."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._stage = ""

    def show(self, step: Any) -> None:
        if step is None or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(length=100, label=self._label, file=sys.stderr)
        if step.stage != self._stage:
            self._stage = step.stage
            self._bar.pos = 0
        reached = int(100 * step.done / step.total) if step.total else 0
        self._bar.update(max(0, min(reached, 100) - self._bar.pos))
        self._bar.render_progress()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()
