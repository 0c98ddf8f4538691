"""Invented problems for tests and benchmarks, in the proportions measured in research/allocation.md 4.

People have 1 to 3 of 40 skills, 0 to 10 of 14 half-days, a cap of 3, a home in a 30 km square; 30 % refuse
week-ends (hard), the longest way is 5 to 25 km (hard), 30 % prefer mornings (soft). A demand is a half-day,
a skill, 1 to 4 places, a priority 1 to 3 and a place. ``uniform``: every skill is as common; ``skewed``:
common skills are common among people (the first forty times the last) while demands ask all alike, and people
offer the week-end four times less. At 5,000 and 1,500 that gives the note's tension: 96 to 97 % of the top places.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from reflexes.engines.matching.model import Demand, Person, Problem, Wish

SKILLS = 40
SQUARE_KM = 30.0
MONDAY = date(2026, 11, 23)
HALF_DAYS = tuple(f"{(MONDAY + timedelta(days=day)).isoformat()}/{half}" for day in range(7) for half in ("am", "pm"))
KINDS_OF_MISSION = ("food_aid", "calls", "care_home", "waste")


def generate(n_people: int, n_demands: int, seed: int, shape: str = "skewed", *, team_share: float = 0.0) -> Problem:
    """Return an invented problem; ``team_share`` of the demands with 3 places or more get team rules.

    >>> generate(20, 5, seed=1).demands[0].priority in (1, 2, 3)
    True
    """
    random = np.random.default_rng((seed, n_people, n_demands, ("uniform", "skewed").index(shape)))
    popularity = np.arange(SKILLS, 0, -1.0) if shape == "skewed" else np.ones(SKILLS)
    offered = np.array([1.0] * 10 + ([0.25] * 4 if shape == "skewed" else [1.0] * 4))
    popularity, offered = popularity / popularity.sum(), offered / offered.sum()
    people = tuple(_person(k, random, popularity, offered) for k in range(n_people))
    demands = tuple(_demand(k, random, team_share) for k in range(n_demands))
    return Problem(people, demands)


def _person(k: int, random: np.random.Generator, popularity: np.ndarray, offered: np.ndarray) -> Person:
    skills = random.choice(SKILLS, size=int(random.integers(1, 4)), replace=False, p=popularity)
    halves = random.choice(len(HALF_DAYS), size=int(random.integers(0, 11)), replace=False, p=offered)
    x, y = random.uniform(0, SQUARE_KM, 2)
    contract = random.random() < 0.25
    return Person(
        id=f"p{k:06d}",
        skills=frozenset(f"skill{s:02d}" for s in skills.tolist()),
        half_days=frozenset(HALF_DAYS[h] for h in halves.tolist()),
        cap=3,
        max_km=float(random.uniform(5, 25)),
        x_km=float(x),
        y_km=float(y),
        hard=(Wish("no_weekend"),) if random.random() < 0.3 else (),
        soft=(Wish("prefers_half", "am"),) if random.random() < 0.3 else (),
        mentor=bool(random.random() < 0.15),
        experience=frozenset(kind for kind in KINDS_OF_MISSION if random.random() < 0.3),
        unit=f"unit{int(random.integers(0, max(2, min(60, int(1 + k**0.5))))):02d}",
        wear=int(random.integers(0, 4)),
        traits={
            "status": "contract" if contract else "tenured",
            "category": "ABC"[int(random.integers(0, 3))],
            "age_band": ("under_30", "30_44", "45_59", "60_plus")[int(random.integers(0, 4))],
            "sex": "FM"[int(random.integers(0, 2))],
        },
    )


def _demand(k: int, random: np.random.Generator, team_share: float) -> Demand:
    headcount = int(random.integers(1, 5))
    x, y = random.uniform(0, SQUARE_KM, 2)
    ruled = headcount >= 3 and random.random() < team_share
    return Demand(
        id=f"d{k:06d}",
        need=f"n{k:06d}",
        half_day=HALF_DAYS[int(random.integers(0, len(HALF_DAYS)))],
        headcount=headcount,
        skill=f"skill{int(random.integers(0, SKILLS)):02d}",
        priority=int(random.integers(1, 4)),
        x_km=float(x),
        y_km=float(y),
        host=f"host{int(random.integers(0, 1 + k // 5)):04d}",
        kind=KINDS_OF_MISSION[int(random.integers(0, 4))],
        min_team=2 if ruled else 0,
        mentor_required=bool(ruled),
    )
