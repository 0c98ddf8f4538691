"""The web server killed with -9 while a coordinator sends a wave and a host saves a need: all of it or nothing."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from reflexes.core.acting import Actor
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.worker import run_all
from reflexes.mechanisms.allocation.factories import half_days, next_monday
from reflexes.mechanisms.allocation.models import Assignment, Need, Plan, Slot, Wave
from reflexes.mechanisms.allocation.services.plans import do_request_plan
from reflexes.mechanisms.directory.acting import actor_of
from reflexes.mechanisms.directory.models import Capacity
from reflexes.mechanisms.journal import services as journal
from reflexes.mechanisms.journal.models import Entry
from reflexes.pistes.resources.micro_mobility import demo
from reflexes.web.forms import key_of

FIELD = re.compile(r"<input[^>]*?>")
NAMED = re.compile(r'(name|value|type)="([^"]*)"')
INTERRUPTED = (OSError, http.client.HTTPException)


class Browser:
    """The smallest browser: one person's session, forms with their tokens, no more."""

    def __init__(self, port: int, capacity: Capacity) -> None:
        client = Client()
        client.force_login(capacity.person.user)
        self.port = port
        self.cookies = {"sessionid": client.cookies["sessionid"].value}

    def ask(self, method: str, path: str, fields: list[tuple[str, str]] | None = None) -> tuple[int, str]:
        """Return the status and the text of one answer; an answer that does not come raises."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body=urlencode(fields) if fields is not None else None, headers=headers)
            response = connection.getresponse()
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    key, _equals, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return response.status, response.read().decode()
        finally:
            connection.close()

    def fields_of(self, path: str) -> list[tuple[str, str]]:
        """Return the inputs of the forms of a page, as they would be sent with every box empty."""
        status, text = self.ask("GET", path)
        assert status == 200, f"{status} on {path}"
        found = []
        for tag in FIELD.findall(text):
            given = {name: unescape(value) for name, value in NAMED.findall(tag)}
            if "name" in given and given.get("type") not in {"checkbox", "radio"}:
                found.append((given["name"], given.get("value", "")))
        return found

    def pace(self, path: str) -> float:
        """Return how long this machine takes for a page like the one that will be cut: the second time, once warm."""
        self.ask("GET", path)
        begun = time.monotonic()
        self.ask("GET", path)
        return time.monotonic() - begun

    def boxes_of(self, path: str, name: str) -> list[tuple[str, str]]:
        """Return every box called ``name`` of a page, ticked."""
        text = self.ask("GET", path)[1]
        return re.findall(rf'type="checkbox" name="({name})" value="([^"]*)"', text)


class Site:
    """The real web server: granian and its one process, started again after each end."""

    def __init__(self, env: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.env, self.process = env, self._start(env)

    def _start(self, env: dict[str, str]) -> "subprocess.Popen[bytes]":
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"),
            *("--port", str(self.port), "--workers", "1", "--no-access-log", "--log-level", "error"),
            "reflexes.config.wsgi:application",
        ]
        # A group of its own: its end is the end of the server and of the process that answers, at the same instant.
        process = subprocess.Popen(
            command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            assert process.poll() is None, "The server stopped by itself."
            with suppress(*INTERRUPTED):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/")
                connection.getresponse().read()
                connection.close()
                return process
            time.sleep(0.05)
        raise AssertionError("The server does not answer.")

    def kill(self) -> None:
        """End everything at once, with -9."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        """Serve the same address."""
        self.process = self._start(self.env)


@pytest.fixture
def site(child_env: dict[str, str]) -> Iterator[Site]:
    manage = [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(manage, env=child_env, check=True, capture_output=True, timeout=120)
    # The plan of the demo leaves in one wave.
    site = Site({**child_env, "REFLEXES_SITE_URL": "http://127.0.0.1", "REFLEXES_WAVE_AT_ONCE": "500"})
    yield site
    site.kill()


@contextmanager
def killed_meanwhile(site: Site, after: float, cut: list[bool]) -> Iterator[None]:
    """Kill the server ``after`` some time; note whether what was going on got no answer, and start it again."""
    killer = threading.Timer(after, site.kill)
    killer.start()
    try:
        yield
    except INTERRUPTED:
        cut.append(True)
    else:
        cut.append(False)
    killer.join()
    site.start_again()


def moments(pace: float, cut: list[bool]) -> Iterator[float]:
    """Yield when to kill next: early first, later while no answer comes, until one comes before the kill.

    How long an answer takes depends on the machine and on what else it does: a miss only brings the next kill forward,
    as long as fewer than two fell in the middle.
    """
    after = pace * 0.15
    for _attempt in range(14):
        yield after
        if not cut[-1] and sum(cut) >= 2:
            return
        after *= 1.5 if cut[-1] else 0.4


def acting(role: str, **limits: Any) -> tuple[Capacity, Actor]:
    capacity = Capacity.objects.filter(role=role, **limits).select_related("person__user").order_by("pk")[0]
    return capacity, actor_of(capacity.person, capacity)


def wave_is_whole(lines: int) -> bool:
    """See that all of the wave is there, or none of it; tell which."""
    proposed = Assignment.objects.filter(state="proposed")
    count = proposed.count()
    assert count in {0, lines}
    assert Wave.objects.count() == (1 if count else 0)
    assert Job.objects.filter(kind="micro_mobility.proposed").count() == count
    pairs = Counter(proposed.values_list("person_id", "slot_id"))
    assert [pair for pair, times in pairs.items() if times > 1] == []
    assert Entry.objects.filter(verb="allocation.wave_sent").count() == (1 if count else 0)
    return bool(count)


def test_a_wave_posted_to_a_server_that_is_killed_leaves_once_and_whole(site: Site) -> None:
    demo.seed()
    capacity, coordinator = acting("coordinator")
    plan = do_request_plan(
        actor=coordinator, starts_on=next_monday(), ends_on=next_monday() + timedelta(days=13), seed=1
    )
    run_all()
    plan = Plan.objects.get(pk=plan.pk, state="ready")
    lines = plan.lines.filter(kept=False).count()
    assert lines > 50
    desk = Browser(site.port, capacity)
    page, send = f"/micro-mobilite/plans/{plan.number}/vague/", f"/micro-mobilite/plans/{plan.number}/vague/envoyer/"

    def form() -> list[tuple[str, str]]:
        return desk.fields_of(page) + desk.boxes_of(page, "looked")

    pace, cut = desk.pace(page), list[bool]()
    for after in moments(pace, cut):
        wave = form()
        with killed_meanwhile(site, after, cut):
            desk.ask("POST", send, wave)
        if wave_is_whole(lines):
            break
    assert sum(cut) >= 2, "Too few kills fell in the middle of an answer."

    # Whoever saw no answer presses again, twice: what left does not leave again.
    statuses = [desk.ask("POST", send, wave)[0] for _again in range(2)]
    assert wave_is_whole(lines)
    assert statuses[-1] == 409
    run_all()
    assert not Job.objects.filter(state="dead").exists()
    journal.seal()
    assert journal.verify().ok


def test_a_need_saved_on_a_server_that_is_killed_is_never_half_written(site: Site) -> None:
    demo.seed()
    capacity, _host = acting("host", organisation__places__isnull=False)
    desk = Browser(site.port, capacity)
    before = Need.objects.count()
    new, cut = "/micro-mobilite/besoins/nouveau/page-blanche/", list[bool]()
    pace = desk.pace(new)
    what = [("kind", "food_aid"), ("title", "Colis"), ("tasks", "Trier."), ("priority", "2")]

    token = [field for field in desk.fields_of(new) if field[0] == "csrfmiddlewaretoken"][:1]
    for after in moments(pace, cut):
        with killed_meanwhile(site, after, cut):
            desk.ask("POST", new, token + what)
    stated = Entry.objects.filter(verb="allocation.need_stated", object_key__in=keys_of_drafts())
    assert stated.count() == Need.objects.count() - before
    status, _text = desk.ask("POST", new, token + what)
    assert status == 302

    need = Need.objects.latest("pk")
    first = need.version
    step = f"/micro-mobilite/besoins/{need.pk}/etape/quand/"
    days = half_days(16, start=next_monday())
    one, other = set(days[:8]), set(days[4:])
    assert sum(cut) >= 2, "Too few kills fell in the middle of an answer."
    cut.clear()
    for attempt, after in enumerate(moments(pace, cut)):
        wanted = (one, other)[attempt % 2]
        ticked = [("half_days", key_of((day, half))) for day, half in sorted(wanted)]
        form = [field for field in desk.fields_of(step) if field[0] in {"csrfmiddlewaretoken", "seen", "since"}]
        with killed_meanwhile(site, after, cut):
            desk.ask("POST", step, [*form[:3], *ticked, ("until", "")])
        asked = set(Slot.objects.filter(need=need).values_list("day", "half"))
        assert asked in (set(), one, other)
        need.refresh_from_db()
        told = Entry.objects.filter(verb="allocation.need_changed", object_key=str(need.pk)).count()
        assert need.version == first + told
    assert sum(cut) >= 2, "Too few kills fell in the middle of an answer."

    form = [field for field in desk.fields_of(step) if field[0] in {"csrfmiddlewaretoken", "seen", "since"}]
    ticked = [("half_days", key_of((day, half))) for day, half in sorted(one)]
    assert desk.ask("POST", step, [*form[:3], *ticked, ("until", "")])[0] == 302
    assert set(Slot.objects.filter(need=need).values_list("day", "half")) == one
    journal.seal()
    assert journal.verify().ok


def keys_of_drafts() -> list[str]:
    return [str(pk) for pk in Need.objects.filter(state="draft").values_list("pk", flat=True)]
