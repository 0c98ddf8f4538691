"""A script as a list of steps, and the road that answers take through it: one step at a time (P12 (2)).

A step whose condition is false is not asked, and an answer once given to it no longer counts: conditions see only what
was said on the road, so that changing an earlier answer cannot leave a hidden one behind.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reflexes.pistes.contact.proactive_desks.script.conditions import BadCondition, holds, parse, refs

NOTE, SELECT_ONE, SELECT_MULTIPLE, TEXT, INTEGER, DATE = (
    "note",
    "select_one",
    "select_multiple",
    "text",
    "integer",
    "date",
)
KINDS = (NOTE, SELECT_ONE, SELECT_MULTIPLE, TEXT, INTEGER, DATE)
SELECTS = {SELECT_ONE, SELECT_MULTIPLE}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
LONGEST_SAID = 4000


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer: the value conditions read, whether it tells of a need, whether it is urgent by itself."""

    value: str
    label: Mapping[str, str]
    need: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to say or to ask; labels and hints by language; ``need`` marks an answer in free words as a need."""

    name: str
    kind: str
    label: Mapping[str, str]
    hint: Mapping[str, str] = field(default_factory=dict)
    relevant: str = ""
    required: bool = False
    need: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a script: which step (its place, from 0, and name), a stable code and what was found there."""

    place: int
    name: str
    code: str
    found: str = ""


def road(steps: Iterable[Step], answers: Mapping[str, str]) -> list[Step]:
    """Return the steps that these answers lead through, in order, the ones still to ask included."""
    seen: dict[str, str] = {}
    found = []
    for step in steps:
        if step.relevant and not holds(parse(step.relevant), seen):
            continue
        found.append(step)
        if step.name in answers:
            seen[step.name] = answers[step.name]
    return found


def kept(steps: Iterable[Step], answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that count: those given to steps that are on the road."""
    return {step.name: answers[step.name] for step in road(steps, answers) if answers.get(step.name)}


def step_after(steps: Sequence[Step], answers: Mapping[str, str], name: str) -> Step | None:
    """Return the step that follows ``name`` on the road; nothing at the end."""
    return _beside(steps, answers, name, 1)


def step_before(steps: Sequence[Step], answers: Mapping[str, str], name: str) -> Step | None:
    """Return the step before ``name`` on the road; nothing at the beginning."""
    return _beside(steps, answers, name, -1)


def needs_told(steps: Iterable[Step], answers: Mapping[str, str]) -> list[str]:
    """Return the kinds of need that the answers tell, each once, in the order of the script."""
    found: list[str] = []
    for step in road(steps, answers):
        said = answers.get(step.name, "")
        if step.kind in SELECTS:
            found += [one.need for one in step.choices if one.need and one.value in said.split()]
        elif step.need and said.strip():
            found.append(step.need)
    return list(dict.fromkeys(found))


def urgent_choices(steps: Iterable[Step], answers: Mapping[str, str]) -> list[str]:
    """Return the steps where an answer is urgent by itself, as whoever wrote the script decided."""
    return [
        step.name
        for step in road(steps, answers)
        if any(one.urgent and one.value in answers.get(step.name, "").split() for one in step.choices)
    ]


def why_not(step: Step, said: str) -> str:
    """Return why ``said`` is no answer to ``step``, as a code; nothing when it is one."""
    said = said.strip()
    if not said:
        return "required" if step.required and step.kind != NOTE else ""
    if step.kind == NOTE:
        return "note"
    if len(said) > LONGEST_SAID:
        return "too_long"
    if step.kind in SELECTS:
        known = {one.value for one in step.choices}
        chosen = said.split()
        one_too_many = step.kind == SELECT_ONE and len(chosen) > 1
        return "not_a_choice" if one_too_many or not set(chosen) <= known else ""
    if step.kind == INTEGER:
        return "" if re.fullmatch(r"-?\d{1,9}", said) else "not_a_number"
    if step.kind == DATE:
        try:
            date.fromisoformat(said)
        except ValueError:
            return "not_a_day"
    return ""


def faults(steps: Sequence[Step]) -> list[Fault]:
    """Return what stops a script from being used: names, choices, conditions that read what was never asked."""
    found: list[Fault] = []
    before: dict[str, Step] = {}
    for place, step in enumerate(steps):
        found += [Fault(place, step.name, code, said) for code, said in _of_step(step, before)]
        before.setdefault(step.name, step)
    if not steps:
        found.append(Fault(0, "", "no_steps"))
    return found


def _beside(steps: Sequence[Step], answers: Mapping[str, str], name: str, by: int) -> Step | None:
    on_road = road(steps, answers)
    places = [place for place, step in enumerate(on_road) if step.name == name]
    if not places:
        return on_road[0] if on_road else None
    place = places[0] + by
    return on_road[place] if 0 <= place < len(on_road) else None


def _of_step(step: Step, before: Mapping[str, Step]) -> list[tuple[str, str]]:
    found = []
    if not NAME.fullmatch(step.name):
        found.append(("bad_name", step.name))
    if step.name in before:
        found.append(("name_twice", step.name))
    if step.kind not in KINDS:
        found.append(("unknown_kind", step.kind))
    if not any(said.strip() for said in step.label.values()):
        found.append(("no_label", step.name))
    if step.kind in SELECTS:
        found += _of_choices(step)
    if step.relevant:
        found += _of_condition(step, before)
    return found


def _of_choices(step: Step) -> list[tuple[str, str]]:
    found = [] if step.choices else [("no_choices", step.name)]
    values = [one.value for one in step.choices]
    found += [("bad_value", value) for value in values if not value or value.split() != [value]]
    found += [("value_twice", value) for value in dict.fromkeys(values) if values.count(value) > 1]
    return found


def _of_condition(step: Step, before: Mapping[str, Step]) -> list[tuple[str, str]]:
    try:
        read = list(refs(parse(step.relevant)))
    except BadCondition as bad:
        return [(f"condition_{bad.code}", bad.found)]
    found = []
    for name, value in read:
        asked = before.get(name)
        if asked is None:
            found.append(("condition_before_asked", name))
        elif value is not None and asked.kind in SELECTS and value not in {one.value for one in asked.choices}:
            found.append(("condition_unknown_choice", value))
    return found
