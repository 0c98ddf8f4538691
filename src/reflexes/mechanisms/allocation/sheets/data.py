"""A plan as data: what ``--json`` prints. Keys are English and stable; sentences follow the language asked."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from reflexes.mechanisms.allocation import reasons
from reflexes.mechanisms.allocation.reasons import Names
from reflexes.mechanisms.allocation.sheets import text

if TYPE_CHECKING:
    from reflexes.engines import matching
    from reflexes.mechanisms.allocation.sheets.joining import Sheets
    from reflexes.mechanisms.allocation.sheets.services import Explanation, Report


def report_data(report: "Report") -> dict[str, Any]:
    """Return a plan as plain data (issue 2, part 4)."""
    plan, names = report.plan, text.names_of(report.sheets)
    return {
        "filled_by_priority": {str(priority): filled for priority, (filled, _asked) in plan.filled_by_priority.items()},
        "asked_by_priority": {str(priority): asked for priority, (_filled, asked) in plan.filled_by_priority.items()},
        "assignments": [_assignment(report, pair) for pair in plan.assignments],
        "unfilled": [_unfilled(report, one) for one in plan.unfilled],
        "bottlenecks": [{**asdict(one), "sentence": reasons.bottleneck(one, names)} for one in report.bottlenecks],
        "spread": [{**asdict(row), "sentence": reasons.spread(row, names)} for row in report.spread],
        "not_kept": [
            {
                "person": left.pair[0],
                "need": left.pair[1],
                "reasons": _reasons(left.reasons, names),
                "price": _price(left.price, plan.seed),
                "sentence": text.left_words(report, left, names),
            }
            for left in report.left
        ],
        "kept": plan.kept,
        "km": plan.km,
        "soft_missed": plan.soft_missed,
        "optimal": plan.optimal,
        "gap": plan.gap,
        "engine": plan.engine,
        "seed": plan.seed,
        "stopped": report.stopped,
        "warnings": [str(problem) for problem in report.sheets.problems],
    }


def explanation_data(explanation: "Explanation", sheets: "Sheets") -> dict[str, Any]:
    """Return why a person is or is not on a need as plain data."""
    return {
        "person": explanation.person.id,
        "need": explanation.place.id,
        "chosen": explanation.chosen,
        "reasons": _reasons(explanation.reasons, text.names_of(sheets)),
        "price": _price(explanation.price, explanation.seed),
        "seed": explanation.seed,
    }


def _assignment(report: "Report", pair: tuple[str, str]) -> dict[str, Any]:
    person, place = report.sheets.people[pair[0]], report.sheets.places[pair[1]]
    km = report.km[pair]
    return {
        "person": person.id,
        "need": place.need.id,
        "half_day": place.half_day,
        "skill": place.need.skill,
        "priority": place.need.priority,
        "km": None if km is None else round(km, 1),
        "name": person.name,
        "title": place.need.title,
        "kept": pair in report.sheets.keep,
    }


def _unfilled(report: "Report", one: "matching.Unfilled") -> dict[str, Any]:
    place = report.sheets.places[one.demand]
    return {
        "need": place.need.id,
        "half_day": place.half_day,
        "priority": place.need.priority,
        "missing": one.missing,
        "asked": place.need.headcount,
        "why": one.why,
        "reasons": dict(one.counts),
        "sentence": " ".join([reasons.why_empty(one.why), *reasons.funnel(one.counts)]),
    }


def _reasons(found: "tuple[matching.Reason, ...]", names: Names) -> list[dict[str, Any]]:
    return [{"code": one.code, "params": dict(one.params), "sentence": reasons.sentence(one, names)} for one in found]


def _price(price: "matching.Price | None", seed: int) -> dict[str, Any] | None:
    if price is None:
        return None
    return {**asdict(price), "sentences": reasons.price(price, seed)}
