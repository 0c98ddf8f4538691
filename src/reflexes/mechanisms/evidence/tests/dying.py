"""A dataset in processes that may be killed: ``python -m reflexes.mechanisms.evidence.tests.dying seed``, then…

``seed`` writes a closed dataset of three rows; ``destroy MOMENT`` destroys it and dies of ``kill -9`` at that moment
(``before`` the job is written, ``after`` the commit and before the key goes, ``never``); ``work`` is the worker;
``report`` prints what there is.
"""

import json
import os
import signal
import sys

import django

ROWS = "rows_of_a_piste"


def seed() -> None:
    """Make a dataset that is over, and its rows in a table of their own."""
    from django.db import connection

    from reflexes.core import clock, keyring
    from reflexes.mechanisms.directory.models import Capacity, Organisation, Person
    from reflexes.mechanisms.evidence.factories import whole
    from reflexes.mechanisms.evidence.models import Dataset

    town = Organisation.objects.create(name="Town", kind="town")
    person = Person.objects.create(first_name="Sonia", last_name="Keeper")
    Capacity.objects.create(person=person, organisation=town, role="supervisor")
    key = keyring.make()
    now = clock.now()
    Dataset.objects.create(
        **whole(), slug="calls", controller=town, owner=person, state="closed", key=key, opened_at=now, closed_at=now
    )
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {ROWS} (sealed text NOT NULL)")
        for name in ("Schaal", "Muller", "Weber"):
            cursor.execute(f"INSERT INTO {ROWS} VALUES (%s)", [keyring.take(key).seal({"last_name": name})])


def shed(_dataset: object) -> dict[str, int]:
    """Delete every row."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {ROWS}")
        return {"people": cursor.rowcount}


def die(*_words: object, **_named: object) -> None:
    """Die as a machine that is unplugged."""
    os.kill(os.getpid(), signal.SIGKILL)


def destroy(moment: str) -> None:
    """Destroy the dataset, and die at ``moment``."""
    from reflexes.core import keyring
    from reflexes.mechanisms.directory.acting import actor_of
    from reflexes.mechanisms.directory.models import Capacity
    from reflexes.mechanisms.evidence.models import Dataset
    from reflexes.mechanisms.evidence.services import destruction, holdings

    capacity, dataset = Capacity.objects.get(), Dataset.objects.get()
    holdings.register(dataset.piste, holdings.Keeper(lambda _dataset, _phone: [], shed, {}))
    if moment == "before":
        destruction.enqueue = die  # type: ignore[assignment]
    elif moment == "after":
        keyring.destroy = die
    destruction.do_destroy(actor=actor_of(capacity.person, capacity), dataset=dataset, why="The campaign is over.")


def work() -> None:
    """Do what waits."""
    from reflexes.core.outbox import worker

    worker.run_all()


def report() -> None:
    """Print what there is."""
    from django.db import connection

    from reflexes.core import keyring
    from reflexes.mechanisms.evidence.models import Dataset, Destruction, Remains

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {ROWS}")
        rows = cursor.fetchone()[0]
    dataset = Dataset.objects.get()
    said = {
        "rows": rows,
        "state": dataset.state,
        "key": keyring.holds(dataset.key),
        "records": Destruction.objects.count(),
        "burnt": Destruction.objects.exclude(key_gone_at=None).count(),
        "figures": sum(Remains.objects.order_by("pk").values_list("number", flat=True)),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    {"seed": seed, "destroy": destroy, "work": work, "report": report}[sys.argv[1]](*sys.argv[2:])
