"""Copy the outside assets named in vendor.json into the static folder, checked twice.

Run by the maintainer who updates an asset (needs npm); never needed to install or to run.

    python scripts/vendor.py            fetch, check the archive then each file, write
    python scripts/vendor.py --check    check what is committed against the recorded sums
    python scripts/vendor.py --accept   after changing a version or an icon: record the new sums
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from base64 import b64encode
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "vendor.json"
TARGET = ROOT / "src" / "reflexes" / "web" / "static" / "vendor"


def sha256(content: bytes) -> str:
    """Return the sum written beside each file."""
    return hashlib.sha256(content).hexdigest()


def fetch(name: str, version: str, folder: Path) -> bytes:
    """Return the archive of ``name@version``, through the maintainer's own npm client."""
    done = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return (folder / done.stdout.split()[-1]).read_bytes()


def read(archive: Path, member: str) -> bytes:
    """Return one file of an npm archive."""
    with tarfile.open(archive) as tar:
        found = tar.extractfile(f"package/{member}")
        if found is None:
            raise SystemExit(f"{archive.name} holds no {member}.")
        return found.read()


def sprite(archive: Path, icons: list[str]) -> bytes:
    """Gather single icons into one SVG of symbols: drawing attributes stay on the page's ``<svg class="icon">``."""
    symbols = []
    for icon in sorted(icons):
        drawing = read(archive, f"icons/{icon}.svg").decode()
        inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        assert inside, icon
        body = re.sub(r"\s+", " ", inside.group(1)).replace(" />", "/>").replace("> <", "><").strip()
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{body}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def files_of(package: dict[str, Any], archive: Path) -> dict[str, bytes]:
    """Return what the list takes from one archive: path under the target to content."""
    files = {to: read(archive, member) for member, to in package["copy"].items()}
    if "sprite" in package:
        files[package["sprite"]["to"]] = sprite(archive, package["sprite"]["icons"])
    return files


def update(listed: dict[str, Any], *, accept: bool) -> list[str]:
    """Fetch every package, compare, write; return one sentence a difference."""
    wrong = []
    for name, package in listed.items():
        with tempfile.TemporaryDirectory() as folder:
            content = fetch(name, package["version"], Path(folder))
            archive = Path(folder) / "package.tgz"
            archive.write_bytes(content)
            integrity = "sha512-" + b64encode(hashlib.sha512(content).digest()).decode()
            files = files_of(package, archive)
        sums = {to: sha256(data) for to, data in sorted(files.items())}
        if accept:
            package["integrity"], package["sha256"] = integrity, sums
        elif integrity != package["integrity"] or sums != package["sha256"]:
            wrong.append(f"{name}: the archive or a file is not the one recorded; nothing of it was written.")
            continue
        for to, data in files.items():
            path = TARGET / to
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return wrong


def check(listed: dict[str, Any]) -> list[str]:
    """Compare the committed files with their sums; return one sentence a difference."""
    recorded = {to: value for package in listed.values() for to, value in package["sha256"].items()}
    present = {str(path.relative_to(TARGET)): sha256(path.read_bytes()) for path in TARGET.rglob("*") if path.is_file()}
    return [
        f"{to}: expected {recorded.get(to, 'no such file')}, found {present.get(to, 'nothing')}."
        for to in sorted(recorded.keys() | present.keys())
        if recorded.get(to) != present.get(to)
    ]


def main(arguments: list[str]) -> int:
    """Run the verb asked for; 0 when everything is as recorded."""
    listed = json.loads(LIST.read_text())
    wrong = check(listed) if "--check" in arguments else update(listed, accept="--accept" in arguments)
    if "--accept" in arguments:
        LIST.write_text(json.dumps(listed, indent=2, ensure_ascii=False) + "\n")
    print("\n".join(wrong) or f"{sum(len(package['sha256']) for package in listed.values())} files as recorded.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
