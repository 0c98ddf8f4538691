"""Where Debian's Chromium is, and how it is started quietly."""

import os
import shutil
import sys

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def executable() -> str | None:
    """Return the path of Chromium, or nothing when it is not installed."""
    named = os.environ.get("REFLEXES_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


if __name__ == "__main__":
    found = executable()
    print(found or "No Chromium is installed.")
    sys.exit(0 if found else 1)
