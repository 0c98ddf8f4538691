"""The proof of the worst chance, in whole numbers: additions, products and one division are enough to check it.

Weights on people are an argument: if every panel weighs little, then somebody's chance is small. Linear programming
finds the argument; here it is rounded to whole numbers, then *recomputed* exactly, so that an unfaithful solver can
make the bound loose, never false.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from reflexes.engines.lottery.model import Bound, Floats
from reflexes.engines.lottery.profiles import ALONE, Groups

SCALE = 10**12


def bound_from(groups: Groups, weights: Floats, rows: Floats, seat: float) -> Bound:
    """Return the bound given by prices in floating point: for each group, each rule, and one seat.

    ``weights`` are by seat of a group; together, times the people of each group, they should come to 1.
    """
    quotas = len(groups.quotas)
    whole = [max(0, round(value * SCALE)) for value in weights.tolist()]
    draft = Bound(
        tuple(whole),
        round(seat * SCALE),
        tuple(round(value * SCALE) for value in rows[:quotas].tolist()),
        tuple(max(0, round(value * SCALE)) for value in rows[quotas:].tolist()),
        Fraction(1),
    )
    return Bound(draft.weights, draft.seat, draft.quotas, draft.households, value_of(groups, draft))


def value_of(groups: Groups, bound: Bound) -> Fraction:
    """Return what the prices of a bound prove, recomputed exactly.

    For every composition c, ``sum(w c)`` is at most the seats, quotas and households at their price, plus what each
    group has left over; and the smallest chance is at most that over ``sum(w people)``, and at most 1.
    """
    total = bound.seat * groups.size
    for quota, price in zip(groups.quotas, bound.quotas, strict=True):
        total += price * (quota.high if price > 0 else quota.low)
    for count, price in zip(groups.households.tolist(), bound.households, strict=True):
        total += price * count
    quota_rows = groups.rows[: len(groups.quotas)]
    for group, weight in enumerate(bound.weights):
        left = weight - bound.seat - sum(bound.quotas[row] for row in np.flatnonzero(quota_rows[:, group]).tolist())
        if groups.kind[group] != ALONE:
            left -= bound.households[int(groups.kind[group])]
        total += max(0, left) * int(groups.most[group])
    everybody = sum(weight * people for weight, people in zip(bound.weights, groups.people.tolist(), strict=True))
    return min(Fraction(1), Fraction(total, everybody)) if everybody else Fraction(1)
