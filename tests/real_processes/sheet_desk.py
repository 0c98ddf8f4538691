"""A sheet given to a worker that may be killed: ``python -m tests.real_processes.sheet_desk seed|watch|wait|report``."""

import json
import os
import sys
import time
from datetime import timedelta

import django

PEOPLE = 400


def seed() -> None:
    """Make the tables, a small town, and a confirmed sheet of people."""
    from django.core.management import call_command

    from reflexes.core import clock
    from reflexes.mechanisms.allocation.services.imports import do_confirm_import, do_read_import
    from reflexes.mechanisms.directory.acting import actor_of
    from reflexes.mechanisms.directory.models import Capacity, Organisation, Person, Skill, Unit

    call_command("migrate", verbosity=0)
    town = Organisation.objects.create(name="Town", kind="town")
    unit = Unit.objects.create(organisation=town, name="Home")
    Skill.objects.create(slug="accueil", label_fr="accueil")
    person = Person.objects.create(first_name="Claire", last_name="Cell")
    cell = actor_of(person, Capacity.objects.create(person=person, organisation=town, unit=unit, role="coordinator"))
    day = clock.today() + timedelta(days=7)
    lines = ["id;name;skills;half_days;unit;hard_wishes;email"]
    lines += [
        f"A{number};Agent {number};accueil;{day}/am|{day}/pm;Home;no_weekend;a{number}@example.org"
        for number in range(PEOPLE)
    ]
    imported, run = do_read_import(
        actor=cell, piste="micro_mobility", what="people", file_name="people.csv", content="\n".join(lines).encode()
    )
    if imported is None:
        raise SystemExit([str(problem) for problem in run.problems])
    do_confirm_import(actor=cell, imported=imported)


def watch() -> None:
    """Wait until a worker has written one batch more."""
    from reflexes.mechanisms.allocation.models import ImportLine

    before, ends = ImportLine.objects.count(), time.monotonic() + 30
    print("watching", flush=True)
    while ImportLine.objects.count() <= before and time.monotonic() < ends:
        time.sleep(0.01)


def wait() -> None:
    """Say what is there, then let the time pass that a job waits before it is tried again."""
    report()
    time.sleep(1.1)
    from reflexes.core import clock
    from reflexes.core.outbox.models import Job
    from reflexes.core.outbox.worker import reap

    reap()
    Job.objects.filter(state="waiting").update(run_at=clock.real_now())


def report() -> None:
    """Print what was written."""
    from reflexes.mechanisms.allocation.models import FreeHalfDay, Import, ImportLine, Offer
    from reflexes.mechanisms.directory.models import Person

    agents = Person.objects.filter(last_name__regex=r"^\d+$")
    found = {
        "state": Import.objects.get().state,
        "kept_content": len(bytes(Import.objects.get().content)),
        "people": agents.count(),
        "names": agents.values("last_name").distinct().count(),
        "offers": Offer.objects.count(),
        "half_days": FreeHalfDay.objects.count(),
        "lines": ImportLine.objects.count(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    {"seed": seed, "watch": watch, "wait": wait, "report": report}[sys.argv[1]]()
