"""Ten weeks of calls as the rules of the desk give them: who is called when, by whom, what came of it, who takes over.

Nothing is written here: half-days go by, callers take the first of the queue that they may, what came of it is dealt
like cards so that each thousand calls has exactly the shares of 2020, and each person goes on as ``services/outcomes``
and ``services/ladder`` have them go on. ``demo_crowd`` writes what comes out.
"""

import heapq
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.utils import timezone

from reflexes.pistes.contact.proactive_desks import hours
from reflexes.pistes.contact.proactive_desks.demo_campaign import at
from reflexes.pistes.contact.proactive_desks.models import Callee, HumanTask, Lease, Outcome
from reflexes.pistes.contact.proactive_desks.models.campaigns import ATTEMPTS
from reflexes.pistes.contact.proactive_desks.services.ladder import NEXT
from reflexes.pistes.contact.proactive_desks.services.outcomes import TALKS, USEFUL

Kind, Result, State = HumanTask.Kind, HumanTask.Result, Callee.State
# How many calls of a thousand end so: 471 are of use, 30 of these tell a need (mechanisms.md P12).
SHARES = {
    Outcome.NO_ANSWER: 390,
    Outcome.FINE: 441,
    Outcome.CALL_BACK: 60,
    Outcome.WRONG_NUMBER: 40,
    Outcome.REFUSED: 38,
    Outcome.DIED: 1,
    Outcome.NEED: 29,
    Outcome.URGENT: 1,
}
MINUTES = {Outcome.NO_ANSWER: (1, 2), Outcome.WRONG_NUMBER: (1, 3), Outcome.REFUSED: (1, 4), Outcome.CALL_BACK: (2, 5)}
LONG_CALL = (5, 19)
# Each half-day: when it begins, when the last call of a volunteer begins.
HALVES = ((10, 13), (14, 18))
CALLS_A_HALF_DAY = 16
LEVELS = (1, 2, 3, 2, 1)
EVERY = 7
# What each rung of the ladder gives, of a hundred.
RUNGS = {
    Kind.RELATIVE: {Result.REACHED: 60, Result.AGAIN: 15, Result.NOTHING: 25},
    Kind.VISIT: {Result.REACHED: 60, Result.AGAIN: 15, Result.NOTHING: 25},
    Kind.DECIDE: {Result.REACHED: 30, Result.UNREACHABLE: 70},
}


@dataclass(slots=True, eq=False)
class One:
    """Somebody to call, as the days go: the columns of ``Callee`` that calls change."""

    place: int
    rank: int
    difficulty: int
    phone: str
    relative: bool
    state: str = State.READY
    due_at: datetime | None = None
    agreed: bool = False
    tries: int = 0
    reached: bool = False
    useful: bool = False
    needs: int = 0
    every_days: int | None = None
    recurs_until: date | None = None
    end: str = ""
    closed_at: datetime | None = None


@dataclass(slots=True)
class Called:
    """One call that is over: said, or given back without a word."""

    one: One
    caller: int
    opened: datetime
    closed: datetime
    closing: str
    outcome: str = ""
    why: str = ""


@dataclass(slots=True)
class Taken:
    """What somebody does when the telephone does not: still open when ``result`` is empty."""

    one: One
    kind: str
    opened: datetime
    done: datetime | None = None
    result: str = ""


