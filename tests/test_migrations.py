"""Tests make their tables from the models, which is quick; the migrations that people run make the very same ones."""

import os
import sqlite3
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection

SRC = Path(__file__).resolve().parent.parent / "src"
# Besides the tables of the models: the record of the migrations, and the table of tries, which is in memory in tests.
APART = ("django_migrations", "sqlite_", "accounts_tries")
MADE = "SELECT type, name FROM sqlite_master WHERE true" + "".join(f" AND name NOT LIKE '%{word}%'" for word in APART)


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_the_migrations_make_the_tables_and_the_rules_of_the_models(tmp_path: Path) -> None:
    file = tmp_path / "migrated.sqlite3"
    surroundings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SRC),
        "HOME": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{file}",
        "DJANGO_SETTINGS_MODULE": "reflexes.config.settings",
        "REFLEXES_VAR": str(tmp_path / "var"),
    }
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    told = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=300, check=False)
    assert told.returncode == 0, told.stderr
    with sqlite3.connect(file) as migrated, connection.cursor() as cursor:
        by_migrations = set(migrated.execute(MADE))
        by_models = set(cursor.execute(MADE))
        rules = {name: _rules(migrated.execute, name) for kind, name in by_migrations if kind == "table"}
        assert by_migrations == by_models
        assert rules == {name: _rules(cursor.execute, name) for name in rules}
    migrated.close()


def _rules(execute, table: str) -> tuple[int, set[str]]:
    """Return how many columns a table has and the names of the rules written in it."""
    columns = list(execute(f"SELECT name FROM pragma_table_info('{table}')"))
    (made,) = next(iter(execute(f"SELECT sql FROM sqlite_master WHERE name = '{table}'")))
    return len(columns), {word.strip('"') for before, word in pairwise(made.split()) if before == "CONSTRAINT"}
