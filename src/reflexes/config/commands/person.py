"""``reflexes person``: give someone all that is known of them, or erase them."""

import json
import os
from pathlib import Path
from uuid import UUID

import click
import django
from django.utils.translation import gettext as _


@click.group()
def command() -> None:
    """Answer a person who asks what is known of them, or to be erased. KEY is their pseudonym."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()


@command.command()
@click.argument("key", type=click.UUID)
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="file.json")
def export(key: UUID, out: Path | None) -> int:
    """Write all that is known of a person as JSON, on the screen or in a file only you can read."""
    from django.core.serializers.json import DjangoJSONEncoder

    from reflexes.core.privacy.services import export_person

    known = export_person(key)
    if not known["known"]:
        click.echo(_("Nothing is known of %(key)s. Check the pseudonym.") % {"key": key}, err=True)
        return 2
    words = json.dumps(known, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(words)
        return 0
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(words + "\n")
    click.echo(_("Written in %(file)s.") % {"file": out}, err=True)
    return 0


@command.command()
@click.argument("key", type=click.UUID)
@click.option("--yes", is_flag=True, help="Really erase: it cannot be undone.")
def erase(key: UUID, yes: bool) -> int:
    """Erase a person everywhere, in one transaction. Only pseudonyms remain."""
    from reflexes.core.acting import SYSTEM
    from reflexes.core.errors import Refusal
    from reflexes.core.privacy.services import do_erase_person, export_person

    if not yes:
        click.echo(_("Nothing was erased. Add --yes to erase for good: it cannot be undone."), err=True)
        return 2
    if not export_person(key)["known"]:
        click.echo(_("Nothing is known of %(key)s. Check the pseudonym.") % {"key": key}, err=True)
        return 2
    try:
        leftovers = do_erase_person(actor=SYSTEM, person_key=key)
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        return 1
    click.echo(_("Erased. Only the pseudonym %(key)s remains.") % {"key": key})
    for left in leftovers:
        words = _("Look at %(rows)s rows of %(table)s: “%(column)s” still holds the same address or number.")
        click.echo(words % {"rows": left.rows, "table": left.table, "column": left.column}, err=True)
    return 0
