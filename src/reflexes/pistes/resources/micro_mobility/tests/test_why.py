"""Every page of the piste says in one sentence why it is there (issue 3): what is hard to say is hard to use."""

from pathlib import Path

import pytest

PAGES = sorted(
    path
    for path in (Path(__file__).resolve().parents[1] / "templates").rglob("*.html")
    if '{% extends "web/base.html" %}' in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_page_says_why_it_is_there(path: Path) -> None:
    assert "{% why %}" in path.read_text(encoding="utf-8"), "Add {% why %}one sentence{% endwhy %} under its title."
