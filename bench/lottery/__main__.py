"""The worst chance and the time of a fair draw: ours beside ``sortition-algorithms`` (maximin), on the same pools.

The package is in the optional group ``peers`` (it brings highspy, which cannot share a process with OR-Tools, and is
never installed by ``make test``): it runs in a process of its own, with the Python of ``SORTITION_PYTHON`` when that
names one where it is installed. Without it, one line says so. Name pools to run only those.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time

from bench.lottery.pools import POOLS
from reflexes.engines.lottery import Problem, Selection, naive, select

GOALS = {"1,000 / 120": 30.0, "10,000 / 120": 90.0}
LIMIT = 900.0
MOST_PEOPLE = 1_000
"""Above, the package's first phase alone has as many rounds as people: hours, measured on 30 of them."""


def peer_python() -> str | None:
    """Return the Python where the package is installed; ``None`` when there is none."""
    if importlib.util.find_spec("sortition_algorithms"):
        return sys.executable
    return os.environ.get("SORTITION_PYTHON")


def theirs(problem: Problem, python: str) -> dict[str, float] | None:
    """Run the package on a problem; ``None`` when it was stopped after ``LIMIT`` seconds."""
    given = {
        "size": problem.size,
        "quotas": [
            {"feature": one.feature, "value": one.value, "min": str(one.low), "max": str(one.high)}
            for one in problem.quotas
        ],
        "people": [{"id": one.id, **dict(zip(problem.features, one.answers, strict=True))} for one in problem.people],
    }
    command = [python, "-m", "bench.lottery.peer"]
    try:
        done = subprocess.run(
            command, input=json.dumps(given), capture_output=True, text=True, timeout=LIMIT, check=True
        )
    except subprocess.TimeoutExpired:
        return None
    return dict(json.loads(done.stdout.splitlines()[-1]))


def timed(problem: Problem) -> tuple[Selection, float, float]:
    """Return our selection, its seconds on the clock and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = select(problem)
    return found, time.perf_counter() - wall, time.process_time() - cpu


def main(names: list[str]) -> None:
    """Print one Markdown row by pool and way."""
    python = peer_python()
    print("### Fair draws: the worst chance, its proof, its time\n")
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"Load {load:.1f} on {cores} cores at the start: above {cores}, read the seconds of the processor.\n")
    print("| pool / panel | way | worst chance | proven bound | 1,000 tickets | seconds (CPU) | ratio | goal |")
    print("|---" * 8 + "|")
    for name in names or POOLS:
        problem = POOLS[name]()
        found, wall, cpu = timed(problem)
        goal = GOALS.get(name)
        met = "" if goal is None else f"{goal:.0f} s: {'met' if wall < goal else 'MISSED'}"
        print(
            f"| {name} | **ours** ({found.proven or 'not proven'}) | {found.optimum:.7f} | {found.ceiling:.7f} "
            f"| {float(found.ticket_minimum):.5f} | {wall:.1f} ({cpu:.1f}) | 1.0 | {met} |",
            flush=True,
        )
        estimate = naive(problem, seed=1)
        if estimate is not None:
            print(
                f"| | naive (legacy), {estimate.draws} draws | {estimate.minimum:.7f} | | "
                f"| {estimate.practically_none:,} people with practically no chance | | |",
                flush=True,
            )
        if python is None:
            continue
        if len(problem.people) > MOST_PEOPLE:
            print("| | sortition-algorithms, maximin | not run: hours | | | | | |", flush=True)
            continue
        peer = theirs(problem, python)
        if peer is None:
            print(f"| | sortition-algorithms, maximin | stopped after {LIMIT:.0f} s | | | | | |", flush=True)
        else:
            print(
                f"| | sortition-algorithms, maximin | {peer['worst']:.7f} | | | {peer['wall']:.1f} ({peer['cpu']:.1f}) "
                f"| {peer['cpu'] / cpu:.1f} | |",
                flush=True,
            )
    if python is None:
        print("\nNOT RUN: sortition-algorithms, because it is not installed (pip install 'reflexes[peers]').")


if __name__ == "__main__":
    main(sys.argv[1:])
