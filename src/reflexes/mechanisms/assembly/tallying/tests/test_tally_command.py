"""``reflexes tally`` as people run it: real processes, real files, no database."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reflexes.engines import voting
from reflexes.mechanisms.assembly.tallying import services
from reflexes.mechanisms.assembly.tallying.pabulib import read_pabulib
from reflexes.mechanisms.assembly.tallying.services import Wishes

DATA = Path(__file__).parent / "data"
SMALL = """META
key;value
description;Parks
budget;100
vote_type;approval
rule;greedy
currency;EUR
PROJECTS
project_id;cost;name;selected
n1;50;North park;1
n2;50;North square;1
s1;40;South park;0
s2;90;South bridge;0
VOTES
voter_id;vote
1;n1,n2
2;n1,n2
3;n1,n2
4;s1,s2
5;s1,s2
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "vote.pb"
    path.write_text(SMALL, encoding="utf-8")
    return path


def tally(*arguments: object) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO", "DATABASE", "REFLEXES"))}
    done = subprocess.run(
        [sys.executable, "-m", "reflexes.config.cli", "tally", *(str(one) for one in arguments)],
        capture_output=True, text=True, env={**kept, "LANG": "C.UTF-8", "LC_ALL": ""}, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    return done


def data(*arguments: object) -> dict:
    done = tally(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_official_result_of_assen_2024_is_found_again() -> None:
    """A real vote of 84 people by equal shares, completed euro by euro and stopped at overspend."""
    found = data(DATA / "assen_2024.pb")
    assert (found["rule"], found["utility"], found["completion"], found["step"]) == ("equal-shares", "cost", "add1", 1)
    assert sorted(found["winners"], key=int) == ["2", "3", "5", "6", "9", "11", "12", "13", "14"]
    assert found["spent"] == 76_700
    assert found["stop"] == "overspend"
    assert found["departure"] is None
    assert found["warnings"] == []


def test_assen_2025_added_a_project_to_its_computed_result_and_both_are_shown() -> None:
    """332 people, 32 projects: the rule gives 13 of the 14 official winners; the 14th costs more than what was left."""
    found = data(DATA / "assen_2025.pb")
    assert found["spent"] == 94_837
    assert found["stop"] == "overspend"
    assert set(found["file_winners"]) - set(found["winners"]) == {"309"}
    assert found["departure"]["added"] == ["309"]
    assert found["departure"]["removed"] == []
    assert found["departure"]["over"] == 7_337
    assert found["departure"]["represented"] > found["represented"]


@pytest.mark.parametrize("name", ["assen_2024.pb", "assen_2025.pb"])
@pytest.mark.parametrize(
    "wishes", [Wishes(), Wishes("equal-shares"), Wishes("equal-shares", "cardinality"), Wishes("greedy")]
)
def test_the_verifier_agrees_with_every_rule_on_real_votes(name: str, wishes: Wishes) -> None:
    file = read_pabulib((DATA / name).read_text(encoding="utf-8"), name)
    rule = services.rule_of(file, wishes)
    report = services.count(file, rule, lambda step: None)
    assert voting.check(services.election_of(file), report.tally) == []


def test_winners_spent_rule_and_warnings_are_given_as_data(small: Path) -> None:
    found = data(small, "--rule", "equal-shares", "--completion", "add1", "--step", "0,50")
    assert found["winners"] == ["n1", "s1"]
    assert found["spent"] == 90
    assert found["rule"] == "equal-shares"
    assert found["represented"] == 5
    beside = {(one["rule"], one["completion"]): one["represented"] for one in found["side_by_side"]}
    assert beside == {("equal-shares", "add1"): 5, ("equal-shares", "none"): 5, ("greedy", "none"): 3}


def test_winners_that_the_rule_does_not_give_are_said_and_nothing_is_changed(small: Path) -> None:
    found = data(small, "--rule", "equal-shares")
    assert found["winners"] == ["n1", "s1"]
    assert found["file_winners"] == ["n1", "n2"]
    assert found["departure"] == {"added": ["n2"], "removed": ["s1"], "spent": 100, "over": 0, "represented": 3}
    assert "ajoute n2 et laisse de côté s1" in found["warnings"][0]
    assert small.read_text(encoding="utf-8") == SMALL


@pytest.mark.parametrize(
    ("rule", "winners"),
    [("greedy", ["n1", "n2"]), ("greedy-no-skip", ["n1", "n2"]), ("equal-shares", ["n1", "s1"])],
)
def test_each_rule_has_its_winners(small: Path, rule: str, winners: list[str]) -> None:
    assert data(small, "--rule", rule)["winners"] == winners


def test_a_threshold_comes_from_the_file_or_from_the_command(small: Path) -> None:
    refused = tally(small, "--rule", "greedy-threshold", "--lang", "en")
    assert refused.returncode == 2
    assert "min_project_score_threshold" in refused.stderr
    assert data(small, "--rule", "greedy-threshold", "--threshold", "3")["winners"] == ["n1", "n2"]
    small.write_text(SMALL.replace("currency;EUR", "min_project_score_threshold;4"), encoding="utf-8")
    assert data(small, "--rule", "greedy-threshold")["winners"] == []


def test_a_result_is_said_in_sentences_in_both_languages(small: Path) -> None:
    said = tally(small, "--rule", "equal-shares", "--lang", "en")
    assert said.returncode == 0
    assert "North park [n1], 50 EUR, 3 votes. Funded in place 1: 3 people who chose it paid" in said.stdout
    assert "South bridge [s2], 90 EUR, 2 votes. Not funded: those who chose it had 0 EUR left" in said.stdout
    assert "5 voters of 5 (100.0 %) have at least one funded project" in said.stdout
    assert "3 voters of 5 (60.0 %)" in said.stdout.split("under other rules")[1]
    french = tally(small, "--rule", "equal-shares")
    assert "Financé" in french.stdout
    assert "ajoute n2 et laisse de côté s1" in french.stderr


def test_exact_equals_that_the_published_rule_parts_are_said(small: Path) -> None:
    small.write_text(SMALL.replace("budget;100", "budget;50"), encoding="utf-8")
    said = tally(small, "--rule", "greedy", "--lang", "en")
    assert "n1, n2. n1 comes first by its identifier, in alphabetical order." in said.stdout
    assert "exactly equal and not all of them are funded" in said.stderr


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("n2;50", "n2;fifty", "vote.pb, row 11, column “cost”: found “fifty”, expected an amount"),
        ("4;s1,s2", "4;s1,zz", "vote.pb, row 19, column “vote”: found “zz”, which is no project"),
        ("budget;100", "budget;", "vote.pb, row 4, column “value”: found “”, expected an amount above 0"),
        ("rule;greedy", "rule;ours", "vote.pb, row 6, column “value”: the line “rule” of META says “ours”"),
    ],
)
def test_bad_input_is_one_line_for_each_problem_and_exit_two(small: Path, old: str, new: str, where: str) -> None:
    small.write_text(SMALL.replace(old, new), encoding="utf-8")
    done = tally(small, "--lang", "en")
    assert done.returncode == 2
    assert done.stdout == ""
    assert where in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01", b"PK\x03\x04", b"a,b\n1,2\n", b"META\n"])
def test_a_file_that_is_something_else_has_its_sentence(small: Path, content: bytes) -> None:
    small.write_bytes(content)
    done = tally(small)
    assert done.returncode == 2
    assert "vote.pb" in done.stderr


def test_a_missing_file_a_folder_and_a_wrong_option_have_their_sentence(small: Path) -> None:
    for arguments in (
        [],
        [small.with_name("absent.pb")],
        [small.parent],
        [small, "--rule", "best"],
        [small, "--step", "0"],
        [small, "--step", "x"],
        [small, "--utility", "joy"],
    ):
        done = tally(*arguments)
        assert done.returncode == 2, arguments
        assert done.stderr.strip()
