"""Twenty callers on twenty real pages at once, in one Chromium, against the site as it is served, on both databases.

    python -m bench.calls.pages [pages seconds]

Each page is a browser context of its own, signed in as another caller: takes somebody, shows the number, follows the
script, says what came of it, takes the next; two to six seconds between two gestures, where people take a minute. What
is measured is what the caller sees: from the click until the page can be used. Beside it, in the same run: the same
pages loading the sign-in page, and one caller alone. The browser and the site share the processors.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from bench.calls.__main__ import ROOT, drop, postgres, room, said
from tests.harness.chromium import FLAGS, executable

DATABASE = "reflexes_bench_desk"
PEOPLE = 5_000
THINK = (2.0, 6.0)
STEPS = 4
OUTCOMES = ("fine",) * 9 + ("no_answer",) * 8 + ("refused", "need", "need")
PATIENCE = 30_000
ALONE_SECONDS = 45
SIGN_IN_SECONDS = 20


def sign_in(pages: str) -> None:
    """Give the campaign a script and its callers a session; print the sessions. In a child process."""
    import django

    django.setup()
    from django.test import Client

    from reflexes.mechanisms.directory.factories import actor_for, make_person
    from reflexes.pistes.contact.proactive_desks.demo_script import default_steps
    from reflexes.pistes.contact.proactive_desks.models import CallerCard, Campaign
    from reflexes.pistes.contact.proactive_desks.services.scripts import do_begin_version, do_publish

    campaign = Campaign.objects.select_related("organisation", "dataset").get()
    boss = make_person("Boss", role="supervisor", organisation=campaign.organisation, email="boss@exemple.test")
    script = do_begin_version(actor=actor_for(boss), campaign=campaign, steps=default_steps())
    do_publish(actor=actor_for(boss), script=script)
    sessions = []
    for card in CallerCard.objects.select_related("person__user").order_by("pk")[: int(pages)]:
        client = Client()
        client.force_login(card.person.user)
        sessions.append(client.cookies["sessionid"].value)
    print(json.dumps(sessions))


@contextlib.contextmanager
def served(env: dict[str, str]) -> Iterator[str]:
    """Serve the site as ``reflexes demo`` does, with its worker, until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = {"env": env, "cwd": ROOT}
    subprocess.run([sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"], check=True, **run)  # type: ignore[call-overload]
    site = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-access-log", "--log-level", "warning"),
            "reflexes.config.wsgi:application",
        ],
        **run,  # type: ignore[call-overload]
    )
    worker = subprocess.Popen([sys.executable, "-m", "reflexes.config.cli", "worker"], **run)  # type: ignore[call-overload]
    try:
        address = f"http://127.0.0.1:{port}"
        for _try in range(200):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/compte/connexion/"):
                break
            time.sleep(0.1)
        yield address
    finally:
        for process in (site, worker):
            process.terminate()
        for process in (site, worker):
            process.wait(timeout=30)


@dataclass
class Seen:
    """What callers saw: milliseconds of each gesture, what they said, what went wrong."""

    took: list[float] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    cooled: int = 0
    errors: list[str] = field(default_factory=list)


async def think(dice: random.Random) -> None:
    """Take the time of a person, compressed."""
    await asyncio.sleep(dice.uniform(*THINK))


async def call(page: Any, site: str, until: float, seen: Seen, dice: random.Random) -> None:
    """Call one person after the other until the time is over; the last call is ended."""
    await page.goto(f"{site}/guichets/appeler/")
    while time.monotonic() < until:
        await think(dice)
        start = time.perf_counter()
        await page.locator("form[action$='/prendre/'] button").first.click()
        await page.locator("form[data-step] .actions button[value=next], [data-call-over]").first.wait_for(
            state="attached"
        )
        if not await page.locator("form[data-step]").count():
            # Twenty seconds pass between two calls: the desk says so, one asks again.
            seen.cooled += 1
            continue
        await page.locator("form[data-step] .actions button[value=next]").wait_for()
        seen.took.append((time.perf_counter() - start) * 1000)
        await think(dice)
        await page.locator("form[action$='/numero/'] button").click()
        await page.locator(".desk-who a[href^='tel:']").wait_for()
        for _step in range(STEPS):
            await think(dice)
            await answer(page)
        await think(dice)
        await end(page, seen, dice.choice(OUTCOMES))


