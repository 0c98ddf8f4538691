"""``make piste`` makes a folder that works once registered: tried for real, in a copy of the house."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import new_piste

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("orientation", "name", "said"),
    [
        ("nowhere", "my_piste", "ORIENTATION must be one of"),
        ("lab", "My piste", "NAME must be a slug"),
        ("lab", "../escape", "NAME must be a slug"),
        ("lab", "", "NAME must be a slug"),
        ("lab", "micro_mobility", "already"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_one_sentence(orientation: str, name: str, said: str) -> None:
    assert said in new_piste.problem(orientation, name)


def test_a_sound_name_is_accepted() -> None:
    assert new_piste.problem("lab", "idea_mine") == ""


@pytest.mark.sqlite_only
def test_a_new_piste_works_as_soon_as_it_is_registered(tmp_path: Path) -> None:
    for name in ("src", "tests", "scripts"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    folder = new_piste.make("lab", "idea_mine", tmp_path)
    settings = tmp_path / "src/reflexes/config/settings.py"
    text = settings.read_text(encoding="utf-8")
    assert "PISTES = [" in text
    settings.write_text(text.replace("PISTES = [", 'PISTES = ["reflexes.pistes.lab.idea_mine", ', 1), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(folder), "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(tmp_path / "src"), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert "2 passed" in done.stdout, done.stdout[-3000:] + done.stderr[-2000:]
