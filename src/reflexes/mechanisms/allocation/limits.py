"""Delays and caps of the cell: defaults of ours, not of the sources, that an instance may set (mechanisms.md [D])."""

import os
from datetime import timedelta


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


ANSWER_WITHIN = timedelta(hours=_number("REFLEXES_ANSWER_HOURS", 24))
RELEASE_WITHIN = timedelta(hours=_number("REFLEXES_RELEASE_HOURS", 48))
OFFER_ANSWERED_WITHIN = timedelta(days=_number("REFLEXES_OFFER_DAYS", 5))
KINDS_CHOSEN = _number("REFLEXES_KINDS_CHOSEN", 2)
WEEKLY_CAP = _number("REFLEXES_WEEKLY_CAP", 3)
NEWCOMERS_FOR_ONE_MENTOR = _number("REFLEXES_NEWCOMERS_FOR_ONE_MENTOR", 2)
WEAR_DAYS = _number("REFLEXES_WEAR_DAYS", 28)
