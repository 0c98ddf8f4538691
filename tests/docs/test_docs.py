"""The documentation is tested: its links lead somewhere, its commands exist, its tables are whole (datasette's habit)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("README.md")],
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
NAMED = re.compile(r"`((?:src|tests|docs|scripts|changes|bench)/[\w./-]+)`")
VERBS = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=ids)
def test_a_link_leads_to_something_here(path: Path) -> None:
    for target in LINK.findall(text(path)):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        assert (path.parent / target.split("#")[0]).exists(), f"{ids(path)} points to {target}, which does not exist."


@pytest.mark.parametrize("path", PAGES, ids=ids)
def test_a_file_named_in_passing_exists(path: Path) -> None:
    for name in NAMED.findall(text(path)):
        assert (ROOT / name).exists(), f"{ids(path)} names {name}, which does not exist."


@pytest.mark.parametrize("path", PAGES, ids=ids)
def test_a_verb_of_make_exists(path: Path) -> None:
    for verb in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", text(path), re.MULTILINE):
        assert verb in VERBS, f"{ids(path)} tells to type make {verb}, which does not exist."


@pytest.mark.parametrize("path", PAGES, ids=ids)
def test_a_command_of_the_house_exists(path: Path) -> None:
    commands = {file.stem.replace("_", "-") for file in (ROOT / "src/reflexes/config/commands").glob("*.py")}
    for command in re.findall(r"(?:^|`)(?:\.venv/bin/)?reflexes ([a-z-]+)", text(path), re.MULTILINE):
        assert command in commands, f"{ids(path)} tells to type reflexes {command}, which does not exist."


@pytest.mark.parametrize("path", PAGES, ids=ids)
def test_the_lines_of_a_table_have_as_many_cells(path: Path) -> None:
    widths: list[int] = []
    for number, line in enumerate([*text(path).splitlines(), ""], 1):
        if line.startswith("|"):
            widths.append(len(re.findall(r"(?<!\\)\|", re.sub(r"`[^`]*`", "", line))))
            assert widths[-1] == widths[0], f"{ids(path)}:{number} has not as many cells as the head of its table."
        else:
            widths = []


def test_the_french_read_me_says_as_much_as_the_english() -> None:
    english, french = text(ROOT / "README.md"), text(ROOT / "README.fr.md")
    for mark in ("\n## ", "\n| ", "```", "!["):
        assert english.count(mark) == french.count(mark)
    assert sorted(set(LINK.findall(english)) - {"README.fr.md"}) == sorted(set(LINK.findall(french)) - {"README.md"})


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=ids)
def test_a_decision_ends_with_what_to_change_if_we_change_our_mind(path: Path) -> None:
    said = text(path).casefold()
    assert "if we change our mind" in said
    assert said.index("decision") < said.index("if we change our mind")


def test_decisions_are_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "adr").glob("*.md")]
    assert len(numbers) == len(set(numbers))


def test_help_lists_every_verb_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY:((?:.*\\\n)*.*)$", makefile, re.MULTILINE)
    assert set(phony.group(1).replace("\\", " ").split()) == VERBS


def test_the_locks_name_no_address() -> None:
    for name in ("run.txt", "dev.txt"):
        lock = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        assert "://" not in lock
        pinned = re.findall(r"^([a-z0-9][\w.-]*(?:\[[\w,-]+\])?)==", lock, re.MULTILINE)
        assert len(pinned) > 20
        assert lock.count("--hash=sha256:") >= len(pinned)
