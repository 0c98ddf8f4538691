"""Stand-ins say yes while the host confirms them and the holder changes their mind, all at once.

``python -m tests.real_processes.stand_ins seed``, then ``act 3``, ``report``.
"""

import json
import os
import random
import sys
from collections import Counter
from datetime import timedelta

import django

HOLDERS, STAND_INS = 4, 3


def seed() -> None:
    """Write four places whose holders look for a stand-in, and three people asked for each."""
    from django.core.management import call_command

    from reflexes.core import clock
    from reflexes.mechanisms.allocation.models import Assignment, Need, Offer, Slot, WeekLoad
    from reflexes.mechanisms.directory.models import Capacity, Organisation, Person, Unit

    call_command("migrate", verbosity=0)
    town = Organisation.objects.create(name="Town", kind="town")
    home = Unit.objects.create(organisation=town, name="Home")
    cell = Person.objects.create(first_name="Cell", last_name="One")
    Capacity.objects.create(person=cell, organisation=town, unit=home, role="coordinator")
    need = Need.objects.create(
        piste="micro_mobility",
        kind="calls",
        organisation=town,
        remote=True,
        title="Stand-ins",
        mentor=cell,
        contact=cell,
        state="filled",
    )
    day = clock.today() + timedelta(days=7 - clock.today().weekday())
    slot = Slot.objects.create(need=need, day=day, half="am", headcount=HOLDERS, held=HOLDERS)

    def person(name: str, number: str) -> Person:
        made = Person.objects.create(first_name=name, last_name=number)
        capacity = Capacity.objects.create(person=made, organisation=town, unit=home, role="agent")
        Offer.objects.create(person=made, capacity=capacity, weekly_cap=3)
        return made

    for number in range(HOLDERS):
        one = person("Holder", str(number))
        holder = Assignment.objects.create(slot=slot, person=one, day=day, half="am", state="stand_in")
        WeekLoad.objects.create(person=one, week=day, held=1)
        for rank in range(STAND_INS):
            other = person("Other", f"{number}-{rank}")
            Assignment.objects.create(slot=slot, person=other, day=day, half="am", stands_in_for=holder)


def act(dice_seed: int) -> None:
    """Do forty random acts; anything but a clear refusal ends the process with an error."""
    from django.core.exceptions import PermissionDenied

    from reflexes.core.errors import Refusal
    from reflexes.mechanisms.allocation.models import Assignment
    from reflexes.mechanisms.allocation.services import missions
    from reflexes.mechanisms.directory.acting import actor_of
    from reflexes.mechanisms.directory.models import Capacity

    dice, ended = random.Random(dice_seed), Counter()  # type: ignore[var-annotated]
    capacity = Capacity.objects.get(role="coordinator")
    cell = actor_of(capacity.person, capacity)
    keys = list(Assignment.objects.order_by("pk").values_list("pk", flat=True))
    for _number in range(40):
        one = Assignment.objects.select_related("slot__need", "person").get(pk=dice.choice(keys))
        acts = {
            "yes": lambda a=one: missions.do_answer(actor=cell, assignment=a, yes=True),
            "release": lambda a=one: missions.do_release(actor=cell, assignment=a),
            "confirm": lambda a=one: missions.do_confirm(actor=cell, assignment=a),
            "keep": lambda a=one: missions.do_keep_after_all(actor=cell, assignment=a),
            "drop": lambda a=one: missions.do_drop(actor=cell, assignment=a, motive="agent"),
        }
        likely = {"proposed": "yes", "accepted": "release", "released": "confirm"}.get(one.state, "keep")
        name = likely if dice.random() < 0.7 and likely != "keep" else dice.choice(list(acts))
        if name in {"keep", "drop"} and dice.random() < 0.8:
            continue  # holders and stand-ins change their mind now and then, not all the time
        try:
            acts[name]()
            ended[name] += 1
        except Refusal as refusal:
            ended[f"refused:{refusal.code}"] += 1
        except PermissionDenied:
            ended["denied"] += 1
    print(json.dumps(ended))


def report() -> None:
    """Print every way in which the places, the weeks and the stand-ins would contradict one another."""
    from reflexes.mechanisms.allocation.models import Assignment, Slot, WeekLoad
    from reflexes.mechanisms.allocation.states import HOLDING
    from reflexes.mechanisms.journal.models import Entry

    slot = Slot.objects.get()
    holding = Assignment.objects.filter(state__in=HOLDING)
    taken = holding.filter(stands_in_for=None).count()
    wrong = [] if taken == slot.held <= slot.headcount else [f"held {slot.held}, taken {taken}"]
    for load in WeekLoad.objects.order_by("pk"):
        mine = holding.filter(person=load.person_id).count()
        if load.held != mine:
            wrong.append(f"week of {load.person_id}: {load.held}, counted {mine}")
    for one in holding.exclude(stands_in_for=None).select_related("stands_in_for"):
        if one.stands_in_for is None or one.stands_in_for.state not in HOLDING:
            wrong.append(f"{one.pk} waits for a place that nobody keeps")
    replaced = Entry.objects.filter(verb="allocation.replaced").count()
    print(json.dumps({"wrong": wrong, "replaced": replaced}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reflexes.config.settings")
    django.setup()
    verb, *words = sys.argv[1:]
    {"seed": seed, "act": lambda: act(int(words[0])), "report": report}[verb]()
