"""Invented pools, and the two symmetric ones of the 2021 paper (Flanigan et al., Nature), whose counts are public."""

from __future__ import annotations

import math
import random

from reflexes.engines.lottery import Person, Problem, Quota

VALUES = (2, 5, 4, 5, 3)
NAMES = ("sexe", "age", "quartier", "diplome", "logement")
SLACK = 0.02


def town(people: int, seats: int, seed: int = 1) -> Problem:
    """Return a pool whose answers are biased, with quotas around the territory's shares: five features, +-2 points."""
    luck = random.Random(seed)
    shares, answers = [], []
    for count in VALUES:
        share = _ones([luck.uniform(0.5, 1.5) for _ in range(count)])
        shares.append(share)
        answers.append(_ones([one * luck.choice((0.35, 0.6, 1, 1.6)) for one in share]))
    quotas = tuple(
        Quota(name, f"v{value}", max(0, math.floor(seats * (one - SLACK))), math.ceil(seats * (one + SLACK)))
        for name, share in zip(NAMES, shares, strict=True)
        for value, one in enumerate(share)
    )
    rows = tuple(
        Person(f"p{at:05}", tuple(f"v{luck.choices(range(len(share)), share)[0]}" for share in answers))
        for at in range(people)
    )
    return Problem(NAMES, rows, quotas, seats)


def symmetric(times: int) -> Problem:
    """Return 200 people for 20 seats (times 1) or 2,000 for 200 (times 10): everyone can have exactly 0.1."""
    rows = [("F", "C"), *[("F", "L")] * (100 * times - 1), *[("M", "C")] * (100 * times)]
    limits = (10 * times - 1, 20 * times)
    said = (("sexe", "F"), ("sexe", "M"), ("avis", "L"), ("avis", "C"))
    people = tuple(Person(f"p{at:05}", answers) for at, answers in enumerate(rows))
    return Problem(("sexe", "avis"), people, tuple(Quota(*one, *limits) for one in said), 20 * times)


def _ones(weights: list[float]) -> list[float]:
    return [one / sum(weights) for one in weights]


POOLS = {
    "200 / 20": lambda: town(200, 20),
    "400 / 40": lambda: town(400, 40),
    "1,000 / 120": lambda: town(1_000, 120),
    "10,000 / 120": lambda: town(10_000, 120),
    "paper, small: 200 / 20": lambda: symmetric(1),
    "paper, large: 2,000 / 200": lambda: symmetric(10),
}
