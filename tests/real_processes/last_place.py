"""Many people say yes to the last place at once, and the whole cell takes the same call at once.

``python -m tests.real_processes.last_place seed``, then ``yes 3``, ``call 1``, ``report``.
"""

import json
import os
import sys
from collections import Counter
from datetime import timedelta

import django

PEOPLE, PLACES, CALLERS = 12, 2, 6


def seed() -> None:
    """Write one half-day of two places for which twelve people were asked, and six people of the cell."""
    from django.core.management import call_command

    from reflexes.core import clock
    from reflexes.mechanisms.allocation.models import Assignment, FreeHalfDay, Need, Offer, Slot
    from reflexes.mechanisms.directory.models import Capacity, Organisation, Person, Unit

    call_command("migrate", verbosity=0)
    town = Organisation.objects.create(name="Town", kind="town")
    home = Unit.objects.create(organisation=town, name="Home")
    cell = [Person.objects.create(first_name="Cell", last_name=str(number)) for number in range(CALLERS)]
    for person in cell:
        Capacity.objects.create(person=person, organisation=town, unit=home, role="coordinator")
    need = Need.objects.create(
        piste="micro_mobility",
        kind="calls",
        organisation=town,
        remote=True,
        title="Last place",
        mentor=cell[0],
        contact=cell[1],
        state="open",
        priority=3,
    )
    day = clock.today() + timedelta(days=7 - clock.today().weekday())
    slot = Slot.objects.create(need=need, day=day, half="am", headcount=PLACES)
    for number in range(PEOPLE):
        person = Person.objects.create(first_name="Agent", last_name=str(number))
        capacity = Capacity.objects.create(person=person, organisation=town, unit=home, role="agent")
        offer = Offer.objects.create(person=person, capacity=capacity, weekly_cap=2)
        FreeHalfDay.objects.create(offer=offer, day=day, half="am")
        Assignment.objects.create(slot=slot, person=person, day=day, half="am", over_asked=True)
    called = Person.objects.create(first_name="Called", last_name="Once", phone="0600000000")
    capacity = Capacity.objects.create(person=called, organisation=town, unit=home, role="agent")
    offer = Offer.objects.create(person=called, capacity=capacity, weekly_cap=2)
    FreeHalfDay.objects.create(offer=offer, day=day, half="am")


def yes(number: int) -> None:
    """One person says yes, twice as impatient people do."""
    from reflexes.core.acting import Actor
    from reflexes.mechanisms.allocation.models import Assignment
    from reflexes.mechanisms.allocation.services import missions

    for _time in range(2):
        mission = Assignment.objects.select_related("slot__need", "person").order_by("pk")[number]
        actor = Actor(person_id=mission.person_id, person_key=mission.person.key, role="agent")
        missions.do_answer(actor=actor, assignment=mission, yes=True)
    print(json.dumps(mission.state))


def call(number: int) -> None:
    """One person of the cell takes the call."""
    from reflexes.core.errors import Refusal
    from reflexes.mechanisms.allocation.models import Slot
    from reflexes.mechanisms.allocation.services import calls
    from reflexes.mechanisms.directory.acting import actor_of
    from reflexes.mechanisms.directory.models import Capacity, Person

    capacity = Capacity.objects.filter(role="coordinator").select_related("person").order_by("pk")[number]
    actor = actor_of(capacity.person, capacity)
    slot = calls.access_slot(actor, Slot.objects.get().pk)
    try:
        calls.do_claim_call(actor=actor, slot=slot, person=Person.objects.get(first_name="Called"))
        print(json.dumps("taken"))
    except Refusal as refusal:
        print(json.dumps(refusal.code))


def report() -> None:
    """Print what the database says at the end."""
    from reflexes.core.outbox.models import Job
    from reflexes.mechanisms.allocation.models import Assignment, Call, Slot, WeekLoad

    jobs = Counter(kind.rpartition(".")[2] for kind in Job.objects.values_list("kind", flat=True))
    print(
        json.dumps(
            {
                "states": Counter(Assignment.objects.values_list("state", flat=True)),
                "held": Slot.objects.get().held,
                "weeks": sum(WeekLoad.objects.values_list("held", flat=True)),
                "told": {"accepted": jobs["accepted"], "reserved": jobs["reserved"]},
                "open_calls": Call.objects.filter(outcome="open").count(),
            }
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    verb, *words = sys.argv[1:]
    {"seed": seed, "yes": lambda: yes(int(words[0])), "call": lambda: call(int(words[0])), "report": report}[verb]()
