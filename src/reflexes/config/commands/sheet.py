"""``reflexes sheet``: bring a sheet into the site from a terminal, or take one back, by the site's own services."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
import django
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from reflexes.core.acting import Actor
    from reflexes.mechanisms.allocation.models import Import
    from reflexes.mechanisms.allocation.services.imports import DryRun

BAD_INPUT = 2


@click.group()
def command() -> None:
    """Bring a sheet of people or of needs into the site, or take it back."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()


@command.command()
@click.argument("what", type=click.Choice(["people", "needs"]))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--organisation", default="", help="Whose sheet it is; the cell's when not said.")
@click.option("--write", is_flag=True, help="Write it; without this nothing is written.")
@click.option("--json", "as_json", is_flag=True, help="Print data instead of sentences.")
def read(what: str, file: Path, organisation: str, write: bool, as_json: bool) -> int:
    """Read FILE (csv, xlsx, ods): say each bad line, or what it would do; with --write, do it."""
    from django.db import transaction

    from reflexes.core.registry import pistes
    from reflexes.core.sheets.reading import MAX_BYTES
    from reflexes.mechanisms.allocation.services import imports

    actor = _actor(organisation)
    if actor is None:
        return _refuse(_("No such organisation. Write its name as the site does."))
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return _refuse(_("%(file)s cannot be opened (%(why)s). Check its name.") % {"file": file, "why": why})
    piste = next(piste for piste in pistes() if "allocation" in piste.mechanisms)
    with transaction.atomic():
        imported, run = imports.do_read_import(
            actor=actor, piste=piste.slug, what=what, file_name=file.name, content=content
        )
        ready = imported is not None and run.ready
        if ready and write:
            imports.do_confirm_import(actor=actor, imported=imported)
        elif imported is not None:
            imported.delete()
    if ready and write:
        imports.write(imported.pk)
        imported.refresh_from_db()
    _say(run, imported if ready and write else None, as_json)
    return 0 if ready else BAD_INPUT


@command.command()
@click.argument("number", type=int)
def undo(number: int) -> int:
    """Take back the sheet called NUMBER: what people use by now stays."""
    from reflexes.core.errors import Refusal
    from reflexes.mechanisms.allocation.models import Import
    from reflexes.mechanisms.allocation.services import imports

    imported = Import.objects.filter(pk=number).first()
    actor = _actor(imported.organisation.name) if imported else None
    if imported is None or actor is None:
        return _refuse(_("No sheet has this number. “reflexes sheet read --write” says it."))
    try:
        imports.do_take_back_import(actor=actor, imported=imported)
    except Refusal as refusal:
        return _refuse(str(refusal))
    imports.undo(imported.pk)
    imported.refresh_from_db()
    click.echo(_("Sheet %(number)s was taken back; %(kept)s lines stay.") % {"number": number, "kept": imported.kept})
    return 0


def _actor(name: str) -> "Actor | None":
    """Return the cell, for the organisation named or for its own."""
    from reflexes.core.acting import Actor
    from reflexes.mechanisms.directory import roles
    from reflexes.mechanisms.directory.models import Organisation

    cell = Organisation.objects.filter(capacities__role=roles.COORDINATOR).order_by("pk")
    found = (Organisation.objects.filter(name=name) if name else cell).first()
    return Actor(organisation_id=found.pk, role=roles.COORDINATOR) if found else None


def _refuse(words: str) -> int:
    click.echo(words, err=True)
    return BAD_INPUT


def _say(run: "DryRun", written: "Import | None", as_json: bool) -> None:
    if as_json:
        problems = [
            {"code": one.code, "level": one.level.value, "row": one.row, "column": one.column, "sentence": str(one)}
            for one in run.problems
        ]
        number = written.pk if written else None
        found = {"problems": problems, "create": run.to_create, "change": run.to_change, "written": number}
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in run.problems:
        click.echo(str(one), err=True)
    if written is not None:
        words = _("Written as sheet %(number)s: %(create)s added, %(change)s brought up to date.")
        click.echo(words % {"number": written.pk, "create": run.to_create, "change": run.to_change})
    elif run.ready:
        words = _("It would add %(create)s and bring %(change)s up to date. Add --write to do it.")
        click.echo(words % {"create": run.to_create, "change": run.to_change})
    else:
        click.echo(_("Nothing was written."), err=True)
