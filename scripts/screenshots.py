"""Refresh the three pictures of the README from the real demo: ``make screenshots``.

The demo territory is prepared in a folder thrown away afterwards and served with its worker; a coordinator signs in and
sends a wave; an agent opens the link of the very mail that the worker wrote. Nothing is drawn by hand.
"""

import email
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.harness.chromium import FLAGS, executable  # noqa: E402 - scripts/ is not a package

IMAGES = ROOT / "docs" / "images"
DESK = {"width": 1280, "height": 860}
PHONE = {"width": 375, "height": 812}
LARGEST = 200_000
PATIENCE = 90
QUESTION = re.compile(r"https?://\S+/micro-mobilite/reponse/[\w-]+")


def main() -> int:
    """Take the three pictures; say their sizes."""
    if executable() is None:
        print("No pictures: no Chromium is installed (apt-get install chromium).")
        return 1
    with tempfile.TemporaryDirectory(prefix="reflexes-screenshots-") as folder:
        var = Path(folder)
        with served(var) as site:
            taken = list(pictures(site, var / "mail"))
    too_heavy = [path.name for path in taken if path.stat().st_size > LARGEST]
    for path in taken:
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB")
    if too_heavy:
        print(f"Too heavy for a README: {', '.join(too_heavy)}.")
    return 1 if too_heavy else 0


@contextmanager
def served(var: Path) -> Iterator[str]:
    """Run ``reflexes demo`` in ``var`` on a free port, and stop it in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("REFLEXES_", "DATABASE_"))}
    demo = subprocess.Popen(
        [sys.executable, "-m", "reflexes.config.cli", "demo", "--port", str(port)],
        env={**env, "REFLEXES_VAR": str(var), "LANG": "fr_FR.UTF-8"},
        stdout=subprocess.DEVNULL,
    )
    site = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(site), "the site of the demo")
        yield site
    finally:
        demo.terminate()
        demo.wait(timeout=60)


def wait_for(found: Callable[[], Any], what: str) -> Any:
    """Return what ``found`` finds, asking again until it finds something."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if value := found():
            return value
        time.sleep(0.25)
    raise SystemExit(f"Waited {PATIENCE} s in vain for {what}.")


def answers(site: str) -> bool:
    """Tell whether the site answers."""
    try:
        with urlopen(site, timeout=5) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def pictures(site: str, mail: Path) -> Iterator[Path]:
    """Take each picture where somebody would first see that page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        options = {"locale": "fr-FR", "reduced_motion": "reduce", "color_scheme": "light"}
        desk = browser.new_context(**options, viewport=DESK).new_page()
        enter(desk, site)
        yield shot(desk, "silences")
        desk.goto(f"{site}/micro-mobilite/plans/1/")
        ask_why(desk)
        yield shot(desk, "studio")
        send_the_wave(desk, site)
        question = wait_for(lambda: first_question(mail), "the mail of a proposal")
        phone = browser.new_context(**options, viewport=PHONE).new_page()
        phone.goto(question)
        yield shot(phone, "answer")
        browser.close()


def enter(page: Any, site: str) -> None:
    """Sign in as somebody of the cell, by the demo's own door; being home is the table of silences."""
    page.goto(site)
    page.locator("form[action$='/demo/entrer/'] .actions", has_text="Cellule").first.locator("button").first.click()
    page.wait_for_url("**/micro-mobilite/ce-qui-attend/")


def ask_why(page: Any) -> None:
    """Open the reasons of the first person asked, and bring the plan under the eyes."""
    why = page.locator(".studio-people .why").first
    why.locator("a").click()
    why.locator("[role=status]").wait_for()
    page.locator("h1").evaluate("title => title.scrollIntoView()")


def send_the_wave(page: Any, site: str) -> None:
    """Look twice at what is unusual, and send."""
    page.goto(f"{site}/micro-mobilite/plans/1/vague/")
    for box in page.locator("input[name=looked]").all():
        box.check()
    page.locator("form#wave button:not([name])").last.click()
    page.wait_for_url("**/vagues/*/")


def first_question(mail: Path) -> str:
    """Return the link that opens the question of the first mail written, or nothing yet."""
    for path in sorted(mail.glob("*.log")):
        message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        body = message.get_body(preferencelist=("plain",))
        if body is not None and (found := QUESTION.search(body.get_content())):
            return found.group()
    return ""


def shot(page: Any, name: str) -> Path:
    """Write what is on the screen as it is, once the type is there."""
    page.evaluate("document.fonts.ready")
    path = IMAGES / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path)
    return path


if __name__ == "__main__":
    sys.exit(main())