async def answer(page: Any) -> None:
    """Answer the step that is asked, then go on."""
    asked = page.locator("[data-asked]")
    if await asked.locator("label.choice").count():
        await asked.locator("label.choice").first.click()
    elif await asked.locator("textarea").count():
        await asked.locator("textarea").fill("Les journées sont longues.")
    async with page.expect_navigation():
        await page.locator("form[data-step] .actions button[value=next]").click()


async def end(page: Any, seen: Seen, outcome: str) -> None:
    """Say what came of the call; written down once the page says that it is kept."""
    button = page.locator(f"button[name=outcome][value={outcome}]")
    form = page.locator("#fin form").filter(has=button)
    if outcome == "need":
        await page.locator("#fin details").filter(has=button).locator("summary").click()
        await form.locator("textarea").fill("Il me faudrait du pain.")
    start = time.perf_counter()
    async with page.expect_request("**/fin/") as sent:
        await button.click()
    # What left is what counts: a page that came meanwhile has another identifier than the one before.
    token = parse_qs((await sent.value).post_data or "")["client_key"][0]
    await page.wait_for_url("**/apres/")
    seen.ended.append((time.perf_counter() - start) * 1000)
    seen.said.append((token, outcome))


async def look(page: Any, site: str, until: float, waits: list[float], dice: random.Random) -> None:
    """Load the plain sign-in page again and again: what this machine gives to so many pages that ask for little."""
    while time.monotonic() < until:
        await think(dice)
        start = time.perf_counter()
        await page.goto(f"{site}/compte/connexion/")
        waits.append((time.perf_counter() - start) * 1000)


