"""The campaign of the demo as large as the one of Seine-Saint-Denis in 2020: fifty thousand people, ten weeks of calls.

55,000 calls, 26,000 talks of use (47 of a hundred), some 1,650 needs (3 of a hundred), 300 volunteers of whom 150 at
the beginning, four lists: APA, PCH, travel card, RSA after sixty (mechanisms.md P12). ``demo_campaign`` makes the
campaign through the services people use; here rows are written in bulk and sealed as the services seal them, because
fifty thousand calls one by one take an hour. Only the command ``reflexes demo`` asks for it.
"""

import random
from datetime import date, timedelta

from django.db import transaction

from reflexes.core import clock, keyring
from reflexes.core.acting import Actor
from reflexes.core.text import normalised
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Capacity, Commune, Person
from reflexes.pistes.contact.proactive_desks import demo_crowd_calls as calls_of
from reflexes.pistes.contact.proactive_desks import demo_crowd_people as people_of
from reflexes.pistes.contact.proactive_desks.demo_campaign import (
    CENTRE,
    DOORS,
    OPEN_DAYS,
    SEED,
    TITLE,
    at,
    door,
    working_days,
)
from reflexes.pistes.contact.proactive_desks.demo_crowd_books import Books, pour
from reflexes.pistes.contact.proactive_desks.demo_crowd_days import LEVELS, One, Weeks
from reflexes.pistes.contact.proactive_desks.demo_crowd_needs import follow
from reflexes.pistes.contact.proactive_desks.demo_crowd_people import Invented
from reflexes.pistes.contact.proactive_desks.models import Batch, BatchProblem, Callee, CallerCard, Campaign, Debrief
from reflexes.pistes.contact.proactive_desks.services.imports import LISTED

PEOPLE = 50_000
# For fifty thousand people: 55,000 calls, 300 volunteers.
CALLS_EACH = 1.1
PEOPLE_A_CALLER = 167
FEWEST_CALLERS = 12
# A crowd of fewer people than this would be no crowd: the sheet of the demo loses some lines on purpose.
FEWEST = 100
# Lines of a list that cannot be used, and people met twice, of a thousand.
BAD, DOUBLES = 12, 8
# How many volunteers wait for a talk about their calls.
WAITING = 3


