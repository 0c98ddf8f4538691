"""A big territory, written in bulk: the people and demands of ``engines.matching.generate``, and a past.

Each demand of the coming week is one need; a third of the needs also have half-days behind them, with missions in every
state. Whoever holds a mission has the skill and a free half-day for it. Same seed, same territory, whatever the
database; days are counted from today.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, models
from django.db.models import F

from reflexes.core import clock, registry
from reflexes.core.accounts.models import User
from reflexes.core.notifications.models import Message
from reflexes.core.notifications.models import State as Sent
from reflexes.core.outbox.models import Job
from reflexes.core.privacy.models import ViewRecord
from reflexes.core.text import normalised
from reflexes.engines import matching
from reflexes.mechanisms.allocation.models import (
    Assignment,
    ChosenKind,
    FreeHalfDay,
    Need,
    Offer,
    Slot,
    Wave,
    WeekLoad,
    Wish,
)
from reflexes.mechanisms.allocation.states import HOLDING, State
from reflexes.mechanisms.directory.models import (
    Capacity,
    Commune,
    Organisation,
    Person,
    PersonSkill,
    Place,
    Skill,
    Unit,
)
from reflexes.mechanisms.journal.models import Entry, Head, Seal
from reflexes.mechanisms.journal.services import GENESIS, chained

SEED = 7
HOSTS, TOWNS, UNIT_SIZE = 300, 24, 80
WEEKS_BEHIND, WAVES_A_DAY = 4, 20
KM_PER_DEGREE = 111.195
LATITUDE, LONGITUDE = 48.45, 7.55
FIRST = (
    "Amina", "Rémi", "Chloé", "Yanis", "Maëlle", "Paul", "Inès", "Karim", "Zoé", "Hugo", "Léa", "Omar", "Élise", "Noé",
    "Fatou", "Jules", "Nora", "Théo", "Aïcha", "Luc",
)  # fmt: skip
LAST = (
    "Haas", "Belhadj", "Traoré", "Jaeger", "Muller", "Schmitt", "Meyer", "Weber", "Klein", "Diallo", "Garcia", "Roth",
    "Simon", "Petit", "Lévy", "Ötzi", "Braun",
)  # fmt: skip
# State → its share of what was asked in the past, in the coming days, in thousandths of the places asked.
PAST = {
    State.DEBRIEFED: 420, State.RETURNED: 60, State.DONE: 40, State.NO_SHOW: 15, State.EXCUSED: 40,
    State.CANCELLED: 20, State.DECLINED: 300, State.EXPIRED: 120, State.WITHHELD: 60, State.TURNED_DOWN: 15,
}  # fmt: skip
COMING = {
    State.PROPOSED: 60, State.ACCEPTED: 25, State.RELEASED: 20, State.CONFIRMED: 80, State.STAND_IN: 3,
    State.DECLINED: 20, State.WITHHELD: 5,
}  # fmt: skip
SPOKEN = {
    State.PROPOSED: "wave_sent", State.DECLINED: "declined", State.EXPIRED: "expired", State.ACCEPTED: "accepted",
    State.WITHHELD: "withheld", State.RELEASED: "released", State.CONFIRMED: "confirmed", State.STARTED: "started",
    State.RETURNED: "returned", State.DEBRIEFED: "debriefed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Who signs in for the measures: their user ids, by role, and what they look at."""

    users: dict[str, int]


def build(people: int, needs: int) -> Cast:
    """Write the territory; everything is decided by ``SEED`` and the two sizes."""
    return _Territory(people, needs).write()


