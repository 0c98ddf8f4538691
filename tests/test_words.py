"""The French catalogue is complete, and says it right."""

import re
from pathlib import Path

import polib
import pytest

SRC = Path(__file__).resolve().parent.parent / "src" / "reflexes"
CATALOGUES = sorted(SRC.rglob("locale/fr/LC_MESSAGES/django.po"))
HOLES = re.compile(r"%\((\w+)\)[sdif]|%[sdif]|\{(\w*)\}")


def ids(path: Path) -> str:
    return str(path.relative_to(SRC).parts[-5])


@pytest.mark.parametrize("path", CATALOGUES, ids=ids)
def test_every_string_is_in_french(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert not [entry.msgid for entry in catalogue.untranslated_entries()]
    assert not [entry.msgid for entry in catalogue.fuzzy_entries()]


@pytest.mark.parametrize("path", CATALOGUES, ids=ids)
def test_the_holes_of_a_sentence_are_the_same_in_both_languages(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        if entry.obsolete or not entry.translated():
            continue
        wanted = holes(entry.msgid) | holes(entry.msgid_plural or "")
        for said in entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]:
            assert holes(said) <= wanted, entry.msgid
            assert entry.msgid_plural or holes(said) == holes(entry.msgid), entry.msgid


def holes(sentence: str) -> set[str]:
    """Return the names of what is filled in."""
    return {found.group(0) for found in HOLES.finditer(sentence)}


def test_there_are_catalogues_to_read() -> None:
    assert len(CATALOGUES) >= 4
