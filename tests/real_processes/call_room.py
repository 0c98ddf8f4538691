"""A room of callers in processes that may be killed: ``python -m tests.real_processes.call_room seed 600 20``, then…

``call DIR 3 600`` has the fourth caller take people and say what came of each call, 600 times at most; a line is
written in DIR before a call and after it. ``naive 3 100`` takes people the way one must not. ``burst 150 20`` has so
many callers ask at the same moment through 20 processes, ``hold`` takes its turn to write and keeps it; ``report DIR``
confronts the lines with the database; ``measure`` times supervision, ``purge`` the end.
Callers take no breath between two calls unless it is asked for: it is far harsher than people are.
"""

import itertools
import json
import multiprocessing
import os
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import django

SHARED_EVERY = 10
OUTCOMES = ("fine",) * 11 + ("no_answer",) * 7 + ("need", "refused")
SILENCE = timedelta(minutes=21)


def seed(people: str, callers: str) -> None:
    """Make the tables, an open campaign with its people (one in ten shares a telephone), and its callers."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    furnish(people, callers)


def furnish(people: str, callers: str) -> None:
    """Write a campaign in the tables that are there; calls are allowed at any hour."""
    from reflexes.core import clock, keyring
    from reflexes.mechanisms.directory.factories import make_commune, make_organisation, make_person
    from reflexes.pistes.contact.proactive_desks.factories import make_campaign
    from reflexes.pistes.contact.proactive_desks.models import Batch, Callee, CallerCard, WiderHours

    town = make_organisation("Town")
    campaign = make_campaign(town)
    WiderHours.objects.create(campaign=campaign, why="Bench", until=clock.now() + timedelta(days=6))
    batch = Batch.objects.create(campaign=campaign, file_name="people.csv", state="taken")
    key, commune, dice = keyring.take(campaign.dataset.key), make_commune(), random.Random(5)
    rows = []
    for number in range(int(people)):
        phone = f"+33{600_000_000 + number - (number % SHARED_EVERY == 1):09}"
        facts = {"last_name": f"Person {number}", "phone": phone, "address": "1 rue du Marché"}
        rank = dice.randrange(17)
        rows.append(
            Callee(
                campaign=campaign,
                batch=batch,
                identity=key.seal(facts),
                phone_digest=key.digest(phone),
                commune=commune,
                priority=rank,
                rank=rank,
                difficulty=1 + (number % 7 == 0),
            )
        )
    Callee.objects.bulk_create(rows, batch_size=1000)
    for _caller in range(int(callers)):
        person = make_person("Caller", role="caller", organisation=town)
        CallerCard.objects.create(campaign=campaign, person=person, level=2)


def room():  # type: ignore[no-untyped-def]
    """Return the campaign and its callers, acting, who take no breath."""
    from reflexes.mechanisms.directory.factories import actor_for
    from reflexes.pistes.contact.proactive_desks.models import CallerCard, Campaign
    from reflexes.pistes.contact.proactive_desks.services import leases

    leases.COOLDOWN = timedelta(0)
    campaign = Campaign.objects.select_related("dataset", "organisation").get()
    return campaign, [actor_for(card.person) for card in CallerCard.objects.select_related("person").order_by("pk")]


def call(folder: str, part: str, times: str, later: str = "", every: str = "0") -> None:
    """Call people one after the other; ``later`` begins once those who were killed have gone silent.

    ``every`` so many seconds on average, drawn as arrivals are: without it, nobody takes a breath.
    """
    from reflexes.core import clock
    from reflexes.pistes.contact.proactive_desks.models import Lease
    from reflexes.pistes.contact.proactive_desks.services.leases import do_claim
    from reflexes.pistes.contact.proactive_desks.services.outcomes import Said, do_end

    campaign, callers = room()
    actor, dice, waits = callers[int(part)], random.Random(f"{part}{later}"), []
    with clock.shifted(SILENCE if later else timedelta(0)), Path(folder, f"{part}{later}").open("a") as log:
        for _time in range(int(times)):
            if float(every):
                time.sleep(dice.expovariate(1 / float(every)))
            start = time.perf_counter()
            lease = do_claim(actor=actor, campaign=campaign)
            waits.append(round((time.perf_counter() - start) * 1000, 2))
            if not isinstance(lease, Lease):
                break
            token, outcome = uuid.uuid4(), dice.choice(OUTCOMES)
            said = Said(outcome, words="Du pain." if outcome == "need" else "")
            do_end(actor=actor, lease_key=lease.key, client_key=token, said=said)
            # Written once it is said: from here on, it may not be lost.
            print(token, outcome, file=log, flush=True)
            print(lease.pk, flush=True)
    print(json.dumps({"waits": waits}))


def naive(part: str, times: str) -> None:
    """Take people as one must not: look, then write; print whom. Nothing holds the row in between."""
    from reflexes.pistes.contact.proactive_desks.models import Callee

    campaign, _callers = room()
    ready = Callee.objects.filter(campaign=campaign, state="ready").order_by("-rank", "pk")
    taken = []
    for _time in range(int(times)):
        callee = ready.first()
        if callee is None:
            break
        Callee.objects.filter(pk=callee.pk).update(state="leased")
        taken.append(callee.pk)
    print(json.dumps(taken))


def burst(callers: str, processes: str) -> None:
    """Have so many callers ask at the same moment, through processes that have served before; print who and when."""
    from django.db import connections, transaction

    from reflexes.core import keyring
    from reflexes.pistes.contact.proactive_desks.models import Lease
    from reflexes.pistes.contact.proactive_desks.services.leases import do_claim

    campaign, actors = room()
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    start, answers = fork.Barrier(int(processes)), fork.SimpleQueue()

    def serve(place: int) -> None:
        keyring.take(campaign.dataset.key)
        campaign.refresh_from_db()
        with transaction.atomic():
            do_claim(actor=actors[place], campaign=campaign)
            transaction.set_rollback(True)
        start.wait()
        began = time.perf_counter()
        for actor in actors[place : int(callers) : int(processes)]:
            lease = do_claim(actor=actor, campaign=campaign)
            # What a caller waits for begins when everybody asks, not when their turn comes.
            answers.put((time.perf_counter() - began, lease.callee_id if isinstance(lease, Lease) else lease.why))
        connections.close_all()

    crowd = [fork.Process(target=serve, args=(place,)) for place in range(int(processes))]
    for one in crowd:
        one.start()
    said = [answers.get() for _one in range(int(callers))]
    for one in crowd:
        one.join()
    served = [whom for _wait, whom in said if isinstance(whom, int)]
    print(json.dumps({"served": len(served), "different": len(set(served)), "last": max(wait for wait, _whom in said)}))


def hold() -> None:
    """Take one's turn to write and never leave it: whoever starts this kills it."""
    from django.db import transaction

    from reflexes.core.turnstile import my_turn

    # Asked again inside one's own transaction, a turn waits for nobody.
    with my_turn(), transaction.atomic(), my_turn():
        print("in", flush=True)
        time.sleep(600)


