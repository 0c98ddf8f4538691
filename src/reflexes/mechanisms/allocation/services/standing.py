"""What is agreed or asked already, as the engine can hold it when it plans again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import NamedTuple

from reflexes.engines import matching
from reflexes.mechanisms.allocation.states import State


class Live(NamedTuple):
    """One proposal or mission that goes on; ``when`` is its half-day."""

    person_id: int
    slot_id: int
    state: str
    when: str


# What the host requires: an accepted mission that no longer meets it stays, but the engine could not pin it.
REQUIRED = frozenset({"skill", "certificate", "age"})


@dataclass(slots=True)
class Standing:
    """What is agreed or asked already, as the engine can hold it.

    Life is looser than the engine: people asked for the same half-day twice, more people asked than places, a skill
    taken back after a yes, a mission of the same week on a day the plan does not look at. Those stand too; they only
    use up the half-day and the place instead of being pinned, so that a plan can always be made.
    """

    people: dict[str, matching.Person]
    demands: dict[str, matching.Demand]
    pinned: set[tuple[str, str]]

    @classmethod
    def of(cls, people: list[matching.Person], demands: list[matching.Demand], live: list[Live]) -> Standing:
        found = cls({one.id: one for one in people}, {one.id: one for one in demands}, set())
        busy: set[tuple[str, str]] = set()
        taken: Counter[str] = Counter()
        for one in sorted(live, key=lambda row: (row.state == State.PROPOSED, row)):
            person, demand = found.people.get(str(one.person_id)), found.demands.get(str(one.slot_id))
            if person is None:
                continue
            if demand is None:
                found._use_up(person, one.when)
                continue
            once = (person.id, demand.half_day) not in busy
            if once and taken[demand.id] < demand.headcount and _meets(person, demand):
                found.pinned.add((person.id, demand.id))
                taken[demand.id] += 1
            else:
                found._use_up(person, one.when)
                if one.state != State.PROPOSED:
                    found._fill(demand)
            busy.add((person.id, demand.half_day))
        return found

    def _use_up(self, person: matching.Person, when: str) -> None:
        self.people[person.id] = replace(person, held=person.held | {when})

    def _fill(self, demand: matching.Demand) -> None:
        left = max(demand.headcount - 1, 0)
        self.demands[demand.id] = replace(demand, headcount=left, min_team=min(demand.min_team, left))


def _meets(person: matching.Person, demand: matching.Demand) -> bool:
    alone = matching.Problem((person,), (demand,))
    return not any(one.code in REQUIRED for one in matching.check(alone, [(person.id, demand.id)]))
