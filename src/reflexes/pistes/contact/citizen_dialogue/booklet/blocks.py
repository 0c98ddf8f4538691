"""The blocks a booklet is made of: plain data, kept as JSON with the words as they were published."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import formats

from reflexes.web.parts import BarChart
from reflexes.web.words import full_date

Block = dict[str, Any]


def text(words: object) -> list[Block]:
    """Return paragraphs; nothing for nothing."""
    return [{"kind": "text", "words": str(words).strip()}] if str(words).strip() else []


def heading(words: object) -> Block:
    """Return the title of what follows, inside a part."""
    return {"kind": "heading", "words": str(words)}


def facts(rows: Iterable[tuple[object, object]]) -> list[Block]:
    """Return labels and their words, without those that have none."""
    kept = [[str(label), str(words)] for label, words in rows if str(words).strip()]
    return [{"kind": "facts", "rows": kept}] if kept else []


def table(caption: object, headers: Sequence[object], rows: Iterable[Sequence[object]]) -> list[Block]:
    """Return a table; nothing when it has no row."""
    lines = [[str(cell) for cell in row] for row in rows]
    if not lines:
        return []
    return [{"kind": "table", "caption": str(caption), "headers": [str(one) for one in headers], "rows": lines}]


def quotes(rows: Iterable[tuple[object, object]]) -> list[Block]:
    """Return people's own words, each with who said them and when."""
    return [{"kind": "quote", "words": str(words), "who": str(who)} for words, who in rows]


def bars(chart: BarChart | None) -> list[Block]:
    """Return a picture with its figures, its source and its date."""
    if chart is None:
        return []
    most = max((bar.value for bar in chart.bars), default=0) or 1
    rows = [[str(bar.label), shown(bar.value), round(100 * bar.value / most, 1)] for bar in chart.bars]
    return [
        {"kind": "bars", "caption": str(chart.title), "rows": rows, "source": f"{chart.source}, {full_date(chart.on)}"}
    ]


def beside(left: list[Block], right: list[Block]) -> list[Block]:
    """Return two columns read one beside the other."""
    return [{"kind": "beside", "left": left, "right": right}]


def part(code: str, title: object, *blocks: Iterable[Block]) -> dict[str, Any]:
    """Return one part of the booklet, with its place in the table of contents."""
    return {"id": code, "title": str(title), "blocks": [one for group in blocks for one in group]}


def shown(value: float) -> str:
    """Return a figure as the language writes it."""
    return formats.number_format(value, 0 if float(value).is_integer() else 1, use_l10n=True, force_grouping=True)


def day(value: date) -> str:
    """Return a whole day in words."""
    return full_date(value)
