"""The gestures of the fortnight grid: the same as the fortnight before, nothing, and back to what was there.

They work as plain buttons; the script of the grid only spares the way to the server.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from reflexes.core import clock
from reflexes.mechanisms.allocation.models import Offer
from reflexes.web.forms import HalfDay, half_day_of, key_of

COPY, CLEAR, UNDO = "copier", "vider", "annuler"
KEPT = "half_days_before"
# Taps that follow one another are undone together.
TOGETHER = timedelta(minutes=5)


class Gestures:
    """What one gesture makes of a fortnight, and what was there before it, kept for an undo."""

    def __init__(self, session: Any, offer: Offer, days: list[date], closed: dict[str, str]) -> None:
        self.session, self.offer, self.days, self.closed = session, offer, days, closed

    def wanted(self, gesture: str, ticked: Iterable[HalfDay]) -> list[HalfDay]:
        """Return the half-days to keep after ``gesture``; no gesture keeps what was ticked."""
        before = self._said(self.days)
        match gesture:
            case "copier":
                span = timedelta(days=len(self.days))
                chosen = [(day + span, half) for day, half in self._said([day - span for day in self.days])]
            case "vider":
                chosen = []
            case "annuler":
                chosen = self._remembered()
            case _:
                chosen = list(ticked)
        self._remember(before, fresh=gesture in {COPY, CLEAR, UNDO})
        return [half_day for half_day in chosen if key_of(half_day) not in self.closed]

    def kept(self) -> list[HalfDay]:
        """Return what was said of half-days that cannot be ticked today: a mission takes them, or they are over."""
        return [half_day for half_day in self._said(self.days) if key_of(half_day) in self.closed]

    def _said(self, days: list[date]) -> list[HalfDay]:
        said = self.offer.half_days.filter(day__range=(days[0], days[-1])).order_by("day", "half")
        return list(said.values_list("day", "half"))

    def _remember(self, before: list[HalfDay], *, fresh: bool) -> None:
        known = self.session.get(KEPT)
        first, now = self.days[0].isoformat(), clock.real_now().timestamp()
        same_taps = (
            known is not None
            and not fresh
            and known["du"] == first
            and not known["gesture"]
            and now - known["at"] < TOGETHER.total_seconds()
        )
        keys = known["keys"] if same_taps else [key_of(half_day) for half_day in before]
        self.session[KEPT] = {"du": first, "keys": keys, "at": now, "gesture": fresh}

    def _remembered(self) -> list[HalfDay]:
        known = self.session.get(KEPT)
        if known is None or known["du"] != self.days[0].isoformat():
            return self._said(self.days)
        shown = set(self.days)
        found = (half_day_of(key) for key in known["keys"])
        return [half_day for half_day in found if half_day[0] in shown]


def may_undo(session: Any, first: date) -> bool:
    """Tell whether something of this fortnight can be put back."""
    known = session.get(KEPT)
    return known is not None and known["du"] == first.isoformat()
