"""The French catalogues: one for each app that has a ``locale`` folder.

    python scripts/messages.py            refresh every catalogue from the sources (needs gettext), then compile
    python scripts/messages.py --compile  compile only: what an installation needs (no gettext)
    python scripts/messages.py --check    fail on a text missing, doubtful, badly formatted or out of date
    … PATH                                only the apps under this folder

Source strings are English; a catalogue is complete when every one has its French.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src" / "reflexes"
CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
HEADER = {
    "Project-Id-Version": "reflexes",
    "Language": "fr",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|%[sd]|\{(\w*)\}")


def apps(under: Path) -> list[Path]:
    """Return the app folders that have a ``locale`` folder."""
    return sorted(found.parent for found in under.rglob("locale") if found.is_dir())


def without_inner_apps(app: Path, every: list[Path]) -> list[str]:
    """Return the folders of ``app`` that hold their own catalogue, to be left out of it."""
    return [str(other.relative_to(app)) for other in every if app in other.parents]


def extract(app: Path, every: list[Path]) -> polib.POFile:
    """Return the texts found in the sources of ``app``, sorted, without their place in the files.

    makemessages writes in the folder it reads: it reads a copy, so that a check changes nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / app.name
        ignored = [*without_inner_apps(app, every), "tests", "migrations", "static"]
        copy_sources(app, copy, ignored)
        (copy / "locale").mkdir(exist_ok=True)
        command = [sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-location", "--no-obsolete"]
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, env=environment)
        if done.returncode:
            raise SystemExit(f"{app.name}: {done.stderr.strip()}")
        made = copy / CATALOGUE
        return polib.pofile(str(made)) if made.exists() else polib.POFile()


def copy_sources(app: Path, to: Path, ignored: list[str]) -> None:
    """Copy what may hold texts: Python, templates, mail and message bodies."""
    to.mkdir()
    for path in app.rglob("*"):
        inside = path.relative_to(app)
        if path.is_file() and path.suffix in {".py", ".html", ".txt"} and not within(inside, ignored):
            (to / inside).parent.mkdir(parents=True, exist_ok=True)
            (to / inside).write_bytes(path.read_bytes())


def within(inside: Path, ignored: list[str]) -> bool:
    """Tell whether a path is under one of the folders left out."""
    return any(str(inside).startswith(f"{folder}/") or f"/{folder}/" in f"/{inside}" for folder in ignored)


def merged(found: polib.POFile, known: polib.POFile) -> polib.POFile:
    """Return the texts ``found`` with the French already ``known``; a changed text is to be translated anew."""
    french = {(entry.msgctxt, entry.msgid): entry for entry in known if not entry.obsolete}
    merged_file = polib.POFile(wrapwidth=110)
    merged_file.metadata = dict(HEADER)
    for entry in sorted(found, key=lambda each: (each.msgid.casefold(), each.msgid, each.msgctxt or "")):
        fresh = polib.POEntry(msgid=entry.msgid, msgctxt=entry.msgctxt, flags=[f for f in entry.flags if f != "fuzzy"])
        before = french.get((entry.msgctxt, entry.msgid))
        if entry.msgid_plural:
            fresh.msgid_plural = entry.msgid_plural
            fresh.msgstr_plural = dict(before.msgstr_plural) if before and before.msgid_plural else {0: "", 1: ""}
        else:
            fresh.msgstr = before.msgstr if before else ""
        merged_file.append(fresh)
    return merged_file


