"""What sounds urgent, on labelled sentences: exact on those the rules know, measured on those they never saw."""

import csv
from pathlib import Path

import pytest

from reflexes.pistes.contact.proactive_desks.script.urgent import NUMBERS, RULES, signs, signs_of

WITH_LABELS = Path(__file__).parent / "data" / "urgent_words.csv"
# Measured once on sentences written after the rules, and never used to mend them: half is missed (docs/adr/0029).
UNSEEN = {"seen": 9, "missed": 9, "for nothing": 3, "left in peace": 11}


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


def test_what_the_rules_see_of_sentences_they_never_saw_is_written_down() -> None:
    found = dict.fromkeys(UNSEEN, 0)
    for row in sentences("unseen"):
        urgent, said = bool(row["signs"]), bool(signs(row["words"]))
        found[
            {(True, True): "seen", (True, False): "missed", (False, True): "for nothing"}.get(
                (urgent, said), "left in peace"
            )
        ] += 1
    assert found == UNSEEN


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
