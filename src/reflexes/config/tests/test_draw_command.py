"""``reflexes draw`` and ``reflexes verify-draw``: from two sheets to a record that anyone verifies."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reflexes.config.cli import run

ROOT = Path(__file__).resolve().parents[3]
QUOTAS = "category,feature,min,max\nsexe,F,4,6\nsexe,H,4,6\nâge,jeune,3,5\nâge,autre,5,7\n"


def people(count=60):
    rows = ["id,Sexe,Âge,adresse,cp"]
    rows += [f"n{at},{'FH'[at % 2]},{'jeune' if at % 5 == 0 else 'Autre'},{at // 2} rue,38000" for at in range(count)]
    return "\n".join(rows) + "\n"


@pytest.fixture
def sheets(tmp_path):
    (tmp_path / "respondents.csv").write_text(people(), encoding="utf-8")
    (tmp_path / "categories.csv").write_text(QUOTAS, encoding="utf-8")
    return tmp_path


def draw(folder, *more, size=10):
    pool, quotas = folder / "respondents.csv", folder / "categories.csv"
    asked = [
        "draw",
        "--lang",
        "en",
        "--pool",
        str(pool),
        "--quotas",
        str(quotas),
        "--size",
        str(size),
        "--tickets",
        "50",
    ]
    return run([*asked, *more])


def test_json_gives_panel_chances_bound_and_the_naive_estimate(sheets, capsys):
    assert draw(sheets, "--json", "--household", "adresse,cp") == 0
    said = json.loads(capsys.readouterr().out)
    assert len(set(said["panel"])) == 10
    assert len({int(one[1:]) // 2 for one in said["panel"]}) == 10
    assert said["min_probability"] == pytest.approx(said["lp_bound"], abs=1e-6)
    assert min(said["probabilities"].values()) == pytest.approx(said["min_probability"])
    assert sum(said["probabilities"].values()) == pytest.approx(10)
    assert 0 <= said["legacy_min_estimate"] <= said["min_probability"] + 0.05
    assert sum(said["tickets"]["probabilities"].values()) == pytest.approx(10)
    assert said["tickets"]["min_probability"] == pytest.approx(said["min_probability"] - said["tickets"]["loss"])
    assert [said["panel"][at] for at in range(10)] == [f"n{row - 2}" for row in said["panel_rows"]]


def test_the_text_says_the_three_figures_and_who_sits(sheets, capsys):
    assert draw(sheets) == 0
    said = capsys.readouterr().out
    for words in (
        "Smallest chance with the 50 numbered tickets",
        "Nobody could promise more",
        "rehearsal",
        "Who sits:",
    ):
        assert words in said


@pytest.mark.parametrize(
    "titles",
    [
        "category,feature,min,max",
        "feature,value,min,max",
        "category,name,min,max,min_flex,max_flex",
        "Critère,Modalité,Minimum,Maximum",
    ],
)
def test_every_way_of_titling_the_quotas_is_read(sheets, titles, capsys):
    flex = ",2,9" if "flex" in titles else ""
    lines = [line + flex for line in QUOTAS.splitlines()[1:]]
    (sheets / "categories.csv").write_text("\n".join([titles, *lines]) + "\n", encoding="utf-8")
    assert draw(sheets, "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["panel"]) == 10


BAD = {
    "an answer unknown": (
        lambda t: t.replace("n3,H", "n3,Homme"),
        None,
        "respondents.csv, row 5, column “Sexe”: found “Homme”, expected one of: F, H.",
    ),
    "an empty answer": (
        lambda t: t.replace("n4,F", "n4,"),
        None,
        "respondents.csv, row 6, column “Sexe”: this cell is empty",
    ),
    "an identifier told twice": (
        lambda t: t.replace("n5,", "n4,"),
        None,
        "row 7, column “id”: the identifier “n4” is already on row 6",
    ),
    "a column missing": (lambda t: t.replace("Sexe", "Genre"), None, "there is no column “sexe”"),
    "a minimum that is no number": (
        None,
        lambda t: t.replace("F,4", "F,quatre"),
        "categories.csv, row 2, column “min”: found “quatre”",
    ),
    "a minimum above its maximum": (
        None,
        lambda t: t.replace("F,4,6", "F,7,6"),
        "the minimum (7) is above the maximum (6)",
    ),
    "a line told twice": (None, lambda t: t + "sexe,f,1,2\n", "“f” of “sexe” is told twice"),
    "no column of quotas": (
        None,
        lambda t: t.replace("category", "chose").replace("feature", "truc"),
        "“category” or “feature” is missing",
    ),
    "maxima too small": (
        None,
        lambda t: t.replace("F,4,6", "F,1,2").replace("H,4,6", "H,1,2"),
        "allow at most 4 people, the panel has 10",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_each_fault_is_one_line_with_file_row_and_column_and_code_two(sheets, name, capsys):
    pool, quotas, words = BAD[name]
    if pool:
        (sheets / "respondents.csv").write_text(pool(people()), encoding="utf-8")
    if quotas:
        (sheets / "categories.csv").write_text(quotas(QUOTAS), encoding="utf-8")
    assert draw(sheets) == 2
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err
    assert not said.out


def test_quotas_that_cannot_be_kept_get_the_smallest_change_at_its_row(sheets, capsys):
    # Twelve young people in the pool, one of each home: ask for more of them than there are.
    (sheets / "categories.csv").write_text(
        QUOTAS.replace("jeune,3,5", "jeune,13,16").replace("autre,5,7", "autre,0,7").replace("4,6", "0,16"),
        encoding="utf-8",
    )
    assert draw(sheets, size=16) == 2
    said = capsys.readouterr().err
    assert "categories.csv, row 4, column “min”: no panel of 16 keeps every quota." in said
    assert "lower the minimum of “jeune” (âge) from 13 to 12; 12 people of the pool gave this answer" in said


def test_a_pool_of_one_family_is_refused_in_words(sheets, capsys):
    (sheets / "respondents.csv").write_text("id,sexe,âge,adresse\na,F,jeune,1 rue\nb,F,jeune,1 rue\n", encoding="utf-8")
    (sheets / "categories.csv").write_text("category,feature,min,max\nsexe,F,0,2\nâge,jeune,0,2\n", encoding="utf-8")
    assert draw(sheets, "--household", "adresse", size=2) == 2
    assert "the pool holds 1 people, one for each household, for 2 seats" in capsys.readouterr().err


def test_prepared_then_drawn_then_replaced_each_record_is_verified(sheets, capsys):
    published, drawn, after = (sheets / name for name in ("published.json", "drawn.json", "after.json"))
    assert (
        draw(sheets, "--prepare", "--record", str(published), "--announce", "drand:7,drand:8", "--announce", "dice")
        == 0
    )
    assert "Publish this hash before the draw" in capsys.readouterr().out
    assert run(["verify-draw", str(published)]) == 0

    said = ["--seed-source", "drand:8:" + "ab" * 32, "--seed-source", "dice:4-7-1"]
    assert run(["draw", "--from", str(published), *said, "--record", str(drawn)]) == 0
    record = json.loads(drawn.read_text(encoding="utf-8"))
    assert record["draw"]["silent"] == [["drand:7"], []]
    assert run(["verify-draw", str(drawn)]) == 0

    gone = record["draw"]["panel"][0]
    assert run(["draw", "--from", str(drawn), "--leaving", f"{gone}:illness", "--record", str(after)]) == 0
    assert json.loads(after.read_text(encoding="utf-8"))["departures"][0]["left"] == gone
    assert run(["verify-draw", str(after)]) == 0
    capsys.readouterr()

    # Not announced, drawn twice, nothing to replace.
    assert (
        run(
            ["draw", "--lang", "en", "--from", str(published), "--seed-source", "drand:9:ab", "--seed-source", "dice:1"]
        )
        == 2
    )
    assert "was not announced" in capsys.readouterr().err
    assert run(["draw", "--lang", "en", "--from", str(drawn), *said]) == 2
    assert "already drawn" in capsys.readouterr().err


def test_a_forged_record_ends_with_one_and_another_file_with_two(sheets, capsys):
    path = sheets / "draw.json"
    assert draw(sheets, "--record", str(path)) == 0
    record = json.loads(path.read_text(encoding="utf-8"))
    record["draw"]["panel"].reverse()
    path.write_text(json.dumps(record), encoding="utf-8")
    capsys.readouterr()
    assert run(["verify-draw", "--lang", "en", str(path)]) == 1
    assert "FALSE: The panel published is not that of the ticket" in capsys.readouterr().err
    path.write_text('{"plan": 3}', encoding="utf-8")
    assert run(["verify-draw", str(path)]) == 2
    assert run(["draw", "--from", str(path)]) == 2
    path.write_text("{", encoding="utf-8")
    assert run(["verify-draw", str(path)]) == 2
    assert run(["verify-draw", str(sheets / "nowhere.json")]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_the_record_names_nobody(sheets):
    path = sheets / "draw.json"
    assert draw(sheets, "--record", str(path), "--salt", "a secret sentence") == 0
    text = path.read_text(encoding="utf-8")
    assert " rue" not in text
    assert not any(f'"n{number}"' in text for number in range(60))


def test_the_panel_is_the_same_in_two_processes_with_two_hash_seeds(sheets):
    outputs = set()
    for seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        code = "import sys; from reflexes.config.cli import main; main()"
        command = [
            sys.executable,
            "-c",
            code,
            "draw",
            "--pool",
            "respondents.csv",
            "--quotas",
            "categories.csv",
            "--size",
            "10",
            "--json",
        ]
        done = subprocess.run(command, cwd=sheets, env=environment, capture_output=True, text=True, check=True)
        outputs.add(done.stdout)
    assert len(outputs) == 1


def test_a_pool_without_identifiers_is_numbered_by_its_lines(sheets, capsys):
    text = "\n".join(line.split(",", 1)[1] for line in people().splitlines())
    (sheets / "respondents.csv").write_text(text, encoding="utf-8")
    assert draw(sheets, "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said["probabilities"]) == {str(number) for number in range(1, 61)}
