"""The published record: what is announced before the draw, what the draw gave, and each replacement.

It is plain data for JSON and holds no float. Before the draw: ``plan``, its hash (``commitment``) and ``pool`` (a
pseudonym, a group, a household number by line). After it: ``draw``. Later: ``departures``. Nothing in it names anybody:
when the pool is erased at the end of its period, the record stays and can still be verified.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reflexes.engines.lottery import merkle
from reflexes.engines.lottery.draw import Departure, Line, Reserve, ranking, seat, seed_of, ticket_of
from reflexes.engines.lottery.model import Problem, ProblemError, Selection
from reflexes.engines.lottery.profiles import ALONE

FORMAT = "reflexes-draw/1"
Record = dict[str, Any]


def canonical(value: Any) -> bytes:
    """Return the one way of writing plain data: keys sorted, no space, UTF-8.

    >>> canonical({"b": 1, "a": ["é"]}).decode()
    '{"a":["é"],"b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def sha256(value: Any) -> str:
    """Return the SHA-256 of plain data written in its canonical way, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def publish(
    problem: Problem, selection: Selection, *, sources: Sequence[Sequence[str]] = (), program: str = ""
) -> Record:
    """Return what is published before the draw.

    ``sources`` announce what chance will say: for each (a drand round, dice in the room) its name, then the names that
    stand in for it when it stays silent, in order.
    """
    groups = selection.groups
    lines = pool_lines(problem, selection)
    place = {feature: at for at, feature in enumerate(groups.features)}
    plan = {
        "format": FORMAT,
        "size": groups.size,
        "features": list(groups.features),
        "quotas": [[place[one.feature], one.value, one.low, one.high] for one in groups.quotas],
        "groups": [
            {"answers": list(answers), "kind": kind, "people": people, "left_out": group in set(selection.left_out)}
            for group, (answers, kind, people) in enumerate(
                zip(groups.answers, groups.kind.tolist(), groups.people.tolist(), strict=True)
            )
        ],
        "households": groups.households.tolist(),
        "pool": {
            "people": len(lines),
            "sha256": sha256([list(line) for line in lines]),
            "root": merkle.root(_leaves(lines)).hex(),
        },
        "compositions": [
            [[group, seats] for group, seats in enumerate(row) if seats] for row in selection.compositions
        ],
        "tickets": list(selection.tickets),
        "seats": list(selection.totals),
        "best": {
            "proven": selection.proven,
            "worst_chance": f"{selection.optimum:.9f}",
            "ceiling": f"{selection.ceiling:.9f}",
        },
        "bound": {
            "weights": list(map(str, selection.bound.weights)),
            "seat": str(selection.bound.seat),
            "quotas": list(map(str, selection.bound.quotas)),
            "households": list(map(str, selection.bound.households)),
            "value": f"{selection.bound.value.numerator}/{selection.bound.value.denominator}",
        },
        "sources": [list(names) for names in sources],
        "program": program,
    }
    return {"plan": plan, "commitment": sha256(plan), "pool": [list(line) for line in lines]}


def pool_lines(problem: Problem, selection: Selection) -> list[Line]:
    """Return the lines of the pool by pseudonym; households are numbered, and empty for people alone."""
    groups = selection.groups
    shared = {person.household for person in problem.people if groups.kind[groups.group_of[person.id]] != ALONE}
    number: dict[str, str] = {}
    lines = []
    for person in sorted(problem.people, key=lambda one: one.id):
        home = ""
        if person.household in shared:
            home = number.setdefault(person.household, str(len(number) + 1))
        lines.append(Line(person.id, groups.group_of[person.id], home))
    return lines


def _leaves(lines: Iterable[Line]) -> list[bytes]:
    return [merkle.leaf_hash(canonical(list(line))) for line in lines]


def drawn(record: Mapping[str, Any], said: Sequence[str], silent: Sequence[Sequence[str]] = ()) -> Record:
    """Return the record with its draw, once chance has spoken.

    ``said`` holds one ``name:value`` for each announced source; ``silent`` those that did not answer before it. Without
    announced sources nor words, it is a rehearsal: everyone can foresee it, and the record says so. Refuses a second
    draw of one record.
    """
    plan = record["plan"]
    if "draw" in record:
        raise ProblemError("already_drawn")
    if record.get("pool") is None:
        raise ProblemError("no_pool")
    _check_said(plan["sources"], said)
    if sha256(plan) != record["commitment"]:
        raise ProblemError("changed_plan")
    seed = seed_of(record["commitment"], said)
    ticket = ticket_of(seed, len(plan["tickets"]))
    lines = [Line(*line) for line in record["pool"]]
    order = ranking(seed, (line.person for line in lines))
    composition = dict(plan["compositions"][plan["tickets"][ticket - 1]])
    draw = {
        "said": list(said),
        "silent": [list(names) for names in silent],
        "rehearsal": not said,
        "seed": seed.hex(),
        "ticket": ticket,
        "panel": seat(lines, order, composition),
    }
    return {**record, "draw": draw, "departures": []}


def _check_said(announced: Sequence[Sequence[str]], said: Sequence[str]) -> None:
    if announced and len(said) != len(announced):
        raise ProblemError("sources", expected=len(announced), found=len(said))
    for names, words in zip(announced, said, strict=False):
        name, _, value = words.rpartition(":")
        if name not in names:
            raise ProblemError("not_announced", source=name or words, announced=", ".join(names))
        if not value:
            raise ProblemError("no_value", source=name)
    for words in said:
        name, _, value = words.rpartition(":")
        if not name or not value or "\n" in words:
            raise ProblemError("no_value", source=words)


def with_departures(record: Mapping[str, Any], departures: Iterable[Departure]) -> Record:
    """Return the record with more departures, each replaced from the reserve or not, in order."""
    if "draw" not in record:
        raise ProblemError("not_drawn")
    every = [Departure(one["left"], one["reason"]) for one in record["departures"]] + list(departures)
    _, lines = reserve_of(record).replace(record["draw"]["panel"], every)
    public = [
        {"left": one.left, "reason": one.reason, "came": one.came, "rank": one.rank, "manner": one.manner}
        for one in lines
    ]
    return {**record, "departures": public}


def panel_now(record: Mapping[str, Any]) -> list[str]:
    """Return who sits today."""
    panel = list(record["draw"]["panel"])
    for one in record["departures"]:
        if one["left"] in panel:
            panel.remove(one["left"])
        if one["came"]:
            panel.append(one["came"])
    return panel


def reserve_of(record: Mapping[str, Any]) -> Reserve:
    """Return what replacing needs, from a record that was drawn."""
    lines = [Line(*line) for line in record["pool"]]
    seed = bytes.fromhex(record["draw"]["seed"])
    plan = record["plan"]
    return Reserve(
        lines,
        ranking(seed, (line.person for line in lines)),
        [group["answers"] for group in plan["groups"]],
        [(place, value, low, high) for place, value, low, high in plan["quotas"]],
    )


def own_line(record: Mapping[str, Any], person: str) -> dict[str, Any]:
    """Return the line of a person and its way to the published root: what they need to check that they are in."""
    return _own_lines(record, [person])[0]


def _own_lines(record: Mapping[str, Any], people: Iterable[str]) -> list[dict[str, Any]]:
    lines = [Line(*line) for line in record["pool"]]
    place = {line.person: at for at, line in enumerate(lines)}
    leaves = _leaves(lines)
    found = []
    for person in people:
        if person not in place:
            raise ProblemError("nobody", person=person)
        way = merkle.proof(leaves, place[person])
        found.append({"line": list(lines[place[person]]), "way": [[side, other.hex()] for side, other in way]})
    return found


def sealed(record: Mapping[str, Any]) -> Record:
    """Return the record without its pool: only those who sit or sat keep their line, with its way to the root.

    For small places where a pseudonym beside a rare profile says too much. The ticket, the quotas, the chances and the
    bound are still verified by all; the order of the others, each by their own line.
    """
    shown = [*record["draw"]["panel"], *(one["came"] for one in record["departures"] if one["came"])]
    lines = _own_lines(record, dict.fromkeys(shown))
    kept = {name: value for name, value in record.items() if name != "pool"}
    return {**kept, "opened": lines}
