"""``reflexes plan`` as people run it: real processes, real files, no database."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reflexes.core.sheets.reading import read_table
from reflexes.mechanisms import directory
from tests.harness.words import plain

DEMO = Path(directory.__file__).parent / "data" / "demo"
PEOPLE = """id;name;lat;lon;skills;half_days;cap;max_km;prefers;mentor;status
A1;Amina;48,580;7,750;aide-repas;2026-11-26/am;2;8;am;oui;titulaire
B1;Bilal;48,590;7,750;aide-repas|accueil;2026-11-26/am;2;;;;contractuel
C1;Chloé;48,600;7,750;accueil;2026-11-26/am|2026-11-26/pm;2;;pm;;contractuel
D1;Denis;48,605;7,750;accueil;2026-11-27/am;2;;;;titulaire
"""
NEEDS = """id;title;half_day;skill;headcount;priority;lat;lon;host
R1;Repas;2026-11-26/am;aide-repas;1;3;48,580;7,750;EHPAD
R2;Accueil;2026-11-26/am;accueil;2;1;48,580;7,750;Mairie
R3;Soins;2026-11-26/am;aide-soignant;1;2;48,580;7,750;EHPAD
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "needs.csv").write_text(NEEDS, encoding="utf-8")
    return tmp_path


def environment(**extra: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO", "DATABASE", "REFLEXES"))}
    return {**kept, "LANG": "C.UTF-8", "LC_ALL": "", **extra}


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "reflexes.config.cli", *(str(one) for one in arguments)]


