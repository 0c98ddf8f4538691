"""Re-planning after one assigned person in ten drops out: places, missions disturbed, time."""

from __future__ import annotations

import dataclasses
import random
import time

from reflexes.engines.matching import Plan, Problem, generate, plan, replan

SEEDS = (1, 2, 3)
SHARE = 10


def main() -> None:
    """Print one Markdown row per seed and way."""
    print("### Re-planning: 5,000 / 1,500 skewed, one assigned person in ten gone\n")
    print("| seed | way | top filled | all | surviving missions disturbed | seconds |")
    print("|---|---|---|---|---|---|")
    for seed in SEEDS:
        problem = generate(5_000, 1_500, seed)
        before = plan(problem, seed=seed)
        used = sorted({person for person, _ in before.assignments})
        gone = set(random.Random(seed).sample(used, len(used) // SHARE))
        left = dataclasses.replace(problem, people=tuple(p for p in problem.people if p.id not in gone))
        survivors = frozenset(pair for pair in before.assignments if pair[0] not in gone)
        kept = dataclasses.replace(left, keep=survivors)
        frozen = dataclasses.replace(left, pinned=survivors)
        for name, what in (("from scratch", left), ("**ours**, bonus", kept), ("ours, all else frozen", frozen)):
            found, seconds = timed(what, seed)
            lost = len(survivors - set(found.assignments))
            print(
                f"| {seed} | {name} | {found.filled_by_priority[3][0]} | {found.filled} "
                f"| {lost} ({lost / len(survivors):.2%}) | {seconds:.2f} |",
                flush=True,
            )
        started = time.perf_counter()
        again = replan(problem, before, gone=gone, seed=seed)
        print(
            f"| {seed} | both, with {len(again.moves)} separate moves | {again.full.filled_by_priority[3][0]} "
            f"| {again.full.filled} | {len(again.disturbed)} | {time.perf_counter() - started:.2f} |",
            flush=True,
        )


def timed(problem: Problem, seed: int) -> tuple[Plan, float]:
    """Return a plan and its time."""
    started = time.perf_counter()
    found = plan(problem, seed=seed)
    return found, time.perf_counter() - started


if __name__ == "__main__":
    main()