def report(folder: str) -> None:
    """Print what the database says beside what the callers wrote down."""
    from reflexes.mechanisms.casework.models import Case
    from reflexes.pistes.contact.proactive_desks.models import Callee, LateNote, Lease

    said = dict(line.split() for path in Path(folder).iterdir() for line in path.read_text().splitlines())
    kept = {
        str(key): outcome
        for key, outcome in Lease.objects.exclude(client_key=None).values_list("client_key", "outcome")
    }
    late = {str(key): outcome for key, outcome in LateNote.objects.values_list("client_key", "outcome")}
    rings: dict[str, list[tuple[object, object]]] = {}
    for digest, opened, closed in Lease.objects.order_by("opened_at", "pk").values_list(
        "phone_digest", "opened_at", "closed_at"
    ):
        rings.setdefault(digest, []).append((opened, closed))
    doubles = sum(
        before[1] is None or after[0] < before[1]  # type: ignore[operator]
        for calls in rings.values()
        for before, after in itertools.pairwise(calls)
    )
    print(
        json.dumps(
            {
                "said": len(said),
                "lost": sum((kept | late).get(key) != outcome for key, outcome in said.items()),
                "double": doubles,
                "open": Lease.objects.filter(closed_at=None).count(),
                "silent": Lease.objects.filter(closing="silent").count(),
                "unclosed": Callee.objects.filter(state="leased").count()
                - Lease.objects.filter(closed_at=None).count(),
                "needs": sum(outcome == "need" for outcome in kept.values()),
                "cases": Case.objects.count(),
                "outcomes": Counter(kept.values()),
                "ready": Callee.objects.filter(state="ready").count(),
            }
        )
    )


