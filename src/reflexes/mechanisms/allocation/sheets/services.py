"""From three sheets to a plan, its reasons and its report. The only file here that calls the engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from reflexes.engines import matching
from reflexes.mechanisms.allocation import ages, limits
from reflexes.mechanisms.allocation.geography import flat
from reflexes.mechanisms.allocation.sheets.columns import slug
from reflexes.mechanisms.allocation.sheets.joining import Pair, Place, Sheets
from reflexes.mechanisms.allocation.sheets.rows import PersonRow, Position

PRICED = 20  # how many lines not kept get their exact price: each costs a plan
AGES = ((30, "under_30"), (45, "30_44"), (55, "45_54"), (200, "55_up"))


@dataclass(frozen=True, slots=True)
class Left:
    """A line of the earlier plan that could not be kept: why, or at what price it could have been."""

    pair: Pair
    reasons: tuple[matching.Reason, ...]
    price: matching.Price | None


@dataclass(frozen=True, slots=True)
class Report:
    """A plan with what people need to judge it."""

    sheets: Sheets
    plan: matching.Plan
    km: Mapping[Pair, float | None]
    bottlenecks: tuple[matching.Bottleneck, ...]
    spread: tuple[matching.SpreadRow, ...]
    left: tuple[Left, ...]
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one person is or is not on one need: every reason, or the exact price of the pair. No other name."""

    person: PersonRow
    place: Place
    chosen: bool
    reasons: tuple[matching.Reason, ...]
    price: matching.Price | None
    seed: int


def silent(step: matching.Step, /) -> None:
    """Say nothing of the progress (the default)."""


def never() -> bool:
    """Nobody asked to stop (the default)."""
    return False


def make_plan(
    sheets: Sheets,
    *,
    seed: int = 0,
    price_km: int = 10,
    price_soft: int = 50,
    time_limit: float = 30.0,
    progress: Callable[[matching.Step], None] = silent,
    cancelled: Callable[[], bool] = never,
) -> Report:
    """Return the best plan for the sheets with its reasons. Cost: that of ``matching.plan``, then of its reports."""
    problem = build(sheets)
    prices = matching.Prices(km=price_km, soft=price_soft)
    plan = matching.plan(
        problem, prices=prices, seed=seed, time_limit=time_limit, progress=progress, cancelled=cancelled
    )
    violations = matching.check(problem, plan)
    if violations:
        raise AssertionError(f"the verifier refuses the plan: {violations[:3]}")
    stopped = cancelled()
    people, demands = _indexed(problem)
    return Report(
        sheets=sheets,
        plan=plan,
        km={(p, d): matching.distance_km(people[p], demands[d]) for p, d in plan.assignments},
        bottlenecks=() if stopped else tuple(matching.bottlenecks(problem, plan)),
        spread=tuple(matching.spread(problem, plan)),
        left=_left(sheets, problem, plan, stopped),
        stopped=stopped,
    )


def explain(sheets: Sheets, report: Report, pair: Pair) -> Explanation:
    """Return why a pair is or is not in the plan. Cost: one more plan when nothing refuses the pair."""
    problem = build(sheets)
    chosen = pair in set(report.plan.assignments)
    reasons = () if chosen else matching.ledger(problem, *pair)
    price = None if chosen or reasons else matching.price_of(problem, report.plan, *pair)
    return Explanation(sheets.people[pair[0]], sheets.places[pair[1]], chosen, reasons, price, report.plan.seed)


def build(sheets: Sheets) -> matching.Problem:
    """Return the engine's problem for these sheets."""
    reference = _reference(sheets)
    first_day = min((date.fromisoformat(place.half_day[:10]) for place in sheets.places.values()), default=None)
    return matching.Problem(
        people=tuple(_person(row, reference, first_day) for row in sheets.people.values()),
        demands=tuple(_demand(place, reference) for place in sheets.places.values()),
        keep=frozenset(sheets.keep),
    )


def _reference(sheets: Sheets) -> float:
    """Return the latitude around which the territory is flattened."""
    rows = (*sheets.people.values(), *(place.need for place in sheets.places.values()))
    latitudes = [row.position.first for row in rows if row.position and row.position.degrees]
    return fmean(latitudes) if latitudes else 0.0


def _km(position: Position | None, reference: float) -> tuple[float | None, float | None]:
    if position is None:
        return None, None
    if position.degrees:
        return flat(position.first, position.second, reference)
    return position.first, position.second


def _person(row: PersonRow, reference: float, first_day: date | None) -> matching.Person:
    x_km, y_km = _km(row.position, reference)
    born = row.birth_date
    traits = {
        "status": row.status,
        "category": row.category,
        "age_band": _age_band(row.birth_date, first_day),
        "sex": row.sex,
        "unit": row.unit,
    }
    return matching.Person(
        id=row.id,
        skills=frozenset(row.skills),
        half_days=frozenset(row.half_days),
        cap=row.cap,
        max_km=row.max_km,
        x_km=x_km,
        y_km=y_km,
        hard=tuple(matching.Wish(*wish) for wish in row.hard),
        soft=tuple(matching.Wish(*wish) for wish in row.soft),
        mentor=row.mentor,
        experience=frozenset(row.experience),
        certificates=row.certificates,
        birth_date=born,
        # A sheet holds no written consent: whoever is under age waits for the site.
        adult_on=ages.birthday(born, ages.ADULT) if born and first_day and ages.is_minor(born, first_day) else None,
        unit=row.unit,
        wear=row.recent_missions,
        traits={name: value for name, value in traits.items() if value},
    )


def _age_band(born: date | None, on: date | None) -> str:
    if born is None or on is None:
        return ""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next((band for limit, band in AGES if age < limit), "")


def _demand(place: Place, reference: float) -> matching.Demand:
    row = place.need
    x_km, y_km = (None, None) if row.remote else _km(row.position, reference)
    return matching.Demand(
        id=place.id,
        need=row.need or row.id,
        half_day=place.half_day,
        headcount=row.headcount,
        skill=row.skill or None,
        priority=row.priority,
        x_km=x_km,
        y_km=y_km,
        host=slug(row.host),
        kind=row.kind,
        min_team=row.min_team,
        mentor_required=row.mentor_required,
        max_newcomers_per_mentor=row.newcomers_per_mentor or limits.NEWCOMERS_FOR_ONE_MENTOR,
        min_age=row.min_age,
        certificates=frozenset(row.certificates),
        remote=row.remote,
    )


def _indexed(problem: matching.Problem) -> tuple[dict[str, matching.Person], dict[str, matching.Demand]]:
    return {person.id: person for person in problem.people}, {demand.id: demand for demand in problem.demands}


def _left(sheets: Sheets, problem: matching.Problem, plan: matching.Plan, stopped: bool) -> tuple[Left, ...]:
    """Return the lines not kept, with their reasons; a few of those that nothing refuses get their price."""
    chosen = set(plan.assignments)
    gone = [(pair, matching.ledger(problem, *pair)) for pair in sheets.keep if pair not in chosen]
    open_pairs = [pair for pair, reasons in gone if not reasons]
    prices: dict[Pair, matching.Price] = {}
    if open_pairs and not stopped:
        pricer = matching.Pricer(problem, plan)
        prices = {pair: pricer.price(*pair) for pair in open_pairs[:PRICED]}
    return tuple(Left(pair, reasons, prices.get(pair)) for pair, reasons in gone)
