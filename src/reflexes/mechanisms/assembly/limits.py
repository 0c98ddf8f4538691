"""Delays and caps of bodies and consultations: defaults of ours, that an instance may set (mechanisms.md [D])."""

import os
from datetime import timedelta


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


# How long ahead people are called: time to arrange a day off or childcare; in a crisis, two days (P01 (9)).
ORDINARY_NOTICE = timedelta(days=_number("REFLEXES_SESSION_NOTICE_DAYS", 14))
CRISIS_NOTICE = timedelta(hours=_number("REFLEXES_CRISIS_NOTICE_HOURS", 48))
# When those who proposed something may call a review of what became of it (P01 (5)).
REVIEW_AFTER_MONTHS = tuple(int(months) for months in os.environ.get("REFLEXES_REVIEW_MONTHS", "6,12").split(","))
# One contribution is read by people: beyond this it is a document, better sent in parts.
LONGEST_WORDS = _number("REFLEXES_LONGEST_WORDS", 5000)
# No single expense of a session is higher, in cents: a slip of a digit is seen before it is paid.
HIGHEST_EXPENSE = _number("REFLEXES_HIGHEST_EXPENSE_EUROS", 500) * 100
