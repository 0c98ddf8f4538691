"""What sounds urgent, on labelled sentences: exact on those the rules know, measured on those they never saw."""

import csv
from pathlib import Path

import pytest

from reflexes.pistes.contact.proactive_desks.script.urgent import NUMBERS, RULES, signs, signs_of

WITH_LABELS = Path(__file__).parent / "data" / "urgent_words.csv"
# Measured on sentences never used to mend the rules (docs/adr/0029): most are missed, and these figures say so.
UNSEEN = {
    "unseen": {"seen": 9, "missed": 9, "for nothing": 3, "left in peace": 11},
    "later": {"seen": 4, "missed": 14, "for nothing": 3, "left in peace": 9},
}
# The other half of the later ones was used to mend them: a floor, which says nothing of what people will say.
TUNED = {"seen": 18, "missed": 0, "for nothing": 0, "left in peace": 12}


def sentences(of: str) -> list[dict[str, str]]:
    with WITH_LABELS.open(encoding="utf-8", newline="") as opened:
        return [row for row in csv.DictReader(opened, delimiter=";") if row["set"] == of]


@pytest.mark.parametrize("row", sentences("known"), ids=lambda row: row["words"])
def test_each_known_sentence_gives_its_signs_and_no_other(row: dict[str, str]) -> None:
    assert {sign.code for sign in signs(row["words"])} == set(row["signs"].split())


def test_there_are_enough_sentences_of_both_kinds() -> None:
    known = sentences("known")
    assert len([row for row in known if row["signs"]]) >= 60
    assert len([row for row in known if not row["signs"]]) >= 40
    assert {code for row in known for code in row["signs"].split()} == {rule.sign.code for rule in RULES}


def counted(of: str) -> dict[str, int]:
    kinds = {
        (True, True): "seen",
        (True, False): "missed",
        (False, True): "for nothing",
        (False, False): "left in peace",
    }
    found = dict.fromkeys(kinds.values(), 0)
    for row in sentences(of):
        found[kinds[bool(row["signs"]), bool(signs(row["words"]))]] += 1
    return found


@pytest.mark.parametrize("of", UNSEEN)
def test_what_the_rules_see_of_sentences_they_never_saw_is_written_down(of: str) -> None:
    assert counted(of) == UNSEEN[of]


def test_the_sentences_that_mended_the_rules_are_a_floor() -> None:
    found = counted("tuned")
    assert found["seen"] >= TUNED["seen"]
    assert found["for nothing"] <= TUNED["for nothing"]


def test_capitals_accents_and_marks_change_nothing() -> None:
    assert signs("JE VEUX MOURIR !!!") == signs("je veux mourir")
    assert [sign.code for sign in signs("j'ai envie d'en finir")] == ["suicide"]


def test_a_negation_stops_at_the_next_subject() -> None:
    assert [sign.code for sign in signs("Je ne vais pas bien j'ai mal à la poitrine")] == ["heart"]
    assert signs("Je n'ai pas vraiment mal à la poitrine") == []


def test_each_sign_has_numbers_of_the_panel_and_texts_are_read_apart() -> None:
    assert all(set(rule.sign.numbers) <= set(NUMBERS) for rule in RULES)
    assert signs_of(["Je n'ai plus", "rien à manger"])[0].code == "food"
    assert signs_of(["", "Ça sent le gaz.", "Ça sent le gaz."])[0].numbers[0] == "18"
    assert len(signs_of(["Ça sent le gaz.", "Ça sent le gaz."])) == 1
