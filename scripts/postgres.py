"""Find a local PostgreSQL that lets us in, or start a private one under ``var/``.

``--url`` prints an address for ``DATABASE_URL`` (exit 1 when there is none), ``--why`` says in one line what is
missing,``--stop`` ends the private server. Standard library and psycopg only.
"""

import argparse
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
# The server refuses to run as root and Debian's account cannot read everybody's home: a folder of its own, by uid.
HOME = Path(os.environ.get("REFLEXES_POSTGRES_HOME", Path(tempfile.gettempdir()) / f"reflexes-postgres-{os.getuid()}"))
PORT = int(os.environ.get("REFLEXES_POSTGRES_PORT", "54329"))
KNOWN = (
    "postgres://postgres@127.0.0.1:5432/postgres",
    f"postgres://postgres@127.0.0.1:{PORT}/postgres",
)


def answers(url: str) -> bool:
    """Tell whether ``url`` lets us in with the right to make databases."""
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            return bool((row.fetchone() or [False])[0])
    except psycopg.Error:
        return False


def tool(name: str) -> Path | None:
    """Return the newest ``name`` of Debian's PostgreSQL folders or of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which(name)
    return found[-1] if found else Path(on_path) if on_path else None


def as_server(command: list[str]) -> subprocess.CompletedProcess[bytes]:
    """Run ``command`` as the account that may own a server: ours, or ``postgres`` when we are root."""
    user = "postgres" if os.getuid() == 0 else None
    return subprocess.run(command, user=user, group=user, cwd="/", capture_output=True, check=False)


def start() -> str | None:
    """Start the private server; return its address, or nothing when it cannot be."""
    initdb, pg_ctl = tool("initdb"), tool("pg_ctl")
    if initdb is None or pg_ctl is None or why_not_account():
        return None
    HOME.mkdir(mode=0o700, exist_ok=True)
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(HOME, account.pw_uid, account.pw_gid)
    data = HOME / "data"
    if not data.exists():
        as_server([str(initdb), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale"])
    # Tests may lose their database with the machine: no fsync.
    options = f"-p {PORT} -h 127.0.0.1 -k {HOME} -c fsync=off -c full_page_writes=off -c max_connections=200"
    as_server([str(pg_ctl), "-D", str(data), "-w", "-l", str(HOME / "log"), "-o", options, "start"])
    return KNOWN[1] if answers(KNOWN[1]) else None


def why_not_account() -> str:
    """Say why no account could own a server here, or nothing."""
    if os.getuid() == 0 and "postgres" not in {entry.pw_name for entry in pwd.getpwall()}:
        return "root may not run a server and there is no postgres account (apt-get install postgresql)"
    return ""


def why() -> str:
    """Say in one line what is missing."""
    if tool("initdb") is None:
        return "no PostgreSQL server is installed (apt-get install postgresql)"
    return why_not_account() or f"the server did not start (see {HOME / 'log'})"


def main() -> int:
    """Answer one of the three questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    group = parser.add_mutually_exclusive_group(required=True)
    for option in ("--url", "--why", "--stop"):
        group.add_argument(option, action="store_true")
    asked = parser.parse_args()
    if asked.why:
        print(why())
        return 0
    if asked.stop:
        return as_server([str(tool("pg_ctl")), "-D", str(HOME / "data"), "-m", "fast", "stop"]).returncode
    given = os.environ.get("DATABASE_URL", "")
    candidates = [given] if given.startswith("postgres") else list(KNOWN)
    found = next((url for url in candidates if answers(url)), None) or start()
    if found:
        print(found)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
