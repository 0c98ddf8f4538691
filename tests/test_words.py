"""The French catalogue is complete, and says it right."""

import re
from pathlib import Path

import polib
import pytest

from scripts import messages

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


@pytest.mark.parametrize("path", CATALOGUES, ids=ids)
def test_french_is_compiled_with_its_no_break_spaces_and_typed_with_ordinary_ones(path: Path, tmp_path: Path) -> None:
    made = tmp_path / "django.mo"
    messages.compiled(polib.pofile(str(path))).save_as_mofile(str(made))
    read = polib.mofile(str(made))
    texts = [text for entry in read for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert len(read) == len(polib.pofile(str(path)).translated_entries())
    assert not [text for text in texts if re.search(r" [;:?!»]|« |[\u00a0](?=[;?!])|[\u202f](?=[:»])", text)]


def test_a_space_typed_either_way_is_compiled_the_same() -> None:
    for typed in ("Quand ? « Demain » : oui ; non", "Quand\u00a0? «\u202fDemain\u00a0» : oui\u202f; non"):
        assert messages.typeset(typed) == "Quand\u202f? «\u00a0Demain\u00a0»\u00a0: oui\u202f; non"
    assert messages.typeset("%(a)s : %(b)s, à 13:30") == "%(a)s\u00a0: %(b)s, à 13:30"


def test_two_parts_of_the_site_say_the_same_words_alike_or_give_them_a_context() -> None:
    assert messages.contradictions({ids(path): polib.pofile(str(path)) for path in CATALOGUES}) == []
    held = [polib.POEntry(msgid="ended", msgstr=said) for said in ("terminé", "terminée")]
    made = {name: polib.POFile() for name in ("one", "other")}
    for catalogue, entry in zip(made.values(), held, strict=True):
        catalogue.append(entry)
    assert len(messages.contradictions(made)) == 1
    held[1].msgctxt = "campaign"
    assert messages.contradictions(made) == []


def test_there_are_catalogues_to_read() -> None:
    assert len(CATALOGUES) >= 4
