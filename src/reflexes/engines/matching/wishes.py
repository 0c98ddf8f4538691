"""The kinds of wishes. A hard wish blocks; a soft wish has a price when it is missed.

To add a kind: write its predicate ("is it missed by this demand?"), say which facet of the demand it looks
at (so that the bulk calculation evaluates it once per value, not once per pair), and add one line to
``KINDS``. Source: mechanisms.md P09 (2), P10 ("two mission types to choose").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reflexes.engines.matching.halfdays import read_half_day
from reflexes.engines.matching.model import Demand, Person, ProblemError, Wish

HALF_DAY, HOST, KIND, REMOTE, DISTANCE = "half_day", "host", "kind", "remote", "distance"


@dataclass(frozen=True, slots=True)
class WishKind:
    """How one kind of wish is judged. ``check`` raises ValueError on a value it cannot use."""

    facet: str
    missed: Callable[[str, Demand, float], bool]
    check: Callable[[str], object] = str


def _weekday(value: str) -> int:
    day = int(value)
    if not 0 <= day <= 6:
        raise ValueError(value)
    return day


def _half(value: str) -> str:
    if value not in ("am", "pm"):
        raise ValueError(value)
    return value


def _named(value: str) -> str:
    if not value:
        raise ValueError(value)
    return value


def _date(value: str) -> object:
    return read_half_day(f"{value}/am")


def _too_far(value: str, demand: Demand, km: float) -> bool:
    """An unknown distance (NaN) misses the wish: a hard wish that cannot be checked must not be crossed."""
    return not (demand.remote or km <= float(value) + 1e-9)


KINDS: dict[str, WishKind] = {
    "no_weekend": WishKind(HALF_DAY, lambda v, d, km: read_half_day(d.half_day).day.weekday() >= 5),
    "no_weekday": WishKind(HALF_DAY, lambda v, d, km: read_half_day(d.half_day).day.weekday() == int(v), _weekday),
    "no_date": WishKind(HALF_DAY, lambda v, d, km: d.half_day.startswith(f"{v}/"), _date),
    "no_half": WishKind(HALF_DAY, lambda v, d, km: read_half_day(d.half_day).half == v, _half),
    "prefers_half": WishKind(HALF_DAY, lambda v, d, km: read_half_day(d.half_day).half != v, _half),
    "no_host": WishKind(HOST, lambda v, d, km: d.host == v, _named),
    "no_kind": WishKind(KIND, lambda v, d, km: d.kind == v, _named),
    # Several kinds are separated by a bar: "food|calls".
    "only_kind": WishKind(KIND, lambda v, d, km: d.kind not in v.split("|"), _named),
    "only_remote": WishKind(REMOTE, lambda v, d, km: not d.remote),
    "near_home": WishKind(DISTANCE, _too_far, float),
}


def check_wish(wish: Wish) -> None:
    """Raise ``ProblemError`` when the kind is unknown or its value unusable."""
    kind = KINDS.get(wish.kind)
    if kind is None:
        raise ProblemError("unknown_wish", kind=wish.kind)
    try:
        kind.check(wish.value)
    except ValueError:
        raise ProblemError("bad_wish_value", kind=wish.kind, value=wish.value) from None


def missed(wish: Wish, demand: Demand, km: float) -> bool:
    """Say whether the demand misses the wish; ``km`` is NaN when the distance is unknown."""
    return KINDS[wish.kind].missed(wish.value, demand, km)


def missed_soft(person: Person, demand: Demand, km: float) -> tuple[Wish, ...]:
    """Return the soft wishes this demand would miss."""
    return tuple(wish for wish in person.soft if missed(wish, demand, km))
