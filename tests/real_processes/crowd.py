"""One of many people acting at once: ``python -m tests.real_processes.crowd act 7 40`` (seed 7, forty acts).

``seed`` writes a small site where everyone was asked for everything, so that yeses collide; ``act`` does random acts as
the right person; ``report`` prints what the database says at the end.
"""

import json
import os
import random
import sys
from collections import Counter
from datetime import timedelta

import django

PEOPLE, NEEDS, HALF_DAYS = 10, 4, 6


def seed() -> None:
    """Write ten people, four hosts and proposals for every pair, with few places."""
    from django.core.management import call_command

    from reflexes.core import clock
    from reflexes.mechanisms.allocation.models import Assignment, Need, Offer, Slot
    from reflexes.mechanisms.directory.models import Capacity, Organisation, Person, Unit

    call_command("migrate", verbosity=0)
    town = Organisation.objects.create(name="Town", kind="town")
    home = Unit.objects.create(organisation=town, name="Home")
    staff = [Person.objects.create(first_name="Staff", last_name=role) for role in ("coordinator", "manager")]
    for person, role in zip(staff, ("coordinator", "manager"), strict=True):
        Capacity.objects.create(person=person, organisation=town, unit=home, role=role)
    people = [Person.objects.create(first_name="Agent", last_name=str(number)) for number in range(PEOPLE)]
    for person in people:
        capacity = Capacity.objects.create(person=person, organisation=town, unit=home, role="agent")
        Offer.objects.create(person=person, capacity=capacity, weekly_cap=2)
    first = clock.today() + timedelta(days=7 - clock.today().weekday())
    for number in range(NEEDS):
        need = Need.objects.create(
            piste="micro_mobility",
            kind="calls",
            organisation=town,
            remote=True,
            title=f"Need {number}",
            mentor=staff[0],
            contact=staff[1],
            state="open",
        )
        for rank in range(HALF_DAYS):
            slot = Slot.objects.create(
                need=need, day=first + timedelta(days=rank // 2), half=("am", "pm")[rank % 2], headcount=1 + number % 2
            )
            Assignment.objects.bulk_create(
                Assignment(slot=slot, person=person, day=slot.day, half=slot.half) for person in people
            )


def act(dice_seed: int, acts: int) -> None:
    """Do ``acts`` random acts; print how each kind ended. Anything but a clear refusal ends the process with an error."""
    from django.core.exceptions import PermissionDenied
    from django.db import close_old_connections

    from reflexes.core.acting import Actor
    from reflexes.core.errors import Refusal
    from reflexes.mechanisms.allocation.models import Assignment
    from reflexes.mechanisms.allocation.services import missions
    from reflexes.mechanisms.directory.acting import actor_of
    from reflexes.mechanisms.directory.models import Capacity

    dice = random.Random(dice_seed)
    cell_capacity = Capacity.objects.get(role="coordinator")
    cell = actor_of(cell_capacity.person, cell_capacity)
    ended: Counter[str] = Counter()
    keys = list(Assignment.objects.order_by("pk").values_list("pk", flat=True))
    for _number in range(acts):
        assignment = Assignment.objects.select_related("slot__need", "person").get(pk=dice.choice(keys))
        agent = Actor(person_id=assignment.person_id, person_key=assignment.person.key, role="agent")
        choices = {
            "yes": lambda a=assignment, by=agent: missions.do_answer(actor=by, assignment=a, yes=True),
            "no": lambda a=assignment, by=agent: missions.do_answer(actor=by, assignment=a, yes=False),
            "release": lambda a=assignment: missions.do_release(actor=cell, assignment=a),
            "withhold": lambda a=assignment: missions.do_withhold(actor=cell, assignment=a, motive="minimum"),
            "confirm": lambda a=assignment: missions.do_confirm(actor=cell, assignment=a),
            "drop": lambda a=assignment: missions.do_drop(actor=cell, assignment=a, motive="cell"),
        }
        name = dice.choices(list(choices), weights=(8, 1, 2, 1, 1, 1))[0]
        before = assignment.state
        try:
            choices[name]()
            # Saying the same thing twice is fine and changes nothing.
            ended[name if assignment.state != before else f"again:{name}"] += 1
        except Refusal as refusal:
            ended[f"refused:{refusal.code}"] += 1
        except PermissionDenied:
            ended["denied"] += 1
    close_old_connections()
    print(json.dumps(ended))


def report() -> None:
    """Print every way in which the database would contradict itself; an empty list means it does not."""
    from django.db.models import Count, F, Q

    from reflexes.mechanisms.allocation.models import Assignment, Slot, WeekLoad
    from reflexes.mechanisms.allocation.services.missions import monday
    from reflexes.mechanisms.allocation.states import HOLDING
    from reflexes.mechanisms.journal import services as journal

    holding = Assignment.objects.filter(state__in=HOLDING)
    wrong = [
        f"double booking: {row}"
        for row in holding.values("person", "day", "half").annotate(n=Count("pk")).filter(n__gt=1).order_by("person")
    ]
    taken = Count("assignments", filter=Q(assignments__state__in=HOLDING))
    for slot in Slot.objects.annotate(taken=taken).order_by("pk"):
        if slot.taken != slot.held or slot.held > slot.headcount:
            wrong.append(f"slot {slot.pk}: held {slot.held}, taken {slot.taken}, headcount {slot.headcount}")
    weeks = Counter((one.person_id, monday(one.day)) for one in holding)
    for load in WeekLoad.objects.order_by("pk"):
        if load.held != weeks[load.person_id, load.week] or load.held > 2:
            wrong.append(f"week of {load.person_id}: {load.held}, counted {weeks[load.person_id, load.week]}")
    journal.seal()
    chain = journal.verify()
    if not chain.ok:
        wrong.append(f"journal: {chain.problems}")
    full = Slot.objects.filter(held=F("headcount")).count()
    kept = Assignment.objects.filter(state="reserve").count()
    print(
        json.dumps(
            {"wrong": wrong, "held": holding.count(), "full_slots": full, "reserve": kept, "journal": chain.sealed}
        )
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    verb, *words = sys.argv[1:]
    {"seed": seed, "act": lambda: act(int(words[0]), int(words[1])), "report": report}[verb]()
