"""``reflexes worker`` as a real process: it stops gracefully, and stops by itself when asked to."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from reflexes.core.notifications.models import Message, State
from reflexes.core.notifications.services import Recipient, notify
from reflexes.core.outbox.models import Job
from reflexes.core.outbox.models import State as JobState

WORKER = [sys.executable, "-m", "reflexes.config.commands.worker"]


@pytest.fixture
def environment(child_env: dict[str, str]) -> dict[str, str]:
    return {**child_env, "REFLEXES_PISTES_OFF": ""}


def tell(number: int) -> Message:
    recipient = Recipient(None, "Amina", phone="0612345678", channel="text")
    return notify(recipient, subject="Jeudi", body="Venez-vous ?", key=f"ask:{number}", calm=False)


def test_once_does_what_is_due_and_stops(environment: dict[str, str]) -> None:
    message = tell(1)

    done = subprocess.run([*WORKER, "--once"], env=environment, timeout=60, check=True, capture_output=True)

    message.refresh_from_db()
    assert message.state == State.SENT
    assert "ERROR" not in done.stderr.decode()
    assert not Job.objects.filter(kind="notifications.tidy").exclude(state=JobState.DONE).exists()


def test_it_stops_by_itself_after_some_seconds(environment: dict[str, str]) -> None:
    started = time.monotonic()

    subprocess.run([*WORKER, "--max-seconds", "0.5"], env=environment, timeout=60, check=True, capture_output=True)

    assert time.monotonic() - started < 30


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_leaves_nothing_half_done(environment: dict[str, str], number: signal.Signals) -> None:
    messages = [tell(each) for each in range(200)]
    worker = subprocess.Popen(WORKER, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: Message.objects.filter(state=State.SENT).count() >= 3)
        worker.send_signal(number)

        assert worker.wait(timeout=30) == 0
    finally:
        worker.kill()
        worker.wait()
    states = set(Job.objects.values_list("state", flat=True))
    assert states <= {JobState.WAITING, JobState.DONE}
    assert Message.objects.filter(state__in=(State.SENT, State.WAITING)).count() == len(messages)


def wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not true():
        assert time.monotonic() < ends, "The worker did not do its work in time."
        time.sleep(0.05)
