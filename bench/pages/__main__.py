"""Measure the pages on SQLite and on PostgreSQL, a process each, and print both beside the peer.

    python -m bench.pages [people needs]

The peer is Django's own admin on the same rows, in the same process and settings: the list that a developer gets in ten
lines. A ratio under 1 means that our page answers faster than the admin's list of the rows it is about.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
GOAL = 150
DATABASE = "reflexes_bench_pages"


def postgres() -> str | None:
    """Return the address of a fresh database on the local server, or nothing when there is none."""
    script = [sys.executable, str(ROOT / "scripts" / "postgres.py"), "--url"]
    url = subprocess.run(script, capture_output=True, text=True, check=False).stdout.strip()
    if not url:
        return None
    _again(url)
    return f"{url.rpartition('/')[0]}/{DATABASE}"


def _again(url: str, *, make: bool = True) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        if make:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def measure(url: str, folder: Path, people: int, needs: int) -> dict[str, Any]:
    """Run the measures on one database in a process of its own."""
    out = folder / "out.json"
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "REFLEXES_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "bench.pages.settings",
    }
    subprocess.run([sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"], env=env, cwd=ROOT, check=True)
    run = [sys.executable, "-m", "bench.pages.run"]
    subprocess.run([*run, "build", str(out), str(people), str(needs)], env=env, cwd=ROOT, check=True)
    subprocess.run([*run, "pages", str(out)], env=env, cwd=ROOT, check=True)
    return json.loads(out.read_text(encoding="utf-8"))


def told(found: list[dict[str, Any]], people: int, needs: int) -> None:
    """Print the tables."""
    marks = {one["mark"] for one in found}
    print(f"### Pages with {people:,} people and {needs:,} needs\n")
    print(f"Same rows everywhere: {'yes' if len(marks) == 1 else 'NO'} ({', '.join(sorted(marks))}). ", end="")
    print("; ".join(f"{one['vendor']}: built in {one['built']:.0f} s" for one in found) + ".\n")
    print("Milliseconds: median / 95th percentile (processor time of the web process). Goal: median under 150.\n")
    names = [one["vendor"] for one in found]
    columns = "".join(f"| {name} | questions | x admin " for name in names)
    print(f"| role | page {columns}| bytes | goal |")
    print("|---|---" + "|---" * (3 * len(names) + 2) + "|")
    for row in range(len(found[0]["pages"])):
        here = [one["pages"][row] for one in found]
        medians = [{page["page"]: page["median"] for page in one["pages"]} for one in found]
        cells = ""
        for page, known in zip(here, medians, strict=True):
            peer = known.get(page["peer"])
            ratio = f"{page['median'] / peer:.2f}" if peer else ""
            cells += f"| {page['median']:.0f} / {page['p95']:.0f} ({page['cpu']:.0f}) | {page['queries']} | {ratio} "
        met = "met" if all(page["median"] < GOAL for page in here) else "**not met**"
        goal = "peer" if here[0]["role"] == "peer" else met
        print(f"| {here[0]['role']} | {here[0]['page']} {cells}| {here[0]['bytes']:,} | {goal} |")
    print("\n### The work behind them\n")
    print("| work | " + " | ".join(f"{name}: s (processor), MB" for name in names) + " | came out |")
    print("|---" * (len(names) + 2) + "|")
    for row in range(len(found[0]["works"])):
        here = [one["works"][row] for one in found]
        cells = " | ".join(f"{one['seconds']:.1f} ({one['cpu']:.1f}), {one['megabytes']}" for one in here)
        print(f"| {here[0]['name']} | {cells} | {here[0]['told']} |")


def main() -> None:
    """Measure what is there: a machine without PostgreSQL says so."""
    people, needs = (int(one) for one in sys.argv[1:3]) if len(sys.argv) > 2 else (50_000, 10_000)
    found = []
    with tempfile.TemporaryDirectory(prefix="reflexes-bench-") as folder:
        found.append(measure(f"sqlite:///{folder}/bench.sqlite3", Path(folder), people, needs))
        url = postgres()
        if url is None:
            print("NOT RUN: pages on PostgreSQL, because no local server answers.\n")
        else:
            found.append(measure(url, Path(folder), people, needs))
            _again(f"{url.rpartition('/')[0]}/postgres", make=False)
    told(found, people, needs)


if __name__ == "__main__":
    main()
