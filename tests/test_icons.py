"""An icon that the sprite does not hold is drawn as nothing, and nobody notices: so it is looked for."""

import re
from pathlib import Path

import pytest

from reflexes.core import registry
from reflexes.mechanisms.directory.roles import ROLES

SRC = Path(__file__).resolve().parents[1] / "src" / "reflexes"
SPRITE = set(re.findall(r'id="([^"]+)"', (SRC / "web/static/vendor/icons/icons.svg").read_text(encoding="utf-8")))
NAMED = re.compile(r'{% icon "([\w-]+)"|icon_name="([\w-]+)"|{% badge "\w+" \S+ "([\w-]+)"')


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    wanting = {
        f"{path.relative_to(SRC)}: {name}"
        for path in SRC.rglob("*.html")
        for found in NAMED.findall(path.read_text(encoding="utf-8"))
        if (name := "".join(found)) not in SPRITE
    }
    assert not wanting


@pytest.mark.parametrize("role", ROLES)
def test_every_entry_of_a_menu_has_an_icon_of_the_sprite(role: str) -> None:
    assert {entry.icon for entry in registry.menu_for(role)} <= SPRITE
