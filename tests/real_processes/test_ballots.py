"""Twenty processes with one code are one ballot; a crowd killed with -9 in the middle loses none and doubles none."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.real_processes.ballot_box import crosses_of, expected

PROCESSES, LETTERS, CROWD, SEED = 20, 600, 4, 20261122


def box(child_env: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.real_processes.ballot_box", *words]
    return subprocess.Popen(command, env=child_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> Any:
    out, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-2000:]
    return json.loads(out.splitlines()[-1]) if out else None


def test_twenty_processes_with_the_same_code_put_one_ballot_in_the_box(
    child_env: dict[str, str], tmp_path: Path
) -> None:
    letters = str(tmp_path / "letters.json")
    said(box(child_env, "seed", letters, "1"))
    answers = said(box(child_env, "same", letters, str(PROCESSES)))
    assert (answers.count(True), answers.count(False)) == (1, 3 * PROCESSES - 1)
    found = said(box(child_env, "report"))
    assert (found["ballots"], found["voted"], found["agree"]) == (1, 1, True)
    assert found["box"] == {" ".join(crosses_of(0)): 1}


def test_closing_waits_for_the_ballots_under_way_and_those_after_it_are_refused(
    child_env: dict[str, str], tmp_path: Path
) -> None:
    letters = str(tmp_path / "letters.json")
    said(box(child_env, "seed", letters, "240"))
    went = said(box(child_env, "race", letters, "6"))
    found = said(box(child_env, "report"))
    assert set(went) == {"cast", "closed"}, "it was closed in the middle"
    assert found["state"] == "closed"
    assert (found["ballots"], found["voted"], found["agree"]) == (went["cast"], went["cast"], True)
    assert found["transactions"] == 1, "every ballot in the box was stirred with the others"


def test_a_crowd_killed_in_the_middle_loses_no_ballot_and_doubles_none(
    child_env: dict[str, str], tmp_path: Path
) -> None:
    dice, letters = random.Random(SEED), str(tmp_path / "letters.json")
    said(box(child_env, "seed", letters, str(LETTERS)))
    crowd = [box(child_env, "cast", letters, str(part), str(CROWD)) for part in range(CROWD)]
    for process in crowd:
        assert process.stdout is not None
        for _line in range(dice.randint(10, 60)):
            process.stdout.readline()
        process.kill()
        process.communicate()
    found = said(box(child_env, "report"))
    assert CROWD * 10 <= found["ballots"] == found["voted"] < LETTERS, "killed in the middle, both or neither written"
    assert found["agree"]

    crowd = [box(child_env, "cast", letters, str(part), str(CROWD)) for part in range(CROWD)]
    went = [said(process) for process in crowd]
    assert sum(one["cast"] for one in went) == LETTERS - found["ballots"]
    assert sum(one["already"] for one in went) == found["ballots"]
    found = said(box(child_env, "report"))
    assert (found["ballots"], found["voted"], found["box"]) == (LETTERS, LETTERS, expected(LETTERS))

    for _attempt in range(3):
        closing = box(child_env, "close")
        assert closing.stdout is not None
        closing.stdout.readline()
        time.sleep(dice.uniform(0.0, 0.15))
        closing.kill()
        closing.communicate()
    found = said(box(child_env, "report"))
    assert found["box"] == expected(LETTERS), f"killed while stirring: {found['state']}"
    box(child_env, "close").communicate(timeout=120)
    digests = {said(box(child_env, "count")) for _time in range(2)}
    found = said(box(child_env, "report"))
    assert (found["state"], found["box"], found["journal_ok"]) == ("closed", expected(LETTERS), True)
    assert len(digests) == 1, "counted in two processes: the same bytes"
