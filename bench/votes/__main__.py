"""Cast ballots in several processes on SQLite and PostgreSQL, kill them all with -9 in the middle, start again, count.

    python -m bench.votes [ballots processes]

Each ballot is two requests' worth of work: the code is looked up behind the count of wrong codes, then the ballot is
cast. There is no web server in between: this is what the database and the services bear. The goal is what the last ten
minutes ask for: 5,000 ballots in 600 seconds. The same fixed ballots are in the box whatever was killed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests.real_processes.ballot_box import expected

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = "reflexes_bench_votes"
NEEDED = 5_000 / 600


def postgres() -> str | None:
    """Return the address of a fresh database on the local server, or nothing when there is none."""
    script = [sys.executable, str(ROOT / "scripts" / "postgres.py"), "--url"]
    url = subprocess.run(script, capture_output=True, text=True, check=False).stdout.strip()
    if not url:
        return None
    drop(url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    return f"{url.rpartition('/')[0]}/{DATABASE}"


def drop(url: str) -> None:
    """Drop the database of the bench."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")


def box(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    """Start one process of the vote."""
    command = [sys.executable, "-m", "tests.real_processes.ballot_box", *words]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> Any:
    """Wait for a process and return what it said last."""
    out, _errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"A process ended with {process.returncode}.")
    return json.loads(out.splitlines()[-1]) if out else None


def measure(url: str, folder: Path, ballots: int, processes: int) -> dict[str, Any]:
    """Return what one database bore: the crowd killed in the middle, started again, the box closed and counted."""
    env = {**os.environ, "DATABASE_URL": url, "REFLEXES_VAR": str(folder), "PYTHONPATH": str(ROOT / "src")}
    letters = str(folder / "letters.json")
    said(box(env, "seed", letters, str(ballots)))
    parts = [("cast", letters, str(part), str(processes)) for part in range(processes)]
    crowd = [box(env, *part) for part in parts]
    for process in crowd:
        for _line in range(ballots // processes // 2):
            process.stdout.readline()  # type: ignore[union-attr]
    for process in crowd:
        process.kill()
        process.communicate()
    killed = said(box(env, "report"))
    went = [said(process) for process in [box(env, *part) for part in parts]]
    full = said(box(env, "report"))
    closing = time.perf_counter()
    box(env, "close").communicate()
    closing = time.perf_counter() - closing
    counting = time.perf_counter()
    digests = {said(box(env, "count")) for _time in range(2)}
    counting = time.perf_counter() - counting
    closed = said(box(env, "report"))
    waits = sorted(wait for one in went for wait in one["waits"])
    seconds = max(sum(one["waits"]) for one in went) / 1000
    return {
        "killed_at": killed["ballots"],
        "half": killed["ballots"] - killed["voted"],
        "again": sum(one["already"] for one in went),
        "cast": sum(one["cast"] for one in went),
        "rate": len(waits) / seconds,
        "median": statistics.median(waits),
        "p99": waits[int(len(waits) * 0.99)],
        "longest": waits[-1],
        "lost": sum((expected(ballots) - Counter(full["box"])).values()),
        "twice": sum((Counter(full["box"]) - expected(ballots)).values()),
        "same_box": full["box"] == closed["box"] == expected(ballots),
        "digests": sorted(digests),
        "closing": closing,
        "counting": counting / 2,
    }


ROWS: dict[str, Callable[[dict[str, Any]], str]] = {
    "ballots in the box when killed": lambda one: f"{one['killed_at']:,}",
    "of which without their line of the roll, or the reverse": lambda one: str(one["half"]),
    "answered “already in the box” after the restart": lambda one: f"{one['again']:,}",
    "cast after the restart": lambda one: f"{one['cast']:,}",
    "lost": lambda one: str(one["lost"]),
    "counted twice": lambda one: str(one["twice"]),
    "ballots a second": lambda one: f"{one['rate']:.0f}",
    "beside what is needed": lambda one: f"x {one['rate'] / NEEDED:.0f}",
    "milliseconds: median": lambda one: f"{one['median']:.1f}",
    "milliseconds: 99th percentile": lambda one: f"{one['p99']:.0f}",
    "milliseconds: longest": lambda one: f"{one['longest']:.0f}",
    "closing and stirring, seconds (with the start of the process)": lambda one: f"{one['closing']:.1f}",
    "counting under four rules, seconds (with the start of the process)": lambda one: f"{one['counting']:.1f}",
    "same box after closing": lambda one: "yes" if one["same_box"] else "**NO**",
    "counted in two processes": lambda one: ", ".join(digest[:12] for digest in one["digests"]),
}


def told(found: dict[str, dict[str, Any]], ballots: int, processes: int) -> None:
    """Print the table."""
    print(f"### {ballots:,} ballots by {processes} processes, all killed with -9 half-way, started again\n")
    print(f"Needed in the last ten minutes: {NEEDED:.1f} ballots a second.\n")
    print("| | " + " | ".join(found) + " |")
    print("|---" * (len(found) + 1) + "|")
    for name, cell in ROWS.items():
        print(f"| {name} | " + " | ".join(cell(one) for one in found.values()) + " |")
    digests = {digest for one in found.values() for digest in one["digests"]}
    print(f"\nOne count, to the byte, everywhere: {'yes' if len(digests) == 1 else '**NO**'}.")


def main() -> None:
    """Measure what is there: a machine without PostgreSQL says so."""
    ballots, processes = (int(one) for one in sys.argv[1:3]) if len(sys.argv) > 2 else (5_000, 8)
    found = {}
    with tempfile.TemporaryDirectory(prefix="reflexes-bench-") as folder:
        found["SQLite"] = measure(f"sqlite:///{folder}/bench.sqlite3", Path(folder), ballots, processes)
        url = postgres()
        if url is None:
            print("NOT RUN: votes on PostgreSQL, because no local server answers.\n")
        else:
            found["PostgreSQL"] = measure(url, Path(folder), ballots, processes)
            drop(f"{url.rpartition('/')[0]}/postgres")
    told(found, ballots, processes)


if __name__ == "__main__":
    main()
