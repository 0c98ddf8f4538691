"""Twenty processes answer, release, confirm and cancel at once: no half-day is ever booked twice (issue 2, 6)."""

import json
import subprocess
import sys
from collections import Counter

PROCESSES, ACTS = 20, 40


def crowd(child_env: dict[str, str], *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.real_processes.crowd", *words]
    return subprocess.Popen(command, env=child_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> str:
    out, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors[-2000:]
    return out


def test_twenty_processes_at_once_never_book_a_half_day_twice(child_env: dict[str, str]) -> None:
    said(crowd(child_env, "seed"))
    everyone = [crowd(child_env, "act", str(number), str(ACTS)) for number in range(PROCESSES)]
    ended: Counter[str] = Counter()
    for process in everyone:
        ended.update(json.loads(said(process)))

    found = json.loads(said(crowd(child_env, "report")))

    assert found["wrong"] == []
    assert sum(ended.values()) == PROCESSES * ACTS
    assert ended["yes"] >= 15, ended
    assert ended["drop"] + ended["withhold"] >= 3, ended
    assert ended["refused:week_full"] + ended["refused:half_day_taken"] + found["reserve"] >= 20, ended
    assert found["journal"] == sum(count for name, count in ended.items() if ":" not in name and name != "denied")
