"""``reflexes verify-draw``: verify the public record of a draw. No database, no solver."""

import json
from pathlib import Path

import click
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from reflexes.config.commands.draw import read_record
from reflexes.config.commands.plan import PATH


@click.command(
    help=_(
        "Verify the record of a draw: commitment, pool, quotas, chances, proof, seed, ticket, panel, replacements. "
        "The same is done by a page and by a script that need nothing of this program."
    )
)
@click.argument("record", type=PATH)
@click.option("--person", help=_("Show the profile, the chance and the rank of one pseudonym."))
@click.option("--json", "as_json", is_flag=True, help=_("Print what was found as JSON."))
@click.option("--lang", type=click.Choice(["fr", "en"]), help="fr | en")
def command(*, record: Path, person: str | None, as_json: bool, lang: str | None) -> int:
    """Say each thing verified. Exit code 1 when one of them is false, 2 when the record cannot be read."""
    from reflexes.config.draws import services

    content = read_record(record)
    findings = services.verify(content)
    language = "fr" if (get_language() or "fr").startswith("fr") else "en"
    unreadable = findings[0].code == "format"
    if as_json:
        rows = [{"code": one.code, "ok": one.ok, "sentence": one.sentence(language)} for one in findings]
        click.echo(json.dumps({"ok": not _false(findings), "findings": rows}, ensure_ascii=False, indent=2))
    for finding in () if as_json else findings:
        mark = {
            True: pgettext("a thing verified", "true"),
            False: pgettext("a thing verified", "FALSE"),
            None: pgettext("a thing verified", "note"),
        }[finding.ok]
        click.echo(f"{mark}: {finding.sentence(language)}", err=finding.ok is False)
    if person and not unreadable and not as_json:
        click.echo("\n".join(services.person_lines(content, person, language)))
    if unreadable:
        return 2
    return 1 if _false(findings) else 0


def _false(findings: list) -> bool:
    return any(finding.ok is False for finding in findings)
