"""Delays and caps of the cell: defaults of ours, not of the sources, that an instance may set (mechanisms.md [D])."""

import os
from datetime import timedelta


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


ANSWER_WITHIN = timedelta(hours=_number("REFLEXES_ANSWER_HOURS", 24))
RELEASE_WITHIN = timedelta(hours=_number("REFLEXES_RELEASE_HOURS", 48))
# A designated person who objects is answered in writing, never after their half-day begins.
OBJECTION_WITHIN = timedelta(hours=_number("REFLEXES_OBJECTION_HOURS", 24))
OFFER_ANSWERED_WITHIN = timedelta(days=_number("REFLEXES_OFFER_DAYS", 5))
KINDS_CHOSEN = _number("REFLEXES_KINDS_CHOSEN", 2)
WEEKLY_CAP = _number("REFLEXES_WEEKLY_CAP", 3)
NEWCOMERS_FOR_ONE_MENTOR = _number("REFLEXES_NEWCOMERS_FOR_ONE_MENTOR", 2)
# A home manager who did not answer in time is reminded, then whoever is above them is asked.
ESCALATE_AFTER = timedelta(hours=_number("REFLEXES_ESCALATE_HOURS", 4))
# Until when the evening before those who looked for a stand-in are told that nobody was found.
EVENING_BEFORE = _number("REFLEXES_EVENING_HOUR", 17)
# A mistap of the day (not seen, excused, finished) can be taken back for a few minutes.
UNDO_WITHIN = timedelta(minutes=_number("REFLEXES_UNDO_MINUTES", 10))
# How many newcomers go to a host before their remarks reach it: fewer would be recognised.
NEWCOMERS_TOGETHER = _number("REFLEXES_NEWCOMERS_TOGETHER", 3)
WEAR_DAYS = _number("REFLEXES_WEAR_DAYS", 28)
# A need repeated every week: how far ahead at most, and how long before its end somebody is asked to renew it.
SERIES_WEEKS = _number("REFLEXES_SERIES_WEEKS", 12)
RENEWAL_NOTICE = timedelta(days=_number("REFLEXES_RENEWAL_NOTICE_DAYS", 7))
THANKED_WITHIN = timedelta(days=_number("REFLEXES_THANKS_DAYS", 14))
PLAN_REVIEWED_EVERY = timedelta(days=_number("REFLEXES_OWN_PLAN_DAYS", 365))
# Over-asking, where few people can come (ADR 11): how many of ten are expected to say yes while nothing is known, how
# sure one wants to be that every place is taken, how many people more than places at most, and what "few" means.
YES_IN_TEN = _number("REFLEXES_YES_IN_TEN", 6)
FILLED_WANTED = _number("REFLEXES_FILLED_PERCENT", 80) / 100
ASKED_FOR_ONE_PLACE = _number("REFLEXES_ASKED_FOR_ONE_PLACE", 2)
THIN_POOL = _number("REFLEXES_THIN_POOL", 3)
# How many proposals a person of the cell looks at and sends at once; and up to how many offers the whole pool is read
# again to check them.
WAVE_AT_ONCE = _number("REFLEXES_WAVE_AT_ONCE", 40)
POOL_AT_ONCE = 500
# How long a call is kept for the person of the cell who took it.
CALL_KEPT = timedelta(minutes=_number("REFLEXES_CALL_MINUTES", 15))
# Somebody who left may come back for so long; then what only served to propose missions is deleted, and the record of
# what was done much later.
WAY_BACK = timedelta(days=_number("REFLEXES_WAY_BACK_DAYS", 30))
RECORD_KEPT = timedelta(days=_number("REFLEXES_RECORD_KEPT_DAYS", 365))
