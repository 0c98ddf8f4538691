"""The needs of the crowd, each on its road: looked into, entrusted, answered, done, told back, or still under way.

The roads are those of ``casework.services.referrals``: each move is a step, an act of the journal, and the columns that
the service writes. A road stops where today stops it, so that what was told this week is open in every state.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from reflexes.core.acting import SYSTEM, Actor
from reflexes.mechanisms.casework.models import (
    Case,
    Channel,
    Motive,
    Need,
    Referral,
    ReferralStep,
    Service,
    ServiceTheme,
    State,
)
from reflexes.mechanisms.casework.perms import SERVICE
from reflexes.mechanisms.casework.services import sealing
from reflexes.mechanisms.casework.services.directory import Written, do_write_service
from reflexes.mechanisms.directory import roles
from reflexes.mechanisms.evidence.models import Reading
from reflexes.pistes.contact.proactive_desks.demo_crowd_books import Books, pour
from reflexes.pistes.contact.proactive_desks.demo_crowd_calls import READING, Crowd, need_of, reading
from reflexes.pistes.contact.proactive_desks.demo_crowd_days import Called, Weeks, opening_after
from reflexes.pistes.contact.proactive_desks.demo_crowd_people import Invented
from reflexes.pistes.contact.proactive_desks.models import Outcome
from reflexes.pistes.contact.proactive_desks.perms import SLUG
from reflexes.pistes.contact.proactive_desks.services.outcomes import NEEDS
from reflexes.pistes.contact.proactive_desks.services.registers import FOLLOWING

BRIEF = "Rappeler la personne et voir avec elle ce qui presse."
DONE = "Une bénévole passe deux fois par semaine ; la personne a le numéro du service."
TOLD = "Rappelée, remercie."
# What is called, who offers it, what it helps with: beside those that ``demo_desk`` writes.
SERVICES = (
    ("Visites de convivialité", "Petits Frères du Ried", Need.COMPANY),
    ("Soins à domicile", "Centre de soins des Tilleuls", Need.HEALTH),
    ("Aides d’urgence", "Commission des secours", Need.MONEY),
    ("Transport accompagné", "Mobilité solidaire du Rhin", Need.GETTING_ABOUT),
)
# Which road, of a hundred: answered by the navigator, done by a service, or first refused, not done, silent.
ROADS = {"answered": 34, "done": 56, "refused": 5, "not_done": 3, "silent": 2}
RETURNED = {
    "refused": (State.REFUSED, Motive.FULL),
    "not_done": (State.NOT_DONE, Motive.UNREACHABLE),
    "silent": (State.EXPIRED, ""),
}
# A service that was asked in the last hours says nothing yet; an older silence would have come back.
ASKED_LATELY = 150
DAYS_TO_DO = (1, 1, 2, 2, 3, 4, 5, 6, 8, 12, 35)
QUALIFIED, AGAIN = "qualified", "again"


@dataclass(slots=True)
class Move:
    """One step of a road: what is reached and when; ``days`` that a service asks for, ``motive`` of who stops."""

    to: str
    at: datetime
    days: int = 0
    motive: str = ""


@dataclass(slots=True)
class Told:
    """One need with all its rows; entrusted again, its second referral follows the first."""

    person: Invented
    name: str
    case: Case
    referrals: list[Referral] = field(default_factory=list)
    steps: list[ReferralStep] = field(default_factory=list)
    read: list[tuple[Any, ...]] = field(default_factory=list)


def follow(books: Books, who: Crowd, weeks: Weeks) -> None:
    """Write the case of each need that was told, and its road until today."""
    for name, structure, need in SERVICES:
        said = Written(name=name, structure=structure, needs=[need], email="service@demo.example")
        do_write_service(actor=who.navigator, said=said)
    rows = ServiceTheme.objects.select_related("service__structure").order_by("pk")
    services = {row.theme: row.service for row in rows}
    needs = [_walked(books, who, call, services) for call in weeks.called if call.outcome in NEEDS]
    Case.objects.bulk_create(one.case for one in needs)
    Referral.objects.bulk_create(one.referrals[0] for one in needs)
    Referral.objects.bulk_create(referral for one in needs for referral in one.referrals[1:])
    ReferralStep.objects.bulk_create(step for one in needs for step in one.steps)
    pour(Reading, READING, [row for one in needs for row in one.read])


def _walked(books: Books, who: Crowd, call: Called, services: dict[str, Service]) -> Told:
    person, caller = who.people[call.one.place], who.callers[call.caller]
    facts = person.facts
    kept = {"name": f"{facts['first_name']} {facts['last_name']}", "phone": facts["phone"], "address": facts["address"]}
    need, words = need_of(person)
    case = Case(
        key=books.uuid(),
        subject=person.key,
        piste=SLUG,
        organisation=books.campaign.organisation,
        channel=Channel.CALLED,
        key_name=books.key.name,
        said=books.words(words),
        identity=books.key.seal(kept),
        phone_digest=person.digest,
        name_digest=sealing.name_digest(books.key, kept["name"]),
        commune_id=person.commune,
        urgent=call.outcome == Outcome.URGENT,
        told_by=caller,
        opened_at=call.closed,
    )
    told = Told(person, kept["name"], case)
    opened = {"channel": str(Channel.CALLED), "urgent": case.urgent}
    books.act(call.closed, caller.key, roles.CALLER, "casework.case_opened", ("case", case.key), **opened)
    _begin(books, told, call.closed, caller.key, roles.CALLER)
    walk = Walk(books, who, told, need, services.get(need))
    for move in _until_now(books, list(_moves(books, call.closed, walk.service is not None))):
        walk.go(move)
    return told


def _begin(books: Books, told: Told, at: datetime, by: UUID | None, role: str, **also: Any) -> None:
    referral = Referral(key=books.uuid(), case=told.case, opened_at=told.case.opened_at, moved_at=at, **also)
    told.referrals.append(referral)
    told.steps.append(ReferralStep(referral=referral, state=State.TO_QUALIFY, by_key=by, role=role, at=at))


def _moves(books: Books, opened: datetime, has_service: bool) -> Iterator[Move]:
    """Yield the moves of a need, the last of which may lie in the future."""
    dice = books.dice

    def after(at: datetime, least: float, most: float) -> datetime:
        return opening_after(at + timedelta(hours=dice.uniform(least, most)))

    road = dice.choices(tuple(ROADS), tuple(ROADS.values()))[0] if has_service else "answered"
    at = after(opened, 0.5, 9)
    yield Move(QUALIFIED, at)
    if road in RETURNED:
        at = after(at, 0.2, 4)
        yield Move(State.SENT, at)
        if road == "not_done":
            at = after(at, 1, 9)
            yield Move(State.ACCEPTED, at, 4)
        at = at + timedelta(hours=24) if road == "silent" else after(at, 2, 60)
        yield Move(*RETURNED[road][:1], at, 0, RETURNED[road][1])
        at = after(at, 1, 30)
        yield Move(AGAIN, at)
    if road != "answered":
        at = after(at, 0.2, 4)
        yield Move(State.SENT, at)
        at = after(at, 0.3, 6)
        yield Move(State.RECEIVED, at)
        at, days = after(at, 0.2, 6), dice.choice(DAYS_TO_DO)
        yield Move(State.ACCEPTED, at, days)
        at = after(at, 12 * days, 22 * days)
    else:
        at = after(at, 0.3, 5)
    yield Move(State.DONE, at)
    yield Move(State.CLOSED, after(at, 1, 30))


def _until_now(books: Books, moves: list[Move]) -> list[Move]:
    """Return the moves that have happened; a service that says nothing was asked in the last hours."""
    gone = [move for move in moves if move.at <= books.now]
    lately = books.now - timedelta(minutes=ASKED_LATELY)
    if gone and gone[-1].to in {State.SENT, State.RECEIVED} and gone[-1].at < lately:
        if gone[-1].to == State.RECEIVED:
            gone.pop()
        gone[-1].at = books.now - timedelta(minutes=books.dice.randrange(5, ASKED_LATELY))
    return gone


@dataclass(slots=True)
class Walk:
    """One need on its road: each move writes what ``referrals`` writes."""

    books: Books
    who: Crowd
    told: Told
    need: str
    service: Service | None

    def go(self, move: Move) -> None:
        """Make one move."""
        by = self.who.navigator
        if move.to == QUALIFIED:
            self._qualified(move, by)
        elif move.to == AGAIN:
            self._again(move, by)
        else:
            self._moved(move, by)

    @property
    def now(self) -> Referral:
        """The referral that is under way."""
        return self.told.referrals[-1]

    def _qualified(self, move: Move, by: Actor) -> None:
        one = self.now
        one.need, one.qualified_at = self.need, move.at
        self._read(move.at, by.person_key, by.role, "identity")
        said = {"need": self.need, "urgent": self.told.case.urgent}
        self.books.act(move.at, by.person_key, by.role, "casework.need_qualified", ("referral", one.key), **said)

    def _again(self, move: Move, by: Actor) -> None:
        before = self.now
        self._written(Move(State.CLOSED, move.at, 0, before.motive), by.person_key, by.role, "")
        before.state, before.moved_at, before.handed_on_at = State.CLOSED, move.at, move.at
        also = {"need": before.need, "qualified_at": before.qualified_at, "follows": before}
        _begin(self.books, self.told, move.at, by.person_key, by.role, **also)

    def _moved(self, move: Move, by: Actor) -> None:
        one, case = self.now, self.told.case
        key, role, words = by.person_key, by.role, ""
        if one.sent_at and move.to not in {State.SENT, State.CLOSED}:
            key, role = (one.contact_key, SERVICE) if move.to != State.EXPIRED else (None, SYSTEM.role)
        one.state, one.moved_at, one.motive = move.to, move.at, move.motive or one.motive
        if move.to not in {State.SENT, State.RECEIVED, State.ACCEPTED}:
            one.silent_since = None
        match move.to:
            case State.SENT:
                self._sent(one, move.at)
            case State.RECEIVED:
                self._read(move.at, key, role, "referral")
            case State.ACCEPTED:
                one.answered_at, one.done_by = move.at, (timezone.localtime(move.at) + timedelta(days=move.days)).date()
                one.silent_since = timezone.make_aware(datetime.combine(one.done_by, time.max))
            case State.REFUSED | State.NOT_DONE | State.DONE:
                one.answered_at = one.answered_at or (move.at if one.sent_at else None)
                words = DONE if move.to == State.DONE else ""
            case State.CLOSED:
                words = f"{DONE}\n{TOLD}"
                who = sealing.initials({"name": self.told.name})
                one.told = self.books.key.seal({"words": DONE, "who": who})
                one.caller_told_at = one.person_told_at = case.closed_at = move.at
        self._written(move, key, role, words)
        if move.to == State.CLOSED:
            self.books.act(move.at, key, role, "casework.case_closed", ("case", case.key))

    def _sent(self, one: Referral, at: datetime) -> None:
        assert self.service is not None
        one.service, one.contact_key = self.service, self.service.contact_key
        one.service_name, one.service_email = self.service.in_words, self.service.email
        one.brief, one.shares = self.books.words(BRIEF), "name phone"
        one.sent_at = one.silent_since = at

    def _written(self, move: Move, key: UUID | None, role: str, words: str) -> None:
        one = self.now
        self.told.steps.append(
            ReferralStep(
                referral=one,
                state=move.to,
                by_key=key,
                role=role,
                motive=move.motive,
                words=self.books.words(words) if words else "",
                at=move.at,
            )
        )
        params = {"motive": str(move.motive)} if move.motive else {}
        self.books.act(move.at, key, role, f"casework.need_{move.to}", ("referral", one.key), **params)

    def _read(self, at: datetime, key: UUID | None, role: str, what: str) -> None:
        row = reading(self.books, self.told.person, at, key, role, what, FOLLOWING, str(self.now.key))
        self.told.read.append(row)
