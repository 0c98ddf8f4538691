"""What became of the people somebody talked to (screens.md 7, end of the day)."""

from dataclasses import dataclass
from datetime import datetime

from reflexes.core.acting import Actor
from reflexes.core.keyring import Key, KeyGone, take
from reflexes.mechanisms.casework.models import Referral

SHOWN = 50


@dataclass(frozen=True, slots=True)
class ToldBack:
    """One end: initials, what happened, when it was told, when the need was."""

    who: str
    words: str
    told_at: datetime
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """What somebody is told: the ends, the latest first, and how many needs they heard are still followed."""

    told: list[ToldBack]
    followed: int


def feedback(actor: Actor, *, piste: str) -> Feedback:
    """Return what became of what ``actor`` heard, whatever their role; once a key is destroyed, its lines are gone."""
    if not actor.is_known:
        return Feedback([], 0)
    own = Referral.objects.filter(
        case__told_by_id=actor.person_id, case__piste=piste, case__exercise_id=actor.exercise_id, handed_on_at=None
    )
    rows = list(own.exclude(caller_told_at=None).select_related("case").order_by("-caller_told_at", "-pk")[:SHOWN])
    keys: dict[str, Key | None] = {}
    told = []
    for row in rows:
        key = _key(keys, row.case.key_name)
        if key is not None and row.caller_told_at is not None:
            said = key.unseal(row.told)
            told.append(ToldBack(said.get("who", ""), said.get("words", ""), row.caller_told_at, row.opened_at))
    return Feedback(told, own.filter(caller_told_at=None, case__closed_at=None).count())


def _key(keys: dict[str, Key | None], name: str) -> Key | None:
    if name not in keys:
        try:
            keys[name] = take(name)
        except KeyGone:
            keys[name] = None
    return keys[name]
