"""From expected seats to numbered tickets, all equally likely, whose chances are whole thousandths.

First the seats of each group over all tickets together (rounded so that the worst chance loses the least), then
ticket after ticket: each takes, from what is left to seat, its share rounded up or down. Because every ticket leaves
to the others a remainder that keeps the rules on average, the last one keeps them too. A symmetric pool whose
expected seats are whole over all tickets keeps exactly equal chances.

Source: controlled rounding, and *Fair Sortition Made Transparent* (NeurIPS 2021) for equally likely panels.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np

from reflexes.engines.lottery.compositions import Rules, heaviest
from reflexes.engines.lottery.model import Floats, Ints, Watch
from reflexes.engines.lottery.profiles import Groups

SNAP = 1e-5
WEIGHT = 1_000
NEAR = 0.05


def whole_totals(groups: Groups, expected: Floats, tickets: int, left_out: tuple[int, ...]) -> Ints | None:
    """Return the seats of each group over all tickets, each rounded up or down, the worst chance first."""
    exact = expected * tickets
    near = np.rint(exact)
    exact = np.where(np.abs(exact - near) < SNAP * tickets / 1_000, near, exact)
    down = np.floor(exact).astype(np.int64)
    up = np.ceil(exact).astype(np.int64)
    prefer = np.rint((exact - down) * WEIGHT).astype(np.int64)
    # 2 (exact - down) - 1: rounding to the nearest moves the seats least.
    prefer = 2 * prefer - WEIGHT
    rules = Rules(down, up, groups.low * tickets, groups.high * tickets, groups.size * tickets)
    worst = _worst_chances(down, up, groups.people, left_out)
    best, low, high = None, 0, len(worst)
    while low < high:
        # From the worst to the best: what one chance allows, every smaller one allows.
        middle = (low + high) // 2 if best is not None else low
        needed = [0 if g in left_out else ceil(worst[middle] * n) for g, n in enumerate(groups.people.tolist())]
        least = np.maximum(down, np.array(needed, dtype=np.int64))
        found = heaviest(groups, prefer, rules._replace(least=least), near=1e-4)
        if found is None:
            if best is None:
                return None
            high = middle
        else:
            best, low = found.seats, middle + 1
    return best


def _worst_chances(down: Ints, up: Ints, people: Ints, left_out: tuple[int, ...]) -> list[Fraction]:
    """Return the worst chances (in seats over all tickets, by person) that rounding may give, in order."""
    kept = [group for group in range(len(people)) if group not in left_out]
    if not kept:
        return [Fraction(0)]
    chances = [(Fraction(int(down[g]), int(people[g])), Fraction(int(up[g]), int(people[g]))) for g in kept]
    top = min(high for _, high in chances)
    bottom = min(low for low, _ in chances)
    between = {low for low, _ in chances if bottom <= low <= top} | {high for _, high in chances if high == top}
    return sorted(between)


def numbered(groups: Groups, totals: Ints, tickets: int, watch: Watch) -> list[Ints] | None:
    """Return one composition by ticket, whose sum is ``totals``; ``None`` when some ticket could not be made.

    Cost: one small whole-number programme by ticket (5 to 15 ms for a few hundred groups).
    """
    left, made = totals.copy(), []
    for remaining in range(tickets, 0, -1):
        if remaining % 10 == 0:
            watch.step("tickets", tickets - remaining, tickets)
        seats = _next(groups, left, remaining)
        if seats is None:
            return None
        left = left - seats
        made.append(seats)
    return made


def _next(groups: Groups, left: Ints, remaining: int) -> Ints | None:
    """Return the next ticket: the share of each group rounded up or down, or more freely when that cannot be."""
    others = remaining - 1
    counted = groups.loads(left)
    least = np.maximum(0, left - groups.most * others)
    most = np.minimum(groups.most, left)
    low = np.maximum(groups.low, counted - groups.high * others)
    high = np.minimum(groups.high, counted - groups.low * others)
    share, rest = left // remaining, left % remaining
    close = Rules(
        np.maximum(least, np.minimum(share, most)),
        np.minimum(most, np.maximum(share + (rest > 0), least)),
        low,
        high,
        groups.size,
    )
    weights = rest * WEIGHT // remaining
    found = heaviest(groups, weights, close, near=NEAR, presolve=False)
    if found is None:
        found = heaviest(groups, weights, close._replace(least=least, most=most))
    return None if found is None else found.seats
