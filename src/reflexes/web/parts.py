"""What the components are given: small plain objects, made by views."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Tab:
    """One of several views of the same thing, each with its own address."""

    label: Text
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a timeline."""

    at: date | datetime
    sentence: Text
    detail: Text = ""
    icon: str = "circle-dot"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it counts, how many, and where the things counted can be seen."""

    label: Text
    value: float
    href: str = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars of one measure, with the source and date of the figures (design.md, section 5)."""

    title: Text
    bars: list[Bar]
    source: Text
    on: date
    unit: Text = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar cut in parts; ``values`` follow the order of the chart's ``parts``."""

    label: Text
    values: list[float]
    href: str = ""


@dataclass(frozen=True, slots=True)
class StackedChart:
    """Bars cut in the same parts, four at most: beyond, colours and hatches are not told apart."""

    title: Text
    parts: list[Text]
    stacks: list[Stack]
    source: Text
    on: date


@dataclass(frozen=True, slots=True)
class Point:
    """A place of a map, in degrees, numbered as in the list beside it."""

    label: Text
    latitude: float
    longitude: float
    detail: Text = ""
    href: str = ""
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One line of a comparison: what is compared, both values, and which side is better ("left", "right", "")."""

    label: Text
    left: Text
    right: Text
    better: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two things side by side, such as plan A and plan B."""

    title: Text
    left: Text
    right: Text
    lines: list[Side] = field(default_factory=list)
