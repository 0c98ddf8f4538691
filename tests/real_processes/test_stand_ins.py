"""Holders, stand-ins and hosts act at once: a place never has two people, and never loses its one person silently."""

import json
import subprocess
import sys

PROCESSES = 5


def test_a_place_passes_from_holder_to_stand_in_without_ever_being_nobodys_or_two_peoples(
    child_env: dict[str, str],
) -> None:
    def run(*words: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.real_processes.stand_ins", *words]
        return subprocess.Popen(command, env=child_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def said(process: "subprocess.Popen[str]") -> str:
        out, errors = process.communicate(timeout=240)
        assert process.returncode == 0, errors[-2000:]
        return out

    said(run("seed"))
    ended = [json.loads(said(one)) for one in [run("act", str(number)) for number in range(PROCESSES)]]
    found = json.loads(said(run("report")))
    assert found["wrong"] == []
    assert found["replaced"] >= 1, ended
