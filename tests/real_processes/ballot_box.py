"""A vote in processes that may be killed: ``python -m tests.real_processes.ballot_box seed FILE 600``, then ``cast``…

``seed`` writes an open vote and the codes of its letters in FILE; ``cast FILE 2 6`` casts one letter of six; ``same FILE
20`` casts the first letter in twenty processes at the same moment; ``race FILE 6`` closes the vote while six processes
cast; ``close`` and ``count`` do what the officer does; ``report`` says what there is.
Each letter says the same thing each time it is cast: what must be in the box is known beforehand (``crosses_of``).
"""

import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import django

PROJECTS, MOST = 20, 4
HOME = "203.0.113.7"


def crosses_of(letter: int) -> tuple[str, ...]:
    """Return what the voter of a letter ticks: favourites are on many ballots."""
    dice = random.Random(letter)
    few = {min(dice.randrange(PROJECTS), dice.randrange(PROJECTS)) for _cross in range(dice.randint(1, MOST))}
    return tuple(sorted(f"{place + 1:02}" for place in few))


def expected(letters: int) -> Counter[str]:
    """Return what must be in the box once ``letters`` letters are cast."""
    return Counter(" ".join(crosses_of(letter)) for letter in range(letters))


def seed(path: str, letters: str) -> None:
    """Make the tables, a vote open today, and its letters."""
    from django.core.management import call_command

    from reflexes.core import clock, registry
    from reflexes.mechanisms.assembly.services import roll, votes
    from reflexes.mechanisms.directory.models import Capacity, Organisation, Person

    call_command("migrate", verbosity=0)
    town = Organisation.objects.create(name="Town", kind="town")
    person = Person.objects.create(first_name="Fanny", last_name="Officer")
    Capacity.objects.create(person=person, organisation=town, role="facilitator")
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    terms = votes.Terms(
        title="Budget",
        rules="Four crosses.",
        budget_cents=20_000_000,
        most_choices=MOST,
        opens_at=today - timedelta(days=1),
        closes_at=today + timedelta(days=2),
        step_cents=10_000,
    )
    vote = votes.do_prepare_vote(actor=keeper(), piste=registry.pistes()[0].slug, terms=terms)
    for place in range(PROJECTS):
        votes.do_write_choice(actor=keeper(), vote=vote, title=f"Project {place}", cents=1_000_000 + 150_000 * place)
    votes.do_freeze(actor=keeper(), vote=vote)
    made = roll.do_make_codes(actor=keeper(), vote=vote, count=int(letters))
    Path(path).write_text(json.dumps([one.code for one in made]))


def keeper():  # type: ignore[no-untyped-def]
    """Return the participation officer, acting."""
    from reflexes.mechanisms.directory.acting import actor_of
    from reflexes.mechanisms.directory.models import Capacity

    capacity = Capacity.objects.get(role="facilitator")
    return actor_of(capacity.person, capacity)


def the_vote():  # type: ignore[no-untyped-def]
    """Return the only vote."""
    from reflexes.mechanisms.assembly.models import Vote

    return Vote.objects.get()


def one_ballot(vote, letter: int, code: str) -> bool:  # type: ignore[no-untyped-def]
    """Type a code, then cast: what a voter does, in two requests."""
    from reflexes.core.acting import STRANGER
    from reflexes.mechanisms.assembly.services import ballots, roll

    entry = roll.access_roll_entry(STRANGER, vote, code, HOME)
    return ballots.do_cast(actor=STRANGER, entry=entry, codes=crosses_of(letter))


def cast(path: str, part: str, parts: str) -> None:
    """Cast one letter of ``parts``; print a line for each, then how it went. Waits are in milliseconds."""
    vote, waits, already = the_vote(), [], 0
    for letter, code in enumerate(json.loads(Path(path).read_text())):
        if letter % int(parts) == int(part):
            start = time.perf_counter()
            if one_ballot(vote, letter, code):
                waits.append(round((time.perf_counter() - start) * 1000, 2))
            else:
                already += 1
            print(letter, flush=True)
    print(json.dumps({"cast": len(waits), "already": already, "waits": waits}))


