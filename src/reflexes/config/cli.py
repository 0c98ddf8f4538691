"""``reflexes``: one command, its verbs loaded by name when they are called.

Whatever happens, a person reads one clear sentence; the trace goes to a file (``REFLEXES_DEBUG=1`` shows it).
Exit codes: 0 done, 1 failed, 2 asked the wrong way or refused, 130 interrupted.
"""

import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import click
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reflexes.config import bare, commands
from reflexes.config.commands import SUMMARIES
from reflexes.core import clock

LANGUAGES = ("fr", "en")
# Commands that run without a site: no database, no secret. The others set Django up themselves.
BARE = {"draw", "plan", "tally", "verify-draw"}
INTERRUPTED = 130


class Verbs(click.Group):
    """The commands found in ``reflexes.config.commands``; only the one called is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands: the modules that are there."""
        return sorted(module.name.replace("_", "-") for module in iter_modules(commands.__path__) if not module.ispkg)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command, or return ``None`` when there is none of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"reflexes.config.commands.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by their line of ``SUMMARIES``, without loading them."""
        with formatter.section(pgettext("list of commands", "Commands")):
            formatter.write_dl([(name, str(SUMMARIES.get(name, ""))) for name in self.list_commands(ctx)])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(LANGUAGES), help="fr | en")
@click.version_option(package_name="reflexes", prog_name="reflexes")
def group(lang: str | None) -> None:
    """Réflexes: who can lend a hand, where, and how they come back."""


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run ``arguments`` and return the exit code; nothing escapes but what ``REFLEXES_DEBUG=1`` asks to see."""
    try:
        if verb_of(arguments) in BARE | {""}:
            bare.configure()
            with translation.override(language_of(arguments)):
                return _run(arguments)
        return _run(arguments)
    except Exception:
        if os.environ.get("REFLEXES_DEBUG") == "1":
            raise
        _say_failure(arguments)
        return 1


def _run(arguments: Sequence[str]) -> int:
    try:
        code = group.main(args=list(arguments), prog_name="reflexes", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (a pipe into `head`): nothing left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except click.ClickException as error:
        _speak(arguments)
        click.echo(usage_words(error), err=True)
        return error.exit_code


def verb_of(arguments: Sequence[str]) -> str:
    """Return the command asked, empty when there is none.

    >>> verb_of(["--lang", "en", "plan", "--seed", "3"]), verb_of(["--help"])
    ('plan', '')
    """
    words = iter(arguments)
    for word in words:
        if word == "--lang":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return ""


def language_of(arguments: Sequence[str]) -> str:
    """Return the language asked by ``--lang``, else the one of the terminal, else French.

    >>> language_of(["plan", "--lang", "en"]), language_of(["--lang=fr"])
    ('en', 'fr')
    """
    for place, word in enumerate(arguments):
        said = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang":
            said = arguments[place + 1] if place + 1 < len(arguments) else ""
        if said in LANGUAGES:
            return said
    terminal = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if terminal.lower().startswith("en") else "fr"


def _speak(arguments: Sequence[str]) -> None:
    """Make sentences possible in the language asked, whatever state the command left things in."""
    if not apps.ready:
        bare.configure()
    translation.activate(language_of(arguments))


def usage_words(error: click.ClickException) -> str:
    """Return what was wrong in the way the command was asked, and what to do."""
    name = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "reflexes"
    if isinstance(error, click.NoSuchOption):
        what = _("There is no option %(option)s.") % {"option": error.option_name}
    elif isinstance(error, click.MissingParameter):
        given = error.param.opts[0] if error.param else ""
        what = _("%(option)s is missing.") % {"option": given}
    elif isinstance(error, click.BadParameter) and error.param:
        what = _("The value given to %(option)s cannot be used, expected %(expected)s.") % {
            "option": error.param.opts[0],
            "expected": expected_words(error.param.type),
        }
    elif isinstance(error, click.UsageError) and error.message.startswith("No such command"):
        what = _("There is no such command.")
    else:
        what = error.format_message()
    return _("%(what)s Type “%(command)s --help” to see what it accepts.") % {"what": what, "command": name}


def expected_words(kind: click.ParamType) -> str:
    """Return what an option expects."""
    if isinstance(kind, click.Choice):
        return _("one of: %(choices)s") % {"choices": ", ".join(str(choice) for choice in kind.choices)}
    if isinstance(kind, (click.IntRange, click.FloatRange)) and kind.max is not None:
        whole = isinstance(kind, click.IntRange)
        words = _("a whole number from %(low)s to %(high)s") if whole else _("a number from %(low)s to %(high)s")
        return words % {"low": kind.min, "high": kind.max}
    return _("another value (%(kind)s)") % {"kind": kind.name}


def _say_failure(arguments: Sequence[str]) -> None:
    """Write the trace to a file and say one sentence with its path."""
    trace = traceback.format_exc()
    error = sys.exc_info()[1]
    try:
        _speak(arguments)
    except Exception:  # noqa: BLE001 - even Django cannot start: say it plainly
        click.echo(f"{error}\n{_kept(trace)}", err=True)
        return
    if isinstance(error, ImproperlyConfigured):
        click.echo(str(error), err=True)
        return
    click.echo(
        _(
            "Something unexpected stopped this command. What happened is written in %(path)s: "
            "send this file with your report."
        )
        % {"path": _kept(trace)},
        err=True,
    )


def _kept(trace: str) -> Path:
    """Append the trace to the log and return its path; the temporary folder stands in for one that is closed."""
    for folder in (bare.VAR_DIR / "log", Path(tempfile.gettempdir())):
        path = folder / "reflexes-errors.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{clock.now().isoformat()} reflexes {verb_of(sys.argv[1:])}\n{trace}\n")
        except OSError:
            continue
        return path
    return Path(os.devnull)


if __name__ == "__main__":
    main()
