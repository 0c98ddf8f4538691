"""Geometry of the charts and maps that the server draws as SVG: numbers only, words stay in the templates."""

from dataclasses import dataclass
from math import cos, floor, log10, radians

from reflexes.web.parts import Bar, BarChart, Point, Stack, StackedChart

KM_BY_DEGREE = 111.32
# Drawn for a phone, where it is shown about one to one; a wide screen enlarges it.
MAP_WIDTH = 400.0
MARKER = 12.0
LETTER = 7.4
# A figure stands on a ground of its own, as wide as it is long; a part with less room leaves it to the table.
GROUND, DIGIT, SPACE = 10, 8, 5
PERCENT_OF_A_PHONE = 0.27


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar and its length, in percent of the room."""

    bar: Bar
    width: float


@dataclass(frozen=True, slots=True)
class DrawnPart:
    """A part of a stacked bar, in percent of the room: its series, and how many pixels its figure stands on."""

    number: int
    value: float
    x: float
    width: float
    middle: float
    ground: int
    figured: bool


@dataclass(frozen=True, slots=True)
class DrawnStack:
    """A stacked bar and its parts."""

    stack: Stack
    parts: list[DrawnPart]


@dataclass(frozen=True, slots=True)
class DrawnPoint:
    """A numbered place on the map; ``label_left`` when its name would cross the right edge."""

    number: int
    point: Point
    x: float
    y: float
    label_x: float
    label_y: float
    label_left: bool
    named: bool


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A map: its size, its places, and its scale bar (``scale_km`` long, ``scale_width`` wide)."""

    width: float
    height: float
    points: list[DrawnPoint]
    scale_km: float
    scale_width: float


def bars_of(chart: BarChart) -> list[DrawnBar]:
    """Return the drawn bars; the longest takes all the room."""
    most = max((bar.value for bar in chart.bars), default=0) or 1
    return [DrawnBar(bar, round(100 * bar.value / most, 1)) for bar in chart.bars]


def stacks_of(chart: StackedChart) -> list[DrawnStack]:
    """Return the drawn stacked bars, on one scale for all."""
    most = max((sum(stack.values) for stack in chart.stacks), default=0) or 1
    drawn = []
    for stack in chart.stacks:
        x, cut = 0.0, []
        for number, value in enumerate(stack.values, start=1):
            width = 100 * value / most
            if width:
                ground = _ground_of(value)
                figured = width > ground * PERCENT_OF_A_PHONE
                middle = round(x + width / 2, 1)
                cut.append(DrawnPart(number, value, round(x, 1), round(width, 1), middle, ground, figured))
            x += width
        drawn.append(DrawnStack(stack, cut))
    return drawn


def _ground_of(value: float) -> int:
    digits = max(2, len(f"{value:.0f}"))
    return GROUND + DIGIT * digits + SPACE * ((digits - 1) // 3)


def round_length(kilometres: float) -> float:
    """Return the largest of 1, 2, 5, 10… that is not above ``kilometres``, for a scale bar."""
    power = 10 ** floor(log10(kilometres))
    return next(step * power for step in (5, 2, 1) if step * power <= kilometres * 1.0001)


def map_of(points: list[Point], *, width: float = MAP_WIDTH) -> DrawnMap:
    """Place ``points`` on a plane: at the size of a territory, degrees times the cosine of the latitude are enough.

    The error of this projection is below one part in a thousand over 50 km at our latitudes.
    """
    margin = 2 * MARKER
    middle = radians(sum(point.latitude for point in points) / len(points))
    eastings = [point.longitude * cos(middle) * KM_BY_DEGREE for point in points]
    northings = [point.latitude * KM_BY_DEGREE for point in points]
    span_x = max(max(eastings) - min(eastings), 1.0)
    span_y = max(max(northings) - min(northings), 1.0)
    scale = min((width - 2 * margin) / span_x, (width * 0.9 - 2 * margin) / span_y)
    height = round(span_y * scale + 2 * margin + 34, 1)
    left = (width - span_x * scale) / 2
    placed = [
        (
            left + (east - min(eastings)) * scale,
            margin + (max(northings) - north) * scale,
        )
        for east, north in zip(eastings, northings, strict=True)
    ]
    scale_km = round_length(width / 4 / scale)
    return DrawnMap(
        width,
        height,
        _labelled(points, placed, width),
        scale_km,
        round(scale_km * scale, 1),
    )


def _labelled(points: list[Point], placed: list[tuple[float, float]], width: float) -> list[DrawnPoint]:
    """Name the places whose name crosses no marker and no other name; the list names them all."""
    taken = [(x - MARKER, y - MARKER, x + MARKER, y + MARKER) for x, y in placed]
    drawn = []
    for number, (point, (x, y)) in enumerate(zip(points, placed, strict=True), start=1):
        length = len(str(point.label)) * LETTER
        to_left = x + 17 + length > width
        box = (x - 16 - length, y - 8, x - 16, y + 8) if to_left else (x + 16, y - 8, x + 16 + length, y + 8)
        named = box[0] >= 0 and not any(_cross(box, other) for other in taken)
        if named:
            taken.append(box)
        label_x = x - 16 if to_left else x + 16
        drawn.append(
            DrawnPoint(
                number,
                point,
                round(x, 1),
                round(y, 1),
                round(label_x, 1),
                round(y + 4.5, 1),
                to_left,
                named,
            )
        )
    return drawn


def _cross(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
