"""When a step of a script is asked: a small, safe part of XLSForm's ``relevant``, parsed and never run as code.

What is understood: ``${name} = 'x'``, ``!=``, ``<``, ``<=``, ``>``, ``>=`` (the four last compare numbers), ``and``,
``or``, ``not(…)``, ``selected(${name}, 'x')`` and parentheses. An answer that was not given is the empty text, as in
XLSForm. Source: the XLSForm reference, "Relevant"; outreach research, 5.5.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

LONGEST = 500
DEEPEST = 20
TOKEN = re.compile(
    r"""\s*(?:(?P<ref>\$\{\s*(?P<name>[A-Za-z_][A-Za-z0-9_-]*)\s*\})
    |(?P<text>'[^']*'|"[^"]*")
    |(?P<number>-?\d+(?:\.\d+)?)
    |(?P<op><=|>=|!=|=|<|>)
    |(?P<mark>[(),])
    |(?P<word>[A-Za-z]+))""",
    re.VERBOSE,
)
ORDERS = {"<", "<=", ">", ">="}


class BadCondition(Exception):
    """The text is no condition; ``code`` says how, ``found`` is what stands there."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code, self.found = code, found


@dataclass(frozen=True, slots=True)
class Ref:
    """What was answered to a step."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare:
    """Two things compared; each is an answer, a text or a number."""

    left: Ref | str | float
    sign: str
    right: Ref | str | float


@dataclass(frozen=True, slots=True)
class Selected:
    """One choice is among those chosen."""

    ref: Ref
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    of: "Condition"


@dataclass(frozen=True, slots=True)
class All:
    """Every one of them."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of them."""

    of: tuple["Condition", ...]


Condition = Compare | Selected | Not | All | Any
Answers = Mapping[str, str]


def parse(text: str) -> Condition:
    """Return the condition that ``text`` says; ``BadCondition`` when it says none. Cost: linear.

    >>> holds(parse("${food} = 'no' and not(selected(${who}, 'son'))"), {"food": "no", "who": "daughter"})
    True
    """
    if len(text) > LONGEST:
        raise BadCondition("too_long", text[:40])
    reader = _Reader(list(_tokens(text)))
    found = reader.either(0)
    if reader.rest:
        raise BadCondition("unexpected", reader.rest[0][1])
    return found


def holds(condition: Condition, answers: Answers) -> bool:
    """Tell whether a condition is true of these answers. Numbers compared with what is no number: never true."""
    match condition:
        case Any(of):
            return any(holds(one, answers) for one in of)
        case All(of):
            return all(holds(one, answers) for one in of)
        case Not(of):
            return not holds(of, answers)
        case Selected(ref, value):
            return value in answers.get(ref.name, "").split()
        case Compare():
            return _compared(condition, answers)


def refs(condition: Condition) -> Iterator[tuple[str, str | None]]:
    """Yield each step that a condition reads, with the text it is compared with when there is one."""
    match condition:
        case Any(of) | All(of):
            for one in of:
                yield from refs(one)
        case Not(of):
            yield from refs(of)
        case Selected(ref, value):
            yield ref.name, value
        case Compare(left, sign, right):
            for one, other in ((left, right), (right, left)):
                if isinstance(one, Ref):
                    yield one.name, other if isinstance(other, str) and sign not in ORDERS and other else None


def as_lists(condition: Condition) -> list[object]:
    """Return a condition as nested lists, which a page reads without parsing anything (``desk.js``).

    >>> as_lists(parse("not(${food} = 'no')"))
    ['not', ['=', ['ref', 'food'], 'no']]
    """
    match condition:
        case Any(of):
            return ["or", *(as_lists(one) for one in of)]
        case All(of):
            return ["and", *(as_lists(one) for one in of)]
        case Not(of):
            return ["not", as_lists(of)]
        case Selected(ref, value):
            return ["selected", ref.name, value]
        case Compare(left, sign, right):
            return [sign, *(["ref", one.name] if isinstance(one, Ref) else one for one in (left, right))]


def _compared(condition: Compare, answers: Answers) -> bool:
    sides = [answers.get(one.name, "") if isinstance(one, Ref) else one for one in (condition.left, condition.right)]
    if condition.sign not in ORDERS and not any(isinstance(one, float) for one in sides):
        return (sides[0] == sides[1]) == (condition.sign == "=")
    left, right = (_number(one) for one in sides)
    if left is None or right is None:
        return condition.sign == "!="
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[condition.sign]


def _number(said: str | float) -> float | None:
    if isinstance(said, float):
        return said
    found = re.fullmatch(r"\s*(-?\d{1,15}(?:[.,]\d{1,6})?)\s*", said)
    return float(found[1].replace(",", ".")) if found else None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while text[place:].strip():
        found = TOKEN.match(text, place)
        if found is None:
            raise BadCondition("unexpected", text[place:].strip()[:20])
        place = found.end()
        kind = found.lastgroup or ""
        if kind == "name" or found["ref"]:
            yield "ref", found["name"]
        elif kind == "text":
            yield "text", found["text"][1:-1]
        else:
            yield kind, found[kind]


class _Reader:
    """Reads a condition from its marks, one function for each level: ``or`` binds less than ``and``."""

    def __init__(self, marks: list[tuple[str, str]]) -> None:
        self.rest = marks

    def either(self, depth: int) -> Condition:
        return self._joined("or", Any, lambda: self.both(depth))

    def both(self, depth: int) -> Condition:
        return self._joined("and", All, lambda: self.one(depth))

    def one(self, depth: int) -> Condition:
        if depth > DEEPEST:
            raise BadCondition("too_deep")
        if self._skip("mark", "("):
            found = self.either(depth + 1)
            self._want("mark", ")")
            return found
        if self._skip("word", "not"):
            self._want("mark", "(")
            found = Not(self.either(depth + 1))
            self._want("mark", ")")
            return found
        if self._skip("word", "selected"):
            self._want("mark", "(")
            ref = Ref(self._want("ref"))
            self._want("mark", ",")
            value = self._want("text")
            self._want("mark", ")")
            return Selected(ref, value)
        left = self._side()
        return Compare(left, self._want("op"), self._side())

    def _joined(self, word: str, kind: type[All] | type[Any], read: Callable[[], Condition]) -> Condition:
        found = [read()]
        while self._skip("word", word):
            found.append(read())
        return found[0] if len(found) == 1 else kind(tuple(found))

    def _side(self) -> Ref | str | float:
        if not self.rest:
            raise BadCondition("unfinished")
        kind, said = self.rest.pop(0)
        match kind:
            case "ref":
                return Ref(said)
            case "text":
                return said
            case "number":
                return float(said)
        raise BadCondition("unexpected", said)

    def _skip(self, kind: str, said: str) -> bool:
        if self.rest and self.rest[0] == (kind, said):
            self.rest.pop(0)
            return True
        return False

    def _want(self, kind: str, said: str = "") -> str:
        if not self.rest:
            raise BadCondition("unfinished")
        found_kind, found = self.rest.pop(0)
        if found_kind != kind or (said and found != said):
            raise BadCondition("unexpected", found)
        return found
