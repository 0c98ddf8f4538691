"""What nobody owns: every piste, every app and every word of the journal is whole (les-emplois' habit)."""

import ast
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import call_command
from django.urls import NoReverseMatch, reverse

from reflexes.core import registry
from reflexes.mechanisms.directory.roles import ROLES

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "reflexes"
OURS = [config for config in apps.get_app_configs() if config.name.startswith("reflexes.")]
WITH_TABLES = [config for config in OURS if list(config.get_models())]
PISTES = list(zip(settings.PISTES, registry.pistes(), strict=True))


SLUGS = [piste.slug for _module, piste in PISTES]


@pytest.mark.django_db
def test_no_model_changed_without_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_project_passes_django_s_own_checks() -> None:
    call_command("check", fail_level="WARNING", verbosity=0)


@pytest.mark.parametrize(("module", "piste"), PISTES, ids=SLUGS)
class TestEveryPiste:
    def test_its_folder_carries_its_slug(self, module: str, piste: registry.Piste) -> None:
        assert module.rsplit(".", 1)[-1] == piste.slug
        assert apps.get_app_config(piste.slug).name == module
        assert module.split(".")[-2] == piste.orientation

    def test_it_tells_what_it_promises_and_where_it_lives(self, module: str, piste: registry.Piste) -> None:
        assert str(piste.label)
        assert str(piste.promise).endswith(".")
        assert re.fullmatch(r"[a-z0-9-]+", piste.path)

    def test_it_has_a_page_of_documentation_and_a_read_me(self, module: str, piste: registry.Piste) -> None:
        folder = SRC.joinpath(*module.split(".")[1:])
        assert (folder / "README.md").is_file()
        assert (ROOT / "docs" / "pistes" / f"{piste.slug}.md").is_file()

    def test_it_has_a_demo_and_tests(self, module: str, piste: registry.Piste) -> None:
        folder = SRC.joinpath(*module.split(".")[1:])
        assert find_spec(f"{module}.demo"), "no demo.py"
        assert list((folder / "tests").glob("test_*.py")), "no tests/"

    def test_its_mechanisms_exist(self, module: str, piste: registry.Piste) -> None:
        for mechanism in piste.mechanisms:
            assert apps.is_installed(f"reflexes.mechanisms.{mechanism}")

    def test_its_menu_leads_somewhere_for_known_roles(self, module: str, piste: registry.Piste) -> None:
        for entry in piste.menu:
            assert entry.roles <= ROLES.keys()
            try:
                reverse(entry.url_name)
            except NoReverseMatch:
                pytest.fail(f"The menu entry “{entry.label}” leads nowhere.")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_has_more_than_five_entries(role: str) -> None:
    assert len(registry.menu_for(role)) <= 5


def names_people(config: AppConfig) -> bool:
    """Tell whether an app keeps something about somebody."""
    return any(
        field.name in {"person", "person_key", "user", "subject_key", "viewer_key", "actor_key"}
        or (
            field.is_relation and field.related_model is not None and field.related_model.__name__ in {"Person", "User"}
        )
        for model in config.get_models()
        for field in model._meta.get_fields()
        if not field.auto_created
    )


KNOW_PEOPLE = [config for config in WITH_TABLES if names_people(config)]


@pytest.mark.parametrize("config", KNOW_PEOPLE, ids=[config.label for config in KNOW_PEOPLE])
def test_an_app_that_knows_people_can_export_and_erase_them(config: AppConfig) -> None:
    privacy = import_module(f"{config.name}.privacy")
    assert callable(privacy.export)
    assert callable(privacy.erase)


def verbs_recorded() -> dict[str, str]:
    """Return every verb written with ``record(verb=…)`` and the file that writes it."""
    found: dict[str, str] = {}
    for path in SRC.rglob("*.py"):
        if "/tests/" in str(path):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"record", "_record"}:
                for keyword in node.keywords:
                    if keyword.arg == "verb":
                        found.update(dict.fromkeys(verbs_of(keyword.value), str(path.relative_to(SRC))))
    return found


def verbs_of(value: ast.expr) -> list[str]:
    """Return the verbs that an expression may write, when they can be read."""
    if isinstance(value, ast.Constant):
        return [str(value.value)]
    if isinstance(value, ast.IfExp):
        return [*verbs_of(value.body), *verbs_of(value.orelse)]
    return []


def sentences() -> dict[str, str]:
    """Return the sentences of every app, by verb."""
    known: dict[str, str] = {}
    for config in OURS:
        if find_spec(f"{config.name}.sentences"):
            known.update(import_module(f"{config.name}.sentences").SENTENCES)
    return known


def test_every_act_of_the_journal_has_its_sentence() -> None:
    verbs = verbs_recorded()
    assert len(verbs) > 5
    known = sentences()
    assert not {verb: path for verb, path in verbs.items() if verb not in known}


def test_the_pistes_known_to_the_house_are_those_of_the_settings() -> None:
    folders = {path.parent.name for path in SRC.glob("pistes/*/*/piste.py")}
    assert folders == {module.rsplit(".", 1)[-1] for module in settings.PISTES}
