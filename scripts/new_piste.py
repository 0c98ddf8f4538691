"""Make a new piste: ``python scripts/new_piste.py ORIENTATION NAME`` (``make piste NAME=… ORIENTATION=…``).

Writes the smallest folder that passes the parametrised suite but for what only its author knows, and says what to do
next. Refuses a name that is taken or that is not a slug.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PISTES = ROOT / "src" / "reflexes" / "pistes"
FOLDERS = ("influence", "data", "commons", "resources", "contact", "stewardship", "rituals", "lab", "network")

FILES = {
    "__init__.py": '"""{words}: say in one line what it is for."""\n',
    "apps.py": """from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class {camel}Config(AppConfig):
    name = "reflexes.pistes.{orientation}.{name}"
    label = "{name}"
    verbose_name = _("{words}")
    default_auto_field = "django.db.models.BigAutoField"
""",
    "models.py": '"""This piste\'s own tables: none yet."""\n',
    "migrations/__init__.py": "",
    "piste.py": '''"""What the piste says of itself."""

from django.utils.translation import gettext_lazy as _

from reflexes.core.registry import Piste

piste = Piste(
    slug="{name}",
    label=_("{words}"),
    orientation="{orientation}",
    promise=_("Say in one sentence what people gain."),
    path="{path}",
    mechanisms=(),
)
''',
    "urls.py": '''"""Addresses of this piste, in French."""

from django.urls import URLPattern, path

from reflexes.pistes.{orientation}.{name} import views

urlpatterns: list[URLPattern] = [path("", views.{name}_home, name="home")]
''',
    "views.py": '''"""Screens of this piste."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from reflexes.web.pages import page


@require_safe
def {name}_home(request: HttpRequest) -> HttpResponse:
    """Say what this piste is for."""
    return page(request, "{name}/home.html", {{}})
''',
    "templates/{name}/home.html": """{{% extends "web/base.html" %}}
{{% load i18n %}}
{{% block title %}}{{% translate "{words}" %}}{{% endblock %}}
{{% block content %}}
<h1>{{% translate "{words}" %}}</h1>
<p>{{% translate "Nothing is here yet." %}}</p>
{{% endblock %}}
""",
    "demo.py": '''"""What the demo territory shows of this piste."""


def seed() -> None:
    """Add this piste's rows to the demo territory, through its services."""


def to_click() -> list[tuple[str, str]]:
    """Return what a newcomer opens first, and what is seen there."""
    return []
''',
    "README.md": "# {words}\n\nWhat it is for, its rules with their source, and where to read more.\n",
    "locale/fr/LC_MESSAGES/django.po": "",
    "tests/test_pages.py": '''"""Who opens this piste: a member, a partner and a stranger."""

from django.test import Client
from django.urls import reverse


def test_a_member_and_a_partner_read_the_page(member: Client, partner: Client) -> None:
    assert member.get(reverse("{name}:home")).status_code == 200
    assert partner.get(reverse("{name}:home")).status_code == 200


def test_a_stranger_is_asked_to_sign_in(stranger: Client) -> None:
    answer = stranger.get(reverse("{name}:home"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
''',
}
PAGE = """# {words}

**Promise.** Say in one sentence what people gain.

## Rules

Each with its source.

## What it does not do
"""
NEXT = """Made {folder}. Then:
1. add "reflexes.pistes.{orientation}.{name}" to PISTES in src/reflexes/config/settings.py;
2. say its promise (piste.py), its page (docs/pistes/{name}.md) and its read-me;
3. make messages, and write its French;
4. make permissions, and read the rows it added;
5. .venv/bin/pytest tests src/reflexes/pistes/{orientation}/{name} -q until nothing is missing."""


def problem(orientation: str, name: str) -> str:
    """Return what is wrong with the names asked for, or nothing."""
    if orientation not in FOLDERS:
        return f"ORIENTATION must be one of: {', '.join(FOLDERS)}."
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        return "NAME must be a slug in small letters, such as my_piste."
    if any(PISTES.glob(f"*/{name}")):
        return f"There is already a piste called {name}."
    return ""


def make(orientation: str, name: str, root: Path = ROOT) -> Path:
    """Write the folder and its page under ``root``; return the folder."""
    words = name.replace("_", " ").capitalize()
    facts = {
        "orientation": orientation,
        "name": name,
        "words": words,
        "camel": words.title().replace(" ", ""),
        "path": name.replace("_", "-"),
    }
    above = root / "src" / "reflexes" / "pistes" / orientation
    above.mkdir(parents=True, exist_ok=True)
    (above / "__init__.py").touch()
    for place, text in FILES.items():
        file = above / name / place.format(**facts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(**facts), encoding="utf-8")
    page = root / "docs" / "pistes" / f"{name}.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(PAGE.format(**facts), encoding="utf-8")
    return above / name


def main() -> int:
    """Make the piste asked for, or say in one line why not."""
    orientation, name = [*sys.argv[1:], "", ""][:2]
    wrong = problem(orientation, name)
    if wrong:
        print(f"{wrong} Type: make piste NAME=my_piste ORIENTATION=lab", file=sys.stderr)
        return 2
    folder = make(orientation, name)
    print(NEXT.format(folder=folder.relative_to(ROOT), orientation=orientation, name=name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
