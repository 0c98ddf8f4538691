"""``reflexes sheet``: the site's import from a terminal, with its dry run and its way back."""

import json
from pathlib import Path

import pytest

from reflexes.config.cli import run
from reflexes.mechanisms.allocation.models import Import, Offer
from reflexes.mechanisms.directory.factories import make_skill
from reflexes.pistes.resources.micro_mobility.tests.test_sheets_pages import PEOPLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(tmp_path: Path, coordinator, town) -> Path:
    make_skill("accueil")
    make_skill("jardin")
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def test_without_write_it_says_what_it_would_do_and_writes_nothing(sheet, capsys):
    assert run(["sheet", "read", "people", str(sheet)]) == 0
    assert "Elle ajouterait 2 lignes" in capsys.readouterr().out
    assert not Import.objects.exists()


def test_with_write_it_writes_and_the_number_it_says_takes_it_back(sheet, capsys):
    assert run(["sheet", "read", "people", str(sheet), "--write", "--json"]) == 0
    number = json.loads(capsys.readouterr().out)["written"]
    assert Offer.objects.count() == 2

    assert run(["sheet", "undo", str(number)]) == 0
    assert f"La feuille {number} a été reprise ; 0 lignes restent." in capsys.readouterr().out
    assert not Offer.objects.exists()
    assert run(["sheet", "undo", str(number)]) == 2
    assert run(["sheet", "undo", "999999"]) == 2


def test_each_bad_line_is_named_on_the_error_stream_and_the_code_is_two(sheet, capsys):
    sheet.write_text(PEOPLE.replace(";2;8;", ";trop;8;"), encoding="utf-8")
    assert run(["sheet", "read", "people", str(sheet), "--write"]) == 2
    said = capsys.readouterr().err
    assert "people.csv, ligne 2" in said
    assert "« trop »" in said
    assert not Import.objects.exists()


def test_a_file_that_is_not_there_and_an_unknown_organisation_have_their_sentence(sheet, capsys):
    assert run(["sheet", "read", "people", str(sheet.with_name("absent.csv"))]) == 2
    assert "absent.csv" in capsys.readouterr().err
    assert run(["sheet", "read", "people", str(sheet), "--organisation", "Nulle part"]) == 2
    assert "Cette organisation n’existe pas" in capsys.readouterr().err
