"""A worker killed in the middle of a plan, a process killed in the middle of a wave: nothing lost, nobody asked twice."""

import json
import random
import subprocess
import sys
import time
from typing import Any

from reflexes.core.outbox.handlers import periods

SEED = 20261123


def town(child_env: dict[str, str], verb: str, **options: Any) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.real_processes.town", verb]
    return subprocess.Popen(command, env=child_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def done(process: "subprocess.Popen[str]") -> str:
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors[-2000:]
    return out


def worker(child_env: dict[str, str], *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "reflexes.config.cli", "worker", "--lease-seconds", "1", *options]
    return subprocess.Popen(command, env=child_env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def report(child_env: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done(town(child_env, "report")))
    return found


def test_a_plan_survives_its_workers_and_a_wave_its_senders(child_env: dict[str, str]) -> None:
    dice = random.Random(SEED)
    child_env = child_env | {"REFLEXES_WAVE_AT_ONCE": "500"}  # the plan leaves in one wave
    done(town(child_env, "seed"))
    done(town(child_env, "ask"))

    killed_at_work = 0
    for _attempt in range(4):
        victim = worker(child_env)
        time.sleep(dice.uniform(1.2, 2.6))
        killed_at_work += victim.poll() is None
        victim.kill()
        victim.communicate()
        time.sleep(1.1)  # its lease ends
        done(town(child_env, "wait"))
    done(worker(child_env, "--once"))
    found = report(child_env)
    assert killed_at_work >= 3, found
    assert found["plans"] == ["ready"], found
    assert found["lines"] > 50
    assert found["proposals"] == 0

    for _attempt in range(5):
        sender = town(child_env, "send")
        assert sender.stdout is not None
        sender.stdout.readline()  # it begins to send now
        time.sleep(dice.uniform(0.01, 0.3))
        sender.kill()
        sender.communicate()
        found = report(child_env)
        # All of the wave or none of it, and every proposal with its announcement.
        assert found["proposals"] in {0, found["lines"]}
        assert found["announcements"] == found["proposals"]
    done(town(child_env, "send"))
    done(town(child_env, "send"))
    done(worker(child_env, "--once"))

    found = report(child_env)
    assert (found["proposals"], found["waves"]) == (found["lines"], 1)
    assert (found["asked_twice"], found["orphans"]) == ([], 0)
    assert found["messages"] == found["announcements"] == found["proposals"]
    # A tick killed three times in a row is given up: the next period makes another.
    assert set(found["dead"]) <= set(periods())
    assert found["journal_ok"]
