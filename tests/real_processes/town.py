"""The demo town in a process that may be killed: ``python -m tests.real_processes.town seed|ask|wait|send|report``."""

import json
import os
import sys
from collections import Counter
from datetime import timedelta

import django


def coordinator():  # type: ignore[no-untyped-def]
    """Return somebody of the cell, acting."""
    from reflexes.mechanisms.directory.acting import actor_of
    from reflexes.mechanisms.directory.models import Capacity

    capacity = Capacity.objects.filter(role="coordinator").order_by("pk")[0]
    return actor_of(capacity.person, capacity)


def seed() -> None:
    """Make the tables and the demo territory."""
    from django.core.management import call_command

    from reflexes.pistes.resources.micro_mobility import demo

    call_command("migrate", verbosity=0)
    demo.seed()


def ask() -> None:
    """Ask for a plan of the fortnight."""
    from reflexes.mechanisms.allocation.models import Slot
    from reflexes.mechanisms.allocation.services.plans import do_request_plan

    first = Slot.objects.filter(need__state="open").order_by("day")[0].day
    do_request_plan(actor=coordinator(), starts_on=first, ends_on=first + timedelta(days=13), seed=1)


def wait() -> None:
    """Let the time pass that a job waits before it is tried again."""
    from reflexes.core import clock
    from reflexes.core.outbox.models import Job
    from reflexes.core.outbox.worker import reap

    reap()
    Job.objects.filter(state="waiting").update(run_at=clock.real_now())


def send() -> None:
    """Send the wave of the plan that is ready."""
    from reflexes.core.errors import Refusal
    from reflexes.mechanisms.allocation.models import Plan
    from reflexes.mechanisms.allocation.services.waves import do_send_wave

    print("sending", flush=True)
    try:
        do_send_wave(actor=coordinator(), plan=Plan.objects.filter(state="ready").order_by("pk")[0])
    except Refusal as refusal:
        print(refusal.code)


def report() -> None:
    """Print what is in the database: plans, proposals, the messages they made, the journal."""
    from reflexes.core.notifications.models import Message
    from reflexes.core.outbox.models import Job
    from reflexes.mechanisms.allocation.models import Assignment, Plan, PlanLine, Wave
    from reflexes.mechanisms.journal import services as journal

    journal.seal()
    proposed = Assignment.objects.filter(state="proposed")
    pairs = Counter(proposed.values_list("person_id", "slot_id"))
    said = {
        "plans": list(Plan.objects.order_by("pk").values_list("state", flat=True)),
        "lines": PlanLine.objects.filter(kept=False).count(),
        "waves": Wave.objects.count(),
        "proposals": proposed.count(),
        "asked_twice": [pair for pair, times in pairs.items() if times > 1],
        "orphans": proposed.filter(wave=None).count(),
        "announcements": Job.objects.filter(kind="micro_mobility.proposed").count(),
        "messages": Message.objects.filter(key__startswith="micro_mobility.proposed").count(),
        "dead": sorted(Job.objects.filter(state="dead").values_list("kind", flat=True)),
        "journal_ok": journal.verify().ok,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    {"seed": seed, "ask": ask, "wait": wait, "send": send, "report": report}[sys.argv[1]]()