@dataclass(slots=True)
class Weeks:
    """The weeks as they go: queues and agreed moments by difficulty, and what has come of them."""

    people: list[One]
    days: Sequence[date]
    callers: int
    calls: int
    ends: datetime
    recurs_until: date
    dice: random.Random
    called: list[Called] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    _said: int = 0
    _fresh: dict[int, deque[One]] = field(default_factory=dict)
    _due: dict[int, list[tuple[datetime, int, One]]] = field(default_factory=dict)
    _cards: deque[Outcome] = field(default_factory=deque)
    _rings: dict[str, datetime] = field(default_factory=dict)
    _homes: dict[str, list[One]] = field(default_factory=dict)

    def go(self) -> "Weeks":
        """Let all half-days go by."""
        for one in sorted(self.people, key=lambda one: (-one.rank, one.place)):
            self._fresh.setdefault(one.difficulty, deque()).append(one)
            self._homes.setdefault(one.phone, []).append(one)
        halves = [(day, half) for day in self.days for half in HALVES]
        for number, (day, (first, last)) in enumerate(halves, start=1):
            # Half of the volunteers are there at the beginning, all of them at the end.
            there = max(2, (self.callers * (len(halves) + number)) // (2 * len(halves)))
            begins, ends = at(day, first).astimezone(UTC), at(day, last).astimezone(UTC)
            self._half_day(begins, ends, there, round(self.calls * number / len(halves)))
        return self

    def _half_day(self, first: datetime, last: datetime, there: int, wanted: int) -> None:
        """Have a crew call one after the other until the day has its calls, or the half-day is over."""
        crew = min(there, 1 + (wanted - self._said) // CALLS_A_HALF_DAY)
        free = [
            (first + timedelta(seconds=self.dice.randrange(900)), one) for one in self.dice.sample(range(there), crew)
        ]
        heapq.heapify(free)
        while free and self._said < wanted:
            now, caller = heapq.heappop(free)
            one = self._next(LEVELS[caller % len(LEVELS)], now) if now < last else None
            if one is None:
                continue
            closed = self._call(one, caller, now)
            heapq.heappush(free, (closed + timedelta(seconds=self.dice.randrange(20, 240)), caller))

    def _next(self, level: int, now: datetime) -> One | None:
        """Return who comes first for a caller: a moment that has come, else the highest rank, the harder when equal."""
        reach = (2, 1) if level == 1 else (3, 2, 1)
        for difficulty in reach:
            due = self._due.get(difficulty)
            while due and due[0][0] <= now:
                one = heapq.heappop(due)[2]
                if self._rings.get(one.phone, now) > now:
                    self._wait(one, self._rings[one.phone])
                elif one.state in {State.READY, State.SCHEDULED}:
                    return one
        queues = [queue for difficulty in reach if (queue := self._fresh.get(difficulty))]
        for queue in sorted(queues, key=lambda queue: -queue[0].rank):
            while queue:
                one = queue.popleft()
                if self._rings.get(one.phone, now) > now:
                    self._wait(one, self._rings[one.phone])
                elif one.state == State.READY:
                    return one
        return None

    def _wait(self, one: One, until: datetime) -> None:
        heapq.heappush(self._due.setdefault(one.difficulty, []), (until, one.place, one))

    def _call(self, one: One, caller: int, now: datetime) -> datetime:
        """Make one call and return when it is over."""
        if self.dice.random() < 0.008:
            closed = now + timedelta(seconds=self.dice.randrange(20, 90))
            self.called.append(Called(one, caller, now, closed, Lease.Closing.GIVEN_BACK, why="not_now"))
            self._wait(one, closed)
            return closed
        outcome = self._card(one)
        low, high = MINUTES.get(outcome, LONG_CALL)
        closed = now + timedelta(seconds=self.dice.randrange(low * 60, high * 60))
        self._said += 1
        self._rings[one.phone] = closed
        self.called.append(Called(one, caller, now, closed, Lease.Closing.SAID, outcome))
        self._follow(one, outcome, closed)
        return closed

    def _card(self, one: One) -> Outcome:
        if not self._cards:
            deck = [outcome for outcome, number in SHARES.items() for _card in range(number)]
            self.dice.shuffle(deck)
            self._cards.extend(deck)
        # Whoever answered before has no wrong number.
        if one.reached and self._cards[0] == Outcome.WRONG_NUMBER and len(set(self._cards)) > 1:
            while self._cards[0] == Outcome.WRONG_NUMBER:
                self._cards.rotate(-1)
        return self._cards.popleft()

    def _follow(self, one: One, outcome: Outcome, now: datetime) -> None:
        """Do what an outcome asks for, as ``outcomes._follow`` does."""
        one.agreed, one.due_at = False, None
        if outcome in TALKS:
            one.tries, one.reached, one.useful = 0, True, one.useful or outcome in USEFUL
        match outcome:
            case Outcome.NO_ANSWER:
                one.tries += 1
                if one.tries < ATTEMPTS:
                    self._later(one, half_day_after(now))
            case Outcome.CALL_BACK:
                ahead = half_day_after(now) + timedelta(minutes=30 * self.dice.randrange(4))
                self._later(one, ahead)
                one.agreed = True
            case Outcome.FINE:
                if one.every_days is None and self.dice.random() < 0.02:
                    one.every_days, one.recurs_until = EVERY, self.recurs_until
                self._again_or_close(one, Callee.End.FINE, now)
            case Outcome.NEED | Outcome.URGENT:
                one.needs += 1
                self._again_or_close(one, Callee.End.NEED, now)
            case Outcome.REFUSED | Outcome.DIED:
                close(one, outcome, now)
        self._hand_over(one, outcome, now)

    def _hand_over(self, one: One, outcome: Outcome, now: datetime) -> None:
        """Have somebody take over: a wrong number, too many tries, a telephone that somebody else has refused."""
        if outcome == Outcome.WRONG_NUMBER or one.tries >= ATTEMPTS:
            self._task(one, Kind.RELATIVE if one.relative else Kind.VISIT, now, wrong=outcome == Outcome.WRONG_NUMBER)
        if outcome == Outcome.REFUSED:
            for other in self._homes[one.phone]:
                if other is not one and other.state in {State.READY, State.SCHEDULED}:
                    self._task(other, Kind.DECIDE, now, wrong=True)

    def _later(self, one: One, when: datetime) -> None:
        one.state, one.due_at = State.SCHEDULED, when
        self._wait(one, when)

    def _again_or_close(self, one: One, how: str, now: datetime) -> None:
        if one.every_days is not None and one.recurs_until is not None:
            when = opening_after(now + timedelta(days=one.every_days))
            if timezone.localtime(when).date() <= one.recurs_until:
                self._later(one, when)
                return
        close(one, how, now)

    def _task(self, one: One, kind: str, now: datetime, *, wrong: bool) -> None:
        """Have somebody take over, rung after rung, until there is an end or the weeks are over."""
        one.state, one.due_at, one.agreed = State.HUMAN, None, False
        task = Taken(one, kind, now)
        self.taken.append(task)
        done = opening_after(now + timedelta(hours=self.dice.choice((2, 5, 20, 26, 48, 50, 70, 95, 120))))
        if done >= self.ends:
            return
        gives = {result: share for result, share in RUNGS[Kind(kind)].items() if not (wrong and result == Result.AGAIN)}
        task.done, task.result = done, self.dice.choices(tuple(gives), tuple(gives.values()))[0]
        match task.result:
            case Result.NOTHING:
                self._task(one, NEXT[Kind(kind)], done, wrong=wrong)
            case Result.AGAIN:
                one.state, one.tries = State.READY, 0
                self._wait(one, done)
            case _:
                one.reached = one.reached or task.result == Result.REACHED
                close(one, Callee.End.FINE if task.result == Result.REACHED else Callee.End.UNREACHABLE, done)


def close(one: One, how: str, now: datetime) -> None:
    """Finish with somebody."""
    one.state, one.end, one.closed_at = State.CLOSED, how, now


def half_day_after(moment: datetime) -> datetime:
    """Return ``hours.next_half_day``, asked once for each half-day."""
    here = timezone.localtime(moment)
    return _half_day_after(here.date(), here.hour < HALVES[1][0])


@cache
def _half_day_after(day: date, morning: bool) -> datetime:
    return hours.next_half_day(at(day, HALVES[0 if morning else 1][0])).astimezone(UTC)


def opening_after(moment: datetime) -> datetime:
    """Return ``hours.next_opening``, searched only where calls are not open."""
    here = timezone.localtime(moment)
    if hours.is_open(here):
        return moment
    return _opening_after(here.date(), here.hour)


@cache
def _opening_after(day: date, hour: int) -> datetime:
    return hours.next_opening(at(day, hour)).astimezone(UTC)
