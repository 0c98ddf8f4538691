"""A result as data: what ``--json`` prints. Keys are English and stable; sentences follow the language asked."""

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from reflexes.mechanisms.assembly.tallying import words
from reflexes.mechanisms.assembly.tallying.pabulib import ONE_POINT

if TYPE_CHECKING:
    from reflexes.engines import voting
    from reflexes.mechanisms.assembly.tallying.services import Report


def report_data(report: "Report") -> dict[str, Any]:
    """Return what was counted from a file as plain data (issue 4, part 2)."""
    file = report.file
    points = file.vote_type not in ONE_POINT
    return {
        **tally_data(report.tally, names=file.names(), currency=file.meta.get("currency", ""), points=points),
        "side_by_side": [_result(one) for one in (report.tally, *report.others)],
        "file_winners": None if file.selected is None else list(file.selected),
        "departure": None if report.departure is None else departure_data(report.departure),
        "warnings": [str(problem) for problem in file.problems],
    }


def tally_data(
    tally: "voting.Tally", *, names: Mapping[str, str], currency: str, points: bool = False
) -> dict[str, Any]:
    """Return a result as plain data, wherever its votes come from. ``points``: people gave points."""
    return {
        **_result(tally),
        "then_greedy": tally.rule.then_greedy,
        "ties_by": tally.rule.ties,
        "budget": plain(tally.budget),
        "left": plain(tally.left),
        "currency": currency,
        "share": plain(tally.share or 0),
        "steps": tally.steps,
        "stop": tally.stop,
        "exact_rounds": tally.exact_rounds,
        "projects": [_account(account, names[account.project], currency, points) for account in tally.accounts],
        "ties": [{**asdict(tie), "sentence": words.tie_words(tie)} for tie in tally.ties],
    }


def plain(value: float | Fraction) -> int | float:
    """Return a number as JSON has them: whole when it is whole, else rounded to a millionth.

    >>> plain(Fraction(4, 2)), plain(Fraction(1, 3))
    (2, 0.333333)
    """
    exact = Fraction(value)
    return int(exact) if exact.denominator == 1 else round(float(exact), 6)


def _result(tally: "voting.Tally") -> dict[str, Any]:
    return {
        "rule": tally.rule.name,
        "utility": tally.rule.utility,
        "completion": tally.rule.completion,
        "step": plain(Fraction(tally.rule.step)),
        "winners": list(tally.winners),
        "spent": plain(tally.spent),
        "voters": tally.voters,
        "represented": tally.represented,
        "represented_share": plain(Fraction(tally.represented, tally.voters or 1)),
    }


def _account(account: "voting.Account", name: str, currency: str, points: bool) -> dict[str, Any]:
    return {
        "id": account.project,
        "name": name,
        "cost": plain(account.cost),
        "funded": account.funded,
        "votes": account.votes,
        "points": plain(account.points),
        "why": {**_reason(account.why), "sentence": words.why_words(account, currency)},
        "needs": [
            {**_reason(need), "sentence": words.need_words(need, currency, points=points)} for need in account.needs
        ],
        "paid": None if account.paid is None else _paid(account.paid),
    }


def _paid(paid: "voting.Paid") -> dict[str, Any]:
    return {"payers": paid.payers, "emptied": paid.emptied, "most": plain(paid.most)}


def _reason(reason: "voting.Reason") -> dict[str, Any]:
    figures = {name: value if isinstance(value, str) else plain(value) for name, value in reason.params.items()}
    return {"code": reason.code, "params": figures}


def departure_data(departure: "voting.Departure") -> dict[str, Any]:
    """Return what people changed as plain data."""
    return {
        "added": list(departure.added),
        "removed": list(departure.removed),
        "spent": plain(departure.spent),
        "over": plain(departure.over),
        "represented": departure.represented,
    }