async def guarded(work: Any, seen: Seen) -> None:
    """Do the work of one page; what breaks is counted, and the others go on."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 (each kind of failure is one failed page)
        seen.errors.append(str(error).splitlines()[0])


async def crowd(site: str, sessions: list[str], seconds: int) -> dict[str, Any]:
    """Have all pages work at once, after one alone and after the plain page."""
    from playwright.async_api import async_playwright

    async with async_playwright() as tool:
        browser = await tool.chromium.launch(executable_path=executable(), args=FLAGS)
        pages = []
        for session in sessions:
            context = await browser.new_context(viewport={"width": 390, "height": 800})
            context.set_default_timeout(PATIENCE)
            pages.append(await context.new_page())
            await context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        dices = [random.Random(place) for place in range(len(pages))]
        plain: list[float] = []
        strangers = [await (await browser.new_context()).new_page() for _page in pages]
        until = time.monotonic() + SIGN_IN_SECONDS
        await asyncio.gather(
            *(look(page, site, until, plain, dice) for page, dice in zip(strangers, dices, strict=True))
        )
        for page in strangers:
            await page.context.close()
        alone, seen = Seen(), Seen()
        await guarded(call(pages[0], site, time.monotonic() + ALONE_SECONDS, alone, dices[0]), alone)
        until = time.monotonic() + seconds
        await asyncio.gather(
            *(guarded(call(page, site, until, seen, dice), seen) for page, dice in zip(pages, dices, strict=True))
        )
        await browser.close()
    return {"plain": plain, "alone": alone, "seen": seen}


def measure(url: str, folder: Path, pages: int, seconds: int) -> dict[str, Any]:
    """Return what so many pages saw on one database, and what the database says of it."""
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "REFLEXES_VAR": str(folder),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "DJANGO_SETTINGS_MODULE": "reflexes.config.settings",
        "REFLEXES_DEMO": "1",
    }
    said(room(env, "seed", str(PEOPLE), str(pages)))
    command = [sys.executable, "-m", "bench.calls.pages", "sign_in", str(pages)]
    sessions = json.loads(subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout)
    with served(env) as site:
        found = asyncio.run(crowd(site, sessions, seconds))
    log = folder / "said"
    log.mkdir()
    lines = found["alone"].said + found["seen"].said
    (log / "pages").write_text("".join(f"{token} {outcome}\n" for token, outcome in lines))
    return {**found, "found": said(room(env, "report", str(log)))}


def shown(waits: list[float]) -> str:
    """Return the median and the 95th percentile."""
    ranked = sorted(waits)
    return f"{statistics.median(ranked):.0f} / {ranked[int(len(ranked) * 0.95)]:.0f}" if ranked else "–"


def ratio(one: dict[str, Any], gesture: str) -> str:
    """Return how much slower a gesture is among all pages than alone, at the median."""
    crowded, alone = getattr(one["seen"], gesture), getattr(one["alone"], gesture)
    return f"x {statistics.median(crowded) / statistics.median(alone):.1f}" if crowded and alone else "–"


ROWS = {
    "calls made": lambda one: str(len(one["seen"].said)),
    "taking somebody, from the click to a usable page, ms: median / 95th": lambda one: shown(one["seen"].took),
    "saying what came of it, until it is kept, ms: median / 95th": lambda one: shown(one["seen"].ended),
    "pages that broke": lambda one: str(len(one["seen"].errors + one["alone"].errors)),
    "**called twice at once** (person or telephone)": lambda one: str(one["found"]["double"]),
    "**outcomes lost**": lambda one: str(one["found"]["lost"]),
    "needs told / cases opened": lambda one: f"{one['found']['needs']} / {one['found']['cases']}",
    "asked too soon after the last call, asked again": lambda one: str(one["seen"].cooled),
    "baseline, one caller alone, taking: median / 95th": lambda one: shown(one["alone"].took),
    "baseline, one caller alone, saying: median / 95th": lambda one: shown(one["alone"].ended),
    "all at once beside one alone: taking, saying": lambda one: f"{ratio(one, 'took')}, {ratio(one, 'ended')}",
    "baseline, as many pages loading the sign-in page: median / 95th": lambda one: shown(one["plain"]),
}


def main() -> None:
    """Measure what is there: a machine without PostgreSQL or without a browser says so."""
    pages, seconds = (int(one) for one in sys.argv[1:3]) if len(sys.argv) > 2 else (24, 120)
    if executable() is None:
        print("NOT RUN: pages of callers, because no Chromium is installed.\n")
        return
    found = {}
    with tempfile.TemporaryDirectory(prefix="reflexes-bench-") as folder:
        (Path(folder) / "sqlite").mkdir()
        (Path(folder) / "postgresql").mkdir()
        sqlite = Path(folder) / "sqlite"
        found["SQLite"] = measure(f"sqlite:///{sqlite}/bench.sqlite3", sqlite, pages, seconds)
        url = postgres(DATABASE)
        if url is None:
            print("NOT RUN: pages of callers on PostgreSQL, because no local server answers.\n")
        else:
            found["PostgreSQL"] = measure(url, Path(folder) / "postgresql", pages, seconds)
            drop(f"{url.rpartition('/')[0]}/postgres", DATABASE)
    print(f"### {pages} callers on {pages} pages of one Chromium, {seconds} seconds, {PEOPLE:,} people to call\n")
    print("| | " + " | ".join(found) + " |")
    print("|---" * (len(found) + 1) + "|")
    for name, cell in ROWS.items():
        print(f"| {name} | " + " | ".join(cell(one) for one in found.values()) + " |")
    for name, one in found.items():
        for error in sorted(set(one["seen"].errors + one["alone"].errors)):
            print(f"\n{name}: {error}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["sign_in"]:
        sign_in(sys.argv[2])
    else:
        main()
