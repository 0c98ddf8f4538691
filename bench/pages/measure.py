"""Ask for each page of each role on one database, in this process: median, 95th percentile, questions asked, bytes.

A page is asked for once to warm up, once to count its queries, then again until ``TIMES`` or ``SECONDS`` are reached.
Wall time is what a reader waits for; the processor time of this process is beside it, for a machine that others use.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from bench.pages import instance, work
from bench.pages.pages import PAGES, Page, known

TIMES, SECONDS = 25, 4.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one page costs."""

    role: str
    page: str
    peer: str
    median: float
    p95: float
    cpu: float
    queries: int
    bytes: int
    slowest: str


def measured(client: Client, page: Page, address: str) -> Row:
    """Ask for ``address`` until enough is known of it; anything but a page is a fault of the benchmark."""
    started = time.perf_counter()
    first = client.get(address)
    if first.status_code != 200:
        raise SystemExit(f"{page.role} {page.name} {address}: answered {first.status_code} {first.headers}")
    size = len(b"".join(first.streaming_content)) if first.streaming else len(first.content)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    # Read at once: the next request forgets them.
    queries = asked.captured_queries
    slowest = max(queries, key=lambda one: float(one["time"]), default={"time": 0, "sql": ""})
    wall, cpu = [], []
    while len(wall) < TIMES and (len(wall) < 3 or time.perf_counter() - started < SECONDS):
        before, spent = time.perf_counter(), time.process_time()
        client.get(address)
        wall.append(1000 * (time.perf_counter() - before))
        cpu.append(1000 * (time.process_time() - spent))
    high = statistics.quantiles(wall, n=20)[-1]
    told = f"{slowest['time']} s: {slowest['sql'][:4000]}"
    return Row(
        page.role, page.name, page.peer, statistics.median(wall), high, statistics.median(cpu), len(queries), size, told
    )


def asked_for(users: dict[str, int]) -> list[Row]:
    """Measure every page whose address exists here."""
    things = known()
    clients = {}
    for role, user in users.items():
        clients[role] = Client(headers={"accept-language": "fr"})
        clients[role].force_login(instance.User.objects.get(pk=user))
    rows = []
    for page in PAGES:
        try:
            address = reverse(page.view, args=[things[name] for name in page.args]) + page.query.format(**things)
        except NoReverseMatch:
            print(f"absent: {page.name}", file=sys.stderr)
            continue
        row = measured(clients[page.role], page, address)
        rows.append(row)
        print(
            f"{row.role:12} {row.page:34} {row.median:8.1f} {row.p95:8.1f} {row.cpu:8.1f} {row.queries:4} "
            f"{row.bytes:9,}",
            file=sys.stderr,
        )
    return rows


def build(out: str, people: str, needs: str) -> None:
    """Build the territory and do the long work; write what is known of both to ``out``."""
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    cast = instance.build(int(people), int(needs))
    built = time.perf_counter() - began
    works = [asdict(one) for one in work.measured()]
    kept = {"vendor": connection.vendor, "built": built, "mark": instance.mark(), "users": cast.users, "works": works}
    Path(out).write_text(json.dumps(kept), encoding="utf-8")


def pages(out: str) -> None:
    """Measure the pages of what ``build`` made; add them to ``out``."""
    kept = json.loads(Path(out).read_text(encoding="utf-8"))
    kept["pages"] = [asdict(one) for one in asked_for(kept["users"])]
    Path(out).write_text(json.dumps(kept), encoding="utf-8")
