#!/bin/sh
# Makes .venv and installs the locked requirements: `install.sh run`, then `install.sh dev` for what tests need.
# Debian's own python3 lacks ensurepip: as root we add python3-venv, otherwise we print the one command to type.
set -eu
cd "$(dirname "$0")/.."
VENV=.venv
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT

make_venv() {
    python3 -m venv "$VENV" >"$LOG" 2>&1 && return 0
    rm -rf "$VENV"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "python3-venv is missing: installing it with apt-get."
        apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
        python3 -m venv "$VENV" >"$LOG" 2>&1 && return 0
        rm -rf "$VENV"
    fi
    cat "$LOG" >&2
    echo "Python cannot make an environment here. Type: sudo apt-get install python3-venv    then start again." >&2
    exit 1
}

python3 - <<'PYTHON' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit("Réflexes needs Python 3.11 or later; python3 here is %d.%d." % sys.version_info[:2])
PYTHON

if [ ! -x "$VENV/bin/python" ] || ! "$VENV/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$VENV"
    make_venv
fi

echo "Installing requirements/$1.txt into $VENV…"
"$VENV/bin/python" -m pip install --disable-pip-version-check --no-input --quiet --require-hashes --no-deps \
    -r "requirements/$1.txt"

# The project itself: a path file and a launcher, so that no build tool is needed and a change is seen at once.
"$VENV/bin/python" - <<'PYTHON'
import sysconfig
from pathlib import Path

root = Path.cwd()
Path(sysconfig.get_paths()["purelib"], "reflexes.pth").write_text(f"{root / 'src'}\n", encoding="utf-8")
launcher = root / ".venv" / "bin" / "reflexes"
launcher.write_text(
    f"#!{root / '.venv' / 'bin' / 'python'}\nimport sys\n\nfrom reflexes.config.cli import main\n\nsys.exit(main())\n",
    encoding="utf-8",
)
launcher.chmod(0o755)
PYTHON
touch "$VENV/.installed-$1"
