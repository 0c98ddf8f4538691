"""``reflexes person``: give and erase, from the command line."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner

from reflexes.config.commands.person import command
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.services import Recipient, notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina() -> UUID:
    """Someone to whom a message was written."""
    key = uuid4()
    notify(Recipient(key, "Amina Bel", email="amina@example.org"), subject="Jeudi", body="Bonjour", key="ask:1")
    return key


def test_the_command_writes_a_file_that_only_its_owner_reads(amina: UUID, tmp_path: Path) -> None:
    file = tmp_path / "amina.json"

    done = CliRunner().invoke(command, ["export", str(amina), "--out", str(file)], standalone_mode=False)

    assert done.return_value == 0
    assert json.loads(file.read_text())["known"]["notifications"][0]["subject"] == "Jeudi"
    assert file.stat().st_mode & 0o077 == 0


def test_the_command_says_when_nobody_has_this_pseudonym() -> None:
    done = CliRunner().invoke(command, ["export", str(uuid4())], standalone_mode=False)

    assert done.return_value == 2
    assert "Vérifiez le pseudonyme" in done.stderr


def test_the_command_erases_nothing_without_yes(amina: UUID) -> None:
    done = CliRunner().invoke(command, ["erase", str(amina)], standalone_mode=False)

    assert done.return_value == 2
    assert Message.objects.exists()


def test_the_command_erases(amina: UUID) -> None:
    done = CliRunner().invoke(command, ["erase", str(amina), "--yes"], standalone_mode=False)

    assert done.return_value == 0
    assert not Message.objects.exists()
