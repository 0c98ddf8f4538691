"""Twenty processes call people one at a time; killed with -9 in the middle, nobody is called twice, no word is lost."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

PROCESSES, PEOPLE, SEED = 20, 400, 20261122


def room(child_env: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.real_processes.call_room", *words]
    return subprocess.Popen(command, env=child_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> Any:
    out, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-2000:]
    return json.loads(out.splitlines()[-1]) if out else None


def test_twenty_processes_killed_in_the_middle_call_nobody_twice_and_lose_no_word(
    child_env: dict[str, str], tmp_path: Path
) -> None:
    dice, folder = random.Random(SEED), tmp_path / "said"
    folder.mkdir()
    said(room(child_env, "furnish", str(PEOPLE), str(PROCESSES)))
    crowd = [room(child_env, "call", str(folder), str(part), "100") for part in range(PROCESSES)]
    for process in crowd[: PROCESSES // 2]:
        assert process.stdout is not None
        for _line in range(dice.randint(1, 5)):
            process.stdout.readline()
        process.kill()
        process.communicate()
    for process in crowd[PROCESSES // 2 :]:
        said(process)
    found = said(room(child_env, "report", str(folder)))
    assert (found["lost"], found["double"], found["unclosed"]) == (0, 0, 0)
    assert found["needs"] == found["cases"]
    assert found["said"] >= PROCESSES

    # Those who were killed held somebody: they come back by themselves, and everybody is called in the end.
    said(room(child_env, "call", str(folder), "0", str(PEOPLE), "later"))
    found = said(room(child_env, "report", str(folder)))
    assert (found["lost"], found["double"], found["open"], found["ready"]) == (0, 0, 0, 0)
    assert found["needs"] == found["cases"]


def test_a_crowd_at_the_opening_is_served_once_each(child_env: dict[str, str]) -> None:
    said(room(child_env, "furnish", "60", "20"))
    served = said(room(child_env, "burst", "20", "20"))
    assert served["served"] == served["different"] == 20


def test_whoever_is_killed_in_its_turn_keeps_nobody_waiting(child_env: dict[str, str]) -> None:
    said(room(child_env, "furnish", "20", "5"))
    holder = room(child_env, "hold")
    assert holder.stdout is not None and holder.stdout.readline() == "in\n"
    crowd = room(child_env, "burst", "5", "5")
    holder.kill()
    holder.communicate()
    served = said(crowd)
    assert served["served"] == served["different"] == 5
