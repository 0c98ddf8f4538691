"""What anybody may read of a draw: its record, its balances, one's own line. All from a record that names nobody."""

import json
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _

from reflexes.core.errors import Refusal
from reflexes.engines import lottery
from reflexes.mechanisms.assembly.models import Draw
from reflexes.mechanisms.assembly.services import codes
from reflexes.mechanisms.assembly.services.counting import canonical
from reflexes.mechanisms.assembly.services.roll import MISTYPED


@dataclass(frozen=True, slots=True)
class Stratum:
    """One answer: what was sought, how many of the pool gave it, how many were drawn and sit today (None before)."""

    feature: str
    value: str
    minimum: int
    maximum: int
    pool: int
    drawn: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Chances:
    """The least chance of anybody: with the tickets, in the best lottery, and what is proven nobody could exceed."""

    people: int
    size: int
    tickets: int
    least: Fraction
    best: str
    ceiling: str
    proven: str
    never: int


@dataclass(frozen=True, slots=True)
class OwnLine:
    """Somebody's line, its chance, whether they sit today, and ``proof``: what a verifier needs beside the root."""

    pseudonym: str
    answers: list[tuple[str, str]]
    chance: Fraction
    sits: bool
    root: str
    proof: dict[str, Any]


def record_of(draw: Draw) -> dict[str, Any]:
    """Return the whole record, or nothing to find before it is published."""
    if not draw.record:
        raise Http404
    kept: dict[str, Any] = json.loads(draw.record)
    return kept


def public_record(draw: Draw) -> bytes:
    """Return the record as anybody downloads it: canonical JSON that ``verify_draw.py`` and the page verify alone."""
    return canonical(shown(draw, record_of(draw))).encode()


def shown(draw: Draw, kept: dict[str, Any]) -> dict[str, Any]:
    """Return what is published of a record: in a sealed draw, only the lines of those drawn."""
    if not draw.sealed or "pool" not in kept:
        return kept
    if "draw" in kept:
        return lottery.sealed(kept)
    return {**{name: value for name, value in kept.items() if name != "pool"}, "opened": []}


def strata(draw: Draw) -> list[Stratum]:
    """Return the balances sought beside those obtained, in the order of the quotas (P01 (1))."""
    kept = record_of(draw)
    plan = kept["plan"]
    group_of = {line[0]: line[1] for line in lines_of(kept)}
    drawn, now = (kept["draw"]["panel"], lottery.panel_now(kept)) if "draw" in kept else (None, None)

    def count(panel: list[str] | None, place: int, value: str) -> int | None:
        if panel is None:
            return None
        return sum(plan["groups"][group_of[one]]["answers"][place] == value for one in panel)

    return [
        Stratum(
            plan["features"][place],
            value,
            low,
            high,
            sum(group["people"] for group in plan["groups"] if group["answers"][place] == value),
            count(drawn, place, value),
            count(now, place, value),
        )
        for place, value, low, high in plan["quotas"]
    ]


def lines_of(kept: dict[str, Any]) -> list[list[Any]]:
    """Return the lines that a record shows: the whole pool, or of a sealed one those who sit or sat."""
    return kept["pool"] if "pool" in kept else [one["line"] for one in kept.get("opened", [])]


def chances(draw: Draw) -> Chances:
    """Return the least chance of anybody and what is proven of it."""
    plan = record_of(draw)["plan"]
    held = [(seats, group) for seats, group in zip(plan["seats"], plan["groups"], strict=True) if not group["left_out"]]
    return Chances(
        people=plan["pool"]["people"],
        size=plan["size"],
        tickets=len(plan["tickets"]),
        least=min(
            (Fraction(seats, len(plan["tickets"]) * group["people"]) for seats, group in held), default=Fraction()
        ),
        best=plan["best"]["worst_chance"],
        ceiling=plan["best"]["ceiling"],
        proven=plan["best"]["proven"],
        never=sum(group["people"] for group in plan["groups"] if group["left_out"]),
    )


def my_line(draw: Draw, code: str) -> OwnLine:
    """Return the line of whoever holds ``code``, with its way to the published root. A slip of one sign is told."""
    kept = record_of(draw)
    try:
        pseudonym = codes.read(code)
    except codes.Mistyped as slip:
        raise Refusal("mistyped", str(MISTYPED[slip.why]) % {"found": slip.found}) from slip
    line = next((one for one in lines_of(kept) if one[0] == pseudonym), None)
    if line is None:
        raise Refusal("nobody", _("No line of this draw has this code. Compare with your letter, and with its title."))
    proof = (
        lottery.own_line(kept, pseudonym)
        if "pool" in kept
        else next(one for one in kept["opened"] if one["line"][0] == pseudonym)
    )
    plan = kept["plan"]
    group = plan["groups"][line[1]]
    return OwnLine(
        pseudonym=pseudonym,
        answers=list(zip(plan["features"], group["answers"], strict=True)),
        chance=Fraction(plan["seats"][line[1]], len(plan["tickets"]) * group["people"]),
        sits="draw" in kept and pseudonym in lottery.panel_now(kept),
        root=plan["pool"]["root"],
        proof=proof,
    )


def panel_now(draw: Draw) -> list[str]:
    """Return the pseudonyms of those who sit today, in the order they came; empty before the draw."""
    kept = record_of(draw)
    return lottery.panel_now(kept) if "draw" in kept else []


def proof_text(line: OwnLine) -> str:
    """Return what the page and the script of verification take as somebody's own line."""
    return canonical(line.proof)
