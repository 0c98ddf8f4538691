"""The rules of the house that no ordinary linter knows, each with a good and a bad example (zulip's habit).

Run without argument: reads every file git knows, or would add, and prints one line for each fault; exit 1 when there
is one. ``tests/test_house.py`` shows every rule its two examples.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEXT = {"", ".css", ".csv", ".html", ".ini", ".js", ".json", ".md", ".po", ".py", ".sh", ".toml", ".txt", ".typ"}
LONGEST = 800
# Before anybody is signed in, the one who acts is an account, the holder of a link, or the person it names.
WHO_ACTS = {"actor", "user", "link", "person"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One forbidden pattern: where it is forbidden, what to do instead, and its two examples."""

    code: str
    pattern: str
    where: str
    instead: str
    good: str
    bad: str
    besides: str = r"^$"

    def faults(self, path: str, text: str) -> Iterator[tuple[int, str]]:
        """Yield the line and the advice of each fault of ``text``."""
        if not re.search(self.where, path) or re.search(self.besides, path):
            return
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(self.pattern, line):
                yield number, f"{self.code}: {self.instead}"


SRC_PY = r"^src/reflexes/.*\.py$"
TEMPLATE = r"^src/reflexes/.*\.html$"
# Written in two halves so that this file does not break its own rules.
SECRET_ROADS = "/" + "work/|/" + "root/|file:///" + "opt"
REGISTRIES = r"pypi\." + r"org|files\.python" + r"hosted\.org|registry\.npm" + r"js\.org"

RULES = (
    Rule(
        "clock",
        r"timezone\.(now|localdate)\(|\bdate\.today\(|\bdatetime\.(now|utcnow|today)\(|\btime\.time\(",
        SRC_PY,
        "ask reflexes.core.clock for the time, never take it.",
        "opened_at = clock.now()",
        "opened_at = timezone.now()",
        r"^src/reflexes/core/clock\.py$|/tests/",
    ),
    Rule(
        "auto_now",
        r"auto_now(_add)?=True",
        SRC_PY,
        "a column that Django fills takes the time by itself: use default=clock.now.",
        "created_at = models.DateTimeField(default=clock.now)",
        "created_at = models.DateTimeField(auto_now_add=True)",
    ),
    Rule(
        "inline-style",
        r"""\sstyle\s*=\s*["']|<style[\s>]""",
        TEMPLATE,
        "the policy refuses inline styles: give it a class.",
        '<p class="note">',
        '<p style="color: red">',
        r"/notifications/mail",
    ),
    Rule(
        "inline-script",
        r"""\son[a-z]+\s*=\s*["']|<script(?![^>]*\bsrc=)(?![^>]*application/json)|javascript:""",
        TEMPLATE,
        "the policy refuses inline scripts: put it in a file, with a data attribute.",
        '<script src="{% static "web/js/grid.js" %}" defer></script>',
        '<button onclick="go()">',
    ),
    Rule(
        "outside-asset",
        r"""<(script|img|iframe|source|link)\b[^>]*\b(src|href)\s*=\s*["'](https?:)?//""",
        TEMPLATE,
        "no asset from outside: vendor it.",
        '<img src="{% static "web/logo.svg" %}" alt="">',
        '<img src="https://elsewhere.example/logo.svg" alt="">',
    ),
    Rule(
        "generic-key",
        r"GenericForeignKey|contenttypes\.fields",
        SRC_PY,
        "no generic foreign key: name the table.",
        "need = models.ForeignKey(Need, on_delete=models.CASCADE)",
        "target = GenericForeignKey()",
    ),
    Rule(
        "whose-machine",
        SECRET_ROADS,
        r"",
        "nothing committed knows one machine's folders.",
        "ROOT = Path(__file__).parent",
        'ROOT = "/' + 'work/main"',
        r"^requirements/",
    ),
    Rule(
        "registry",
        REGISTRIES,
        r"",
        "no registry's host name: name the package.",
        "pip install --require-hashes -r requirements/run.txt",
        "pip install --index-url https://pypi." + "org/simple",
    ),
    Rule(
        "exclamation",
        r'^msgstr(\[\d\])? ".*\w\s?!',
        r"\.po$",
        "no exclamation mark: the product is calm.",
        'msgstr "Merci, c’est noté."',
        'msgstr "Merci !"',
    ),
)


