"""From the box to the engine and back: an election out of rows, a report out of a tally. Nothing here writes.

The report is canonical JSON: the same ballots, choices and rule make the same bytes on every machine and database,
whatever the order of the rows, so that anybody can count again and compare the SHA-256.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from reflexes.core.errors import Refusal
from reflexes.engines import voting
from reflexes.mechanisms.assembly.models import BallotMark, Vote

FORMAT, CURRENCY = 1, "EUR"
FRACTION = re.compile(r"-?\d+/\d+")
# How many choices were too close for floats: it may differ from a machine to another, and changes no result.
NOT_KEPT = {"exact_rounds"}
# The verifier reads every funded project against every distinct ballot, in fractions: beyond this, minutes.
MOST_CHECKED = 2_000_000


def election_of(vote: Vote) -> voting.Election:
    """Return what the ballots that count say; amounts in euros. Two queries and the size of the box."""
    crosses: dict[Any, list[tuple[str, int]]] = defaultdict(list)
    marks = BallotMark.objects.filter(ballot__vote=vote, ballot__void="").order_by("choice__code")
    for ballot, code, points in marks.values_list("ballot_id", "choice__code", "points"):
        crosses[ballot].append((code, points))
    said = sorted(tuple(one) for one in crosses.values())
    projects = tuple(voting.Project(one.code, euros(one.cents)) for one in vote.choices.order_by("code"))
    return voting.Election(euros(vote.budget_cents), projects, voting.grouped(said))


def euros(cents: int) -> Fraction:
    """Return an amount in euros, exactly."""
    return Fraction(cents, 100)


def rule_of(vote: Vote, name: str) -> voting.Rule:
    """Return the rule called ``name`` with the parameters of ``vote``, as its charter says them."""
    if name != Vote.Rule.EQUAL_SHARES:
        return voting.Rule(name, threshold=vote.threshold if name == Vote.Rule.GREEDY_THRESHOLD else 0)
    return voting.Rule(
        name,
        utility=vote.utility,
        completion=vote.completion,
        step=euros(vote.step_cents),
        then_greedy=vote.then_greedy,
    )


def fingerprint(election: voting.Election) -> str:
    """Return the SHA-256 of what the ballots say, each distinct one with its number of voters."""
    lines = sorted([[[code, str(points)] for code, points in one.marks], one.voters] for one in election.ballots)
    return hashlib.sha256(canonical(lines).encode()).hexdigest()


def count(vote: Vote, election: voting.Election, name: str, charter: str) -> dict[str, Any]:
    """Return the whole report of one count, as it is published. Amounts are euros; fractions are written ``"n/d"``."""
    tally = voting.tally(election, rule_of(vote, name))
    checked = len(tally.winners) * len(election.projects) * len(election.ballots) <= MOST_CHECKED
    if checked and (broken := voting.check(election, tally)):
        raise Refusal(
            "count_broken",
            _("The verifier found a broken rule in this count (%(code)s): it is not kept. Tell whoever runs the site.")
            % {"code": broken[0].code},
        )
    return {
        "format": FORMAT,
        "vote": vote.slug,
        "title": vote.title,
        "charter": charter,
        "currency": CURRENCY,
        "ballots": in_the_box(vote) | {"fingerprint": fingerprint(election)},
        "checked": checked,
        "tally": {name: value for name, value in plain(tally).items() if name not in NOT_KEPT},
    }


def tally_of(report: Mapping[str, Any]) -> voting.Tally:
    """Return the tally of a kept report, as the engine gave it: ``tallying.words`` says it in sentences."""
    said = report["tally"]
    return voting.Tally(
        **{
            **said,
            "rule": voting.Rule(**{**said["rule"], "step": Fraction(said["rule"]["step"])}),
            **{name: Fraction(said[name]) for name in ("budget", "spent")},
            "share": None if said["share"] is None else Fraction(said["share"]),
            "winners": tuple(said["winners"]),
            "accounts": tuple(_account(one) for one in said["accounts"]),
            "ties": tuple(voting.Tie(**{**one, "projects": tuple(one["projects"])}) for one in said["ties"]),
        }
    )


def _account(said: Mapping[str, Any]) -> voting.Account:
    return voting.Account(
        **{
            **said,
            "cost": Fraction(said["cost"]),
            "points": Fraction(said["points"]),
            "why": _reason(said["why"]),
            "needs": tuple(_reason(one) for one in said["needs"]),
            "paid": None if said["paid"] is None else voting.Paid(**said["paid"]),
        }
    )


def _reason(said: Mapping[str, Any]) -> voting.Reason:
    """Return a reason; a figure that was a fraction is one again."""
    figures = {
        name: Fraction(value) if isinstance(value, str) and FRACTION.fullmatch(value) else value
        for name, value in said["params"].items()
    }
    return voting.Reason(said["code"], figures)


def in_the_box(vote: Vote) -> dict[str, Any]:
    """Return how many ballots count, by channel, and how many are void, by reason."""
    rows = Counter(vote.ballots.order_by().values_list("channel", "void"))
    by_channel: Counter[str] = Counter()
    void: Counter[str] = Counter()
    for (channel, why), number in rows.items():
        if why:
            void[why] += number
        else:
            by_channel[channel] += number
    return {"counted": sum(by_channel.values()), "by_channel": dict(by_channel), "void": dict(void)}


def plain(value: Any) -> Any:
    """Return ``value`` as JSON holds it: named things as objects, fractions as whole numbers or ``"n/d"``.

    What the engine says in floats explains, and decides nothing: it is rounded to a cent.

    >>> plain((Fraction(3), Fraction(1, 3), 2 / 3))
    [3, '1/3', 0.67]
    """
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if hasattr(value, "_asdict"):
        return plain(value._asdict())
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def canonical(value: Any) -> str:
    """Return ``value`` as JSON that is the same everywhere: sorted names, no spaces, no escaped letters."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