def same(path: str, processes: str) -> None:
    """Cast the first letter three times in each of so many processes, which begin at the same moment."""
    from django.db import connections

    code = json.loads(Path(path).read_text())[0]
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    start, answers = fork.Barrier(int(processes)), fork.SimpleQueue()

    def impatient() -> None:
        vote = the_vote()
        start.wait()
        for _time in range(3):
            answers.put(one_ballot(vote, 0, code))
        connections.close_all()

    people = [fork.Process(target=impatient) for _process in range(int(processes))]
    for one in people:
        one.start()
    said = [answers.get() for _answer in range(3 * len(people))]
    for one in people:
        one.join()
    print(json.dumps(said))


def race(path: str, processes: str) -> None:
    """Cast in many processes whose clock is late, and close the vote in the middle: print what became of each letter."""
    from django.db import connections

    from reflexes.core import clock
    from reflexes.core.errors import Refusal

    letters, late = json.loads(Path(path).read_text()), timedelta(hours=1)
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    answers = fork.SimpleQueue()

    def hurried(part: int) -> None:
        vote = the_vote()
        with clock.travelling(vote.closes_at - late):
            for letter in range(part, len(letters), int(processes)):
                try:
                    answers.put("cast" if one_ballot(vote, letter, letters[letter]) else "already")
                except Refusal as refusal:
                    answers.put(refusal.code)
        connections.close_all()

    crowd = [fork.Process(target=hurried, args=(part,)) for part in range(int(processes))]
    for one in crowd:
        one.start()
    said = [answers.get() for _letter in range(len(letters) // 3)]
    closer = fork.Process(target=close)
    closer.start()
    said += [answers.get() for _letter in range(len(letters) - len(said))]
    for one in (*crowd, closer):
        one.join()
    print(json.dumps(Counter(said)))


def transactions() -> int:
    """Return how many transactions wrote the ballots of the box, where the database tells."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM assembly_ballot")
        return int(cursor.fetchone()[0])


def close() -> None:
    """Close the vote, once its hour has come."""
    from reflexes.core import clock
    from reflexes.core.errors import Refusal
    from reflexes.mechanisms.assembly.services.closing import do_close

    vote = the_vote()
    print("closing", flush=True)
    with clock.travelling(vote.closes_at + timedelta(minutes=1)):
        try:
            do_close(actor=keeper(), vote=vote)
        except Refusal as refusal:
            print(refusal.code)


def count() -> None:
    """Count, and print the digest of the official report."""
    from reflexes.mechanisms.assembly.services.tallies import do_count

    print(json.dumps(do_count(actor=keeper(), vote=the_vote()).digest))


def report() -> None:
    """Print what the database says."""
    from reflexes.mechanisms.assembly.models import Ballot, BallotMark, RollEntry
    from reflexes.mechanisms.assembly.services.reckoning import reckon
    from reflexes.mechanisms.journal import services as journal

    crosses: dict[object, list[str]] = {key: [] for key in Ballot.objects.order_by("key").values_list("key", flat=True)}
    marks = BallotMark.objects.order_by("choice__code").values_list("ballot_id", "choice__code")
    for key, code in marks:
        crosses[key].append(code)
    journal.seal()
    print(
        json.dumps(
            {
                "state": the_vote().state,
                "ballots": len(crosses),
                "voted": RollEntry.objects.filter(voted=True).count(),
                "agree": reckon(the_vote()).screens_agree,
                "box": Counter(" ".join(codes) for codes in crosses.values()),
                "transactions": transactions(),
                "journal_ok": journal.verify().ok,
            }
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    verbs = {"seed": seed, "cast": cast, "same": same, "race": race, "close": close, "count": count, "report": report}
    verbs[sys.argv[1]](*sys.argv[2:])