def measure() -> None:
    """Print how long the whole campaign takes to be counted, and the sheet of a morning: milliseconds, median of nine."""
    from reflexes.core import clock
    from reflexes.mechanisms.directory.factories import actor_for, make_person
    from reflexes.pistes.contact.proactive_desks.models import Callee, Lease
    from reflexes.pistes.contact.proactive_desks.services.morning import compose
    from reflexes.pistes.contact.proactive_desks.services.supervision import standing

    campaign, _callers = room()
    director = actor_for(make_person("Director", role="director", organisation=campaign.organisation, account=False))
    tomorrow = clock.today() + timedelta(days=1)

    def median(work: Callable[[], object]) -> float:
        waits = []
        for _time in range(9):
            start = time.perf_counter()
            work()
            waits.append((time.perf_counter() - start) * 1000)
        return sorted(waits)[4]

    print(
        json.dumps(
            {
                "median": median(lambda: standing(campaign)),
                "morning": median(lambda: compose(director, tomorrow)),
                "people": Callee.objects.count(),
                "leases": Lease.objects.count(),
            }
        )
    )


def fill(each: str) -> None:
    """Write so many ended calls for each person, as a whole campaign leaves them."""
    from reflexes.core import clock
    from reflexes.pistes.contact.proactive_desks.models import Callee, Lease

    campaign, callers = room()
    now = clock.now()
    rows = Callee.objects.filter(campaign=campaign, state="ready").order_by("pk").values_list("pk", "phone_digest")
    batch = []
    for pk, digest in rows.iterator(chunk_size=5000):
        for turn in range(int(each)):
            batch.append(
                Lease(
                    campaign=campaign,
                    callee_id=pk,
                    caller_id=callers[pk % len(callers)].person_id,
                    phone_digest=digest,
                    until=now,
                    closed_at=now,
                    closing="said",
                    outcome="fine" if turn else "no_answer",
                )
            )
    Lease.objects.bulk_create(batch, batch_size=1000)


def purge() -> None:
    """Delete the campaign; print how long it took and what remains."""
    from reflexes.mechanisms.casework.models import Referral
    from reflexes.pistes.contact.proactive_desks.models import Callee, Lease
    from reflexes.pistes.contact.proactive_desks.services.holdings import shed

    campaign, _callers = room()
    Referral.objects.update(state="closed", told="Done.")
    start = time.perf_counter()
    figures = shed(campaign.dataset)
    seconds = time.perf_counter() - start
    left = Callee.objects.count() + Lease.objects.count()
    print(json.dumps({"seconds": seconds, "left": left, "figures": figures}))


ORDERS = {
    "seed": seed,
    "furnish": furnish,
    "call": call,
    "naive": naive,
    "burst": burst,
    "hold": hold,
    "report": report,
    "measure": measure,
    "fill": fill,
    "purge": purge,
}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    ORDERS[sys.argv[1]](*sys.argv[2:])