def faults(catalogue: polib.POFile) -> list[str]:
    """Return one line for each text that is missing, doubtful, or whose placeholders differ."""
    wrong = []
    for entry in catalogue:
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if not texts or not all(texts):
            wrong.append(f"no French for “{entry.msgid}”")
        elif entry.fuzzy:
            wrong.append(f"doubtful French for “{entry.msgid}”")
        elif "!" in "".join(texts).replace("!=", ""):
            wrong.append(f"an exclamation mark in the French for “{entry.msgid}”")
        else:
            sources = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
            wanted = set().union(*(PLACEHOLDER.findall(text) for text in sources))
            if any(set(PLACEHOLDER.findall(text)) - wanted for text in texts):
                wrong.append(f"a placeholder in the French that “{entry.msgid}” does not have")
            elif set(PLACEHOLDER.findall(texts[-1])) != set(PLACEHOLDER.findall(sources[-1])):
                wrong.append(f"a placeholder missing in the French for “{entry.msgid}”")
    return wrong


def contradictions(catalogues: dict[str, polib.POFile]) -> list[str]:
    """Return one line for each text that two apps say differently: people would read whichever is loaded first.

    The same words may need two sentences in French (a gender, a sense): give one of them a context.
    """
    said: dict[tuple[str, str], dict[tuple[str, ...], list[str]]] = {}
    for name, catalogue in catalogues.items():
        for entry in catalogue:
            texts = tuple(typeset(text) for text in (entry.msgstr, *entry.msgstr_plural.values()))
            said.setdefault((entry.msgctxt or "", entry.msgid), {}).setdefault(texts, []).append(name)
    return [
        f"{' / '.join(', '.join(names) for names in ways.values())}: not one French for “{msgid}”; add a context"
        for (_context, msgid), ways in said.items()
        if len(ways) > 1
    ]


def typeset(text: str) -> str:
    """Return a French text with the no-break spaces of its typography, however its spaces were typed.

    Narrow before ``;``, ``?`` and ``!``, wide before ``:`` and inside quotation marks.

    >>> typeset("Quand ? « Demain » : oui ; non")
    'Quand\\u202f? «\\xa0Demain\\xa0»\\xa0: oui\\u202f; non'
    """
    text = re.sub(r"[ \u00a0\u202f](?=[;?!])", "\u202f", text)
    text = re.sub(r"[ \u00a0\u202f](?=[:»])", "\u00a0", text)
    return re.sub(r"(?<=«)[ \u00a0\u202f]", "\u00a0", text)


def compiled(catalogue: polib.POFile) -> polib.POFile:
    """Return the catalogue as people read it: catalogues are typed with ordinary spaces, this is the only place."""
    read = polib.POFile()
    read.metadata = dict(catalogue.metadata)
    for entry in catalogue:
        plural = {index: typeset(text) for index, text in entry.msgstr_plural.items()}
        read.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgctxt=entry.msgctxt,
                msgstr=typeset(entry.msgstr),
                msgstr_plural=plural,
                flags=list(entry.flags),
            )
        )
    return read


def main(arguments: list[str]) -> int:
    """Refresh, compile or check; return 1 when something is wrong."""
    paths = [Path(each).resolve() for each in arguments if not each.startswith("--")]
    every = apps(SRC)
    chosen = [app for app in every if not paths or any(app == path or path in app.parents for path in paths)]
    wrong: list[str] = []
    for app in chosen:
        path = app / CATALOGUE
        known = polib.pofile(str(path)) if path.exists() else polib.POFile()
        if "--compile" not in arguments:
            fresh = merged(extract(app, every), known)
            if "--check" in arguments:
                stale = {(e.msgctxt, e.msgid) for e in fresh} ^ {(e.msgctxt, e.msgid) for e in known}
                wrong += [f"{app.name}: catalogue out of date for “{msgid}”; run make messages" for _, msgid in stale]
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                fresh.save(str(path))
                known = fresh
            wrong += [f"{app.name}: {fault}" for fault in faults(fresh if "--check" in arguments else known)]
        if "--check" not in arguments and len(known):
            compiled(known).save_as_mofile(str(path.with_suffix(".mo")))
    if "--compile" not in arguments:
        wrong += contradictions({app.name: polib.pofile(str(app / CATALOGUE)) for app in every})
    done = "compiled" if "--compile" in arguments else "complete"
    print("\n".join(wrong) or f"{len(chosen)} French catalogues {done}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
