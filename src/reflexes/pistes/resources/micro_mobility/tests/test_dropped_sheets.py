"""Sheets that another program leaves in a folder: read once, reported beside themselves, refused as a whole."""

import os
import time
from pathlib import Path

import pytest

from reflexes.core.notifications.models import Message
from reflexes.mechanisms.allocation.models import Import, Offer
from reflexes.mechanisms.allocation.services import import_drop
from reflexes.mechanisms.directory.factories import make_skill
from reflexes.pistes.resources.micro_mobility.messages.sheets import read_dropped
from reflexes.pistes.resources.micro_mobility.tests.test_sheets_columns import ODD
from reflexes.pistes.resources.micro_mobility.tests.test_sheets_pages import PEOPLE, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings, coordinator, town) -> Path:
    settings.DROP_FOLDER = str(tmp_path)
    make_skill("accueil")
    make_skill("jardin")
    (tmp_path / "people").mkdir()
    return tmp_path


def leave(folder: Path, text: str, name: str = "paie.csv", age: int = 300) -> Path:
    path = folder / "people" / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def put_away(folder: Path, where: str) -> list[str]:
    return sorted(path.name.split("-", 4)[-1] for path in (folder / where).iterdir())


def test_a_sheet_left_in_the_folder_is_written_and_reported_beside_itself(folder, town):
    path = leave(folder, PEOPLE)
    read_dropped()
    work()

    assert Offer.objects.count() == 2
    imported = Import.objects.get()
    assert (imported.state, imported.dropped, imported.organisation) == ("done", True, town.hall)
    assert not path.exists()
    assert put_away(folder, "done") == ["paie.csv", "paie.csv.txt"]
    assert not Message.objects.exists(), "nobody is disturbed when all is well"


def test_one_bad_line_and_nothing_is_written_and_the_cell_is_told(folder, coordinator):
    leave(folder, PEOPLE.replace("accueil|jardin", "accueil|plongée"))
    read_dropped()

    assert not Import.objects.exists()
    assert put_away(folder, "refused") == ["paie.csv", "paie.csv.txt"]
    report = next((folder / "refused").glob("*.txt")).read_text(encoding="utf-8")
    assert "ligne 3" in report
    assert "plongée" in report
    told = Message.objects.get(person_key=coordinator.key)
    assert "paie.csv" in told.subject
    assert "plongée" in told.body


def test_a_sheet_whose_columns_nobody_knows_waits_on_the_site(folder, coordinator):
    leave(folder, ODD)
    read_dropped()
    imported = Import.objects.get()
    assert (imported.state, imported.dropped) == ("columns", True)
    assert f"/feuilles/{imported.pk}/colonnes/" in Message.objects.get().actions.get().url


def test_a_sheet_still_being_copied_and_what_is_no_sheet_are_left_where_they_are(folder):
    copying = leave(folder, PEOPLE, age=5)
    other = leave(folder, "bonjour", name="lisez-moi.doc")
    hidden = leave(folder, PEOPLE, name=".paie.csv.part")
    assert read_dropped() == []
    assert copying.exists()
    assert other.exists()
    assert hidden.exists()


def test_killed_before_the_file_is_put_away_the_sheet_is_not_written_again(folder, monkeypatch):
    path = leave(folder, PEOPLE)
    with monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        cut.setattr(import_drop.os, "replace", lambda *_args: (_ for _ in ()).throw(KeyboardInterrupt))
        read_dropped()
    assert path.exists()

    read_dropped()
    work()
    assert Import.objects.count() == 1
    assert Offer.objects.count() == 2
    assert not path.exists()


def test_without_a_folder_nothing_is_read(settings, coordinator):
    settings.DROP_FOLDER = ""
    assert read_dropped() == []
