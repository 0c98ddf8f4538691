"""Call people in many processes on SQLite and PostgreSQL, kill half of them with -9, start again, confront, delete.

    python -m bench.calls [people processes calls]

Each call is two requests' worth of work: somebody is taken, what came of the call is said. There is no web server in
between: this is what the database and the services bear. The need is that of 150 callers at human pace: 0.6 people a
second, 11 under stress (research/outreach.md §4.1). The baseline takes people as one must not: look, then write.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "reflexes_bench_calls"
NEEDED = 0.6
# At human pace: five times what 150 callers take, so that a minute says something; a first call warms its process.
PACE, PACED, WARM = 5, 12, 1
BURST = 150
EACH = 3


def postgres(name: str = DATABASE) -> str | None:
    """Return the address of a fresh database on the local server, or nothing when there is none."""
    script = [sys.executable, str(ROOT / "scripts" / "postgres.py"), "--url"]
    url = subprocess.run(script, capture_output=True, text=True, check=False).stdout.strip()
    if not url:
        return None
    drop(url, name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{url.rpartition('/')[0]}/{name}"


def drop(url: str, name: str = DATABASE) -> None:
    """Drop the database of a bench."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")


def room(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """Start one process of the room of callers."""
    command = [sys.executable, "-m", "tests.real_processes.call_room", *words]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> Any:
    """Wait for a process and return what it said last."""
    out, _errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"A process ended with {process.returncode}.")
    return json.loads(out.splitlines()[-1]) if out else None


def measure(url: str, folder: Path, people: int, processes: int, calls: int) -> dict[str, Any]:
    """Return what one database bore: the naive way, the burst, the crowd killed and started again, the end."""
    env = {**os.environ, "DATABASE_URL": url, "REFLEXES_VAR": str(folder), "PYTHONPATH": str(ROOT / "src")}
    log = folder / "said"
    log.mkdir()
    said(room(env, "seed", str(people), str(max(processes, BURST))))
    crowd = [room(env, "naive", str(part), str(calls)) for part in range(processes)]
    naive = [pk for one in crowd for pk in said(one)]
    burst = said(room(env, "burst", str(BURST), str(processes)))

    start = time.perf_counter()
    crowd = [room(env, "call", str(log), str(part), str(calls)) for part in range(processes)]
    for process in crowd[: processes // 2]:
        for _line in range(max(1, calls // 4)):
            process.stdout.readline()  # type: ignore[union-attr]
        process.kill()
        process.communicate()
    went = [said(process) for process in crowd[processes // 2 :]]
    waits = sorted(wait for one in went for wait in one["waits"])
    seconds = time.perf_counter() - start
    killed = said(room(env, "report", str(log)))
    every = str(processes / (NEEDED * PACE))
    crowd = [room(env, "call", str(log), str(part), str(PACED), "paced", every) for part in range(processes)]
    calm = sorted(wait for one in crowd for wait in said(one)["waits"][WARM:])
    again = [room(env, "call", str(log), str(part), str(calls // 4), "later") for part in range(processes)]
    for process in again:
        said(process)
    found = said(room(env, "report", str(log)))

    said(room(env, "fill", str(EACH)))
    seen = said(room(env, "measure"))
    purge = said(room(env, "purge"))
    return {
        "naive": len(naive),
        "naive_twice": len(naive) - len(set(naive)),
        "burst": burst,
        "killed": killed,
        "found": found,
        "rate": killed["said"] / seconds,
        "p50": statistics.median(waits),
        "p95": waits[int(len(waits) * 0.95)],
        "p99": waits[int(len(waits) * 0.99)],
        "calm": calm,
        "seen": seen,
        "purge": purge,
    }


ROWS: dict[str, Callable[[dict[str, Any]], str]] = {
    "calls ended, and written down by callers": lambda one: f"{one['found']['said']:,}",
    "**called twice at once** (person or telephone)": lambda one: str(one["killed"]["double"] + one["found"]["double"]),
    "**outcomes lost**": lambda one: str(one["killed"]["lost"] + one["found"]["lost"]),
    "needs told / cases opened": lambda one: f"{one['found']['needs']} / {one['found']['cases']}",
    "held when killed, returned by themselves": lambda one: str(one["found"]["silent"]),
    "calls a second (with the start of the processes)": lambda one: f"{one['rate']:.0f}",
    "beside what is needed": lambda one: f"x {one['rate'] / NEEDED:.0f}",
    "taking somebody, milliseconds: median": lambda one: f"{one['p50']:.1f}",
    "taking somebody, milliseconds: 95th percentile": lambda one: f"{one['p95']:.0f}",
    "taking somebody, milliseconds: 99th percentile": lambda one: f"{one['p99']:.0f}",
    f"**at {PACE} times the pace of 150 callers**, taking somebody, milliseconds: median": lambda one: (
        f"{statistics.median(one['calm']):.1f}"
    ),
    "at that pace: 95th percentile (bar: 300)": lambda one: f"{one['calm'][int(len(one['calm']) * 0.95)]:.0f}",
    "opening burst: served, all different": lambda one: f"{one['burst']['served']} / {one['burst']['different']}",
    "opening burst: the last one served, seconds (bar: 2)": lambda one: f"{one['burst']['last']:.2f}",
    "supervision, the whole campaign, milliseconds (bar: 3,000)": lambda one: f"{one['seen']['median']:.0f}",
    "the morning sheet of that day, milliseconds (bar: 1,000)": lambda one: f"{one['seen']['morning']:.0f}",
    "… with people / calls": lambda one: f"{one['seen']['people']:,} / {one['seen']['leases']:,}",
    "deleting the campaign, seconds (bar: 60)": lambda one: f"{one['purge']['seconds']:.1f}",
    "rows left after it": lambda one: str(one["purge"]["left"]),
    "baseline, look then write: people taken": lambda one: f"{one['naive']:,}",
    "baseline: of which taken twice (ours: 0)": lambda one: f"{one['naive_twice']:,}",
    "baseline: share taken twice": lambda one: f"{one['naive_twice'] / max(one['naive'], 1):.0%}",
}


def told(found: dict[str, dict[str, Any]], people: int, processes: int) -> None:
    """Print the table."""
    print(
        f"### {people:,} people, {processes} processes without a breath, half of them killed with -9, started again\n"
    )
    print(f"Needed by 150 callers at human pace: {NEEDED} people a second; 11 under stress.\n")
    print("| | " + " | ".join(found) + " |")
    print("|---" * (len(found) + 1) + "|")
    for name, cell in ROWS.items():
        print(f"| {name} | " + " | ".join(cell(one) for one in found.values()) + " |")


def main() -> None:
    """Measure what is there: a machine without PostgreSQL says so."""
    people, processes, calls = (int(one) for one in sys.argv[1:4]) if len(sys.argv) > 3 else (50_000, 20, 200)
    found = {}
    with tempfile.TemporaryDirectory(prefix="reflexes-bench-") as folder:
        (Path(folder) / "sqlite").mkdir()
        (Path(folder) / "postgresql").mkdir()
        sqlite = Path(folder) / "sqlite"
        found["SQLite"] = measure(f"sqlite:///{sqlite}/bench.sqlite3", sqlite, people, processes, calls)
        url = postgres()
        if url is None:
            print("NOT RUN: calls on PostgreSQL, because no local server answers.\n")
        else:
            found["PostgreSQL"] = measure(url, Path(folder) / "postgresql", people, processes, calls)
            drop(f"{url.rpartition('/')[0]}/postgres")
    told(found, people, processes)


if __name__ == "__main__":
    main()
