"""The colours of the tokens, in both themes (WCAG 2.1: 4.5 for text, 3 for edges of controls and drawings)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parent.parent / "static/web/css/reflexes.css").read_text()
LIGHT = r"\n:root \{(.*?)\n\}"
DARK = r'\n:root\[data-theme="dark"\] \{(.*?)\n\}'
DARK_BY_DEVICE = r':root:not\(\[data-theme="light"\]\) \{(.*?)\n  \}'
TEXT = [
    ("ink", "paper"), ("ink", "sheet"), ("ink", "fold"), ("ink", "accent-wash"), ("ink", "waits-wash"),
    ("ink-soft", "paper"), ("ink-soft", "sheet"), ("ink-soft", "fold"),
    ("accent", "paper"), ("accent", "sheet"), ("accent", "accent-wash"), ("accent-strong", "accent-wash"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-accent", "waits"),
    ("waits", "paper"), ("waits", "sheet"), ("waits", "waits-wash"),
]  # fmt: skip
EDGES = [("edge", "paper"), ("edge", "sheet"), ("accent", "paper"), ("waits", "paper"), ("edge", "fold")]


def tokens(pattern: str) -> dict[str, str]:
    block = re.search(pattern, CSS, re.DOTALL)
    assert block, pattern
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block.group(1)))


def luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_known_ratios() -> None:
    assert round(ratio("#000000", "#ffffff"), 2) == 21
    assert round(ratio("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read_by_tired_eyes(theme: str, ink: str, ground: str) -> None:
    named = tokens(theme)
    assert ratio(named[ink], named[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(theme: str, edge: str, ground: str) -> None:
    named = tokens(theme)
    assert ratio(named[edge], named[ground]) >= 3


def test_the_dark_theme_is_the_same_by_choice_and_by_device() -> None:
    assert tokens(DARK) == tokens(DARK_BY_DEVICE)
    assert tokens(DARK).keys() == tokens(LIGHT).keys()
