"""``reflexes tally``: from a Pabulib file to a result and its reasons (issue 4, part 2). No database."""

import json
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reflexes.config.commands.plan import say_problems
from reflexes.core.sheets.problems import Problem, has_errors, reading_problem

if TYPE_CHECKING:
    from reflexes.engines.voting import Step
    from reflexes.mechanisms.assembly.tallying.pabulib import PabulibFile

BAD_INPUT = 2
INTERRUPTED = 130
MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 200
PATIENCE = 1.0  # seconds before a progress bar shows
RULES = ("equal-shares", "greedy", "greedy-no-skip", "greedy-threshold", "greedy-exclusive")


class Amount(click.ParamType):
    """An amount of money or a number of points, never through a float."""

    name = gettext_lazy("an amount such as 1 or 0.50")

    def __init__(self, *, zero: bool) -> None:
        self.zero = zero

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Return the exact amount, or refuse it."""
        from reflexes.mechanisms.assembly.tallying.pabulib import amount_of

        amount = value if isinstance(value, Fraction) else amount_of(str(value))
        if amount is None or (amount == 0 and not self.zero):
            raise click.BadParameter(str(value), ctx, param)
        return amount


@click.command(
    help=_(
        "Count the votes of a Pabulib file (.pb) by equal shares or by a greedy rule: winners, why each project was "
        "funded or not, and the same votes under other rules. Nothing is written."
    )
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--rule", type=click.Choice(RULES), help=_("The rule of the vote; the one the file names when not said."))
@click.option(
    "--utility",
    type=click.Choice(["cost", "cardinality", "points"]),
    help=_("What a funded project is worth to whoever chose it, under equal shares."),
)
@click.option(
    "--completion", type=click.Choice(["none", "add1"]), help=_("Raise every voter's share until it would be too much.")
)
@click.option(
    "--step",
    type=Amount(zero=False),
    default="1",
    show_default=True,
    metavar="AMOUNT",
    help=_("By how much, in currency units."),
)
@click.option("--then-greedy", is_flag=True, help=_("Then spend what is left, most votes first."))
@click.option(
    "--threshold",
    type=Amount(zero=True),
    metavar="AMOUNT",
    help=_("The fewest votes of a project, for greedy-threshold."),
)
@click.option(
    "--ties",
    type=click.Choice(["id", "cost", "votes"]),
    default="id",
    show_default=True,
    help=_("Between exact equals: the identifier, the cheaper, or the most chosen."),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print data instead of sentences."))
@click.option("--lang", type=click.Choice(["fr", "en"]), help="fr | en")
def command(
    *,
    file: Path | None,
    rule: str | None,
    utility: str | None,
    completion: str | None,
    step: Fraction,
    then_greedy: bool,
    threshold: Fraction | None,
    ties: str,
    as_json: bool,
    lang: str | None,
) -> int:
    """Read the file, count it, say the result."""
    from reflexes.mechanisms.assembly.tallying import services

    if file is None:
        raise click.UsageError(_("A Pabulib file is needed, such as election.pb."))
    read, problems = _read(file)
    wishes = services.Wishes(rule, utility, completion, step, then_greedy, threshold, ties)
    by = None if read is None or read.refused else services.rule_of(read, wishes)
    report = None
    if read is not None and by is not None:
        bar = _Bar()
        try:
            report = services.count(read, by, bar.show)
        except KeyboardInterrupt:
            click.echo(_("Stopped. A count cut short is no result: nothing is given."), err=True)
            return INTERRUPTED
        finally:
            bar.close()
    say_problems([*problems, *(read.problems if read else [])])
    if report is None or has_errors(report.file.problems):
        return BAD_INPUT
    _say(report, as_json)
    return 0


def _read(path: Path) -> tuple["PabulibFile | None", list[Problem]]:
    """Return the file as read, or what kept it from being read."""
    from reflexes.mechanisms.assembly.tallying.pabulib import read_pabulib
    from reflexes.mechanisms.assembly.tallying.problems import problem

    try:
        with path.open("rb") as opened:
            content = opened.read(MOST_MEGABYTES * MEGABYTE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None, [reading_problem("missing", path.name)]
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        return None, [reading_problem("unreadable", path.name, why=why)]
    if len(content) > MOST_MEGABYTES * MEGABYTE:
        return None, [reading_problem("too_big", path.name, limit=MOST_MEGABYTES)]
    try:
        return read_pabulib(content.decode("utf-8-sig"), path.name), []
    except UnicodeDecodeError:
        return None, [problem("not_text", path.name)]


def _say(report: Any, as_json: bool) -> None:
    from reflexes.mechanisms.assembly.tallying import data, text

    if as_json:
        click.echo(json.dumps(data.report_data(report), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(text.report_lines(report)))


class _Bar:
    """How much of the budget a long completion has placed, on the error stream of a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._started = time.monotonic()

    def show(self, step: "Step") -> None:
        if time.monotonic() - self._started < PATIENCE or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = click.progressbar(length=step.total, label=_("Raising shares"), file=sys.stderr)
        self._bar.update(max(0, step.done - self._bar.pos))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()
