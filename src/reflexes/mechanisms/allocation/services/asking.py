"""How many people to ask for a half-day where few can come, and what to expect (ADR 11). A person decides each time."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Count

from reflexes.engines import matching
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Assignment, Offer, PlanLine, Slot
from reflexes.mechanisms.allocation.states import HOLDING, State

# A yes was said, whatever became of it since; CANCELLED says nothing of the answer.
SAID_YES = frozenset({*HOLDING, *("reserve", "not_needed", "withheld", "turned_down", "excused", "no_show")})
SAID_NO = frozenset({State.DECLINED, State.EXPIRED})
PRIOR_ANSWERS = 10
ANSWERS_READ = 1_000


@dataclass(frozen=True, slots=True)
class Beyond:
    """One person who could be asked beyond the places of a half-day."""

    slot_id: int
    person_id: int
    km: float | None

    @property
    def key(self) -> str:
        """Return what a ticked box sends back."""
        return f"{self.slot_id}-{self.person_id}"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to expect of one half-day of a wave: as it stands, and if ``people`` were asked too.

    ``thin``: few people could be asked after these, so that a refusal would not be made up for by another wave.
    """

    slot: Slot
    now: matching.Asking
    more: matching.Asking
    others: int
    thin: bool
    people: list[Beyond] = field(default_factory=list)


def yes_rates(exercise_id: int | None) -> Mapping[str, float]:
    """Return the share of yes by kind of mission, pulled towards the prior while answers are few. Never by person.

    The last answers tell what to expect now: reading them costs the same after years.
    """
    answered = Assignment.objects.filter(
        exercise_id=exercise_id, mode=Assignment.Mode.VOLUNTEER, state__in=SAID_YES | SAID_NO
    )
    yes: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    for kind, state in answered.order_by("-pk").values_list("slot__need__kind", "state")[:ANSWERS_READ]:
        answers[kind] += 1
        yes[kind] += state in SAID_YES
    rates: defaultdict[str, float] = defaultdict(lambda: _rate(0, 0))
    rates.update({kind: _rate(yes[kind], answers[kind]) for kind in answers})
    return rates


def _rate(yes: int, answers: int) -> float:
    return matching.shrunk_rate(yes, answers, limits.YES_IN_TEN, PRIOR_ANSWERS)


def expected(kinds: Iterable[str], exercise_id: int | None) -> matching.Asking:
    """Return how many yes to expect of proposals for these kinds of mission."""
    rates = yes_rates(exercise_id)
    return matching.expect(0, [rates[kind] for kind in kinds])


def short(lines: list[PlanLine], rates: Mapping[str, float]) -> dict[int, matching.Asking]:
    """Return what to expect, as it stands, of each half-day that may stay short once these lines have left."""
    slots = {line.slot_id: line.slot for line in lines}
    asked = Counter(line.slot_id for line in lines)
    waiting = Assignment.objects.filter(slot__in=slots, state=State.PROPOSED)
    asked.update(dict(waiting.order_by().values_list("slot_id").annotate(Count("pk"))))
    now = {pk: matching.expect(_places(slot), [rates[slot.need.kind]] * asked[pk]) for pk, slot in slots.items()}
    return {pk: one for pk, one in now.items() if one.filled < limits.FILLED_WANTED}


def _places(slot: Slot) -> int:
    return max(slot.headcount - slot.held, 0)


def advise(
    problem: matching.Problem,
    lines: list[PlanLine],
    now: Mapping[int, matching.Asking],
    rates: Mapping[str, float],
    among: Mapping[int, Collection[int]],
) -> list[Advice]:
    """Return whom to ask beyond the places of the half-days that may stay short (``now``), in the order of ``among``.

    ``lines`` are those a wave would send now, ``rates`` the share of yes by kind, ``among`` who may be asked for each
    half-day, the most constrained first. They are free of every obstacle, in nothing else of this wave that day or
    beyond their week, and proposed once; those asked least recently come first.
    """
    slots = {line.slot_id: line.slot for line in lines if line.slot_id in now}
    eligible = _eligible(problem, lines, [pk for pk in among if pk in slots])
    recency = _recency({person for people in eligible.values() for person in people})
    people = {person.id: person for person in problem.people}
    demands = {demand.id: demand for demand in problem.demands}
    used: set[int] = set()
    found = []
    for pk, able in eligible.items():
        slot, places, number = slots[pk], _places(slots[pk]), now[pk].ask
        free = [one for one in able if one in among[pk] and one not in used]
        others = sorted(free, key=lambda person: recency.get(person, 0))
        more = matching.how_many(
            places,
            rates[slot.need.kind],
            asked=number,
            others=len(others),
            target=limits.FILLED_WANTED,
            most=limits.ASKED_FOR_ONE_PLACE * places,
        )
        chosen = others[: more.ask - number]
        used.update(chosen)
        ways = [matching.distance_km(people[str(one)], demands[str(pk)]) for one in chosen]
        beyond = [Beyond(pk, one, km) for one, km in zip(chosen, ways, strict=True)]
        found.append(Advice(slot, now[pk], more, len(others), len(others) < limits.THIN_POOL * places, beyond))
    return found


def _eligible(problem: matching.Problem, lines: list[PlanLine], slots: Iterable[int]) -> dict[int, list[int]]:
    """Return who else could be asked for each half-day, once the lines of the wave have used up days and weeks."""
    pairs = {(str(line.person_id), str(line.slot_id)) for line in lines}
    asked = replace(problem, pinned=problem.pinned | pairs)
    found = matching.eligible_by_demand(asked, [str(pk) for pk in slots])
    return {int(slot): [int(person) for person in ids] for slot, ids in found.items()}


def _recency(among: set[int]) -> dict[int, int]:
    """Return the rank of these people by when they were last asked; who never was comes first."""
    offers = Offer.objects.filter(active=True, person__in=among).values_list("person_id", "last_asked_at")
    ordered = sorted(offers, key=lambda row: (row[1] is not None, row[1] or 0, row[0]))
    return {person_id: rank for rank, (person_id, _asked) in enumerate(ordered)}


def constrained(problem: matching.Problem, lines: list[PlanLine]) -> dict[int, float]:
    """Return, for each half-day of these lines, how many people could come for one place left: fewest, asked first."""
    slots = {line.slot_id: line.slot for line in lines}
    found = matching.eligible_by_demand(problem, [str(pk) for pk in slots])
    return {pk: len(found.get(str(pk), ())) / max(slot.headcount - slot.held, 1) for pk, slot in slots.items()}
