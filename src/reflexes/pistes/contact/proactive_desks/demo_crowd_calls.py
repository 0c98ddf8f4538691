"""The calls of the crowd written down: leases, what was said, who read whom, refusals, what somebody took over."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from reflexes.core import keyring
from reflexes.core.acting import Actor
from reflexes.mechanisms.casework.perms import SERVICE
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.directory.models import Person
from reflexes.mechanisms.evidence.models import Opposition, OppositionKey, Reading
from reflexes.mechanisms.evidence.services import oppositions
from reflexes.pistes.contact.proactive_desks.demo_crowd_books import Books, pour
from reflexes.pistes.contact.proactive_desks.demo_crowd_days import Called, Taken, Weeks
from reflexes.pistes.contact.proactive_desks.demo_crowd_people import Invented
from reflexes.pistes.contact.proactive_desks.models import (
    AnswerCount,
    CallerCard,
    HumanTask,
    Lease,
    Outcome,
    SaidAnswers,
)
from reflexes.pistes.contact.proactive_desks.services.leases import CALLS
from reflexes.pistes.contact.proactive_desks.services.outcomes import HARD, TALKS, USEFUL
from reflexes.pistes.contact.proactive_desks.services.outcomes import NEEDS as NEEDS_TOLD
from reflexes.pistes.contact.proactive_desks.services.scripts import published
from reflexes.pistes.contact.proactive_desks.services.scripts_calls import ADDRESS, CALL, NAME, PHONE

NOTES = (
    "Aime parler de son jardin.",
    "Entend mal : parler lentement.",
    "Appeler plutôt l’après-midi.",
    "Sa fille passe le dimanche.",
    "Préfère qu’on laisse sonner longtemps.",
)
FOUND_OUT = {
    HumanTask.Result.REACHED: "Va bien, est dans sa famille pour quelques jours.",
    HumanTask.Result.AGAIN: "Rentre de l’hôpital, veut bien qu’on la rappelle.",
    HumanTask.Result.NOTHING: "Personne ne répond.",
    HumanTask.Result.UNREACHABLE: "Deux passages et une lettre : a déménagé sans laisser d’adresse.",
}
# What people answer to the script when nothing is missing; who tells a need says it in the last words.
WELL = {"food": "yes", "health": "yes", "home": "well"}
ANSWERS = (
    {**WELL, "mood": "well", "link": "family neighbours", "digital": "yes"},
    {**WELL, "mood": "well", "link": "family", "digital": "papers"},
    {**WELL, "mood": "so_so", "low_words": "Les journées sont longues.", "link": "helper", "digital": "yes"},
    {**WELL, "mood": "well", "link": "neighbours", "digital": "screen"},
    {**WELL, "mood": "low", "link": "nobody", "again": "yes", "digital": "yes"},
)
CHOSEN = ("mood", "link", "again", "food", "health", "home", "digital")
# What is told with a need: the family of data·inclusion that a navigator finds in it, the words.
NEEDS = (
    ("equipement-et-alimentation", "Je ne descends plus faire mes courses depuis que l’ascenseur est en panne."),
    ("equipement-et-alimentation", "Mon fils faisait les courses, il est malade. Il reste des pâtes."),
    ("remobilisation", "Vous êtes la première personne à qui je parle depuis dimanche."),
    ("remobilisation", "Depuis la mort de mon mari je ne sors plus, à quoi bon."),
    ("sante", "Je n’ai plus que deux jours de médicaments et ma fille est loin."),
    ("sante", "L’infirmière ne passe plus, je change mon pansement comme je peux."),
    ("difficultes-administratives-ou-juridiques", "On m’a coupé l’APA, je ne comprends pas la lettre."),
    ("difficultes-administratives-ou-juridiques", "Il faut tout faire sur internet, et je n’ai pas d’ordinateur."),
    ("logement-hebergement", "Le chauffage est mort, je dors avec mon manteau."),
    ("difficultes-financieres", "Avec la facture de gaz, je saute un repas sur deux."),
    ("mobilite", "Ma carte de transport n’est plus valable et l’hôpital est à l’autre bout."),
)


# The columns of what is written by the thousand.
LEASE = (
    *("key", "campaign", "callee", "caller", "phone_digest", "difficulty", "opened_at", "renewed_at", "until"),
    *("closed_at", "closing", "outcome", "why", "client_key", "note", "hard"),
)
SAID = ("lease", "script", "sealed", "step", "saved_at", "named_at", "numbered_at", "urgent_at")
READING = ("dataset", "subject", "reader", "role", "organisation", "what", "what_for", "through", "allowed", "at")
TASK = ("key", "campaign", "callee", "kind", "opened_at", "taken_by", "result", "words", "done_by", "done_at")
NOTED = 0.15


@dataclass(slots=True)
class Crowd:
    """Who is there: people to call in the order of their places, those who call them, in charge, navigator."""

    people: Sequence[Invented]
    callers: Sequence[Person]
    boss: Actor
    navigator: Actor


def need_of(person: Invented) -> tuple[str, str]:
    """Return what somebody needs, the same every time it is asked."""
    return NEEDS[person.key.int % len(NEEDS)]


def write(books: Books, who: Crowd, weeks: Weeks) -> None:
    """Write all calls and what follows from them, but the needs."""
    keys = [books.uuid() for _call in weeks.called]
    pks = pour(Lease, LEASE, (_lease(books, who, call, key) for call, key in zip(weeks.called, keys, strict=True)))
    _write_said(books, who, weeks.called, pks)
    pour(Reading, READING, _readings(books, who, weeks.called, keys))
    _write_oppositions(books, who, weeks.called)
    _write_tasks(books, who, weeks.taken)
    _write_talks(books, who, weeks.called)


def _lease(books: Books, who: Crowd, call: Called, key: UUID) -> tuple[Any, ...]:
    person, caller = who.people[call.one.place], who.callers[call.caller]
    note = ""
    if call.outcome in NEEDS_TOLD:
        note = books.key.seal({"note": "", "words": need_of(person)[1]})
    elif call.outcome in {Outcome.FINE, Outcome.CALL_BACK} and books.dice.random() < NOTED:
        note = books.key.seal({"note": books.dice.choice(NOTES), "words": ""})
    until = call.closed + timedelta(minutes=books.campaign.lease_minutes)
    said = books.uuid() if call.outcome else None
    return (
        *(key, books.campaign.pk, person.pk, caller.pk, person.digest, person.difficulty, call.opened, call.closed),
        *(until, call.closed, str(call.closing), str(call.outcome), call.why, said, note, call.outcome in HARD),
    )


def _write_said(books: Books, who: Crowd, called: list[Called], pks: range) -> None:
    """Write what was answered in each call under the script, and count the choices as the desk does."""
    script = published(books.campaign)
    assert script is not None
    counted: Counter[tuple[str, str]] = Counter()

    def said() -> Iterator[tuple[Any, ...]]:
        for call, pk in zip(called, pks, strict=True):
            sealed = ""
            if call.outcome in USEFUL:
                answers = books.dice.choice(ANSWERS)
                counted.update((step, value) for step in CHOSEN for value in answers.get(step, "").split())
                if call.outcome in NEEDS_TOLD:
                    answers = {**answers, "other": need_of(who.people[call.one.place])[1]}
                sealed = books.key.seal(answers)
            numbered = call.opened if call.outcome else None
            urgent = call.closed if call.outcome == Outcome.URGENT else None
            step, saved = ("bye", call.closed) if sealed else ("", None)
            yield pk, script.pk, sealed, step, saved, call.opened, numbered, urgent

    pour(SaidAnswers, SAID, said())
    for (step, value), number in sorted(counted.items()):
        row, _fresh = AnswerCount.objects.get_or_create(script=script, step=step, value=value)
        AnswerCount.objects.filter(pk=row.pk).update(number=row.number + number)


def _readings(books: Books, who: Crowd, called: list[Called], keys: list[UUID]) -> Iterator[tuple[Any, ...]]:
    """Yield who read what of whom: the name, then the telephone, and in an emergency the address."""
    for call, key in zip(called, keys, strict=True):
        person, reader, through = who.people[call.one.place], who.callers[call.caller].key, str(key)
        for what in (NAME, PHONE) if call.outcome else (NAME,):
            yield reading(books, person, call.opened, reader, roles.CALLER, what, CALL, through)
        if call.outcome == Outcome.URGENT:
            yield reading(books, person, call.closed, reader, roles.CALLER, ADDRESS, CALL, through)


def reading(books: Books, person: Invented, at: datetime, by: UUID | None, role: str, *said: str) -> tuple[Any, ...]:
    """Return one line of the journal of readings: ``said`` is what, what for, through."""
    there = books.campaign.organisation_id if role != SERVICE else None
    return (books.campaign.dataset_id, person.key, by, role, there, *said, True, at)


def _write_oppositions(books: Books, who: Crowd, called: list[Called]) -> None:
    """Keep the telephones that refuse; those who died too, unless somebody lives there. The service makes the key."""
    shared = Counter(one.digest for one in who.people)
    town, rows = books.campaign.organisation, {}
    for call in called:
        alone = shared[call.one.phone] == 1
        if call.outcome == Outcome.REFUSED or (call.outcome == Outcome.DIED and alone):
            rows.setdefault(call.one.phone, call)
    if not rows:
        return
    phones = [who.people[call.one.place].facts["phone"] for call in rows.values()]
    caller = who.callers[0]
    actor = Actor(caller.key, caller.pk, organisation_id=town.pk, role=roles.CALLER)
    oppositions.do_oppose(actor=actor, organisation=town, phone=phones[0], scope=CALLS)
    key = keyring.take(OppositionKey.objects.get(organisation=town).key)
    kept = [(phone, call, books.uuid()) for phone, call in zip(phones, rows.values(), strict=True)][1:]
    pour(
        Opposition,
        ("organisation", "digest", "scope", "key", "since"),
        ((town.pk, key.digest(phone), CALLS, mark, call.closed) for phone, call, mark in kept),
    )
    for _phone, call, mark in kept:
        by = who.callers[call.caller].key
        books.act(call.closed, by, roles.CALLER, "evidence.opposed", ("opposition", mark), scope=CALLS)


def _write_tasks(books: Books, who: Crowd, taken: list[Taken]) -> None:
    """Write what those in charge took over, with who read whom to do it; the last ones wait."""
    boss, rows, read = who.boss, [], []
    for task in taken:
        person, key = who.people[task.one.place], books.uuid()
        row = (key, books.campaign.pk, person.pk, str(task.kind), task.opened)
        if task.done is None:
            rows.append((*row, None, "", "", None, None))
            continue
        words = books.words(FOUND_OUT[HumanTask.Result(task.result)])
        rows.append((*row, boss.person_id, str(task.result), words, boss.person_id, task.done))
        took, about, acts = task.done - timedelta(minutes=30), ("human_task", key), "proactive_desks.task_"
        books.act(took, boss.person_key, boss.role, f"{acts}taken", about)
        said = {"kind": str(task.kind), "result": str(task.result)}
        books.act(task.done, boss.person_key, boss.role, f"{acts}done", about, **said)
        read.append(reading(books, person, took, boss.person_key, boss.role, "callee", "follow_up", str(key)))
    pour(HumanTask, TASK, rows)
    pour(Reading, READING, read)


def _write_talks(books: Books, who: Crowd, called: list[Called]) -> None:
    """Count the talks of each volunteer for the level rule."""
    talks = Counter(call.caller for call in called if call.outcome in TALKS)
    cards = {card.person_id: card for card in books.campaign.callers.all()}
    mine = []
    for caller, number in talks.items():
        card = cards[who.callers[caller].pk]
        card.calls = number
        mine.append(card)
    CallerCard.objects.bulk_update(mine, ["calls"], batch_size=200)
