"""Tallies beside pabutools in the same run: winners, seconds, ratio. Elections are invented and seeded (``generate``).

The time of ours counts everything after the ballots are grouped: columns, purchases, and the reasons of every project,
which the peer does not give. The peer gets distinct ballots with their numbers (its multiprofiles) and exact fractions,
as it is by default. Its completion is run on the middle size only: at 90,000 ballots it takes hours.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from importlib.util import find_spec

from bench.voting.peer import peer_winners, to_peer
from reflexes.engines.voting import Election, Rule, generate, tally

SMALL, MOST_VOTERS = 300, 1_200
LARGE = (160, 90_000)
MIDDLE = (60, 6_500)
GOALS = {"none": 1.0, "add1": 10.0}
FASTER = 30
NOT_RUN = "NOT RUN: the peer, because pabutools is not installed (pip install 'reflexes[peers]')"


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return how many seconds of processor ``work`` takes, and its answer."""
    started = time.process_time()
    answer = work()
    return time.process_time() - started, answer


def peer_seconds(election: Election, rule: Rule) -> tuple[float, list[str]]:
    """Return the peer's seconds without the making of its objects, and its winners."""
    making, _objects = timed(lambda: to_peer(election, rule))
    seconds, winners = timed(lambda: peer_winners(election, rule))
    return max(seconds - making, 1e-9), list(winners)  # type: ignore[call-overload]


def row(name: str, elections: list[Election], rule: Rule, *, with_peer: bool, goal: float | None = None) -> str:
    """Return one line of the table."""
    ours = theirs = 0.0
    same = 0
    for election in elections:
        seconds, found = timed(lambda one=election: tally(one, rule))  # type: ignore[misc]
        ours += seconds
        if with_peer:
            peer, winners = peer_seconds(election, rule)
            theirs += peer
            same += sorted(found.winners) == winners  # type: ignore[attr-defined]
    distinct = sum(len(election.ballots) for election in elections)
    said = f"{theirs:.2f} | {theirs / ours:,.0f} | {same} of {len(elections)}" if with_peer else "- | - | -"
    ask = "" if goal is None else f"{goal:.0f} s: {'met' if ours < goal else 'MISSED'}"
    if with_peer and len(elections) == 1:
        ask = ", ".join(filter(None, [ask, f"x{FASTER}: {'met' if theirs / ours >= FASTER else 'MISSED'}"]))
    return f"| {name} | {distinct:,} | {rule.utility} | {rule.completion} | {ours:.3f} | {said} | {ask} |"


def main() -> None:
    """Print one Markdown table."""
    peer = find_spec("pabutools") is not None
    print("### Tallies: seconds of processor, ours with every reason\n")
    if not peer:
        print(f"{NOT_RUN}\n")
    print("| election | distinct ballots | utility | completion | ours | pabutools | ratio | same winners | goal |")
    print("|---|---|---|---|---|---|---|---|---|")
    small = [
        generate(3 + seed % 15, 100 + seed * 37 % (MOST_VOTERS - 100), seed, alike=seed % 2 == 0, longest=6)
        for seed in range(SMALL)
    ]
    middle = [generate(*MIDDLE, seed=1, longest=4)]
    large = [generate(*LARGE, seed=1, longest=5)]
    for utility in ("cost", "cardinality"):
        print(row(f"{SMALL} small", small, Rule(utility=utility), with_peer=peer), flush=True)
    print(row("60 x 6,500, step 20", middle, Rule(completion="add1", step=20), with_peer=peer), flush=True)
    for utility in ("cost", "cardinality"):
        rule = Rule(utility=utility)
        print(row("160 x 90,000", large, rule, with_peer=peer, goal=GOALS["none"]), flush=True)
    for step in (Fraction(1), Fraction(1, 10)):
        rule = Rule(completion="add1", step=step)
        print(row(f"160 x 90,000, step {step}", large, rule, with_peer=False, goal=GOALS["add1"]), flush=True)


if __name__ == "__main__":
    main()
