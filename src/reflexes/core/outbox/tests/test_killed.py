"""Real workers killed with -9 while mails leave: each mail arrives at most once, and none is lost (issue 2, 6)."""

import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from reflexes.core.notifications.models import Message
from reflexes.core.notifications.services import Recipient, notify

MAILS = 160
WORKERS = 2
KILLING_SECONDS = 12
SEED = 20261123


class Server:
    """A mail server that counts what arrives, and now and then has the workers killed at the worst moment."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.kills = 0
        self.port = 0
        self.dice = random.Random(SEED)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fate = self.dice.random()
        if fate < 0.03:
            self.kill_all()
            return "451 killed before it was taken"
        self.arrived[envelope.rcpt_tos[0]] += 1
        if fate < 0.06:
            self.kill_all()
        return "250 taken"

    def kill_all(self) -> None:
        """Kill every worker with -9, whatever it is doing."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
                self.kills += 1


@pytest.fixture
def server() -> Iterator[Server]:
    kept = Server()
    controller = Controller(kept, hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    try:
        kept.port = controller.port
        yield kept
    finally:
        controller.stop()


@pytest.fixture
def surroundings(child_env: dict[str, str], server: Server) -> dict[str, str]:
    return {**child_env, "REFLEXES_SMTP_HOST": "127.0.0.1", "REFLEXES_SMTP_PORT": str(server.port)}


def test_workers_killed_while_mails_leave_lose_nothing_and_send_nothing_twice(
    server: Server, surroundings: dict[str, str]
) -> None:
    write_mails(MAILS)
    dice = random.Random(SEED)

    ends = time.monotonic() + KILLING_SECONDS
    while time.monotonic() < ends:
        server.workers = [worker for worker in server.workers if worker.poll() is None]
        while len(server.workers) < WORKERS:
            server.workers.append(worker_process(surroundings))
        time.sleep(dice.uniform(0.2, 1.2))
        if dice.random() < 0.3:
            victim = dice.choice(server.workers)
            if victim.poll() is None:
                victim.kill()
                server.kills += 1
    server.kill_all()
    for worker in server.workers:
        worker.wait()
    server.dice = _AlwaysKind()
    time.sleep(1.1)  # the leases of the dead end
    worker_process(surroundings, "--once").wait(timeout=60)

    fates = list(Message.objects.order_by("id").values_list("email", "state", "job__state"))
    states = Counter(state for _email, state, _job in fates)
    assert server.kills >= 5
    assert len(fates) == MAILS
    assert set(states) <= {"sent", "uncertain"}, states
    assert max(server.arrived.values()) == 1
    for email, state, job_state in fates:
        assert job_state == {"sent": "done", "uncertain": "uncertain"}[state]
        assert state == "uncertain" or server.arrived[email] == 1, f"{email} is said to be sent and never arrived"
    assert 1 <= states["uncertain"] <= server.kills


def worker_process(surroundings: dict[str, str], *options: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "reflexes.config.commands.worker", "--lease-seconds", "1", *options],
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def write_mails(count: int) -> None:
    for number in range(count):
        notify(
            Recipient(None, f"Person {number}", email=f"person{number}@example.org"),
            subject=f"Mail {number}",
            body="Hello",
            key=f"killed:{number}",
        )


class _AlwaysKind(random.Random):
    def random(self) -> float:
        return 1.0


def _free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port: int = tried.getsockname()[1]
        return port
