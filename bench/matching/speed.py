"""Time and peak memory, one process per measure: ours against CP-SAT and HiGHS (scipy's milp).

All three get the same eligible pairs and the same objective. Ours also draws the ties, proves the optimum by
potentials and writes the report of unfilled needs. At 50,000 / 10,000 the peers get the 24 cheapest pairs of
each need, an advantage, since neither ends on all of them. Time counts everything after the data are made.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from reflexes.engines.matching import Prices, generate, plan
from reflexes.engines.matching.flow import NEAREST
from reflexes.engines.matching.network import place_gain
from reflexes.engines.matching.pairs import Ints, Pairs, compile_pairs

SIZES = ((500, 150), (5_000, 1_500), (50_000, 10_000))
GOALS = {5_000: (5.0, 300), 50_000: (30.0, None)}
LIMIT = 120.0
SEED = 1
Answer = tuple[list[int], bool]


def levels(pairs: Pairs, chosen: Ints) -> list[int]:
    """Places by priority, highest first."""
    level = np.array([demand.priority for demand in pairs.demands])[pairs.demand[chosen]]
    return [int((level == p).sum()) for p in (3, 2, 1)]


def ours(people: int, needs: int) -> Answer:
    """The engine."""
    found = plan(generate(people, needs, SEED), seed=SEED)
    return [filled for filled, _ in found.filled_by_priority.values()], found.optimal


def _peer_pairs(people: int, needs: int) -> tuple[Pairs, Ints, Ints]:
    pairs = compile_pairs(generate(people, needs, SEED), Prices())
    keep = np.arange(pairs.size)
    if people > 5_000:
        order = np.lexsort((pairs.cost, pairs.demand))
        keep = np.sort(order[np.arange(pairs.size) - pairs.first[pairs.demand[order]] < NEAREST])
    rank, gain = place_gain(pairs, Prices())
    # 100 m and 10^6 per level, as measured in the note: finer weights only slow the peers down.
    del gain
    cost = pairs.cost[keep] // 1000 - rank[pairs.demand[keep]] * 10**6
    return pairs, keep, cost


def cp_sat(people: int, needs: int) -> Answer:
    """CP-SAT with the best settings known: one worker, linearization level 2."""
    from ortools.sat.python import cp_model

    pairs, keep, cost = _peer_pairs(people, needs)
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in keep]
    for key, limit in _groups(pairs, keep):
        members: dict[int, list[int]] = {}
        for k, group in enumerate(key.tolist()):
            members.setdefault(group, []).append(k)
        for group, ks in members.items():
            if len(ks) > limit(group):
                model.add(sum(x[k] for k in ks) <= limit(group))
    model.minimize(sum(int(c) * v for c, v in zip(cost, x, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = LIMIT
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [], False
    chosen = keep[[k for k, v in enumerate(x) if solver.value(v)]]
    return levels(pairs, chosen), status == cp_model.OPTIMAL


def highs(people: int, needs: int) -> Answer:
    """HiGHS as an integer programme through scipy."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    pairs, keep, cost = _peer_pairs(people, needs)
    ones, columns = np.ones(len(keep)), np.arange(len(keep))
    limits = []
    for key, limit in _groups(pairs, keep):
        names, row = np.unique(key, return_inverse=True)
        top = np.array([limit(int(name)) for name in names])
        limits.append(LinearConstraint(csr_matrix((ones, (row, columns))), -np.inf, top))
    found = milp(cost, integrality=ones, bounds=Bounds(0, 1), constraints=limits, options={"time_limit": LIMIT})
    if found.x is None:
        return [], False
    return levels(pairs, keep[found.x > 0.5]), found.status == 0


def _groups(pairs: Pairs, keep: Ints) -> list[tuple[Ints, Callable[[int], int]]]:
    slots = pairs.person[keep] * 100 + pairs.half_of[pairs.demand[keep]]
    return [
        (pairs.demand[keep], lambda d: int(pairs.headcount[d])),
        (pairs.person[keep], lambda i: pairs.people[i].cap),
        (slots, lambda _slot: 1),
    ]


WAYS = {"ours": ours, "CP-SAT": cp_sat, "HiGHS": highs}


def measure(way: str, people: int, needs: int) -> dict[str, object]:
    """Run one way in its own process; a peer that ignores its time limit is stopped at twice that."""
    command = [sys.executable, "-m", "bench.matching.speed", way, str(people), str(needs)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=2 * LIMIT)
    except subprocess.TimeoutExpired:
        return {"seconds": 2 * LIMIT, "memory": "", "filled": [], "proven": False}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def child(way: str, people: int, needs: int) -> None:
    """Measure in this process: seconds after the data are made, peak memory of everything."""
    started = time.perf_counter()
    generate(people, needs, SEED)
    making = time.perf_counter() - started
    filled, proven = WAYS[way](people, needs)
    seconds = time.perf_counter() - started - 2 * making
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": seconds, "memory": memory, "filled": filled, "proven": proven}))


def main() -> None:
    """Print one Markdown row per size and way."""
    print("### Speed: time and peak memory of a plan (skewed)\n")
    print("| people / needs | way | places by priority 3 / 2 / 1 | proven | seconds | ratio | MB | goal |")
    print("|---|---|---|---|---|---|---|---|")
    for people, needs in SIZES:
        base = 0.0
        for way in WAYS:
            got = measure(way, people, needs)
            seconds = float(str(got["seconds"]))
            base = base or seconds
            goal = ""
            if way == "ours" and people in GOALS:
                most, memory = GOALS[people]
                met = seconds < most and (memory is None or int(str(got["memory"])) < memory)
                goal = f"{most:.0f} s" + (f", {memory} MB" if memory else "") + (": met" if met else ": MISSED")
            places = " / ".join(str(n) for n in got["filled"]) or "none found"  # type: ignore[attr-defined]
            name = f"{way}, {NEAREST} nearest" if way != "ours" and people > 5_000 else way
            print(
                f"| {people:,} / {needs:,} | {name} | {places} | {'yes' if got['proven'] else 'no'} "
                f"| {seconds:.2f} | {seconds / base:.1f} | {got['memory']} | {goal} |",
                flush=True,
            )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