def reflexes(*arguments: object, cwd: Path | None = None, **extra: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command(*arguments), capture_output=True, text=True, cwd=cwd, env=environment(**extra), timeout=120, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr
    done.stdout, done.stderr = plain(done.stdout), plain(done.stderr)
    return done


def plan(folder: Path, *arguments: object, **extra: str) -> subprocess.CompletedProcess[str]:
    return reflexes("plan", "--people", "people.csv", "--needs", "needs.csv", *arguments, cwd=folder, **extra)


def test_somebody_under_age_waits_for_the_site_where_the_consent_is_kept(folder):
    young = PEOPLE.replace(";status", ";status;birth_date")
    young = young.replace("8;am;oui;titulaire", "8;am;oui;titulaire;2010-03-02")
    (folder / "people.csv").write_text(young, encoding="utf-8")
    done = plan(folder, "--json")
    assert done.returncode == 0
    assert not [line for line in json.loads(done.stdout)["assignments"] if line["person"] == "A1"]


def test_a_plan_is_said_in_sentences(folder):
    done = plan(folder, "--lang", "en")
    assert done.returncode == 0
    assert "Vital needs: places filled, 1 of 1." in done.stdout
    assert "Thursday 26 November 2026, morning" in done.stdout
    assert "Repas, EHPAD [R1], 1 of 1: Amina (0 m)." in done.stdout
    assert "Proven" in done.stdout
    assert "[R3]" in done.stdout.split("Needs with places left")[1]
    assert "a skill nobody has" in done.stderr


def test_french_is_the_language_unless_the_terminal_speaks_english(folder):
    assert "Priorité vitale : places remplies, 1 sur 1" in plan(folder).stdout
    assert "Vital needs" in plan(folder, LANG="en_GB.UTF-8").stdout


def test_json_gives_the_plan_as_data(folder):
    data = json.loads(plan(folder, "--json", "--seed", 3).stdout)
    assert data["filled_by_priority"] == {"3": 1, "2": 0, "1": 2}
    assert data["asked_by_priority"] == {"3": 1, "2": 1, "1": 2}
    assert sorted((one["person"], one["need"]) for one in data["assignments"]) == [
        ("A1", "R1"),
        ("B1", "R2"),
        ("C1", "R2"),
    ]
    assert (data["optimal"], data["seed"], data["engine"]) == (True, 3, "flow")
    [unfilled] = data["unfilled"]
    assert (unfilled["need"], unfilled["missing"], unfilled["reasons"]["skill"]) == ("R3", 1, 0)
    statuses = {row["value"]: row["selected"] for row in data["spread"] if row["trait"] == "status"}
    assert statuses == {"titulaire": 1, "contractuel": 2}
    assert data["bottlenecks"]
    assert data["km"] == pytest.approx(1.11 + 2.22, abs=0.05)


def test_the_same_sheets_and_seed_give_the_same_plan_whatever_the_order_of_lines(folder):
    first = json.loads(plan(folder, "--json", PYTHONHASHSEED="1").stdout)
    titles, *lines = PEOPLE.splitlines()
    (folder / "people.csv").write_text("\n".join([titles, *reversed(lines)]), encoding="utf-8")
    second = json.loads(plan(folder, "--json", PYTHONHASHSEED="2").stdout)
    assert first["assignments"] == second["assignments"]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_a_plan_written_is_kept_by_the_next_one(folder, kind):
    out = folder / f"plan.{kind}"
    assert plan(folder, "--out", out).returncode == 0
    data = json.loads(plan(folder, "--keep", out, "--json", "--seed", 9).stdout)
    assert data["kept"] == 3
    assert all(one["kept"] for one in data["assignments"])


def test_the_workbook_has_a_sheet_for_each_host_and_one_for_everyone(folder):
    out = folder / "plan.xlsx"
    assert plan(folder, "--out", out, "--lang", "fr").returncode == 0
    host = read_table(out, sheet="Accueil Mairie")
    assert [row[3] for row in host.rows] == ["Bilal", "Chloé"]
    assert not {"lat", "lon", "km"} & set(host.headers)
    people = read_table(out, sheet="Personnes")
    assert [row[0] for row in people.rows] == ["Amina", "Bilal", "Chloé", "Denis"]
    assert people.rows[3][4] == "pas dans ce plan"


def test_a_line_that_cannot_be_kept_is_said_with_why(folder):
    (folder / "plan.csv").write_text("person;need\nD1;R2\nZ9;R1\nA1;R1\n", encoding="utf-8")
    done = plan(folder, "--keep", "plan.csv", "--lang", "en")
    assert done.returncode == 0
    told = done.stdout.split("Not kept from the earlier plan")[1]
    assert "Denis on Accueil, Mairie [R2], Thursday 26 November 2026, morning. That half-day was not offered" in told
    assert "found “Z9”, a person who is not in people.csv" in done.stderr


def test_explain_says_every_reason_or_the_price_and_no_other_name(folder):
    refused = plan(folder, "--explain", "A1:R2", "--lang", "en").stdout
    assert "Amina cannot come to Accueil" in refused
    assert "asks for the skill “accueil”, which is not among the skills said." in refused
    priced = plan(folder, "--explain", "B1:R1", "--lang", "en").stdout
    assert "Bilal could come to Repas" in priced
    assert "would leave a useful need 1 place short." in priced
    assert "Amina" not in priced
    chosen = plan(folder, "--explain", "A1:R1", "--lang", "en").stdout
    assert "Amina is in the plan" in chosen
    data = json.loads(plan(folder, "--explain", "B1:R1", "--json").stdout)
    assert data["price"]["sentences"]


def test_bad_sheets_give_one_line_for_each_problem_and_exit_code_2(folder):
    (folder / "people.csv").write_text(PEOPLE + "A1;x;;;s;2026-02-30/am;trois;;;;\n", encoding="utf-8")
    done = plan(folder, "--lang", "en", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "people.csv, row 6, column “id”: found “A1” again, already on row 2" in done.stderr
    (folder / "people.csv").write_text(PEOPLE + "E1;x;;;s;2026-02-30/am;trois;;;;\n", encoding="utf-8")
    lines = [line for line in plan(folder, "--lang", "fr").stderr.splitlines() if line.startswith("Erreur")]
    assert len(lines) == 2
    assert "people.csv, ligne 6, colonne « half_days » : trouvé « 2026-02-30/am »" in lines[0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["plan"], "Two sheets are needed: --people and --needs."),
        (["plan", "--nope"], "There is no option --nope."),
        (["plan", "--seed", "x"], "The value given to --seed cannot be used, expected a whole number from 0 to"),
        (["nope"], "There is no such command."),
        (["plan", "--people", "a.csv", "--needs", "b.csv"], "a.csv: this file does not exist."),
        (["plan", "--people", "a.csv", "--needs", "b.csv", "--out", "plan.doc"], "--out takes a name in"),
    ],
)
def test_what_is_asked_the_wrong_way_has_its_sentence(tmp_path, arguments, sentence):
    done = reflexes(*arguments, "--lang", "en", cwd=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr


def test_a_folder_that_cannot_be_written_to_has_its_sentence(folder):
    done = plan(folder, "--out", folder / "nowhere" / "plan.xlsx", "--lang", "en")
    assert done.returncode == 2
    assert "Make it first" in done.stderr


def test_something_unexpected_is_one_sentence_with_its_file(folder):
    (folder / "var").mkdir()
    broken = "import sys; from reflexes.config import cli; from reflexes.mechanisms.allocation.sheets import services; "
    broken += "services.make_plan = None; sys.argv[1:] = sys.argv[2:]; cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", broken, "-", "plan", "--people", "people.csv", "--needs", "needs.csv", "--lang", "en"],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(REFLEXES_VAR=str(folder / "var")),
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    log = folder / "var" / "log" / "reflexes-errors.log"
    assert str(log) in done.stderr
    assert "TypeError" in log.read_text()