def seed(people: int = PEOPLE) -> None:
    """Make the campaign of the demo as large as that, the same every time; nothing below what it has already."""
    campaign = Campaign.objects.select_related("dataset", "organisation").get(title=TITLE)
    number = people - campaign.callees.count()
    if number < FEWEST:
        return
    boss, navigator, _officer = (door(campaign.organisation, *one) for one in DOORS)
    dice = random.Random(SEED)  # noqa: S311 (a demo, the same every time)
    books = Books(campaign, keyring.take(campaign.dataset.key), dice, clock.now())
    days = working_days(OPEN_DAYS)
    with transaction.atomic():
        callers = _callers(books, boss, max(FEWEST_CALLERS, number // PEOPLE_A_CALLER), days)
        crowd, batches = _people(books, boss, number, days[0])
        ones = [
            One(place, person.priority, person.difficulty, person.digest, "relative_phone" in person.facts)
            for place, person in enumerate(crowd)
        ]
        weeks = Weeks(
            people=ones,
            days=days,
            callers=len(callers),
            calls=round(number * CALLS_EACH),
            ends=books.now,
            recurs_until=clock.real_today() + timedelta(days=60),
            dice=dice,
        ).go()
        _write_people(books, crowd, batches, ones)
        who = calls_of.Crowd(crowd, callers, boss, navigator)
        calls_of.write(books, who, weeks)
        follow(books, who, weeks)
        _debriefs(books, boss, callers, weeks)
        books.close()


def _callers(books: Books, boss: Actor, number: int, days: list[date]) -> list[Person]:
    """Write volunteers: half of them from the first day, the others week after week. They have no account."""
    campaign, dice = books.campaign, books.dice
    commune = Commune.objects.get(code=CENTRE)
    people = []
    for place in range(number):
        first, last = dice.choice(people_of.WOMEN + people_of.MEN), dice.choice(people_of.LAST)
        people.append(
            Person(
                key=books.uuid(),
                first_name=first,
                last_name=last,
                search=normalised(f"{last} {first}"),
                phone=f"{people_of.MOBILE_FICTION}{9000 + place % 1000:04}",
                commune=commune,
            )
        )
    people = Person.objects.bulk_create(people)
    half, since = max(1, number // 2), at(days[0], 9)
    come = [since + timedelta(days=max(0, place - half) * 60 // half) for place in range(number)]
    Capacity.objects.bulk_create(
        Capacity(person=one, organisation=campaign.organisation, role=roles.CALLER, starts_on=when.date())
        for one, when in zip(people, come, strict=True)
    )
    cards = CallerCard.objects.bulk_create(
        CallerCard(
            campaign=campaign,
            person=one,
            level=LEVELS[place % len(LEVELS)],
            buddy=people[(place // 10) * 10 if place % 10 else (place + 10) % number],
            invited_by_id=boss.person_id,
            invited_at=when,
        )
        for place, (one, when) in enumerate(zip(people, come, strict=True))
    )
    for card, when in zip(cards, come, strict=True):
        about = ("caller_card", card.pk)
        books.act(when, boss.person_key, boss.role, "proactive_desks.caller_invited", about, level=card.level)
        books.act(when, boss.person_key, boss.role, "proactive_desks.buddy_named", about)
    return people


def _people(books: Books, boss: Actor, number: int, first: date) -> tuple[list[Invented], list[int]]:
    """Return the people of each list, with the number of their list; lists and what was wrong in them are written."""
    people: list[Invented] = []
    batches: list[int] = []
    for audience in people_of.AUDIENCES:
        left = number - len(people)
        good = left if audience is people_of.AUDIENCES[-1] else number * audience.share // 100
        numbers = range(len(people), len(people) + good)
        shared = 2 * sum(one % people_of.COUPLE == 1 for one in numbers[1:])
        batch = _batch(books, boss, audience.file_name, {"good": good, "shared": shared}, first)
        for person in people_of.invent(audience, numbers, books.dice):
            person.key, person.digest = books.uuid(), books.key.digest(person.facts["phone"])
            people.append(person)
            batches.append(batch.pk)
    return people, batches


def _batch(books: Books, boss: Actor, name: str, counted: dict[str, int], first: date) -> Batch:
    bad, doubles = counted["good"] * BAD // 1000, counted["good"] * DOUBLES // 1000
    lines, when = counted["good"] + bad + doubles, at(first, 9) - timedelta(days=3)
    batch = Batch.objects.create(
        campaign=books.campaign,
        file_name=name,
        state=Batch.State.TAKEN,
        lines=lines,
        bad=bad,
        doubles=doubles,
        read_by_id=boss.person_id,
        read_at=when,
        decided_at=when + timedelta(minutes=20),
        **counted,
    )
    wrong = ["phone_missing"] * bad + ["double"] * doubles + ["shared"] * counted["shared"]
    rows = sorted(books.dice.sample(range(2, lines + 2), min(LISTED, len(wrong))))
    BatchProblem.objects.bulk_create(
        BatchProblem(batch=batch, row=row, code=code) for row, code in zip(rows, wrong, strict=False)
    )
    about = ("batch", batch.pk)
    books.act(when, boss.person_key, boss.role, "proactive_desks.batch_taken", about, count=counted["good"])
    return batch


def _write_people(books: Books, people: list[Invented], batches: list[int], ones: list[One]) -> None:
    """Write people as ten weeks of calls left them."""
    pks = pour(
        Callee,
        (
            *("key", "campaign", "batch", "identity", "phone_digest", "commune", "difficulty", "priority", "rank"),
            *("reasons", "state", "due_at", "agreed", "tries", "reached", "useful", "needs", "every_days"),
            *("recurs_until", "end", "closed_at"),
        ),
        (
            (
                *(person.key, books.campaign.pk, batch, books.key.seal(person.facts), person.digest, person.commune),
                *(person.difficulty, person.priority, person.priority, " ".join(person.reasons)),
                *(str(one.state), one.due_at, one.agreed, one.tries, one.reached, one.useful, one.needs),
                *(one.every_days, one.recurs_until, str(one.end), one.closed_at),
            )
            for person, batch, one in zip(people, batches, ones, strict=True)
        ),
    )
    for person, pk in zip(people, pks, strict=True):
        person.pk = pk


def _debriefs(books: Books, boss: Actor, callers: list[Person], weeks: Weeks) -> None:
    """Have most volunteers who called held a talk about it once; three wait for theirs."""
    first = {call.caller: call.closed for call in reversed(weeks.called)}
    cards = {card.person_id: card for card in books.campaign.callers.all()}
    asked = sorted(first)[::2]
    hour = timedelta(hours=1)
    Debrief.objects.bulk_create(
        Debrief(
            card=cards[callers[caller].pk],
            asked_at=first[caller] + hour,
            held_at=first[caller] + 26 * hour if place >= WAITING else None,
            held_with_id=boss.person_id if place >= WAITING else None,
        )
        for place, caller in enumerate(asked)
    )
