"""How many people to ask for a half-day where few can come, and what to expect (ADR 11). A person decides each time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Count

from reflexes.engines import matching
from reflexes.mechanisms.allocation import limits
from reflexes.mechanisms.allocation.models import Assignment, Offer, PlanLine, Slot
from reflexes.mechanisms.allocation.services import problem as problems
from reflexes.mechanisms.allocation.states import HOLDING, State

# A yes was said, whatever became of it since; CANCELLED says nothing of the answer.
SAID_YES = frozenset({*HOLDING, *("reserve", "not_needed", "withheld", "turned_down", "excused", "no_show")})
SAID_NO = frozenset({State.DECLINED, State.EXPIRED})
PRIOR_ANSWERS = 10


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
    """Return the share of yes by kind of mission, pulled towards the prior while answers are few. Never by person."""
    counted = (
        Assignment.objects.filter(exercise_id=exercise_id, mode=Assignment.Mode.VOLUNTEER, state__in=SAID_YES | SAID_NO)
        .values_list("slot__need__kind", "state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    yes: Counter[str] = Counter()
    answers: Counter[str] = Counter()
    for kind, state, count in counted:
        answers[kind] += count
        yes[kind] += count if state in SAID_YES else 0
    rates: defaultdict[str, float] = defaultdict(lambda: _rate(0, 0))
    rates.update({kind: _rate(yes[kind], answers[kind]) for kind in answers})
    return rates


def _rate(yes: int, answers: int) -> float:
    return matching.shrunk_rate(yes, answers, limits.YES_IN_TEN, PRIOR_ANSWERS)


def expected(kinds: Iterable[str], exercise_id: int | None) -> matching.Asking:
    """Return how many yes to expect of proposals for these kinds of mission."""
    rates = yes_rates(exercise_id)
    return matching.expect(0, [rates[kind] for kind in kinds])


def advise(problem: matching.Problem, lines: list[PlanLine], exercise_id: int | None) -> list[Advice]:
    """Return what to expect of each half-day that may stay short, the most constrained first.

    ``lines`` are those a wave would send now. Whoever may be asked beyond is free of every obstacle, is in nothing else
    of this wave that day or beyond their week, and is proposed once; those asked least recently come first.
    """
    asked: dict[int, list[PlanLine]] = defaultdict(list)
    for line in lines:
        asked[line.slot_id].append(line)
    slots = {line.slot_id: line.slot for line in lines}
    waiting = dict(
        Assignment.objects.filter(slot__in=slots, state=State.PROPOSED)
        .values_list("slot_id")
        .annotate(Count("pk"))
        .order_by()
    )
    eligible = _eligible(problem, lines)
    rates = yes_rates(exercise_id)
    recency = _recency({person for people in eligible.values() for person in people})
    people = {person.id: person for person in problem.people}
    demands = {demand.id: demand for demand in problem.demands}
    used: set[int] = set()
    found = []
    for slot in sorted(slots.values(), key=lambda one: (len(eligible.get(one.pk, [])), one.pk)):
        places = max(slot.headcount - slot.held, 0)
        number = len(asked[slot.pk]) + waiting.get(slot.pk, 0)
        others = sorted(
            (one for one in eligible.get(slot.pk, []) if one not in used), key=lambda pk: recency.get(pk, 0)
        )
        more = matching.how_many(
            places,
            rates[slot.need.kind],
            asked=number,
            others=len(others),
            target=limits.FILLED_WANTED,
            most=limits.ASKED_FOR_ONE_PLACE * places,
        )
        now = matching.expect(places, [rates[slot.need.kind]] * number)
        if now.filled >= limits.FILLED_WANTED:
            continue
        chosen = others[: more.ask - number]
        used.update(chosen)
        ways = [matching.distance_km(people[str(pk)], demands[str(slot.pk)]) for pk in chosen]
        beyond = [Beyond(slot.pk, pk, km) for pk, km in zip(chosen, ways, strict=True)]
        found.append(Advice(slot, now, more, len(others), len(others) < limits.THIN_POOL * places, beyond))
    return found


def _eligible(problem: matching.Problem, lines: list[PlanLine]) -> dict[int, list[int]]:
    """Return who else could be asked for each half-day, once the lines of the wave have used up days and weeks."""
    pairs = {(str(line.person_id), str(line.slot_id)) for line in lines}
    known = {person.id for person in problem.people}
    asked = replace(problem, pinned=problem.pinned | {pair for pair in pairs if pair[0] in known})
    found = matching.eligible_by_demand(asked, {slot for _person, slot in pairs})
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


def build_for_slot(slot: Slot) -> matching.Problem:
    """Return what the engine needs to know of one half-day and of everybody who might come."""
    return problems.build_span(slot.day, slot.day, exercise_id=slot.need.exercise_id)
