"""A worker killed with -9 in the middle of an import: nothing is lost, nothing is written twice (issue 2, part 6)."""

import json
import random
import subprocess
import sys
import time

from tests.real_processes.sheet_desk import PEOPLE

SEED, KILLS = 20261124, 3


def desk(child_env: dict[str, str], verb: str) -> str:
    command = [sys.executable, "-m", "tests.real_processes.sheet_desk", verb]
    done = subprocess.run(command, env=child_env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def worker(child_env: dict[str, str], *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "reflexes.config.cli", "worker", "--lease-seconds", "1", *options]
    return subprocess.Popen(command, env=child_env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_an_import_survives_its_workers(child_env: dict[str, str]) -> None:
    dice = random.Random(SEED)
    desk(child_env, "seed")

    in_the_middle = set()
    for _attempt in range(KILLS):
        watcher = subprocess.Popen(
            [sys.executable, "-m", "tests.real_processes.sheet_desk", "watch"], env=child_env, stdout=subprocess.PIPE
        )
        assert watcher.stdout is not None
        watcher.stdout.readline()
        victim = worker(child_env)
        watcher.communicate(timeout=60)
        time.sleep(dice.uniform(0.0, 0.1))
        victim.kill()
        victim.wait()
        found = json.loads(desk(child_env, "wait"))
        assert found["lines"] == found["people"] == found["offers"]
        if 0 < found["lines"] < PEOPLE:
            in_the_middle.add(found["lines"])
    assert worker(child_env, "--once").wait(timeout=120) == 0

    found = json.loads(desk(child_env, "report"))
    assert in_the_middle, "no worker was killed in the middle"
    assert found == {
        "state": "done",
        "kept_content": 0,
        "people": PEOPLE,
        "names": PEOPLE,
        "offers": PEOPLE,
        "half_days": 2 * PEOPLE,
        "lines": PEOPLE,
    }
