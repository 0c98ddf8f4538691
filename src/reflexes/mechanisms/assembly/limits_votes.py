"""Delays and caps of votes: defaults of ours, that an instance may set (mechanisms.md [D])."""

import os
from datetime import timedelta


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))


# How many wrong codes one address may type in a while. Slips of one sign are not counted: they are no guess.
WRONG_CODES = _number("REFLEXES_VOTE_WRONG_CODES", 10)
WRONG_WITHIN = timedelta(minutes=_number("REFLEXES_VOTE_WRONG_MINUTES", 10))
# Beyond so many from everywhere, somebody is guessing: each address is left with very few, and nobody is shut out.
WRONG_EVERYWHERE = _number("REFLEXES_VOTE_WRONG_EVERYWHERE", 300)
WRONG_CODES_THEN = _number("REFLEXES_VOTE_WRONG_THEN", 2)
# How long after the result the roll keeps names, for whoever contests the vote.
ROLL_KEPT_DAYS = _number("REFLEXES_VOTE_ROLL_DAYS", 60)
# Open data say by which channel a ballot came only when so many ballots came by it: fewer could be recognised.
SMALLEST_CHANNEL = _number("REFLEXES_VOTE_SMALLEST_CHANNEL", 10)
