"""The greedy family: projects in the order of their points, each funded while the money lasts.

Source: pabulib.org/format (greedy, greedy-no-skip, greedy-threshold, greedy-exclusive); research/deliberation.md 3.3.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from reflexes.engines.voting.model import EXCLUSIVE, NO_SKIP, THRESHOLD, Param, Reason, Rule, Tie
from reflexes.engines.voting.shares import tie_key
from reflexes.engines.voting.table import Table

Rivals = dict[int, frozenset[int]]
"""For each project, those that may not be funded beside it."""


@dataclass(frozen=True, slots=True)
class Look:
    """One project at its turn: ``left`` is the money then, ``code`` is empty when funded, ``by`` stands in its way."""

    project: int
    left: int
    code: str = ""
    by: int | None = None


def ranking(table: Table, rule: Rule, among: Collection[int]) -> list[int]:
    """Return the projects by points, most first, equals by the published rule."""
    return sorted(among, key=lambda project: (-table.scores[project], tie_key(table, rule, project)))


def rivals(table: Table, rule: Rule, exclusive: Sequence[frozenset[str]]) -> Rivals:
    """Return who excludes whom: nobody, unless the rule is the exclusive one."""
    if rule.name != EXCLUSIVE:
        return {}
    rank = {project: place for place, project in enumerate(table.ids)}
    found: dict[int, set[int]] = {}
    for names in exclusive:
        members = {rank[name] for name in names}
        for member in members:
            found.setdefault(member, set()).update(members - {member})
    return {member: frozenset(others) for member, others in found.items()}


def go_through(table: Table, rule: Rule, among: Collection[int], left: int, against: Rivals) -> list[Look]:
    """Return what happens to each project at its turn. Cost: one sort."""
    looks: list[Look] = []
    funded: set[int] = set()
    stopped: int | None = None
    for project in ranking(table, rule, among):
        look = _look(table, rule, project, left, stopped, funded & against.get(project, frozenset()))
        looks.append(look)
        if not look.code:
            funded.add(project)
            left -= table.cost[project]
        elif look.code == "over_budget" and rule.name == NO_SKIP:
            stopped = project
    return looks


def _look(table: Table, rule: Rule, project: int, left: int, stopped: int | None, against: Collection[int]) -> Look:
    if rule.name == THRESHOLD and table.scores[project] < rule.threshold * table.fineness:
        return Look(project, left, "under_threshold")
    if stopped is not None:
        return Look(project, left, "behind", stopped)
    if against:
        return Look(project, left, "excluded", min(against))
    return Look(project, left, "over_budget" if table.cost[project] > left else "")


def explain(
    table: Table, rule: Rule, looks: Sequence[Look], place: int, against: Rivals
) -> tuple[Reason, tuple[Reason, ...]]:
    """Return why the project of ``looks[place]`` was funded or not, and what would have been enough."""
    look = looks[place]
    cost = table.cost[look.project]
    figures: dict[str, Param] = {}
    needs: list[Reason] = []
    if not look.code:
        return Reason("ranked", {"place": 1 + sum(not one.code for one in looks[:place])}), ()
    if look.by is not None:
        figures["by"] = table.ids[look.by]
    if look.code == "under_threshold":
        figures["threshold"] = Fraction(rule.threshold)
        figures["short"] = rule.threshold - table.score(look.project)
    if look.code == "over_budget":
        figures |= {"left": table.money(look.left), "missing": table.money(cost - look.left)}
        if look.left:
            needs.append(Reason("cost_at_most", {"cost": table.money(look.left)}))
    points = _points_enough(table, rule, looks, place, against)
    if points is not None:
        needs.append(Reason("points_at_least", {"points": points}))
    return Reason(look.code, figures), tuple(needs)


def _points_enough(table: Table, rule: Rule, looks: Sequence[Look], place: int, against: Rivals) -> Fraction | None:
    """Return the points that would have put the project early enough to be funded, all else equal."""
    project = looks[place].project
    easy = replace(rule, threshold=0)
    least = Fraction(rule.threshold) if rule.name == THRESHOLD else Fraction(0)
    for other in range(place, -1, -1):
        funded = {one.project for one in looks[:other] if not one.code}
        stops = [one.project for one in looks[:other] if one.code == "over_budget" and rule.name == NO_SKIP]
        before = looks[other]
        stopped = stops[0] if stops else None
        if _look(table, easy, project, before.left, stopped, funded & against.get(project, frozenset())).code:
            continue
        if other == place:
            return least
        score = table.score(before.project)
        ahead = tie_key(table, rule, project) < tie_key(table, rule, before.project)
        return max(least, score if ahead and rule.ties != "votes" else score + 1)
    return None


def ties(table: Table, rule: Rule, looks: Sequence[Look]) -> tuple[Tie, ...]:
    """Return the sets of projects with exactly as many points, when the rule had to look at one before another."""
    found: list[Tie] = []
    for score, group in groupby(looks, key=lambda look: table.scores[look.project]):
        equals = list(group)
        codes = {not look.code for look in equals}
        if score and len(equals) > 1 and any(look.code != "under_threshold" for look in equals):
            names = tuple(table.ids[look.project] for look in equals)
            found.append(Tie(names, names[0], rule.ties, len(codes) > 1))
    return tuple(found)
