"""A process killed with -9 while it destroys a dataset: all of it went or nothing did, and the worker burns the key."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from reflexes.mechanisms.evidence.tests.dying import ROWS


def dying(child_env: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "reflexes.mechanisms.evidence.tests.dying", *words]
    return subprocess.run(command, env=child_env, capture_output=True, text=True, timeout=120, check=False)


def report(child_env: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dying(child_env, "report").stdout)
    return found


@pytest.fixture(autouse=True)
def table(transactional_db: None) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {ROWS}")


def test_a_process_killed_while_it_destroys_leaves_all_or_nothing_and_the_worker_burns_the_key(
    child_env: dict[str, str],
) -> None:
    seeded = dying(child_env, "seed")
    assert seeded.returncode == 0, seeded.stderr[-2000:]
    assert dying(child_env, "destroy", "before").returncode == -signal.SIGKILL
    whole = {"rows": 3, "state": "closed", "key": True, "records": 0, "burnt": 0, "figures": 0}
    assert report(child_env) == whole
    assert dying(child_env, "destroy", "after").returncode == -signal.SIGKILL
    gone = {"rows": 0, "state": "destroyed", "key": True, "records": 1, "burnt": 0, "figures": 3}
    assert report(child_env) == gone
    worked = dying(child_env, "work")
    assert worked.returncode == 0, worked.stderr[-2000:]
    assert report(child_env) == {**gone, "key": False, "burnt": 1}
