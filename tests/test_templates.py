"""Every template compiles, and none lies about unused."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

SRC = Path(__file__).resolve().parent.parent / "src" / "reflexes"
FOLDERS = [path for path in SRC.rglob("templates") if path.is_dir()]
OVERRIDES = SRC / "web" / "overrides"
# Django asks for these by name, as do widgets of forms.
ASKED_BY_NAME = re.compile(r"^(400|403|403_csrf|404|429|500|503)\.html$|^django/forms/")


def names() -> dict[str, Path]:
    """Return our own templates by the name that asks for them."""
    return {
        str(path.relative_to(folder)): path
        for folder in FOLDERS
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in {".html", ".txt"}
    }


NAMES = names()
TEXTS = {
    path: path.read_text(encoding="utf-8")
    for suffix in ("*.py", "*.html", "*.txt")
    for path in SRC.rglob(suffix)
    if "/tests/" not in str(path)
}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_template_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_template_is_used(name: str) -> None:
    if ASKED_BY_NAME.search(name):
        return
    # A family asked by a computed name ("web/components/%s.html") shows its folder instead.
    folder = re.escape(str(Path(name).parent))
    computed = re.compile(rf"""["']{folder}/(\{{|%|["'])""")
    used = any(name in text or computed.search(text) for path, text in TEXTS.items() if path != NAMES[name])
    assert used, f"Nothing uses {NAMES[name].relative_to(SRC)}: remove it."


def test_an_override_still_overrides_something() -> None:
    import allauth
    import django

    libraries = [Path(allauth.__file__).parent, Path(django.__file__).parent]
    known = {str(path).split("/templates/")[-1] for library in libraries for path in library.rglob("*.html")}
    known |= {str(path).split("/templates/")[-1] for library in libraries for path in library.rglob("*.txt")}
    ours = {str(path.relative_to(OVERRIDES)) for path in OVERRIDES.rglob("*") if path.is_file()}
    assert sorted(name for name in ours - known if not ASKED_BY_NAME.search(name)) == [], (
        "These override nothing: remove them."
    )
