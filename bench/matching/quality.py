"""How many places, and how far: ours against the ways used without an engine.

First come: people arrive one after the other and take the nearest open places they may take, up to their
cap. Sheet in posting order: the coordinator goes down the needs as posted and takes the first free people of
the register. Sheet by priority: highest priority first, nearest people first. The tension (places that the
best plan can fill among those asked) stands beside each instance: a gain without it means nothing.
"""

from __future__ import annotations

import numpy as np

from reflexes.engines.matching import Prices, check, generate, plan
from reflexes.engines.matching.greedy import Board
from reflexes.engines.matching.pairs import Ints, Pairs, compile_pairs

SIZES = ((500, 150), (1_500, 1_500), (5_000, 1_500), (50_000, 10_000))
SEED = 1


def by_person(pairs: Pairs) -> Ints:
    """First come, first served."""
    board = Board(pairs)
    order = np.lexsort((pairs.km, pairs.person))
    rank = np.random.default_rng(SEED).permutation(len(pairs.people))
    for k in order[np.argsort(rank[pairs.person[order]], kind="stable")].tolist():
        if board.fits(k):
            board.take(k)
    return board.chosen()


def by_demand(pairs: Pairs, demands: list[int], *, nearest: bool) -> Ints:
    """A sheet filled need after need."""
    board = Board(pairs)
    for d in demands:
        options = np.arange(pairs.first[d], pairs.first[d + 1])
        for k in (options[np.argsort(pairs.km[options], kind="stable")] if nearest else options).tolist():
            if board.room[d] <= 0:
                break
            if board.fits(k):
                board.take(k)
    return board.chosen()


def main() -> None:
    """Print one Markdown row per instance and way."""
    print("### Quality: places filled and way travelled\n")
    print("| people / needs | shape | reachable top / all | way | top | all | km each | wishes missed | top empty |")
    print("|---|---|---|---|---|---|---|---|---|")
    for people, needs in SIZES:
        for shape in ("skewed", "uniform"):
            row(people, needs, shape)


def row(people: int, needs: int, shape: str) -> None:
    """Run every way on one instance."""
    problem = generate(people, needs, SEED, shape)
    ours = plan(problem, seed=SEED)
    assert not check(problem, ours)
    pairs = compile_pairs(problem, Prices())
    posting = list(range(len(pairs.demands)))
    by_priority = sorted(posting, key=lambda d: -pairs.demands[d].priority)
    ways = {
        "first come": by_person(pairs),
        "sheet, posting order": by_demand(pairs, posting, nearest=False),
        "sheet, by priority": by_demand(pairs, by_priority, nearest=True),
    }
    top, asked = ours.filled_by_priority[3]
    all_asked = sum(count for _, count in ours.filled_by_priority.values())
    tension = f"{top / asked:.1%} / {ours.filled / all_asked:.1%}"
    print(
        f"| {people:,} / {needs:,} | {shape} | {tension} | **ours** | {top} | {ours.filled} "
        f"| {ours.km / ours.filled:.2f} | {ours.soft_missed} | {asked - top} |",
        flush=True,
    )
    for name, chosen in ways.items():
        theirs = sum(pairs.demands[d].priority == 3 for d in pairs.demand[chosen].tolist())
        km = float(pairs.km[chosen].sum()) / len(chosen)
        print(
            f"| | | | {name} | {theirs} ({theirs / top:.3f}) | {len(chosen)} ({len(chosen) / ours.filled:.3f}) "
            f"| {km:.2f} (x{km * ours.filled / ours.km:.2f}) | {int(pairs.soft[chosen].sum())} | {asked - theirs} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
