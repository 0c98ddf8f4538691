"""People with the same answers are interchangeable: the draw reasons on groups, never on persons.

Somebody alone at their address belongs to the group of their answers. People who share an address belong to a *kind*
of household (the answers of all its members): households of one kind are interchangeable too, and so are the members
of one of them who gave the same answers. A group is then (answers, kind), and a kind with H households sends at most
H people. Nothing is approximated: two people of one group have the same chance in some best lottery.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from reflexes.engines.lottery.model import Ints, Person, Problem, Quota

ALONE = -1
Answers = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """Columns by group. ``rows`` (quotas then kinds of household, by group) with ``low`` and ``high`` are the rules
    that a composition keeps, beside its size and ``most`` (people of the group who may sit together).
    """

    features: tuple[str, ...]
    quotas: tuple[Quota, ...]
    size: int
    answers: tuple[Answers, ...]
    kind: Ints
    people: Ints
    most: Ints
    households: Ints
    """Number of households of each kind."""
    rows: Ints
    low: Ints
    high: Ints
    group_of: dict[str, int]

    @property
    def count(self) -> int:
        """How many groups."""
        return len(self.answers)

    def loads(self, seats: Ints) -> Ints:
        """Return what each rule counts in a composition, or in a sum of compositions."""
        counted: Ints = self.rows @ seats
        return counted

    def allows(self, seats: Ints) -> bool:
        """Tell whether a composition keeps every rule."""
        counted = self.loads(seats)
        return bool(
            seats.sum() == self.size
            and (seats >= 0).all()
            and (seats <= self.most).all()
            and (counted >= self.low).all()
            and (counted <= self.high).all()
        )


def groups_of(problem: Problem) -> Groups:
    """Sort the people of a problem into groups, in an order that depends on the answers only."""
    kinds, kind_of = _kinds(problem.people)
    members: dict[tuple[Answers, int], list[str]] = defaultdict(list)
    for person in problem.people:
        members[person.answers, kind_of.get(person.household, ALONE)].append(person.id)
    keys = sorted(members)
    kind = np.array([number for _, number in keys], dtype=np.int64)
    people = np.array([len(members[key]) for key in keys], dtype=np.int64)
    most = people.copy()
    shared = kind != ALONE
    most[shared] = np.minimum(people[shared], kinds[kind[shared]])
    place = {feature: at for at, feature in enumerate(problem.features)}
    by_quota = [
        [answers[place[quota.feature]] == quota.value for answers, _ in keys] for quota in problem.quotas
    ] or np.zeros((0, len(keys)))
    rows = np.vstack([np.array(by_quota, dtype=np.int64), kind[None, :] == np.arange(len(kinds))[:, None]])
    return Groups(
        problem.features,
        problem.quotas,
        problem.size,
        tuple(answers for answers, _ in keys),
        kind,
        people,
        most,
        kinds,
        rows.astype(np.int64),
        np.array([quota.low for quota in problem.quotas] + [0] * len(kinds), dtype=np.int64),
        np.concatenate([np.array([quota.high for quota in problem.quotas], dtype=np.int64), kinds]),
        {person: number for number, key in enumerate(keys) for person in members[key]},
    )


def _kinds(people: tuple[Person, ...]) -> tuple[Ints, dict[str, int]]:
    """Return how many households each kind has, and the kind of every household shared by several people."""
    together: dict[str, list[Answers]] = defaultdict(list)
    for person in people:
        if person.household:
            together[person.household].append(person.answers)
    shape = {name: tuple(sorted(answers)) for name, answers in together.items() if len(answers) > 1}
    shapes = sorted(set(shape.values()))
    number = {answers: at for at, answers in enumerate(shapes)}
    kind_of = {name: number[answers] for name, answers in shape.items()}
    return np.bincount(list(kind_of.values()), minlength=len(shapes)).astype(np.int64), kind_of
