"""Delays of referrals: defaults of ours, that an instance may set (mechanisms.md [D]; research/outreach.md 5.2)."""

import os
from datetime import timedelta

from reflexes.mechanisms.crisis.models import Sequence
from reflexes.mechanisms.crisis.services import sequence_in_force


def _numbers(name: str, default: str) -> tuple[int, ...]:
    return tuple(int(number) for number in os.environ.get(name, default).split(","))


# When a service that did not answer is reminded, and at the end when the need comes back to the navigator.
QUIET_DAYS = _numbers("REFLEXES_REFERRAL_DAYS", "3,10,20")
CRISIS_HOURS = _numbers("REFLEXES_CRISIS_REFERRAL_HOURS", "4,12,24")
# When a need that nobody qualified, or that nobody was told back, shows among the silences.
QUIET_PATIENCE = timedelta(days=_numbers("REFLEXES_NEED_PATIENCE_DAYS", "2")[0])
CRISIS_PATIENCE = timedelta(hours=_numbers("REFLEXES_CRISIS_NEED_PATIENCE_HOURS", "2")[0])
# A service that refused so many times in this time is shown as such: it may be closed, or badly described.
REFUSALS_SHOWN = _numbers("REFLEXES_REFUSALS_SHOWN", "3")[0]
REFUSALS_WITHIN = timedelta(days=90)
# One person's words, as they are read by people.
LONGEST_WORDS = 5000


def in_crisis() -> bool:
    """Tell whether hours count instead of days: the sequence in force decides."""
    sequence = sequence_in_force()
    return sequence is not None and sequence.level == Sequence.Level.CRISIS


def steps(*, crisis: bool) -> tuple[timedelta, ...]:
    """Return after how long a silent service is reminded, the last one being the end of its time."""
    if crisis:
        return tuple(timedelta(hours=number) for number in CRISIS_HOURS)
    return tuple(timedelta(days=number) for number in QUIET_DAYS)


def patience(*, crisis: bool) -> timedelta:
    """Return how long a need may wait for us before it is a silence."""
    return CRISIS_PATIENCE if crisis else QUIET_PATIENCE
