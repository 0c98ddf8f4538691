"""``reflexes draw``: a panel drawn from a pool and quotas, with its proof and its public record. No database."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _

from reflexes.config.commands.plan import INTERRUPTED, PATH, Interruptible, say_problems

if TYPE_CHECKING:
    from reflexes.config.draws.services import Prepared
    from reflexes.mechanisms.assembly.drawing.sheets import Sheets


@click.command(
    help=_(
        "Draw a panel so that the least lucky person has the best chance there can be, and publish what anyone needs "
        "to draw it again. Sheets are those of the usual sortition tools: CSV, XLSX, ODS (docs/algorithms/lottery.md)."
    )
)
@click.option("--pool", type=PATH, help=_("The sheet of those who answered: one column for each question."))
@click.option("--quotas", type=PATH, help=_("The sheet of quotas: category, feature, min, max."))
@click.option("--size", type=click.IntRange(1, 10_000), help=_("How many people sit."))
@click.option("--household", help=_("Columns that make an address, separated by commas: one person each at most."))
@click.option("--id", "id_title", default="", help=_("The column of identifiers (else: id, or the order of lines)."))
@click.option("--salt", default="", help=_("A secret sentence that turns identifiers into pseudonyms."))
@click.option(
    "--tickets", type=click.IntRange(1, 100_000), default=1_000, show_default=True, help=_("How many numbered tickets.")
)
@click.option(
    "--announce", multiple=True, help=_("A source of chance to come, then those that stand in for it: a,b,c.")
)
@click.option("--seed-source", "said", multiple=True, help=_("What a source said: drand:ROUND:VALUE, dice:4-7-1."))
@click.option("--prepare", is_flag=True, help=_("Stop before the draw: write the record to publish beforehand."))
@click.option("--from", "published", type=PATH, help=_("Draw a record published beforehand, instead of sheets."))
@click.option("--leaving", multiple=True, help=_("Somebody leaves a panel already drawn: PSEUDONYM:REASON."))
@click.option("--record", type=PATH, help=_("Write the public record there (.json)."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the draw as JSON."))
@click.option("--lang", type=click.Choice(["fr", "en"]), help="fr | en")
def command(
    *,
    pool: Path | None,
    quotas: Path | None,
    size: int | None,
    household: str | None,
    id_title: str,
    salt: str,
    tickets: int,
    announce: tuple[str, ...],
    said: tuple[str, ...],
    prepare: bool,
    published: Path | None,
    leaving: tuple[str, ...],
    record: Path | None,
    as_json: bool,
    lang: str | None,
) -> int:
    """Read the sheets or the record, draw, say it."""
    _check_record(record)
    if published is not None:
        return _go_on(read_record(published), said, leaving, record, as_json=as_json)
    if pool is None or quotas is None or size is None:
        raise click.UsageError(_("Two sheets and a size are needed: --pool, --quotas and --size (or --from a record)."))
    if leaving:
        raise click.UsageError(_("--leaving goes with --from: the record of a panel already drawn."))
    if prepare and record is None:
        raise click.UsageError(_("--prepare writes a record: say where with --record."))
    from reflexes.config.draws import services, text
    from reflexes.mechanisms.assembly.drawing.sheets import read_sheets

    homes = [title.strip() for title in (household or "").split(",") if title.strip()]
    sheets = read_sheets(pool, quotas, size=size, household=homes, id_title=id_title)
    say_problems(sheets.problems)
    if sheets.refused:
        return 2
    sources = [[name.strip() for name in names.split(",") if name.strip()] for names in announce]
    try:
        prepared = _prepare(sheets, size=size, tickets=tickets, salt=salt, sources=sources)
        if prepared is None:
            click.echo(_("Stopped. Nothing was drawn, nothing was written."), err=True)
            return INTERRUPTED
        result = prepared.record if prepare else services.draw(prepared.record, said)
    except services.Impossible as refusal:
        say_problems(text.refusal_problems(refusal, sheets))
        return 2
    except services.ProblemError as error:
        raise click.UsageError(text.error_words(error)) from error
    _write(result, record)
    names = {pseudonym: row.id for pseudonym, row in prepared.person_of.items()}
    if as_json:
        _print_json(_data(prepared, result))
        return 0
    click.echo("\n".join(text.plan_lines(prepared)))
    if prepare:
        click.echo(_("Publish this hash before the draw: %(hash)s") % {"hash": result["commitment"]})
    else:
        _say_draw(result, names)
    return 0


def _prepare(sheets: "Sheets", **options: Any) -> "Prepared | None":
    from reflexes.config.draws import services

    work = Interruptible(
        lambda one: services.prepare(sheets, **options, progress=one.progress, cancelled=one.cancelled),
        label=_("Making the fairest draw"),
    )
    try:
        return work.result()
    except services.Stopped:
        return None


def _go_on(
    known: dict[str, Any], said: tuple[str, ...], leaving: tuple[str, ...], record: Path | None, *, as_json: bool
) -> int:
    """Draw a record published before, or replace those who leave a panel already drawn."""
    from reflexes.config.draws import services, text

    if not services.readable(known):
        raise click.UsageError(_("--from takes a record written by this command. This file is something else."))
    try:
        if leaving:
            result = services.depart(known, [_leaving(words) for words in leaving])
        else:
            result = services.draw(known, said)
    except services.ProblemError as error:
        raise click.UsageError(text.error_words(error)) from error
    _write(result, record)
    if as_json:
        _print_json({**result["draw"], "commitment": result["commitment"], "departures": result["departures"]})
    else:
        _say_draw(result, {})
    return 0


def _leaving(words: str) -> tuple[str, str]:
    person, _separator, reason = words.partition(":")
    if not person or not reason:
        raise click.UsageError(_("--leaving takes PSEUDONYM:REASON. Found “%(found)s”.") % {"found": words})
    return person, reason


def _say_draw(result: dict[str, Any], names: dict[str, str]) -> None:
    from reflexes.config.draws import services, text

    click.echo("\n".join(text.draw_lines(result, names)))
    click.echo("\n".join(names.get(person, person) for person in services.panel_now(result)))


def _data(prepared: "Prepared", result: dict[str, Any]) -> dict[str, Any]:
    """Return what a machine reads of a draw."""
    selection, person_of = prepared.selection, prepared.person_of
    ticketed = selection.ticket_chances
    draw = result.get("draw", {})
    panel = [person_of[pseudonym] for pseudonym in draw.get("panel", ())]
    naive = prepared.naive
    return {
        "panel": [row.id for row in panel],
        "min_probability": selection.optimum,
        "lp_bound": float(selection.bound.value),
        "probabilities": {row.id: selection.chance_of(name) for name, row in person_of.items()},
        "legacy_min_estimate": naive.minimum if naive else None,
        "legacy_practically_none": naive.practically_none if naive else None,
        "proven": selection.proven,
        "proven_bound": selection.ceiling,
        "size": selection.groups.size,
        "people": len(person_of),
        "profiles": selection.groups.count,
        "left_out": sorted(row.id for name, row in person_of.items() if _group(selection, name) in selection.left_out),
        "tickets": {
            "count": len(selection.tickets),
            "min_probability": float(selection.ticket_minimum),
            "loss": selection.loss,
            "probabilities": {row.id: float(ticketed[_group(selection, name)]) for name, row in person_of.items()},
        },
        "commitment": result["commitment"],
        "seed": draw.get("seed"),
        "ticket": draw.get("ticket"),
        "rehearsal": draw.get("rehearsal"),
        "panel_rows": [row.row for row in panel],
    }


def _group(selection: Any, pseudonym: str) -> int:
    return int(selection.groups.group_of[pseudonym])


def _check_record(record: Path | None) -> None:
    if record is None:
        return
    if record.suffix.lower() != ".json":
        raise click.UsageError(_("--record takes a name in .json. Found “%(found)s”.") % {"found": record.name})
    if not record.parent.is_dir() or record.is_dir():
        raise click.UsageError(
            _("--record: the folder of “%(found)s” does not exist. Make it first.") % {"found": record}
        )


def read_record(path: Path) -> Any:
    """Return what a file of JSON holds, or refuse in one sentence."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.UsageError(
            _("“%(path)s” cannot be read (%(why)s).") % {"path": path, "why": error.strerror}
        ) from error
    except (ValueError, RecursionError) as error:
        raise click.UsageError(_("“%(path)s” is not a record: it is not JSON.") % {"path": path}) from error


def _write(result: dict[str, Any], record: Path | None) -> None:
    if record is None:
        return
    try:
        record.write_text(
            json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8"
        )
    except OSError as error:
        raise click.UsageError(
            _("“%(path)s” cannot be written (%(why)s). Choose another place.") % {"path": record, "why": error.strerror}
        ) from error
    click.echo(_("Record written in %(path)s.") % {"path": record}, err=True)


def _print_json(content: dict[str, Any]) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=2))
