"""A strong first plan under team rules: place the mentors by a flow, then everyone else by another.

Once each team has its mentors, "at most two newcomers per mentor" is a capacity, which a flow carries. What
the flow cannot see (minimum teams, home services) is trimmed by the greedy board, which also fills what is
left. It proves nothing; CP-SAT starts from it.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from reflexes.engines.matching.greedy import greedy_pairs
from reflexes.engines.matching.model import Prices
from reflexes.engines.matching.network import build, solve_network
from reflexes.engines.matching.pairs import Bools, Ints, Pairs
from reflexes.engines.matching.rules import TeamRule, is_newcomer

ROUNDS = 3


def opening(pairs: Pairs, prices: Prices, seed: int) -> Ints:
    """Return a choice of pairs that keeps every rule."""
    rank = {demand.id: d for d, demand in enumerate(pairs.demands)}
    teams = [[rank[demand.id] for demand in team] for team in pairs.index.teams.values()]
    rules = [TeamRule.of(team) for team in pairs.index.teams.values()]
    mentored = np.zeros(len(pairs.demands), dtype=np.bool_)
    for team, rule in zip(teams, rules, strict=True):
        mentored[team] = rule.mentor
    is_mentor = np.array([person.mentor for person in pairs.people], dtype=np.bool_)
    new = np.zeros(pairs.size, dtype=np.bool_)
    for k in np.flatnonzero(mentored[pairs.demand]).tolist():
        new[k] = is_newcomer(pairs.people[pairs.person[k]], pairs.demands[pairs.demand[k]])
    seats = _mentor_seats(pairs, prices, np.flatnonzero(mentored[pairs.demand] & is_mentor[pairs.person]))
    shut = np.zeros(len(pairs.demands), dtype=np.bool_)
    best = seats
    for _ in range(ROUNDS):
        best = _around(pairs, prices, _kept_seats(pairs, seats, shut), new, mentored, rules, teams, shut)
        counts = np.bincount(pairs.demand[best], minlength=len(pairs.demands))
        pinned = np.bincount([d for _, d in pairs.pinned], minlength=len(pairs.demands))
        failing = [
            team
            for team, rule in zip(teams, rules, strict=True)
            if counts[team].sum() > 0 and (counts + pinned)[team].sum() < rule.minimum
        ]
        if not failing:
            break
        for team in failing:
            shut[team] = True
    return greedy_pairs(pairs, seed, best)


def _kept_seats(pairs: Pairs, seats: Ints, shut: Bools) -> Ints:
    """Return the mentors' seats outside the teams given up."""
    kept: Ints = seats[~shut[pairs.demand[seats]]]
    return kept


def _mentor_seats(pairs: Pairs, prices: Prices, able: Ints) -> Ints:
    """Give as many teams as possible one mentor, highest priority first."""
    single = dataclasses.replace(pairs, headcount=np.minimum(pairs.headcount, 1))
    network = build(single, prices, able)
    seats: Ints = able[solve_network(network)[network.pairs] > 0]
    return seats


def _around(
    pairs: Pairs,
    prices: Prices,
    seats: Ints,
    new: Bools,
    mentored: Bools,
    rules: list[TeamRule],
    teams: list[list[int]],
    shut: Bools,
) -> Ints:
    """Fill every place around the seated mentors."""
    room = np.zeros(len(pairs.demands), dtype=np.int64)
    open_ = ~shut & ~mentored
    seated = set(pairs.demand[seats].tolist())
    pinned_mentors = {d for i, d in pairs.pinned if pairs.people[i].mentor}
    for team, rule in zip(teams, rules, strict=True):
        if rule.mentor and not shut[team].any():
            chairs = [d for d in team if d in seated or d in pinned_mentors]
            open_[chairs] = True
            room[chairs] = rule.newcomers
    # A seat is worth far more than any kilometre: the flow keeps it.
    bonus = 1 + 2 * int(np.abs(pairs.cost).max(initial=0)) * 8
    cost = pairs.cost.copy()
    cost[seats] -= bonus
    favoured = dataclasses.replace(pairs, cost=cost)
    network = build(favoured, prices, np.flatnonzero(open_[pairs.demand]), (new, room))
    chosen: Ints = network.chosen[solve_network(network)[network.pairs] > 0]
    return chosen
