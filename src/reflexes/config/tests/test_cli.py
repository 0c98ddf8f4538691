"""The command line as a whole, and the journal read again from it."""

import os
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from django.db import connection
from django.utils import translation

from reflexes.config import cli, commands
from reflexes.config.commands import journal
from reflexes.core.acting import SYSTEM
from reflexes.mechanisms.journal import services


def test_every_command_has_its_line_in_the_help():
    names = cli.group.list_commands(click.Context(cli.group))
    assert sorted(commands.SUMMARIES) == names


@pytest.mark.parametrize("name", sorted(commands.SUMMARIES))
def test_every_command_is_loaded_by_its_name(name):
    command = cli.group.get_command(click.Context(cli.group), name)
    assert isinstance(command, click.Command)


@pytest.mark.parametrize("name", sorted(commands.SUMMARIES))
def test_every_command_says_what_it_does_in_a_process_of_its_own(name):
    # In this process Django is set up already: a command that needs it too early would be seen by nobody.
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "reflexes.config.cli", name, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f" {name} " in done.stdout


@pytest.mark.parametrize(
    ("arguments", "terminal", "language"),
    [
        (["plan", "--lang", "en"], "fr_FR.UTF-8", "en"),
        (["--lang=fr", "plan"], "en_US.UTF-8", "fr"),
        (["plan"], "en_US.UTF-8", "en"),
        (["plan"], "C.UTF-8", "fr"),
        (["plan", "--lang"], "", "fr"),
    ],
)
def test_the_language_is_the_one_asked_then_the_terminal_then_french(monkeypatch, arguments, terminal, language):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", terminal)
    assert cli.language_of(arguments) == language


@pytest.mark.django_db(transaction=True)
def test_a_whole_journal_is_said_whole():
    for number in range(3):
        services.record(actor=SYSTEM, verb="journal.tested", object_kind="test", object_key=number)
    services.seal()
    with translation.override("en"):
        done = CliRunner().invoke(journal.command, ["verify"], standalone_mode=False)
    assert done.return_value == 0
    assert "The journal is whole: 3 lines sealed, 0 waiting." in done.output


@pytest.mark.django_db(transaction=True)
def test_a_line_changed_by_hand_is_found():
    for number in range(3):
        services.record(actor=SYSTEM, verb="journal.tested", object_kind="test", object_key=number)
    services.seal()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET reason = 'tampered' WHERE object_key = '1'")
    with translation.override("en"):
        done = CliRunner().invoke(journal.command, ["verify"], standalone_mode=False)
    assert done.return_value == 1
    assert "place 2 of the chain: the line was changed after it was written." in done.output