def test_help_names_every_command(tmp_path):
    done = reflexes("--help", cwd=tmp_path)
    assert "Faire un plan à partir de deux feuilles" in done.stdout


def big_sheets(folder: Path, people: int, needs: int) -> None:
    """Write sheets whose team rules keep the search busy."""
    days = [f"2026-11-{day}/{half}" for day in range(23, 28) for half in ("am", "pm")]
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "skills", "half_days", "cap", "x_km", "y_km", "mentor"])
        for n in range(people):
            free = "|".join(days[(n * 7 + k * 3) % 10] for k in range(4))
            out.writerow(
                [f"P{n}", f"s{n % 4}|s{n % 7}", free, 2, n * 37 % 40, n * 53 % 40, "yes" if n % 9 == 0 else ""]
            )
    with (folder / "needs.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(
            ["id", "half_day", "skill", "headcount", "priority", "x_km", "y_km", "min_team", "mentor_required"]
        )
        for n in range(needs):
            out.writerow([f"N{n}", days[n % 10], f"s{n % 7}", 4, n % 3 + 1, n * 11 % 40, n * 17 % 40, 3, "yes"])


def test_ctrl_c_gives_the_best_plan_so_far(tmp_path):
    big_sheets(tmp_path, 1500, 400)
    # How long the sheets take to be read depends on the machine: before that, there is no plan to give.
    out = next((out for pause in (6, 15, 40) if (out := stopped_after(tmp_path, pause))), "")
    data = json.loads(out)
    assert data["stopped"] is True
    written = read_table(tmp_path / "plan.csv")
    assert len(written.rows) == len(data["assignments"]) > 0


def stopped_after(folder: Path, seconds: float) -> str:
    """Press Ctrl-C after some time; return what was printed."""
    arguments = ["plan", "--people", "people.csv", "--needs", "needs.csv", "--time-limit", "120", "--json"]
    process = subprocess.Popen(
        command(*arguments, "--out", "plan.csv"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(),
    )
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    return out


def test_the_demo_sheets_make_a_proven_plan():
    done = reflexes("plan", "--people", DEMO / "people.csv", "--needs", DEMO / "needs.csv", "--json")
    assert done.returncode == 0
    data = json.loads(done.stdout)
    assert data["optimal"]
    needs = list(csv.DictReader(io.StringIO((DEMO / "needs.csv").read_text(encoding="utf-8"))))
    asked = sum(int(row["headcount"]) for row in needs)
    assert sum(data["asked_by_priority"].values()) == asked
    assert sum(data["filled_by_priority"].values()) == len(data["assignments"])
    assert sum(one["missing"] for one in data["unfilled"]) == asked - len(data["assignments"])