class _Territory:
    def __init__(self, people: int, needs: int) -> None:
        self.luck = random.Random(f"{SEED}/{people}/{needs}")
        self.problem = matching.generate(people, needs, SEED)
        self.today: date = clock.today()
        self.now: datetime = clock.now()
        self.monday = self.today - timedelta(days=self.today.weekday()) + timedelta(weeks=1)
        self.kinds = list(registry.kinds())

    def write(self) -> Cast:
        self._ground()
        self._people()
        self._needs()
        self._missions()
        self._letters()
        self._journal()
        cast = self._cast()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        return cast

    def uuid(self) -> UUID:
        return UUID(int=self.luck.getrandbits(128), version=4)

    def _ground(self) -> None:
        codes = [f"67{number:03d}" for number in range(1, 61)]
        self.communes = _many(
            Commune,
            (
                Commune(
                    code=code, name=f"Commune {code}", search=f"commune {code}", latitude=LATITUDE, longitude=LONGITUDE
                )
                for code in codes
            ),
        )
        self.skills = _many(
            Skill,
            (
                Skill(
                    slug=f"skill{n:02d}",
                    label_fr=f"Savoir-faire {n}",
                    label_en=f"Skill {n}",
                    search=f"savoir-faire {n} skill {n}",
                )
                for n in range(matching_skills())
            ),
        )
        self.skill_id = {skill.slug: skill.pk for skill in self.skills}
        self.towns = _many(Organisation, (_organisation(f"Ville {n}", "town") for n in range(TOWNS)))
        self.hosts = _many(Organisation, (_organisation(f"Association {n}", "association") for n in range(HOSTS)))
        wanted = max(8, len(self.problem.people) // UNIT_SIZE)
        self.units = _many(
            Unit,
            (
                Unit(organisation=self.towns[n % TOWNS], name=f"Service {n}", search=f"service {n}")
                for n in range(wanted)
            ),
        )

    def _where(self, x: float | None, y: float | None) -> tuple[float, float]:
        return LATITUDE + (y or 0.0) / KM_PER_DEGREE, LONGITUDE + (x or 0.0) / (KM_PER_DEGREE * 0.66)

    def _people(self) -> None:
        rows = []
        for number, one in enumerate(self.problem.people):
            first, last = self.luck.choice(FIRST), f"{self.luck.choice(LAST)} {self.luck.choice(LAST)}"
            latitude, longitude = self._where(one.x_km, one.y_km)
            rows.append(
                Person(
                    key=self.uuid(), first_name=first, last_name=last, search=normalised(f"{last} {first}"),
                    email=f"agent{number}@exemple.test", phone="", commune=self.luck.choice(self.communes),
                    latitude=latitude, longitude=longitude, sex=one.traits["sex"].lower(),
                    birth_date=date(self.luck.randrange(1962, 2006), self.luck.randrange(1, 13), 1),
                    created_at=self.now - timedelta(days=60),
                )
            )  # fmt: skip
        self.people = _many(Person, rows)
        seats = [self.luck.randrange(len(self.units)) for _ in rows]
        capacities = _many(
            Capacity,
            (
                Capacity(
                    person=person, organisation_id=self.units[seat].organisation_id, unit=self.units[seat],
                    role="agent", trade="Agent", category=one.traits["category"],
                    status="contract" if one.traits["status"] == "contract" else "permanent",
                )
                for person, seat, one in zip(self.people, seats, self.problem.people, strict=True)
            ),
        )  # fmt: skip
        self.offers = _many(Offer, self._offered(capacities))
        self.free = [
            [(self.monday + timedelta(days=_offset(code)), code[-2:]) for code in sorted(one.half_days)]
            for one in self.problem.people
        ]
        _many(
            FreeHalfDay,
            (
                FreeHalfDay(offer=offer, day=day, half=half)
                for offer, days in zip(self.offers, self.free, strict=True)
                for day, half in days
            ),
        )
        both = list(zip(self.offers, self.people, self.problem.people, strict=True))
        _many(
            PersonSkill,
            (
                PersonSkill(person=person, skill_id=self.skill_id[slug], primary=place == 0)
                for _offer, person, one in both
                for place, slug in enumerate(sorted(one.skills))
            ),
        )
        _many(
            Wish,
            (
                Wish(offer=offer, kind=wish.kind, value=wish.value, hard=hard)
                for offer, _person, one in both
                for hard, wishes in ((True, one.hard), (False, one.soft))
                for wish in wishes
            ),
        )
        # A third chose two kinds of mission; the others come for any.
        _many(
            ChosenKind,
            (
                ChosenKind(offer=offer, kind=kind)
                for offer in self.offers
                if self.luck.random() < 1 / 3
                for kind in self.luck.sample(self.kinds, 2)
            ),
        )

    def _offered(self, capacities: list[Capacity]) -> Iterator[Offer]:
        for person, capacity, one in zip(self.people, capacities, self.problem.people, strict=True):
            age = timedelta(days=self.luck.randrange(1, 60))
            yield Offer(
                person=person, capacity=capacity, weekly_cap=one.cap, max_km=one.max_km, can_mentor=one.mentor,
                active=self.luck.random() < 0.97, came_forward_at=self.now - age,
                greeted_at=self.now - age / 2 if self.luck.random() < 0.9 else None,
            )  # fmt: skip

    def _needs(self) -> None:
        demands = self.problem.demands
        places = []
        for number, one in enumerate(demands):
            if number % 4 == 0:
                latitude, longitude = self._where(one.x_km, one.y_km)
                places.append(
                    Place(
                        organisation=self.hosts[number % HOSTS], name=f"Site {number}", search=f"site {number}",
                        commune=self.luck.choice(self.communes), latitude=latitude, longitude=longitude,
                    )
                )  # fmt: skip
        self.places = _many(Place, places)
        staff = [person.pk for person in self.people[: max(40, len(self.people) // 100)]]
        states = ["draft"] * 3 + ["open"] * 82 + ["filled"] * 10 + ["closed"] * 5
        self.needs = _many(
            Need,
            (
                Need(
                    piste=registry.pistes()[0].slug, kind=self.kinds[number % len(self.kinds)],
                    organisation_id=self.places[number // 4].organisation_id, place=self.places[number // 4],
                    title=f"Besoin {number} du mardi", tasks="Préparer, accueillir.", constraints="Station debout.",
                    criteria="Le plus près d'abord.", priority=one.priority, state=states[number % 100],
                    mentor_id=self.luck.choice(staff), contact_id=self.luck.choice(staff),
                    returns_on=self.monday + timedelta(days=8), created_at=self.now - timedelta(days=9),
                    opened_at=None if number % 100 < 3 else self.now - timedelta(days=number % 9),
                )
                for number, one in enumerate(demands)
            ),
        )  # fmt: skip
        ahead = [
            Slot(
                need=need, day=self.monday + timedelta(days=_offset(one.half_day)), half=one.half_day[-2:],
                skill_id=self.skill_id[one.skill or ""], headcount=one.headcount,
            )
            for need, one in zip(self.needs, demands, strict=True)
        ]  # fmt: skip
        behind = []
        for need in self.needs[::3]:
            days = self.luck.sample(range(1, 7 * WEEKS_BEHIND), 2)
            for day in days:
                behind.append(
                    Slot(
                        need=need, day=self.today - timedelta(days=day), half=self.luck.choice(("am", "pm")),
                        skill_id=self.luck.choice(self.skills).pk, headcount=self.luck.randrange(1, 5),
                    )
                )  # fmt: skip
        self.ahead, self.behind = _many(Slot, ahead), _many(Slot, behind)

    def _missions(self) -> None:
        holders: dict[int, list[int]] = defaultdict(list)
        free: dict[tuple[date, str, int], list[int]] = defaultdict(list)
        for number, one in enumerate(self.problem.people):
            for slug in one.skills:
                holders[self.skill_id[slug]].append(number)
                for day, half in self.free[number]:
                    free[day, half, self.skill_id[slug]].append(number)
        waves = _many(
            Wave,
            (
                Wave(sent_at=self.now - timedelta(days=n), answer_by=self.now + timedelta(days=1 - n))
                for n in range(7 * WEEKS_BEHIND)
                for _wave in range(WAVES_A_DAY)
            ),
        )
        self.busy: set[tuple[int, date, str]] = set()
        self.load: Counter[tuple[int, date]] = Counter()
        rows: list[Assignment] = []
        for slots, shares, pool in ((self.behind, PAST, holders), (self.ahead, COMING, free)):
            for slot in slots:
                if slot.need.state in {"draft", "closed"} and shares is COMING:
                    continue
                key = slot.skill_id if pool is holders else (slot.day, slot.half, slot.skill_id)
                rows += self._of(slot, shares, pool[key], waves)
        self.missions = _many(Assignment, rows)
        _many(
            WeekLoad,
            (WeekLoad(person_id=person, week=week, held=held) for (person, week), held in self.load.items()),
        )
        held = Counter(one.slot_id for one in self.missions if one.state in HOLDING)
        changed = []
        for slot in (*self.ahead, *self.behind):
            if held[slot.pk]:
                slot.held = held[slot.pk]
                changed.append(slot)
        Slot.objects.bulk_update(changed, ["held"], batch_size=500)
        asked = {one.person_id for one in self.missions}
        for start in range(0, len(asked), 500):
            some = sorted(asked)[start : start + 500]
            Offer.objects.filter(person__in=some).update(last_asked_at=self.now - timedelta(days=2))
        full = Slot.objects.filter(held=F("headcount"), need__state="open").values("need")
        Need.objects.filter(pk__in=full).update(state="filled")

    def _of(self, slot: Slot, shares: dict[State, int], pool: list[int], waves: list[Wave]) -> Iterator[Assignment]:
        """Yield what was asked for one half-day: never two on a half-day, nor more than its places or a week's cap."""
        left, seen = slot.headcount, set()
        week = slot.day - timedelta(days=slot.day.weekday())
        for _place in range(slot.headcount):
            for state, share in shares.items():
                if not pool or self.luck.random() * 1000 >= share:
                    continue
                number = self.luck.choice(pool)
                person = self.people[number].pk
                taken = (person, slot.day, slot.half) in self.busy or self.load[person, week] >= 3
                if number in seen or (state in HOLDING and (taken or not left)):
                    continue
                seen.add(number)
                if state in HOLDING:
                    left -= 1
                    self.busy.add((person, slot.day, slot.half))
                    self.load[person, week] += 1
                ready = state in HOLDING and self.luck.random() < 0.7
                yield Assignment(
                    slot=slot, person_id=person, day=slot.day, half=slot.half, state=state,
                    wave=waves[self._wave(slot) % len(waves)], mentor_id=slot.need.mentor_id,
                    returns_on=slot.day + timedelta(days=1), trained=ready, safety_told=ready,
                    hours=3 if state in {State.DONE, State.RETURNED, State.DEBRIEFED} else None,
                    created_at=self.now - timedelta(days=3),
                    changed_at=self.now - timedelta(days=self.luck.randrange(3)),
                    release_by=self.now + timedelta(days=1) if state == State.ACCEPTED else None,
                )  # fmt: skip

    def _wave(self, slot: Slot) -> int:
        return max(0, (self.today - slot.day).days) * WAVES_A_DAY + self.luck.randrange(WAVES_A_DAY)

    def _letters(self) -> None:
        states = [Sent.SENT] * 90 + [Sent.TO_PHONE] * 4 + [Sent.TO_PRINT] * 4 + [Sent.WAITING] + [Sent.DEAD]
        jobs = _many(
            Job,
            (
                Job(key=f"bench:{n}", kind="notifications.send", state="done", ended_at=self.now)
                for n in range(2 * len(self.missions))
            ),
        )

        def written() -> Iterator[Message]:
            for number, job in enumerate(jobs):
                person = self.people[number % len(self.people)]
                yield Message(
                    public_id=self.uuid(), key=f"bench:{number}", person_key=person.key, name=str(person),
                    language="fr", search=f"{person.search} une mission vous est proposee", email=person.email,
                    way="mail", subject="Une mission vous est proposée",
                    body="Bonjour,\n\nVoulez-vous venir mardi matin ?\n" * 4,
                    state=states[number % 100], job=job, created_at=self.now - timedelta(minutes=number),
                )  # fmt: skip

        _many(Message, written())
        _many(
            ViewRecord,
            (
                ViewRecord(
                    viewer_key=self.people[n % 5].key, subject_key=person.key, what="micro_mobility.person_sheet",
                    purpose="allocation", role="coordinator", hour=self.now.replace(minute=0, second=0, microsecond=0),
                )
                for n, person in enumerate(self.people)
            ),
        )  # fmt: skip

    def _journal(self) -> None:
        entries = _many(Entry, self._acts())
        digest, seals = GENESIS, []
        for number, entry in enumerate(entries, start=1):
            following = chained(digest, entry)
            seals.append(Seal(number=number, entry=entry, previous=digest, digest=following))
            digest = following
        _many(Seal, seals)
        Head.objects.update_or_create(
            pk=1, defaults={"number": len(seals), "digest": digest, "settled": entries[-1].pk}
        )

    def _acts(self) -> Iterator[Entry]:
        at = self.now - timedelta(days=20)
        for need in self.needs:
            for verb in ("need_stated", "need_changed", "need_opened"):
                yield Entry(at=at, verb=f"allocation.{verb}", object_kind="need", object_key=str(need.pk), role="host")
        for mission in self.missions:
            for verb in ("accepted", "released", SPOKEN.get(State(mission.state), "confirmed")):
                yield Entry(
                    at=at, verb=f"allocation.{verb}", object_kind="assignment", object_key=str(mission.pk),
                    role="agent", actor_key=self.uuid(),
                )  # fmt: skip

    def _cast(self) -> Cast:
        """Give an account to one person of each role: the busiest of its kind, so that its pages are not empty."""
        busiest = Counter(one.person_id for one in self.missions).most_common(1)[0][0]
        confirmed = [one for one in self.missions if one.state == State.CONFIRMED]
        host = Counter(one.slot.need.organisation_id for one in confirmed).most_common(1)[0][0]
        unit = self.units[0]
        seats = {
            "agent": None,
            "coordinator": Capacity(role="coordinator", organisation=self.towns[0]),
            "host": Capacity(role="host", organisation_id=host),
            "manager": Capacity(role="manager", organisation_id=unit.organisation_id, unit=unit),
        }
        users = {}
        for role, seat in seats.items():
            user = User.objects.create_user(f"{role}@exemple.test")
            users[role] = user.pk
            if seat is None:
                Person.objects.filter(pk=busiest).update(user=user)
                continue
            seat.person = Person.objects.create(first_name=role.title(), last_name="Exemple", user=user)
            seat.save()
        users["peer"] = User.objects.create_superuser("peer@exemple.test").pk
        return Cast(users)


def matching_skills() -> int:
    """How many skills the generator draws from."""
    from reflexes.engines.matching.generate import SKILLS

    return SKILLS


def _organisation(name: str, kind: str) -> Organisation:
    return Organisation(name=name, kind=kind, search=normalised(name))


def _offset(half_day: str) -> int:
    """Days after its Monday of one of the generator's half-days."""
    return date.fromisoformat(half_day[:10]).weekday()


def _many(model: type[models.Model], rows: Iterable[models.Model]) -> list:
    """Write rows a few thousand at a time; they come back with their ids."""
    kept: list = []
    batch: list = []
    for row in rows:
        batch.append(row)
        if len(batch) == 5_000:
            kept += model._base_manager.bulk_create(batch, batch_size=1_000)
            batch = []
    return kept + model._base_manager.bulk_create(batch, batch_size=1_000)


def mark() -> str:
    """Return a mark of what was written: the same on both databases, or one of them measured something else."""
    figures = [
        f"{model.__name__}={model._base_manager.count()}"
        for model in (Person, Offer, Need, Slot, Assignment, FreeHalfDay)
    ]
    states = Counter(Assignment.objects.order_by().values_list("state", flat=True))
    return hashlib.sha256(f"{figures}{sorted(states.items())}".encode()).hexdigest()[:12]