def slugs() -> list[str]:
    """Return the slug of every piste, from its folder."""
    return [path.parent.name for path in ROOT.glob("src/reflexes/pistes/*/*/piste.py")]


def slug_faults(path: str, text: str, known: list[str]) -> Iterator[tuple[int, str]]:
    """Yield mentions of a piste inside mechanisms, engines, core and web: they do not know pistes exist."""
    if not re.search(r"^src/reflexes/(mechanisms|engines|core|web)/.*\.(py|html|js|css|typ)$", path):
        return
    for number, line in enumerate(text.splitlines(), 1):
        for slug in known:
            if re.search(rf"\b{slug}\b", line):
                yield number, f"slug: “{slug}” is a piste; rooms below it read the registry."


def prefix_faults(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield ``do_`` functions not keyword-only with who acts first, and ``access_`` ones without the actor first."""
    if not re.search(r"^src/reflexes/(mechanisms|pistes|core)/.*\.py$", path) or "/tests/" in path:
        return
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.FunctionDef):
            continue
        loose = [argument.arg for argument in [*node.args.posonlyargs, *node.args.args]]
        strict = [argument.arg for argument in node.args.kwonlyargs]
        if node.name.startswith("do_") and (loose or not {*strict[:1]} & WHO_ACTS):
            yield node.lineno, f"prefix: {node.name}(*, actor, …) takes keywords only, who acts first."
        if node.name.startswith("access_") and not {*[*loose, *strict][:1]} & {"actor", "request"}:
            yield node.lineno, f"prefix: {node.name}(actor, …) takes the actor first, or the request that carries them."


def docstring_faults(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield public functions and classes that do not say what they are for."""
    if not re.search(SRC_PY, path) or re.search(r"/tests/|/migrations/|apps\.py$|/templatetags/", path):
        return
    for node in ast.parse(text).body:
        named = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if named and not ast.get_docstring(node) and not is_plain_table(node):
            yield node.lineno, f"docstring: say what {node.name} is for."


def is_plain_table(node: ast.stmt) -> bool:
    """Tell whether a class is a list of choices or an application's card, whose name says it all."""
    bases = [ast.unparse(base) for base in getattr(node, "bases", [])]
    return any(base.endswith(("Choices", "AppConfig", "Protocol", "NamedTuple")) for base in bases)


def luck_faults(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield draws from the process's own luck: nobody can draw them again."""
    if not re.search(SRC_PY, path) or "/tests/" in path:
        return
    tree = ast.parse(text)
    modules = {
        name.asname or name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        of_module = "random" in modules and re.fullmatch(r"random\.[a-z]\w*", called)
        if of_module or (
            called in {"Random", "random.Random", "default_rng", "np.random.default_rng"} and not node.args
        ):
            yield node.lineno, "seed: draw from random.Random(seed), with a seed that somebody can read."


def length_faults(path: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield files nobody can hold in their head; migrations are written by a program and read by one."""
    if re.search(r"^(src|tests)/.*\.py$", path) and "/migrations/" not in path and len(text.splitlines()) > LONGEST:
        yield LONGEST, f"length: more than {LONGEST} lines; split it."


def faults_of(path: str, text: str, known: list[str] | None = None) -> list[tuple[int, str]]:
    """Return every fault of one file, in the order of its lines."""
    found = [fault for rule in RULES for fault in rule.faults(path, text)]
    found += slug_faults(path, text, slugs() if known is None else known)
    if path.endswith(".py"):
        found += [*prefix_faults(path, text), *docstring_faults(path, text)]
        found += [*luck_faults(path, text), *length_faults(path, text)]
    return sorted(found)


def files() -> list[str]:
    """Return every text file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    kept = [name for name in listed.split("\0") if name and Path(name).suffix in TEXT]
    return [name for name in kept if (ROOT / name).is_file() and "/vendor/" not in name]


def main() -> int:
    """Print the faults of the house, one a line."""
    known = slugs()
    count = 0
    for name in files():
        for line, advice in faults_of(name, (ROOT / name).read_text(encoding="utf-8", errors="replace"), known):
            print(f"{name}:{line}: {advice}")
            count += 1
    print(f"House rules: {count} fault(s)." if count else "House rules: kept.")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
