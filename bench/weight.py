"""What a first page weighs on the network, with everything it needs: ``python -m bench.weight``.

The demo territory is served as ``make demo`` serves it; a Chromium with an empty cache opens the home of each reader
and counts the bytes received as they came, headers included. The goal is under 100 kB; over it, the exit code is 1.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from scripts.screenshots import executable, served
from tests.harness.chromium import FLAGS

GOAL = 100_000
# Who reads it, by the title of their door (nobody signed in when empty), and which page.
PAGES = (
    ("", "/"),
    ("", "/compte/connexion/"),
    ("", "/aide/"),
    ("Agent", "/micro-mobilite/mon-espace/"),
    ("Agent", "/micro-mobilite/missions/"),
    ("Manager", "/micro-mobilite/mon-service/"),
    ("Host", "/micro-mobilite/accueil/"),
    ("Coordinator of the cell", "/micro-mobilite/ce-qui-attend/"),
)


def weigh(browser: Any, site: str, door: str, page: str) -> tuple[int, int]:
    """Return the bytes of one page with its assets, and the number of requests."""
    context = browser.new_context(locale="en-GB")
    tab = context.new_page()
    if door:
        tab.goto(site)
        tab.locator(f"//h3[normalize-space()='{door}']/following-sibling::div[1]//button[1]").click()
        tab.wait_for_load_state()
    watch = context.new_cdp_session(tab)
    watch.send("Network.enable")
    watch.send("Network.setCacheDisabled", {"cacheDisabled": True})
    received: dict[str, int] = {}
    watch.on("Network.loadingFinished", lambda one: received.update({one["requestId"]: int(one["encodedDataLength"])}))
    tab.goto(f"{site}{page}")
    tab.wait_for_load_state("networkidle")
    context.close()
    return sum(received.values()), len(received)


def main() -> int:
    """Print the table; return 1 when a page is over the goal."""
    if executable() is None:
        print("Nothing weighed: no Chromium is installed (apt-get install chromium).")
        return 0
    from playwright.sync_api import sync_playwright

    print("### What a first page weighs\n")
    print("| reader | page | kB with everything | requests | goal: under 100 |\n|---|---|---|---|---|")
    heavy = 0
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        for door, page in PAGES:
            total, requests = weigh(browser, site, door, page)
            heavy += total >= GOAL
            kept = "kept" if total < GOAL else "over"
            print(f"| {door or 'anybody'} | `{page}` | {total / 1000:.1f} | {requests} | {kept} |")
        browser.close()
    return 1 if heavy else 0


if __name__ == "__main__":
    sys.exit(main())
