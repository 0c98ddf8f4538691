"""``reflexes journal verify``: read the whole chain again and find any line changed, removed or put in."""

import os

import click
import django
from django.utils.translation import gettext_lazy as _

FOUND = {
    "missing": _("place %(place)s of the chain: a line is missing."),
    "out_of_order": _("place %(place)s of the chain: the line does not follow the one before it."),
    "changed": _("place %(place)s of the chain: the line was changed after it was written."),
    "cut_short": _("the chain should end at place %(place)s: its last lines are missing."),
}
MOST_SHOWN = 100


@click.group()
def command() -> None:
    """Look after the journal."""


@command.command()
def verify() -> int:
    """Recompute the chain of the journal. Exit code 1 when it was tampered with."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    from reflexes.mechanisms.journal import services

    found = services.verify()
    for place, code in found.problems[:MOST_SHOWN]:
        click.echo(str(FOUND[code]) % {"place": place}, err=True)
    if not found.ok:
        click.echo(_("The journal was tampered with: %(count)s problems.") % {"count": len(found.problems)}, err=True)
        return 1
    click.echo(
        _("The journal is whole: %(sealed)s lines sealed, %(unsealed)s waiting. Digest: %(digest)s")
        % {"sealed": found.sealed, "unsealed": found.unsealed, "digest": found.digest}
    )
    return 0
